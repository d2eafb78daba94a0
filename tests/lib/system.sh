# SPDX-License-Identifier: MIT
# What the system tests share; sourced by bash as the first line of each: . "$(dirname "$0")/../lib/system.sh"
#
# A test is an executable tests/system/NAME.sh. Exit 0: passed; 77: skipped, the reason is the last line
# (skip REASON does it); anything else failed. A line `# timeout: SECONDS` changes its limit of 120 s; beside
# others it has twice as long.
#
# Given: $slipway (the program as built), $srcdir, $work (an empty directory of this test, removed after it,
# HOME is below it). Everything a test made on the Engine is removed by project and id at its end.
set -euo pipefail

srcdir=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
builddir=$(cd "${builddir:-$srcdir/build}" && pwd)
slipway=$builddir/slipway
work=$(mktemp -d "${TMPDIR:-/tmp}/slipway-system.XXXXXX")
projects=()
on_exit=()

export HOME=$work/home LC_ALL=C.UTF-8 LANGUAGE= SLIPWAY_LOCALEDIR=$builddir/locale
export SLIPWAY_TEMPLATES=$srcdir/templates
export XDG_CONFIG_HOME=$HOME/.config XDG_STATE_HOME=$HOME/.state XDG_CACHE_HOME=$HOME/.cache XDG_RUNTIME_DIR=$work/run
mkdir -p "$HOME" "$XDG_RUNTIME_DIR"
chmod 0700 "$XDG_RUNTIME_DIR"
unset COMPOSE_FILE COMPOSE_PROJECT_NAME COMPOSE_PROFILES COMPOSE_ENV_FILES NO_COLOR

say() { printf '%s\n' "$*"; }

skip() {
	printf 'SKIP: %s\n' "$*"
	exit 77
}

# Where it failed is said: file and line of the test, not of this library.
fail() {
	local i=0
	trap - ERR
	while [[ ${BASH_SOURCE[i]} == */lib/system.sh ]] && [ -n "${BASH_SOURCE[i + 1]:-}" ]; do i=$((i + 1)); done
	printf 'FAIL: %s:%s: %s\n' "$(basename "${BASH_SOURCE[i]}")" "${BASH_LINENO[i - 1]}" "$*"
	exit 1
}

# at_exit COMMAND: runs at the end of the test whatever happens, last given first.
at_exit() { on_exit=("$*" "${on_exit[@]}"); }

finish() {
	local status=$? p c
	trap - EXIT ERR
	set +e
	for c in "${on_exit[@]}"; do eval "$c"; done
	for p in "${projects[@]}"; do engine_clean "$p"; done
	if [ "$status" -eq 0 ] || [ "$status" -eq 77 ] || [ -z "${SLIPWAY_TEST_KEEP:-}" ]; then
		rm -rf "$work"
	else
		say "kept: $work"
	fi
	exit "$status"
}
trap finish EXIT
trap 'exit 143' TERM INT HUP
trap 'say "ERROR: $(basename "${BASH_SOURCE[0]}"):$LINENO: \"$BASH_COMMAND\" gave $?"' ERR
set -E

need_tool() { command -v "$1" >/dev/null || skip "there is no $1 (Debian package: ${2:-$1})"; }

# The tests' own Engine with its images, or a skip that says why not. tests/system/run has looked after both already.
need_engine() {
	local out status=0
	[ -z "${SLIPWAY_TEST_NO_ENGINE:-}" ] || skip "no Engine: $SLIPWAY_TEST_NO_ENGINE"
	if [ "${SLIPWAY_TEST_ENGINE:-}" = ready ]; then
		eval "$("$srcdir/tests/lib/engine" env)"
		return
	fi
	out=$("$srcdir/tests/lib/engine" start 2>&1) || status=$?
	case $status in
	0) ;;
	3) skip "no Engine: $(tail -n 1 <<<"$out")" ;;
	*) fail "the Engine does not start: $out" ;;
	esac
	"$srcdir/tests/lib/engine" images >&2
	eval "$("$srcdir/tests/lib/engine" env)"
}

# project [NAME]: makes an empty project directory, goes there, and has what runs under its name removed at the
# end. The name is unique on the machine; it is $project, the directory $PWD.
project() {
	project=st-${1:-p}-$$-$RANDOM
	mkdir -p "$work/$project"
	cd "$work/$project"
	projects+=("$project")
}

# Containers, networks and volumes of one compose project, by their ids.
engine_clean() {
	[ -n "${DOCKER_HOST:-}" ] || return 0
	local label=label=com.docker.compose.project=$1 ids
	ids=$(docker ps -aq --filter "$label") && [ -n "$ids" ] && docker rm -f -v $ids >/dev/null
	ids=$(docker network ls -q --filter "$label") && [ -n "$ids" ] && docker network rm $ids >/dev/null
	ids=$(docker volume ls -q --filter "$label") && [ -n "$ids" ] && docker volume rm -f $ids >/dev/null
	return 0
}

# wait_for [-t SECONDS] COMMAND...: until COMMAND succeeds; the test fails after 30 s (or SECONDS).
wait_for() {
	local limit=30 end
	if [ "$1" = -t ]; then
		limit=$2
		shift 2
	fi
	end=$((SECONDS + limit))
	until "$@" >/dev/null 2>&1; do
		[ "$SECONDS" -lt "$end" ] || fail "after $limit s still not: $*"
		sleep 0.1
	done
}

assert_eq() { [ "$1" = "$2" ] || fail "${3:-differs}: expected '$1', got '$2'"; }
assert_contains() { [[ $1 == *"$2"* ]] || fail "${3:-text}: '$2' is not in: $1"; }
assert_lacks() { [[ $1 != *"$2"* ]] || fail "${3:-text}: '$2' is in: $1"; }
assert_file() { [ -e "$1" ] || fail "there is no $1"; }
assert_no_file() { [ ! -e "$1" ] || fail "there is a $1"; }
assert_same() { cmp -s -- "$1" "$2" || fail "$1 and $2 differ: $(diff -u -- "$1" "$2" | head -n 20)"; }
assert_mode() { assert_eq "$1" "$(stat -c %a -- "$2")" "mode of $2"; }

# free_port: one that nobody listens on into $port; none that the kernel gives to somebody in the meantime by itself.
free_port() {
	port=$((20000 + RANDOM % 10000))
	while (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do port=$((port + 1)); done
}

# run COMMAND...: leaves its exit status in $status, its output in $out and $err; never ends the test.
run() {
	status=0
	"$@" >"$work/.out" 2>"$work/.err" </dev/null || status=$?
	out=$(tr -d '\0' <"$work/.out")
	err=$(tr -d '\0' <"$work/.err")
}

# expect STATUS COMMAND...: run, and the exit status must be that.
expect() {
	local want=$1
	shift
	run "$@"
	[ "$status" = "$want" ] || fail "'$*' gave $status instead of $want
stdout: $(head -c 4000 <<<"$out")
stderr: $(head -c 4000 <<<"$err")"
}

# json FILTER <<<"$out": a value by jq; the test fails when there is none.
json() { jq -er "$1" || fail "no value at $1"; }

# digest_tree DIR [BUT]: mode, owner and name of everything below DIR (but BUT), and digests of the files, for comparing
# trees byte for byte.
digest_tree() {
	local but=(${2:+-not -path "$2" -not -path "$2/*"})
	(cd "$1" || exit
	find . -mindepth 1 "${but[@]}" \( -type f -printf '%m %U:%G %p\n' -o -type d -printf '%m %U:%G dir %p\n' \
		-o -printf '%m %U:%G other %p %l\n' \) | LC_ALL=C sort
	find . -mindepth 1 "${but[@]}" -type f -print0 | LC_ALL=C sort -z | xargs -0r sha256sum)
}
