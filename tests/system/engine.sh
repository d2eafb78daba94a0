#!/bin/bash
# SPDX-License-Identifier: MIT
# The ground the other tests stand on: the Engine runs, its images behave like the official ones.
. "$(dirname "$0")/../lib/system.sh"
need_engine
# Asked over TCP: while it sets itself up, PostgreSQL answers on its socket already.

project ground
cat >compose.yaml <<-'EOF'
	services:
	  db:
	    image: slipway-test/postgres:1
	    environment: {POSTGRES_USER: app, POSTGRES_PASSWORD: not-a-secret, POSTGRES_DB: shop}
	    volumes: ["data:/var/lib/postgresql/data"]
	    healthcheck: {test: [CMD-SHELL, "pg_isready -h 127.0.0.1 -U app -d shop"], interval: 1s, retries: 60}
	  cache:
	    image: slipway-test/redis:1
	    environment: {REDIS_PASSWORD: also-none}
	    healthcheck: {test: [CMD-SHELL, "redis-cli --no-auth-warning -a also-none ping | grep PONG"], interval: 1s, retries: 60}
	  web:
	    image: slipway-test/nginx:1
	    healthcheck: {test: [CMD, curl, -fsS, "http://localhost/"], interval: 1s, retries: 60}
	  once:
	    image: slipway-test/postgres:1
	    command: [psql, "postgresql://app:not-a-secret@db/shop", -Atc, "select 6 * 7"]
	    depends_on: {db: {condition: service_healthy}, cache: {condition: service_healthy}, web: {condition: service_healthy}}
	  tiny:
	    image: slipway-test/busybox:1
	    command: [sh, -c, "echo tiny-$$(id -u)"]
	volumes: {data: {}}
EOF
docker compose up -d --quiet-pull
exited() { [ "$(docker compose ps -a --format '{{.State}} {{.ExitCode}}' once)" = "exited 0" ]; }
wait_for -t 60 exited
assert_contains "$(docker compose logs --no-log-prefix once)" 42
assert_contains "$(docker compose logs --no-log-prefix tiny)" tiny-0
assert_eq 999 "$(docker compose exec -T db stat -c %u /var/lib/postgresql/data)" "owner of the data"

# The password is asked for over the network.
expect 2 docker compose run --rm -T -e PGPASSWORD=wrong once psql -h db -U app shop -c 'select 1'
assert_contains "$err" "password authentication failed"

# An engine outlives the test that starts it: what it writes must not go into that test's directory. A second one,
# since the first may have been started by anybody.
other=(env "SLIPWAY_TEST_HOME=$work/other" SLIPWAY_TEST_SUBNET=10.214)
"${other[@]}" XDG_RUNTIME_DIR="$work/gone" TMPDIR="$work" "$srcdir/tests/lib/engine" start || fail "no second engine"
pid=$(cat "$work/other/docker.pid") sudo=
[ "$(id -u)" -eq 0 ] || sudo=sudo
inherited=$(${sudo:+$sudo -n} cat "/proc/$pid/environ" | tr '\0' '\n') || true # it is stopped whatever comes
"${other[@]}" "$srcdir/tests/lib/engine" stop
assert_contains "$inherited" PATH=
assert_lacks "$inherited" XDG_RUNTIME_DIR=
assert_lacks "$inherited" TMPDIR=
