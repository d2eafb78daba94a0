#!/bin/bash
# SPDX-License-Identifier: MIT
# The demo without containers: the same path, a supervisor that outlives the command, nothing left behind.
. "$(dirname "$0")/../lib/system.sh"
need_tool busybox busybox-static
need_tool jq
export DOCKER_HOST=unix://$work/no-engine.sock
project process
free_port

# Every process of the supervisor's family is below this mark in its environment.
mark=SLIPWAY_TEST_MARK=$project
export SLIPWAY_TEST_MARK=$project
ours() { grep -lz -- "$mark" /proc/[0-9]*/environ 2>/dev/null | cut -d/ -f3 | grep -vx -e $$ -e $BASHPID || true; }
services() { for p in $(ours); do tr '\0' ' ' <"/proc/$p/cmdline" 2>/dev/null | grep -E 'app/|sleep|httpd' || true; done; }
none_left() { [ -z "$(services)" ]; }
at_exit '"$slipway" down --engine process >/dev/null 2>&1'

# What is new is counted, what Slipway keeps for itself is one line, and what comes next is said.
expect 3 "$slipway" setup --stack demo --batch --engine process --set "WEB_PORT=$port"
assert_contains "$out" "+WEB_PORT=$port" "what is shown before the question"
assert_lacks "$out" "+services:"
expect 0 "$slipway" setup --stack demo --batch --dry-run --verbose --engine process --set "WEB_PORT=$port"
assert_contains "$out" "+services:" "what is shown with --verbose"
expect 0 "$slipway" setup --stack demo --batch --yes --engine process --set "WEB_PORT=$port"
assert_contains "$out" "compose.yaml                 new, $(wc -l <compose.yaml) lines"
assert_contains "$out" "Slipway's own notes          .slipway/seen, .slipway/stack, .slipway/answers.yaml"
assert_lacks "$out" "WEB_PORT="
assert_lacks "$out" ".slipway/seen done"
assert_contains "$out" '"slipway up" starts the services'
assert_mode 600 .env
# Who follows the logs before anything runs sees what comes.
"$slipway" logs --follow --engine process >follow.log 2>&1 &
follower=$!
at_exit "kill $follower 2>/dev/null"
expect 0 "$slipway" up --yes --plain --engine process
wait_for grep -q "web: listening on port $port" follow.log
# It says where the lines stop, and where they go on.
expect 0 "$slipway" down --yes --engine process
wait_for grep -q "connection lost, trying again: the supervisor has ended" follow.log
expect 0 "$slipway" up --yes --plain --engine process
wait_for grep -q "connected again" follow.log
kill -INT "$follower"
expect 0 "$slipway" status --json --engine process
assert_eq true "$(json .healthy <<<"$out")" healthy
assert_eq "cache=healthy migrate=done store=healthy web=healthy worker=healthy" \
	"$(json '[.services[] | "\(.service)=\(.state)"] | sort | join(" ")' <<<"$out")" states
assert_contains "$(busybox wget -q -O - "http://127.0.0.1:$port/ready.json")" true

# The command has ended and the services run: the supervisor keeps them.
[ -n "$(services)" ] || fail "nothing runs after up has ended"
expect 0 "$slipway" logs --engine process worker
assert_contains "$out" worker

# A second run finds nothing to do.
expect 0 "$slipway" plan --engine process
expect 0 "$slipway" up --yes --plain --engine process

# One service stops, is seen stopped, and starts again.
expect 0 "$slipway" restart --yes --engine process cache
back() { "$slipway" status --json --engine process | jq -e '.healthy'; }
wait_for back

expect 0 "$slipway" down --yes --engine process
wait_for none_left
assert_no_file .slipway/process.sock
# They were asked to end, not killed: the store put its mark away itself.
assert_no_file data/run/store.ready

# A port that somebody else has is not taken for ours: nothing is started beside it.
busybox httpd -f -p "127.0.0.1:$port" -h . &
squatter=$!
at_exit "kill $squatter 2>/dev/null"
wait_for busybox wget -q -O /dev/null "http://127.0.0.1:$port/compose.yaml"
expect 2 "$slipway" plan --engine process
assert_contains "$out" "port $port for web is held by busybox (pid $squatter)" "the plan"
expect 1 "$slipway" up --yes --plain --engine process
assert_contains "$err" "port $port for web is held by busybox" "the refusal"
[ -z "$(services | grep -v " -p 127.0.0.1:$port")" ] || fail "something was started: $(services)"
kill "$squatter"
gone() { ! kill -0 "$squatter" 2>/dev/null; }
wait_for gone

# A supervisor killed with -9 leaves services behind; `down` finds and ends them.
expect 0 "$slipway" up --yes --plain --engine process
kill -9 $(pgrep -f "slipway __supervise $PWD\$")
# Until then they are not passed over in silence.
expect 5 "$slipway" status --engine process
assert_contains "$out" "processes run unattended: their supervisor was killed"
assert_contains "$out" '"slipway up" ends'
assert_lacks "$out" "Nothing is deployed"
expect 5 "$slipway" status --json --engine process
[ "$(json .unattended <<<"$out")" -ge 4 ] || fail "unattended: $out"
expect 5 "$slipway" why --engine process
assert_contains "$out" "processes run unattended"
expect 0 "$slipway" down --yes --engine process
wait_for none_left
