#!/bin/bash
# SPDX-License-Identifier: MIT
# Input that somebody made to hurt ends in a message with its place, exit 3 and bounded memory; or it is read, when
# Compose reads it, within the same bounds. Nothing hangs: a FIFO, a device, a loop of links.
# timeout: 600
. "$(dirname "$0")/../lib/system.sh"

# Address space: what a reading may take, with room for the libraries. ASan reserves far more than it uses.
limit_kb=1000000
# The message comes within a second. What is held to that is the processor's time of each case, user and system, in
# milliseconds: the wall clock would count what else the machine does. The 60 seconds end only what hangs.
limit_ms=1000
if grep -qa __asan_init "$slipway"; then limit_kb=unlimited limit_ms=10000; fi
worst=0 worst_name=

small='services: {a: {image: x}}'
cases=0

# case_in NAME: a fresh directory to make the case in.
case_in() {
	name=$1
	cases=$((cases + 1))
	mkdir "$work/$name"
	cd "$work/$name"
}

# children_ms FILE: what "times" said there of the children, user and system ("0m1.234s 0m0.056s").
children_ms() { awk -F '[ms ]+' 'NR == 2 { printf "%d", ($1 + $3) * 60000 + ($2 + $4) * 1000 }' "$1"; }

# within STATUS ARGUMENT...: the program with these ends so here, within the bounds.
within() {
	local status=0 wanted=$1
	shift
	times >"$work/before"
	(ulimit -v $limit_kb && exec timeout -k 5 60 "$slipway" "$@") >"$work/out" 2>"$work/err" </dev/null || status=$?
	times >"$work/after"
	[ "$status" -eq "$wanted" ] || fail "$name: exit $status, not $wanted: $(head -c 500 "$work/err")"
	ms=$(($(children_ms "$work/after") - $(children_ms "$work/before")))
	[ "$ms" -le $limit_ms ] || fail "$name: $ms ms of the processor, more than $limit_ms"
	if [ "$ms" -gt $worst ]; then worst=$ms worst_name=$name; fi
}

# reads STATUS [MESSAGE [PLACE]]: what `inspect --json` says here.
reads() {
	within "$1" inspect --json
	[ -z "${2:-}" ] || grep -qF -- "$2" "$work/err" || fail "$name: does not say \"$2\": $(head -c 500 "$work/err")"
	[ -z "${3:-}" ] || grep -qE -- "(^| )$3\$" "$work/err" || fail "$name: is not at $3: $(head -c 500 "$work/err")"
	[ "$(wc -c <"$work/err")" -le 2000 ] || fail "$name: the message is long: $(head -c 300 "$work/err")"
	if [ "$1" -eq 0 ]; then jq -e .services "$work/out" >/dev/null || fail "$name: no JSON came"; fi
}

# repeat N FORMAT: FORMAT is printf's, with %d for 0..N-1 (as often as it stands there).
repeat() { awk -v n="$1" -v f="$2" 'BEGIN { for (i = 0; i < n; i++) printf f, i, i, i }'; }
zeros() { head -c "$1" /dev/zero | tr '\0' "$2"; }

# --- YAML -------------------------------------------------------------------------------------------------------
case_in deep_flow && { printf 'a: ' && zeros 1000000 '['; } >compose.yaml && reads 3 "nested too deeply" compose.yaml:1:103
case_in deep_maps && { printf 'a: ' && repeat 100000 '{a: '; } >compose.yaml && reads 3 "nested too deeply"
case_in deep_block && awk 'BEGIN { for (i = 0; i < 3000; i++) printf "%*sa:\n", i, "" }' >compose.yaml &&
	reads 3 "nested too deeply" compose.yaml:101:101
case_in deep_seq && repeat 200000 '- ' >compose.yaml && reads 3 "nested too deeply"
case_in alias_bomb && {
	echo 'x-0: &a0 [x,x,x,x,x,x,x,x,x]'
	for i in 1 2 3 4 5 6 7 8 9; do
		echo "x-$i: &a$i [*a$((i - 1)),*a$((i - 1)),*a$((i - 1)),*a$((i - 1)),*a$((i - 1)),*a$((i - 1)),*a$((i - 1))]"
	done
	echo "$small"
} >compose.yaml && reads 3 "aliases would expand" 'compose.yaml:[0-9]+:[0-9]+'
case_in merge_bomb && { printf 'x-a: &a {' && repeat 20000 'k%d: 1,' && echo '}' &&
	repeat 200 'x-%d: {<<: *a}\n' && echo "$small"; } >compose.yaml && reads 3 "expand to too many"
case_in self_alias && echo 'a: &a [*a]' >compose.yaml && reads 3 "contains itself" compose.yaml:1:8
case_in many_keys && { printf 'services:\n  a:\n    image: x\n    environment:\n' &&
	repeat 1000000 '      K%d: v\n'; } >compose.yaml && reads 3 "larger than 16777216 bytes"
case_in many_values && repeat 300000 'x%d: 1\n' >compose.yaml && reads 3 "too many values"
case_in many_documents && repeat 1000000 '\055\055\055\n' >compose.yaml && reads 3 "too many values"
case_in large_file && { zeros 104857600 '#' && printf '\n%s\n' "$small"; } >compose.yaml && reads 3 "larger than 16777216 bytes"
case_in long_line && { printf 'x-a: "' && zeros 10485760 x && printf '"\n%s\n' "$small"; } >compose.yaml && reads 0
case_in many_lines && { repeat 5000000 '#\n' && echo "$small"; } >compose.yaml && reads 0
case_in nul && printf '%s\nx-a: a\0b\n' "$small" >compose.yaml && reads 3 "control characters" compose.yaml:2:7
case_in escaped_nul && echo 'services: {a: {image: "a\0b"}}' >compose.yaml && reads 3 "NUL" compose.yaml:1:23
case_in not_utf8 && printf 'services:\n  a:\n    image: "\xff\xfe"\n' >compose.yaml && reads 3 "UTF-8" compose.yaml:3:13
case_in directives && repeat 100000 '%%YAML 1.1\n' >compose.yaml && reads 3 "duplicate %YAML" compose.yaml:2:1
case_in not_yaml && head -c 200000 /dev/urandom >compose.yaml && reads 3 "" 'compose.yaml:[0-9]+:[0-9]+'

# --- the project ------------------------------------------------------------------------------------------------
# As many as are read: what plans them and what asks about them goes through each only a few times. No engine takes part.
case_in services && { echo services: && repeat 2000 '  s%d: {image: x}\n'; } >compose.yaml && reads 0 &&
	DOCKER_HOST=unix://$work/none within 6 plan && DOCKER_HOST=unix://$work/none within 0 setup --batch --dry-run &&
	within 2 config lint
case_in many_services && { echo services: && repeat 40000 '  s%d: {image: x}\n'; } >compose.yaml && reads 3 "more than 2000 services"
case_in many_more_services && { echo services: && repeat 100000 '  s%d: {image: x}\n'; } >compose.yaml && reads 3 "too many values"
case_in dependency_cycle && { echo services: && awk 'BEGIN { for (i = 0; i < 1500; i++)
	printf "  s%d: {image: x, depends_on: [s%d]}\n", i, (i + 1) % 1500 }'; } >compose.yaml && reads 3 "in a circle: s0 -> s1"
case_in port_ranges && { printf 'services:\n  a:\n    image: x\n    ports:\n' &&
	repeat 250 '      - 127.0.0.%d:1-65535:1-65535\n'; } >compose.yaml && reads 3 "too many values" compose.yaml:6:9
case_in many_variables && { printf 'services:\n  a:\n    image: x\n    environment:\n' &&
	repeat 90000 '      - K%d=${V%d}\n'; } >compose.yaml && reads 3 "more than 5000 variables" 'compose.yaml:5[0-9]+:9'
case_in nested_templates && { printf 'services: {a: {image: "' && repeat 100000 '${A:-' && printf x && zeros 100000 '}' &&
	echo '"}}'; } >compose.yaml && reads 3 "nested too deeply" compose.yaml:1:23
case_in open_templates && { printf 'services: {a: {image: "' && repeat 1000000 '${A:-' && echo '"}}'; } >compose.yaml &&
	reads 3 "invalid template" compose.yaml:1:23
case_in used_often && { printf 'BIG=' && zeros 1000000 x && echo; } >.env && { printf 'services:\n  a:\n    image: x\n    environment:\n' &&
	repeat 5000 '      - K%d=$BIG\n'; } >compose.yaml && reads 3 "too long together" 'compose.yaml:[0-9]+:9'

# --- files that name each other -----------------------------------------------------------------------------------
case_in extends_itself && echo 'services: {a: {extends: a}}' >compose.yaml && reads 3 "extends itself" compose.yaml:1:25
case_in extends_cycle && echo 'services: {a: {extends: b}, b: {extends: a}}' >compose.yaml && reads 3 "extends itself"
case_in extends_own_file && echo 'services: {a: {extends: {file: compose.yaml, service: a}}}' >compose.yaml && reads 3 "extends itself"
case_in extends_chain && { echo services: && awk 'BEGIN { for (i = 0; i < 1500; i++)
	printf "  s%d: {extends: s%d}\n", i, i + 1 }' && echo '  s1500: {image: x}'; } >compose.yaml && reads 3 "too many others in turn"
case_in extends_files && for ((i = 0; i < 80; i++)); do
	echo "services: {a: {extends: {file: c$((i + 1)).yaml, service: a}}}" >"c$i.yaml"
done && cp c0.yaml compose.yaml && reads 3 "too many others in turn" 'c[0-9]+.yaml:1:25'
case_in extends_often && { echo "$small" && zeros 5000000 '#'; } >c.yaml && { echo services: &&
	repeat 1500 '  s%d: {extends: {file: c.yaml, service: a}}\n'; } >compose.yaml && reads 3 "too long together"
case_in includes_itself && printf 'include: [compose.yaml]\n%s\n' "$small" >compose.yaml && reads 3 "includes itself" compose.yaml:1:11
case_in include_cycle && printf 'include: [b.yaml]\n%s\n' "$small" >compose.yaml && echo 'include: [compose.yaml]' >b.yaml &&
	reads 3 "includes itself" b.yaml:1:11
case_in include_fan && for ((i = 0; i < 30; i++)); do
	printf 'include: [c%d.yaml, d%d.yaml]\n' $((i + 1)) $((i + 1)) | tee "c$i.yaml" >"d$i.yaml"
done && echo "$small" | tee c30.yaml >d30.yaml && cp c0.yaml compose.yaml && reads 3 "too long together"
case_in include_directory && mkdir sub && printf 'include: [sub]\n%s\n' "$small" >compose.yaml && reads 3 "not a regular file" compose.yaml:1:11
case_in include_device && printf 'include: [/dev/zero]\n%s\n' "$small" >compose.yaml && reads 3 "not a regular file" compose.yaml:1:11
case_in include_fifo && mkfifo fifo && printf 'include: [fifo]\n%s\n' "$small" >compose.yaml && reads 3 "not a regular file" compose.yaml:1:11
case_in extends_directory && echo 'services: {a: {extends: {file: /tmp, service: a}}}' >compose.yaml &&
	reads 3 "not a regular file" compose.yaml:1:25
case_in env_file_fifo && mkfifo fifo && echo 'services: {a: {image: x, env_file: fifo}}' >compose.yaml && reads 3 "not a regular file"
case_in env_file_device && echo 'services: {a: {image: x, env_file: /dev/zero}}' >compose.yaml && reads 3 "not a regular file"
case_in compose_fifo && mkfifo compose.yaml && reads 3 "there is no compose file"
case_in compose_directory && mkdir compose.yaml && reads 3 "there is no compose file"
# What the system refuses to open.
case_in link_loop && ln -s compose.yaml compose.yaml && reads 1 "symbolic links"
case_in link_loop_env && echo "$small" >compose.yaml && ln -s .env .env && reads 1 "symbolic links"
if [ "$(id -u)" -ne 0 ]; then
	case_in unreadable && echo "$small" >compose.yaml && chmod 0 compose.yaml && reads 1 "Permission denied"
fi

# --- .env -------------------------------------------------------------------------------------------------------
# env_case NAME: the text on stdin is the .env of a small project.
env_case() { case_in "$1" && cat >.env && echo "$small" >compose.yaml; }
env_case env_million < <(repeat 1000000 'KEY_%d=value\n') && reads 3 "larger than 16777216 bytes"
env_case env_keys < <(repeat 500000 'K%d=value\n') && reads 3 "too long" .env:5001:1
env_case env_same_key < <(repeat 500000 'K=v\n') && reads 3 "too long" .env:5001:1
env_case env_one_line < <(repeat 500000 'A="x"') && reads 3 "too long" .env:1:25001
env_case env_open_quotes < <(repeat 100000 "A%d='") && reads 3 "too long" '.env:1:[0-9]+'
env_case env_empty_lines < <(zeros 16000000 '\n') && reads 3 "too long" .env:16000001:1
env_case env_blanks < <(zeros 15000000 ' ') && reads 0
env_case env_long_line < <({ printf 'A=' && zeros 10485760 x && echo; }) && reads 0
env_case env_long_quoted < <({ printf 'A="' && repeat 3000000 '\\n' && echo '"'; }) && reads 0
env_case env_large < <({ zeros 104857600 '#' && echo; }) && reads 3 "larger than 16777216 bytes"
env_case env_nul < <(printf 'A=1\nB=\0\n') && reads 3 "NUL" .env:2:3
env_case env_not_utf8 < <(printf 'A=1\n\xff=2\n') && reads 3 "unexpected byte 0xff" .env:2:1
env_case env_letters < <(awk 'BEGIN { for (i = 0; i < 500000; i++) printf "\303\244"; print "=1" }') && reads 0
env_case env_open_templates < <({ printf 'A=' && repeat 1000000 '${A:-'; }) && reads 3 "invalid template" .env:1:3
env_case env_doubling < <(awk 'BEGIN { print "K0=0123456789"; for (i = 1; i < 40; i++) printf "K%d=$K%d$K%d\n", i, i - 1, i - 1 }') && reads 3 "too long" '.env:[0-9]+:[0-9]+'
case_in env_fifo && mkfifo .env && echo "$small" >compose.yaml && reads 0
case_in env_device && ln -s /dev/zero .env && echo "$small" >compose.yaml && reads 3 "not a regular file"
say "$cases hostile inputs, at most $worst ms of the processor ($worst_name)"
