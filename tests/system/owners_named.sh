#!/bin/bash
# SPDX-License-Identifier: MIT
# beside
# Whose a directory becomes where a service runs as a name: its number is read out of the image, in the plan or, where
# the image comes with the deployment, in the run; nothing is left on the Engine, and undo restores.
. "$(dirname "$0")/../lib/system.sh"
need_engine
need_tool jq
need_tool setpriv
[ "$(id -u)" -eq 0 ] || skip "needs root to give directories away"

project named
image=slipway-test/$project
at_exit "docker image rm -f $image:1 $image:2 $image:built >/dev/null 2>&1"

mkdir "$work/image"
cat >"$work/image/Dockerfile" <<-END
	FROM slipway-test/busybox:1
	RUN ["/bin/sh", "-c", "printf 'app:x:1234:2345::/:/bin/sh\\\\nother:x:77:88::/:/bin/sh' >>/etc/passwd; printf 'staff:x:3456:\\\\n' >>/etc/group"]
	RUN ["/bin/sh", "-c", "mkdir /kept; echo >/kept/$project"]
	VOLUME /kept
	LABEL com.docker.compose.project=$project com.docker.compose.service=web
	USER app
END
printf 'FROM slipway-test/busybox:1\nRUN ["/bin/ln", "-sf", "/etc/group", "/etc/passwd"]\n' >"$work/image/Dockerfile.link"
build() { docker build -q -t "$image:$1" -f "$work/image/$2" "$work/image" >/dev/null; }
build 1 Dockerfile
build 2 Dockerfile.link

# What is asked for leaves no container and no volume behind.
left() {
	assert_eq '' "$(docker ps -aq --filter label=slipway.accounts)" "containers left"
	assert_eq "$volumes" "$(volumes)" "volumes"
}
# Those that were made for this image: what it has at /kept was copied into them.
volumes() { find "$(docker info -f '{{.DockerRootDir}}')/volumes" -maxdepth 3 -name "$project" -printf '%h\n' | sort; }
volumes=$(volumes)

compose() {
	local as=${1:+"user: '$1'"}
	cat >compose.yaml <<-END
		services:
		  web:
		    image: ${2:-$image:1}
		    pull_policy: never
		    $as
		    command: [sleep, "600"]
		    stop_grace_period: 0s
		    volumes: ["./data:/d", "/kept"]
	END
}

# --- by the image's own USER, and by a name, a group, a number that it knows -----------------------------------------
while read -r user want; do
	[ "$user" != - ] || user=
	compose "$user"
	expect 2 "$slipway" plan --json
	assert_eq "new, $want, 0755" "$(json '.steps[] | select(.id == "directory:./data") | .reason' <<<"$out")" \
		"reason for user: '$user'"
	assert_eq 0 "$(json '.notes | length' <<<"$out")" "notes for user: '$user'"
done <<-END
	- 1234:2345
	app 1234:2345
	app:staff 1234:3456
	app:9 1234:9
	1234 1234:2345
	other 77:88
	77:staff 77:3456
END
left

# --- what it lacks is said --------------------------------------------------------------------------------------------
compose nobodyknows
expect 2 "$slipway" plan --json
assert_contains "$out" "could not be read from $image:1: its /etc/passwd has no user nobodyknows"
assert_eq 'new, 0755' "$(json '.steps[] | select(.id == "directory:./data") | .reason' <<<"$out")" "reason without a number"
compose app "$image:2"
expect 2 "$slipway" plan --json
assert_contains "$out" '/etc/passwd: it is a link to /etc/group, not a file'
left

# --- a directory that is there: given away, and back ------------------------------------------------------------------
compose app
mkdir data
touch data/file
before=$(digest_tree . ./.slipway)
expect 2 "$slipway" perms check
assert_contains "$out" 'owner 0:0 → 1234:2345, 2 entries'
expect 0 "$slipway" perms fix --yes
assert_eq '1234:2345' "$(stat -c %u:%g data/file)" "owner of a file"
expect 0 "$slipway" perms check
expect 0 "$slipway" undo --yes
assert_eq "$before" "$(digest_tree . ./.slipway)" "files after undo"
rm -r data
left

# --- the image comes with the deployment ------------------------------------------------------------------------------
cat >compose.yaml <<-END
	services:
	  web:
	    build: $work/image
	    image: $image:built
	    user: app:staff
	    command: [sh, -c, "touch /d/written && sleep 600"]
	    stop_grace_period: 0s
	    volumes: ["./data:/d", "./there:/t"]
END
mkdir there
expect 2 "$slipway" plan
assert_contains "$out" "for the user app:staff, whose number $image:built tells once it is here"
expect 0 "$slipway" up --yes
assert_eq '1234:3456' "$(stat -c %u:%g data)" "owner of the directory that was made"
assert_eq '1234:3456' "$(stat -c %u:%g there)" "owner of the one that was there"
assert_file data/written
expect 0 "$slipway" plan
expect 0 "$slipway" down --yes
expect 0 "$slipway" runs

# --- the same by somebody who is not root, and taken back ---------------------------------------------------------------
docker image rm -f "$image:built" >/dev/null
rm -rf data there .slipway
mkdir there home
chown -R 4321:4321 .
chmod 0755 "$work"
before=$(digest_tree . ./.slipway)
as_user() {
	HOME=$PWD/home DOCKER_CONFIG=$PWD/home/.docker XDG_RUNTIME_DIR=$PWD/home XDG_CONFIG_HOME=$PWD/home XDG_STATE_HOME=$PWD/home \
		setpriv --reuid=4321 --regid=4321 --groups="$(stat -c %g "${DOCKER_HOST#unix://}"),4321" -- "$slipway" "$@"
}
expect 0 as_user up --yes
assert_eq '1234:3456 1234:3456' "$(stat -c %u:%g data there | paste -sd ' ')" "owners by a container"
expect 0 as_user down --yes
rm data/written
rm -rf home/.docker home/buildx
expect 0 as_user undo --yes
assert_eq "$before" "$(digest_tree . ./.slipway)" "files after undo"

# A plan of files only, with the image gone: said, and nothing guessed.
docker image rm -f "$image:built" >/dev/null
expect 2 "$slipway" perms check --json
assert_contains "$out" "whose number only its image $image:built tells, which is not here"
assert_eq "" "$(docker ps -aq --filter label=slipway.accounts)" "containers left"
