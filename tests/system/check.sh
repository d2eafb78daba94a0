#!/bin/bash
# SPDX-License-Identifier: MIT
# check compares what the stack definition requires with what is there, in columns in every language.
. "$(dirname "$0")/../lib/system.sh"
need_tool jq
need_engine

project check
mkdir stack
cat >stack/compose.yaml <<-'EOF'
	services:
	  web:
	    image: slipway-test/busybox:1
	    command: [sleep, "1000"]
EOF
cp stack/compose.yaml .
requires() {
	cat >stack/stack.yaml <<-EOF
		slipway: 1
		stack: check
		compose: {files: [compose.yaml]}
		requires: $1
	EOF
}
row() { jq -r ".checks[] | select(.check == \"$1\") | .verdict + \" \" + .text" <<<"$out"; }

count=$(cat /proc/sys/vm/max_map_count)
requires "{cpus: 1, memory: 64MiB, disk: 1MiB, engine: \">=20.10\", compose: \">=2.20\", commands: [sh], kernel: {vm.max_map_count: \">=$((count - 1))\", vm.overcommit_memory: $(cat /proc/sys/vm/overcommit_memory)}}"
expect 0 "$slipway" --stack "$PWD/stack" check --json
assert_contains "$(row kernel)" "fine vm.max_map_count = $count"
assert_contains "$(row command)" "fine sh"
assert_contains "$(row compose)" "fine "
assert_contains "$(row processors)" "fine "

requires "{cpus: 4096, memory: 900TiB, disk: 900TiB, engine: \">=99.1\", compose: \">=9.0\", commands: [no-such-command, docker no-such-plugin], kernel: {vm.max_map_count: \">=$((count + 1))\", kernel.no_such_thing: 1}}"
before=$(digest_tree .)
expect 1 "$slipway" --stack "$PWD/stack" check --json
assert_eq "$before" "$(digest_tree .)" "the directory"
for subject in processors memory disk compose; do
	assert_contains "$(row $subject)" "bad " "$subject"
	assert_contains "$(row $subject)" "requires" "$subject"
done
assert_contains "$(row engine)" "bad "
assert_contains "$(row kernel)" "vm.max_map_count is $count"
assert_contains "$(row kernel)" "sudo sysctl -w vm.max_map_count=$((count + 1))"
assert_contains "$(row kernel)" "bad kernel.no_such_thing"
assert_contains "$(row command)" "bad no-such-command"
assert_contains "$(row command)" "bad docker no-such-plugin"

# The texts of all rows begin in one column, counted in cells (a letter is one in these languages).
for language in C de; do
	run env LC_ALL=C.UTF-8 LANGUAGE=$language "$slipway" --stack "$PWD/stack" check
	columns=$(while read -r line; do
		head=$(LC_ALL=C.UTF-8 grep -oP '^\[..\] \S+ +' <<<"$line")
		echo ${#head}
	done <<<"$out" | sort -u)
	assert_eq 1 "$(wc -l <<<"$columns")" "columns in $language ($columns) of: $out"
done

# A mistake has its place.
for wrong in "{memory: much}" "{engine: new}" "{kernel: {../x: 1}}" "{kernel: {vm.swappiness: low}}" "{ram: 1GiB}"; do
	requires "$wrong"
	expect 3 "$slipway" --stack "$PWD/stack" check
	assert_contains "$err" "stack.yaml:4:"
done

# A directory that nobody makes: with the file that mounts it the services do not start.
project mounts
cat >compose.yaml <<-'EOF'
	services:
	  web:
	    image: slipway-test/busybox:1
	    volumes: [{type: bind, source: ./ssl, target: /tls, bind: {create_host_path: false}}]
EOF
expect 1 "$slipway" check --json
assert_eq "bad web mounts ./ssl, which does not exist and is not to be made" "$(row mount)"
mkdir ssl
expect 0 "$slipway" check --json
assert_eq "" "$(row mount)"
