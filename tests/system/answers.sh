#!/bin/bash
# SPDX-License-Identifier: MIT
# What was answered is kept without secrets, and makes the same configuration of a copy; again it changes nothing,
# and undo takes it back.
. "$(dirname "$0")/../lib/system.sh"
export DOCKER_HOST=unix://$work/no.sock

project answers
cat >compose.yaml <<-'EOF'
	services:
	  web:
	    image: busybox
	    environment:
	      TITLE: ${SITE_TITLE:?}
	      MODE: ${MODE:-development}
	      TOKEN: ${API_TOKEN:?}
	      DB: postgres://u:${DB_PASSWORD}@db/x
	    ports: ["127.0.0.1:${WEB_PORT:-8080}:80"]
EOF
cat >.env.example <<-'EOF'
	# The title
	SITE_TITLE=
	# development|production
	MODE=development
	API_TOKEN=changeme
	DB_PASSWORD=changeme
	# With a variable in it
	GREETING="Hello from ${SITE_TITLE}"
	WEB_PORT=8080
EOF
cp -r . ../copy
empty=$(digest_tree . ./.slipway)
expect 0 "$slipway" setup --batch --yes --set 'SITE_TITLE=It is "mine": #1' --set MODE=production --set WEB_PORT=18080
assert_file .slipway/answers.yaml
assert_mode 600 .slipway/answers.yaml
answers=$(cat .slipway/answers.yaml)
assert_contains "$answers" 'It is "mine": #1'
assert_contains "$answers" production
for key in API_TOKEN DB_PASSWORD; do
	value=$(sed -n "s/^$key=//p" .env)
	[ -n "$value" ] || fail "no $key in .env"
	assert_lacks "$answers" "$value" "the answers"
done

# Again: nothing.
before=$(find . -printf '%p %T@ %m\n' | sort)
expect 0 "$slipway" setup --batch --yes
assert_eq "$before" "$(find . -printf '%p %T@ %m\n' | sort)" "files after the second setup"
expect 0 "$slipway" setup --batch --yes --answers .slipway/answers.yaml
assert_eq "$before" "$(find . -printf '%p %T@ %m\n' | sort)" "files after a setup with its own answers"

# A copy: the same but for the secrets, which it makes itself.
open() { sed -E 's/^(API_TOKEN|DB_PASSWORD)=.*/\1=/' "$1"; }
cp .slipway/answers.yaml ../answers.yaml
here=$PWD
cd ../copy
expect 0 "$slipway" setup --batch --yes --answers ../answers.yaml
assert_eq "$(open "$here/.env")" "$(open .env)" "the .env of the copy"
assert_same "$here/.slipway/answers.yaml" .slipway/answers.yaml
[ "$(sed -n 's/^API_TOKEN=//p' .env)" != "$(sed -n 's/^API_TOKEN=//p' "$here/.env")" ] || fail "a secret was copied"
cd "$here"

# One value more: both change, both come back.
expect 0 "$slipway" config set MODE=development --yes
assert_contains "$(cat .slipway/answers.yaml)" development
expect 0 "$slipway" undo --yes
assert_eq "$answers" "$(cat .slipway/answers.yaml)" "the answers after undo"
expect 0 "$slipway" undo --yes 0001
assert_eq "$empty" "$(digest_tree . ./.slipway)" "the directory after undoing the setup"
assert_no_file .slipway/answers.yaml

# What a person writes into .env asks for nothing.
expect 0 "$slipway" setup --batch --yes --answers ../answers.yaml
printf 'EXTRA=1\n' >>.env
expect 0 "$slipway" setup --batch --yes
assert_lacks "$(cat .slipway/answers.yaml)" EXTRA

# Where there is nothing to answer there is nothing to keep.
project silent
printf 'services: {web: {image: busybox}}\n' >compose.yaml
expect 0 "$slipway" setup --batch --yes
assert_eq compose.yaml "$(ls -A)" "the directory"
