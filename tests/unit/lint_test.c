/* SPDX-License-Identifier: MIT */
#include "host_fixture.h"

#include "base/str.h"
#include "config/lint.h"

#include <dirent.h>

struct file {
	const char *name, *text;
};

#define COMPOSE "compose.yaml"
#define DEFINITION                                                \
	"slipway: 1\nstack: x\npages:\n- title: A\n  settings:\n" \
	"  - {name: WEB_PORT, type: port}\n"                      \
	"  - {name: API_KEY, type: secret, rules: [{classes: 3}]}\n"
#define GATE                                                            \
	"slipway: 1\nstack: x\nservices:\n  web: {ready: {http: {get: \"" \
	"http://web/healthz\", json: {path: ok, equals: \"true\"}}}}\n"
#define WEB "services:\n  web:\n    image: web:1\n"
#define SECRET "    secrets: [pw]\nsecrets:\n  pw:\n    file: ./pw\n"

/* What makes each rule speak, where, and what does not. */
static const struct row {
	const char *rule, *place;
	struct file bad[4], good[4];
} rows[] = {
	{"unreadable", ".env:2:1", {{COMPOSE, WEB}, {".env", "A=1\n@=2\n"}},
		{{COMPOSE, WEB}, {".env", "A=1\n"}}},
	{"unreadable", "compose.yaml:4:14", {{COMPOSE, WEB "    imagine: x\n"}}, {{COMPOSE, WEB}}},
	{"duplicate-key", ".env:1:1", {{COMPOSE, WEB}, {".env", "A=1\nB=2\nA=3\n"}},
		{{COMPOSE, WEB}, {".env", "A=1\nB=2\n# A=3\n"}}},
	{"bad-delimiter", ".env:1:2", {{COMPOSE, WEB}, {".env", "A: 1\n"}},
		{{COMPOSE, WEB}, {".env", "A=b: c\n"}}},
	{"bad-delimiter", ".env:1:3", {{COMPOSE, WEB}, {".env", "A==1\n"}},
		{{COMPOSE, WEB}, {".env", "A=MTIz==\n"}}},
	{"blank-around-equals", ".env:1:2", {{COMPOSE, WEB}, {".env", "A = 1\n"}},
		{{COMPOSE, WEB}, {".env", "A=1\nB=\n"}}},
	{"missing-quotes", ".env:1:3", {{COMPOSE, WEB}, {".env", "A=two words\n"}},
		{{COMPOSE, WEB}, {".env", "A='two words'\nB=x # y\n"}}},
	{"missing-quotes", ".env:1:3", {{COMPOSE, WEB}, {".env", "A=a;b\n"}},
		{{COMPOSE, WEB}, {".env", "A=a,b\n"}}},
	{"comment-as-value", ".env:1:4", {{COMPOSE, WEB}, {".env", "A= # later\n"}},
		{{COMPOSE, WEB}, {".env", "A=#fff\nB=1 # later\n"}}},
	{"comment-as-value", ".env:1:14", {{COMPOSE, WEB}, {".env", "DB_PASSWORD=x #yz1\n"}},
		{{COMPOSE, WEB}, {".env", "DB_PASSWORD=x # yz\nTITLE=x #y\n"}}},
	{"dollar-in-value", ".env:1:3", {{COMPOSE, WEB}, {".env", "A=p@ss$word1\n"}},
		{{COMPOSE, WEB}, {".env", "B=1\nA=$B${C:-x}\nD='p@ss$word1'\nE=x$$y\n"}}},
	{"shell-differs", ".env:1:3", {{COMPOSE, WEB}, {".env", "A=\"`id`\"\n"}},
		{{COMPOSE, WEB}, {".env", "A='`id`'\nB=\"a\\\"b\"\n"}}},
	{"shell-differs", ".env:1:3", {{COMPOSE, WEB}, {".env", "A=\"a\\nb\"\n"}},
		{{COMPOSE, WEB}, {".env", "A=\"a b\"\n"}}},
	/* The env_files of services have the same grammar, unless they say "raw". */
	{"duplicate-key", "web.env:1:1",
		{{COMPOSE, WEB "    env_file: web.env\n"}, {"web.env", "A=1\nB=2\nA=3\n"}},
		{{COMPOSE, WEB "    env_file: [{path: web.env, format: raw}]\n"},
			{"web.env", "A=1\nB=2\nA=3\n"}}},
	{"bad-delimiter", "web.env:2:2",
		{{COMPOSE, WEB "    env_file: web.env\n"}, {"web.env", "A=1\nB : 3\n"}},
		{{COMPOSE, WEB "    env_file: web.env\n"}, {"web.env", "A=two words\nB=3"}}},
	{"blank-around-equals", "web.env:1:2",
		{{COMPOSE, WEB "    env_file: web.env\n"}, {"web.env", "A = 1\n"}},
		{{COMPOSE, WEB "    env_file: web.env\n"}, {"web.env", "A=1\n"}}},
	{"comment-as-value", "web.env:1:4",
		{{COMPOSE, WEB "    env_file: web.env\n"}, {"web.env", "A= # later\n"}},
		{{COMPOSE, WEB "    env_file: web.env\n"}, {"web.env", "A=#fff\n"}}},
	{"dollar-in-value", "web.env:1:3",
		{{COMPOSE, WEB "    env_file: web.env\n"}, {"web.env", "A=p@ss$word1\n"}},
		{{COMPOSE, WEB "    env_file: web.env\n"}, {"web.env", "B=1\nA=$B$C\n"},
			{".env", "C=1\n"}}},
	{"no-final-newline", ".env:1:1", {{COMPOSE, WEB}, {".env", "A=1"}},
		{{COMPOSE, WEB}, {".env", "A=1\n"}}},
	{"unset-required", "compose.yaml:4:11",
		{{COMPOSE, WEB "    user: ${U:?who}\n"}, {".env", "A=1\n"}},
		{{COMPOSE, WEB "    user: ${U:?who}\n"}, {".env", "U=1000\n"}}},
	/* The example's placeholder is nothing that is there. */
	{"unset-required", "compose.yaml:4:14",
		{{COMPOSE, WEB "    command: x ${DB_PASSWORD:?}\n"},
			{".env.example", "DB_PASSWORD=changeme\n"}},
		{{COMPOSE, WEB "    command: x ${DB_PASSWORD:?}\n"},
			{".env.example", "DB_PASSWORD=changeme\n"},
			{".env", "DB_PASSWORD=kX9vT2mQ4rW8\n"}}},
	{"placeholder", ".env:1:12",
		{{COMPOSE, WEB "    command: x ${JWT_SECRET}\n"},
			{".env", "JWT_SECRET=change_me\n"}},
		{{COMPOSE, WEB "    command: x ${JWT_SECRET}\n"},
			{".env", "JWT_SECRET=0f1e2d3c4b5a69788796a5b4\n"}}},
	{"placeholder", ".env:1:8",
		{{COMPOSE, WEB "    command: x ${DOMAIN:?}\n"}, {".env", "DOMAIN=example.com\n"}},
		{{COMPOSE, WEB "    command: x ${DOMAIN:?}\n"}, {".env", "DOMAIN=slipway.dev\n"}}},
	{"optional-placeholder", ".env:1:11",
		{{COMPOSE, WEB "    env_file: .env\n"}, {".env", "MAIL_HOST=mail.example.com\n"}},
		{{COMPOSE, WEB "    env_file: .env\n"}, {".env", "MAIL_HOST=mail.slipway.dev\n"}}},
	{"weak-secret", ".env:1:19",
		{{COMPOSE, WEB "    command: x ${POSTGRES_PASSWORD}\n"},
			{".env", "POSTGRES_PASSWORD=postgres\n"}},
		{{COMPOSE, WEB "    command: x ${POSTGRES_PASSWORD}\n"},
			{".env", "POSTGRES_PASSWORD=0f1e2d3c4b5a6978\n"}}},
	{"short-secret", ".env:1:19",
		{{COMPOSE, WEB "    command: x ${POSTGRES_PASSWORD}\n"},
			{".env", "POSTGRES_PASSWORD=kX9vT2m\n"}},
		{{COMPOSE, WEB "    command: x ${POSTGRES_PASSWORD}\n"},
			{".env", "POSTGRES_PASSWORD=kX9vT2mQ4rW8\n"}}},
	{"reused-secret", ".env:2:12",
		{{COMPOSE, WEB}, {".env", "DB_PASSWORD=kX9vT2mQ4rW8\nJWT_SECRET=kX9vT2mQ4rW8\n"}},
		{{COMPOSE, WEB}, {".env", "DB_PASSWORD=kX9vT2mQ4rW8\nPG_PASSWORD=$DB_PASSWORD\n"}}},
	/* One value for a server and its client is meant. */
	{"reused-secret", ".env:2:12",
		{{COMPOSE, WEB "    command: x ${A_PASSWORD:-one-x} ${B_PASSWORD:-two-x}\n"},
			{".env", "A_PASSWORD=kX9vT2mQ4rW8\nB_PASSWORD=kX9vT2mQ4rW8\n"}},
		{{COMPOSE, WEB "    command: x ${MINIO_ROOT_PASSWORD:-miniosecret} "
			       "${S3_SECRET_ACCESS_KEY:-miniosecret}\n"},
			{".env", "MINIO_ROOT_PASSWORD=kX9vT2mQ4rW8\n"
				 "S3_SECRET_ACCESS_KEY=kX9vT2mQ4rW8\n"}}},
	{"broken-rule", ".env:1:10",
		{{COMPOSE, WEB}, {".env", "WEB_PORT=70000\n"}, {"slipway.yaml", DEFINITION}},
		{{COMPOSE, WEB}, {".env", "WEB_PORT=8080\n"}, {"slipway.yaml", DEFINITION}}},
	{"broken-rule", ".env:1:9",
		{{COMPOSE, WEB}, {".env", "API_KEY=onlysmallletters\n"},
			{"slipway.yaml", DEFINITION}},
		{{COMPOSE, WEB}, {".env", "API_KEY=onlySmall5\n"}, {"slipway.yaml", DEFINITION}}},
	{"secret-breaks-url", ".env:1:13",
		{{COMPOSE, WEB "    environment:\n      D: postgres://u:${DB_PASSWORD}@db/x\n"},
			{".env", "DB_PASSWORD=kX9vT2/Q4rW8\n"}},
		{{COMPOSE, WEB "    environment:\n      D: postgres://u:${DB_PASSWORD}@db/x\n"
			       "      E: ${MAIL_PASSWORD}\n"},
			{".env", "DB_PASSWORD=kX9vT2mQ4rW8\nMAIL_PASSWORD=kX9vT2/Q4rW8\n"}}},
	/* A message has blanks; what is encoded may stand in addresses only. */
	{"secret-breaks-url", ".env:1:13",
		{{COMPOSE, WEB "    environment:\n      D: postgres://u:${DB_PASSWORD:?set a "
			       "password}@db/x\n"},
			{".env", "DB_PASSWORD=kX9vT2&Q4rW8\n"}},
		{{COMPOSE, WEB "    environment:\n      D: postgres://u:${DB_PASSWORD:?set a "
			       "password for ${MAIL_PASSWORD}}@db/x?a=${MAIL_PASSWORD}\n"
			       "#     E: amqp://u:${API_PASSWORD}@mq\n"
			       "      F: http://h/x@${API_PASSWORD}\n"},
			{".env", "DB_PASSWORD=kX9vT2%2FQ4rW8\nAPI_PASSWORD=kX9vT2/Q4rW9\n"}}},
	{"secret-breaks-url", ".env:1:13",
		{{COMPOSE, WEB "    environment:\n      D: ${D:-postgres://u:${DB_PASSWORD}@db}\n"
			       "      E: ${DB_PASSWORD}\n"},
			{".env", "DB_PASSWORD=kX9vT2%2FQ4rW8\n"}},
		{{COMPOSE, WEB "    environment:\n      D: ${D:-postgres://u:${DB_PASSWORD}@db}\n"},
			{".env", "DB_PASSWORD=kX9vT2%2FQ4rW8\n"}}},
	{"shell-overrides", ".env:1:11",
		{{COMPOSE, WEB "    user: ${LINT_TEST}\n"}, {".env", "LINT_TEST=1\n"}},
		{{COMPOSE, WEB "    user: ${LINT_TEST}\n"}, {".env", "LINT_TEST=shell\n"}}},
	{"plaintext-production", ".env:2:13",
		{{COMPOSE, WEB}, {".env", "DB_PASSWORD=kX9vT2mQ4rW8\nENVIRONMENT=production\n"}},
		{{COMPOSE, WEB}, {".env", "DB_PASSWORD=kX9vT2mQ4rW8\nENVIRONMENT=staging\n"}}},
	/* What counts is what is in force, and what is chosen. */
	{"plaintext-production", "compose.yaml:4:14",
		{{COMPOSE, WEB "    command: x ${DB_PASSWORD} ${APP_ENV:-production}\n"},
			{".env", "DB_PASSWORD=kX9vT2mQ4rW8\n"}},
		{{COMPOSE, WEB "    command: x ${DB_PASSWORD} ${APP_ENV:-production}\n"},
			{".env", "DB_PASSWORD=kX9vT2mQ4rW8\nAPP_ENV=test\n"}}},
	{"plaintext-production", ".env:0:0",
		{{COMPOSE, WEB}, {"compose.prod.yaml", WEB},
			{".env", "DB_PASSWORD=kX9vT2mQ4rW8\n"
				 "COMPOSE_FILE=compose.yaml:compose.prod.yaml\n"}},
		{{COMPOSE, WEB}, {"compose.prod.yaml", WEB},
			{".env", "DB_PASSWORD=kX9vT2mQ4rW8\n"}}},
	{"unused-setting", ".env:1:1", {{COMPOSE, WEB}, {".env", "LOST=1\n"}},
		{{COMPOSE, WEB "    user: ${USED}\n    env_file: [x.env]\n"},
			{".env", "USED=$PART\nPART=1\nCOMPOSE_PROFILES=a\nSCRIPT=2\n"},
			{"x.env", "\n"}, {"run.sh", "echo $SCRIPT\n"}}},
	{"unused-setting", ".env:1:1",
		{{COMPOSE, WEB "    env_file: web.env\n"}, {".env", "LOST=1\n"},
			{"web.env", "A=1\n"}},
		{{COMPOSE, WEB "    env_file: [{path: .env}]\n"}, {".env", "FOUND=1\n"}}},
	{"dead-variable", ".env.example:2:1", {{COMPOSE, WEB}, {".env.example", "# x\nLOST=1\n"}},
		{{COMPOSE, WEB "    user: ${USED}\n"}, {".env.example", "USED=1\n# LOST=1\n"}}},
	{"dead-variable", ".env.docker.example:1:1",
		{{COMPOSE, WEB}, {".env.docker.example", "LOST=1\n"}},
		{{COMPOSE, WEB}, {".env.docker.example", "LOST=1\n"}, {".env.example", "# X\n"}}},
	{"dead-variable", ".env.dev.example:1:1",
		{{COMPOSE, WEB}, {".env.dev.example", "LOST=1\n"}},
		{{COMPOSE, WEB}, {".env.dev.example", "LOST=1\n"},
			{".env.test.example", "LOST=1\n"}}},
	/* A key of the name with a value of its own uses nothing. */
	{"dead-variable", ".env.example:1:1",
		{{COMPOSE, WEB "    environment:\n      POSTGRES_DB: haven\n"},
			{".env.example", "POSTGRES_DB=other\n"}},
		{{COMPOSE, WEB "    environment:\n      POSTGRES_DB:\n      # X: ${IDEA:-1}\n"},
			{".env.example", "POSTGRES_DB=other\nIDEA=1\n"}}},
	{"dead-variable", ".env.example:1:1",
		{{COMPOSE, WEB "    environment: [POSTGRES_DB=haven]\n"},
			{".env.example", "POSTGRES_DB=other\n"}},
		{{COMPOSE, WEB}, {".env.example", "POSTGRES_DB=other\nPART=2\n"},
			{"other.yml", WEB "    environment:\n      - \"POSTGRES_DB\"\n"
					  "      - X=$PART\n"}}},
	{"undocumented-variable", "compose.yaml:4:11",
		{{COMPOSE, WEB "    user: ${NEW}\n"}, {".env.example", "OLD=1\n"}},
		{{COMPOSE, WEB "    user: ${NEW}${DEF:-1}\n"}, {".env.example", "# NEW=1\n"}}},
	{"stack-changed", ".env:0:0",
		{{COMPOSE, WEB}, {".env", "A=1\n"}, {".env.example", "A=1\nB=2\n"},
			{".slipway/seen/.env", "A=1\n"}},
		{{COMPOSE, WEB}, {".env", "A=2\n"}, {".env.example", "# new words\nA=1\n"},
			{".slipway/seen/.env", "A=1\n"}}},
	{"readable-by-others", ".env:0:0", {{COMPOSE, WEB}, {".env", "DB_PASSWORD=kX9vT2mQ4rW8\n"}},
		{{COMPOSE, WEB}, {".env", "TITLE=x\n"}}},
	{"committed-secret", "compose.yaml:5:20",
		{{COMPOSE, WEB "    environment:\n      DB_PASSWORD: hunter22\n"}},
		{{COMPOSE,
			WEB "    environment:\n      DB_PASSWORD: ${P}\n      K_FILE: /run/k\n"}}},
	{"committed-secret", "compose.yaml:5:9",
		{{COMPOSE, WEB "    environment:\n      - D=redis://:hunter22@r\n"}},
		{{COMPOSE, WEB "    environment:\n      - D=redis://r\n      - DB_PASSWORD\n"}}},
	{"committed-secret", "compose.yaml:5:19",
		{{COMPOSE, WEB "    environment:\n      NEO4J_AUTH: neo4j/password\n"}},
		{{COMPOSE, WEB "    environment:\n      NEO4J_AUTH: none\n      X_AUTH: a/$B\n"
			       "      PROXY_AUTH: http://auth/\n"}}},
	{"committed-secret", "compose.yaml:4:14",
		{{COMPOSE,
			WEB "    command: redis-server --appendonly yes --requirepass hunter22\n"}},
		{{COMPOSE, WEB "    command: redis-server --requirepass $P --passfile x\n"}}},
	{"committed-secret", "compose.yaml:4:14",
		{{COMPOSE, WEB "    command: [redis-server, --requirepass, hunter22]\n"}},
		{{COMPOSE, WEB "    command: [redis-server, --requirepass, '${P}', --bypass]\n"}}},
	{"default-secret", "compose.yaml:4:14",
		{{COMPOSE, WEB "    command: x ${FLOWER_BASIC_AUTH:-admin:admin}\n"},
			{".env", "A=1\n"}},
		{{COMPOSE, WEB "    command: x ${FLOWER_BASIC_AUTH:-admin:admin} ${USE_AUTH:-a}\n"},
			{".env", "FLOWER_BASIC_AUTH=anna:kX9vT2mQ4rW8\n"}}},
	{"default-secret", "compose.yaml:4:14",
		{{COMPOSE, WEB "    command: x ${DB_PASSWORD:-hunter22}\n"}, {".env", "A=1\n"}},
		{{COMPOSE, WEB "    command: x ${DB_PASSWORD:-hunter22}\n"},
			{".env", "DB_PASSWORD=kX9vT2mQ4rW8\n"}}},
	{"missing-bind-source", "compose.yaml:5:7",
		{{COMPOSE, WEB "    volumes:\n      - ./web.conf:/etc/web.conf\n"}},
		{{COMPOSE,
			 WEB "    volumes:\n      - ./web.conf:/etc/web.conf\n      - ./data:/d\n"},
			{"web.conf", "x\n"}}},
	{"missing-bind-source", "compose.yaml:5:7",
		{{COMPOSE, WEB "    volumes:\n      - ./ssl:/etc/nginx/ssl:ro\n"}},
		{{COMPOSE, WEB "    volumes:\n      - ./ssl:/etc/nginx/ssl\n"
			       "      - /srv/lint-test-none:/x:ro\n"}}},
	{"missing-bind-source", "compose.yaml:5:7",
		{{COMPOSE, WEB "    volumes:\n      - ./init:/docker-entrypoint-initdb.d\n"}},
		{{COMPOSE, WEB "    volumes:\n      - init:/docker-entrypoint-initdb.d\n"
			       "volumes: {init: }\n"}}},
	{"missing-bind-source", "compose.yaml:5:7",
		{{COMPOSE, WEB "    volumes:\n      - {type: bind, source: ./tls, target: /tls, bind: "
			       "{create_host_path: false}}\n"}},
		{{COMPOSE, WEB "    volumes:\n      - {type: bind, source: ./tls, target: /tls}\n"}}},
	{"bind-outside", "compose.yaml:5:9",
		{{COMPOSE, WEB "    volumes:\n      - /home/anna/x:/x\n"}},
		{{COMPOSE,
			WEB "    volumes:\n      - ${X:-/home/anna/x}:/x\n      - /srv/x:/y\n"}}},
	{"gpu-not-here", "compose.yaml:5:7",
		{{COMPOSE, WEB "    deploy:\n      resources: {reservations: {devices: "
			       "[{capabilities: [gpu]}]}}\n"}},
		{{COMPOSE, WEB "    deploy:\n      resources: {limits: {cpus: '1'}}\n"}}},
	{"latest-tag", "compose.yaml:3:12", {{COMPOSE, "services:\n  a:\n    image: x/y:latest\n"}},
		{{COMPOSE, "services:\n  a:\n    image: h:5000/x/y:1\n  b:\n    image: x:${T}\n"
			   "  c:\n    image: x\n    build: .\n"}}},
	{"latest-tag", "compose.yaml:3:12", {{COMPOSE, "services:\n  a:\n    image: h:5000/x\n"}},
		{{COMPOSE, "services:\n  a:\n    image: x@sha256:"
			   "0000000000000000000000000000000000000000000000000000000000000000\n"}}},
	{"image-downgrade", "compose.override.yaml:3:12",
		{{COMPOSE, "services:\n  db:\n    image: postgres:16.2-alpine\n"},
			{"compose.override.yaml", "services:\n  db:\n    image: postgres:15\n"}},
		{{COMPOSE, "services:\n  db:\n    image: v:v1.9\n  q:\n    image: q:2\n"},
			{"compose.override.yaml",
				"services:\n  db:\n    image: v:v1.10\n  q:\n    image: r:1\n"}}},
	{"image-downgrade", "compose.override.yaml:3:12",
		{{COMPOSE, "services:\n  db:\n    image: qdrant/qdrant:${V:-v1.12.1}\n"},
			{"compose.override.yaml",
				"services:\n  db:\n    image: qdrant/qdrant:${W:-v1.7.4}\n"}},
		{{COMPOSE, "services:\n  db:\n    image: qdrant/qdrant:${V:-v1.12.1}\n"},
			{"compose.override.yaml",
				"services:\n  db:\n    image: qdrant/qdrant:${V:-v1.7.4}\n"},
			{".env", "V=v1.9.0\n"}}},
	{"database-exposed", "compose.yaml:5:7",
		{{COMPOSE, WEB "    ports:\n      - '15432:5432'\n"}},
		{{COMPOSE, WEB "    ports:\n      - '127.0.0.1:5432:5432'\n      - '80:80'\n"}}},
	{"database-exposed", "compose.yaml:5:7",
		{{COMPOSE, WEB "    ports:\n      - '7474:7474'\n"}},
		{{COMPOSE, WEB "    ports:\n      - '9000:9000'\n"}}},
	{"database-exposed", "compose.yaml:5:7",
		{{COMPOSE, "services:\n  m:\n    image: quay.io/minio/minio:x\n    ports:\n"
			   "      - '9000:9000'\n"}},
		{{COMPOSE, "services:\n  m:\n    image: quay.io/minio/minio:x\n    ports:\n"
			   "      - '9001:9001'\n"}}},
	{"database-not-awaited", "compose.yaml:3:17",
		{{COMPOSE, "services:\n  migrate:\n    depends_on: [db]\n    image: m:1\n"
			   "  db:\n    image: docker.io/library/postgres:16\n"}},
		{{COMPOSE, "services:\n  a:\n    depends_on: [db, own]\n    image: a:1\n"
			   "  b:\n    depends_on: {db: {condition: service_healthy}}\n"
			   "    image: b:1\n"
			   "  db:\n    image: postgres:16\n    healthcheck: {test: pg_isready}\n"
			   "  own:\n    image: me/postgres-admin:1\n"}}},
	{"nothing-enabled", "compose.yaml:4:15", {{COMPOSE, WEB "    profiles: [gpu]\n"}},
		{{COMPOSE, WEB "    profiles: [gpu]\n"}, {".env", "COMPOSE_PROFILES=gpu\n"}}},
	{"nothing-enabled", "compose.yaml:1:11", {{COMPOSE, "services: {}\n"}}, {{COMPOSE, WEB}}},
	{"empty-override", "compose.override.yaml:3:12",
		{{COMPOSE, WEB "    ports: ['80:80']\n"},
			{"compose.override.yaml", "services:\n  web:\n    ports: []\n"}},
		{{COMPOSE, WEB "    ports: ['80:80']\n    volumes: []\n"},
			{"compose.override.yaml",
				"services:\n  web:\n    ports: !reset []\n    volumes: []\n"}}},
	{"probe-tool-missing", "compose.yaml:5:7",
		{{COMPOSE, "services:\n  q:\n    image: qdrant/qdrant:v1.9\n    healthcheck:\n"
			   "      test: curl -f http://localhost:6333/\n"}},
		{{COMPOSE, "services:\n  q:\n    image: qdrant/qdrant:v1.9\n    healthcheck:\n"
			   "      test: bash -c ':> /dev/tcp/127.0.0.1/6333'\n"}}},
	{"probe-tool-missing", "compose.yaml:5:7",
		{{COMPOSE, "services:\n  w:\n    build: .\n    healthcheck:\n"
			   "      test: [CMD, curl, -f, 'http://localhost/']\n"},
			{"Dockerfile", "FROM node:20 AS build\nFROM python:3.12-slim\nRUN true\n"}},
		{{COMPOSE, "services:\n  w:\n    build: .\n    healthcheck:\n"
			   "      test: [CMD, curl, -f, 'http://localhost/']\n"},
			{"Dockerfile", "FROM python:3.12-slim\nRUN apt-get install -y curl\n"}}},
	/* What gives up is no other way of asking, nor is another tool that is not there. */
	{"probe-tool-missing", "compose.yaml:5:7",
		{{COMPOSE, "services:\n  q:\n    image: qdrant/qdrant:v1.9\n    healthcheck:\n"
			   "      test: [CMD-SHELL, 'curl -f http://localhost:6333/readyz || exit "
			   "1']\n"}},
		{{COMPOSE,
			"services:\n  q:\n    image: qdrant/qdrant:v1.9\n    healthcheck:\n"
			"      test: [CMD-SHELL, \"curl -f http://localhost:6333/readyz || bash -c "
			"':> /dev/tcp/127.0.0.1/6333' || exit 1\"]\n"}}},
	{"probe-tool-missing", "compose.yaml:5:7",
		{{COMPOSE, "services:\n  q:\n    image: qdrant/qdrant:v1.9\n    healthcheck:\n"
			   "      test: wget -q http://localhost:6333 || curl -f "
			   "http://localhost:6333\n"}},
		{{COMPOSE, "services:\n  q:\n    image: redis:7-alpine\n    healthcheck:\n"
			   "      test: curl -f http://localhost || wget -q http://localhost\n"}}},
	{"wrong-health-path", "compose.yaml:5:7",
		{{COMPOSE, "services:\n  q:\n    image: qdrant/qdrant:v1.9\n    healthcheck:\n"
			   "      test: [CMD, probe, 'http://localhost:6333/health']\n"}},
		{{COMPOSE, "services:\n  q:\n    image: qdrant/qdrant:v1.9\n    healthcheck:\n"
			   "      test: [CMD, probe, 'http://localhost:6333/healthz?a=b']\n"
			   "  w:\n    image: web:1\n    healthcheck:\n"
			   "      test: [CMD, probe, 'http://localhost/health']\n"}}},
	/* By its own name, from another registry, and at the port of another program. */
	{"wrong-health-path", "compose.yaml:5:7",
		{{COMPOSE, "services:\n  q:\n    image: qdrant/qdrant:v1.9\n    healthcheck:\n"
			   "      test: [CMD, probe, 'http://q:6333/health']\n"}},
		{{COMPOSE, "services:\n  q:\n    image: qdrant/qdrant:v1.9\n    healthcheck:\n"
			   "      test: [CMD, probe, 'http://w/health']\n"
			   "  w:\n    image: web:1\n"}}},
	{"wrong-health-path", "compose.yaml:5:7",
		{{COMPOSE, "services:\n  m:\n    image: quay.io/minio/minio:x\n    healthcheck:\n"
			   "      test: [CMD, probe, 'http://localhost:9000/health']\n"}},
		{{COMPOSE,
			"services:\n  m:\n    image: quay.io/minio/minio:x\n    healthcheck:\n"
			"      test: [CMD, probe, 'http://localhost:9000/minio/health/live']\n"}}},
	{"wrong-health-path", "compose.yaml:5:7",
		{{COMPOSE, "services:\n  e:\n    image: "
			   "ghcr.io/huggingface/text-embeddings-inference:1\n"
			   "    healthcheck:\n      test: [CMD, probe, "
			   "'http://localhost:8000/health']\n"}},
		{{COMPOSE, "services:\n  e:\n    image: "
			   "ghcr.io/huggingface/text-embeddings-inference:1\n"
			   "    healthcheck:\n      test: [CMD, probe, 'http://localhost/health']\n"
			   "  f:\n    image: ghcr.io/huggingface/text-embeddings-inference:1\n"
			   "    command: --model-id x --port 8000\n"
			   "    healthcheck:\n      test: [CMD, probe, "
			   "'http://localhost:8000/health']\n"}}},
	{"missing-secret-file", "compose.yaml:7:11", {{COMPOSE, WEB SECRET}},
		{{COMPOSE, WEB SECRET}, {"pw", "x\n"}}},
	{"empty-secret-file", "compose.yaml:7:11", {{COMPOSE, WEB SECRET}, {"pw", ""}},
		{{COMPOSE, WEB SECRET}, {"pw", "x\n"}}},
	{"missing-build-source", "compose.yaml:3:12",
		{{COMPOSE, "services:\n  web:\n    build: .\n"}, {"Dockerfile.dev", ""}},
		{{COMPOSE, "services:\n  web:\n    build: {context: ., dockerfile: "
			   "Dockerfile.dev}\n  b: {build: "
			   "\"https://example.org/b.git\"}\n  c: {build: {context: ., "
			   "dockerfile_inline: FROM scratch}}\n  d: {build: ./none, profiles: "
			   "[x]}\n"},
			{"Dockerfile.dev", ""}}},
	{"missing-env-file", "compose.yaml:4:15", {{COMPOSE, WEB "    env_file: not.env\n"}},
		{{COMPOSE, WEB "    env_file: [a.env, {path: b.env, required: False}]\n"},
			{"a.env", "A=1\n"}}},
	{"missing-env-file", "compose.yaml:5:9",
		{{COMPOSE, WEB "    env_file:\n      - path: not.env\n"}},
		{{COMPOSE, WEB "    env_file:\n      - path: a.env\n"}, {"a.env", "A=1\n"}}},
	{"always-healthy", "compose.yaml:5:7",
		{{COMPOSE, WEB "    healthcheck:\n      test: wget -q http://x/ || exit 0\n"}},
		{{COMPOSE, WEB "    healthcheck:\n      test: wget -q http://x/ || exit 1\n"}}},
	{"always-healthy", "compose.yaml:5:7",
		{{COMPOSE, WEB "    healthcheck:\n      test: [CMD, curl, 'http://x/']\n"}},
		{{COMPOSE, WEB "    healthcheck:\n      test: [CMD, curl, -sSf, 'http://x/']\n"}}},
	{"always-healthy", "compose.yaml:5:7",
		{{COMPOSE, WEB "    healthcheck:\n      test: curl http://x/ || exit 1\n"}},
		{{COMPOSE, WEB "    healthcheck:\n      test: curl -s http://x/ | grep -q ok\n"}}},
	{"always-healthy", "compose.yaml:5:7",
		{{COMPOSE, WEB "    healthcheck:\n      test: [CMD, python, -c, \"import requests; "
			       "requests.get('http://x/')\"]\n"}},
		{{COMPOSE, WEB "    healthcheck:\n      test: [CMD, python, -c, \"import requests; "
			       "requests.get('http://x/').raise_for_status()\"]\n"
			       "  u:\n    image: u:1\n    healthcheck:\n"
			       "      test: [CMD, python, -c, \"import urllib.request as u; "
			       "u.urlopen('http://x/')\"]\n"}}},
	{"always-healthy", "compose.yaml:5:7",
		{{COMPOSE, WEB "    healthcheck:\n      test: [CMD, node, -e, "
			       "\"require('http').get('http://x/')\"]\n"}},
		{{COMPOSE, WEB "    healthcheck:\n      test: [CMD, node, -e, "
			       "\"require('http').get('http://x/', r => "
			       "process.exit(r.statusCode === 200 ? 0 : 1))\"]\n"}}},
	{"always-healthy", "compose.yaml:5:7",
		{{COMPOSE, WEB "    healthcheck:\n      test: curl -f http://localhost/healthz || "
			       "exit 1\n"},
			{"slipway.yaml", GATE}},
		{{COMPOSE, WEB "    healthcheck:\n      test: curl -f http://localhost/healthz | "
			       "grep -q ok\n"
			       "  b:\n    image: b:1\n    healthcheck:\n"
			       "      test: curl -f http://web/live || exit 1\n"},
			{"slipway.yaml", GATE}}},
	/* A header that names a type looks at nothing; a comparison of what was printed does. */
	{"always-healthy", "compose.yaml:5:7",
		{{COMPOSE, WEB
			 "    healthcheck:\n      test: \"curl -f -H 'Accept: application/json' "
			 "http://localhost/healthz || exit 1\"\n"},
			{"slipway.yaml", GATE}},
		{{COMPOSE, WEB "    healthcheck:\n      test: '[ \"$$(wget -qO- "
			       "http://localhost/healthz)\" = ok ]'\n"},
			{"slipway.yaml", GATE}}},
	{"scrape-target", "prometheus.yml:4:17",
		{{COMPOSE, "services:\n  p:\n    image: prom/prometheus:v2\n    volumes:\n"
			   "      - ./prometheus.yml:/etc/prometheus/prometheus.yml\n"},
			{"prometheus.yml", "scrape_configs:\n- job_name: x\n  static_configs:\n"
					   "    - targets: ['wbe:80', 'p:9090']\n"}},
		{{COMPOSE, "services:\n  p:\n    image: prom/prometheus:v2\n    volumes:\n"
			   "      - ./prometheus.yml:/etc/prometheus/prometheus.yml\n"},
			{"prometheus.yml", "scrape_configs:\n- job_name: x\n  static_configs:\n"
					   "    - targets: ['p:9090', 'host.docker.internal:1', "
					   "'localhost:2']\n"}}},
	{"rule-files", "prometheus.yml:3:3",
		{{COMPOSE, "services:\n  p:\n    image: prom/prometheus:v2\n    volumes:\n"
			   "      - ./prometheus.yml:/etc/prometheus/prometheus.yml\n"},
			{"prometheus.yml", "scrape_configs: []\nrule_files:\n- alerts.yml\n"}},
		{{COMPOSE, "services:\n  p:\n    image: prom/prometheus:v2\n    volumes:\n"
			   "      - ./prometheus.yml:/etc/prometheus/prometheus.yml\n"
			   "      - ./alerts.yml:/etc/prometheus/alerts.yml\n"
			   "      - ./alerts.yml:/etc/prometheus/rules/a.yml\n"
			   "      - ./alerts.yml:/etc/more/b.yml\n"},
			{"prometheus.yml", "scrape_configs: []\nrule_files:\n- alerts.yml\n"
					   "- rules/*.yml\n- /etc/more/*.yml\n"},
			{"alerts.yml", "groups: []\n"}}},
	{"two-spellings", "compose.yaml:7:7",
		{{COMPOSE,
			"services:\n  a:\n    image: a:1\n    environment: {E_MODEL: BAAI/bge-m3}\n"
			"  b:\n    environment:\n      E_MODEL: bge-m3\n    image: b:1\n"}},
		{{COMPOSE,
			"services:\n  a:\n    image: a:1\n    environment: {E_MODEL: BAAI/bge-m3}\n"
			"  b:\n    environment: {E_MODEL: BAAI/bge-m3, R_MODEL: bge-reranker}\n"
			"    image: b:1\n"}}},
	{"two-spellings", "compose.yaml:4:14",
		{{COMPOSE, WEB "    command: x ${EMBEDDING_MODEL:-bge-m3}\n"},
			{".env.example", "EMBEDDING_MODEL=BAAI/bge-m3\n"}},
		{{COMPOSE, WEB "    command: x ${EMBEDDING_MODEL:-bge-m3}\n"},
			{".env.example", "EMBEDDING_MODEL=bge-m3\n"}}},
};

static void put(const struct file *files)
{
	for (size_t i = 0; i < 4 && files[i].name; i++) {
		if (str_starts(files[i].name, ".slipway/")) {
			(void)mkdir(".slipway", 0700);
			(void)mkdir(".slipway/seen", 0700);
		}
		fixture_put(files[i].name, files[i].text, 0644);
	}
}

static void clean(const struct file *files)
{
	for (size_t i = 0; i < 4 && files[i].name; i++)
		assert_int_equal(unlink(files[i].name), 0);
}

struct looked {
	struct project *project;
	struct lint lint;
};

static void look(struct fixture *f, struct looked *l)
{
	const struct project_options options = {.dir = f->dir, .tolerant = true};
	AUTO(error) struct error err = ERROR_INIT;

	*l = (struct looked){0};
	(void)project_open(f->host, &options, &l->project, &err);
	lint_run(&l->lint, f->host, f->dir, l->project, &err, NULL);
}

static void looked_done(struct looked *l)
{
	lint_done(&l->lint);
	project_free(l->project);
}

static const struct lint_finding *find(const struct lint *l, const char *rule)
{
	for (size_t i = 0; i < l->n; i++)
		if (strcmp(l->findings[i].rule->name, rule) == 0)
			return &l->findings[i];
	return NULL;
}

static bool has_gpu(void)
{
	return access("/dev/nvidiactl", F_OK) == 0 || access("/dev/dxg", F_OK) == 0 ||
	       access("/dev/kfd", F_OK) == 0;
}

static void test_each_rule_speaks_and_is_silent(void **state)
{
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct lint_finding *found;
		autofree char *place = NULL;
		struct looked l;

		if (strcmp(rows[i].rule, "gpu-not-here") == 0 && has_gpu()) {
			print_message("this host has a GPU: gpu-not-here is not tested\n");
			continue;
		}
		put(rows[i].bad);
		look(f, &l);
		found = find(&l.lint, rows[i].rule);
		if (!found)
			fail_msg("%s (row %zu) says nothing", rows[i].rule, i);
		place = xasprintf("%s:%d:%d", found->file, found->line, found->column);
		if (strcmp(place, rows[i].place) != 0)
			fail_msg("%s (row %zu): %s: %s", rows[i].rule, i, place, found->message);
		assert_true(*found->message && *found->rule->hint);
		looked_done(&l);
		clean(rows[i].bad);
		put(rows[i].good);
		look(f, &l);
		found = find(&l.lint, rows[i].rule);
		if (found)
			fail_msg("%s (row %zu): %s:%d: %s", rows[i].rule, i, found->file,
				found->line, found->message);
		looked_done(&l);
		clean(rows[i].good);
	}
}

static void test_every_rule_has_its_fixture(void **state)
{
	(void)state;
	for (const struct lint_rule *r = lint_rules; r->name; r++) {
		bool shown = strcmp(r->name, "tracked-by-git") == 0 ||
			     strcmp(r->name, "secret-file-readable") == 0 ||
			     strcmp(r->name, "secret-file-unreadable") == 0;

		for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
			shown = shown || strcmp(rows[i].rule, r->name) == 0;
		if (!shown)
			fail_msg("no fixture for %s", r->name);
		assert_ptr_equal(lint_find_rule(r->name), r);
	}
	assert_null(lint_find_rule("nonsense"));
}

/* The container's user may need the file's own mode; a closed directory is enough. */
static void test_a_secret_file_is_private_by_itself_or_its_directory(void **state)
{
	static const struct {
		mode_t dir, file;
		bool found;
	} modes[] = {{0755, 0644, true}, {0755, 0400, false}, {0700, 0644, false}};
	struct fixture *f = *state;

	fixture_put(COMPOSE, WEB SECRET, 0644);
	fixture_put("pw", "x\n", 0644);
	for (size_t i = 0; i < ARRAY_SIZE(modes); i++) {
		struct looked l;

		assert_int_equal(chmod(f->dir, modes[i].dir), 0);
		assert_int_equal(chmod("pw", modes[i].file), 0);
		look(f, &l);
		assert_int_equal(find(&l.lint, "secret-file-readable") != NULL, modes[i].found);
		looked_done(&l);
	}
	assert_int_equal(unlink("pw"), 0);
	assert_int_equal(unlink(COMPOSE), 0);
}

/* Only a service that says as whom it runs can be judged. */
static void test_a_secret_file_can_be_read_by_who_needs_it(void **state)
{
	static const struct {
		const char *user;
		mode_t file;
		bool found;
	} cases[] = {{"    user: '54321'\n", 0600, true}, {"    user: '54321'\n", 0604, false},
		{"    user: '0'\n", 0400, false}, {"    user: web\n", 0400, false},
		{"", 0400, false}};
	struct fixture *f = *state;

	fixture_put("pw", "x\n", 0600);
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		autofree char *text = xasprintf(WEB "%s" SECRET, cases[i].user);
		struct looked l;

		fixture_put(COMPOSE, text, 0644);
		assert_int_equal(chmod("pw", cases[i].file), 0);
		look(f, &l);
		assert_int_equal(find(&l.lint, "secret-file-unreadable") != NULL, cases[i].found);
		looked_done(&l);
	}
	assert_int_equal(unlink("pw"), 0);
	assert_int_equal(unlink(COMPOSE), 0);
}

static int run(struct fixture *f, const char *script)
{
	AUTO(strv) struct strv argv = STRV_INIT;
	struct child_spec spec = {.argv = &argv, .cwd = f->dir};
	struct child *child;
	int code;

	strv_push_all(&argv, "sh", "-c", script, NULL);
	assert_int_equal(child_start(f->loop, &spec, NULL, NULL, &child, NULL), 0);
	code = op_wait(child_op(child), NULL);
	op_free(child_op(child));
	return code;
}

static void test_a_tracked_secret_file_is_found(void **state)
{
	struct fixture *f = *state;
	const struct lint_finding *found;
	struct looked l;

	if (run(f, "command -v git >/dev/null")) {
		print_message("there is no git: skipped\n");
		skip();
	}
	fixture_put(COMPOSE, WEB SECRET, 0644);
	fixture_put("pw", "kX9vT2mQ4rW8\n", 0600);
	assert_int_equal(run(f, "git init -q . && git add compose.yaml"), 0);
	look(f, &l);
	assert_null(find(&l.lint, "tracked-by-git"));
	looked_done(&l);
	assert_int_equal(run(f, "git add pw"), 0);
	look(f, &l);
	found = find(&l.lint, "tracked-by-git");
	assert_non_null(found);
	assert_string_equal(found->file, "pw");
	looked_done(&l);
}

/* Also from a directory below the repository's own, and in both forms of the index. */
static void test_a_tracked_dotenv_is_found(void **state)
{
	struct fixture *f = *state;
	struct looked l;

	if (run(f, "command -v git >/dev/null")) {
		print_message("there is no git: skipped\n");
		skip();
	}
	fixture_put(COMPOSE, WEB, 0644);
	fixture_put(".env", "DB_PASSWORD=kX9vT2mQ4rW8\n", 0600);
	assert_int_equal(run(f, "git init -q . && git add compose.yaml"), 0);
	look(f, &l);
	assert_null(find(&l.lint, "tracked-by-git"));
	looked_done(&l);
	assert_int_equal(run(f, "git add -f .env"), 0);
	look(f, &l);
	assert_non_null(find(&l.lint, "tracked-by-git"));
	looked_done(&l);
	assert_int_equal(run(f, "echo 1 >a && echo 2 >.enx && git add a .enx && "
				"git update-index --index-version 4"),
		0);
	look(f, &l);
	assert_non_null(find(&l.lint, "tracked-by-git"));
	looked_done(&l);
	assert_int_equal(
		run(f, "mkdir sub && mv compose.yaml .env sub && git rm -q --cached .env"), 0);
	snprintf(f->dir + strlen(f->dir), sizeof(f->dir) - strlen(f->dir), "/sub");
	look(f, &l);
	assert_null(find(&l.lint, "tracked-by-git"));
	looked_done(&l);
	assert_int_equal(run(f, "git add -f .env"), 0);
	look(f, &l);
	assert_non_null(find(&l.lint, "tracked-by-git"));
	looked_done(&l);
	f->dir[strlen(f->dir) - 4] = '\0';
}

/* Whatever a service takes its environment from. */
static void test_a_tracked_env_file_is_found(void **state)
{
	struct fixture *f = *state;
	const struct lint_finding *found;
	struct looked l;

	if (run(f, "command -v git >/dev/null")) {
		print_message("there is no git: skipped\n");
		skip();
	}
	fixture_put(COMPOSE, WEB "    env_file: [./conf/web.env, title.env]\n", 0644);
	assert_int_equal(mkdir("conf", 0755), 0);
	fixture_put("conf/web.env", "DB_PASSWORD=kX9vT2mQ4rW8\n", 0600);
	fixture_put("title.env", "TITLE=x\n", 0600);
	assert_int_equal(run(f, "git init -q . && git add compose.yaml title.env"), 0);
	look(f, &l);
	assert_null(find(&l.lint, "tracked-by-git"));
	looked_done(&l);
	assert_int_equal(run(f, "git add -f conf/web.env"), 0);
	look(f, &l);
	found = find(&l.lint, "tracked-by-git");
	assert_non_null(found);
	assert_string_equal(found->file, "conf/web.env");
	looked_done(&l);
}

static void test_mends_change_bytes_and_no_value(void **state)
{
	static const struct {
		const char *before, *after;
	} mends[] = {
		{"A=1\n# keep\nA=2\n", "# keep\nA=2\n"},
		{"A=1 # gone with it\nB=x\nA=2\nA=3", "B=x\nA=3\n"},
		/* The earlier value is used in between. */
		{"A=1\nB=$A\nA=2\n", NULL},
		{"A=\"x\"A=2\n", NULL},
		{"A: 1\r\nexport B : 'x: y'\r\n", "A=1\r\nexport B='x: y'\r\n"},
		{"A = 1\nB= \nC  =\"x\"\n", "A=1\nB= \nC=\"x\"\n"},
		{"A=two words # c\n", "A='two words' # c\n"},
		{"A=it's\n", "A=\"it's\"\n"},
		{"A=$B and ${C:-d e}\n", "A=\"$B and ${C:-d e}\"\n"},
		{"A=$B \"x\"\n", NULL},
		{"\xef\xbb\xbf"
		 "A : 1\n",
			"\xef\xbb\xbf"
			"A=1\n"},
		{"A=1", "A=1\n"},
		{"A=ok\n", NULL},
	};
	struct fixture *f = *state;

	fixture_put(COMPOSE, WEB, 0644);
	for (size_t i = 0; i < ARRAY_SIZE(mends); i++) {
		autosecret char *text = NULL;
		size_t len = 0;
		struct looked l;
		int code;

		fixture_put(".env", mends[i].before, 0600);
		look(f, &l);
		code = lint_fix(&l.lint, &text, &len, NULL);
		assert_int_equal(code, mends[i].after ? 0 : 1);
		assert_string_equal(text, mends[i].after ? mends[i].after : mends[i].before);
		assert_int_equal(len, strlen(text));
		assert_true((lint_fixable(&l.lint) > 0) == (mends[i].after != NULL));
		looked_done(&l);
	}
}

static void test_secrets_are_in_no_message(void **state)
{
	static const char env[] = "DB_PASSWORD=s3cr3t w0rd\nJWT_SECRET=s3cr3t$w0rd\n"
				  "API_TOKEN: s3cr3t\"w0rd\nWEB_SECRET=s3cr3t\n"
				  "D_URL=postgres://u:s3cr3t@w0rd@h/x\n";
	struct fixture *f = *state;
	struct looked l;

	fixture_put(COMPOSE, WEB, 0644);
	fixture_put(".env", env, 0644);
	look(f, &l);
	assert_true(l.lint.n >= 8);
	for (size_t i = 0; i < l.lint.n; i++)
		if (strstr(l.lint.findings[i].message, "s3cr3t") ||
			strstr(l.lint.findings[i].message, "w0rd"))
			fail_msg("%s", l.lint.findings[i].message);
	looked_done(&l);
}

static void test_ignored_rules_are_silent(void **state)
{
	struct fixture *f = *state;
	AUTO_PTR(project) struct project *p = NULL;
	AUTO(strv) struct strv ignore = STRV_INIT;
	AUTO(lint) struct lint l = {0};
	const struct project_options options = {.dir = f->dir, .tolerant = true};
	autosecret char *text = NULL;
	size_t len;

	fixture_put(COMPOSE, "services:\n  web:\n    image: web\n", 0644);
	fixture_put(".env", "A : 1\nA=2\n", 0600);
	assert_int_equal(project_open(f->host, &options, &p, NULL), 0);
	strv_push_all(
		&ignore, "duplicate-key", "unused-setting", "latest-tag", "bad-delimiter", NULL);
	lint_run(&l, f->host, f->dir, p, NULL, &ignore);
	assert_int_equal(l.n, 0);
	assert_int_equal(
		lint_fix(&l, &text, &len, NULL), 0); /* blank-around-equals is not ignored */
}

/* Real projects: no crash, no flood, and mends that keep every value. */
static void test_real_projects_are_judged(void **state)
{
	struct fixture *f = *state;
	DIR *dir = opendir(CORPUS);
	size_t projects = 0;

	if (!dir) {
		print_message("%s is not there: skipped\n", CORPUS);
		skip();
	}
	for (struct dirent *e = readdir(dir); e; e = readdir(dir)) {
		autofree char *path = xasprintf("%s/%s", CORPUS, e->d_name);
		const struct project_options options = {.dir = path, .tolerant = true};
		AUTO_PTR(project) struct project *p = NULL;
		AUTO(lint) struct lint l = {0};
		AUTO(error) struct error err = ERROR_INIT;
		autosecret char *text = NULL;
		size_t len;

		if (*e->d_name == '.' || project_open(f->host, &options, &p, NULL))
			continue;
		projects++;
		lint_run(&l, f->host, path, p, NULL, NULL);
		if (l.n > 60)
			fail_msg("%s: %zu findings", e->d_name, l.n);
		if (lint_fix(&l, &text, &len, &err) < 0)
			fail_msg("%s: %s", e->d_name, err.message);
	}
	closedir(dir);
	assert_true(projects >= 30);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		fixture_test(test_each_rule_speaks_and_is_silent),
		cmocka_unit_test(test_every_rule_has_its_fixture),
		fixture_test(test_a_secret_file_is_private_by_itself_or_its_directory),
		fixture_test(test_a_secret_file_can_be_read_by_who_needs_it),
		fixture_test(test_a_tracked_secret_file_is_found),
		fixture_test(test_a_tracked_dotenv_is_found),
		fixture_test(test_a_tracked_env_file_is_found),
		fixture_test(test_mends_change_bytes_and_no_value),
		fixture_test(test_secrets_are_in_no_message),
		fixture_test(test_ignored_rules_are_silent),
		fixture_test(test_real_projects_are_judged),
	};

	setenv("LINT_TEST", "shell", 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
