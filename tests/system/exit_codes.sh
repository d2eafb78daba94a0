#!/bin/bash
# SPDX-License-Identifier: MIT
# Bad input has a place, says what was expected, and ends with 3; missing answers with 4; nothing is written.
. "$(dirname "$0")/../lib/system.sh"
need_tool jq
# None of this needs an Engine; none is to be asked.
export DOCKER_HOST=unix://$work/no.sock

# bad STATUS TEXT... -- COMMAND...: the status, and each text on standard error.
bad() {
	local want=$1 texts=() before text
	shift
	while [ "$1" != -- ]; do
		texts+=("$1")
		shift
	done
	shift
	before=$(digest_tree .)
	expect "$want" "$@"
	for text in "${texts[@]}"; do assert_contains "$err" "$text" "standard error of '$*'"; done
	assert_eq "$before" "$(digest_tree .)" "the directory after '$*'"
}

project bad
bad 3 compose -- "$slipway" inspect
bad 3 compose -- "$slipway" setup --batch --yes
bad 3 compose -- "$slipway" status

bad 3 hepl help -- "$slipway" hepl
bad 3 --jsno --json -- "$slipway" inspect --jsno
bad 3 "needs a value" -- "$slipway" inspect --directory
bad 3 config list -- "$slipway" config
bad 3 "takes no argument" -- "$slipway" inspect all
bad 3 "there is no directory" -- "$slipway" -C "$work/gone" status
bad 3 unknown -- "$slipway" "$(head -c 100000 /dev/zero | tr '\0' x)"
[ "${#err}" -lt 1200 ] || fail "a message of ${#err} bytes"

printf 'services: {}\n' >compose.yaml
bad 3 "the compose file has no services" -- "$slipway" status
printf 'services: {web: {image: "x:1", profiles: [cpu, gpu]}}\n' >compose.yaml
bad 3 "no service is enabled; profiles: cpu, gpu" COMPOSE_PROFILES=cpu -- "$slipway" up --yes
expect 0 "$slipway" inspect
assert_contains "$out" "not chosen: profile cpu, gpu" "the inactive service"

cat >compose.yaml <<-'EOF'
	services:
	  web:
	    image: busybox
	    environment: {NAME: "${NAME:?who is it}", PORT: "${WEB_PORT:-8080}"
EOF
bad 3 compose.yaml: -- "$slipway" inspect
bad 3 compose.yaml: -- "$slipway" setup --batch --yes

cat >compose.yaml <<-'EOF'
	services:
	  web:
	    image: busybox
	    environment: {NAME: "${NAME:?who is it}", PORT: "${WEB_PORT:-8080}"}
	    ports: ["${WEB_PORT:-8080}:80"]
EOF
printf 'GOOD=1\nBAD KEY=2\n' >.env
bad 3 .env:2 -- "$slipway" inspect
rm .env

bad 4 NAME "who is it" -- "$slipway" setup --batch --yes
bad 4 NAME "who is it" -- "$slipway" plan
bad 4 NAME -- "$slipway" setup --json
assert_eq 4 "$(jq .error.status <<<"$out")" "setup --json asks nothing"
# Nor does it without a terminal.
bad 3 "slipway setup --batch" "slipway status" -- "$slipway"
bad 3 "slipway setup --batch" -- "$slipway" setup --set NAME=x
cp compose.yaml compose.kept
sed -i 's/NAME:?who is it/ADMIN_EMAIL:?/' compose.yaml
bad 4 "ADMIN_EMAIL: missing; expected an e-mail address" -- "$slipway" plan
mv compose.kept compose.yaml
bad 3 "no engine dokcer" compose process -- "$slipway" status --engine dokcer
bad 3 WEB_PORT -- "$slipway" setup --batch --yes --set NAME=x --set WEB_PORT=99999
printf 'NAME=x\nWEB_PORT=abc\n' >.env
bad 3 WEB_PORT abc .env:2:10 -- "$slipway" setup --batch --yes
for command in plan "up --yes" status; do
	# shellcheck disable=SC2086 # words
	bad 3 WEB_PORT abc .env:2:10 compose.yaml: -- "$slipway" $command
done
bad 3 WEB_PORT abc -- "$slipway" setup --batch --yes --set WEB_PORT=abc
# What the terminal would act on, in a value of .env; a value that Compose refuses to make.
cp compose.yaml compose.kept
printf 'services: {web: {image: "x:1", environment: {ONE: "${ONE}", N: "${N:-}", OTHER: "${OTHER:-}"}}}\n' >compose.yaml
printf 'ONE="a\033[31m"\n' >.env
for command in "setup --batch --yes" plan; do
	# shellcheck disable=SC2086 # words
	bad 3 .env:1:5 ONE -- "$slipway" $command
done
printf 'OTHER="${B:?x}"\n' >.env
bad 3 .env:1:7 B -- "$slipway" plan
bad 3 .env:1:7 B -- "$slipway" setup --batch --yes --set N=1
bad 0 .env:1:7 B -- "$slipway" inspect
mv compose.kept compose.yaml
rm .env
bad 3 NO_SUCH -- "$slipway" setup --batch --yes --set NO_SUCH=1
bad 3 NAME=VALUE -- "$slipway" setup --batch --yes --set NAME

printf 'NAME: x\nNO_SUCH: 1\n' >answers.yaml
bad 3 answers.yaml:2:1 NO_SUCH -- "$slipway" setup --batch --yes --answers answers.yaml
printf 'NAME: x\nWEB_PORT: eighty\n' >answers.yaml
bad 3 answers.yaml:2:1 WEB_PORT -- "$slipway" setup --batch --yes --answers answers.yaml
printf 'NAME: [x\n' >answers.yaml
bad 3 answers.yaml: -- "$slipway" setup --batch --yes --answers answers.yaml
printf 'NAME: {a: b}\n' >answers.yaml
bad 3 answers.yaml:1 -- "$slipway" setup --batch --yes --answers answers.yaml
bad 3 gone.yaml -- "$slipway" setup --batch --yes --answers gone.yaml
bad 3 SLIPWAY_SET_WEB_PORT -- env SLIPWAY_SET_WEB_PORT=-1 "$slipway" setup --batch --yes --set NAME=x

# Without a terminal and without --yes what would be done is shown, and refused.
bad 3 --yes -- "$slipway" setup --batch --set NAME=x
assert_contains "$out" .env
bad 3 --yes -- "$slipway" setup --batch --set NAME=x --json
assert_eq 3 "$(jq .error.status <<<"$out")" "the error as JSON"

# The engine is not there.
bad 6 -- "$slipway" status

# A value may come from each place; the option wins over the environment, that over the file.
printf 'NAME: from the file\nWEB_PORT: 8081\n' >answers.yaml
expect 0 env SLIPWAY_SET_WEB_PORT=8082 "$slipway" setup --batch --yes --answers answers.yaml
assert_contains "$(cat .env)" "NAME='from the file'"
assert_contains "$(cat .env)" WEB_PORT=8082
expect 0 env SLIPWAY_SET_WEB_PORT=8082 "$slipway" setup --batch --yes --set WEB_PORT=8083
assert_contains "$(cat .env)" WEB_PORT=8083
bad 6 -- "$slipway" up

# Another run holds the project.
exec 9>>.slipway/lock
flock 9
bad 7 -- "$slipway" setup --batch --yes --set WEB_PORT=8084
flock -u 9

# What could not be written is said; what nobody wanted to read is no failure.
run bash -c '"$1" inspect --json >/dev/full' - "$slipway"
assert_eq 1 "$status" "status with a full standard output"
assert_contains "$err" "standard output"
run bash -c 'set -o pipefail; "$1" inspect --json | true' - "$slipway"
assert_eq 0 "$status" "status with a closed pipe"
assert_eq "" "$err" "said about a closed pipe"
mkdir "$work/removed"
run bash -c 'cd "$1" && rmdir "$1" && exec "$2" status' - "$work/removed" "$slipway"
assert_eq 3 "$status" "status in a directory that was removed"
assert_contains "$err" "was removed"

# A limit on the size of files is a failed write like others.
before=$(digest_tree . ./.slipway)
run bash -c 'set -o pipefail
	(ulimit -f 0 && exec "$1" setup --batch --yes --set WEB_PORT=8084) 2>&1 | cat' - "$slipway"
assert_eq 1 "$status" "with ulimit -f"
assert_contains "$out" "File too large"
assert_eq "$before" "$(digest_tree . ./.slipway)" "files after ulimit -f"
assert_eq "" "$(find . -name '*tmp*')" "what ulimit -f left"

# Hardly any open files: said, with what to do, rather than an abort.
for n in 5 6 8; do
	run bash -c "ulimit -n $n; exec \"\$1\" status" - "$slipway"
	assert_eq 1 "$status" "with ulimit -n $n"
	assert_contains "$err" "ulimit -n 1024"
done

# Standard files that are closed: what is opened first must not become one of them.
for closed in '>&-' '2>&-' '<&-' '>&- 2>&- <&-'; do
	run bash -c "\"\$1\" setup --batch --yes --set WEB_PORT=8085 $closed" - "$slipway"
	assert_eq 0 "$status" "with $closed"
	assert_contains "$(cat .env)" WEB_PORT=8085
	"$slipway" setup --batch --yes --set WEB_PORT=8083 >/dev/null
done
