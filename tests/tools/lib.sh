# SPDX-License-Identifier: Apache-2.0
# For the tests of tools/: a check that cannot fail checks nothing, so each is shown a small bad tree.
root=$(cd "$(dirname "$0")/../.." && pwd)
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT

# accepts WHAT COMMAND...: the command is content and silent about faults
accepts() {
  what=$1; shift
  if output=$("$@" 2>&1); then echo "ok $what"; else echo "not ok $what: refused:"; echo "$output"; fi
}

# refuses WHAT TEXT COMMAND...: exit 1 exactly, and a line of its output holds TEXT
refuses() {
  what=$1; text=$2; shift 2
  code=0; output=$("$@" 2>&1) || code=$?
  if [ "$code" = 1 ] && printf '%s\n' "$output" | grep -qF -- "$text"; then
    echo "ok $what"
  else
    echo "not ok $what: exit $code, and wanted '$text' in:"; echo "$output"
  fi
}
