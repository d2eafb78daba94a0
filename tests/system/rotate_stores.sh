#!/bin/bash
# SPDX-License-Identifier: MIT
# timeout: 420
# beside
# `secrets rotate` of what does not live in .env: in the encrypted store, with a program that writes, in a file of
# `secrets:`. The new value is everywhere, the old one is refused; a failure and a kill -9 are taken back or go on;
# neither value is in a file outside its store at any time.
. "$(dirname "$0")/../lib/system.sh"
. "$(dirname "$0")/../lib/remembered.sh"
need_engine
need_tool jq

project rotates
{
	echo services:
	postgres_service db 'POSTGRES_USER: shop, POSTGRES_PASSWORD: "${POSTGRES_PASSWORD:?}"'
	postgres_service filed 'POSTGRES_USER: shop, POSTGRES_PASSWORD_FILE: /run/secrets/filed_password' \
		'secrets: [filed_password]'
	client_service web 'environment: {DATABASE_URL: "postgresql://shop:${POSTGRES_PASSWORD:?}@db:5432/shop"}' \
		'secrets: [filed_password, pem]' 'volumes: ["./hold:/hold:ro"]' \
		'depends_on: {db: {condition: service_healthy}, filed: {condition: service_healthy}}'
	cat <<'EOF'
    healthcheck:
      test: [CMD-SHELL, "case $$DATABASE_URL-$$(cat /run/secrets/filed_password) in *$$(cat /hold/only)*) ;; *) exit 1 ;; esac; psql \"$$DATABASE_URL\" -Atc 'select 1' && PGPASSWORD=$$(cat /run/secrets/filed_password) psql -w -h filed -U shop -Atc 'select 1'"]
      interval: 1s
      timeout: 5s
      retries: 2
      start_period: 2s
      start_interval: 200ms
secrets:
  filed_password: {file: ./secrets/filed}
  pem: {file: ./secrets/pem}
volumes: {db_data: {}, filed_data: {}}
EOF
} >compose.yaml
# What web must have to be healthy: anything, or one value.
mkdir hold secrets
: >hold/only
printf '%s\n' "${first}f" >secrets/filed
printf -- '-----BEGIN\nx\n-----END\n' >secrets/pem
chmod 0644 secrets/filed # PostgreSQL reads it as its own user
chmod 0700 secrets
echo "POSTGRES_PASSWORD=$first" >.env
chmod 0600 .env

seen=("$first" "${first}f")
reveal() { "$slipway" config get POSTGRES_PASSWORD --reveal; }
# docker compose asks for what is in no .env; what it says does not matter here.
export POSTGRES_PASSWORD=
docker() { POSTGRES_PASSWORD=x command docker "$@"; }
unset POSTGRES_PASSWORD
# No value that was in force since is in a file of the project, but in the file that is its store.
nowhere() {
	local value found
	for value in "${seen[@]}"; do
		found=$(grep -rlF --exclude-dir=hold -- "$value" . | grep -vx ./secrets/filed || true)
		assert_eq "" "$found" "files with a secret in them $1"
	done
}
# killed_at NAME KIND STATE
killed_at() {
	local line pid
	coproc rotation { exec "$slipway" secrets rotate "$1" --batch --yes --events 2>/dev/null; }
	pid=$rotation_PID
	while read -r line <&"${rotation[0]}"; do
		[[ $line != *'"event":"step","step":"'"$2"':'*'"state":"'"$3"'"'* ]] || break
	done
	kill -9 "$pid" || fail "it ended before $2 was $3: $line"
	wait "$pid" 2>/dev/null || true
	assert_mode 600 .slipway/rotation.json
}

# --- the encrypted store ----------------------------------------------------------------------------
export SLIPWAY_PASSPHRASE=correct-horse-battery
expect 0 "$slipway" --yes up
expect 0 "$slipway" secrets move --to encrypted --yes
rm -rf .slipway/backup/*
nowhere "after the move"
all_of() { # VALUE: the value of the store, everywhere
	assert_eq "$1" "$(reveal)" "the value in its store"
	lets_in "$1" || fail "PostgreSQL refuses the value of the store"
	assert_no_file .slipway/rotation.json
	nowhere "after $2"
	expect 0 "$slipway" plan
}
expect 0 "$slipway" secrets rotate POSTGRES_PASSWORD --batch --yes
second=$(reveal)
seen+=("$second")
[ "$second" != "$first" ] || fail "the value is the old one"
all_of "$second" "a rotation in the encrypted store"
! lets_in "$first" || fail "the old value is let in"
assert_lacks "$out$err" "$second"

echo "$second" >hold/only
expect 5 "$slipway" secrets rotate POSTGRES_PASSWORD --yes
assert_contains "$err" "The old value is in force again."
: >hold/only
all_of "$second" "a failure in the encrypted store"

killed_at POSTGRES_PASSWORD rotate done
nowhere "while it is cut short"
expect 1 "$slipway" secrets move --to env --yes
assert_contains "$err" "was cut short"
expect 0 "$slipway" secrets rotate POSTGRES_PASSWORD --batch --yes
third=$(reveal)
seen+=("$third")
all_of "$third" "what went on in the encrypted store"
! lets_in "$second" || fail "the old value is let in"
killed_at POSTGRES_PASSWORD service running
expect 0 "$slipway" secrets rotate POSTGRES_PASSWORD --back --batch --yes
all_of "$third" "what went back in the encrypted store"

# --- a program that writes --------------------------------------------------------------------------
mkdir "$work/pass"
cat >"$work/read" <<EOF
#!/bin/sh
cat "$work/pass/\$1"
EOF
cat >"$work/write" <<EOF
#!/bin/sh
[ ! -e "$work/full" ] || { echo "the vault is sealed" >&2; exit 1; }
cat >"$work/pass/\$1.part" && mv "$work/pass/\$1.part" "$work/pass/\$1"
EOF
chmod +x "$work/read" "$work/write"
echo "$third" >"$work/pass/POSTGRES_PASSWORD"
expect 0 "$slipway" secrets move --to command --yes -- "$work/read" "{name}"
expect 3 "$slipway" secrets rotate POSTGRES_PASSWORD --batch --yes
assert_contains "$err" "--write"
all_of "$third" "a store that nobody writes"
expect 0 "$slipway" secrets move --to command --write "'$work/write' {name}" --yes -- "$work/read" "{name}"
expect 0 "$slipway" secrets rotate POSTGRES_PASSWORD --batch --yes
fourth=$(cat "$work/pass/POSTGRES_PASSWORD")
seen+=("$fourth")
[ "$fourth" != "$third" ] || fail "the value is the old one"
all_of "$fourth" "a rotation with a program"
! lets_in "$third" || fail "the old value is let in"
expect 0 "$slipway" secrets list --json
assert_eq true "$(jq '.secrets[] | select(.name == "POSTGRES_PASSWORD") | .since > 0' <<<"$out")" "its age is known"

touch "$work/full"
expect 1 "$slipway" secrets rotate POSTGRES_PASSWORD --batch --yes
assert_contains "$err" "the vault is sealed"
rm "$work/full"
if [ -e .slipway/rotation.json ]; then expect 0 "$slipway" secrets rotate POSTGRES_PASSWORD --back --batch --yes; fi
all_of "$fourth" "a store that could not be written"
echo "$fourth" >hold/only
expect 5 "$slipway" secrets rotate POSTGRES_PASSWORD --yes
assert_contains "$err" "The old value is in force again."
: >hold/only
all_of "$fourth" "a failure with a program"

# Killed before and after the store has the new value.
killed_at POSTGRES_PASSWORD rotate done
nowhere "while it is cut short"
expect 0 "$slipway" secrets rotate POSTGRES_PASSWORD --batch --yes
now=$(cat "$work/pass/POSTGRES_PASSWORD")
seen+=("$now")
all_of "$now" "what went on with a program"
! lets_in "$fourth" || fail "the old value is let in"
fourth=$now
killed_at POSTGRES_PASSWORD store done
expect 0 "$slipway" secrets rotate POSTGRES_PASSWORD --back --batch --yes
all_of "$fourth" "what went back with a program"

# --- a file of secrets: -----------------------------------------------------------------------------
inside() { docker compose -p "$project" exec -T "$1" cat /run/secrets/filed_password; }
filed_is() { # VALUE
	assert_eq "$1" "$(cat secrets/filed)" "the file"
	assert_eq "$1" "$(inside web)" "the file in web"
	assert_eq "$1" "$(inside filed)" "the file in the database"
	lets_in "$1" filed || fail "PostgreSQL refuses the value of the file"
	assert_no_file .slipway/rotation.json
	nowhere "$2"
}
filed_is "${first}f" "before"
expect 3 "$slipway" secrets rotate pem --yes
assert_contains "$err" "several lines"
expect 0 "$slipway" secrets rotate filed_password --dry-run
assert_lacks "$out" "${first}f"
expect 0 "$slipway" secrets rotate filed_password --batch --yes
second=$(cat secrets/filed)
seen+=("$second")
[ "$second" != "${first}f" ] || fail "the file is the old one"
filed_is "$second" "after a rotation of a file"
assert_eq "33 34" "${#second} $(stat -c %s secrets/filed)" "characters and bytes"
! lets_in "${first}f" filed || fail "the old value is let in"
assert_eq "444 $(id -u)" "$(stat -c '%a %u' secrets/filed)" "mode and owner of the file"
echo "$second" >hold/only
expect 5 "$slipway" secrets rotate filed_password --batch --yes
assert_contains "$err" "The old value is in force again."
: >hold/only
filed_is "$second" "after a failure"
killed_at filed_password file done
nowhere "while it is cut short"
expect 0 "$slipway" secrets rotate filed_password --batch --yes
third=$(cat secrets/filed)
seen+=("$third")
filed_is "$third" "after what went on"
! lets_in "$second" filed || fail "the old value is let in"
killed_at filed_password rotate done
expect 0 "$slipway" secrets rotate filed_password --back --batch --yes
filed_is "$third" "after what went back"

# --- all of them, in one run ------------------------------------------------------------------------
expect 3 "$slipway" secrets rotate
expect 3 "$slipway" secrets rotate --all filed_password
expect 3 "$slipway" secrets rotate --all --batch
assert_contains "$out" "several lines"
killed_at --all service running
expect 1 "$slipway" secrets rotate POSTGRES_PASSWORD --batch --yes
assert_contains "$err" "slipway secrets rotate POSTGRES_PASSWORD filed_password"
expect 0 "$slipway" secrets rotate --all --batch --yes
fifth=$(cat "$work/pass/POSTGRES_PASSWORD")
seen+=("$fifth" "$(cat secrets/filed)")
[ "$(cat secrets/filed)" != "$third" ] || fail "the file is the old one"
filed_is "$(cat secrets/filed)" "after all"
all_of "$fifth" "all"
! lets_in "$fourth" || fail "the old value is let in"
! lets_in "$third" filed || fail "the old value is let in"
echo "$fifth" >hold/only
expect 5 "$slipway" secrets rotate POSTGRES_PASSWORD filed_password --batch --yes
: >hold/only
filed_is "$(cat secrets/filed)" "after a failure of all"
all_of "$fifth" "a failure of all"
expect 0 "$slipway" runs --json
assert_eq "rotate POSTGRES_PASSWORD filed_password back done" "$(json '.runs[0] | .title + " " + .outcome' <<<"$out")" "the run back"
expect 0 "$slipway" down
