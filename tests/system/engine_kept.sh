#!/bin/bash
# SPDX-License-Identifier: MIT
# timeout: 180
# A project stays on the engine that it was deployed on: later commands go there without being told, an engine that
# cannot be reached is not taken for one with nothing on it, and nothing is deployed on two at once.
. "$(dirname "$0")/../lib/system.sh"
need_engine
need_tool jq

kept_project() {
	project "$1"
	cat >compose.yaml <<-'EOF'
		services:
		  web:
		    image: slipway-test/busybox:1
		    command: [sh, -c, "trap 'exit 0' TERM; while :; do sleep 0.2; done"]
	EOF
	cat >slipway.yaml <<-'EOF'
		slipway: 1
		stack: kept
		title: Kept
		compose: {files: [compose.yaml]}
		services:
		  web:
		    process: {command: [sh, -c, "trap 'exit 0' TERM; while :; do sleep 0.2; done"]}
	EOF
}
containers() { docker ps -aq --filter "label=com.docker.compose.project=$project" | wc -l; }
dead=unix://$work/no-engine.sock

# --- as processes, beside an Engine that answers
kept_project kept-process
at_exit "cd '$PWD' && '$slipway' --engine process down --yes >/dev/null 2>&1"
expect 0 "$slipway" --engine process up --yes --plain
assert_eq process "$(cat .slipway/engine)" "what is written down"
expect 0 "$slipway" status
assert_contains "$out" web
assert_eq 0 "$(containers)" containers
expect 0 "$slipway" plan
assert_contains "$out" "Nothing to do"
# Said otherwise it is told of the other one, and nothing is begun beside it.
run "$slipway" --engine compose status
assert_contains "$err" "still deployed on the engine process"
expect 1 "$slipway" --engine compose up --yes --plain
assert_contains "$err" "slipway --engine process down"
assert_eq 0 "$(containers)" containers
expect 0 "$slipway" down --yes
assert_no_file .slipway/process.sock
assert_eq none "$(cat .slipway/engine)" "what is written down after down"

# --- free again: in containers
expect 0 "$slipway" up --yes --plain
assert_eq 1 "$(containers)" containers
for command in status "up --yes" down "restart web"; do
	# shellcheck disable=SC2086 # words
	expect 6 env DOCKER_HOST="$dead" "$slipway" $command
	assert_contains "$err" "deployed on the engine compose" "slipway $command"
	assert_contains "$err" "no-engine.sock" "slipway $command"
	assert_contains "$err" "Start it" "slipway $command"
done
expect 6 env DOCKER_HOST="$dead" "$slipway" plan
assert_contains "$err" "deployed on the engine compose" plan
assert_no_file .slipway/process.sock
expect 1 env DOCKER_HOST="$dead" "$slipway" --engine process up --yes --plain
assert_contains "$err" "slipway --engine compose down"

# --- before it was written down, what was left behind tells
rm .slipway/engine
expect 6 env DOCKER_HOST="$dead" "$slipway" status
# Taken down by hand: it is free as soon as Slipway has looked.
docker rm -f $(docker ps -aq --filter "label=com.docker.compose.project=$project") >/dev/null
expect 0 "$slipway" down
assert_contains "$out" "Nothing to take down"
expect 5 env DOCKER_HOST="$dead" "$slipway" status
assert_contains "$out" "Nothing is deployed yet"
