#!/bin/bash
# SPDX-License-Identifier: MIT
# A gate whose command hangs fails in its time and leaves no process behind; an unhealthy service is restarted,
# for its reason, and judged by what comes after.
. "$(dirname "$0")/../lib/system.sh"
need_tool jq
need_engine

project gates
cat >compose.yaml <<-'EOF'
	services:
	  web:
	    image: slipway-test/busybox:1
	    command: [sleep, "1000"]
	    init: true
	    user: ${WEB_USER:-0}
EOF
mkdir stack
cat >stack/stack.yaml <<-'EOF'
	slipway: 1
	stack: gates
	title: Gates
	about: A gate that hangs
	compose: {files: [compose.yaml]}
	services:
	  web:
	    ready: {command: [sh, -c, "echo thinking; sleep 4321; true"], timeout: 2s}
EOF
cp compose.yaml stack/
began=$SECONDS
expect 5 "$slipway" --stack "$PWD/stack" --yes up
[ $((SECONDS - began)) -lt 60 ] || fail "up took $((SECONDS - began)) s to give up a gate of 2 s"
assert_contains "$err" "thinking"
hung() { docker exec "$project-web-1" ps | grep -q "[s]leep 4321"; }
! hung || fail "the gate's command still runs: $(docker exec "$project-web-1" ps)"
docker exec "$project-web-1" ps | grep -q "[s]leep 1000" || fail "the service itself was ended"

# Who may not kill on the host has it killed in the container.
need_tool setpriv util-linux
docker rm -f "$project-web-1" >/dev/null
export WEB_USER=1000
expect 5 setpriv --bounding-set=-kill --inh-caps=-kill "$slipway" --stack "$PWD/stack" --yes up
assert_contains "$err" "thinking"
! hung || fail "the gate's command still runs: $(docker exec "$project-web-1" ps)"
unset WEB_USER

# --- unhealthy
project unhealthy
cat >compose.yaml <<-'EOF'
	services:
	  web:
	    image: slipway-test/busybox:1
	    command: [sh, -c, "rm -f /sick; exec sleep 1000"]
	    init: true
	    healthcheck: {test: [CMD-SHELL, "! test -e /sick || { echo the well is dry; exit 1; }"], interval: 1s, retries: 1}
EOF
expect 0 "$slipway" up
docker exec "$project-web-1" touch /sick
sick() { [ "$(docker inspect -f '{{.State.Health.Status}}' "$project-web-1")" = unhealthy ]; }
wait_for sick
before=$(docker inspect -f '{{.Id}} {{.State.StartedAt}}' "$project-web-1")
expect 2 "$slipway" plan
assert_contains "$out" "restart: unhealthy: the well is dry"
expect 0 "$slipway" up --yes
after=$(docker inspect -f '{{.Id}} {{.State.StartedAt}}' "$project-web-1")
assert_eq "${before% *}" "${after% *}" "the container"
[ "${before#* }" != "${after#* }" ] || fail "it was not restarted"
expect 0 "$slipway" status
expect 0 "$slipway" up
assert_eq "$after" "$(docker inspect -f '{{.Id}} {{.State.StartedAt}}' "$project-web-1")" "the second time"

# --- a check that cannot pass, and a port that the definition does not know
project clone
free_port
cat >compose.yaml <<-EOF
	services:
	  web:
	    image: slipway-test/busybox:1
	    command: [sh, -c, "mkdir -p /w; echo yes >/w/ready; exec httpd -f -p 8080 -h /w"]
	    init: true
	    ports: ["127.0.0.1:$port:8080"]
	    healthcheck: {test: [CMD-SHELL, "curl -f http://localhost:8080/ready || exit 1"], interval: 1s, retries: 1}
	  app:
	    image: slipway-test/busybox:1
	    command: [sleep, "1000"]
	    init: true
	    depends_on: {web: {condition: service_healthy}}
	    restart: unless-stopped
EOF
cat >slipway.yaml <<-'EOF'
	slipway: 1
	stack: clone
	title: A clone
	about: Its gate names the port of the container
	services:
	  web:
	    ready: {http: "http://web:8080/ready", timeout: 30s}
EOF
expect 0 "$slipway" --yes up
assert_contains "$out" "as the definition asks; its own health check cannot pass: "
assert_contains "$out" "curl: not found"
assert_eq true "$(docker inspect -f '{{.State.Running}}' "$project-app-1")" "what waits for it runs"
expect 0 "$slipway" --yes up
assert_contains "$out" "Nothing to do" "the second time"
assert_contains "$out" "web: its own health check cannot pass"
# Not published: nothing to ask, and that is said; without a gate the check has the word, and it says no.
sed -i "s/^\( *\)ports: .*/\1expose: [8080]/" compose.yaml
expect 5 "$slipway" --yes up
assert_contains "$out$err" 'web publishes no such port: "GET http://web:8080/ready"'
assert_contains "$err" "curl: not found"
