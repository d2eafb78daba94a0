#!/bin/bash
# SPDX-License-Identifier: MIT
# No curses symbol in the engine library, and none of curl, libssh2, libpq, libuv, OpenSSL, libyaml or of
# the system calls that open things in the screen library.
. "$(dirname "$0")/lib.sh"

# The symbols a shared library offers.
exports() {
	local so
	so=$(${CC:-cc} -print-file-name="lib$1.so")
	[ -e "$so" ] || return 1
	# A linker script names the real one.
	if ! nm -D --defined-only "$so" >/dev/null 2>&1; then
		so=$(grep -oE '(/[^ )]*)?lib[a-z0-9]+\.so[.0-9]*' "$so" | head -n 1)
		[ -e "$so" ] || so=$(${CC:-cc} -print-file-name="$(basename "$so")")
	fi
	nm -D --defined-only "$so" | awk '{sub(/@.*/, "", $3); print $3}' | LC_ALL=C sort -u
}

undefined() { nm -u "$@" | awk '$1 == "U" {print $2}' | LC_ALL=C sort -u; }

# found LIBRARY.a|OBJECT FILE-OF-NAMES
found() { LC_ALL=C comm -12 <(undefined "$1") "$2"; }

[ -f libslipway.a ] || skip "libslipway.a is not built here"
scratch
: >"$work/curses"
for lib in ncursesw tinfo panelw; do
	exports "$lib" >>"$work/curses" || true
done
grep -vE '^(_init|_fini)$' "$work/curses" | LC_ALL=C sort -u -o "$work/curses"
[ -s "$work/curses" ] || skip "no shared ncursesw to compare with"

{
	for lib in curl ssh2 pq uv yaml ssl crypto; do exports "$lib" || true; done
	printf '%s\n' open open64 openat openat64 fopen fopen64 freopen creat opendir fork vfork execv execve execvp \
		posix_spawn posix_spawnp connect socket socketpair bind unlink unlinkat rename renameat mkdir mkdirat \
		chmod fchmod chown fchown lchown truncate mkstemp mkstemp64 symlink link
} | grep -vE '^(_init|_fini)$' | LC_ALL=C sort -u >"$work/world"

printf 'int initscr(void);int open(const char*,int,...);int f(void){return initscr()+open("",0);}\n' >"$work/planted.c"
${CC:-cc} -c "$work/planted.c" -o "$work/planted.o"
must_find "a curses symbol" found "$work/planted.o" "$work/curses"
must_find "an opened file" found "$work/planted.o" "$work/world"

for symbol in $(found libslipway.a "$work/curses"); do
	fault "libslipway.a uses $symbol of curses: $(nm -A -u libslipway.a | grep -w "$symbol" | head -n 1)"
done
for symbol in $(found libslipwayui.a "$work/world"); do
	fault "libslipwayui.a uses $symbol: $(nm -A -u libslipwayui.a | grep -w "$symbol" | head -n 1)"
done
verdict
