# SPDX-License-Identifier: MIT
# The project that journey.sh and setup_batch.sh set up and deploy: PostgreSQL, Redis, nginx and a one-shot that
# needs them all, with an example file. Source after system.sh.

# shop_project NAME: a directory with the project; $port is a free one for its web server.
shop_project() {
	project "$1"
	cat >compose.yaml <<-'EOF'
		services:
		  db:
		    image: slipway-test/postgres:1
		    environment:
		      POSTGRES_USER: ${POSTGRES_USER:-shop}
		      POSTGRES_PASSWORD: ${POSTGRES_PASSWORD:?the database wants a password}
		      POSTGRES_DB: ${POSTGRES_DB:-shop}
		    volumes: ["db_data:/var/lib/postgresql/data"]
		    healthcheck:
		      test: [CMD-SHELL, "pg_isready -h 127.0.0.1 -U ${POSTGRES_USER:-shop} -d ${POSTGRES_DB:-shop}"]
		      interval: 1s
		      retries: 60
		  cache:
		    image: slipway-test/redis:1
		    environment: {REDIS_PASSWORD: "${REDIS_PASSWORD:?}"}
		    healthcheck:
		      test: [CMD-SHELL, "redis-cli --no-auth-warning -a \"$$REDIS_PASSWORD\" ping | grep -q PONG"]
		      interval: 1s
		      retries: 60
		  web:
		    image: slipway-test/nginx:1
		    ports: ["127.0.0.1:${WEB_PORT:-18191}:80"]
		    healthcheck: {test: [CMD, curl, -fsS, "http://localhost/"], interval: 1s, retries: 60}
		    depends_on: {cache: {condition: service_healthy}}
		  migrate:
		    image: slipway-test/postgres:1
		    environment: {PGPASSWORD: "${POSTGRES_PASSWORD}"}
		    command: [psql, -h, db, -U, "${POSTGRES_USER:-shop}", "${POSTGRES_DB:-shop}", -Atc, "create table if not exists orders (id int primary key); select 6 * 7"]
		    depends_on: {db: {condition: service_healthy}, web: {condition: service_healthy}}
		volumes: {db_data: {}}
	EOF
	cat >.env.example <<-'EOF'
		# Settings of the shop

		# --- Database ---
		# User that owns the database
		POSTGRES_USER=shop
		# Password of that user
		POSTGRES_PASSWORD=changeme
		POSTGRES_DB=shop

		# --- Cache ---
		REDIS_PASSWORD=CHANGE_THIS_TO_A_STRONG_PASSWORD

		# --- Web ---
		# Port of the shop on this machine
		WEB_PORT=18191
	EOF
	cp compose.yaml .env.example "$work"
	free_port
}

# What setup must have left, and what it must not have said; $password is the database's.
shop_was_set_up() {
	local name value
	assert_same compose.yaml "$work/compose.yaml"
	assert_same .env.example "$work/.env.example"
	assert_mode 600 .env
	assert_mode 700 .slipway
	assert_eq "$port" "$(sed -n 's/^WEB_PORT=//p' .env)" WEB_PORT
	assert_lacks "$(cat .env)" CHANGE_THIS
	for name in REDIS_PASSWORD POSTGRES_PASSWORD; do
		value=$(sed -n "s/^$name=//p" .env)
		[[ $value =~ ^[A-Za-z0-9_-]{16,}$ ]] || fail "$name is no generated secret"
		assert_lacks "$out$err" "$value" "what setup printed"
	done
	password=$value
}

# Every service as we and as docker compose see it, and the web server itself.
shop_runs() {
	local service
	expect 0 "$slipway" status --json
	assert_eq true "$(json .healthy <<<"$out")" healthy
	assert_eq "cache db migrate web" "$(jq -r '[.services[].service] | sort | join(" ")' <<<"$out")" services
	assert_eq "done healthy healthy healthy" "$(jq -r '[.services[].state] | sort | join(" ")' <<<"$out")" states
	assert_lacks "$out" "$password" status
	for service in db cache web; do
		assert_eq "running healthy" "$(docker compose ps -a --format '{{.State}} {{.Health}}' $service)" "docker on $service"
	done
	assert_eq "exited 0" "$(docker compose ps -a --format '{{.State}} {{.ExitCode}}' migrate)" "docker on migrate"
	assert_contains "$(curl -fsS "http://127.0.0.1:$port/")" Welcome
	assert_contains "$(docker compose exec -T db psql -U shop -d shop -Atc '\dt')" orders
}

# A second time: no file is touched, no container is another.
shop_stays_as_it_is() {
	local files ids
	files=$(find . -printf '%p %T@ %C@ %m\n' | LC_ALL=C sort)
	ids=$(docker compose ps -aq | LC_ALL=C sort)
	expect 0 "$slipway" plan
	expect 0 "$slipway" plan --json
	assert_eq 0 "$(json .changes <<<"$out")" changes
	expect 0 "$slipway" setup --batch
	assert_contains "$out" "Nothing to do"
	expect 0 "$slipway" setup --batch --yes
	expect 0 "$slipway" up
	assert_eq "$files" "$(find . -printf '%p %T@ %C@ %m\n' | LC_ALL=C sort)" "files after the second run"
	assert_eq "$ids" "$(docker compose ps -aq | LC_ALL=C sort)" "containers after the second run"
}
