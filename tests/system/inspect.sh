#!/bin/bash
# SPDX-License-Identifier: MIT
# inspect --json has the keys and shapes of docker compose config, and knows where each value comes from.
. "$(dirname "$0")/../lib/system.sh"
need_tool jq
need_engine

project inspect
cat >compose.yaml <<-'EOF'
	services:
	  web:
	    image: slipway-test/nginx:1
	    command: [nginx, -g, "daemon off; # $$HOME"]
	    environment: {TOKEN: "${API_TOKEN}", URL: "http://u:${API_TOKEN}@host/", LEVEL: "${LOG_LEVEL:-info}"}
	    ports: ["127.0.0.1:${WEB_PORT:-8080}:80", "9000-9001:9000-9001/udp"]
	    volumes: ["data:/data", "./conf:/etc/conf:ro"]
	    depends_on: {db: {condition: service_healthy, restart: true}}
	    deploy: {resources: {limits: {memory: 64M}}}
	  db:
	    image: slipway-test/postgres:1
	    healthcheck: {test: [CMD, pg_isready, -h, 127.0.0.1], interval: 1s, timeout: 2s, retries: 5}
	volumes: {data: {}}
	networks: {default: {driver: bridge}}
EOF
printf 'API_TOKEN=s3cr3t-t0ken\nWEB_PORT=8081\n' >.env

export LOG_LEVEL=warn
expect 0 "$slipway" inspect --json --reveal
jq -S '{services, volumes, networks}' <<<"$out" >"$work/ours.json"
# Compose writes "$" as "$$" for the file that its output could be; the value is "$".
docker compose config --format json | jq -S '{services, volumes, networks}' | sed 's/\$\$/$/g' >"$work/theirs.json"
assert_same "$work/theirs.json" "$work/ours.json"

expect 0 "$slipway" inspect --json
assert_lacks "$out" s3cr3t-t0ken "inspect without --reveal"
assert_eq '***' "$(jq -r '.services.web.environment.TOKEN' <<<"$out")" "a secret in the environment"
assert_eq 'http://u:***@host/' "$(jq -r '.services.web.environment.URL' <<<"$out")" "a secret in an address"
variable() {
	jq -r ".variables[] | select(.name == \"$1\") | [.value, .default, .required, .source, (.used_by | join(\",\")), .secret] |
		map(tostring) | join(\" \")" <<<"$out"
}
assert_eq '*** null false .env web true' "$(variable API_TOKEN)" API_TOKEN
assert_eq '8081 8080 false .env web false' "$(variable WEB_PORT)" WEB_PORT
assert_eq 'warn info false shell web false' "$(variable LOG_LEVEL)" LOG_LEVEL
assert_eq '.env compose.yaml' "$(jq -r '[.files[].path] | sort | join(" ")' <<<"$out")" files

expect 0 "$slipway" config list --json
assert_eq '{"name":"API_TOKEN","value":"***","source":".env","secret":true}' \
	"$(jq -c '.variables[] | select(.name == "API_TOKEN")' <<<"$out")" "config list"
expect 0 "$slipway" -C / config get WEB_PORT --directory "$PWD"
assert_eq 8081 "$out" "config get"

# Escape sequences of a value do not reach the terminal.
printf 'LABEL="a\x1b[31mb"\n' >>.env
sed -i 's/LEVEL: /LABEL: "${LABEL}", LEVEL: /' compose.yaml
expect 0 "$slipway" inspect
assert_lacks "$out" $'\x1b' "inspect"
