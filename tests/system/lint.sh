#!/bin/bash
# SPDX-License-Identifier: MIT
# config lint: findings with their places and exit status 2; --fix shows, mends bytes and no value, and is undone;
# a .env that Compose refuses is still judged. No Engine is asked.
. "$(dirname "$0")/../lib/system.sh"
need_tool jq
export DOCKER_HOST=unix://$work/no.sock

project lint
printf 'services:\n  web:\n    image: web:1\n    command: x ${TITLE} ${DB_PASSWORD} ${B}\n' >compose.yaml
expect 0 "$slipway" config lint
assert_contains "$out" "Nothing to complain about" "the words for nothing"

printf 'TITLE=a b\n# kept\nB : 1\nB=2\nDB_PASSWORD=kX9vT2mQ4rW8' >.env
chmod 644 .env
cp .env "$work/before"
expect 2 "$slipway" config lint
for text in '.env:1:7: warning' 'missing-quotes' '.env:3:1: warning' 'duplicate-key' '.env: error: mode 0644' \
	'readable-by-others' 'no-final-newline' '--fix mends'; do
	assert_contains "$out" "$text" "the findings"
done
expect 2 "$slipway" config lint --json
assert_eq "duplicate-key" "$(json '.findings[] | select(.file == ".env" and .line == 3 and .column == 1) | .rule' <<<"$out")" \
	"the finding at 3:1"
assert_lacks "$out" kX9vT2mQ4rW8 "the findings"

# Not confirmed, nothing is written.
expect 3 "$slipway" config lint --fix </dev/null
cmp .env "$work/before"

expect 0 "$slipway" --yes config lint --fix
assert_lacks "$out" kX9vT2mQ4rW8 "what is shown"
printf "TITLE='a b'\n# kept\nB=2\nDB_PASSWORD=kX9vT2mQ4rW8\n" | cmp - .env
assert_mode 600 .env
expect 0 "$slipway" config lint
expect 0 "$slipway" --yes undo
cmp .env "$work/before"
assert_mode 644 .env

expect 2 "$slipway" config lint --ignore missing-quotes --ignore readable-by-others
assert_lacks "$out" missing-quotes "what is ignored"
expect 3 "$slipway" config lint --ignore nonsense
assert_contains "$err" --rules "the hint"

printf 'A=1\nB C=2\n' >.env
expect 2 "$slipway" config lint
assert_contains "$out" ".env:2:2: error" "the place of what Compose refuses"
assert_contains "$out" "[unreadable]" "its rule"

expect 0 "$slipway" config lint --rules
assert_contains "$out" "two-spellings" "the rules"
expect 0 "$slipway" config lint --rules --json
assert_eq true "$(json '.rules | map(.rule) | index("duplicate-key") != null' <<<"$out")" "the rules as JSON"
