#!/bin/bash
# SPDX-License-Identifier: MIT
# timeout: 300
# beside
# A volume that remembers a secret, with a real PostgreSQL and a real Redis: the value of today is tried at the
# service that keeps the volume.
. "$(dirname "$0")/../lib/system.sh"
. "$(dirname "$0")/../lib/remembered.sh"
need_engine
need_tool jq

project oldsecret
{
	echo services:
	postgres_service db 'POSTGRES_USER: shop, POSTGRES_PASSWORD: "${POSTGRES_PASSWORD}"' 'ports: ["127.0.0.1::5432"]'
	client_service web \
		'environment: {DATABASE_URL: "postgresql://shop:${POSTGRES_PASSWORD}@db:5432/shop"}' \
		'volumes: ["web_data:/srv"]' \
		"healthcheck: {test: [CMD-SHELL, \"psql \\\"\$\$DATABASE_URL\\\" -Atc 'select 1'\"], $patient}" \
		'depends_on: {db: {condition: service_healthy}}'
	redis_service cache 'volumes: ["cache_data:/data"]'
	echo 'volumes: {db_data: {}, web_data: {}, cache_data: {}}'
} >compose.yaml
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
cat >.env <<END
POSTGRES_PASSWORD=$first
REDIS_PASSWORD=$first_redis
END
chmod 0600 .env
wrong=ffffffffffffffffffffffffffffffff
put() { sed -i "s/^$1=.*/$1=$2/" .env; }
# Text of what check says of a secret.
said() { { "$slipway" check --json || :; } | jq -r ".checks[] | select(.check == \"secret\") | select(.text | startswith(\"$1:\")) | .verdict + \" \" + .text"; }

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
put REDIS_PASSWORD $first_redis

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
docker compose start db >/dev/null 2>&1
wait_for lets_in $first

# --- what is no choice ------------------------------------------------------------------------------------
cp .env "$work/env"
for wrong_option in POSTGRES_PASSWORD POSTGRES_PASSWORD=wipe POSTGRES_PASSWORD=keep:x POSTGRES_PASSWORD=lose \
	POSTGRES_PASSWORD=wipe:other POSTGRES_PASSWORD=restore NOTHING=change; do
	run "$slipway" setup --batch --yes --old-secret "$wrong_option"
	[ "$status" -ne 0 ] || fail "$wrong_option was taken"
done
assert_contains "$(docker volume ls -q)" "${project}_db_data"
expect 0 "$slipway" --yes setup --batch
assert_eq $first "$(value POSTGRES_PASSWORD)"
# Without --yes nothing is done, and it was shown.
expect 3 "$slipway" setup --batch --old-secret POSTGRES_PASSWORD=wipe:${project}_db_data
assert_contains "$out$err" "the volume is DELETED with everything in it"
assert_same .env "$work/env"
lets_in $first || fail "the database is gone"

# --- changed inside, too: the rotation is part of the plan ------------------------------------------------
expect 0 "$slipway" setup --batch --old-secret POSTGRES_PASSWORD=change --dry-run --json
assert_eq "keep rotate file create service login forget" \
	"$(jq -r '[.steps[] | select(.changes) | .kind | select(. != "seen")] | reduce .[] as $k ([]; if index($k) then . else . + [$k] end) | join(" ")' <<<"$out")" steps
assert_same .env "$work/env"
expect 0 "$slipway" setup --batch --yes --old-secret POSTGRES_PASSWORD=change
second=$(value POSTGRES_PASSWORD)
[ "$second" != $first ] || fail "the password is the old one"
lets_in "$second" || fail "the new password is refused"
! lets_in $first || fail "the old password is still let in"
assert_no_file .slipway/rotation.json
assert_lacks "$out$err" "$second"
expect 0 "$slipway" plan
expect 1 "$slipway" undo --yes
assert_contains "$err" "it changed a secret inside its service, too"

# --- kill -9 on the way: what was begun is kept, and goes on ----------------------------------------------
# Two of them are one rotation.
redis=$(value REDIS_PASSWORD)
knows() { docker compose exec -T cache redis-cli --no-auth-warning -a "$1" ping 2>/dev/null | grep -q PONG; }
knows "$redis" || fail "the cache refuses its password"
"$slipway" setup --batch --yes --old-secret POSTGRES_PASSWORD=change --old-secret REDIS_PASSWORD=change >/dev/null 2>&1 &
pid=$!
until [ -e .slipway/rotation.json ]; do kill -0 $pid 2>/dev/null || fail "it ended early"; done
kill -9 $pid
wait $pid 2>/dev/null || true
expect 1 "$slipway" secrets rotate POSTGRES_PASSWORD --batch --yes
assert_contains "$err" "secrets rotate POSTGRES_PASSWORD REDIS_PASSWORD"
wait_for "$slipway" secrets rotate POSTGRES_PASSWORD REDIS_PASSWORD --batch --yes
[ "$(value REDIS_PASSWORD)" != "$redis" ] || fail "the password of the cache is the one before"
knows "$(value REDIS_PASSWORD)" || fail "the cache refuses its new password"
! knows "$redis" || fail "the cache still takes the old password"
assert_no_file .slipway/rotation.json
third=$(value POSTGRES_PASSWORD)
[ "$third" != "$second" ] || fail "the password is the one before"
lets_in "$third" || fail "the new password is refused"
! lets_in "$second" || fail "the password before is still let in"

# --- lost: not made anew, and taken from the backup -------------------------------------------------------
sed -i '/^POSTGRES_PASSWORD/d' .env
expect 4 "$slipway" setup --batch --yes
assert_contains "$err" "the volume ${project}_db_data holds the old one"
assert_contains "$err" "the backup of run"
assert_eq "" "$(value POSTGRES_PASSWORD)"
expect 0 "$slipway" setup --batch --yes --old-secret POSTGRES_PASSWORD=restore
# The newest backup that has one is that of the run which replaced it.
assert_eq "$second" "$(value POSTGRES_PASSWORD)"
assert_contains "$(said POSTGRES_PASSWORD)" "was made with another one"
sed -i '/^POSTGRES_PASSWORD/d' .env
expect 0 "$slipway" setup --batch --yes --old-secret POSTGRES_PASSWORD=change
fourth=$(value POSTGRES_PASSWORD)
lets_in "$fourth" || fail "the new password is refused"
! lets_in "$third" || fail "the lost password is still let in"

# --- as lines -----------------------------------------------------------------------------------------------
lines() { printf '%s\n' "$@" | "$slipway" --plain setup >"$work/lines" 2>&1 || fail "$(cat "$work/lines")"; }
sed -i '/^POSTGRES_PASSWORD/d' .env
lines n '?' x nonsense '' $wrong q || true
assert_contains "$(cat "$work/lines")" "x  DELETE the volume ${project}_db_data"
assert_contains "$(cat "$work/lines")" "that is not the name of the volume"
assert_contains "$(cat "$work/lines")" "was made with another one (PostgreSQL: authentication failed)"
assert_eq "" "$(value POSTGRES_PASSWORD)"
lines n "$fourth" w
assert_contains "$(cat "$work/lines")" "${project}_db_data accepts it"
assert_eq "$fourth" "$(value POSTGRES_PASSWORD)"

# --- the data goes: that volume, and no other ---------------------------------------------------------------
made() { docker volume inspect -f '{{.CreatedAt}}' "${project}_$1"; }
docker compose exec -T db psql -U shop -d postgres -qc 'create table kept (n int)' >/dev/null
web_before=$(made web_data) cache_before=$(made cache_data) cache=$(docker compose ps -q cache)
lines y x "${project}_db_data" n d
assert_contains "$(cat "$work/lines")" "for good"
fifth=$(value POSTGRES_PASSWORD)
[ "$fifth" != "$fourth" ] || fail "the password is the old one"
lets_in "$fifth" || fail "the new password is refused"
! lets_in "$fourth" || fail "the old password is let in"
assert_eq 0 "$(docker compose exec -T db psql -U shop -d postgres -Atc "select count(*) from pg_tables where tablename = 'kept'")"
assert_eq "$web_before" "$(made web_data)"
assert_eq "$cache_before" "$(made cache_data)"
assert_eq "$cache" "$(docker compose ps -q cache)" "the cache was made anew"
expect 0 "$slipway" plan
expect 1 "$slipway" undo --yes
assert_contains "$err" "it deleted the volume ${project}_db_data"

# --- a volume that somebody else uses stays ------------------------------------------------------------------
docker run -d --name "$project-other" -v "${project}_db_data:/x:ro" slipway-test/busybox:1 sleep 1000 >/dev/null
at_exit "docker rm -f $project-other >/dev/null 2>&1"
expect 1 "$slipway" setup --batch --yes --old-secret POSTGRES_PASSWORD=wipe:${project}_db_data
assert_contains "$err" "the container $project-other uses it"
assert_eq "$fifth" "$(value POSTGRES_PASSWORD)"
lets_in "$fifth" || fail "the database is gone"
