#!/bin/bash
# SPDX-License-Identifier: MIT
# timeout: 240
# A password that was changed in .env alone: config set, plan and up say what locks the services out, and up does not
# make them anew with it. A placeholder beside a volume is not said to be what the volume was made with.
. "$(dirname "$0")/../lib/system.sh"
. "$(dirname "$0")/../lib/remembered.sh"
need_engine
need_tool jq

project oldup
{
	echo services:
	postgres_service db 'POSTGRES_USER: shop, POSTGRES_PASSWORD: "${POSTGRES_PASSWORD}"'
	client_service web \
		'environment: {DATABASE_URL: "postgresql://shop:${POSTGRES_PASSWORD}@db:5432/shop"}' \
		'depends_on: {db: {condition: service_healthy}}'
	echo 'volumes: {db_data: {}}'
} >compose.yaml
echo "POSTGRES_PASSWORD=$first" >.env
chmod 0600 .env
other="the volume ${project}_db_data was made with another one"
expect 0 "$slipway" --yes up
containers() { docker compose ps -aq --no-trunc | sort; }
before=$(containers)

expect 0 "$slipway" config set POSTGRES_PASSWORD=abcdefgh12345678 --yes
assert_contains "$out" "$other (PostgreSQL: authentication failed)" "config set"
assert_contains "$out" "--old-secret POSTGRES_PASSWORD=wipe:${project}_db_data"
expect 2 "$slipway" plan
assert_contains "$out" "$other" plan
expect 1 "$slipway" up --yes
assert_contains "$err" "$other" up
assert_contains "$err" "up --old-secret POSTGRES_PASSWORD=keep"
assert_contains "$err" "--old-secret POSTGRES_PASSWORD=change"
assert_eq "$before" "$(containers)" "the containers after the refusal"
expect 3 "$slipway" up --yes --old-secret POSTGRES_PASSWORD=change

# Each of the ways is one.
expect 0 "$slipway" up --yes --old-secret POSTGRES_PASSWORD=keep
[ "$before" != "$(containers)" ] || fail "nothing was made anew"
expect 0 "$slipway" setup --batch --yes --old-secret POSTGRES_PASSWORD=change
lets_in "$(value POSTGRES_PASSWORD)" || fail "the new password is refused"
expect 0 "$slipway" up --yes

# A placeholder: what is known is that there is a volume.
expect 0 "$slipway" down --yes
sed -i 's/^POSTGRES_PASSWORD=.*/POSTGRES_PASSWORD=changeme/' .env
run "$slipway" setup --batch --yes
assert_lacks "$out$err" "${project}_db_data holds it"
assert_contains "$out$err" "warning: a placeholder is kept, since the volume ${project}_db_data exists; whether"
