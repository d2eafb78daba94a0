#!/bin/bash
# SPDX-License-Identifier: MIT
# No object uses a function that is banned (base/banned.h), not even through a fortified or a builtin name,
# and no source file lifts the ban.
. "$(dirname "$0")/lib.sh"

banned='(__)?(system|popen|strcpy|strcat|sprintf|vsprintf|strtok|gets|atoi|atol|atoll|mktemp|tmpnam)(_chk)?'

uses() { nm -u "$1" | awk '$1 == "U" {sub(/@.*/, "", $2); print $2}' | grep -xE "$banned" || true; }

scratch
printf '#include <stdlib.h>\nint f(const char *s){return system(s);}\n' >"$work/planted.c"
${CC:-cc} -c "$work/planted.c" -o "$work/planted.o"
must_find "system()" uses "$work/planted.o"

# The ban itself: each name is a compile error with the header that every file gets.
for name in system popen strcpy strcat sprintf strtok gets atoi; do
	printf 'void *f(void); void *f(void) { return (void *)%s; }\n' "$name" >"$work/planted.c"
	if ${CC:-cc} -fsyntax-only -include "$srcdir/src/base/banned.h" "$work/planted.c" 2>/dev/null; then
		fault "src/base/banned.h does not ban $name"
	fi
done

n=0
for object in $(objects_of src ui); do
	n=$((n + 1))
	for name in $(uses "$object"); do fault "${object%.o}.c: uses $name"; done
done
[ "$n" -gt 0 ] || skip "nothing is built here"
while read -r found; do
	fault "$found: a file may not lift the ban"
done < <(cd "$srcdir" && grep -rnE '#[[:space:]]*undef[[:space:]]+(system|popen|str|sprintf|gets|ato)|asm\("(system|popen)' src ui || true)
verdict
