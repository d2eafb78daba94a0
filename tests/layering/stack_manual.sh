#!/bin/bash
# SPDX-License-Identifier: MIT
# slipway-stack(5) names every key that the readers know, and what it shows as an example is a definition.
. "$(dirname "$0")/lib.sh"

page=$srcdir/doc/slipway-stack.5

# What the tables of the readers, of the rules and of the types call their rows.
keys() {
	{
		grep -ohE '(\{|\.name = )"[a-z_]+", ?(0|MEMBER|offsetof|[a-z_]+_keys|\.)' "$srcdir"/src/config/stack*.c
		grep -ohE '\{\{"[a-z_]+"' "$srcdir/src/config/setting_rule.c"
		grep -ohE '\] = \{"[a-z-]+"' "$srcdir/src/config/setting_type.c"
	} | sed 's/[^"]*"\([a-z_-]*\)".*/\1/' | sort -u
}

# unnamed PAGE: the keys that it does not have.
unnamed() {
	local key
	keys | while read -r key; do
		grep -qE "(^|[^a-z_-])$key([^a-z_-]|\$)" "$1" || echo "$key"
	done
}

scratch
sed 's/same_as//g' "$page" >"$work/planted"
must_find "a key that is not documented" unnamed "$work/planted"
for key in $(unnamed "$page"); do fault "slipway-stack(5) does not name the key $key"; done

sed -n '/^\.\\" example begins/,/^\.\\" example ends/p' "$page" | grep -v '^\.' >"$work/stack.yaml"
LC_ALL=C ./slipway stack show "$work/stack.yaml" >/dev/null || fault "the example of slipway-stack(5) is no definition"
verdict
