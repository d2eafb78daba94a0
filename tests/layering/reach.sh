#!/bin/bash
# SPDX-License-Identifier: MIT
# Files, processes and sockets are reached through struct host. Only src/loop and src/host call the
# functions below; every other object that does is listed in reach.allow with its reason. An entry that is
# no longer needed is a fault too.
. "$(dirname "$0")/lib.sh"

calls='open(at)?(64)?|creat(64)?|f?d?open(64)?|freopen(64)?|opendir|fdopendir|scandir(at)?(64)?|glob(64)?|ftw|nftw|fts_open|v?fork|execv.*|execl.*|posix_spawn.*|connect|socket(pair)?|bind|unlink(at)?|remove|rename(at2?)?|mkdir(at)?|rmdir|mkd?o?stemp.*|symlink(at)?|link(at)?|f?l?chown(at)?|f?chmod(at)?|truncate(64)?|utimensat|mount|l?stat(64)?|f?stat(v?fs)(64)?|fstatat(64)?|statx|f?access(at)?|eaccess|euidaccess|readlink(at)?|realpath|__readlink.*_chk|__realpath_chk|canonicalize_file_name|getcwd|__getcwd_chk|get_current_dir_name|f?chdir|kill(pg)?|tgkill|getpw(nam|uid|ent)(_r)?|getgr(nam|gid|ent)(_r)?|getgrouplist|uname|gethostname|__gethostname_chk|getdomainname|sysinfo|sysconf|secure_getenv|getenv|setenv|unsetenv|putenv|(__)?environ|getaddrinfo|gethostbyname.*|flock|lockf|uv_spawn|uv_fs_.*|uv_os_.*|uv_tcp_connect|uv_pipe_(connect|bind).*|PQconnect.*|libssh2_.*'

# reaches OBJECT: the calls that it makes, one a line.
reaches() { nm -u "$1" | awk '$1 == "U" {sub(/@.*/, "", $2); print $2}' | grep -xE "$calls" | sort -u || true; }

scratch
printf 'int uv_spawn(void*,void*,void*);int f(void){return uv_spawn(0,0,0);}\n' >"$work/planted.c"
${CC:-cc} -c "$work/planted.c" -o "$work/planted.o"
must_find "a spawned process" reaches "$work/planted.o"
printf '#include <unistd.h>\n#include <limits.h>\n#include <sys/stat.h>\nint f(char *b);int f(char *b){struct stat s;return getcwd(b,9)&&stat(b,&s);}\n' >"$work/planted.c"
${CC:-cc} -O2 -D_FORTIFY_SOURCE=2 -c "$work/planted.c" -o "$work/planted.o"
must_find "a question about a file" reaches "$work/planted.o"

# Lines of the list: FILE CALL[,CALL...] REASON
allow=$srcdir/tests/layering/reach.allow
allowed() { awk -v f="$1" '$1 == f {print $2}' "$allow" | tr ',' '\n'; }

n=0
for object in $(objects_of src/base src/config src/probe src/engine src/plan src/cli src/main.c ui); do
	n=$((n + 1))
	file=${object%.o}.c
	for call in $(reaches "$object"); do
		allowed "$file" | grep -qxF -- "$call" ||
			fault "$file: calls $call(); files, processes and sockets go through struct host"
	done
	for call in $(allowed "$file"); do
		reaches "$object" | grep -qxF -- "$call" || fault "reach.allow: $file no longer calls $call()"
	done
done

# asks TREE: where something above src/host/ looks at what kind of host it has.
asks() {
	(cd "$1" && grep -rnE '\b(host|h|base|inner)->ops\b' src ui --include='*.c' --include='*.h' || true) |
		grep -v '^src/host/' || true
}
mkdir -p "$work/src/plan" "$work/ui"
printf 'bool f(struct host *h) { return h->ops->name[0]; }\n' >"$work/src/plan/a.c"
must_find "a question for the kind of host" asks "$work"
while read -r found; do
	fault "$found: what differs between hosts is among their facts"
done < <(asks "$srcdir")
[ "$n" -gt 0 ] || skip "nothing is built here"
while read -r file calls reason; do
	case $file in '' | '#'*) continue ;; esac
	[ -f "$srcdir/$file" ] || fault "reach.allow: there is no $file"
	[ -n "$reason" ] || fault "reach.allow: $file has no reason"
done <"$allow"
verdict
