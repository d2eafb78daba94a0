#!/bin/bash
# SPDX-License-Identifier: MIT
# timeout: 180
# The whole way of a person without a screen: a directory with a compose project of PostgreSQL, Redis, nginx and
# a one-shot, an example file and nothing else; setup, up, status; and again, which changes nothing.
. "$(dirname "$0")/../lib/system.sh"
need_engine
need_tool jq

project journey
cat >compose.yaml <<'EOF'
services:
  db:
    image: slipway-test/postgres:1
    environment:
      POSTGRES_USER: ${POSTGRES_USER:-shop}
      POSTGRES_PASSWORD: ${POSTGRES_PASSWORD:?the database password}
      POSTGRES_DB: ${POSTGRES_DB:-shop}
    volumes: ["data:/var/lib/postgresql/data"]
    healthcheck:
      test: [CMD-SHELL, "pg_isready -h 127.0.0.1 -U ${POSTGRES_USER:-shop} -d ${POSTGRES_DB:-shop}"]
      interval: 1s
      retries: 60
  cache:
    image: slipway-test/redis:1
    environment: {REDIS_PASSWORD: "${REDIS_PASSWORD}"}
    healthcheck:
      test: [CMD-SHELL, "redis-cli --no-auth-warning -a \"$$REDIS_PASSWORD\" ping | grep -q PONG"]
      interval: 1s
      retries: 60
  migrate:
    image: slipway-test/postgres:1
    environment: {PGPASSWORD: "${POSTGRES_PASSWORD}"}
    command:
      - psql
      - -hdb
      - -U${POSTGRES_USER:-shop}
      - -d${POSTGRES_DB:-shop}
      - -c
      - create table if not exists orders (id int primary key)
    depends_on:
      db: {condition: service_healthy}
      cache: {condition: service_healthy}
  web:
    image: slipway-test/nginx:1
    ports: ["127.0.0.1:${WEB_PORT:-18191}:80"]
    depends_on:
      migrate: {condition: service_completed_successfully}
    healthcheck:
      test: [CMD, curl, -fsS, "http://localhost/"]
      interval: 1s
      retries: 60
volumes: {data: {}}
EOF
cat >.env.example <<'EOF'
# ===================
# Database
# ===================
# Role that owns the database
POSTGRES_USER=shop
POSTGRES_DB=shop
# Set a strong one
POSTGRES_PASSWORD=changeme

# ===================
# Cache
# ===================
REDIS_PASSWORD=CHANGE_THIS_TO_A_STRONG_PASSWORD

# ===================
# Web
# ===================
# Port of the shop on this machine
WEB_PORT=18191
EOF
cp compose.yaml ../compose.before
cp .env.example ../example.before
port=18191
while (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do port=$((port + 1)); done

# --- set up ---------------------------------------------------------------------
expect 2 "$slipway" plan
expect 0 "$slipway" setup --batch --yes --set "WEB_PORT=$port"
assert_same compose.yaml ../compose.before
assert_same .env.example ../example.before
assert_mode 600 .env
assert_contains "$(cat .env)" "WEB_PORT=$port"
password=$(sed -n 's/^POSTGRES_PASSWORD=//p' .env)
[[ $password =~ ^[A-Za-z0-9_-]{16,}$ ]] || fail "no generated password in .env"
assert_lacks "$(cat .env)" CHANGE_THIS
assert_lacks "$out$err" "$password" "what setup printed"
[ -z "$(grep -rlF -- "$password" .slipway/journal .slipway/answers.yaml .slipway/state.json 2>/dev/null)" ] ||
	fail "the password is in .slipway"
expect 0 docker compose config --quiet

# --- deploy ---------------------------------------------------------------------
expect 0 "$slipway" up
expect 0 "$slipway" status --json
assert_eq true "$(json .healthy <<<"$out")" healthy
for service in db cache web; do
	assert_eq healthy "$(json ".services[] | select(.service == \"$service\") | .health" <<<"$out")" "$service"
	assert_eq "running healthy" "$(docker compose ps --format '{{.State}} {{.Health}}' "$service")" "docker on $service"
done
assert_eq "exited 0" "$(docker compose ps -a --format '{{.State}} {{.ExitCode}}' migrate)" "docker on migrate"
assert_contains "$(curl -fsS "http://127.0.0.1:$port/")" Welcome
assert_contains "$(docker compose exec -T db psql -U shop -d shop -Atc '\dt')" orders
assert_lacks "$out" "$password" "status"

# --- again: nothing changes -----------------------------------------------------
stamps() { find . -not -path './.slipway*' -printf '%p %T@ %m\n' | sort; }
before=$(stamps)
ids=$(docker compose ps -aq | sort)
expect 0 "$slipway" plan
expect 0 "$slipway" plan --json
assert_eq 0 "$(json .changes <<<"$out")" "changes"
expect 0 "$slipway" setup --batch --yes
assert_eq "$before" "$(stamps)" "files after the second setup"
expect 0 "$slipway" up
assert_eq "$before" "$(stamps)" "files after the second up"
assert_eq "$ids" "$(docker compose ps -aq | sort)" "containers after the second up"

# --- a lost .env: the volume still holds the old password, so no new one is made up --------
mv .env ../env.kept
run "$slipway" setup --batch --yes
if [ "$status" -eq 0 ]; then
	assert_eq "$password" "$(sed -n 's/^POSTGRES_PASSWORD=//p' .env)" "the password that the volume holds"
else
	assert_eq 4 "$status" "a password that cannot be known is asked for"
	assert_contains "$err" POSTGRES_PASSWORD
fi
mv ../env.kept .env

expect 0 "$slipway" --yes down
# Not by docker compose: it reads nothing without the password.
assert_eq "" "$(docker ps -q --filter "label=com.docker.compose.project=$project")" "running after down"
[ -n "$(docker volume ls -q --filter "label=com.docker.compose.project=$project")" ] || fail "down removed the volume"
