#!/bin/bash
# SPDX-License-Identifier: MIT
# No Engine, or no permission to talk to it: said with the remedy and status 6, by every command that needs it. A
# project that Slipway has set up is not asked all over again; an empty one is asked, and told.
. "$(dirname "$0")/../lib/system.sh"
need_tool jq
export DOCKER_HOST=unix://$work/no.sock

project absent
cat >compose.yaml <<-'EOF'
	services:
	  web:
	    image: busybox
	    environment: {NAME: "${NAME:?who is it}"}
EOF
# --- nothing is set up yet
expect 0 "$slipway" --plain
assert_contains "$out" "1 to answer"
assert_contains "$out$err" "no.sock" "what is missing"
assert_contains "$out$err" "Files can be written all the same"
expect 0 "$slipway" setup --batch --yes --set NAME=x

# --- set up
refused() {
	local text=$1 command
	for command in "" status panel up down "restart web" "scale web=2" "why"; do
		# shellcheck disable=SC2086 # words
		expect 6 "$slipway" $command
		assert_contains "$err" "$text" "slipway $command"
		# shellcheck disable=SC2086 # words
		expect 6 "$slipway" --json $command
		assert_eq 6 "$(jq .error.status <<<"$out")" "slipway --json $command"
		[ -n "$(jq -r '.error.hint // ""' <<<"$out")" ] || fail "slipway $command names no remedy: $out"
	done
}
refused no.sock
# What was not looked at is not said to be well.
expect 0 "$slipway" setup --batch --yes
assert_contains "$out" "The services were not looked at"
expect 6 "$slipway" plan
assert_contains "$out" "the files are as wanted"
assert_contains "$err" "no.sock" "why the services were not looked at"

# --- there, but not for us
need_tool setpriv util-linux
need_tool python3
export DOCKER_HOST=unix://$work/closed.sock
python3 -c 'import socket, sys, time; s = socket.socket(socket.AF_UNIX); s.bind(sys.argv[1]); s.listen(); time.sleep(600)' \
	"$work/closed.sock" &
at_exit "kill $!"
wait_for test -S "$work/closed.sock"
chmod 600 "$work/closed.sock"
chmod 755 "$work"
chmod -R a+rwX .
runs_as_nobody() { setpriv --reuid=65534 --clear-groups -- "$slipway" --version >/dev/null 2>&1; }
runs_as_nobody || skip "nobody else may run $slipway"
real=$slipway
as_nobody() { setpriv --reuid=65534 --clear-groups -- "$real" "$@"; }
slipway=as_nobody
refused closed.sock
