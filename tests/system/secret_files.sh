#!/bin/bash
# SPDX-License-Identifier: MIT
# timeout: 300
# Files of top-level secrets on the real Engine: a database starts with a password that was generated into one, a
# service that is not root reads its own, nothing is made while the volume lives, and kill -9 leaves no half of one.
. "$(dirname "$0")/../lib/system.sh"
need_tool jq
need_engine

compose() {
	cat >compose.yaml <<-'EOF'
		services:
		  db:
		    image: slipway-test/postgres:1
		    environment: {POSTGRES_PASSWORD_FILE: /run/secrets/db_password, POSTGRES_DB: shop}
		    secrets: [db_password]
		    volumes: ["db_data:/var/lib/postgresql/data"]
		    healthcheck: {test: [CMD-SHELL, "pg_isready -h 127.0.0.1 -U postgres -d shop"], interval: 1s, retries: 60}
		  app:
		    image: slipway-test/postgres:1
		    user: "4321:4321"
		    entrypoint: [sh, -c]
		    command: ["PGPASSWORD=$$(cat /run/secrets/db_password) psql -h db -U postgres shop -Atc 'select 6 * 7' && wc -c </run/secrets/token && sleep 1000"]
		    secrets: [db_password, {source: app_token, target: token}]
		    depends_on: {db: {condition: service_healthy}}
		secrets:
		  db_password: {file: ./secrets/db_password.txt}
		  app_token: {file: ./secrets/app_token}
		volumes: {db_data: {}}
	EOF
}

project files
compose

# Named before, and what makes it.
expect 0 "$slipway" check
assert_contains "$out" "secrets/db_password.txt of db_password is not there"
expect 0 "$slipway" setup --batch --yes
assert_mode 700 secrets
if [ "$(id -u)" = 0 ]; then
	assert_eq "400 4321" "$(stat -c '%a %u' secrets/app_token)" "mode and owner"
else
	assert_mode 444 secrets/app_token
fi
# The image starts as root and reads it as somebody else.
assert_mode 444 secrets/db_password.txt
password=$(cat secrets/db_password.txt)
[[ $password =~ ^[0-9a-f]{64}$ ]] || fail "the password is no 64 hex digits"
assert_eq 64 "$(stat -c %s secrets/db_password.txt)" "bytes: no newline"
assert_lacks "$out$err" "$password" "what setup said"
assert_lacks "$(cat .slipway/journal/*.ndjson)" "$password" "the journal"

# Twice changes nothing, not even a time.
stamps() { find . -path ./.slipway/lock -prune -o -printf '%p %m %U %T@ %C@\n' | sort; }
before=$(stamps)
expect 0 "$slipway" setup --batch
assert_contains "$out" "Nothing to do"
assert_eq "$before" "$(stamps)" "after the second setup"
expect 0 "$slipway" secrets list --json
assert_eq 2 "$(json '[.files[] | select(.since != null)] | length' <<<"$out")" "files with an age"
assert_lacks "$out" "$password" "secrets list"
expect 0 "$slipway" check
assert_contains "$out" "2, as the services need them"

# The database starts with it, and everybody reads what is theirs.
expect 0 "$slipway" up
said() { docker compose logs --no-color --no-log-prefix app 2>&1; }
reads() { [[ $(said) == *64* ]]; }
wait_for -t 60 reads
assert_contains "$(said)" 42 "what the database let in"
# Who began as root and became somebody else reads it, too: the file is bound by itself, and the closed directory here
# is not on its way. What belongs to one, another does not read.
reads_as() { docker compose exec -T -u "$1" "$2" cat "/run/secrets/$3" 2>&1; }
assert_eq "$password" "$(reads_as 12345:12345 db db_password)" "somebody else than root in the container"
if [ "$(id -u)" = 0 ]; then
	assert_eq 64 "$(reads_as 4321:4321 app token | wc -c)" "bytes that its owner reads"
	assert_contains "$(reads_as 12345:12345 app token || true)" "ermission denied" "somebody else in the container"
fi
expect 0 "$slipway" logs app
expect 0 "$slipway" plan

# While the volume lives the file that was lost is not made anew; the old value may be entered.
expect 0 "$slipway" down
rm -f secrets/db_password.txt
expect 4 "$slipway" setup --batch --yes
assert_contains "$err" secrets.db_password
assert_contains "$err" db_data
assert_no_file secrets/db_password.txt
expect 1 "$slipway" check
assert_contains "$out" "holds the old one"
expect 0 "$slipway" setup --batch --yes --set "secrets.db_password=$password"
assert_eq "$password" "$(cat secrets/db_password.txt)" "the value that was entered"
expect 0 "$slipway" undo --yes
assert_no_file secrets/db_password.txt

# What cannot be made is named, and setup and the rest go on; services are not deployed without.
project brought
compose
sed -i 's/app_token: {file.*/app_token: {file: .\/certs\/tls.pem}/' compose.yaml
expect 0 "$slipway" setup --batch --yes
assert_contains "$out$err" "certs/tls.pem, which is not there"
assert_file secrets/db_password.txt
expect 1 "$slipway" check
assert_contains "$out" "has to be brought"
expect 3 "$slipway" up
assert_contains "$err" certs/tls.pem
expect 0 "$slipway" undo --yes
assert_no_file secrets

# kill -9 at random moments: whole files or none, and one more run puts it right.
setup() { "$slipway" setup --batch --yes; }
shape() { find . -path ./.slipway -prune -o -printf '%p %m %U %s\n' | sort; }
project calm
compose
began=$(date +%s%N)
expect 0 setup
took=$((($(date +%s%N) - began) / 1000000 + 1))
want=$(shape)
project stormy
compose
hit=0
for ((k = 1; k <= 20 || hit < 8; k++)); do
	rm -rf secrets .slipway
	"$slipway" setup --batch --yes >/dev/null 2>&1 </dev/null &
	pid=$!
	sleep "$(awk -v r=$RANDOM -v t=$took 'BEGIN { printf "%.4f", r / 32768 * t / 1000 }')"
	kill -9 "$pid" 2>/dev/null || true
	status=0
	wait "$pid" 2>/dev/null || status=$?
	if [ "$status" -eq 137 ]; then
		hit=$((hit + 1))
	else # It was done before: runs are shorter than the first one was.
		took=$((took * 9 / 10 + 1))
	fi
	for f in secrets/db_password.txt secrets/app_token; do
		[ ! -e "$f" ] || assert_eq 64 "$(stat -c %s "$f")" "after kill $k: bytes of $f"
	done
	expect 0 setup
	assert_eq "$want" "$(shape)" "after kill $k"
	# In .slipway the next run that writes sweeps.
	[ -z "$(find . -path ./.slipway -prune -o -name '*.slipway-tmp*' -print)" ] || fail "after kill $k: $(find secrets)"
done
say "$((k - 1)) kills, at last within $took ms, $hit of them while it ran"
