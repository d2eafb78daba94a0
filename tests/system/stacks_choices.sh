#!/bin/bash
# SPDX-License-Identifier: MIT
# beside
# timeout: 420
# Every environment of every stack that comes with Slipway, with none of its features, each of them alone, and all: what
# setup makes of an empty directory Compose reads, lint finds no error in, and a second setup leaves alone. Nothing
# is deployed; no Engine is asked.
. "$(dirname "$0")/../lib/system.sh"
need_tool docker docker-cli
docker compose version >/dev/null 2>&1 || skip "there is no docker compose (Debian package: docker-compose)"
export DOCKER_HOST=unix://$work/no.sock

# keys WHICH STACK: the names below `environments:` or `features:`.
keys() { sed -n "/^$1:/,/^[^ ]/s/^  \([a-z-]*\):.*/\1/p" "$srcdir/templates/$2/stack.yaml"; }

# What every stack needs that cannot be made.
declare -A needs=([ragcorp]='FAKE_LLM=1 FAKE_EMBEDDINGS=1 RBAC_CONFIG={"admin":["ask"]}')

# A feature that goes with another only.
declare -A with=([semantik-local-llm]=cuda)

# Where the checkout is to be cloned: git wants nothing there.
declare -A checkout=([haven]=haven [semantik]=semantik [claude-context]=claude-context-core [ragcorp]=rag-corp)

# choice STACK ENVIRONMENT FEATURE...
choice() {
	local what="$*" set=() s before
	project "$1"
	projects=()
	for s in ${needs[$1]:-} "environment=$2"; do set+=(--set "$s"); done
	for s in "${@:3}"; do set+=(--set "$s=true"); done
	expect 0 "$slipway" --yes setup --stack "$1" --batch "${set[@]}"
	assert_no_file "${checkout[$1]}"
	expect 0 docker compose config -q
	assert_eq "" "$out$err" "what Compose says of $what"
	before=$(digest_tree .)
	expect 0 "$slipway" --yes setup --batch
	assert_contains "$out" "Nothing to do" "the second setup of $what"
	assert_eq "$before" "$(digest_tree .)" "the second setup of $what"
	run "$slipway" config lint
	assert_lacks "$out" "error:" "lint of $what"
	# Nor did setup have to mend one.
	[ ! -e compose.slipway.yaml ] || assert_lacks "$(cat compose.slipway.yaml)" healthcheck "what setup mends of $what"
	for s in probe-tool-missing wrong-health-path always-healthy database-exposed latest-tag scrape-target rule-files; do
		assert_lacks "$out" "[$s]" "lint of $what"
	done
	# What was chosen is what is read back.
	expect 0 "$slipway" config get environment
	assert_eq "$2" "$out" "the environment of $what"
	cd "$work" && rm -rf "${work:?}/$project"
	count=$((count + 1))
}

count=0
for stack in ${STACKS:-haven semantik claude-context ragcorp}; do
	features=($(keys features "$stack"))
	# What its documents say otherwise is said.
	expect 0 "$slipway" stack show "$stack"
	assert_contains "$out" $'\nNotes\n- '
	for environment in $(keys environments "$stack"); do
		choice "$stack" "$environment"
		for feature in "${features[@]}"; do
			choice "$stack" "$environment" "$feature" ${with[$stack-$feature]:-}
		done
		choice "$stack" "$environment" "${features[@]}"
	done
done
say "$count choices"
[ "$count" -ge 12 ] || fail "only $count choices were tried"
