#!/bin/bash
# SPDX-License-Identifier: MIT
# po/POTFILES.in names every file with text to translate, once, sorted, and no file that is gone.
. "$(dirname "$0")/lib.sh"

listed() { grep -vE '^[[:space:]]*(#|$)' "$srcdir/po/POTFILES.in"; }

command -v xgettext >/dev/null || skip "there is no xgettext (Debian package: gettext)"
options=$(sed -n 's/^XGETTEXT_OPTIONS *= *//p' "$srcdir/po/Makevars")

# translatable TREE: the files in which xgettext finds a text (so a comment that shows _() is none).
translatable() {
	local file
	for file in $(cd "$1" && grep -rlE '(^|[^A-Za-z0-9_])(_|N_|Q_)\(' src ui --include='*.c' --include='*.h' | LC_ALL=C sort); do
		# shellcheck disable=SC2086 # the options of po/Makevars are a list
		[ -z "$(xgettext $options -o - "$1/$file")" ] || printf '%s\n' "$file"
	done
}

scratch
mkdir -p "$work/src" "$work/ui"
printf 'puts(_("x"));\n' >"$work/ui/planted.c"
must_find "a file with a text" translatable "$work"

while read -r file; do fault "$file has texts to translate but is not in po/POTFILES.in"; done < <(
	LC_ALL=C comm -23 <(translatable "$srcdir") <(listed | LC_ALL=C sort))
while read -r file; do
	[ -f "$srcdir/$file" ] || fault "po/POTFILES.in names $file, which does not exist"
done < <(listed)
while read -r file; do fault "po/POTFILES.in names $file twice"; done < <(listed | sort | uniq -d)
listed | LC_ALL=C sort -c 2>/dev/null || fault "po/POTFILES.in is not sorted (LC_ALL=C sort)"
verdict
