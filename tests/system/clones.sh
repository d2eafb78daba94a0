#!/bin/bash
# SPDX-License-Identifier: MIT
# beside
# timeout: 300
# Clones of the repositories that the definitions recognise: what setup makes of one is complete, runs twice without
# a trace, is what the next update starts from, and Compose reads it. Haven and claude-context are read from
# $SLIPWAY_CORPUS (default ../shared/corpus beside the checkout); tests/system/clones has look-alikes of the others.
# At the end a project that no definition knows, for its profiles.
# No Engine is asked.
. "$(dirname "$0")/../lib/system.sh"
need_tool jq
need_tool docker docker-cli
docker compose version >/dev/null 2>&1 || skip "there is no docker compose (Debian package: docker-compose)"
export DOCKER_HOST=unix://$work/no.sock
corpus=${SLIPWAY_CORPUS:-$srcdir/../shared/corpus}
missing=

# from DIRECTORY NAME: a project directory with a copy of it; false where there is none.
from() {
	[ -d "$1" ] || { missing="there is no $1" && return 1; }
	project "$2"
	projects=()
	cp -r "$1/." .
	chmod -R u+w .
}

times() { find . -printf '%p %T@\n' | sort; }

# settled [OPTION...]: of a project that was set up, whatever was answered.
settled() {
	local before
	before=$(times)
	expect 0 "$slipway" "$@" --yes setup --batch
	assert_contains "$out" "Nothing to do" "the second setup"
	assert_eq "$before" "$(times)" "times after the second setup"
	expect 0 "$slipway" "$@" config update --dry-run
	assert_contains "$out" "Nothing to do" "an update of what nobody changed"
	run "$slipway" "$@" config lint
	assert_lacks "$out" "error:" "lint"
	expect 0 docker compose config -q
}

# environment SERVICE NAME: as Compose hands it over.
environment() { docker compose config --format json | jq -r --arg s "$1" --arg n "$2" '.services[$s].environment[$n]'; }

value() { sed -n "s/^$1=//p" .env; }

# --- Haven: its example names a model as the definition rejects it ----------------------------------
if from "$corpus/haven" haven; then
	mkdir schema
	echo 'CREATE TABLE chunks (id int);' >schema/init.sql
	expect 0 "$slipway" --yes setup --batch
	assert_eq bge-m3 "$(value EMBEDDING_MODEL)"
	# Literals of the compose file: nothing is made that nobody reads, and what stands there agrees with it.
	assert_eq postgres:postgres "$(value POSTGRES_USER):$(value POSTGRES_PASSWORD)"
	assert_eq postgresql://postgres:postgres@postgres:5432/haven "$(value DATABASE_URL)"
	assert_contains "$out" "POSTGRES_PASSWORD have no effect on the services"
	# Passed to the catalog only: the override hands it to who needs it as well.
	assert_eq "$(value SEARCH_TOKEN)" "$(environment gateway SEARCH_TOKEN)"
	assert_eq "$(value SEARCH_TOKEN)" "$(environment catalog SEARCH_TOKEN)"
	expect 0 "$slipway" secrets list --json
	assert_eq "catalog gateway search" "$(jq -r '.. | objects | select(.name == "SEARCH_TOKEN") | .used_by | join(" ")' <<<"$out")"
	assert_eq gateway "$(jq -r '.. | objects | select(.name == "AUTH_TOKEN") | .used_by | join(" ")' <<<"$out")"
	settled
	# A new example that says it otherwise, but as wrong.
	sed -i 's|^EMBEDDING_MODEL=.*|EMBEDDING_MODEL=BAAI/bge-m3 # of Hugging Face|' .env.example
	expect 0 "$slipway" config update --dry-run
	assert_contains "$out" "Nothing to do"
fi

# --- Semantik: an environment adds a compose file ---------------------------------------------------
from "$srcdir/tests/system/clones/semantik" semantik
: >nginx.conf
expect 0 "$slipway" --yes setup --batch --set environment=production
assert_contains "$(value COMPOSE_FILE)" docker-compose.prod.yml
assert_eq 127.0.0.1 "$(value FORWARDED_ALLOW_IPS)" "what only the file of the environment reads"
settled
from "$srcdir/tests/system/clones/semantik" semantik
expect 0 "$slipway" --yes setup --batch --set environment=staging
assert_eq "" "$(value FORWARDED_ALLOW_IPS)" "what only the file of another environment reads"
settled

# A check by what the image has not: the definition knows one that can pass, and the override has it.
check() { docker compose config --format json | jq -c ".services.$1.healthcheck.test"; }
assert_contains "$(cat docker-compose.yml)" 'healthcheck: {test: [CMD, curl,'
assert_eq '["CMD","bash","-c",":> /dev/tcp/127.0.0.1/6333"]' "$(check qdrant)"
run "$slipway" config lint
assert_lacks "$out" "qdrant is checked by curl"
expect 0 "$slipway" --yes setup --batch --set override.qdrant.healthcheck=none
assert_eq '["NONE"]' "$(check qdrant)" "what somebody chose"

# What the files speak of is what a clone begins as; what production needs besides is passed on.
from "$srcdir/tests/system/clones/semantik" semantik
expect 0 "$slipway" --yes setup --batch
assert_contains "$(value COMPOSE_FILE)" docker-compose.dev.yml
for s in webui vecpipe worker; do
	assert_eq "$(value INTERNAL_API_KEY)" "$(environment $s INTERNAL_API_KEY)" "what $s gets"
done
[ -n "$(value INTERNAL_API_KEY)" ] || fail "INTERNAL_API_KEY is empty"
settled

# --- RAG Corp: one compose file, whose example says more than it reads ------------------------------
from "$srcdir/tests/system/clones/ragcorp" ragcorp
run "$slipway" config lint
assert_contains "$out" "looks at the status of /healthz only"
expect 4 "$slipway" --yes setup --batch
assert_contains "$err" "GOOGLE_API_KEY: Without a Google key the model must be faked"
expect 0 "$slipway" --yes setup --batch --set FAKE_LLM=1 --set FAKE_EMBEDDINGS=1
assert_eq development "$(value APP_ENV)"
assert_eq postgres "$(value POSTGRES_PASSWORD)" "a password that nothing reads"
assert_contains "$out" "POSTGRES_PASSWORD, DB_POOL_MIN_SIZE, DB_POOL_MAX_SIZE have no effect"
assert_eq "$(value JWT_SECRET)" "$(environment rag-api JWT_SECRET)"
assert_eq 64 "$(value JWT_SECRET | tr -d '\n' | wc -c)" "length of the key"
settled

# --- claude-context: files and directories that are the author's ------------------------------------
if from "$corpus/claude-context" claude-context; then
	mkdir services
	mv docker-compose.yml cognee services
	mkdir -p services/init-scripts services/database
	echo 'LLM_API_KEY=' >services/cognee/.env.example
	: >services/database/postgresql-simple.conf
	echo 'LLM_API_KEY=' >.env.crawl4ai.example
	run "$slipway" --yes setup --batch
	assert_contains "$err" "slipway -C services setup" "the hint at the root of the clone"
	[ "$status" != 0 ] || fail "setup guessed a project"
	cd services
	expect 0 "$slipway" --yes setup --batch
	assert_contains "$out" "mounts /home/mewtwo, which is outside of the project and does not exist: it is not made"
	assert_lacks "$out" "+ /home/mewtwo"
	assert_contains "$out" ".env.crawl4ai, which does not exist. Write that file" "an env file that is missing"
	assert_no_file ../.env.crawl4ai
	# Its path leaves the project and comes back: what was not cloned along is named, and nothing made in its place.
	assert_contains "$out" "crawl4ai: to be built from crawl4ai-runner/Dockerfile, which does not exist"
	assert_contains "$out" "crawl4ai mounts ./crawl4ai-runner, which holds what it is built from and does not exist"
	assert_no_file crawl4ai-runner
	assert_no_file code "a directory of the definition that nothing mounts"
	run "$slipway" config lint
	assert_contains "$out" "crawl4ai: built from crawl4ai-runner/Dockerfile, which is not there [missing-build-source]"
	run "$slipway" check
	assert_contains "$out" "crawl4ai-runner/Dockerfile, which is not there"
	assert_same cognee/.env cognee/.env.example
	assert_mode 600 cognee/.env
	assert_eq "" "$(value ENABLE_HYBRID_SEARCH)" "what the compose file has on"
	: >../.env
	: >../.env.crawl4ai
	settled
	assert_eq true "$(environment api-server ENABLE_HYBRID_SEARCH)"
	# What comes by a file outside is asked for all the same, and handed over where that file does not have it.
	expect 0 "$slipway" --yes setup --batch --set CHUNK_SIZE=900 --set LLM_TEMPERATURE=0.5
	assert_eq "900 0.5" "$(environment crawl4ai CHUNK_SIZE) $(environment api-server LLM_TEMPERATURE)"
	assert_eq null "$(environment api-server MAX_TOP_K)" "what holds by itself"
	settled
	echo MAX_TOP_K=7 >../.env
	run "$slipway" config get MAX_TOP_K
	assert_eq 3 "$status" "what that file has is nothing to ask for"
fi

# --- profiles: what no definition speaks of is asked with what it starts -----------------------------
project profiles
projects=()
cat >compose.yaml <<-'EOF'
	services:
	  web: {image: busybox, environment: {TITLE: "${TITLE:-A title}"}}
	  admin: {image: adminer, profiles: [tools], environment: {ADMIN_THEME: "${ADMIN_THEME:-dark}"}}
	  mailer: {image: mailpit, profiles: [mail, tools]}
	  trace: {image: jaeger, profiles: [trace], depends_on: [store]}
	  store: {image: busybox, profiles: [store]}
EOF
printf '# Compose starts these besides.\nCOMPOSE_PROFILES=mine\nTITLE=x\n' >.env.example
services() { docker compose config --services | sort | paste -sd ' '; }

# Line by line: the first of each says what would start; what only that reads is asked for with it.
printf '%s\n' y y n n n '' x light w | "$slipway" setup --plain >"$work/out" 2>"$work/err" || fail "$(cat "$work/err")"
assert_contains "$(cat "$work/out")" "profile.tools"
assert_contains "$(cat "$work/out")" "starts besides: admin (adminer), mailer (mailpit)."
assert_eq mine,tools "$(value COMPOSE_PROFILES)"
assert_eq light "$(value ADMIN_THEME)" "what only the profile reads"
assert_eq "admin mailer web" "$(services)"
settled
# One that waits for a service of another profile: said, and nothing written.
run "$slipway" --yes setup --batch --set profile.trace=yes
[ "$status" != 0 ] || fail "a profile that Compose refuses was written"
assert_contains "$err" '"trace" waits for "store", which only the profile store starts'
assert_eq mine,tools "$(value COMPOSE_PROFILES)"
# By the command line, and by a file; both of them for good.
expect 0 "$slipway" --yes setup --batch --profile trace --profile store --set profile.tools=no
assert_eq mine,trace,store "$(value COMPOSE_PROFILES)"
assert_eq "store trace web" "$(services)"
printf 'profiles: [mail]\nsettings:\n  profile.trace: false\n' >answers.yaml
expect 0 "$slipway" --yes setup --batch --answers answers.yaml
assert_eq mine,store,mail "$(value COMPOSE_PROFILES)"
settled
run "$slipway" --yes setup --batch --profile no-such
assert_eq 3 "$status" "status of an unknown profile"
assert_contains "$err" 'there is no profile "no-such"'

[ -z "$missing" ] || skip "$missing; the rest passed"
