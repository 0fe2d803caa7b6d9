# SPDX-License-Identifier: Apache-2.0
# For the front doors, run from the top of the tree: installs what is missing, and nothing else.

is_installed() { dpkg-query -W -f='${db:Status-Abbrev}' "$1" 2>/dev/null | grep -q '^.i'; }

# need SET...: installs the missing packages of these sets of script/packages, and says what and why.
need() {
  if ! command -v dpkg-query >/dev/null; then
    echo "This is not a Debian: the packages that script/packages names must be there already." >&2
    return 0
  fi
  missing=
  while read -r set package why; do
    case " $* " in *" $set "*) ;; *) continue ;; esac
    is_installed "$package" && continue
    [ -n "$missing" ] || echo "Needed from Debian:"
    printf '  %-20s %s\n' "$package" "$why"
    missing="$missing $package"
  done <script/packages
  [ -n "$missing" ] || return 0

  install="apt-get update -q && apt-get install -q -y --no-install-recommends$missing"
  if [ "$(id -u)" = 0 ]; then
    as_root=
  elif command -v sudo >/dev/null; then
    as_root=sudo
  else
    echo "That needs root, and there is no sudo here. As root, run:" >&2
    echo "  $install" >&2
    return 1
  fi
  echo "Installing them"
  log=$(mktemp)
  code=0
  $as_root env DEBIAN_FRONTEND=noninteractive sh -c "$install" </dev/null >"$log" 2>&1 || code=1
  if [ $code != 0 ]; then
    cat "$log" >&2
    echo "The packages could not be installed; apt's words are above." >&2
  fi
  rm -f "$log"
  return $code
}
