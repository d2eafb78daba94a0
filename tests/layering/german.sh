#!/bin/bash
# SPDX-License-Identifier: MIT
# The German catalogue is complete for the sources as they are now: nothing untranslated, nothing fuzzy,
# formats agree, access keys and placeholders survive (msgfmt -c).
. "$(dirname "$0")/lib.sh"

for tool in xgettext msgmerge msgfmt msgattrib; do
	command -v $tool >/dev/null || skip "there is no $tool (Debian package: gettext)"
done
scratch
options=$(sed -n 's/^XGETTEXT_OPTIONS *= *//p' "$srcdir/po/Makevars")
# shellcheck disable=SC2086 # the options of po/Makevars are a list
(cd "$srcdir" && xgettext $options -f po/POTFILES.in -o "$work/now.pot")
[ "$(grep -c '^msgid' "$work/now.pot")" -gt 1 ] || fault "xgettext found no text at all"
# One pair of quotes: "so" in English, „so“ in German.
sed -n '/^"POT-Creation/,$p' "$work/now.pot" | LC_ALL=C.UTF-8 grep -nE '[“”]|`[a-z][^`]*`' | sed 's/^/    /' >"$work/quotes" || true
[ ! -s "$work/quotes" ] || fault "other quotes than \"...\" in texts:"$'\n'"$(cat "$work/quotes")"

for po in "$srcdir"/po/*.po; do
	language=$(basename "$po" .po)
	msgmerge -q -N -o "$work/merged.po" "$po" "$work/now.pot"
	LC_ALL=C msgfmt -c --statistics -o /dev/null "$work/merged.po" 2>"$work/out" || fault "$language: $(cat "$work/out")"
	if grep -qE 'fuzzy|untranslated' "$work/out"; then
		fault "$language: $(grep -E 'fuzzy|untranslated' "$work/out")"
		msgattrib --untranslated --no-obsolete "$work/merged.po" | grep -E '^(#:|msgid)' | sed -n 2,40p
	fi
	if LC_ALL=C msgfmt --statistics -o /dev/null "$po" 2>&1 | grep -q fuzzy; then fault "$language: fuzzy entries"; fi
done
verdict
