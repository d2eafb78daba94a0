#!/bin/bash
# SPDX-License-Identifier: MIT
# timeout: 240
# The demo in containers, as `./bootstrap run` lays it out: healthy on a real Engine, seen so by docker compose
# too, changed by no second run, beside another demo, and gone after down.
. "$(dirname "$0")/../lib/system.sh"
need_engine
need_tool jq
need_tool curl
[ -f "$builddir/Makefile" ] || skip "$builddir is not a build directory"
unset SLIPWAY_TEMPLATES SLIPWAY_LOCALEDIR
export SLIPWAY_BUILD_DIR=$builddir SLIPWAY_NO_INSTALL=1

# What the demo runs in is found by bootstrap: here one of these two, so that no registry is asked.
image=busybox:stable
if ! docker image inspect "$image" >/dev/null 2>&1; then
	image=slipway-demo:1
	if ! docker image inspect "$image" >/dev/null 2>&1; then
		docker tag slipway-test/busybox:1 "$image"
		at_exit 'docker rmi "$image" >/dev/null'
	fi
fi

# The name of the directory is the name of the project: two demos do not meet.
name=st-demo-$$-$RANDOM other=st-other-$$-$RANDOM
projects+=("$name" "$other")
export SLIPWAY_DEMO_DIR=$work/$name
free_port
other_port=$port
free_port

expect 0 "$srcdir/bootstrap" run --set "WEB_PORT=$port"
assert_contains "$out" "the demo runs in containers"
cd "$SLIPWAY_DEMO_DIR"
expect 0 "$slipway" status --json
assert_eq "$name" "$(json .project <<<"$out")" project
assert_eq true "$(json .healthy <<<"$out")" healthy
assert_eq "cache=healthy migrate=done store=healthy web=healthy worker=healthy" \
	"$(json '[.services[] | "\(.service)=\(.state)"] | sort | join(" ")' <<<"$out")" states
assert_eq '{"ready": true}' "$(curl -fsS "http://127.0.0.1:$port/ready.json")" "what the web server says"

# docker compose reads the same project and says the same of it.
seen() {
	docker compose ps -a --format json |
		jq -rs '[.[] | if type == "array" then .[] else . end | "\(.Service)=\(.State)/\(.Health)"] | sort | join(" ")'
}
assert_eq "cache=running/healthy migrate=exited/ store=running/healthy web=running/healthy worker=running/healthy" \
	"$(seen)" "docker compose ps"

# What the services write is below data/.
files() { digest_tree "$SLIPWAY_DEMO_DIR" ./.slipway | grep -v ' \./data/'; }
ids() { docker ps -aq --no-trunc --filter "label=com.docker.compose.project=$1" | sort; }
before=$(files) containers=$(ids "$name")
assert_eq 5 "$(wc -l <<<"$containers")" containers

# What brought the compose file is not taken back under the services that it runs.
expect 1 "$slipway" undo --yes 1
assert_contains "$err" "its services are still there" "the refusal"
assert_eq "$before" "$(files)" "the files after an undo that was refused"

# A second demo on the same Engine is another project.
mkdir "$work/$other"
expect 0 "$slipway" -C "$work/$other" --yes setup --stack demo --batch --set "WEB_PORT=$other_port" --set "DEMO_IMAGE=$image"
expect 0 "$slipway" -C "$work/$other" --yes up cache
assert_eq 1 "$(ids "$other" | wc -l)" "containers of the other demo"

expect 0 "$srcdir/bootstrap" run --set "WEB_PORT=$port"
assert_eq "$before" "$(files)" "files after the second run"
assert_eq "$containers" "$(ids "$name")" "containers after the second run"

expect 0 "$slipway" --yes down
assert_eq "" "$(ids "$name")" "containers after down"
assert_eq "" "$(docker network ls -q --filter "label=com.docker.compose.project=$name")" "networks after down"
assert_eq 1 "$(ids "$other" | wc -l)" "containers of the other demo after down of the first"
