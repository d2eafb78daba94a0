#!/bin/bash
# SPDX-License-Identifier: MIT
# Every source file, header and test is named in a makefile fragment: what is not named is not built, not run
# and not in the tarball. Every C file and script begins with the licence line.
. "$(dirname "$0")/lib.sh"

[ -n "${LISTED:-}" ] || skip "run by make check, which says what is listed"

# unlisted TREE: the files below TREE that make does not know.
unlisted() {
	printf '%s\n' $LISTED | sed "s|^$srcdir/||; s|^\(\.\./\)*||" | LC_ALL=C sort -u >"$work/named"
	(cd "$1" && find src ui tests templates -type f \( -name '*.[ch]' -o -path 'templates/*' -o -name '*.bench' \
		-o -path 'tests/lib/*' -o -path 'tests/system/*' -o -path 'tests/layering/*' -o -path 'tests/screen/*' \) -not -name room.mk -not -name '*.mk' \
		2>/dev/null || true) | LC_ALL=C sort |
		LC_ALL=C comm -23 - "$work/named"
}

# holes TREE: lines of a list of files whose line before does not go on: a merge left them behind, and make
# leaves out what they name.
holes() {
	find "$1/src" "$1/ui" "$1/tests" -name '*.mk' -exec awk '
		FNR == 1 { on = 0 }
		/^\t(src|ui|tests)\/[a-z0-9_\/]+(_test|\.[ch]|\.sh)( |$)/ && !on { print FILENAME ":" FNR }
		{ on = /\\$/ }' {} +
}

scratch
mkdir -p "$work/tree/src/base" "$work/tree/ui" "$work/tree/tests/unit"
echo >"$work/tree/src/base/planted.h"
must_find "a header that is not listed" unlisted "$work/tree"
printf 'A = \\\n\tsrc/base/a.c\n\ttests/unit/b_test\n' >"$work/tree/tests/unit/planted.mk"
must_find "a line behind the end of its list" holes "$work/tree"

while read -r file; do fault "$file is known to no makefile: it is neither built nor in the tarball"; done < <(unlisted "$srcdir")
while read -r place; do fault "${place#"$srcdir/"}: behind the end of its list: it is not built"; done < <(holes "$srcdir")
while read -r file; do
	head -n 2 "$srcdir/$file" | grep -q 'SPDX-License-Identifier: MIT' || fault "$file: no licence line"
done < <(cd "$srcdir" && find src ui tests -type f \( -name '*.[ch]' -o -name '*.sh' -o -name '*.mk' -o -name '*.bench' \))
while read -r fragment; do
	grep -qF "include $fragment" "$srcdir/Makefile.am" "$srcdir"/*/room.mk "$srcdir"/src/*/room.mk ||
		fault "$fragment is included by no makefile"
done < <(cd "$srcdir" && find src ui tests templates doc -name '*.mk')
verdict
