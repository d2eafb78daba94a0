#!/bin/bash
# SPDX-License-Identifier: MIT
# Includes follow the arrow: base < loop < host < config < probe < engine < plan < {cli, ui}. A room
# includes itself and rooms to its left; nothing under src/ includes curses; ui/ includes no Docker, SSH,
# database, process or file header. Includes of our own name the room ("room/file.h").
. "$(dirname "$0")/lib.sh"

# The rooms that each room may include, besides itself.
may_include() {
	case $1 in
	base) echo "" ;;
	loop) echo "base" ;;
	host) echo "base loop" ;;
	config) echo "base loop host" ;;
	probe) echo "base loop host config" ;;
	engine) echo "base loop host config probe" ;;
	plan) echo "base loop host config probe engine" ;;
	cli | ui) echo "base loop host config probe engine plan" ;;
	main) echo "base loop host config probe engine plan cli ui" ;;
	esac
}

room_of() {
	case $1 in
	src/main.c) echo main ;;
	src/*/*) r=${1#src/} && echo "${r%%/*}" ;;
	ui/*) echo ui ;;
	esac
}

# What ui/ must not even name: these headers open things.
ui_forbidden='^(curl/|libssh2|libpq|uv\.h|openssl/|json-c/|yaml\.h|sys/stat\.h|sys/socket\.h|dirent\.h|host/|loop/(http|child|pg|dial|work)|engine/(docker|compose_|process_)|probe/)'
curses='^(ncursesw/)?(curses|ncurses|panel|menu|form|term|termcap)\.h$'

# check TREE: one line for each wrong include below TREE.
check() {
	local tree=$1 file inc room target allowed
	(cd "$tree" && grep -rnE '^[[:space:]]*#[[:space:]]*include' src ui --include='*.c' --include='*.h' || true) |
		sed -E 's/^([^:]+):([0-9]+):[[:space:]]*#[[:space:]]*include[[:space:]]*["<]([^">]+)[">].*/\1 \2 \3/' |
		while read -r file line inc; do
			room=$(room_of "$file")
			case $inc in
			*../*) echo "$file:$line: \"$inc\": includes name the room, not a way to it" ;;
			esac
			if [ "$room" != ui ] && [[ $inc =~ $curses ]]; then
				echo "$file:$line: $inc: curses is known to ui/ alone"
			fi
			if [ "$room" = ui ] && [[ $inc =~ $ui_forbidden ]]; then
				echo "$file:$line: $inc: the screen touches no engine, host, process or file"
			fi
			target=${inc%%/*}
			[ "$target" != "$inc" ] && [ -n "$(may_include "$target" || true)$([ "$target" = base ] && echo x)" ] || continue
			allowed=" $(may_include "$room") $room "
			[[ $allowed == *" $target "* ]] || echo "$file:$line: $inc: $room is below $target"
		done
}

scratch
plant() { # FILE TEXT
	rm -rf "$work/src" "$work/ui"
	mkdir -p "$work/src/base" "$work/src/cli" "$work/ui"
	printf '%s\n' "$2" >"$work/$1"
}
plant src/base/a.c '#include "loop/op.h"'
must_find "an include against the arrow" check "$work"
plant src/cli/a.c '#include "ui/ui.h"'
must_find "cli including ui" check "$work"
plant src/cli/a.h '#  include <ncursesw/curses.h>'
must_find "curses under src/" check "$work"
plant ui/a.c '#include <curl/curl.h>'
must_find "curl in ui/" check "$work"
plant ui/a.c '#include "../src/base/str.h"'
must_find "an include by a relative way" check "$work"

while read -r found; do
	fault "$found"
done < <(check "$srcdir")
verdict
