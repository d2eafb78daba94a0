#!/bin/bash
# SPDX-License-Identifier: MIT
# A secret, however short, shows neither in a diff nor in a URL, an event or a document; --reveal shows it.
. "$(dirname "$0")/../lib/system.sh"
need_tool jq

for secret in q qz qzj qzj9 qzj9w qzj9wx qzj9wxv qzj9wxv7 'p@:/x y' "it's\$me"; do
	project masks
	encoded=$(jq -rn --arg s "$secret" '$s | @uri')
	quoted=${secret//\'/\'\\\'\'}
	cat >compose.yaml <<-'EOF'
		services:
		  db:
		    image: example/db:1
		    command: ["--requirepass", "${DB_PASSWORD}"]
		    environment:
		      DB_PASSWORD: ${DB_PASSWORD}
		      DATABASE_URL: ${DATABASE_URL}
		      GUESSED: postgres://u:${DB_PASSWORD}@db/other
		      LITERAL: amqp://guest:guest@mq
	EOF
	printf "DB_PASSWORD='%s'\nDATABASE_URL=postgres://u:%s@db/x\nTITLE=a\n" "${quoted//\'\\\'\'/\\\'}" "$encoded" >.env
	chmod 600 .env
	# What a person reads, and what a program does: nowhere after a colon, an equals sign or the option.
	hidden() {
		local s
		for s in "$secret" "$encoded"; do
			assert_lacks "$out$err" ":$s@" "$*"
			assert_lacks "$out$err" "=$s"$'\n' "$*"
			assert_lacks "$out$err" "\"$s\"" "$*"
			assert_lacks "$out$err" "='$s'" "$*"
			[ "${#s}" -lt 4 ] || assert_lacks "$out$err" "$s" "$*"
		done
	}
	for command in "config list" "config list --json" "inspect" "inspect --json" "secrets list" "secrets list --json" "config get DATABASE_URL" "config get DATABASE_URL --json"; do
		# shellcheck disable=SC2086 # words
		expect 0 "$slipway" $command
		hidden "$command"
	done
	expect 0 "$slipway" config get DATABASE_URL
	assert_eq "***" "$out" "a URL with a password"
	expect 0 "$slipway" inspect --json
	assert_eq "postgres://u:***@db/other" "$(json .services.db.environment.GUESSED <<<"$out")" "a URL made of it"
	assert_eq "amqp://guest:***@mq" "$(json .services.db.environment.LITERAL <<<"$out")" "a URL without a variable"
	assert_eq "***" "$(json '.services.db.command[1]' <<<"$out")" "an argument"
	# The line above a change is part of its diff.
	run "$slipway" config set TITLE=b --json
	hidden "config set --json"
	expect 0 "$slipway" config set TITLE=b --yes
	hidden "config set"
	assert_contains "$out" "+TITLE=b"
	run "$slipway" plan
	hidden plan
	expect 0 "$slipway" config get DB_PASSWORD --reveal
	assert_eq "$secret" "$out" "revealed"
	expect 0 "$slipway" config get DATABASE_URL --reveal
	assert_eq "postgres://u:$encoded@db/x" "$out" "revealed"
done
