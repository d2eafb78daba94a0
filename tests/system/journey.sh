#!/bin/bash
# SPDX-License-Identifier: MIT
# timeout: 180
# The whole way of a person without a screen: a directory with a compose project of PostgreSQL, Redis, nginx and
# a one-shot, an example file and nothing else; setup, up, status; and again, which changes nothing.
. "$(dirname "$0")/../lib/system.sh"
. "$srcdir/tests/lib/shop.sh"
need_engine
need_tool jq

shop_project journey
expect 2 "$slipway" plan
expect 0 "$slipway" setup --batch --yes --set "WEB_PORT=$port"
shop_was_set_up
[ -z "$(grep -rlF -- "$password" .slipway/journal .slipway/answers.yaml .slipway/state.json 2>/dev/null)" ] ||
	fail "the password is in .slipway"
expect 0 docker compose config --quiet
expect 0 "$slipway" up
shop_runs
shop_stays_as_it_is

# --- a lost .env: the volume still holds the old password, so no new one is made up --------
mv .env "$work/env.kept"
run "$slipway" setup --batch --yes
if [ "$status" -eq 0 ]; then
	assert_eq "$password" "$(sed -n 's/^POSTGRES_PASSWORD=//p' .env)" "the password that the volume holds"
else
	assert_eq 4 "$status" "a password that cannot be known is asked for"
	assert_contains "$err" POSTGRES_PASSWORD
fi
mv "$work/env.kept" .env

expect 0 "$slipway" --yes down
# Not by docker compose: it reads nothing without the password.
assert_eq "" "$(docker ps -q --filter "label=com.docker.compose.project=$project")" "running after down"
[ -n "$(docker volume ls -q --filter "label=com.docker.compose.project=$project")" ] || fail "down removed the volume"
