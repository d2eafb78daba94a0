#!/bin/bash
# SPDX-License-Identifier: MIT
# timeout: 300
# The whole path without a screen: a compose project of PostgreSQL, Redis, nginx and a dependent one-shot with an
# .env.example is set up, deployed, seen healthy by us and by docker compose, and a second run changes nothing.
. "$(dirname "$0")/../lib/system.sh"
need_tool jq
need_engine

project shop
cat >compose.yaml <<-'EOF'
	services:
	  db:
	    image: slipway-test/postgres:1
	    environment:
	      POSTGRES_USER: ${POSTGRES_USER:-app}
	      POSTGRES_PASSWORD: ${POSTGRES_PASSWORD:?the database wants a password}
	      POSTGRES_DB: ${POSTGRES_DB:-shop}
	    volumes: ["db_data:/var/lib/postgresql/data"]
	    healthcheck: {test: [CMD-SHELL, "pg_isready -h 127.0.0.1 -U ${POSTGRES_USER:-app}"], interval: 1s, retries: 60}
	  cache:
	    image: slipway-test/redis:1
	    environment: {REDIS_PASSWORD: "${REDIS_PASSWORD:?}"}
	    healthcheck:
	      test: [CMD-SHELL, "redis-cli --no-auth-warning -a \"$$REDIS_PASSWORD\" ping | grep PONG"]
	      interval: 1s
	      retries: 60
	  web:
	    image: slipway-test/nginx:1
	    ports: ["127.0.0.1:${WEB_PORT:-8080}:80"]
	    healthcheck: {test: [CMD, curl, -fsS, "http://localhost/"], interval: 1s, retries: 60}
	    depends_on: {cache: {condition: service_healthy}}
	  migrate:
	    image: slipway-test/postgres:1
	    environment: {PGPASSWORD: "${POSTGRES_PASSWORD}"}
	    command: [psql, -h, db, -U, "${POSTGRES_USER:-app}", "${POSTGRES_DB:-shop}", -Atc, "create table if not exists t (i int); select 6 * 7"]
	    depends_on: {db: {condition: service_healthy}, web: {condition: service_healthy}}
	volumes: {db_data: {}}
EOF
cat >.env.example <<-'EOF'
	# Settings of the shop

	# --- Database ---
	# User that owns the database
	POSTGRES_USER=app
	# Password of that user
	POSTGRES_PASSWORD=changeme
	POSTGRES_DB=shop

	# --- Cache ---
	REDIS_PASSWORD=CHANGE_THIS_TO_A_STRONG_PASSWORD

	# --- Web ---
	# Port of the shop on this machine
	WEB_PORT=8080
EOF
web_port=$((20000 + RANDOM % 10000))

# Nothing is written without a yes.
before=$(digest_tree .)
expect 3 "$slipway" setup --batch --set WEB_PORT=$web_port
assert_contains "$err" --yes
assert_eq "$before" "$(digest_tree .)" "the directory after a refusal"
expect 0 "$slipway" setup --batch --dry-run --set WEB_PORT=$web_port
assert_eq "$before" "$(digest_tree .)" "the directory after a dry run"

expect 0 "$slipway" setup --batch --yes --set WEB_PORT=$web_port
assert_mode 600 .env
assert_mode 700 .slipway
password=$(sed -n 's/^POSTGRES_PASSWORD=//p' .env)
[[ $password =~ ^[A-Za-z0-9_-]{16,}$ ]] || fail "POSTGRES_PASSWORD is no generated secret"
cache_password=$(sed -n 's/^REDIS_PASSWORD=//p' .env)
[[ $cache_password =~ ^[A-Za-z0-9_-]{16,}$ ]] || fail "REDIS_PASSWORD is no generated secret"
assert_lacks "$out$err" "$password" "what setup printed"
assert_eq $web_port "$(sed -n 's/^WEB_PORT=//p' .env)" WEB_PORT

expect 2 "$slipway" plan
assert_lacks "$out$err" "$password" "the plan"
expect 0 "$slipway" up
assert_lacks "$out$err" "$password" "what up printed"

expect 0 "$slipway" status --json
assert_eq true "$(jq .healthy <<<"$out")" "healthy"
assert_eq "cache db migrate web" "$(jq -r '[.services[].service] | sort | join(" ")' <<<"$out")" "services"
assert_eq "done healthy healthy healthy" "$(jq -r '[.services[].state] | sort | join(" ")' <<<"$out")" "states"
as_compose() { docker compose ps -a --format "$1" "$2"; }
for service in db cache web; do
	assert_eq "running healthy" "$(as_compose '{{.State}} {{.Health}}' $service)" "$service as compose sees it"
done
assert_eq "exited 0" "$(as_compose '{{.State}} {{.ExitCode}}' migrate)" "migrate as compose sees it"
expect 0 "$slipway" logs migrate
assert_contains "$out" 42
expect 0 "$slipway" why
curl -fsS "http://127.0.0.1:$web_port/" >/dev/null || fail "the web server does not answer"

# Again: nothing changes, no file is touched, no container is another.
mtimes() { find . -printf '%p %T@ %C@ %m\n' | LC_ALL=C sort; }
containers() { docker compose ps -aq | LC_ALL=C sort; }
files=$(mtimes)
ids=$(containers)
expect 0 "$slipway" setup --batch
assert_contains "$out" "Nothing to do"
expect 0 "$slipway" setup --batch --yes
expect 0 "$slipway" plan
expect 0 "$slipway" up
assert_eq "$files" "$(mtimes)" "times of the files after the second run"
assert_eq "$ids" "$(containers)" "containers after the second run"

# The password stays while its volume lives, even when .env has lost it.
expect 0 "$slipway" down
cp .env "$work/env.kept"
sed -i '/^POSTGRES_PASSWORD=/d' .env
expect 4 "$slipway" setup --batch --yes
assert_contains "$err" POSTGRES_PASSWORD
assert_contains "$err" db_data
cp "$work/env.kept" .env
expect 0 "$slipway" setup --batch --yes
assert_same "$work/env.kept" .env

# No secret in what Slipway keeps, or says.
assert_lacks "$(cat .slipway/journal/*.ndjson)" "$password" "the journal"
expect 0 "$slipway" inspect --json
assert_lacks "$out" "$password" "inspect"
expect 0 "$slipway" config list --json
assert_lacks "$out" "$password" "config list"
expect 0 "$slipway" config get POSTGRES_PASSWORD --reveal
assert_eq "$password" "$out" "--reveal"
