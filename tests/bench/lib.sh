# SPDX-License-Identifier: MIT
# What the benchmarks share, on top of the system tests' library (need_engine, project, wait_for, ...).
# Sourced by bash: . "$(dirname "$0")/lib.sh"
. "$(dirname "${BASH_SOURCE[0]}")/../lib/system.sh"
exec 3>&1 1>&2

# row NAME VALUE UNIT OP LIMIT: prints the row and its verdict. OP is <= or >=.
row() {
	local verdict
	verdict=$(awk -v v="$2" -v l="$5" -v op="$4" 'BEGIN { print ((op == "<=" ? v <= l : v >= l) ? "ok" : "short") }')
	printf 'bench %s %s %s must %s %s: %s\n' "$1" "$2" "$3" "$4" "$5" "$verdict" >&3
}

ratio() { awk -v a="$1" -v b="$2" 'BEGIN { printf "%.3f", (b > 0 ? a / b : 0) }'; }

# paired ROUNDS COMMAND... -- COMMAND...: sets wall1 wall2 cpu1 cpu2 (medians, ms).
paired() {
	local said
	said=$("$builddir/tests/bench/paired" "$@") || fail "could not be measured: $*"
	read -r wall1 wall2 cpu1 cpu2 <<<"$said"
}

# The largest project of the tests, in a fresh directory; goes there.
large_project() {
	project large
	"$srcdir/tests/lib/large-project" "$PWD"
}

# Reading a project needs the compose plugin but no Engine.
need_compose() {
	eval "$("$srcdir/tests/lib/engine" env)"
	docker compose version >/dev/null 2>&1 || skip "there is no docker compose"
}
