# The front door. It holds no build rule: Meson does the work.
.PHONY: all test clean
all: build/build.ninja
	@ninja -C build konseki
build/build.ninja:
	@command -v meson >/dev/null || { echo 'meson is missing: run script/demo, or: apt-get install meson ninja-build' >&2; exit 1; }
	@meson setup build >/dev/null
test:
	@script/test
clean:
	rm -rf build
