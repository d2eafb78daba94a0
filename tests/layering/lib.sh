# SPDX-License-Identifier: MIT
# What the layering tests share. Sourced by bash; `srcdir` comes from make check, the build directory
# is the current one. A test calls fault for each thing it finds and ends with verdict.
set -euo pipefail

srcdir=${srcdir:-$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)}
srcdir=$(cd "$srcdir" && pwd)
faults=0

fault() {
	printf '%s\n' "$*"
	faults=$((faults + 1))
}

skip() {
	printf 'SKIP: %s\n' "$*"
	exit 77
}

# must_find WHAT COMMAND...: the test itself is broken when COMMAND finds nothing in a planted fault.
must_find() {
	local what=$1
	shift
	if [ -z "$("$@")" ]; then
		printf 'this test does not see %s\n' "$what"
		exit 99
	fi
}

verdict() {
	if [ "$faults" -ne 0 ]; then
		printf '%d faults\n' "$faults"
		exit 1
	fi
	exit 0
}

scratch() {
	work=$(mktemp -d)
	trap 'rm -rf "$work"' EXIT
}

# The object files of our own C files below the given rooms (src/base, ui, ...), as built here.
objects_of() {
	local c o
	for c in $(cd "$srcdir" && find "$@" -name '*.c' | LC_ALL=C sort); do
		o=${c%.c}.o
		[ ! -f "$o" ] || printf '%s\n' "$o"
	done
}
