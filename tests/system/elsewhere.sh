#!/bin/bash
# SPDX-License-Identifier: MIT
# timeout: 240
# The whole path on a host that is not this machine: the project, its .env, the user's Docker settings, the
# Engine's socket, the ports, memory and disk are those of a host below a path that does not exist here
# (tests/lib/elsewhere.h). What went past struct host would find nothing; strace proves that nothing tries.
. "$(dirname "$0")/../lib/system.sh"
need_tool jq
need_tool unshare util-linux
need_engine
engine=${DOCKER_HOST#unix://}
# Beside the Engine's socket, so that the host's own can be another name of it.
far=$(mktemp -d "${engine%/*}/far.XXXXXX")
at_exit 'rm -rf "$far"'
mkdir -p "$far/srv/elsewhere/home" "$far/rest/run" "$far/rest/var"
ln -s ../run "$far/rest/var/run"
unshare -m true 2>/dev/null || skip "a mount namespace of one's own is not to be had here"
[ ! -e /srv/elsewhere ] || skip "/srv/elsewhere exists here: it must not"

project elsewhere
here=$far/srv/elsewhere/$project
mkdir "$here"
cd /
ln "$engine" "$far/rest/var/run/docker.sock"
: >"$far/environ"
: >"$far/listeners"
unset DOCKER_HOST
at_exit 'export DOCKER_HOST=unix://$engine'
slipway_there() {
	env -u DOCKER_CONFIG SLIPWAY_ELSEWHERE="$far" SLIPWAY_ELSEWHERE_TRACE="$work/trace" \
		"$builddir/tests/lib/slipway_elsewhere" -C "/srv/elsewhere/$project" "$@"
}
saw() { grep -q -- "^[a-z]* - $1" "$work/trace" || fail "the host was not asked: $1"; }
# The plug-ins are programs of this machine; what the user chose is the host's.
mkdir -p "$far/srv/elsewhere/home/.docker"
[ ! -d "$DOCKER_CONFIG/cli-plugins" ] || ln -s "$DOCKER_CONFIG/cli-plugins" "$far/srv/elsewhere/home/.docker/"

cat >"$here/compose.yaml" <<'EOF'
services:
  store:
    image: slipway-test/redis:1
    environment: {REDIS_PASSWORD: "${REDIS_PASSWORD:?}"}
    volumes: ["kept:/data"]
    healthcheck:
      test: [CMD-SHELL, "redis-cli --no-auth-warning -a \"$$REDIS_PASSWORD\" ping | grep -q PONG"]
      interval: 1s
      retries: 60
  once:
    image: slipway-test/busybox:1
    command: [sh, -c, "echo hello from ${NAME}"]
    env_file: [more.env]
    depends_on: {store: {condition: service_healthy}}
  web:
    image: slipway-test/busybox:1
    command: [sh, -c, "mkdir -p /tmp/w && echo fine >/tmp/w/index.html && exec httpd -f -p 80 -h /tmp/w"]
    init: true
    ports: ["127.0.0.1:${WEB_PORT:-18291}:80"]
    depends_on: {once: {condition: service_completed_successfully}}
volumes: {kept: {}}
EOF
echo MORE=1 >"$here/more.env"
printf '# Who is greeted\nNAME=world\nREDIS_PASSWORD=changeme\nWEB_PORT=18291\n' >"$here/.env.example"
printf 'slipway: 1\nstack: there\ntitle: There\nservices:\n  web: {ready: {http: {get: "http://127.0.0.1:${WEB_PORT}/"}}}\n' \
	>"$here/slipway.yaml"
free_port
sed -i "s/18291/$port/" "$here/compose.yaml" "$here/.env.example"

# --- read
expect 0 slipway_there inspect --json
assert_eq '["once","store","web"]' "$(jq -c '.services | keys' <<<"$out")" services
assert_contains "$(jq -r '.variables[].name' <<<"$out")" REDIS_PASSWORD variables
assert_eq '["once"]' "$(jq -c '.variables[] | select(.name == "NAME") | .used_by' <<<"$out")" "used by"
assert_eq 1 "$(jq -r .services.once.environment.MORE <<<"$out")" "the env_file there"
saw "read /srv/elsewhere/$project/compose.yaml"
saw "read /srv/elsewhere/$project/more.env"
saw "read /srv/elsewhere/$project/slipway.yaml"

# --- the facts are the host's; so is who holds a port
echo "$port 4711 far-nginx" >"$far/listeners"
run slipway_there check
assert_contains "$out" "Far Linux 7"
assert_contains "$out" "memory      5 GiB"
assert_contains "$out" "processors  3"
assert_contains "$out" "far-nginx (pid 4711)"
saw "space /srv/elsewhere/$project"
saw listeners
: >"$far/listeners"

# --- answers and plan: nothing is written
before=$(digest_tree "$here")
expect 2 slipway_there plan --json
assert_contains "$(jq -r '.steps[].id' <<<"$out")" "file:.env"
expect 0 slipway_there setup --batch --yes --dry-run --set NAME=moon
assert_eq "$before" "$(digest_tree "$here")" "the project after plans"

# --- write, take back, write again
expect 0 slipway_there setup --batch --yes --set NAME=moon
assert_contains "$(<"$here/.env")" NAME=moon
assert_mode 600 "$here/.env"
expect 0 slipway_there runs --json
assert_eq done "$(jq -r '.runs[0].outcome' <<<"$out")" "the run"
expect 0 slipway_there undo --yes
assert_no_file "$here/.env"
assert_eq "$before" "$(digest_tree "$here" ./.slipway)" "the project after undo"
expect 0 slipway_there setup --batch --yes --set NAME=moon
saw "lock /srv/elsewhere/$project/.slipway/lock"
saw "append /srv/elsewhere/$project/.slipway/journal/"

# --- deploy, look, again
expect 0 slipway_there apply --yes
expect 0 slipway_there up --yes
saw "dial /var/run/docker.sock"
saw "exec docker compose "
expect 0 slipway_there status --json
assert_eq true "$(jq .healthy <<<"$out")" "status: $out"
expect 0 slipway_there logs once
assert_contains "$out" "hello from moon"
expect 0 slipway_there why
expect 0 slipway_there config list --json
expect 0 slipway_there secrets list
expect 0 slipway_there perms check
expect 0 slipway_there plan
expect 0 slipway_there setup --batch
expect 0 slipway_there restart web

# --- the Engine is found as that host's docker program finds it
rm "$far/rest/var/run/docker.sock"
expect 6 slipway_there status
mkdir -p "$far/srv/elsewhere/run"
ln "$engine" "$far/srv/elsewhere/run/docker.sock"
echo XDG_RUNTIME_DIR=/srv/elsewhere/run >"$far/environ"
expect 0 slipway_there status
saw "dial /srv/elsewhere/run/docker.sock"
mv "$far/srv/elsewhere/run/docker.sock" "$far/srv/elsewhere/home/my.sock"
echo DOCKER_HOST=unix:///srv/elsewhere/home/my.sock >"$far/environ"
expect 0 slipway_there status
saw "dial /srv/elsewhere/home/my.sock"
id=$(printf far | sha256sum | cut -d ' ' -f 1)
mkdir -p "$far/srv/elsewhere/home/.docker/contexts/meta/$id"
echo '{"Name":"far","Endpoints":{"docker":{"Host":"unix:///srv/elsewhere/home/ctx.sock"}}}' \
	>"$far/srv/elsewhere/home/.docker/contexts/meta/$id/meta.json"
echo '{"currentContext":"far"}' >"$far/srv/elsewhere/home/.docker/config.json"
mv "$far/srv/elsewhere/home/my.sock" "$far/srv/elsewhere/home/ctx.sock"
: >"$far/environ"
expect 0 slipway_there status
saw "read /srv/elsewhere/home/.docker/config.json"
saw "dial /srv/elsewhere/home/ctx.sock"

# --- our own environment and directory are nobody's there
cd "$work"
printf 'services: {wrong: {image: wrong}}\n' >compose.yaml
DOCKER_HOST=unix:///nowhere COMPOSE_FILE=compose.yaml COMPOSE_PROJECT_NAME=wrong expect 0 slipway_there status --json
assert_eq 3 "$(jq '.services | length' <<<"$out")" "services"
cp "$here/compose.yaml" "$here/.env" "$here/more.env" "$far/srv/elsewhere/home/"
expect 0 env SLIPWAY_ELSEWHERE="$far" "$builddir/tests/lib/slipway_elsewhere" inspect --json
assert_contains "$(jq -r '.services | keys[]' <<<"$out")" store "the host's own directory"
cd /

# --- no call of ours names the made-up path
if command -v strace >/dev/null && strace -o /dev/null true 2>/dev/null; then
	mkdir "$work/calls"
	expect 0 env -u DOCKER_CONFIG SLIPWAY_ELSEWHERE="$far" strace -ff -o "$work/calls/t" -s 200 \
		-e trace=file,connect,bind,clone,clone3 \
		"$builddir/tests/lib/slipway_elsewhere" -C "/srv/elsewhere/$project" status
	# Our own threads, without the processes that the host's programs are.
	own=("$(grep -l 'execve("[^"]*/slipway_elsewhere"' "$work"/calls/t.*)")
	for ((i = 0; i < ${#own[@]}; i++)); do
		for tid in $(sed -n 's/^clone.*CLONE_THREAD.* = \([0-9]*\)$/\1/p' "${own[i]}"); do
			own+=("$work/calls/t.$tid")
		done
	done
	[ "${#own[@]}" -gt 1 ] || fail "strace shows no thread"
	! grep -hE '"/srv/elsewhere|"/(var/)?run/docker.sock' "${own[@]}" | grep -v '^execve(' >"$work/strays" ||
		fail "past the host: $(head -n 5 "$work/strays")"
else
	say "strace is not to be had: that nothing tries the made-up path is not shown"
fi

# --- on a screen: the wizard, its review, the deployment and the panel, and no thread that draws waits
expect 0 slipway_there down --yes
if command -v script >/dev/null; then
	: >"$work/trace"
	mkfifo "$work/keys"
	# A file, not an exported function: script(1) starts $SHELL, and a shell that is not bash drops those.
	export far work builddir project
	{ declare -f slipway_there && printf 'stty rows 30 cols 100\nslipway_there setup\n'; } >"$work/on_screen"
	SHELL=/bin/sh TERM=xterm script -qec "bash '$work/on_screen'" /dev/null \
		<"$work/keys" >"$work/.screen" 2>&1 &
	on_screen=$!
	at_exit 'kill $on_screen 2>/dev/null'
	exec 9>"$work/keys"
	wait_for grep -q '^[a-z]* screen listeners' "$work/trace"
	wait_for grep -q 'answered' "$work/.screen"
	printf v >&9
	wait_for grep -q '^pool screen read_many\|^pool screen read .*state.json' "$work/trace"
	wait_for grep -q 'written' "$work/.screen"
	printf '\r' >&9
	wait_for grep -q '^loop screen dial 127.0.0.1' "$work/trace"
	wait_for sh -c 'env SLIPWAY_ELSEWHERE="$far" "$0" -C "/srv/elsewhere/$project" status' \
		"$builddir/tests/lib/slipway_elsewhere"
	# While something is deployed, leaving is asked about.
	wait_for -t 60 sh -c 'ls "$1"/.slipway/journal/* | tail -n 1 | xargs grep -q "\"type\": *\"done\""' - "$here"
	printf q >&9
	wait_for -t 60 sh -c '! kill -0 "$1"' - "$on_screen"
	wait "$on_screen" || fail "the program on the screen gave $?: $(tail -c 600 "$work/.screen")"
	exec 9>&-
	! grep -E '^loop screen ' "$work/trace" | grep -vE '^loop screen (exec|dial|session) ' >"$work/strays" ||
		fail "the screen waited for: $(head -n 5 "$work/strays")"
	for verb in read write append; do
		grep -q "^pool screen $verb " "$work/trace" || fail "no $verb while the screen was up"
	done
else
	say "script (Debian package: bsdutils) is not to be had: nothing is shown of the screen"
fi

expect 0 slipway_there down --yes
[ ! -e /srv/elsewhere ] || fail "/srv/elsewhere was made on this machine"
