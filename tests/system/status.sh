#!/bin/bash
# SPDX-License-Identifier: MIT
# What is not well is said with its reason and exit status 5; a crash loop and an impossible wait fail at once;
# events are JSON lines; hostile log lines do not reach the terminal.
. "$(dirname "$0")/../lib/system.sh"
need_tool jq
need_engine

project status
cat >compose.yaml <<-'EOF'
	services:
	  good:
	    image: slipway-test/busybox:1
	    command: [sh, -c, "printf 'fine \\033]0;owned\\007\\033[31mred\\n'; exec sleep 1000"]
	    init: true
	    healthcheck: {test: [CMD, "true"], interval: 1s}
	  sick:
	    image: slipway-test/busybox:1
	    command: [sleep, "1000"]
	    init: true
	    healthcheck: {test: [CMD-SHELL, "echo the well is dry; exit 1"], interval: 1s, retries: 2}
	  after:
	    image: slipway-test/busybox:1
	    command: [sleep, "1000"]
	    depends_on: {sick: {condition: service_healthy}}
	  looping:
	    image: slipway-test/busybox:1
	    command: [sh, -c, "echo ERROR: no ground; exit 3"]
	    restart: always
EOF
began=$SECONDS
# Silence would look like something wrong.
expect 0 "$slipway" logs
assert_eq "" "$out" "log lines of what is not deployed"
assert_contains "$err" "Nothing is deployed yet"
assert_contains "$err" "slipway up"
expect 5 "$slipway" up --events
[ $((SECONDS - began)) -lt 60 ] || fail "up took $((SECONDS - began)) s to see what cannot become well"
assert_eq 0 "$(grep -vc '^{.*}$' <<<"$out" || true)" "lines that are no JSON objects"
assert_contains "$(jq -r 'select(.event == "service" and .service == "sick") | .reason' <<<"$out")" "the well is dry"
assert_eq failed "$(jq -r 'select(.event == "end") | .outcome' <<<"$out")" "the last event"
assert_eq skipped "$(jq -r 'select(.event == "service" and .service == "after") | .phase' <<<"$out" | tail -n 1)" "after"

expect 5 "$slipway" status --json
assert_eq false "$(jq .healthy <<<"$out")" healthy
state() { jq -r ".services[] | select(.service == \"$1\") | .$2" <<<"$out"; }
assert_eq healthy "$(state good health)" good
assert_eq unhealthy "$(state sick health)" sick
assert_contains "$(state sick reason)" "the well is dry"
assert_eq false "$(state looping healthy)" looping
expect 0 "$slipway" status good
expect 5 "$slipway" status after
[[ $out =~ "not started"\ +[^0-9\ ] ]] || fail "what has not begun has a time: $out"
expect 5 "$slipway" status sick
expect 3 "$slipway" status none
assert_contains "$err" "good"

expect 5 "$slipway" why
assert_contains "$out" "the well is dry"
assert_contains "$out" "no ground"
assert_lacks "$out" "good:" "why of what is well"

expect 0 "$slipway" logs good
assert_contains "$out" fine
assert_lacks "$out" $'\x1b' "logs"
assert_lacks "$out" owned "logs"
expect 0 "$slipway" logs sick
assert_contains "$err" "no log lines yet"
expect 0 "$slipway" logs --tail 0 good
assert_eq "" "$err" "what is said of no lines that were asked for"
expect 0 "$slipway" logs --json --tail 1 good
assert_eq good "$(jq -r .service <<<"$out")" "logs as JSON"
expect 3 "$slipway" logs --tail many
# Whoever reads may go.
"$slipway" logs -f good | head -n 1 | grep -q fine || fail "logs -f into head"

# Ctrl-C ends a watching command with 130 and stops nothing.
"$slipway" logs -f good >"$work/followed" 2>&1 &
pid=$!
wait_for grep -q fine "$work/followed"
kill -INT $pid
status=0
wait $pid || status=$?
assert_eq 130 "$status" "status after Ctrl-C"
expect 0 "$slipway" status good

expect 0 "$slipway" restart good
expect 0 "$slipway" scale good=2
expect 0 "$slipway" status --json good
assert_eq 2 "$(jq '.services[0].instances | length' <<<"$out")" "instances after scale"
expect 3 "$slipway" scale good=many

# Volumes go only with a yes.
expect 3 "$slipway" down --volumes
assert_eq running "$(docker compose ps --format '{{.State}}' good | head -n 1)" "good after a refused down"
expect 0 "$slipway" down
assert_eq "" "$(docker compose ps -aq)" "containers after down"
