#!/bin/bash
# SPDX-License-Identifier: MIT
# beside
# timeout: 420
# Each stack that comes with Slipway, set up in an empty directory and deployed: PostgreSQL and Redis are real, what
# cannot be had (the applications, Qdrant, MinIO, ...) is one small image that answers the same health endpoints.
. "$(dirname "$0")/../lib/system.sh"
need_engine
need_tool jq
need_tool openssl
need_tool curl

# Tags of the applications, as the compose files name them. They are removed again unless they were there.
tag() {
	local t
	for t; do
		docker image inspect "$t" >/dev/null 2>&1 && continue
		docker tag slipway-test/standin:1 "$t"
		at_exit "docker rmi '$t' >/dev/null"
	done
}

healthy() { "$slipway" status --json | jq -e .healthy >/dev/null; }

# The first three digits of all ports: others may deploy the same stacks. No other test takes ports of these.
ports=$((300 + RANDOM % 27))

# stack NAME SETTING=VALUE...: from nothing to healthy, and a second setup that changes nothing.
stack() {
	local name=$1 set=() s before
	shift
	project "$name"
	"$name"
	for s in "COMPOSE_PROJECT_NAME=$project" "$@"; do set+=(--set "$s"); done
	export COMPOSE_PROJECT_NAME=$project
	set=("${set[@]:2}")
	expect 0 "$slipway" setup --stack "$name" --batch --yes "${set[@]}"
	assert_mode 600 .env
	expect 0 docker compose config -q
	before=$(digest_tree .)
	expect 0 "$slipway" setup --batch --yes
	assert_contains "$out" "Nothing to do"
	assert_eq "$before" "$(digest_tree .)" "the second setup of $name"
	expect 0 "$slipway" up --yes --plain
	healthy || fail "$name is not healthy: $("$slipway" status)"
	# What Compose says of them.
	assert_eq "" "$(docker compose ps -a --format '{{.Service}} {{.State}} {{.ExitCode}} {{.Health}}' |
		grep -vE ' running 0 (healthy)?$| exited 0 $' || true)" "docker compose ps"
	assert_lacks "$("$slipway" status --json)" '"health": "unhealthy"'
	! declare -F "${name}_up" >/dev/null || "${name}_up"
	expect 0 "$slipway" down --yes
	unset COMPOSE_PROJECT_NAME
}

haven() { # its checkout
	mkdir -p haven/schema
	printf 'DROP TABLE IF EXISTS chunks CASCADE;\nCREATE TABLE chunks (id int primary key, embedding_status text);\n' \
		>haven/schema/init.sql
}
tag haven-search:test haven-catalog:test haven-gateway:test haven-worker:test
deploy_haven() { stack haven HAVEN_VERSION=test POSTGRES_IMAGE=slipway-test/postgres:1 QDRANT_IMAGE=slipway-test/standin:1 \
	MINIO_IMAGE=slipway-test/standin:1 GATEWAY_PORT=${ports}01 MINIO_CONSOLE_PORT=${ports}02; }

semantik() { # with a certificate for nginx, which reads the stack's own configuration
	mkdir -p semantik ssl
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=localhost -days 2 \
		-keyout ssl/key.pem -out ssl/cert.pem 2>/dev/null
}
tag semantik:test
deploy_semantik() { stack semantik SEMANTIK_VERSION=test POSTGRES_IMAGE=slipway-test/postgres:1 REDIS_IMAGE=slipway-test/redis:1 \
	REDIS_USER=999:999 QDRANT_IMAGE=slipway-test/standin:1 WEBUI_PORT=${ports}03 FLOWER_PORT=${ports}04 monitoring=true \
	testing=true POSTGRES_TEST_PORT=${ports}11 proxy=true NGINX_IMAGE=slipway-test/standin:1 PROXY_BIND=127.0.0.1 \
	PROXY_HTTP_PORT=${ports}12 PROXY_HTTPS_PORT=${ports}13; }
semantik_up() { # nginx hands on what comes by TLS, and sends there what does not
	expect 0 curl -fsSk https://127.0.0.1:${ports}13/api/health/readyz
	assert_contains "$out" ready "the web interface behind nginx"
	expect 0 curl -sS -o /dev/null -w '%{http_code} %{redirect_url}' http://127.0.0.1:${ports}12/x
	assert_eq "301 https://127.0.0.1/x" "$out" "nginx without TLS"
}

claude-context() {
	mkdir -p claude-context-core/services/init-scripts
	echo 'CREATE TABLE projects (id int primary key);' >claude-context-core/services/init-scripts/01-init.sql
}
tag claude-context-api:test claude-context-crawl4ai:test claude-context-splade:test claude-context-cognee:test
deploy_claude-context() { stack claude-context CONTEXT_VERSION=test POSTGRES_IMAGE=slipway-test/postgres:1 QDRANT_IMAGE=slipway-test/standin:1 \
	RERANKER_IMAGE=slipway-test/standin:1 API_PORT=${ports}05 hybrid=true reranking=true cognee=true \
	NEO4J_IMAGE=slipway-test/standin:1 NEO4J_HTTP_PORT=${ports}14 NEO4J_BOLT_PORT=${ports}15 COGNEE_PORT=${ports}16 monitoring=true \
	PROMETHEUS_IMAGE=slipway-test/standin:1 POSTGRES_EXPORTER_IMAGE=slipway-test/standin:1 PROMETHEUS_PORT=${ports}17; }

ragcorp() { mkdir -p rag-corp; }
tag ragcorp-backend:test ragcorp-web:test
deploy_ragcorp() { stack ragcorp RAGCORP_VERSION=test POSTGRES_IMAGE=slipway-test/postgres:1 REDIS_IMAGE=slipway-test/redis:1 \
	REDIS_USER=999:999 MINIO_IMAGE=slipway-test/standin:1 MINIO_CLIENT_IMAGE=slipway-test/standin:1 \
	MINIO_CONSOLE_PORT=${ports}06 API_PORT=${ports}07 WEB_PORT=${ports}08 PROMETHEUS_PORT=${ports}09 GRAFANA_PORT=${ports}10 \
	PROMETHEUS_IMAGE=slipway-test/standin:1 GRAFANA_IMAGE=slipway-test/standin:1 \
	POSTGRES_EXPORTER_IMAGE=slipway-test/standin:1 REDIS_EXPORTER_IMAGE=slipway-test/standin:1 monitoring=true workers=true 'RBAC_CONFIG={"admin":["ask"]}' \
	FAKE_LLM=1 FAKE_EMBEDDINGS=1; }

# lane STACK...: one after the other, cleaning up after itself whatever happens. Mostly it waits for health checks.
# In a directory of its own, where expect keeps what was said.
lane() (
	projects=()
	work=$(mktemp -d "$work/lane.XXXXXX")
	trap 'exit 143' TERM INT HUP
	trap 'for p in "${projects[@]}"; do engine_clean "$p"; done' EXIT
	for name; do "deploy_$name"; done
)
lane semantik haven >"$work/lane.1" 2>&1 &
first=$!
lane ragcorp claude-context >"$work/lane.2" 2>&1 &
second=$!
at_exit "kill $first $second 2>/dev/null; wait $first $second"
wait $first || fail "$(cat "$work/lane.1")"
wait $second || fail "$(cat "$work/lane.2")"
