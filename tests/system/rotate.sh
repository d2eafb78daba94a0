#!/bin/bash
# SPDX-License-Identifier: MIT
# timeout: 240
# beside
# `secrets rotate` with a real PostgreSQL and a real Redis: the new value is in the service, in .env and in what
# uses it, the old one is refused, and no log has either; a step that fails puts the old one back; kill -9 at any
# point leaves what the next call finishes; what data was encrypted with is refused.
. "$(dirname "$0")/../lib/system.sh"
. "$(dirname "$0")/../lib/remembered.sh"
need_engine
need_tool jq

project rotate
{
	echo services:
	postgres_service db 'POSTGRES_USER: "${POSTGRES_USER:-shop}", POSTGRES_PASSWORD: "${POSTGRES_PASSWORD:?}"' \
		'command: [postgres, -c, log_statement=all, -c, logging_collector=on]'
	redis_service cache
	client_service web 'environment: {DATABASE_URL: "${DATABASE_URL:?}"}' 'volumes: ["./hold:/hold:ro"]' \
		'depends_on: {db: {condition: service_healthy}}'
	cat <<'EOF'
    healthcheck:
      test: [CMD-SHELL, "grep -qF \"$$(cat /hold/only)\" <<-EOF && psql \"$$DATABASE_URL\" -Atc 'select 1'\n$$DATABASE_URL\nEOF"]
      interval: 1s
      timeout: 5s
      retries: 2
      start_period: 2s
      start_interval: 200ms
  vault:
    image: slipway-test/busybox:1
    init: true
    restart: always
    command: [sh, -c, "test -s /data/token || printf %s $$VAULT_TOKEN >/data/token; exec sleep 1000"]
    environment: {VAULT_TOKEN: "${VAULT_TOKEN:?}", VAULT_KEY: "${VAULT_KEY:-}"}
    volumes: ["vault_data:/data"]
volumes: {db_data: {}, vault_data: {}}
EOF
} >compose.yaml
# The vault knows the token that it saw first, until it is told of another.
cat >slipway.yaml <<'EOF'
slipway: 1
stack: rotated
title: Rotated
compose: {files: [compose.yaml]}
pages:
  - title: Vault
    settings:
      - name: VAULT_TOKEN
        type: secret
        generate: {format: hex, bytes: 16}
        used_by: [vault]
        lives_in:
          volume: vault_data
          rotate:
            command: 'case "$$(cat /data/token)" in "$$SLIPWAY_OLD" | "$$SLIPWAY_NEW") printf %s "$$SLIPWAY_NEW" >/data/token ;; *) exit 1 ;; esac'
            check: 'test "$$(cat /data/token)" = "$$SLIPWAY_NEW" && test "$$VAULT_TOKEN" = "$$SLIPWAY_NEW"'
      - name: VAULT_KEY
        type: secret
        generate: {format: hex, bytes: 16}
        used_by: [vault]
        lives_in: vault_data
EOF
# What the address must hold for web to be healthy: anything, or one password.
mkdir hold
: >hold/only
cat >.env <<EOF
# The database
POSTGRES_PASSWORD=$first # of shop
DATABASE_URL=postgresql://shop:$first@db:5432/shop
REDIS_PASSWORD=$first_redis
VAULT_TOKEN=00000000000000000000000000000000
VAULT_KEY=11111111111111111111111111111111
EOF
chmod 0600 .env

# redis_says PASSWORD
redis_says() { docker compose exec -T -e REDISCLI_AUTH="$1" cache redis-cli --no-auth-warning ping 2>&1; }
container() { docker compose ps -q "$1"; }
# Everything that says so: .env, the address in it, the containers, the server.
in_force() {
	assert_eq "$1" "$(value POSTGRES_PASSWORD)" "the password in .env"
	assert_eq "postgresql://shop:$1@db:5432/shop" "$(value DATABASE_URL)" "the address in .env"
	assert_eq "$1" "$(docker compose exec -T db printenv POSTGRES_PASSWORD)" "the password in db"
	assert_contains "$(docker compose exec -T web printenv DATABASE_URL)" ":$1@"
	lets_in "$1" || fail "PostgreSQL refuses the password in force"
	assert_no_file .slipway/rotation.json
	expect 0 "$slipway" plan
}
# The server's log, that of containers which are gone too.
server_log() { docker compose exec -T db sh -c 'cat "$PGDATA"/log/*'; }
no_trace() {
	local secret
	for secret in "$@"; do
		assert_eq 0 "$(server_log | grep -cF -- "$secret" || true)" "lines of PostgreSQL's log that have a password"
		# Backups of .env have it, as they always did.
		assert_eq "" "$(grep -rlF --exclude-dir=backup -- "$secret" .slipway || true)" "files of .slipway that have a password"
	done
}

expect 0 "$slipway" --yes up
in_force "$first"
vault=$(container vault)

# --- what is shown, and what is not done ----------------------------------------------------------
cp .env "$work/env"
expect 3 "$slipway" secrets rotate POSTGRES_PASSWORD --batch
assert_contains "$out" "ALTER ROLE shop"
expect 0 "$slipway" secrets rotate POSTGRES_PASSWORD --dry-run --json
assert_eq "keep rotate file create service login forget" \
	"$(jq -r '[.steps[] | select(.changes) | .kind | select(. != "seen")] | unique_by(.) as $all | reduce .[] as $k ([]; if index($k) then . else . + [$k] end) | join(" ")' <<<"$out")" steps
assert_lacks "$out" "$first" "the plan"
expect 3 "$slipway" secrets rotate VAULT_KEY --yes
assert_contains "$err" "the volume ${project}_vault_data was made with it"
expect 3 "$slipway" secrets rotate POSTGRES_USER --yes
assert_contains "$err" "is no secret"
expect 3 "$slipway" secrets rotate POSTGRES_PASSWORD --back --yes
assert_same .env "$work/env"
in_force "$first"

# --- a new password ---------------------------------------------------------------------------------
expect 0 "$slipway" secrets rotate POSTGRES_PASSWORD --batch --yes
second=$(value POSTGRES_PASSWORD)
[ "$second" != "$first" ] || fail "the password is the old one"
assert_lacks "$out$err" "$second" "what was printed"
assert_lacks "$out$err" "$first" "what was printed"
in_force "$second"
! lets_in "$first" || fail "the old password is still let in"
no_trace "$first" "$second"
assert_contains "$(server_log)" 'ALTER ROLE "shop" PASSWORD'
assert_mode 600 .env
assert_contains "$(cat .env)" "POSTGRES_PASSWORD=$second # of shop"
assert_eq "$vault" "$(container vault)" "what does not use it"
expect 0 "$slipway" runs --json
assert_eq "rotate POSTGRES_PASSWORD" "$(json '.runs[0].title' <<<"$out")" "the run's title"
assert_contains "$(json '.runs[0].changed | join(" ")' <<<"$out")" .env "what the run changed"
expect 1 "$slipway" undo --yes
assert_contains "$err" "changed a secret inside its service"

# --- Redis ------------------------------------------------------------------------------------------
old=$(value REDIS_PASSWORD)
expect 0 "$slipway" secrets rotate REDIS_PASSWORD --yes --json
assert_eq "done" "$(json .outcome <<<"$out")" outcome
new=$(value REDIS_PASSWORD)
[ "$new" != "$old" ] || fail "the password of Redis is the old one"
assert_eq PONG "$(redis_says "$new")" "Redis and the new one"
assert_lacks "$(redis_says "$old")" PONG "Redis and the old one"

# --- by the definition's command ----------------------------------------------------------------------
expect 0 "$slipway" secrets rotate VAULT_TOKEN --yes --quiet
assert_eq "$(value VAULT_TOKEN)" "$(docker compose exec -T vault cat /data/token)" "what the vault knows"
assert_lacks "$(value VAULT_TOKEN)" 0000

# --- a dependant that cannot work with it: the old one comes back -------------------------------------
cp .env "$work/env"
echo "$second" >hold/only
expect 5 "$slipway" secrets rotate POSTGRES_PASSWORD --yes
assert_contains "$err" "web did not become healthy"
assert_contains "$err" "The old value is in force again."
assert_same .env "$work/env"
in_force "$second"
no_trace "$second"
: >hold/only
expect 0 "$slipway" runs --json
assert_eq "rotate POSTGRES_PASSWORD back done" "$(json '.runs[0] | .title + " " + .outcome' <<<"$out")" "the run back"
assert_eq "rotate POSTGRES_PASSWORD failed" "$(json '.runs[1] | .title + " " + .outcome' <<<"$out")" "the run before it"

# --- kill -9: what is cut short goes on, or goes back -------------------------------------------------
# killed_at NAME KIND STATE: a rotation that is killed when a step of this kind has come to this state.
killed_at() {
	local line pid
	coproc rotation { exec "$slipway" secrets rotate "$1" --batch --yes --events 2>/dev/null; }
	pid=$rotation_PID
	while read -r line <&"${rotation[0]}"; do
		[[ $line != *'"event":"step","step":"'"$2"':'*'"state":"'"$3"'"'* ]] || break
	done
	kill -9 "$pid" || fail "it ended before $2 was $3: $line"
	wait "$pid" 2>/dev/null || true
	assert_mode 600 .slipway/rotation.json
	assert_eq "interrupted" "$("$slipway" runs --json | json '.runs[0].outcome')" "a killed run"
}

before=$(value POSTGRES_PASSWORD)
killed_at POSTGRES_PASSWORD rotate done
meant=$(jq -r '.secrets[0].new' .slipway/rotation.json)
run "$slipway" plan
assert_contains "$out" "slipway secrets rotate POSTGRES_PASSWORD"
expect 1 "$slipway" secrets rotate REDIS_PASSWORD --yes
assert_contains "$err" "slipway secrets rotate POSTGRES_PASSWORD"
# What is not confirmed, or not possible while somebody else is at work, is no reason to turn back.
expect 3 "$slipway" secrets rotate POSTGRES_PASSWORD --batch
exec 9<>.slipway/lock
flock 9
expect 7 "$slipway" secrets rotate POSTGRES_PASSWORD --batch --yes
exec 9<&-
assert_eq "forward $meant" "$(jq -r '.phase + " " + .secrets[0].new' .slipway/rotation.json)" "what is kept"
expect 0 "$slipway" secrets rotate POSTGRES_PASSWORD --batch --yes
in_force "$meant"
! lets_in "$before" || fail "the old password is still let in"

# The server is down, and remade.
before=$(value POSTGRES_PASSWORD)
killed_at POSTGRES_PASSWORD service running
expect 0 "$slipway" secrets rotate POSTGRES_PASSWORD --back --yes
in_force "$before"

# Redis knows the new one, nobody else does.
before=$(value REDIS_PASSWORD)
killed_at REDIS_PASSWORD rotate done
meant=$(jq -r '.secrets[0].new' .slipway/rotation.json)
expect 0 "$slipway" secrets rotate REDIS_PASSWORD --batch --yes
assert_eq "$meant" "$(value REDIS_PASSWORD)" "the password of Redis in .env"
assert_eq PONG "$(redis_says "$meant")" "Redis and the new one"
assert_lacks "$(redis_says "$before")" PONG "Redis and the old one"
assert_no_file .slipway/rotation.json
