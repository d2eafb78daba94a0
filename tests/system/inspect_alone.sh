#!/bin/bash
# SPDX-License-Identifier: MIT
# `slipway inspect --json` needs no Docker: no program, no Engine. Where only Docker could know, it says so.
. "$(dirname "$0")/../lib/system.sh"
need_tool jq

export DOCKER_HOST=unix:///nonexistent/docker.sock
mkdir "$work/bin" "$work/project"
printf '#!/bin/sh\necho docker was asked: "$@" >>"%s/asked"\nexit 1\n' "$work" >"$work/bin/docker"
chmod +x "$work/bin/docker"
PATH=$work/bin:$PATH
cd "$work/project"

# --- everything that can be known without it ------------------------------------------------------------------
cat >compose.yaml <<'END'
name: alone
services:
  web:
    image: "web:${TAG:-1}"
    build: {context: ./web, args: {A: "1"}}
    ports: ["127.0.0.1:${PORT:?set the port}:80"]
    volumes: [data:/data]
    depends_on: {db: {condition: service_healthy, restart: true}, seed: {condition: service_completed_successfully}}
    healthcheck: {test: [CMD, "true"], interval: 5s}
    environment: {LEVEL: $LEVEL}
    user: "1000:1000"
    restart: unless-stopped
    deploy: {resources: {limits: {cpus: "0.5", memory: 64M}}}
    secrets: [outside]
    configs: [elsewhere]
  db: {image: db}
  seed: {build: "https://example.org/seed.git#main:sub"}
  extra: {image: x, profiles: [more], gpus: all}
volumes: {data: }
secrets: {outside: {external: true}}
configs: {elsewhere: {external: true, name: other}}
END
printf 'PORT=8081\n' >.env
printf 'LEVEL=debug\n' >more.env
COMPOSE_ENV_FILES=.env,more.env TAG=7 expect 0 "$slipway" inspect --json
document=$out
is() { assert_eq "$2" "$(jq -c "$1" <<<"$document")" "$1"; }
is .name '"alone"'
is .services.web.image '"web:7"'
is .services.web.build.args '{"A":"1"}'
is .services.web.ports '[{"mode":"ingress","host_ip":"127.0.0.1","target":80,"published":"8081","protocol":"tcp"}]'
is .services.web.depends_on.db '{"condition":"service_healthy","restart":true,"required":true}'
is .services.web.depends_on.seed.condition '"service_completed_successfully"'
is .services.web.healthcheck.interval '"5s"'
is .services.web.user '"1000:1000"'
is .services.web.restart '"unless-stopped"'
is .services.web.deploy.resources.limits '{"cpus":0.5,"memory":"67108864"}'
is .services.seed.build.context '"https://example.org/seed.git#main:sub"'
is .secrets.outside '{"name":"outside","external":true}'
is '.networks | keys' '["default"]'
is '.volumes.data.name' '"alone_data"'
variable() { is ".variables[] | select(.name == \"$1\") | [.value, .source, .default, .required, .message, .place]" "$2"; }
variable TAG '["7","shell","1",false,null,"compose.yaml:4:12"]'
variable PORT '["8081","env-file",null,true,"set the port","compose.yaml:6:13"]'
variable LEVEL '["debug","env-file",null,false,null,"compose.yaml:10:26"]'
is '.variables[] | select(.name == "TAG") | .used_by' '["web"]'
# What an image brings is not known here.
is '.notes | map(select(test("image may bring one"))) | length' 1

# --- what cannot be known is not guessed -----------------------------------------------------------------------
# refused TEXT MESSAGE PLACE
refused() {
	printf '%s\n' "$1" >compose.yaml
	expect 3 "$slipway" inspect --json
	assert_contains "$err" "$2" "$1"
	assert_contains "$err" "$3" "$1"
}
small='services: {a: {image: x}}'
for remote in oci://example.org/x:1 https://example.org/x.git git@example.org:a/b.git 'github.com/a/b.git#main' \
	ssh://git@example.org/a.git; do
	refused "include: [\"$remote\"]
$small" 'is not a local file' compose.yaml:1:11
	assert_contains "$err" 'docker compose can fetch it' "$remote"
	refused "services: {a: {extends: {file: \"$remote\", service: a}}}" 'is not a local file' compose.yaml:1:25
done
# A missing env file may come with the setup: inspect reads on, and says so.
echo 'services: {a: {image: x, env_file: none.env}}' >compose.yaml
expect 0 "$slipway" inspect --json
assert_eq '["The env file none.env is missing."]' "$(jq -c .warnings <<<"$out")" "warnings"
refused "include: [none.yaml]
$small" 'none.yaml' compose.yaml:1:11
refused 'services: {a: {image: x, secrets: [none]}}' none compose.yaml:1
[ ! -e "$work/asked" ] || fail "$(cat "$work/asked")"

# --- the names that services wait for stand below each other ---------------------------------------------------
project columns
cat >compose.yaml <<'EOF'
services:
  web: {image: "registry.example.org/shop/web:1", depends_on: [db]}
  worker: {image: "busybox:1", depends_on: [db]}
  db: {image: "postgres:16"}
EOF
expect 0 "$slipway" inspect
assert_contains "$out" "  web                  registry.example.org/shop/web:1  after db"
assert_contains "$out" "  worker               busybox:1                        after db"

# --- what a directory is called does not steer the terminal ------------------------------------------------------
mkdir "$work/$(printf 'a\033]0;x\007b')" && cd "$work/$(printf 'a\033]0;x\007b')" || exit 1
echo 'services: {web: {image: x}}' >compose.yaml
expect 0 "$slipway" -p plainly inspect
case $out in *$'\033'*) fail "an escape sequence was printed: $(cat -v <<<"$out")" ;; esac
assert_contains "$out" "Project plainly in"
