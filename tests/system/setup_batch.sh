#!/bin/bash
# SPDX-License-Identifier: MIT
# timeout: 300
# Without a screen nothing is written unasked, a second run changes nothing, a password stays while its volume lives,
# and no secret shows in what is kept or said.
. "$(dirname "$0")/../lib/system.sh"
. "$srcdir/tests/lib/shop.sh"
need_tool jq
need_engine

# Nothing is written without a yes.
shop_project shop
before=$(digest_tree .)
expect 3 "$slipway" setup --batch --set WEB_PORT=$port
assert_contains "$err" --yes
assert_eq "$before" "$(digest_tree .)" "the directory after a refusal"
expect 0 "$slipway" setup --batch --dry-run --set WEB_PORT=$port
assert_eq "$before" "$(digest_tree .)" "the directory after a dry run"

# Nor a .env that docker compose would read otherwise than it is meant.
mkdir "$work/otherwise"
cat >"$work/otherwise/docker" <<EOF
#!/bin/sh
case \$* in
*--format=json*) "$(command -v docker)" "\$@" | sed 's/"WEB_PORT": "$port"/"WEB_PORT": "1"/' ;;
*) exec "$(command -v docker)" "\$@" ;;
esac
EOF
chmod +x "$work/otherwise/docker"
expect 3 env PATH="$work/otherwise:$PATH" "$slipway" setup --batch --yes --set WEB_PORT=$port
assert_contains "$err" "docker compose would read WEB_PORT of .env otherwise"
assert_eq "$before" "$(digest_tree .)" "the directory after Compose disagreed"

# What it says beside that is no answer about the file, and no reason to stop.
sed -i 's/| sed .*/| sed "1s,^,not JSON ,"/' "$work/otherwise/docker"
expect 0 env PATH="$work/otherwise:$PATH" "$slipway" setup --batch --dry-run --set WEB_PORT=$port
assert_contains "$out$err" "docker compose could not be asked about .env"
expect 0 "$slipway" setup --batch --yes --set WEB_PORT=$port
shop_was_set_up
expect 2 "$slipway" plan
assert_lacks "$out$err" "$password" "the plan"
expect 0 "$slipway" up
assert_lacks "$out$err" "$password" "what up printed"
shop_runs
expect 0 "$slipway" logs migrate
assert_contains "$out" 42
# What a service writes of its secrets itself.
docker compose exec -T db psql -U shop -d shop -c "select '$password' from nowhere" 2>/dev/null || true
in_log() { "$slipway" logs --reveal db | grep -qF "$password"; }
wait_for in_log
expect 0 "$slipway" logs db
assert_lacks "$out" "$password" logs
assert_contains "$out" "'***' from nowhere"
expect 0 "$slipway" logs --json db
assert_lacks "$out" "$password" "logs --json"
expect 0 "$slipway" why
shop_stays_as_it_is

# An answer that came in the environment goes to nobody else.
mkdir "$work/bin"
printf '#!/bin/sh\nenv >>"%s"\nexec "%s" "$@"\n' "$work/docker.env" "$(command -v docker)" >"$work/bin/docker"
chmod +x "$work/bin/docker"
expect 0 env PATH="$work/bin:$PATH" SLIPWAY_SET_POSTGRES_DB=shop "$slipway" setup --batch --yes
assert_contains "$(cat "$work/docker.env")" HOME=
assert_lacks "$(cat "$work/docker.env")" SLIPWAY_SET_ "the environment of docker"

# The password stays while its volume lives, even when .env has lost it.
expect 0 "$slipway" down
cp .env "$work/env.kept"
sed -i '/^POSTGRES_PASSWORD=/d' .env
expect 4 "$slipway" setup --batch --yes
assert_contains "$err" POSTGRES_PASSWORD
assert_contains "$err" db_data
cp "$work/env.kept" .env
expect 0 "$slipway" setup --batch --yes
assert_same "$work/env.kept" .env

# No secret in what Slipway keeps, or says.
assert_lacks "$(cat .slipway/journal/*.ndjson)" "$password" "the journal"
expect 0 "$slipway" inspect --json
assert_lacks "$out" "$password" "inspect"
expect 0 "$slipway" config list --json
assert_lacks "$out" "$password" "config list"
expect 0 "$slipway" config get POSTGRES_PASSWORD --reveal
assert_eq "$password" "$out" "--reveal"

# What the address of a secret would break is said, in words and in the document.
mkdir ../address
cd ../address
printf 'services:\n  web:\n    image: web:1\n    environment: {D: "redis://:${Q_PASSWORD:?set one}@q"}\n' >compose.yaml
printf 'Q_PASSWORD=kX9vT2mQ4rW8\n' >.env
expect 0 "$slipway" config set --yes Q_PASSWORD=kX9vT2@Q4rW8
assert_contains "$out" "compose.yaml:4 puts it into an address" "the words"
expect 0 "$slipway" config set --yes --json Q_PASSWORD=kX9vT2/Q4rW8
assert_contains "$(json '.notes[]' <<<"$out")" "write %2F in its place" "the document"
assert_lacks "$out" kX9vT2 "the document"
