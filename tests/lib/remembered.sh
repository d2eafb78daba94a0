# SPDX-License-Identifier: MIT
# Services of projects whose data remembers a password: what old_secret.sh, rotate.sh and rotate_stores.sh write their
# compose.yaml of, and what they ask it. Source after system.sh; each *_service prints one service of `services:`, with
# further keys of it as arguments.

first=0123456789abcdef0123456789abcdef
first_redis=fedcba9876543210fedcba9876543210
patient="interval: 1s, retries: 60, start_period: 60s, start_interval: 200ms"

more() { [ $# -eq 0 ] || printf '    %s\n' "$@"; }

# postgres_service NAME ENVIRONMENT [KEY...]: PostgreSQL, with its data in the volume NAME_data.
postgres_service() {
	cat <<-EOF
		  $1:
		    image: slipway-test/postgres:1
		    stop_signal: SIGINT
		    environment: {$2}
		    volumes: ["$1_data:/var/lib/postgresql/data"]
		    healthcheck: {test: [CMD-SHELL, "pg_isready -h 127.0.0.1 -U shop"], $patient}
	EOF
	more "${@:3}"
}

# redis_service NAME [KEY...]: Redis, with its password from the environment.
redis_service() {
	cat <<-EOF
		  $1:
		    image: slipway-test/redis:1
		    environment: {REDIS_PASSWORD: "\${REDIS_PASSWORD:?}"}
		    healthcheck: {test: [CMD-SHELL, "redis-cli --no-auth-warning -a \"\$\$REDIS_PASSWORD\" ping | grep -q PONG"], $patient}
	EOF
	more "${@:2}"
}

# client_service NAME [KEY...]: who uses the databases, and has psql.
client_service() {
	cat <<-EOF
		  $1:
		    image: slipway-test/postgres:1
		    entrypoint: [sh, -c, "trap 'exit 0' TERM; touch /srv/here; while :; do sleep 0.2; done"]
		    restart: always
	EOF
	more "${@:2}"
}

# value NAME: what .env holds, without a comment behind it.
value() { sed -n "s/^$1=\([^ ]*\).*/\1/p" .env; }

# lets_in PASSWORD [HOST]: whether PostgreSQL does, by the way that web takes.
lets_in() {
	docker compose -p "$project" exec -T -e PGPASSWORD="$1" web psql -w -h "${2:-db}" -U shop -d postgres -Atc 'select 1' \
		>/dev/null 2>&1
}
