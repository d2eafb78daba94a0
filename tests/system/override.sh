#!/bin/bash
# SPDX-License-Identifier: MIT
# beside
# timeout: 420
# What services are adjusted by (compose.slipway.yaml) is what `docker compose config` makes of it: on a project of
# our own and on real ones; it goes again without a trace; and hardened PostgreSQL, Redis and nginx still run.
. "$(dirname "$0")/../lib/system.sh"
need_engine
need_tool jq
corpus=${SLIPWAY_CORPUS:-$srcdir/../shared/corpus}

# resolved: the project as Compose reads it; one SERVICE FILTER: what jq says of one service.
resolved() { docker compose config --format json; }
one() { resolved | jq -c --arg s "$1" ".services[\$s] | $2"; }
adjust() {
	local args=() a
	for a in "$@"; do args+=(--set "override.$a"); done
	expect 0 "$slipway" setup --batch --yes "${args[@]}"
}

# --- a project of our own: lists of the user, edits by hand, refusals ------------------------------
project override
mkdir more
cat >compose.yaml <<'EOF'
services:
  web:
    image: slipway-test/nginx:1
    pull_policy: never
    ports: ["${WEB_PORT:-18080}:80"]
    volumes: ["html:/usr/share/nginx/html"]
  job:
    image: slipway-test/busybox:1
    mem_limit: 1g
    profiles: [batch]
volumes: {html: {}}
EOF
echo 'services: {web: {labels: {mine: "1"}}}' >more/mine.yaml
printf '# mine\nCOMPOSE_PATH_SEPARATOR=;\nCOMPOSE_FILE=compose.yaml;more/mine.yaml\nCOMPOSE_PROFILES=batch,other\n' >.env
chmod 600 .env
cp .env "$work/env.before"
resolved >"$work/before.json"
cat >"$work/answers.yaml" <<'EOF'
override:
  web: {bind: 127.0.0.1, restart: always, limits: {memory: 256m, pids: 99}, environment: {PRICE: "5$$", PORT: "${WEB_PORT:-1}"}}
  job: {limits: {cpus: 0.5}}
EOF
expect 0 "$slipway" setup --batch --yes --answers "$work/answers.yaml"
assert_eq 'COMPOSE_FILE=compose.yaml;more/mine.yaml;compose.slipway.yaml' "$(grep ^COMPOSE_FILE= .env | tr -d "'\"")"
assert_contains "$(cat .env)" "COMPOSE_PROFILES=batch,other"
assert_eq '["127.0.0.1","18080","always","5$$","1","1"]' \
	"$(one web '[.ports[0].host_ip, .ports[0].published, .restart, .environment.PRICE, .environment.PORT, .labels.mine]')"
assert_eq '[99,0.5,"1073741824"]' "[$(one web .deploy.resources.limits.pids),$(one job .deploy.resources.limits.cpus),$(one job .mem_limit)]"
# A port that is a variable stays one.
assert_eq '"19000"' "$(WEB_PORT=19000 one web '.ports[0].published')"
expect 0 "$slipway" setup --batch
assert_contains "$out" "Nothing to do"
expect 0 "$slipway" setup --batch --set override.web.bind=127.0.0.1
assert_contains "$out" "Nothing to do"

before=$(digest_tree . ./.slipway)
expect 3 "$slipway" setup --batch --yes --set override.web.limits.memory=lots
assert_contains "$err" "override.web.limits.memory"
expect 3 "$slipway" setup --batch --yes --set override.nobody.user=1
expect 3 "$slipway" setup --batch --yes --set 'override.web.environment=API_TOKEN=hunter2hunter2'
assert_lacks "$err" hunter2
printf 'override:\n  web:\n    limits: {disk: 1g}\n' >"$work/wrong.yaml"
expect 3 "$slipway" setup --batch --yes --answers "$work/wrong.yaml"
assert_contains "$err" "wrong.yaml:3:14"
expect 3 "$slipway" -f compose.yaml setup --batch --yes --set override.web.user=1
sed 's/^COMPOSE_FILE=.*/COMPOSE_FILE=${BASE:-compose.yaml}/' .env >"$work/variable.env"
cp .env "$work/listed.env"
cp "$work/variable.env" .env
expect 3 "$slipway" setup --batch --yes --set override.web.user=1
assert_contains "$err" ".env:3:"
cp "$work/listed.env" .env
expect 0 env COMPOSE_FILE=compose.yaml "$slipway" setup --batch --dry-run --set override.web.user=1
assert_contains "$out" "COMPOSE_FILE of the shell"
# What Compose refuses is not put in place; where it cannot be asked, that is said.
mkdir "$work/bin"
cat >"$work/bin/docker" <<'EOF'
#!/bin/sh
case "$*" in *--file=-*) echo 'services.web.limits: not today' >&2; exit 1 ;; esac
EOF
chmod +x "$work/bin/docker"
expect 3 env PATH="$work/bin:$PATH" "$slipway" setup --batch --yes --set override.web.user=1
assert_contains "$err" "not today"
assert_eq "$before" "$(digest_tree . ./.slipway)" "the directory after refusals"
printf '#!/bin/sh\necho "docker: no such command" >&2\nexit 1\n' >"$work/bin/docker"
expect 0 env PATH="$work/bin:$PATH" "$slipway" setup --batch --yes --set override.web.user=1
assert_contains "$out" "docker compose could not be asked about compose.slipway.yaml: docker: no such command"
adjust web.user=

# An edit by hand stays until something is adjusted, and is kept then.
sed -i 's/restart: always/restart: on-failure/; $a # by hand' compose.slipway.yaml
cp compose.slipway.yaml "$work/edited.yaml"
expect 0 "$slipway" setup --batch --yes
assert_contains "$out" "edited by hand"
assert_same compose.slipway.yaml "$work/edited.yaml"
adjust web.user=101
assert_contains "$out" "compose.slipway.yaml.edited"
assert_same compose.slipway.yaml.edited "$work/edited.yaml"
assert_eq '["101","on-failure"]' "$(one web '[.user, .restart]')"
expect 0 "$slipway" undo --yes
assert_same compose.slipway.yaml "$work/edited.yaml"
assert_no_file compose.slipway.yaml.edited

# What is taken back disappears; with the last of it the file does, and the user's own entries stay.
adjust web.bind= web.restart= web.limits.memory= web.limits.pids= web.environment= job.limits.cpus=
assert_no_file compose.slipway.yaml
assert_eq "$(tr -d "'\"" <"$work/env.before")" "$(tr -d "'\"" <.env)" ".env without the override"
assert_eq "$(jq -S . "$work/before.json")" "$(resolved | jq -S .)" "the project without the override"
expect 0 "$slipway" undo --yes
assert_same compose.slipway.yaml "$work/edited.yaml"

# --- real projects ---------------------------------------------------------------------------------
checked=0
everything() {
	local name=$1 s first
	project "real-$name"
	cp -r "$corpus/$name/." .
	chmod -R u+w .
	"$slipway" setup --batch --yes >/dev/null 2>&1 </dev/null || return 0
	resolved >"$work/base.json" 2>/dev/null </dev/null || return 0
	s=$(jq -r 'first(.services | to_entries[] | select(.value.privileged | not) | .key)' "$work/base.json")
	adjust "$s.ports=127.0.0.1:18123:81/udp" "$s.limits.memory=96g" "$s.limits.cpus=7.5" "$s.limits.pids=321" \
		"$s.reservations.memory=8m" "$s.gpu=all" "$s.user=1234:5678" "$s.restart=on-failure" "$s.logging.max_size=7m" \
		"$s.logging.max_files=4" "$s.environment=SLIPWAY_A='x y' SLIPWAY_B=\$\$" "$s.hardening=true" "$s.capabilities=KILL"
	assert_eq '[{"mode":"ingress","host_ip":"127.0.0.1","target":81,"published":"18123","protocol":"udp"}]' "$(one "$s" .ports)" "$name: ports"
	assert_eq '{"cpus":7.5,"memory":"103079215104","pids":321}' "$(one "$s" .deploy.resources.limits)" "$name: limits"
	assert_eq '"8388608"' "$(one "$s" .deploy.resources.reservations.memory)" "$name: reservation"
	assert_eq '[{"capabilities":["gpu"],"driver":"nvidia","count":-1}]' "$(one "$s" .deploy.resources.reservations.devices)" "$name: GPU"
	assert_eq '["1234:5678","on-failure"]' "$(one "$s" '[.user, .restart]')" "$name: user and restart"
	assert_eq '["7m","4"]' "$(one "$s" '[.logging.options["max-size"], .logging.options["max-file"]]')" "$name: logging"
	assert_eq '["x y","$$"]' "$(one "$s" '[.environment.SLIPWAY_A, .environment.SLIPWAY_B]')" "$name: environment"
	assert_eq '[true,true,["ALL"]]' "$(one "$s" '[(.security_opt | index("no-new-privileges:true") != null), (.cap_add | index("KILL") != null), .cap_drop]')" "$name: hardening"
	# The rest is as before (but for COMPOSE_FILE where .env is an env_file), and we read it as Compose does.
	assert_eq "$(jq -S --arg s "$s" '.services | del(.[$s])' "$work/base.json")" \
		"$(resolved | jq -S --arg s "$s" '.services | del(.[$s], .[].environment?.COMPOSE_FILE)')" "$name: other services"
	expect 0 "$slipway" inspect --json --reveal
	assert_eq "$(resolved | jq -S --arg s "$s" '.services[$s] | walk(if type == "string" then gsub("\\$\\$"; "$") else . end)')" \
		"$(jq -S --arg s "$s" '.services[$s] | del(.active)' <<<"$out")" "$name: as we read it"
	first=$(jq -r --arg s "$s" 'first(.services[$s].volumes[]? | select(.type == "volume" and .source != null) | .source) // empty' "$work/base.json")
	if [ -n "$first" ]; then
		adjust "$s.volumes=$first=./kept-here"
		assert_eq "[\"bind\",\"$PWD/kept-here\"]" "$(one "$s" '[.volumes[] | select(.source | endswith("/kept-here")) | .type, .source]')" "$name: volume"
		assert_file kept-here
	fi
	# And all of it goes again.
	adjust "$s.ports=" "$s.limits.memory=" "$s.limits.cpus=" "$s.limits.pids=" "$s.reservations.memory=" "$s.gpu=" "$s.user=" \
		"$s.restart=" "$s.logging.max_size=" "$s.logging.max_files=" "$s.environment=" "$s.hardening=" "$s.capabilities=" "$s.volumes="
	assert_eq "$(jq -S . "$work/base.json")" "$(resolved | jq -S .)" "$name: after all is taken back"
	checked=$((checked + 1))
	say "$name: $s"
}
if [ -d "$corpus" ]; then
	for name in awesome-gitea-postgres awesome-nextcloud-redis-mariadb awesome-prometheus-grafana ghost langfuse mattermost \
		n8n-withPostgres rocketchat dockge docker-elk awesome-wordpress-mysql; do
		everything "$name"
	done
	[ "$checked" -ge 6 ] || fail "only $checked real projects could be read"
else
	say "there is no $corpus: the real projects were left out"
fi

# --- hardened, and still at work --------------------------------------------------------------------
project hardened
cat >compose.yaml <<'EOF'
services:
  db:
    image: slipway-test/postgres:1
    environment: {POSTGRES_PASSWORD: "${DB_PASSWORD:?}"}
    volumes: ["data:/var/lib/postgresql/data"]
    healthcheck: {test: [CMD-SHELL, "pg_isready -h 127.0.0.1"], interval: 1s, retries: 60}
  cache:
    image: slipway-test/redis:1
    healthcheck: {test: [CMD-SHELL, "redis-cli ping | grep -q PONG"], interval: 1s, retries: 60}
  web:
    image: slipway-test/nginx:1
    healthcheck: {test: [CMD, curl, -fsS, "http://localhost/"], interval: 1s, retries: 60}
volumes: {data: {}}
EOF
adjust db.hardening=yes cache.hardening=yes web.hardening=yes db.limits.memory=512m web.limits.pids=64 db.volumes=data=./data
expect 0 "$slipway" up --yes
for service in db cache web; do
	id=$(docker compose ps -q $service)
	assert_eq healthy "$(docker inspect -f '{{.State.Health.Status}}' "$id")" "$service"
	assert_eq '[ALL] [no-new-privileges:true]' "$(docker inspect -f '{{.HostConfig.CapDrop}} {{.HostConfig.SecurityOpt}}' "$id")" "$service"
done
assert_eq 536870912 "$(docker inspect -f '{{.HostConfig.Memory}}' "$(docker compose ps -q db)")" "the limit"
assert_file data
expect 0 "$slipway" --yes down
