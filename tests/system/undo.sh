#!/bin/bash
# SPDX-License-Identifier: MIT
# undo puts back every byte, mode and owner; runs lists what was done; an undo can be undone.
. "$(dirname "$0")/../lib/system.sh"
need_tool jq
export DOCKER_HOST=unix://$work/no.sock

project undo
cat >compose.yaml <<-'EOF'
	services:
	  web:
	    image: busybox
	    environment: {NAME: "${NAME:?}", TOKEN: "${API_TOKEN:?}"}
EOF
# A file that a careless editor would spoil: BOM, CRLF, a duplicate key, no newline at its end.
printf '\xef\xbb\xbf# of the owner\r\nNAME=old\r\nOTHER="a b"\r\nNAME=newer' >.env
chmod 640 .env
before=$(digest_tree . ./.slipway)

expect 0 "$slipway" setup --batch --yes --set 'NAME=it is $me'
changed=$(digest_tree . ./.slipway)
[ "$before" != "$changed" ] || fail "setup changed nothing"
expect 0 "$slipway" runs --json
assert_eq done "$(jq -r '.runs[0].outcome' <<<"$out")" outcome
id=$(jq -r '.runs[0].id' <<<"$out")

expect 3 "$slipway" undo
assert_contains "$err" --yes
assert_eq "$changed" "$(digest_tree . ./.slipway)" "files after a refused undo"
expect 0 "$slipway" undo --yes
assert_eq "$before" "$(digest_tree . ./.slipway)" "files after undo"
told=$out
expect 0 "$slipway" runs --json
assert_contains "$told" "slipway undo $(jq -r '.runs[0].id' <<<"$out")"
assert_eq undone "$(jq -r ".runs[] | select(.id == \"$id\") | .outcome" <<<"$out")" "outcome of what was undone"

# Once is enough, and it is known by its number however that is written.
expect 1 "$slipway" undo --yes "$id"
assert_contains "$err" "was taken back already"
expect 1 "$slipway" undo --yes "$((10#$id))"
assert_contains "$err" "run $id was taken back already"
expect 0 "$slipway" runs --json

# The undo is a run as well.
expect 0 "$slipway" undo --yes "$(jq -r '.runs[0].id' <<<"$out")"
assert_eq "$changed" "$(digest_tree . ./.slipway)" "files after undoing the undo"

# What was changed since is not lost.
expect 0 "$slipway" setup --batch --yes --set NAME=again
echo "# by hand" >>.env
changed=$(digest_tree . ./.slipway)
expect 1 "$slipway" undo --yes
assert_contains "$err" .env
assert_eq "" "$out" "what a refused undo says of what it would take back"
assert_eq "$changed" "$(digest_tree . ./.slipway)" "files after an undo that was refused"
expect 1 "$slipway" undo
assert_contains "$err" "changed since"
expect 0 "$slipway" undo --yes --force

# Nor is the way back, where the file that a run left is no longer one that can be read.
cp .env "$work/broken.before"
expect 0 "$slipway" setup --batch --yes --set NAME=third
printf 'no name\n{' >.env
expect 0 "$slipway" runs --json
expect 1 "$slipway" undo --yes
expect 0 "$slipway" undo --yes --force
assert_same .env "$work/broken.before"

# A stack's files are gone after the undo of what wrote them; that is no reason to lose them.
project undo-stack
expect 0 "$slipway" setup --stack demo --batch --yes
changed=$(digest_tree . ./.slipway)
expect 0 "$slipway" undo --yes
assert_no_file compose.yaml
expect 0 "$slipway" runs --json
assert_eq undone "$(jq -r '.runs[1].outcome' <<<"$out")" "outcome of the setup"
expect 0 "$slipway" undo --yes 0002
assert_eq "$changed" "$(digest_tree . ./.slipway)" "files after undoing the undo of a stack"
