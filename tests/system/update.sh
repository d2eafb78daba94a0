#!/bin/bash
# SPDX-License-Identifier: MIT
# config update: the stack's own files changed, and .env is brought along: new keys at their place, defaults that
# nobody changed, other names; what both changed waits for a decision. No Engine is asked.
. "$(dirname "$0")/../lib/system.sh"
need_tool jq
export DOCKER_HOST=unix://$work/no.sock

update() { "$slipway" config update "$@"; }
outside() { digest_tree . ./.slipway; }

# --- a checkout -------------------------------------------------------------------------------------
project update
cat >compose.yaml <<-'EOT'
	name: shop
	services:
	  web: {image: web:1, environment: {TITLE: "${TITLE:-}", PORT: "${PORT:-80}", KEY: "${API_SECRET:?}", MODE: "${MODE:-a}"}}
EOT
cat >.env.example <<-'EOT'
	# The shop

	# Title of the page
	TITLE=Our shop
	PORT=8080
	MODE=a
	GONE=1

	# --- Secrets ---
	# Signs logins
	API_SECRET=changeme
EOT
expect 0 "$slipway" setup --batch --yes --set TITLE="My own"
assert_file .slipway/seen/.env
assert_mode 700 .slipway/seen
expect 0 update
assert_contains "$out" "Nothing to do"
run "$slipway" plan
assert_lacks "$out" "config update" "a plan where nothing changed"
secret=$(sed -n 's/^API_SECRET=//p' .env)
sed -i 's/^PORT=8080/PORT=9090 # mine/' .env
echo 'OWN=kept as it is' >>.env
cp .env "$work/before"

# What a git pull brings.
cat >.env.example <<-'EOT'
	# The shop

	# Title of the page
	TITLE=The shop
	# Language of the page
	LANGUAGE=en
	PORT=8081
	MODE=b

	# --- Secrets ---
	# Signs logins
	API_SECRET=CHANGE_ME
	# Encrypts sessions
	SESSION_SECRET=changeme
	API_URL=http://user:changeme@web/
EOT
sed -i 's/MODE: "${MODE:-a}"/MODE: "${MODE:-b}", L: "${LANGUAGE:-en}", S: "${SESSION_SECRET:?}", U: "${API_URL:-}"/' compose.yaml
cp compose.yaml .env.example "$work"
before=$(outside)
seen=$(digest_tree .slipway)

# It is said wherever one looks.
expect 2 "$slipway" config lint
assert_contains "$out" "stack-changed"
run "$slipway" check
assert_contains "$out" "slipway config update"
run "$slipway" plan
assert_contains "$out" "slipway config update"

expect 2 update --dry-run
for text in "+ LANGUAGE=en" "~ MODE: the default a, which you had, became b" "! PORT (.env:" "yours is 9090; the stack had 8080 and has 8081 now" \
	"! TITLE" "GONE" "--prune"; do
	assert_contains "$out" "$text" "the dry run"
done
assert_lacks "$out" "$secret"
expect 3 update
assert_contains "$err" --yes
assert_eq "$before" "$(outside)" "files after a dry run"
assert_eq "$seen" "$(digest_tree .slipway)" "Slipway's files after a dry run"
expect 2 update --dry-run --json
assert_eq 2 "$(json .update.conflicts <<<"$out")" conflicts
assert_eq added "$(json '.update.keys[] | select(.key == "LANGUAGE") | .change' <<<"$out")" LANGUAGE
assert_eq planned "$(json .outcome <<<"$out")" outcome
expect 3 update --keep NOTHING

expect 2 update --yes
assert_same compose.yaml "$work/compose.yaml"
assert_same .env.example "$work/.env.example"
made=$(sed -n 's/^SESSION_SECRET=//p' .env)
[[ $made =~ ^[A-Za-z0-9_-]{16,}$ ]] || fail "SESSION_SECRET is no generated secret: $made"
assert_lacks "$out$err" "$made"
cat >"$work/want" <<-EOT
	# The shop

	# Title of the page
	TITLE='My own'
	# Language of the page
	LANGUAGE=en
	PORT=9090 # mine
	MODE=b
	GONE=1

	# --- Secrets ---
	# Signs logins
	API_SECRET=$secret
	# Encrypts sessions
	SESSION_SECRET=$made
	API_URL=http://user:changeme@web/
	OWN=kept as it is
EOT
sed -i "s|user:changeme@|user:$made@|" "$work/want"
assert_same .env "$work/want"
assert_mode 600 .env

# Undone byte for byte, and done again.
expect 0 "$slipway" undo --yes
assert_same .env "$work/before"
assert_eq "$before" "$(outside)" "files after undo"
expect 2 update --yes --set SESSION_SECRET="$made"
assert_same .env "$work/want"

# What is open comes up again; what is decided does not.
expect 2 update
assert_contains "$out" "! PORT"
expect 0 update --yes --keep PORT --take TITLE
assert_eq "TITLE=The shop" "$(grep ^TITLE .env | tr -d "'\"")" TITLE
assert_eq "PORT=9090 # mine" "$(grep ^PORT .env)" PORT
cp .env "$work/want"
seen=$(digest_tree .)
expect 0 update
assert_contains "$out" "Nothing to do"
assert_eq "$seen" "$(digest_tree .)" "files where there was nothing to do"
run "$slipway" config lint
assert_lacks "$out" "stack-changed"
expect 0 update --yes --prune
grep -v ^GONE= "$work/want" | cmp - .env

# An answer that only a person can give.
printf '# Who may write\nADMIN_EMAIL=\n' >>.env.example
sed -i 's/L: "/A: "${ADMIN_EMAIL:?who}", L: "/' compose.yaml
cp .env "$work/before"
expect 4 update --yes
assert_contains "$err" ADMIN_EMAIL
assert_same .env "$work/before"
expect 3 update --yes --set ADMIN_EMAIL=nonsense
expect 0 update --yes --set ADMIN_EMAIL=me@example.org
assert_eq "ADMIN_EMAIL=me@example.org" "$(grep -A1 '^# Who may write$' .env | tail -n 1)" "the answer"

# --- names, and files that Slipway wrote ----------------------------------------------------------------
mkdir -p "$work/stack"
cat >"$work/stack/stack.yaml" <<-'EOT'
	slipway: 1
	stack: tale
	compose: {files: [compose.yaml], copy: [site.conf]}
	pages:
	  - title: Site
	    settings:
	      - {name: SITE_PORT, type: port, default: 8080}
	      - {name: SITE_TITLE, default: A tale, help: What stands above it.}
	      - {name: DB_PASSWORD, type: secret, required: true}
EOT
cat >"$work/stack/compose.yaml" <<-'EOT'
	name: tale
	services:
	  web:
	    image: web:1
	    ports: ["${SITE_PORT}:80"]
	    environment:
	      TITLE: ${SITE_TITLE}
	      PASSWORD: ${DB_PASSWORD}
	  worker:
	    image: worker:1
	    restart: always
EOT
echo 'a = 1' >"$work/stack/site.conf"
project tale
expect 0 "$slipway" setup --stack "$work/stack" --batch --yes --set SITE_TITLE="It's mine"
sed -i 's/restart: always/restart: unless-stopped/' compose.yaml
secret=$(sed -n 's/^DB_PASSWORD=//p' .env)
expect 0 update

# Slipway's own newer template.
sed -i 's/SITE_TITLE, default: A tale/TITLE, default: A tale/; s/- {name: DB_P/- {name: SITE_THEME, default: dark, help: Colours.}\n      &/; s/SITE_PORT, type: port, default: 8080/SITE_PORT, type: port, default: 8090/' "$work/stack/stack.yaml"
printf 'renames:\n  SITE_TITLE: {to: TITLE, since: "2.0"}\n' >>"$work/stack/stack.yaml"
sed -i 's/image: web:1/image: web:2/; s/{SITE_TITLE}/{TITLE}\n      THEME: ${SITE_THEME}/' "$work/stack/compose.yaml"
echo 'b = 2' >>"$work/stack/site.conf"
expect 0 "$slipway" stack lint "$work/stack"
# Meanwhile a setup takes nothing for new that only has another name.
expect 0 "$slipway" setup --batch --dry-run
assert_lacks "$out" "+TITLE"
assert_contains "$out" "slipway config update"
printf 'SITE_TITLE: Answered\n' >"$work/answers.yaml"
expect 0 "$slipway" setup --batch --dry-run --answers "$work/answers.yaml"
digest_tree . ./.slipway >"$work/before"
expect 0 update --dry-run
assert_contains "$out" "compose.yaml: another in the stack; your edits stay in it"
assert_contains "$out" "site.conf: another in the stack; you did not edit it"
assert_contains "$out" "> SITE_TITLE is called TITLE now"
digest_tree . ./.slipway | cmp - "$work/before"

# Killed at any moment, each file is the old one or the new one; the next run ends it.
expect 0 update --yes
digest_tree . ./.slipway >"$work/after"
assert_contains "$(cat compose.yaml)" "restart: unless-stopped"
assert_contains "$(cat compose.yaml)" "image: web:2"
assert_same site.conf "$work/stack/site.conf"
assert_contains "$(cat .env)" "TITLE=\"It's mine\""
assert_contains "$(cat .env)" "SITE_PORT=8090"
assert_contains "$(cat .env)" "$secret"
expect 0 update
for ((i = 0; i < 12; i++)); do
	expect 0 "$slipway" undo --yes --force
	while [ "$(digest_tree . ./.slipway)" != "$(cat "$work/before")" ]; do expect 0 "$slipway" undo --yes --force; done
	"$slipway" config update --yes >/dev/null 2>&1 </dev/null &
	pid=$!
	sleep "0.0$((i * 7 % 10))$((i % 10))"
	kill -9 "$pid" 2>/dev/null || true
	wait "$pid" 2>/dev/null || true
	for f in .env compose.yaml site.conf; do
		digest=$(sha256sum "$f" | cut -d ' ' -f 1)
		grep -q "$digest" "$work/before" "$work/after" || fail "after kill $i: $f is neither the old one nor the new one"
	done
	expect 0 update --yes
	digest_tree . ./.slipway | cmp - "$work/after"
done

# Both changed the same lines: the file stays, the new one lies beside it.
sed -i 's/image: worker:1/image: mine:1/' compose.yaml
sed -i 's/image: worker:1/image: worker:2/' "$work/stack/compose.yaml"
cp compose.yaml "$work/mine.yaml"
expect 2 update --yes
assert_contains "$out" "compose.yaml: changed in the stack, and by you in the same place"
assert_same compose.yaml "$work/mine.yaml"
assert_same .slipway/new/compose.yaml "$work/stack/compose.yaml"
expect 2 update --yes
expect 0 update --yes --keep compose.yaml
assert_same compose.yaml "$work/mine.yaml"
expect 0 update
assert_contains "$out" "Nothing to do"

# --- set up again -----------------------------------------------------------------------------------------
# A default that refers to another stays what it is, though the outcome looks like an example's.
project again
printf 'name: again\nservices:\n  web: {image: web:1, environment: {URL: "${SITE_URL:-}"}}\n' >compose.yaml
printf 'DOMAIN=www.example.com\nSITE_URL=https://${DOMAIN}\n' >.env.example
expect 0 "$slipway" setup --batch --yes
cp .env "$work/before"
expect 0 "$slipway" setup --batch --yes
assert_contains "$out" "Nothing to do"
assert_same .env "$work/before"
