#!/bin/bash
# SPDX-License-Identifier: MIT
# The compose engine on a real Docker Engine: what it reads, makes, starts, watches, stops and removes.
# timeout: 300
. "$(dirname "$0")/../lib/system.sh"
need_engine
probe=$builddir/tests/system/engine_probe
[ -x "$probe" ] || skip "engine_probe is not built"

project compose
cat >Dockerfile <<-EOF2
	FROM slipway-test/busybox:1
	RUN echo built-here $project > /built
EOF2
cat >compose.yaml <<-'EOF2'
	services:
	  db:
	    image: slipway-test/busybox:1
	    command: [sh, -c, "trap 'exit 0' TERM; echo ready; while :; do sleep 0.1; done"]
	    healthcheck: {test: [CMD-SHELL, "test -e /tmp/ok || { echo not yet; exit 1; }"], interval: 1s, retries: 3, start_period: 60s}
	    volumes: ["data:/data"]
	  web:
	    build: .
	    command: [sh, -c, "cat /built; exec sleep 1000"]
	    environment: {PRICE: "5$$"}
	    depends_on: {db: {condition: service_healthy}}
	    stop_grace_period: 1s
	  once:
	    image: slipway-test/busybox:1
	    command: [sh, -c, "exit $${CODE:-0}"]
	    depends_on: {db: {condition: service_started}}
	  crash:
	    image: slipway-test/busybox:1
	    command: [sh, -c, "echo ERROR: no; exit 3"]
	    restart: on-failure:2
	  nocmd:
	    image: slipway-test/busybox:1
	    command: [/no/such/program]
	  extra:
	    image: slipway-test/busybox:1
	    profiles: [more]
	volumes: {data: {}}
EOF2

# Looking changes nothing.
expect 0 "$probe" . facts resolve images volumes
assert_contains "$out" "facts Docker Engine"
assert_contains "$out" '"PRICE":"5$"' "\$\$ undone"
assert_lacks "$out" '"extra"' "inactive service"
assert_contains "$out" "image slipway-test/busybox:1 present"
assert_contains "$out" "image $project-web absent"
assert_eq "" "$(docker ps -aq --filter label=com.docker.compose.project="$project")" "containers after looking"

# Creating neither pulls nor builds; building tells its steps.
expect 1 "$probe" . create
assert_contains "$out" "error -1: there is no image $project-web"
expect 0 "$probe" . build=web images
assert_contains "$out" "progress [web 2/2] RUN echo built-here $project > /built: built"
assert_contains "$out" "image $project-web present"

# Made, not started; started one by one; health arrives as an event.
expect 0 "$probe" . watch create volumes start=db until=db:starting why=db exec='db:touch /tmp/ok' until=db:healthy \
	start=web until=web:running start=once until=once:done start=crash until=crash:failed why=crash
assert_contains "$out" "progress container $project-web-1: created"
assert_contains "$out" "volume ${project}_data of $project key data"
assert_contains "$out" "live db created 1"
assert_contains "$out" "live db starting 1"
assert_contains "$out" "live db healthy 1"
assert_contains "$out" "live once done 1"
assert_contains "$out" "why crash: exited with 3"
assert_contains "$out" "why crash: restarted 2 times"
assert_lacks "$out" "live web healthy" "no check"

# What cannot start says why, with its container.
expect 1 "$probe" . watch start=nocmd
assert_contains "$out" "error -1: cannot start $project-nocmd-1: its image has no program"
assert_contains "$out" "/no/such/program"
expect 0 "$probe" . watch why=nocmd
assert_contains "$out" "live nocmd failed 1"
assert_contains "$out" "/no/such/program"

# A second creation changes nothing; recreating makes exactly what was named anew.
before=$(docker inspect -f '{{.Id}}' "$project-db-1" "$project-web-1")
expect 0 "$probe" . create
assert_eq "$before" "$(docker inspect -f '{{.Id}}' "$project-db-1" "$project-web-1")" "ids after a second create"
expect 0 "$probe" . recreate=web start=web
assert_eq "$(head -n 1 <<<"$before")" "$(docker inspect -f '{{.Id}}' "$project-db-1")" "id of the dependency"
[ "$(tail -n 1 <<<"$before")" != "$(docker inspect -f '{{.Id}}' "$project-web-1")" ] || fail "web was not recreated"

# A restart is followed, and the logs of both runs are there.
expect 0 "$probe" . watch until=db:healthy follow=-1 restart=db until=db:healthy lines=6 print stats=db
assert_contains "$out" "live db starting 1"
assert_contains "$out" "stats db cpu"
assert_eq 2 "$(grep -c '^log db 1 unknown ready$' <<<"$out")" "runs of db in its log"
assert_contains "$out" "log crash 1 error ERROR: no"
assert_contains "$out" "log web 1 unknown built-here"

# Commands, in a container and in one of their own.
expect 0 "$probe" . exec='db:echo hello; echo trouble >&2' run='db:id -u'
assert_contains "$out" "output 1 hello"
assert_contains "$out" "output 2 trouble"
assert_contains "$out" "output 1 0"
expect 1 "$probe" . exec='db:echo last words; exit 7'
assert_contains "$out" "the command in db exited with 7"
assert_contains "$out" "detail: last words"
expect 1 "$probe" . exec='once:true'
assert_contains "$out" "once does not run"

# More of one, fewer, stopped, gone.
expect 0 "$probe" . watch scale=web:3 until=web:running
assert_contains "$out" "live web running 3"
expect 0 "$probe" . watch scale=web:1 stop=db until=db:stopped why=db down until=web:absent until=db:absent
assert_contains "$out" "why db: was stopped; exited with 0"
assert_contains "$out" "progress container $project-db-1: removed"
assert_eq "" "$(docker ps -aq --filter label=com.docker.compose.project="$project")" "containers after down"
docker volume inspect "${project}_data" >/dev/null || fail "down removed the volume"
expect 0 "$probe" . down=volumes
docker volume inspect "${project}_data" >/dev/null 2>&1 && fail "the volume is still there"
docker rmi "$project-web" >/dev/null

# Our own environment does not reach Compose; its files and profiles do.
COMPOSE_PROFILES=more expect 0 "$probe" . resolve
assert_contains "$out" '"extra"'

# No Engine, no permission, one that is something else: said with the remedy.
DOCKER_HOST=unix://$work/none.sock expect 6 "$probe" .
assert_contains "$out" "$work/none.sock"
assert_contains "$out" "hint: Start it"
DOCKER_HOST=ssh://somewhere expect 3 "$probe" .
assert_contains "$out" "unix://PATH"

# Files that are named, and an env file, are what Compose is given, too.
need_tool jq
project named
printf 'services:\n  found:\n    image: slipway-test/busybox:1\n    command: [sleep, "1000"]\n' >compose.yaml
cat >other.yaml <<-'EOF2'
	services:
	  named:
	    image: slipway-test/busybox:1
	    command: [sleep, "${HOW_LONG:?}"]
	    stop_grace_period: 0s
EOF2
echo HOW_LONG=1001 >more.env
named() { "$slipway" --env-file more.env -f other.yaml "$@"; }
expect 0 named up --yes
assert_eq named "$(docker ps --filter "label=com.docker.compose.project=$project" --format '{{.Label "com.docker.compose.service"}}')"
assert_eq '["sleep","1001"]' "$(docker inspect "$project-named-1" | jq -c '.[0].Config.Cmd')"
expect 0 named status
expect 0 named down --yes
