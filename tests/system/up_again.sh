#!/bin/bash
# SPDX-License-Identifier: MIT
# What still starts is not "as wanted": plan says so, up waits for it. A restart that comes to nothing says what is there.
. "$(dirname "$0")/../lib/system.sh"
need_tool jq
need_engine

project again
cat >compose.yaml <<-'EOF'
	services:
	  web:
	    image: slipway-test/busybox:1
	    pull_policy: never
	    command: [sleep, "1000"]
	    stop_grace_period: 0s
	    healthcheck: {test: [CMD, test, -e, /tmp/go], interval: 1s, retries: 1000}
EOF
"$slipway" up >"$work/out" 2>"$work/err" </dev/null &
pid=$!
wait_for -t 60 grep -q "web started" "$work/out"
kill -INT $pid
wait $pid || true
assert_eq 1 "$(grep -c "web started" "$work/out")" "lines that say that web has started"

expect 0 "$slipway" plan
assert_contains "$out" "Nothing to change; still starting: web."
assert_lacks "$out" "as wanted"
expect 0 "$slipway" plan --json
assert_eq '["web"]' "$(jq -c .waits <<<"$out")" "what a plan waits for"

"$slipway" up >"$work/out" 2>"$work/err" </dev/null &
pid=$!
wait_for -t 60 grep -q "web started: waits for its health check" "$work/out"
docker compose exec -T web touch /tmp/go
wait $pid || fail "up gave $? while it waited: $(cat "$work/err")"
grep -q "web ready" "$work/out" || fail "up ended before web was ready: $(cat "$work/out")"
expect 0 "$slipway" up
assert_contains "$out" "everything is as wanted"
expect 0 "$slipway" down --yes

project once
cat >compose.yaml <<-'EOF'
	services:
	  migrate:
	    image: slipway-test/busybox:1
	    pull_policy: never
	    command: [sh, -c, "exit 3"]
	    restart: "no"
	  later:
	    image: slipway-test/busybox:1
	    pull_policy: never
	    command: [sleep, "1000"]
	    profiles: [later]
	    depends_on: {migrate: {condition: service_completed_successfully}}
EOF
expect 5 "$slipway" up
expect 0 "$slipway" restart
assert_lacks "$out" "as wanted"
assert_contains "$out" "migrate runs once, and ended with an error: left alone"
assert_contains "$out" "slipway restart migrate"
