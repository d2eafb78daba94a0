#!/bin/bash
# SPDX-License-Identifier: MIT
# timeout: 300
# beside
# A volume that remembers a secret, with a real PostgreSQL and a real Redis: the value of today is tried at the
# service that keeps the volume.
. "$(dirname "$0")/../lib/system.sh"
need_engine
need_tool jq

project oldsecret
cat >compose.yaml <<'END'
services:
  db:
    image: slipway-test/postgres:1
    stop_signal: SIGINT
    ports: ["127.0.0.1::5432"]
    environment:
      POSTGRES_USER: shop
      POSTGRES_PASSWORD: ${POSTGRES_PASSWORD}
    volumes: ["db_data:/var/lib/postgresql/data"]
    healthcheck: &check
      test: [CMD-SHELL, "pg_isready -h 127.0.0.1 -U shop"]
      interval: 1s
      retries: 60
      start_period: 60s
      start_interval: 200ms
  web:
    image: slipway-test/postgres:1
    entrypoint: [sh, -c, "trap 'exit 0' TERM; touch /srv/here; while :; do sleep 0.2; done"]
    restart: always
    environment: {DATABASE_URL: "postgresql://shop:${POSTGRES_PASSWORD}@db:5432/shop"}
    volumes: ["web_data:/srv"]
    healthcheck: {<<: *check, test: [CMD-SHELL, "psql \"$$DATABASE_URL\" -Atc 'select 1'"]}
    depends_on: {db: {condition: service_healthy}}
  cache:
    image: slipway-test/redis:1
    environment: {REDIS_PASSWORD: "${REDIS_PASSWORD}"}
    volumes: ["cache_data:/data"]
    healthcheck: {<<: *check, test: [CMD-SHELL, "redis-cli --no-auth-warning -a \"$$REDIS_PASSWORD\" ping | grep -q PONG"]}
volumes: {db_data: {}, web_data: {}, cache_data: {}}
END
cat >slipway.yaml <<'END'
slipway: 1
stack: oldsecret
title: Old secret
compose: {files: [compose.yaml]}
pages:
  - title: Secrets
    settings:
      - {name: POSTGRES_PASSWORD, type: secret, required: the database, generate: {format: hex, bytes: 16}, used_by: [db, web]}
      - name: REDIS_PASSWORD
        type: secret
        required: the cache
        generate: {format: hex, bytes: 16}
        used_by: [cache]
        lives_in: {volume: cache_data, rotate: {redis_user: default}}
END
first=0123456789abcdef0123456789abcdef
cat >.env <<END
POSTGRES_PASSWORD=$first
REDIS_PASSWORD=fedcba9876543210fedcba9876543210
END
chmod 0600 .env
wrong=ffffffffffffffffffffffffffffffff
put() { sed -i "s/^$1=.*/$1=$2/" .env; }
value() { sed -n "s/^$1=\([^ ]*\).*/\1/p" .env; }
# Text of what check says of a secret.
said() { { "$slipway" check --json || :; } | jq -r ".checks[] | select(.check == \"secret\") | select(.text | startswith(\"$1:\")) | .verdict + \" \" + .text"; }
lets_in() { docker compose exec -T -e PGPASSWORD="$1" web psql -w -h db -U shop -d postgres -Atc 'select 1' >/dev/null 2>&1; }

expect 0 "$slipway" --yes up

# --- by the client in the container ---------------------------------------------------------------
assert_eq "fine POSTGRES_PASSWORD: kept: the volume ${project}_db_data accepts it" "$(said POSTGRES_PASSWORD)"
assert_eq "fine REDIS_PASSWORD: kept: the volume ${project}_cache_data accepts it" "$(said REDIS_PASSWORD)"
put POSTGRES_PASSWORD $wrong
put REDIS_PASSWORD $wrong
expect 1 "$slipway" check
assert_lacks "$out$err" "$wrong"
assert_eq "bad POSTGRES_PASSWORD: the volume ${project}_db_data was made with another one (PostgreSQL: authentication failed)" \
	"$(said POSTGRES_PASSWORD)"
assert_eq "bad REDIS_PASSWORD: the volume ${project}_cache_data was made with another one (Redis: authentication failed)" \
	"$(said REDIS_PASSWORD)"

# --- by a published port: libpq -----------------------------------------------------------------------
address=$(docker compose port db 5432)
cp compose.yaml "$work/compose.yaml"
sed -i "s/127.0.0.1::5432/$address:5432/" compose.yaml
assert_contains "$(said POSTGRES_PASSWORD)" "authentication failed"
put POSTGRES_PASSWORD $first
assert_contains "$(said POSTGRES_PASSWORD)" "accepts it"
cp "$work/compose.yaml" compose.yaml
put REDIS_PASSWORD fedcba9876543210fedcba9876543210

# --- a server that lets in everybody proves nothing ---------------------------------------------------
hba() { docker compose exec -T db sh -c "sed -i 's/^host all all all .*/host all all all $1/' \"\$PGDATA/pg_hba.conf\" && kill -HUP 1"; }
hba trust
wait_for lets_in $wrong
assert_contains "$(said POSTGRES_PASSWORD)" "note POSTGRES_PASSWORD: kept: the volume ${project}_db_data holds it; could not be tried: db lets in every password"
hba scram-sha-256
refuses_wrong() { ! lets_in $wrong; }
wait_for refuses_wrong

# --- it is not started for that ---------------------------------------------------------------------------
docker compose stop db >/dev/null 2>&1
assert_contains "$(said POSTGRES_PASSWORD)" "could not be tried: db does not run"
assert_eq "" "$(docker compose ps -q --status running db)" "db runs"
