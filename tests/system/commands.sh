#!/bin/bash
# SPDX-License-Identifier: MIT
# The commands that need no Engine: config, secrets, check, perms, stack; each in words and as JSON.
. "$(dirname "$0")/../lib/system.sh"
need_tool jq
export DOCKER_HOST=unix://$work/no.sock

project commands
cat >compose.yaml <<-'EOF'
	services:
	  web:
	    image: busybox
	    user: "1000:1000"
	    environment: {TOKEN: "${API_TOKEN:?}", LEVEL: "${LOG_LEVEL:-info}"}
	    ports: ["127.0.0.1:${WEB_PORT:-8080}:80"]
	    volumes: ["./data:/data"]
EOF
printf '# kept as it is\nLOG_LEVEL=debug   # loud\nAPI_TOKEN=0123456789abcdef0123456789abcdef\n' >.env

# --- config ---------------------------------------------------------------------
expect 0 "$slipway" config get LOG_LEVEL
assert_eq debug "$out" "config get"
expect 0 "$slipway" config get API_TOKEN
assert_eq '***' "$out" "config get of a secret"
expect 3 "$slipway" config get NO_SUCH
expect 3 "$slipway" config set LOG_LEVEL=warn
assert_contains "$err" --yes
expect 3 "$slipway" config set LOG_LEVLE=warn
assert_contains "$err" 'Did you mean "LOG_LEVEL"?'
expect 3 "$slipway" setup --batch --set WEB_PROT=80
assert_contains "$err" 'Did you mean "WEB_PORT"?'
expect 3 "$slipway" config set LOG_LEVEL
expect 3 "$slipway" config set WEB_PORT=99999 --yes
expect 0 "$slipway" config set LOG_LEVEL=warn --yes
assert_contains "$out" "slipway up"
assert_eq '# kept as it is
LOG_LEVEL=warn   # loud
API_TOKEN=0123456789abcdef0123456789abcdef' "$(cat .env)" ".env after config set"
expect 0 "$slipway" config set LOG_LEVEL=warn --yes
assert_contains "$out" "Nothing to do"

# --- a terminal without UTF-8 ----------------------------------------------------
for words in "config set LOG_LEVEL" "no-such-command" "config set LOG_LEVEL=warn --yes" plan; do
	# shellcheck disable=SC2086 # words
	LC_ALL=C "$slipway" $words >"$work/ascii" 2>&1 || true
	[ -s "$work/ascii" ] || fail "slipway $words says nothing"
	! LC_ALL=C grep -P '[^\x00-\x7f]' "$work/ascii" || fail "slipway $words is not ASCII"
done

# --- secrets --------------------------------------------------------------------
expect 0 "$slipway" secrets list
assert_contains "$out" API_TOKEN
assert_lacks "$out" 0123456789abcdef "secrets list"
assert_lacks "$out" generated "secrets list, of what was typed"
expect 0 "$slipway" secrets list --json
assert_eq '["API_TOKEN",true,"***"]' "$(jq -c '.secrets[0] | [.name, .set, .value]' <<<"$out")" "secrets as JSON"
assert_eq '[null,".env","hex"]' "$(jq -c '.secrets[0] | [.since, .where, .format]' <<<"$out")" "a secret that Slipway did not make"
# How old it is is known of what Slipway wrote, until somebody else writes something else.
expect 0 "$slipway" config set API_TOKEN=fedcba9876543210fedcba9876543210 --yes
expect 0 "$slipway" secrets list --json
since=$(jq '.secrets[0].since' <<<"$out")
[ "$since" -ge "$(($(date +%s) - 60))" ] || fail "the age of what was just written: $since"
! grep -rq fedcba9876543210 .slipway/secrets.json || fail "the value is in secrets.json"
sed -i s/^API_TOKEN=.*/API_TOKEN=0123456789abcdef0123456789abcdef/ .env
expect 0 "$slipway" secrets list --json
assert_eq null "$(jq .secrets[0].since <<<"$out")" "the age after a change by hand"

# Files of secrets: in the compose files.
mkdir -p "$work/files/secrets"
cat >"$work/files/compose.yaml" <<-EOT
	services:
	  a: {image: "a:1", secrets: [one, two]}
	  b: {image: "b:1", secrets: [{source: one, target: x}]}
	secrets: {one: {file: ./secrets/one}, two: {file: ./secrets/two}}
EOT
echo 0123456789abcdef >"$work/files/secrets/one"
chmod 400 "$work/files/secrets/one"
expect 0 "$slipway" -C "$work/files" secrets list --json
assert_eq '["one","0400",["a","b"]],["two",null,["a"]]' \
	"$(jq -c '.files[] | [.name, .mode, .used_by]' <<<"$out" | paste -sd,)" "files of secrets"
expect 0 "$slipway" -C "$work/files" secrets list
assert_contains "$out" "two: $work/files/secrets/two, not there; a"
assert_lacks "$out" "no secrets"

# --- check ----------------------------------------------------------------------
expect 1 "$slipway" check --json
assert_eq bad "$(jq -r '.checks[] | select(.check == "engine") | .verdict' <<<"$out")" "an Engine that is not there"
assert_eq fine "$(jq -r '.checks[] | select(.check == "settings") | .verdict' <<<"$out")" settings
need_tool perl perl-base
perl -MIO::Socket::INET -e '$s = IO::Socket::INET->new(LocalAddr => "127.0.0.1:0", Listen => 1) or die;
	$| = 1; print $s->sockport, "\n"; sleep 1000' >"$work/port" &
holder=$!
at_exit "kill $holder 2>/dev/null"
wait_for test -s "$work/port"
port=$(cat "$work/port")
expect 0 "$slipway" config set "WEB_PORT=$port" --yes
expect 1 "$slipway" check
assert_contains "$out" "$port"
assert_contains "$out" "pid $holder"
expect 0 "$slipway" setup --batch --dry-run
assert_contains "$out" "pid $holder"

# --- perms ----------------------------------------------------------------------
mkdir data
expect 2 "$slipway" perms check
assert_contains "$out" ./data
if [ "$(id -u)" = 0 ]; then
	expect 3 "$slipway" perms fix
	expect 0 "$slipway" perms fix --yes
	assert_eq 1000:1000 "$(stat -c %u:%g data)" "owner of ./data"
	expect 0 "$slipway" perms check
	expect 0 "$slipway" undo --yes
	assert_eq 0:0 "$(stat -c %u:%g data)" "owner of ./data after undo"
fi

# --- stack ----------------------------------------------------------------------
expect 0 "$slipway" stack list
assert_contains "$out" demo
expect 0 "$slipway" stack show demo --json
assert_eq demo "$(jq -r .name <<<"$out")" "stack show"
expect 0 "$slipway" stack show haven --json
assert_eq true "$(jq -r '.volumes[] | select(.name == "pg_data").critical' <<<"$out")" "importance of a volume"
expect 3 "$slipway" stack show no-such-stack
expect 3 "$slipway" stack init
assert_no_file slipway.yaml
expect 0 "$slipway" stack init --yes
assert_lacks "$(cat slipway.yaml)" 0123456789abcdef "slipway.yaml"
expect 0 "$slipway" stack lint slipway.yaml
expect 1 "$slipway" stack init --yes
expect 0 "$slipway" config list
sed -i 's/^slipway: 1/slipway: 1\nno_such_key: 2/' slipway.yaml
expect 2 "$slipway" stack lint slipway.yaml
assert_contains "$err" slipway.yaml:2:1
expect 3 "$slipway" inspect
assert_contains "$err" slipway.yaml:2:1

# --- stack lint: what a definition names must be there ---
cp -r "$srcdir/templates/haven" "$work/haven"
expect 0 "$slipway" stack lint "$work/haven"
sed -i 's/used_by: \[qdrant\]/used_by: [qdrand]/; s/volume: pg_data,/volume: pg_date,/; s/when: worker$/when: wroker/; s/- up: \[worker\]/- up: [wroker]/;
	s/name: QDRANT_IMAGE/name: QDRANT_PICTURE/' "$work/haven/stack.yaml"
expect 2 "$slipway" stack lint "$work/haven"
for finding in 'QDRANT_PICTURE: there is no service qdrand' 'POSTGRES_PASSWORD: there is no volume pg_date' \
	'WORKER_TYPE: there is neither a setting nor a feature wroker' 'QDRANT_PICTURE: no compose file reads it' \
	': there is no service wroker'; do
	assert_contains "$out" "$finding"
done
assert_contains "$out" 'Did you mean "qdrant"?'
place=$(grep -n 'used_by: \[qdrand\]' "$work/haven/stack.yaml" | head -n 1 | cut -d: -f1)
assert_contains "$out" "stack.yaml:$place:"
expect 2 "$slipway" stack lint "$work/haven" --json
assert_eq "$place" "$(jq -r 'first(.findings[] | select(.message | contains("qdrand"))).line' <<<"$out")" "line of a finding"
