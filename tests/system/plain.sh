#!/bin/bash
# SPDX-License-Identifier: MIT
# --plain asks the same questions as lines: defaults in brackets, g makes a secret, ? explains, < goes back, u takes
# back; a bad value is asked again; the end of input and Ctrl-C leave a draft and nothing else.
. "$(dirname "$0")/../lib/system.sh"
export DOCKER_HOST=unix://$work/no.sock

project plain
cat >compose.yaml <<-'EOF'
	services:
	  web:
	    image: busybox
	    environment: {TOKEN: "${API_TOKEN:?}", NAME: "${SITE_NAME:?what it is called}"}
	    ports: ["127.0.0.1:${WEB_PORT:-8080}:80"]
EOF
printf '# --- Web ---\n# Port of the site\nWEB_PORT=8080\n' >.env.example
before=$(digest_tree . ./.slipway)

# ask LINE...: the program with these lines as its input.
ask() { printf '%s\n' "$@" | "$slipway" setup --plain >"$work/out" 2>"$work/err"; }

# The end of input leaves: a draft holds the answers, and no secret.
ask y 99999 '?' 8099 'hunter2-hunter2-hunter2' || fail "the end of input is no failure: $(cat "$work/err")"
assert_contains "$(cat "$work/out")" "a number from 1 to 65535"
assert_contains "$(cat "$work/out")" "Port of the site"
assert_lacks "$(cat "$work/out")" hunter2 "what was printed"
assert_eq "$before" "$(digest_tree . ./.slipway)" "the directory after leaving"
assert_contains "$(cat .slipway/draft.yaml)" 8099
assert_lacks "$(cat .slipway/draft.yaml)" hunter2 "the draft"
assert_mode 600 .slipway/draft.yaml

# So does Ctrl-C, with its own status.
mkfifo "$work/keys"
rm "$work/out" # what stands there was asked before
"$slipway" setup --plain <"$work/keys" >"$work/out" 2>"$work/err" &
pid=$!
exec 7>"$work/keys"
printf 'n\n' >&7
wait_for grep -q API_TOKEN "$work/out"
kill -INT $pid
status=0
wait $pid || status=$?
exec 7>&-
assert_eq 130 "$status" "status after Ctrl-C"
assert_eq "$before" "$(digest_tree . ./.slipway)" "the directory after Ctrl-C"

# What was answered before a kill is there.
mkfifo "$work/more"
"$slipway" setup --plain <"$work/more" >"$work/out" 2>"$work/err" &
pid=$!
exec 7>"$work/more"
printf 'y\n8098\n' >&7
wait_for grep -q 8098 .slipway/draft.yaml
kill -KILL $pid
status=0
wait $pid || status=$?
exec 7>&-
assert_eq 137 "$status" "status after a kill"
assert_eq "$before" "$(digest_tree . ./.slipway)" "the directory after a kill"
ask y 8099 || fail "$(cat "$work/err")"
assert_contains "$(cat "$work/out")" "[8098]"

# The draft's answer is the default now; back, take back, again; then write.
ask y 8100 '<' u '' g 'my site' w || fail "$(cat "$work/err")"
assert_contains "$(cat "$work/out")" "[8099]"
# The first line of help stands before the question, unasked.
assert_contains "$(cat "$work/out")" $'  Port of the site\nWEB_PORT'
assert_contains "$(cat "$work/out")" "Nothing has been written yet"
assert_contains "$(cat .env)" WEB_PORT=8099
assert_contains "$(cat .env)" "SITE_NAME='my site'"
token=$(sed -n 's/^API_TOKEN=//p' .env)
[[ $token =~ ^[A-Za-z0-9_-]{16,}$ ]] || fail "API_TOKEN is no generated secret"
assert_lacks "$(cat "$work/out" "$work/err")" "$token" "what was printed"
assert_no_file .slipway/draft.yaml

# Again: nothing to do.
stamps=$(find . -printf '%p %T@\n' | sort)
ask n || fail "$(cat "$work/err")"
assert_contains "$(cat "$work/out")" "Nothing to do"
assert_eq "$stamps" "$(find . -printf '%p %T@\n' | sort)" "times of the files"

# A service is adjusted by the same questions; what cannot be is asked again; - takes it away.
ask a nobody web '' localhost 127.0.0.1 512m '' '' '' '' '' '' always '' '' '' '' '' '' '' n w || fail "$(cat "$work/err")"
assert_contains "$(cat "$work/out")" "There is no such service."
assert_contains "$(cat "$work/out")" "this is no IP address"
assert_contains "$(cat compose.slipway.yaml)" "restart: always"
assert_contains "$(cat compose.slipway.yaml)" "memory: 512m"
ask a web '' - - '' '' '' '' '' '' - '' '' '' '' '' '' '' n w || fail "$(cat "$work/err")"
assert_no_file compose.slipway.yaml

# An address with what would have to be encoded, there or typed, is encoded when that is wanted; no: asked again.
project address
cat >compose.yaml <<-'EOF'
	services:
	  web:
	    image: busybox
	    environment: {A: "${DATABASE_URL:?}", B: "${AMQP_URL:?}"}
EOF
printf "DATABASE_URL='postgresql://app:p@ss/w#rd@db:5432/x'\n" >.env
ask n '' 'amqp://u:x^y@mq' n 'amqp://u:x^y@mq' y w || fail "$(cat "$work/err")"
assert_contains "$(cat "$work/out")" "Percent-encode it: write %40 in its place."
assert_contains "$(cat "$work/out")" "Take it percent-encoded? [Y/n]"
assert_lacks "$(cat "$work/out")" 'x^y' "what was printed"
assert_contains "$(cat .env)" "postgresql://app:p%40ss%2Fw%23rd@db:5432/x"
assert_contains "$(cat .env)" "AMQP_URL=amqp://u:x%5Ey@mq"
