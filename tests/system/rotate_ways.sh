#!/bin/bash
# SPDX-License-Identifier: MIT
# timeout: 300
# beside
# The ways in which `secrets rotate` tells a service: users of a real Redis keep their rules and are written to its
# file; a server without a file is said to forget; what takes its password at a start is restarted and tried; a command
# is run again while its service starts, with the reason at the end.
. "$(dirname "$0")/../lib/system.sh"
need_engine
need_tool jq

project ways
cat >compose.yaml <<'EOF'
services:
  cache: &redis
    image: slipway-test/redis:1
    entrypoint: [sh, -c]
    command: ["test -s /data/redis.conf || cp /seed/redis.conf /data/redis.conf; exec redis-server /data/redis.conf"]
    volumes: ["cache_data:/data", "./seed:/seed:ro"]
    healthcheck: &ready {test: [CMD-SHELL, "redis-cli ping | grep -qE 'PONG|NOAUTH'"], interval: 1s, retries: 60, start_period: 60s, start_interval: 200ms}
  memory:
    <<: *redis
    command: ["exec redis-server --save ''"]
    volumes: ["memory_data:/data"]
  web:
    image: slipway-test/busybox:1
    init: true
    command: [sleep, "1000"]
    environment: {APP: "${APP_PASSWORD:?}", ADMIN: "${ADMIN_PASSWORD:?}", MEMORY: "${MEMORY_PASSWORD:?}"}
  store:
    image: slipway-test/busybox:1
    init: true
    command: [sh, -c, "printf %s \"$$ROOT\" >/tmp/root; exec sleep 1000"]
    environment: {ROOT: "${ROOT_PASSWORD:?}"}
    volumes: ["store_data:/data"]
  slow:
    image: slipway-test/busybox:1
    init: true
    command: [sh, -c, "test -s /data/token || printf %s $$TOKEN >/data/token; exec sleep 1000"]
    environment: {TOKEN: "${TOKEN:?}"}
    volumes: ["slow_data:/data"]
volumes: {cache_data: {}, memory_data: {}, store_data: {}, slow_data: {}}
EOF
cat >slipway.yaml <<'EOF'
slipway: 1
stack: ways
title: Ways
compose: {files: [compose.yaml]}
pages:
  - title: All
    settings:
      - {name: ADMIN_PASSWORD, type: secret, used_by: [web], lives_in: {volume: cache_data, rotate: {redis_user: default, service: cache}}}
      - {name: APP_PASSWORD, type: secret, used_by: [web], lives_in: {volume: cache_data, rotate: {redis_user: app, redis_admin: "${ADMIN_PASSWORD}", service: cache}}}
      - {name: MEMORY_PASSWORD, type: secret, used_by: [web], lives_in: {volume: memory_data, rotate: {redis_user: app, service: memory}}}
      - name: ROOT_PASSWORD
        type: secret
        used_by: [store]
        lives_in: {volume: store_data, rotate: {restart: true, check: 'test "$$(cat /tmp/root)" = "$$SLIPWAY_NEW"'}}
      - name: TOKEN
        type: secret
        used_by: [slow]
        lives_in:
          volume: slow_data
          rotate:
            command: 'echo x >>/data/tries; test "$$(wc -l </data/tries)" -ge "$$(cat /data/needs)" || { echo "still starting" >&2; exit 1; }; printf %s "$$SLIPWAY_NEW" >/data/token'
            check: 'test "$$(cat /data/token)" = "$$SLIPWAY_NEW"'
EOF
a=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa b=bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb
mkdir seed
cat >seed/redis.conf <<EOF
save ""
requirepass $a
user app on >$b ~app:* -@all +get +set
EOF
cat >.env <<EOF
ADMIN_PASSWORD=$a
APP_PASSWORD=$b
MEMORY_PASSWORD=cccccccccccccccccccccccccccccccc
ROOT_PASSWORD=dddddddddddddddddddddddddddddddd
TOKEN=eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee
EOF
chmod 0600 .env
value() { sed -n "s/^$1=//p" .env; }
redis() { docker compose exec -T -e REDISCLI_AUTH="$3" "$1" redis-cli --no-auth-warning --user "$2" "${@:4}" 2>&1 | sed '/^$/d' | tail -n 1; }
expect 0 "$slipway" --yes up

# --- a user of Redis ----------------------------------------------------------------------------------
assert_eq OK "$(redis cache app "$b" set app:1 x)" "the user at the beginning"
expect 0 "$slipway" secrets rotate APP_PASSWORD --batch --yes
new=$(value APP_PASSWORD)
[ "$new" != "$b" ] || fail "the value is the old one"
assert_eq OK "$(redis cache app "$new" set app:1 y)" "the new value"
assert_contains "$(redis cache app "$new" set other:1 y)" NOPERM "its rules stay"
assert_contains "$(redis cache app "$new" ping)" NOPERM "its rules stay"
assert_lacks "$(redis cache app "$b" get app:1)" y "the old value"
docker compose restart -t 1 cache >/dev/null 2>&1
wait_for docker compose exec -T cache redis-cli ping
assert_eq OK "$(redis cache app "$new" set app:1 z)" "the new value after a restart"
# The password that lets others be changed, and theirs, in one run.
expect 0 "$slipway" secrets rotate ADMIN_PASSWORD APP_PASSWORD --batch --yes
assert_eq PONG "$(redis cache default "$(value ADMIN_PASSWORD)" ping)" "the new value of the admin"
assert_lacks "$(redis cache default "$a" ping)" PONG "the old value of the admin"
assert_eq OK "$(redis cache app "$(value APP_PASSWORD)" set app:1 z)" "the new value beside it"
docker compose restart -t 1 cache >/dev/null 2>&1
wait_for docker compose exec -T cache redis-cli ping
assert_eq PONG "$(redis cache default "$(value ADMIN_PASSWORD)" ping)" "the admin after a restart"

# A file that cannot be written would bring the old value back: so it comes back now.
docker compose exec -T cache sh -c 'rm /data/redis.conf; mkdir /data/redis.conf'
before=$(value APP_PASSWORD)
expect 1 "$slipway" secrets rotate APP_PASSWORD --batch --yes
assert_contains "$err" "cannot write its configuration"
assert_eq "$before" "$(value APP_PASSWORD)" "the value in .env"
# The way back has the same trouble, and says so: it goes on once that is mended.
docker compose exec -T cache sh -c 'rmdir /data/redis.conf; : >/data/redis.conf'
if [ -e .slipway/rotation.json ]; then expect 0 "$slipway" secrets rotate APP_PASSWORD --batch --yes; fi
assert_eq OK "$(redis cache app "$before" set app:1 z)" "the old value"

# --- no file at all -----------------------------------------------------------------------------------
docker compose exec -T memory redis-cli acl setuser app on ">$(value MEMORY_PASSWORD)" '~*' +@all >/dev/null
expect 0 "$slipway" secrets rotate MEMORY_PASSWORD --batch --yes
assert_contains "$out$err" "until it is restarted"
assert_eq PONG "$(redis memory app "$(value MEMORY_PASSWORD)" ping)" "the new value"

# --- taken at a start -----------------------------------------------------------------------------------
before=$(value ROOT_PASSWORD)
expect 0 "$slipway" secrets rotate ROOT_PASSWORD --batch --yes
[ "$(value ROOT_PASSWORD)" != "$before" ] || fail "the value is the old one"
assert_eq "$(value ROOT_PASSWORD)" "$(docker compose exec -T store cat /tmp/root)" "what it was started with"

# --- a command that needs several tries -------------------------------------------------------------------
docker compose exec -T slow sh -c 'echo 3 >/data/needs'
expect 0 "$slipway" secrets rotate TOKEN --batch --yes
assert_eq 3 "$(docker compose exec -T slow sh -c 'wc -l </data/tries')" "tries"
assert_eq "$(value TOKEN)" "$(docker compose exec -T slow cat /data/token)" "what it knows"
before=$(value TOKEN)
docker compose exec -T slow sh -c 'rm /data/tries; echo 7 >/data/needs'
expect 1 "$slipway" secrets rotate TOKEN --batch --yes
assert_contains "$err" "after 5 tries"
assert_contains "$err" "still starting"
assert_contains "$err" "The old value is in force again."
assert_eq "$before" "$(value TOKEN)" "the value in .env"
assert_eq "$before" "$(docker compose exec -T slow cat /data/token)" "what it knows"
expect 0 "$slipway" down
