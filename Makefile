# The front door. It holds no build rule: Meson does the work.
#   make                        build/konseki
#   make test [T='unit golden'] everything, or some groups of script/test
#   make golden [T=CASE] [UPDATE=1]   one golden case, or what the program now says taken over
#   make fuzz [T=NAME] [SECS=60]      after script/test fuzz has made the build
#   make mutants [T=TEXT]       only the mutants whose file or new text contains it
#   make bench                  against wc, cat, GoAccess and awk
.PHONY: all test golden fuzz mutants bench clean
all: build/build.ninja
	@ninja -C build konseki
build/build.ninja:
	@command -v meson >/dev/null || { echo 'meson is missing; script/demo installs what the build needs' >&2; exit 1; }
	@meson setup build >/dev/null
test:
	@script/test $(T)
golden: all
	@UPDATE=$(UPDATE) tests/golden/run $(T)
fuzz:
	@SECS=$(SECS) tests/fuzz/run $(T)
mutants:
	@tests/mutants/run $(T)
bench: all
	@ninja -C build
	@bench/run
clean:
	rm -rf build build-asan build-fuzz
