#!/bin/bash
# SPDX-License-Identifier: MIT
# config edit: .env in an editor, read as Compose reads it before it is written; config diff: what somebody decided.
. "$(dirname "$0")/../lib/system.sh"
need_tool jq
export DOCKER_HOST=unix://$work/no.sock

project edit
cat >compose.yaml <<'END'
services:
  web:
    image: busybox
    ports: ["${WEB_PORT:-8080}:80"]
    environment: {NAME: "${NAME:-plain}", PORT: "${WEB_PORT:-8080}", TOKEN: "${API_TOKEN:?}"}
END
printf '# of the owner\r\nWEB_PORT=8080\r\nAPI_TOKEN=0123456789abcdef0123\r\n' >.env
chmod 0600 .env
cp -p .env "$work/before"

# An editor that does what its first word says to the file.
cat >"$work/editor" <<'END'
#!/bin/bash
stat -c '%a' "$2" "$(dirname "$2")" >"$(dirname "$0")/modes"
sed -i "$1" "$2"
END
chmod +x "$work/editor"
with() { export EDITOR="$work/editor '$1'"; }
nothing_left() { assert_eq "" "$(ls "$work/run")" "what the editor left"; }

# --- the same settings as the stack ships, but one ------------------------------------------------------------
expect 2 "$slipway" config diff --json
assert_eq '["API_TOKEN"]' "$(jq -c '[.settings[].name]' <<<"$out")" "settings that are not the default"
assert_lacks "$out" 0123456789abcdef

# --- nothing touched -------------------------------------------------------------------------------------------
with 's/nothing/something/'
expect 0 "$slipway" config edit
assert_eq $'600\n700' "$(cat "$work/modes")" "modes of the copy"
assert_same .env "$work/before"
nothing_left

# --- without a yes it is shown, and what was typed stays -----------------------------------------------------
with 's/8080/9090/'
expect 3 "$slipway" config edit
assert_contains "$out" "+WEB_PORT=9090"
assert_lacks "$out" 0123456789abcdef
assert_same .env "$work/before"
kept=$(sed -n 's/.*typed is in \(.*\)\.$/\1/p' <<<"$err")
assert_contains "$(cat "$kept")" "WEB_PORT=9090"
rm -r "$(dirname "$kept")"

# --- written to the byte, and taken back ---------------------------------------------------------------------
expect 0 "$slipway" --yes config edit
sed 's/8080/9090/' "$work/before" >"$work/want"
assert_same .env "$work/want"
nothing_left
expect 2 "$slipway" config diff
assert_contains "$out" "8080 → 9090"
assert_contains "$out" "WEB_PORT"
assert_lacks "$out" 0123456789abcdef

# --- since a run ------------------------------------------------------------------------------------------------
run=$("$slipway" runs --json | jq -r '.runs[0].id')
sed -i 's/^# of the owner/# of mine/; s/0123456789abcdef0123/fedcba9876543210fedc/' .env
expect 2 "$slipway" config diff "$((10#$run))"
for line in '-WEB_PORT=8080' '+WEB_PORT=9090' '-# of the owner' '+# of mine'; do assert_contains "$out" "$line"; done
assert_lacks "$out" 0123456789abcdef
assert_lacks "$out" fedcba987654
expect 2 "$slipway" --reveal config diff "$run"
assert_contains "$out" "+API_TOKEN=fedcba9876543210fedc"
expect 2 "$slipway" config diff "$run" --json
assert_eq '[".env"]' "$(jq -c '[.files[].path]' <<<"$out")"
cp -p "$work/before" .env
expect 0 "$slipway" config diff "$run"
expect 1 "$slipway" config diff 99
assert_contains "$err" "slipway runs"
expect 3 "$slipway" config diff nonsense

# --- what is wrong in it is said, and nothing is written -------------------------------------------------------
wrong() { # STATUS EDIT TEXT...
	with "$2"
	expect "$1" "$slipway" --yes config edit
	shift 2
	for text; do assert_contains "$err" "$text"; done
	assert_same .env "$work/before"
	rm -r "$work/run"/*
}
wrong 3 '2s/.*/WEB_PORT="8080/' ".env:2" "What you typed is in"
wrong 3 's/8080/abc/' "WEB_PORT" "What you typed is in"
wrong 4 '/API_TOKEN/d' "API_TOKEN"

# --- no editor, one that fails, one that takes the file away ---------------------------------------------------
export EDITOR=/nonexistent/editor
expect 1 "$slipway" --yes config edit
export EDITOR=false
expect 1 "$slipway" --yes config edit
export EDITOR=rm
expect 1 "$slipway" --yes config edit
assert_same .env "$work/before"
nothing_left
expect 3 "$slipway" --env-file .env config edit

# --- none yet: it begins with what setup would write -----------------------------------------------------------
rm .env
with 's/^\(# \)\?API_TOKEN=.*/API_TOKEN=0123456789abcdef0123/'
expect 0 "$slipway" --yes config edit
assert_contains "$(cat .env)" "API_TOKEN=0123456789abcdef0123"
assert_eq 600 "$(stat -c %a .env)"
