#!/bin/bash
# SPDX-License-Identifier: MIT
# Every header compiles alone, with and without config.h, without a warning.
. "$(dirname "$0")/lib.sh"

cc=${CC:-cc}
flags=(-std=gnu17 -Wall -Wextra -Werror -fsyntax-only -x c "-I$srcdir/src" "-I$srcdir" -I.)
# shellcheck disable=SC2206 # a list of flags in one variable
flags+=(${LIBRARY_CFLAGS:-})
export cc srcdir

compiles() { # HEADER [FLAGS...]
	local header=$1
	shift
	# Twice, so that a missing include guard shows.
	printf '#include "%s"\n#include "%s"\n' "$header" "$header" | $cc "${flags[@]}" "$@" - 2>&1 | grep -E 'error|warning' | head -n 3 || true
}

scratch
printf 'static inline size_t planted(void) { return 0; }\n' >"$work/planted.h"
must_find "a header that needs another one first" compiles "$work/planted.h"
printf 'struct planted { int a; };\n' >"$work/planted.h"
must_find "a header without a guard" compiles "$work/planted.h"

[ -f config.h ] || skip "config.h is not here: run configure"
n=0
for header in $(cd "$srcdir" && find src ui tests -name '*.h' | LC_ALL=C sort); do
	n=$((n + 1))
	while read -r line; do fault "$header alone: $line"; done < <(compiles "$srcdir/$header")
	while read -r line; do fault "$header after config.h: $line"; done < <(compiles "$srcdir/$header" -include config.h)
done
printf '%d headers\n' "$n"
verdict
