#!/bin/bash
# SPDX-License-Identifier: MIT
# Ctrl-C while services start ends the run at once with 130, what runs goes on, and the next run finishes the work.
. "$(dirname "$0")/../lib/system.sh"
need_tool jq
need_engine

project interrupt
cat >compose.yaml <<-'EOF'
	services:
	  first:
	    image: slipway-test/busybox:1
	    command: [sleep, "1000"]
	    init: true
	    healthcheck: {test: [CMD, test, -e, /tmp/go], interval: 1s, retries: 1000}
	  second:
	    image: slipway-test/busybox:1
	    command: [sleep, "1000"]
	    init: true
	    depends_on: {first: {condition: service_healthy}}
EOF
"$slipway" up >"$work/out" 2>"$work/err" </dev/null &
pid=$!
wait_for -t 60 grep -q "first started" "$work/out"

# Meanwhile nobody else may.
expect 7 "$slipway" up
assert_contains "$err" "another run"

kill -INT $pid
status=0
wait $pid || status=$?
assert_eq 130 "$status" "status after Ctrl-C"
expect 0 "$slipway" runs --json
[[ $(jq -r '.runs[0].outcome' <<<"$out") != done ]] || fail "an interrupted run is done"
expect 5 "$slipway" status --json
assert_eq starting "$(jq -r '.services[] | select(.service == "first") | .state' <<<"$out")" "first goes on"

docker compose exec -T first touch /tmp/go
expect 0 "$slipway" up
expect 0 "$slipway" status
expect 0 "$slipway" plan
