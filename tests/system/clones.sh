#!/bin/bash
# SPDX-License-Identifier: MIT
# beside
# timeout: 300
# Clones of the repositories that the definitions recognise: what setup makes of one is complete, runs twice without
# a trace, is what the next update starts from, and Compose reads it. Haven and claude-context are read from
# $SLIPWAY_CORPUS (default ../shared/corpus beside the checkout); tests/system/clones has look-alikes of the others.
# No Engine is asked.
. "$(dirname "$0")/../lib/system.sh"
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

value() { sed -n "s/^$1=//p" .env; }

# --- Haven: its example names a model as the definition rejects it ----------------------------------
if from "$corpus/haven" haven; then
	mkdir schema
	echo 'CREATE TABLE chunks (id int);' >schema/init.sql
	expect 0 "$slipway" --yes setup --batch
	assert_eq bge-m3 "$(value EMBEDDING_MODEL)"
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

[ -z "$missing" ] || skip "$missing; the rest passed"
