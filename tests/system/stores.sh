#!/bin/bash
# SPDX-License-Identifier: MIT
# Secrets that do not live in .env: moved there with a plan, deployed from there, and nowhere else to be found.
. "$(dirname "$0")/../lib/system.sh"
need_tool jq
need_engine

project stores
first=aaaaaaaabbbbbbbbccccccccdddddddd second='it is $me "here"' phrase=correct-horse-battery
cat >compose.yaml <<-EOT
	name: $project
	services:
	  web:
	    image: slipway-test/busybox:1
	    command: [sh, -c, "trap 'exit 0' TERM; touch /tmp/up; while :; do sleep 1; done"]
	    healthcheck: {test: [CMD, test, -e, /tmp/up], interval: 1s, start_period: 10s, start_interval: 200ms}
	    stop_grace_period: 1s
	    environment: {PASSWORD: "\${DB_PASSWORD:?}", TOKEN: "\${API_TOKEN:?}", URL: "\${URL}"}
EOT
cat >.env <<-EOT
	# of the owner
	DB_PASSWORD=$first
	URL=db://u:\${DB_PASSWORD}@db   # made of it
	API_TOKEN='$second'
	LEVEL=info
EOT
chmod 600 .env
cp .env "$work/before"

# Everything that docker is started with is written down.
mkdir "$work/wrapped"
real=$(command -v docker)
cat >"$work/wrapped/docker" <<-EOT
	#!/bin/sh
	{ tr '\\0' '\\n' </proc/self/environ; printf '%s\\n' "\$@"; } >>"$work/started"
	exec $real "\$@"
EOT
chmod +x "$work/wrapped/docker"
touch "$work/started"
PATH=$work/wrapped:$PATH

# No value of a secret in the project (its backups are for undo, and the move tells of them), in what was started,
# or in memory under a name.
assert_nowhere() {
	local found value
	for value in "$first" "$second" "$phrase" 1111222233334444; do
		found=$(grep -rlF -e "$value" --exclude-dir=backup . "$work/started" "$work/run" || true)
		assert_eq "" "$found" "files with a secret in them $1"
		found=$(find /dev/shm -newer "$work/before" -type f -user "$(id -un)" -exec grep -lF -e "$value" {} + 2>/dev/null || true)
		assert_eq "" "$found" "files in memory with a secret in them $1"
	done
}

in_container() { # VARIABLE
	"$real" exec "$("$real" ps -q --filter "label=com.docker.compose.project=$project")" sh -c "printf '%s' \"\$$1\""
}

# --- encrypted ------------------------------------------------------------------
expect 4 "$slipway" secrets move --to encrypted --yes
assert_contains "$err" SLIPWAY_PASSPHRASE
expect 3 env SLIPWAY_PASSPHRASE=short "$slipway" secrets move --to encrypted --yes
expect 0 env SLIPWAY_PASSPHRASE=$phrase "$slipway" secrets move --to encrypted --dry-run
assert_contains "$out" +API_TOKEN
assert_same "$work/before" .env
expect 0 env SLIPWAY_PASSPHRASE=$phrase "$slipway" secrets move --to encrypted --yes
assert_lacks "$out$err" "$first" "what was said of the move"
assert_eq '# of the owner
URL=db://u:${DB_PASSWORD}@db   # made of it
LEVEL=info' "$(cat .env)" ".env without secrets"
assert_mode 600 .slipway/secrets.sealed
assert_nowhere "after the move"

# What only looks asks for nothing.
expect 5 "$slipway" status
expect 0 "$slipway" secrets list --json
assert_eq '["API_TOKEN","encrypted",null,"***"]' \
	"$(jq -c '.secrets[] | select(.name == "API_TOKEN") | [.name, .where, .since, .value]' <<<"$out")" "a secret in its store"
# What makes something does.
expect 4 "$slipway" up --yes
expect 1 env SLIPWAY_PASSPHRASE=wrong-wrong "$slipway" up --yes
assert_contains "$err" "do not open with this passphrase"

exec 7<<<"$phrase"
expect 0 env SLIPWAY_PASSPHRASE_FD=7 "$slipway" up --yes
exec 7<&-
assert_eq "$first" "$(in_container PASSWORD)" "in the container"
assert_eq "$second" "$(in_container TOKEN)" "in the container"
assert_eq "db://u:$first@db" "$(in_container URL)" "in the container"
grep -q -- '--env-file=/proc/' "$work/started" || fail "Compose was not given the secrets in memory"
assert_nowhere "after the deployment"
export SLIPWAY_PASSPHRASE=$phrase
expect 0 "$slipway" up --yes
assert_contains "$out" "Nothing to do"
expect 0 "$slipway" status
expect 0 "$slipway" inspect
assert_lacks "$out" "$first" inspect
expect 0 "$slipway" config get DB_PASSWORD --reveal
assert_eq "$first" "$out" "a revealed secret"

# A change goes into the store; .env stays as it is.
cp .env "$work/env"
expect 0 "$slipway" config set DB_PASSWORD=1111222233334444 --yes
assert_same "$work/env" .env
assert_nowhere "after a change"
expect 0 "$slipway" secrets list --json
assert_eq true "$(jq '.secrets[] | select(.name == "DB_PASSWORD") | .since > 0' <<<"$out")" "the age of what was changed"
expect 0 "$slipway" undo --yes
expect 0 "$slipway" config get DB_PASSWORD --reveal
assert_eq "$first" "$out" "after undo"

# What is imported goes there too; what was exported from there comes back anywhere.
expect 0 "$slipway" secrets export "$work/of-store"
assert_mode 600 "$work/of-store"
expect 0 "$slipway" secrets export - --unencrypted --yes
assert_eq "API_TOKEN='$second'
DB_PASSWORD=$first" "$out" "secrets as lines"
assert_contains "$err" "2 secrets"
echo DB_PASSWORD=1111222233334444 >"$work/lines"
expect 0 "$slipway" secrets import "$work/lines" --unencrypted --yes
assert_same "$work/env" .env
assert_nowhere "after an import"
expect 0 "$slipway" secrets import "$work/of-store" --yes
expect 0 "$slipway" config get DB_PASSWORD --reveal
assert_eq "$first" "$out" "imported into the store"

# Killed while it deploys: nothing readable is left behind, and the next run goes on.
expect 0 "$slipway" config set API_TOKEN=1111222233334444 --yes
: >"$work/started"
"$slipway" up --yes >/dev/null 2>&1 &
pid=$!
wait_for grep -q -- '--env-file=/proc/' "$work/started"
kill -9 $pid
wait $pid 2>/dev/null || true
assert_nowhere "after a kill"
expect 0 "$slipway" up --yes
assert_eq 1111222233334444 "$(in_container TOKEN)" "after a run that was killed"
expect 0 "$slipway" config set "API_TOKEN=$second" --yes

# A file that was changed or cut is not taken for one with other values.
cp .slipway/secrets.sealed "$work/sealed"
dd of=.slipway/secrets.sealed bs=1 seek=60 conv=notrunc status=none <<<xx
expect 1 "$slipway" plan
head -c 100 "$work/sealed" >.slipway/secrets.sealed
expect 3 "$slipway" plan
assert_contains "$err" "cut off"
cp "$work/sealed" .slipway/secrets.sealed

# --- a key file -----------------------------------------------------------------
head -c 32 /dev/urandom >"$work/key"
chmod 644 "$work/key"
expect 1 "$slipway" secrets move --to encrypted --key-file "$work/key" --yes
assert_contains "$err" "chmod 600"
chmod 600 "$work/key"
expect 0 "$slipway" secrets move --to encrypted --key-file "$work/key" --yes
unset SLIPWAY_PASSPHRASE
expect 0 "$slipway" config get API_TOKEN --reveal
assert_eq "$second" "$out" "opened with the key file"

# --- a command ------------------------------------------------------------------
cat >"$work/pass" <<-EOT
	#!/bin/sh
	case \$1 in
	DB_PASSWORD) echo $first ;;
	API_TOKEN) cat "$work/token" ;;
	*) echo "no \$1 here" >&2; exit 1 ;;
	esac
EOT
chmod +x "$work/pass"
expect 1 "$slipway" secrets move --to command --yes -- "$work/pass" "{name}"
echo another >"$work/token"
expect 3 "$slipway" secrets move --to command --yes -- "$work/pass" "{name}"
assert_contains "$err" "another value of API_TOKEN"
printf '%s\n' "$second" >"$work/token"
expect 0 "$slipway" secrets move --to command --yes -- "$work/pass" "{name}"
assert_no_file .slipway/secrets.sealed
assert_same "$work/env" .env
expect 0 "$slipway" up --yes
assert_eq "$second" "$(in_container TOKEN)" "in the container"
expect 3 "$slipway" config set API_TOKEN=x --yes
assert_contains "$err" "not live where Slipway can write"
# A store that came with a clone: nobody has named that program here.
cp -r . "$work/clone"
cat >"$work/evil" <<-EOT
	#!/bin/sh
	touch "$work/ran"
EOT
chmod +x "$work/evil"
sed -i "s|$work/pass|$work/evil|" "$work/clone/.slipway/store.json"
expect 1 "$slipway" -C "$work/clone" plan
assert_contains "$err" "nobody has let it be run here"
assert_no_file "$work/ran"
sed -i "s|$work/evil|$work/pass|" "$work/clone/.slipway/store.json"
expect 1 "$slipway" -C "$work/clone" plan
assert_contains "$err" "nobody has let it be run here"
expect 0 "$slipway" -C "$work/clone" secrets move --to command --dry-run -- "$work/pass" "{name}"
run "$slipway" -C "$work/clone" plan
assert_lacks "$err" "nobody has let"
rm -rf "$work/clone"
rm "$work/token"
expect 0 "$slipway" status
expect 1 "$slipway" plan
assert_contains "$err" "$work/pass API_TOKEN"
printf '%s\n' "$second" >"$work/token"

# --- back -----------------------------------------------------------------------
expect 0 "$slipway" secrets move --to env --yes
assert_no_file .slipway/store.json
assert_contains "$(cat .env)" "DB_PASSWORD=$first"
assert_mode 600 .env
expect 0 "$slipway" up --yes
assert_contains "$out" "Nothing to do"

# --- exported and imported -------------------------------------------------------
cp .env "$work/whole"
expect 3 "$slipway" secrets export "$work/lines.env" --unencrypted
assert_no_file "$work/lines.env"
expect 0 "$slipway" secrets export "$work/lines.env" --unencrypted --yes
assert_mode 600 "$work/lines.env"
assert_eq "API_TOKEN='$second'
DB_PASSWORD=$first" "$(cat "$work/lines.env")" "secrets as lines"
expect 3 "$slipway" secrets export "$work/lines.env" --unencrypted --yes
assert_contains "$err" "is there already"
expect 4 "$slipway" secrets export "$work/export"
assert_no_file "$work/export"
export SLIPWAY_PASSPHRASE=$phrase
expect 0 "$slipway" secrets export "$work/export"
assert_mode 600 "$work/export"
for value in "$first" "$second" "$phrase"; do
	if grep -qF -e "$value" "$work/export"; then fail "a secret can be read in the export"; fi
done

expect 0 "$slipway" secrets import "$work/export"
assert_contains "$out" "Nothing to do"
sed -i -E 's/^(DB_PASSWORD|API_TOKEN)=.*/\1=/' .env
cp .env "$work/wiped"
expect 1 env SLIPWAY_PASSPHRASE=wrong-wrong "$slipway" secrets import "$work/export" --yes
assert_contains "$err" "do not open with this passphrase"
cp "$work/export" "$work/changed"
byte=$(tail -c +61 "$work/export" | head -c 1 | od -An -tu1)
printf "\\x$(printf %02x $((byte ^ 1)))" | dd of="$work/changed" bs=1 seek=60 conv=notrunc status=none
expect 1 "$slipway" secrets import "$work/changed" --yes
expect 3 "$slipway" secrets import "$work/lines.env" --yes
assert_contains "$err" "--unencrypted"
{ cat "$work/lines.env"; echo NOBODYS=x; } >"$work/unknown"
expect 3 "$slipway" secrets import "$work/unknown" --unencrypted --yes
assert_contains "$err" NOBODYS
expect 3 "$slipway" secrets import "$work/export"
expect 0 "$slipway" secrets import "$work/export" --dry-run
assert_contains "$out" "DB_PASSWORD: has no value here"
assert_lacks "$out$err" "$first" "what was said of the import"
assert_same "$work/wiped" .env
expect 0 "$slipway" secrets import "$work/export" --yes
assert_same "$work/whole" .env
expect 0 "$slipway" undo --yes
assert_same "$work/wiped" .env
expect 0 "$slipway" secrets import "$work/of-store" --yes --json
assert_eq new,new "$(jq -r '[.import[].state] | join(",")' <<<"$out")" "what an import says of each"
assert_same "$work/whole" .env
# A key file opens what was sealed with it, and nothing else does.
expect 0 "$slipway" secrets export "$work/keyed" --key-file "$work/key"
expect 1 "$slipway" secrets import "$work/keyed" --yes
assert_contains "$err" "--key-file"
expect 0 "$slipway" secrets import "$work/keyed" --key-file "$work/key" --dry-run
unset SLIPWAY_PASSPHRASE

# From a pipe: nobody can be asked there.
sed -i -E 's/^(DB_PASSWORD|API_TOKEN)=.*/\1=/' .env
status=0
"$slipway" secrets import - --unencrypted <"$work/lines.env" >"$work/.out" 2>"$work/.err" || status=$?
assert_eq 3 "$status" "an import that nobody confirmed"
assert_same "$work/wiped" .env
"$slipway" secrets import - --unencrypted --yes <"$work/lines.env" >"$work/.out" || fail "no import from a pipe"
assert_same "$work/whole" .env
SLIPWAY_PASSPHRASE=$phrase "$slipway" secrets import - --dry-run <"$work/export" >"$work/.out" || fail "no sealed import from a pipe"
status=0
head -c 2000000 /dev/zero | "$slipway" secrets import - --yes >"$work/.out" 2>"$work/.err" || status=$?
assert_contains "$(cat "$work/.err")" "too long"

# A service that reads .env as a whole would miss them, until its environment names them.
cp compose.yaml "$work/compose.yaml"
sed -i 's/^    environment:.*/    env_file: .env/' compose.yaml
expect 3 env SLIPWAY_PASSPHRASE=$phrase "$slipway" secrets move --to encrypted --yes
assert_contains "$err" "reads .env as a whole"
assert_contains "$err" "compose.yaml:3:3 web"
sed -n 's/^ *services:/services:/p' <<<"$err" >compose.override.yaml
assert_contains "$(cat compose.override.yaml)" 'services: {web: {environment: {'
expect 0 env SLIPWAY_PASSPHRASE=$phrase "$slipway" secrets move --to encrypted --dry-run
rm compose.override.yaml
cp "$work/compose.yaml" compose.yaml

# The copies in the backups go with them, and undo says why it cannot; unless they are kept.
grep -rqlF -e "$first" .slipway/backup || fail "there is no backup of .env"
expect 0 env SLIPWAY_PASSPHRASE=$phrase "$slipway" secrets move --to encrypted --keep-backups --yes
assert_contains "$out" "hold .env as it was"
expect 0 env SLIPWAY_PASSPHRASE=$phrase "$slipway" undo --yes
assert_same "$work/whole" .env
expect 0 env SLIPWAY_PASSPHRASE=$phrase "$slipway" secrets move --to encrypted --dry-run
assert_contains "$out" "in plain text: undo cannot bring"
expect 0 env SLIPWAY_PASSPHRASE=$phrase "$slipway" secrets move --to encrypted --yes
assert_eq "" "$(grep -rlF -e "$first" -e "it is" .slipway .env || true)" "files with a secret in plain text"
expect 0 env SLIPWAY_PASSPHRASE=$phrase "$slipway" secrets list
expect 1 "$slipway" undo --yes
assert_contains "$err" "is not there any more"
assert_contains "$err" "secrets move --to env"
expect 0 env SLIPWAY_PASSPHRASE=$phrase "$slipway" secrets move --to env --yes
assert_contains "$(cat .env)" "DB_PASSWORD=$first"
expect 0 "$slipway" down
