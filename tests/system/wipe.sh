#!/bin/bash
# SPDX-License-Identifier: MIT
# timeout: 240
# The data of a lost secret is deleted with kill -9 in between: while the volume goes, when it is gone, when .env has
# the new secret, when the containers are made anew. Whatever was reached, the data that is left and .env fit together
# or it is said that they do not, and the same command, or "slipway up", ends it.
. "$(dirname "$0")/../lib/system.sh"
need_tool jq
need_engine

# The volume keeps what the first start was given; any other is refused.
prepare() {
	project "$1"
	volume=${project}_data
	cat >compose.yaml <<-'EOF'
		services:
		  db:
		    image: slipway-test/busybox:1
		    init: true
		    environment: {TOKEN: "${DB_TOKEN:?}"}
		    command:
		      - sh
		      - -c
		      - |
		        test -e /data/token || printf %s "$$TOKEN" >/data/token
		        test "$$(cat /data/token)" = "$$TOKEN" || { echo "this is not the token of the data"; exit 1; }
		        touch /ready; exec sleep 1000
		    healthcheck: {test: [CMD, test, -e, /ready], interval: 1s, retries: 30}
		    restart: unless-stopped
		    volumes: ["data:/data"]
		  web:
		    image: slipway-test/busybox:1
		    init: true
		    command: [sleep, "1000"]
		    restart: unless-stopped
		    volumes: ["other:/data"]
		volumes: {data: {}, other: {}}
	EOF
	cat >slipway.yaml <<-'EOF'
		slipway: 1
		stack: keeper
		title: Keeper
		about: It knows its token for good
		pages:
		  - title: All
		    settings:
		      - {name: DB_TOKEN, type: secret, required: true, generate: {format: hex, bytes: 16}, lives_in: {volume: data}, used_by: [db]}
	EOF
	expect 0 "$slipway" setup --batch --yes
	expect 0 "$slipway" up --yes
}

token() { sed -n 's/^DB_TOKEN=//p' .env; }
kept() { docker compose exec -T db cat /data/token; }
wipe() { "$slipway" setup --batch --yes --old-secret "DB_TOKEN=wipe:$volume"; }
has_volume() { docker volume inspect "$volume" >/dev/null 2>&1; }

# Moments that a run passes.
begun() { [ -z "$(docker ps -q --filter "name=$project-db-1")" ]; }
gone() { ! has_volume; }
written() { [ "$(token)" != "$before" ]; }
remade() { [ -n "$(docker ps -aq --filter "name=$project-db-1")" ] && ! begun_id; }
begun_id() { [ "$(docker ps -aq --no-trunc --filter "name=$project-db-1")" = "$container" ]; }

for moment in begun gone written remade; do
	prepare "wipe-$moment"
	before=$(token)
	container=$(docker compose ps -q db)
	other=$(docker volume inspect -f '{{.CreatedAt}}' "${project}_other")
	assert_eq "$before" "$(kept)" "what the volume keeps"
	"$slipway" setup --batch --yes --old-secret "DB_TOKEN=wipe:$volume" >"$work/wiping" 2>&1 &
	pid=$!
	until $moment; do kill -0 $pid 2>/dev/null || break; done
	kill -9 $pid 2>/dev/null || true
	wait $pid 2>/dev/null || true
	# An .env that is not what the data was made with is never the outcome of half a run.
	if has_volume && begun_id; then assert_eq "$before" "$(token)" "$moment: .env while the old data is there"; fi
	assert_eq "$other" "$(docker volume inspect -f '{{.CreatedAt}}' "${project}_other")" "$moment: another volume"
	expect 0 "$slipway" up --yes
	assert_eq "$(token)" "$(kept)" "$moment: what the volume keeps after it went on"
	[ $moment = begun ] || continue
	# And again, to the end.
	before=$(token)
	expect 0 wipe
	[ "$(token)" != "$before" ] || fail "$moment: the token is the old one"
	assert_eq "$(token)" "$(kept)" "$moment: what the volume keeps at last"
	assert_eq "$other" "$(docker volume inspect -f '{{.CreatedAt}}' "${project}_other")" "$moment: another volume at last"
	expect 0 "$slipway" plan
done
