#!/bin/bash
# SPDX-License-Identifier: MIT
# Without root a directory is given away by a one-shot root container, and comes back by one; only what differs is
# touched, and no link is followed.
. "$(dirname "$0")/../lib/system.sh"
need_engine
need_tool setpriv
[ "$(id -u)" -eq 0 ] || skip "needs root to play somebody else"
socket=${DOCKER_HOST#unix://}
chmod 0755 "$work"

project owners
cat >compose.yaml <<-END
	services:
	  db:
	    image: slipway-test/busybox:1
	    pull_policy: never
	    user: "70:70"
	    command: [sleep, "1"]
	    volumes: ["./data/db:/d"]
	    environment: {LEVEL: "\${LEVEL:-info}"}
END
mkdir -p data/db/sub home
touch data/db/file data/db/right outside
ln -s ../../outside data/db/link
chown -R 1234:1234 .
chown 70:70 data/db/right
before=$(digest_tree . ./.slipway)
right=$(stat -c %Z data/db/right)

# Who asks is in the socket's group and nothing else.
as_user() {
	HOME=$PWD/home XDG_RUNTIME_DIR=$PWD/home XDG_CONFIG_HOME=$PWD/home XDG_STATE_HOME=$PWD/home \
		setpriv --reuid=1234 --regid=1234 --groups="$(stat -c %g "$socket"),1234" -- "$slipway" "$@"
}

expect 2 as_user perms check
assert_contains "$out" 'chown -h 70:70 (4 entries, no others)'
expect 0 as_user perms fix --yes
assert_eq '70:70' "$(stat -c %u:%g data/db)" "owner of the directory"
assert_eq '70:70' "$(stat -c %u:%g data/db/link)" "owner of the link"
assert_eq '1234:1234' "$(stat -c %u:%g outside)" "owner of what the link names"
assert_eq "$right" "$(stat -c %Z data/db/right)" "change time of what was right"
expect 0 as_user perms check

# Without an Engine it says so, and leaves no run.
DOCKER_HOST=unix://$work/no.sock expect 6 as_user undo --yes
assert_contains "$err" 'there is no Engine'
assert_contains "$err" 'as root'
expect 0 as_user runs --json
assert_eq 1 "$(json '.runs | length' <<<"$out")" "runs after a refused undo"

expect 0 as_user undo --yes
assert_contains "$out" 'as root in a container of db, which sees only data/db: the owner of 4 entries'
assert_eq "$before" "$(digest_tree . ./.slipway)" "files after undo"
