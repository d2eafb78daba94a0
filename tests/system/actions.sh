#!/bin/bash
# SPDX-License-Identifier: MIT
# restart, scale and down are runs like a deployment: under the lock, in the journal, known when they were cut
# short. What takes down a running service is not done unasked.
. "$(dirname "$0")/../lib/system.sh"
need_tool jq
need_engine

project actions
cat >compose.yaml <<-'EOF'
	services:
	  db:
	    image: slipway-test/busybox:1
	    command: [sleep, "1000"]
	    init: true
	    restart: always
	    healthcheck: {test: [CMD, "true"], interval: 1s}
	  web:
	    image: slipway-test/busybox:1
	    # Ends when it is asked to, but not before it may.
	    command: [sh, -c, "trap 'while [ -e /tmp/hold ]; do sleep 0.1; done; exit 0' TERM; while :; do sleep 0.1; done"]
	    stop_grace_period: 100s
	    restart: always
	    environment: {COLOUR: "${COLOUR:-red}"}
	    depends_on: {db: {condition: service_healthy}}
EOF
started() { docker inspect -f '{{.State.StartedAt}}' "$project-$1-1"; }
newest() { "$slipway" runs --json | jq -r ".runs[0].$1"; }

expect 5 "$slipway" status
assert_contains "$out" "Nothing is deployed yet"
# Only what is not there: no question.
expect 0 "$slipway" up --json
assert_eq done "$(json .outcome <<<"$out")" outcome

# --- a run of its own ----------------------------------------------------------------------------
db=$(started db)
web=$(started web)
expect 0 "$slipway" restart db
assert_contains "$out" "db"
[ "$db" != "$(started db)" ] || fail "db was not restarted"
assert_eq "$web" "$(started web)" "web, which nobody named"
assert_eq "restart done" "$(newest title) $(newest outcome)" "the newest run"
expect 0 "$slipway" scale db=2
assert_eq "scale done" "$(newest title) $(newest outcome)" "the newest run"
expect 0 "$slipway" scale db=1
expect 3 "$slipway" scale db=1 db=2
expect 3 "$slipway" scale db=1 nobody=2

# --- one at a time -------------------------------------------------------------------------------
docker exec "$project-web-1" touch /tmp/hold
"$slipway" restart web >"$work/out" 2>"$work/err" </dev/null &
pid=$!
at_work() { [ "$(newest outcome)" = running ]; }
wait_for at_work
before=$(started db)
web=$(started web)
expect 7 "$slipway" restart db
expect 7 "$slipway" down
expect 7 "$slipway" scale db=2
assert_eq "$before" "$(started db)" "db, restarted beside another run"

# --- cut short -----------------------------------------------------------------------------------
kill -KILL $pid
wait $pid || true
assert_eq "restart interrupted" "$(newest title) $(newest outcome)" "the killed run"
expect 0 "$slipway" runs
assert_contains "$out" "was cut short"
# What the Engine was told it does all the same.
docker exec "$project-web-1" rm /tmp/hold
again() { [ "$web" != "$(started web)" ]; }
wait_for again
expect 0 "$slipway" up --yes
expect 0 "$slipway" status

# --- not unasked ---------------------------------------------------------------------------------
web=$(docker inspect -f '{{.Id}}' "$project-web-1")
export COLOUR=blue
for mode in --json --events --quiet --plain; do
	expect 3 "$slipway" up $mode
	assert_contains "$err" "--yes"
	assert_contains "$out$err" "recreated" "what $mode shows"
	assert_eq "$web" "$(docker inspect -f '{{.Id}}' "$project-web-1")" "web after up $mode"
done
expect 0 "$slipway" up --events --yes
assert_eq plan "$(head -n 1 <<<"$out" | jq -r .event)" "the first event"
assert_eq "recreated" "$(head -n 1 <<<"$out" | jq -r '.steps[] | select(.id == "service:web") | .reason' | cut -c 1-9)" web
[ "$web" != "$(docker inspect -f '{{.Id}}' "$project-web-1")" ] || fail "web was not made anew"

expect 0 "$slipway" down --json
assert_eq done "$(json .outcome <<<"$out")" outcome
assert_eq "" "$(docker ps -aq --filter "label=com.docker.compose.project=$project")" "containers after down"
assert_eq "down done" "$(newest title) $(newest outcome)" "the newest run"

# What is no name of an image is never asked for, and said with its place.
project names
for image in --help ../../containers/json 'a b' 'BusyBox:1'; do
	printf 'services:\n  web:\n    image: "%s"\n' "$image" >compose.yaml
	expect 3 "$slipway" up --yes
	assert_contains "$err" "the image of web cannot be used" "up with $image"
	assert_contains "$err" "image \"$image\", at compose.yaml:3" "the place of $image"
done
