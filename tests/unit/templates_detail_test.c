/* SPDX-License-Identifier: MIT */
/* The stacks that come with Slipway, in detail: what is known of their defaults, owners, paths, images, commands and
 * models stands in their definitions, and what stands there in place of another name. templates_test.c has the names
 * themselves. */
#include "templates_fixture.h"

#include "base/json.h"
#include "base/str.h"
#include "config/override_pass.h"
#include "config/project_models.h"

#include <glob.h>

/* --- the kinds of facts: of "what=value" the two parts, else value is NULL */

struct looked {
	const struct project *p;
	const char *text; /* of all files of the definition */
};
typedef bool known_fn(const struct looked *at, const char *what, const char *value);

static bool is_default(const struct looked *at, const char *what, const char *value)
{
	const struct setting *s = settings_find(&at->p->settings, what);

	return s && str_eq(s->default_value, value);
}

/* What the definition gives a service that people cannot set. */
static bool is_fixed(const struct looked *at, const char *what, const char *value)
{
	for (size_t i = 0; i < at->p->compose->n_services; i++) {
		struct json_object *given =
			json_key(json_key(at->p->compose->services[i].json, "environment"), what);

		if (given && str_eq(json_object_get_string(given), value))
			return true;
	}
	return false;
}

static bool is_owner(const struct looked *at, const char *what, const char *value)
{
	for (size_t i = 0; i < at->p->stack->n_volumes; i++) {
		const struct stack_volume *v = &at->p->stack->volumes[i];
		autofree char *owner = xasprintf("%lld:%lld", (long long)v->uid, (long long)v->gid);

		if (str_eq(v->name, what))
			return str_eq(owner, value);
	}
	return false;
}

/* "./models=1000:1000"; "-1:-1" for one that only has to be there. */
static bool is_directory(const struct looked *at, const char *what, const char *value)
{
	for (size_t i = 0; i < at->p->stack->n_directories; i++) {
		const struct stack_directory *d = &at->p->stack->directories[i];
		autofree char *owner = xasprintf("%lld:%lld", (long long)d->uid, (long long)d->gid);

		if (strstr(d->path, what))
			return str_eq(owner, value);
	}
	return false;
}

static bool is_mounted(const struct looked *at, const char *what, const char *value)
{
	(void)value;
	for (size_t i = 0; i < at->p->compose->n_services; i++)
		for (size_t k = 0; k < at->p->compose->services[i].n_mounts; k++)
			if (str_eq(at->p->compose->services[i].mounts[k].target, what))
				return true;
	return false;
}

static bool is_said(const struct looked *at, const char *what, const char *value)
{
	(void)value;
	return strstr(at->text, what) != NULL;
}

/* With its size, its dimensions or its memory: something is known of each. */
static bool is_model(const struct looked *at, const char *what, const char *value)
{
	(void)value;
	for (size_t i = 0; i < at->p->stack->n_models; i++) {
		const struct stack_model *m = &at->p->stack->models[i];

		if (strstr(m->name, what) && (m->size || m->n_sizes || m->n_dimensions))
			return true;
		for (size_t k = 0; k < m->n_sizes; k++)
			if (str_eq(m->sizes[k].model, what))
				return true;
	}
	return false;
}

/* Another name stands there for it: of a setting, a service, or a variable that a service gets. */
static bool is_instead(const struct looked *at, const char *what, const char *value)
{
	(void)what;
	if (settings_find(&at->p->settings, value) || stack_find_service(at->p->stack, value))
		return true;
	for (size_t i = 0; i < at->p->compose->n_services; i++)
		if (json_key(json_key(at->p->compose->services[i].json, "environment"), value))
			return true;
	return false;
}

#define KINDS                      \
	X(DEFAULT, is_default)     \
	X(FIXED, is_fixed)         \
	X(OWNER, is_owner)         \
	X(DIRECTORY, is_directory) \
	X(MOUNT, is_mounted)       \
	X(SAID, is_said)           \
	X(MODEL, is_model)         \
	X(INSTEAD, is_instead)
#define X(kind, known) kind,
enum kind { KINDS };
#undef X
#define X(kind, known) {#kind, known},
static const struct {
	const char *name;
	known_fn *known;
} kinds[] = {KINDS};
#undef X

/* Facts of a kind, parted by " | ". */
static const struct row {
	const char *stack;
	enum kind kind;
	const char *facts;
} rows[] = {
	{"haven", DEFAULT,
		"CATALOG_FORWARD_TO_SEARCH=true | CATALOG_TIMEOUT_SECONDS=15 | "
		"CONTACTS_DEFAULT_REGION=US | "
		"EMBEDDING_DIM=1024 | EMBEDDING_MODEL=bge-m3 | EMBEDDING_REQUEST_TIMEOUT=15.0 | "
		"ENABLE_DLQ=false | "
		"FILE_PLACEHOLDER_TEXT=[file] | GATEWAY_URL=http://localhost:8085 | "
		"IMAGE_PLACEHOLDER_TEXT=[image] | "
		"INTENT_MIN_CONFIDENCE=0.5 | INTENT_MODEL=qwen2.5vl:3b | "
		"INTENT_REQUEST_TIMEOUT=15.0 | "
		"LLM_PROVIDER=ollama | MINIO_BUCKET=haven-files | "
		"OLLAMA_API_URL=http://localhost:11434/api/generate | "
		"OLLAMA_BASE_URL=http://host.docker.internal:11434 | OLLAMA_MAX_RETRIES=2 | "
		"OLLAMA_MODEL=llama3.2 | "
		"OLLAMA_TIMEOUT_SECONDS=60 | OLLAMA_VISION_MODEL=qwen2.5vl:3b | "
		"OPENAI_MODEL=gpt-5-nano-2025-08-07 | "
		"POSTGRES_DB=haven | QDRANT_COLLECTION=haven_chunks | SEARCH_INGEST_BATCH=32 | "
		"SEARCH_TIMEOUT=60.0 | "
		"WORKER_BATCH_SIZE=16 | WORKER_POLL_INTERVAL=2.0 | WORKER_TYPE=both"},
	{"haven", FIXED,
		"CATALOG_BASE_URL=http://catalog:8081 | CONTACTS_HELPER_URL=http://catalog:8081 | "
		"MINIO_ENDPOINT=minio:9000 | MINIO_SECURE=false | QDRANT_URL=http://qdrant:6333 | "
		"SEARCH_URL=http://search:8080"},
	{"haven", OWNER, "pg_data=999:999 | qdrant_data=0:0 | minio_data=0:0"},
	{"haven", MOUNT,
		"/var/lib/postgresql/data | /docker-entrypoint-initdb.d/init.sql | /qdrant/storage "
		"| /data"},
	{"haven", SAID,
		"pgvector/pgvector:pg15 | qdrant/qdrant:v | minio/minio:RELEASE. | args: {SERVICE: "
		"search} | "
		"args: {SERVICE: gateway} | args: {SERVICE: catalog} | args: {SERVICE: "
		"worker_service} | --console-address | "
		"host.docker.internal:host-gateway | unless-stopped | schema/init.sql | "
		"schema/migrations/v2_*.sql | "
		"/v1/healthz | /v1/search?q=hello | ~/.haven/hostagent.yaml | Library/Application "
		"Support/Haven/State | "
		"port 7090 | port 11434 | x-auth | auth.secret | services.catalog_api.migrate | "
		"make backup | "
		"FROM chunks GROUP BY embedding_status | "
		"UPDATE chunks SET embedding_status='pending' WHERE embedding_status='processing' "
		"| uuid-ossp | pg_trgm | "
		"unaccent | BAAI/bge-m3 | https://github.com/ChrisPatten/haven | minioadmin | "
		"changeme"},
	{"haven", MODEL, "bge-m3 | qwen2.5vl:3b | llama3.2 | llava:7b"},
	{"haven", INSTEAD,
		"worker_service=worker | embedding_service=worker | "
		"MINIO_ROOT_USER=MINIO_ACCESS_KEY | "
		"MINIO_ROOT_PASSWORD=MINIO_SECRET_KEY"},

	{"semantik", DEFAULT,
		"ACCESS_TOKEN_EXPIRE_MINUTES=1440 | BENCHMARK_DATASET_MAX_JUDGMENTS_PER_QUERY=100 "
		"| "
		"BENCHMARK_DATASET_MAX_QUERIES=1000 | BENCHMARK_DATASET_MAX_UPLOAD_BYTES=10485760 "
		"| "
		"BENCHMARK_MAPPING_RESOLVE_SYNC_MAX_DOCS=50000 | "
		"BENCHMARK_MAPPING_RESOLVE_SYNC_MAX_REFS=10000 | "
		"BENCHMARK_MAPPING_RESOLVE_SYNC_MAX_WALL_MS=8000 | CACHE_DEFAULT_TTL_SECONDS=300 | "
		"CELERY_MAX_CONCURRENCY=4 | CPU_MEMORY_MAX_PERCENT=0.50 | CUDA_VISIBLE_DEVICES=0 | "
		"DB_IDLE_IN_TX_TIMEOUT_MS=300000 | DB_POOL_PRE_PING=true | DB_POOL_RECYCLE=3600 | "
		"DB_POOL_TIMEOUT=30 | "
		"DEFAULT_COLLECTION=work_docs | DEFAULT_EMBEDDING_MODEL=Qwen/Qwen3-Embedding-0.6B "
		"| "
		"DEFAULT_LLM_QUANTIZATION=int8 | DISABLE_AUTH=false | DOCUMENT_PATH=./documents | "
		"ENABLE_CPU_OFFLOAD=true | "
		"ENABLE_MEMORY_GOVERNOR=true | EVICTION_IDLE_THRESHOLD_SECONDS=120 | "
		"GPU_MEMORY_MAX_PERCENT=0.90 | "
		"HF_CACHE_DIR=./models | HF_HUB_OFFLINE=false | LLM_KV_CACHE_BUFFER_MB=1024 | "
		"LLM_TRUST_REMOTE_CODE=false | "
		"LLM_UNLOAD_AFTER_SECONDS=300 | LOG_LEVEL=INFO | MAX_COLLECTIONS_PER_USER=10 | "
		"MAX_STORAGE_GB_PER_USER=50.0 | "
		"MODEL_MAX_MEMORY_GB=8 | MODEL_UNLOAD_AFTER_SECONDS=300 | POSTGRES_DB=semantik | "
		"POSTGRES_TEST_DB=semantik_test | "
		"POSTGRES_TEST_PORT=55432 | POSTGRES_TEST_USER=semantik | POSTGRES_USER=semantik | "
		"PRESSURE_CHECK_INTERVAL_SECONDS=15 | QDRANT_HOST_PORT=6333 | "
		"QDRANT_GRPC_HOST_PORT=6334 | "
		"POSTGRES_HOST_PORT=5432 | RATE_LIMIT_PER_MINUTE=60 | "
		"REDIS_CLEANUP_BACKOFF_MULTIPLIER=2.0 | "
		"REDIS_CLEANUP_INTERVAL_SECONDS=60 | REDIS_CLEANUP_MAX_BACKOFF_SECONDS=300 | "
		"REDIS_CLEANUP_MAX_CONSECUTIVE_FAILURES=5 | REDIS_HOST_PORT=6379 | "
		"SEMANTIK_ENABLE_PLUGINS=true | "
		"SEMANTIK_ENABLE_CHUNKING_PLUGINS=true | SEMANTIK_ENABLE_CONNECTOR_PLUGINS=true | "
		"SEMANTIK_ENABLE_EMBEDDING_PLUGINS=true | USE_MOCK_EMBEDDINGS=false | "
		"WEBUI_PORT=8080 | WEBUI_WORKERS=1 | "
		"APP_UID=1000 | APP_GID=1000"},
	{"semantik", FIXED,
		"CELERY_BEAT_SCHEDULE_FILE=/app/data/celerybeat-schedule | "
		"HF_HOME=/app/.cache/huggingface | "
		"METRICS_PORT=9091 | WEBUI_METRICS_PORT=9092 | POSTGRES_HOST=postgres | "
		"POSTGRES_PORT=5432 | "
		"QDRANT_HOST=qdrant | QDRANT_PORT=6333 | SEARCH_API_HOST=vecpipe | "
		"SEARCH_API_PORT=8000 | "
		"SEARCH_API_URL=http://vecpipe:8000 | WAIT_FOR_QDRANT=true | "
		"WAIT_FOR_SEARCH_API=true | "
		"PGDATA=/var/lib/postgresql/data/pgdata"},
	{"semantik", OWNER,
		"qdrant_storage=0:0 | postgres_data=70:70 | redis_data=999:1000 | "
		"semantik_plugins=1000:1000 | "
		"postgres_test_data=70:70"},
	{"semantik", DIRECTORY,
		"./data=1000:1000 | ./logs=1000:1000 | ./models=1000:1000 | ./documents=-1:-1"},
	{"semantik", MOUNT,
		"/app/data | /app/logs | /app/.cache/huggingface | /mnt/docs | /app/plugins | "
		"/qdrant/storage | "
		"/var/lib/postgresql/data"},
	{"semantik", SAID,
		"qdrant/qdrant:v1.14.1 | postgres:16-alpine | redis:7-alpine | nginx:alpine | "
		"target: runtime | "
		"command: [vecpipe] | command: [webui] | command: [worker] | command: [beat] | "
		"command: [flower] | "
		"no-new-privileges | NET_BIND_SERVICE | cap_drop: [ALL] | shm_size: 256mb | "
		"celery -A webui.celery_app inspect ping | /tmp/celerybeat.pid | "
		"/api/health/readyz | 5555/healthcheck | "
		"DB_ECHO | WEBUI_RELOAD | PYTHONOPTIMIZE | BITSANDBYTES_NOWELCOME | CUDA_HOME | "
		"LD_LIBRARY_PATH | CC: gcc | "
		"CXX: g++ | FORWARDED_ALLOW_IPS | FLOWER_BASIC_AUTH | backend | alembic.ini | "
		"data/internal_api_key | "
		"CHANGE_THIS_TO_A_STRONG_SECRET_KEY | CHANGE_THIS_TO_A_STRONG_PASSWORD | "
		"replace-me-with-flower-user | "
		"prefix: flower_ | semantik_test_password | scripts/create_superuser.py | "
		"scripts/download-models.sh | "
		"[alembic, upgrade, head] | [alembic, current] | docker buildx | "
		"docker-compose.prod.yml | docker-compose.dev.yml | "
		"docker-compose.cuda.yml | ports [] | BGSAVE | AGPL-3.0 | engine: \">=24.0\""},
	{"semantik", MODEL,
		"Qwen/Qwen3-Embedding-0.6B | Qwen/Qwen3-Embedding-4B | Qwen/Qwen3-Embedding-8B | "
		"sentence-transformers/all-MiniLM-L6-v2 | sentence-transformers/all-mpnet-base-v2 "
		"| BAAI/bge-large-en-v1.5 | "
		"BAAI/bge-base-en-v1.5 | BAAI/bge-small-en-v1.5 | BAAI/bge-m3 | "
		"google/embeddinggemma-300m | "
		"nomic-ai/nomic-embed-text-v1 | nomic-ai/nomic-embed-text-v1.5 | "
		"nomic-ai/nomic-embed-text-v2-moe | "
		"dunzhang/stella_ | intfloat/e5- | intfloat/multilingual-e5- | "
		"Qwen/Qwen3-Reranker-0.6B | "
		"Qwen/Qwen3-Reranker-4B | Qwen/Qwen3-Reranker-8B | "
		"naver/splade-cocondenser-ensembledistil | naver/splade-v3 | "
		"Qwen/Qwen2.5-0.5B-Instruct | Qwen/Qwen2.5-1.5B-Instruct | "
		"Qwen/Qwen2.5-3B-Instruct | "
		"Qwen/Qwen2.5-7B-Instruct"},
	{"semantik", INSTEAD,
		"UID=APP_UID | GID=APP_GID | USE_GPU=cuda | FLOWER_BASIC_AUTH=FLOWER_PASSWORD"},

	{"claude-context", DEFAULT,
		"CHUNK_BATCH_SIZE=22 | CHUNK_OVERLAP=200 | CHUNK_SIZE=1600 | CODERANK_PORT=30002 | "
		"COGNEE_PORT=8340 | "
		"CORE_MODULE_PATH=/dist/index.js | CORS_CREDENTIALS=true | CRAWL4AI_TIMEOUT=30000 "
		"| CRAWL_BATCH_SIZE=50 | "
		"CRAWL_MAX_CONCURRENT=10 | CRAWL_PAGE_TIMEOUT=10000 | "
		"CRAWL_WAIT_STRATEGY=domcontentloaded | DEFAULT_TOP_K=10 | "
		"EMBEDDING_BATCH_SIZE=50 | EMBEDDING_BATCH_SIZE_PER_REQUEST=22 | "
		"EMBEDDING_CONCURRENCY=16 | "
		"EMBEDDING_HOST=host.docker.internal | EMBEDDING_METRICS_ENABLED=true | "
		"ENABLE_PARALLEL_EMBEDDING=true | "
		"ENABLE_STREAMING_PIPELINE=true | ENABLE_SYMBOL_EXTRACTION=true | "
		"HYBRID_CRAWL_BATCH=50 | "
		"HYBRID_DENSE_WEIGHT=0.6 | HYBRID_MAX_MEMORY_PAGES=100 | HYBRID_PROCESS_BATCH=10 | "
		"HYBRID_SPARSE_WEIGHT=0.4 | "
		"LLM_API_BASE=https://api.openai.com/v1 | LLM_MAX_TOKENS=2000 | "
		"LLM_MODEL=gpt-4-turbo-preview | "
		"LLM_TEMPERATURE=0.7 | LOG_LEVEL=info | MAX_CHUNK_SIZE=2000 | "
		"MAX_CONCURRENT_BATCHES=1 | "
		"MAX_EMBEDDING_CONCURRENCY=2 | MAX_TOP_K=100 | MEMORY_THRESHOLD_PERCENT=80 | "
		"MINIMAX_API_BASE=https://api.minimax.io/v1 | NEO4J_BOLT_PORT=7687 | "
		"NEO4J_HTTP_PORT=7474 | NODE_ENV=production | "
		"NODE_OPTIONS=--max-old-space-size=3072 | POSTGRES_MAX_CONNECTIONS=50 | "
		"POSTGRES_USER=claude_context | "
		"PROCESSING_MODE=hybrid | RATE_LIMIT_MAX_REQUESTS=100 | RATE_LIMIT_WINDOW_MS=60000 "
		"| "
		"RERANKER_MODEL=cross-encoder/ms-marco-MiniLM-L-6-v2 | RERANKER_TIMEOUT=10000 | "
		"RERANK_FINAL_K=20 | "
		"RERANK_INITIAL_K=150 | RERANK_TEXT_MAX_CHARS=4000 | SPLADE_INTERNAL_BATCH_SIZE=8 "
		"| "
		"SPLADE_MODEL_NAME=rasyosef/splade-small | SPLADE_TIMEOUT=5000 | "
		"SPLADE_USE_SAFETENSORS=true | "
		"STELLA_PORT=30001 | STREAMING_CHUNK_WORKERS=4 | STREAMING_EMBED_WORKERS=2 | "
		"STREAMING_STORE_WORKERS=2"},
	{"claude-context", FIXED,
		"PORT=3030 | POSTGRES_HOST=postgres | POSTGRES_PORT=5432 | "
		"QDRANT_URL=http://qdrant:6333 | "
		"METRICS_PORT=9090 | PLAYWRIGHT_BROWSERS_PATH=/ms-playwright | "
		"DB_PROVIDER=postgres | "
		"VECTOR_DB_PROVIDER=qdrant | GRAPH_DATABASE_PROVIDER=neo4j | "
		"GRAPH_DATABASE_URL=bolt://neo4j:7687 | "
		"EMBEDDING_PROVIDER=openai | EMBEDDING_DIMENSIONS=768 | LLM_PROVIDER=openai"},
	{"claude-context", OWNER,
		"postgres_data=999:999 | qdrant_storage=0:0 | neo4j_data=7474:7474 | "
		"neo4j_logs=7474:7474 | "
		"neo4j_import=7474:7474 | neo4j_plugins=7474:7474 | playwright_cache=1000:1000"},
	{"claude-context", MOUNT,
		"/docker-entrypoint-initdb.d | /ms-playwright | /var/lib/neo4j/import | "
		"/var/lib/neo4j/plugins | /logs | "
		"/qdrant/storage"},
	{"claude-context", SAID,
		"neo4j:5.15.0 | ghcr.io/huggingface/text-embeddings-inference: | "
		"services/crawl4ai-runner/Dockerfile | "
		"services/api-server/Dockerfile | services/splade-runner | services/cognee | "
		"services/init-scripts | "
		"services/migrations/web_provenance.sql | statement_timeout=300000 | "
		"max_connections= | shm_size: 2gb | "
		"host.docker.internal:host-gateway | NEO4J_AUTH: neo4j/ | NEO4J_PLUGINS | "
		"secure-graph-password | "
		"code-context-secure-password | local-development-only | <openai-api-key> | "
		".env.crawl4ai | 7070/health | "
		"8000/health | 3030/health | start_period: 300s | (5533) | (6333) | (7070) | "
		"(30004) | (30003) | /ingest/crawl | "
		"/ingest/github | /ingest/local | /query | /smart-query | /health/postgres | "
		"/collections/*/snapshots | "
		"002-island-architecture.sql | k8s/canary-deployment.yaml | npm run build | prod_"},
	{"claude-context", MODEL,
		"rasyosef/splade-small | naver/splade-cocondenser-ensembledistil | "
		"cross-encoder/ms-marco-MiniLM-L-6-v2 | "
		"BAAI/bge-reranker-v2-m3 | gte-base-en-v1.5 | chromium"},
	{"claude-context", INSTEAD,
		"splade-runner=splade | MODEL_NAME=LLM_MODEL | EMBEDDING_GTE_PORT=STELLA_PORT | "
		"EMBEDDING_CODERANK_PORT=CODERANK_PORT | STELLA_HOST=EMBEDDING_HOST | "
		"CODERANK_HOST=EMBEDDING_HOST | "
		"POSTGRES_CONNECTION_STRING=POSTGRES_URL"},

	{"ragcorp", DEFAULT,
		"APP_ENV=production | CHUNK_OVERLAP=120 | CHUNK_SIZE=900 | "
		"CORS_ALLOW_CREDENTIALS=false | "
		"DB_HEALTHCHECK_ON_ACQUIRE=true | DB_POOL_MAX_SIZE=10 | DB_POOL_MIN_SIZE=2 | "
		"DB_SLOW_QUERY_SECONDS=0.25 | "
		"DB_STATEMENT_TIMEOUT_MS=30000 | DEV_SEED_ADMIN=0 | "
		"DEV_SEED_ADMIN_EMAIL=admin@local | DEV_SEED_ADMIN_ROLE=admin | "
		"DOCUMENT_QUEUE_NAME=documents | EMBEDDING_CACHE_BACKEND=redis | "
		"FTS_LANGUAGE_DEFAULT=spanish | "
		"GF_SERVER_ROOT_URL=http://localhost:3001 | GRAFANA_USER=admin | "
		"JWT_ACCESS_TTL_MINUTES=30 | "
		"JWT_COOKIE_NAME=access_token | LOG_JSON=true | LOG_LEVEL=INFO | "
		"MAX_BODY_BYTES=10485760 | "
		"MAX_CONTEXT_CHARS=12000 | MAX_CONVERSATION_MESSAGES=12 | MAX_INGEST_CHARS=100000 "
		"| MAX_QUERY_CHARS=2000 | "
		"MAX_SOURCE_CHARS=500 | MAX_TITLE_CHARS=200 | MAX_TOP_K=20 | "
		"MAX_UPLOAD_BYTES=26214400 | NODE_GROUP_SIZE=5 | "
		"NODE_TEXT_MAX_CHARS=2000 | NODE_TOP_K=10 | POSTGRES_DB=ragcorp | "
		"POSTGRES_HOST_PORT=5432 | POSTGRES_USER=ragcorp | "
		"PROMPT_VERSION=v1 | RAG_INJECTION_FILTER_MODE=off | "
		"RAG_INJECTION_RISK_THRESHOLD=0.6 | RATE_LIMIT_BURST=20 | "
		"RATE_LIMIT_RPS=10 | RERANK_CANDIDATE_MULTIPLIER=5 | RERANK_MAX_CANDIDATES=200 | "
		"RETRY_BASE_DELAY_SECONDS=1.0 | "
		"RETRY_MAX_ATTEMPTS=3 | RETRY_MAX_DELAY_SECONDS=30.0 | RRF_K=60 | "
		"S3_BUCKET=rag-documents | S3_REGION=us-east-1"},
	{"ragcorp", FIXED, "S3_ENDPOINT_URL=http://minio:9000 | WORKER_HTTP_PORT=8001"},
	{"ragcorp", OWNER,
		"postgres_data=999:999 | redis_data=999:1000 | prometheus_data=65534:65534 | "
		"grafana_data=472:0 | "
		"minio_data=0:0"},
	{"ragcorp", MOUNT,
		"/var/lib/postgresql/data | /prometheus | /var/lib/grafana | "
		"/etc/prometheus/prometheus.yml | "
		"/etc/prometheus/alerts.yml"},
	{"ragcorp", SAID,
		"pgvector/pgvector:0.8.1-pg16-trixie | redis:7-alpine | "
		"minio/minio:RELEASE.2025-04-08T15-41-24Z | "
		"minio/mc:RELEASE.2025-04-08T15-39-49Z | prom/prometheus:v2.47.0 | "
		"grafana/grafana:10.2.0 | "
		"prometheuscommunity/postgres-exporter:v0.15.0 | oliver006/redis_exporter:v1.55.0 "
		"| retention.time=15d | "
		"apps/frontend/Dockerfile | /apps/backend\" | [alembic, upgrade, head] | "
		"app.worker.worker | "
		"app.main:app | \"1001:1001\" | \"1000:1000\" | --maxmemory 256mb | noeviction | "
		"/minio/health/ready | "
		"8001/readyz | ['ok'] | mc mb | observability | scripts/create_admin.py | "
		".env.prod | compose.green.yaml | "
		"compose.blue.yaml | jaeger | backend:8000 | dev-secret | "
		"CHANGE_ME_GENERATE_FERNET_KEY | {workspace_id} | "
		"gemini-1.5-flash | text-embedding-004 | pre-install | pre-upgrade | "
		"migrations.enabled"},
	{"ragcorp", INSTEAD,
		"backend=rag-api | frontend=web | postgres=db | S3_ACCESS_KEY=MINIO_ROOT_USER | "
		"S3_SECRET_KEY=MINIO_ROOT_PASSWORD | API_KEYS=API_KEYS_CONFIG"},
};

static void read_definition(const char *name, struct str *out)
{
	autofree char *pattern = xasprintf("%s/%s/*", TEMPLATES, name);
	glob_t files;

	assert_int_equal(glob(pattern, 0, NULL, &files), 0);
	for (size_t i = 0; i < files.gl_pathc; i++) {
		FILE *f = fopen(files.gl_pathv[i], "re");
		char buffer[8192];
		size_t n;

		assert_non_null(f);
		while ((n = fread(buffer, 1, sizeof(buffer), f)) > 0)
			str_addn(out, buffer, n);
		fclose(f);
	}
	globfree(&files);
}

static void check_row(const struct row *row, const struct looked *at)
{
	const char *from = row->facts;
	int n = 0;

	for (const char *to; *from; from = *to ? to + strlen(" | ") : to, n++) {
		autofree char *what = NULL;
		char *equals;

		to = strstr(from, " | ");
		to = to ? to : from + strlen(from);
		what = xstrndup(from, (size_t)(to - from));
		equals = row->kind == SAID || row->kind == MODEL ? NULL : strchr(what, '=');
		if (equals)
			*equals = '\0';
		if (!kinds[row->kind].known(at, what, equals ? equals + 1 : NULL))
			fail_msg("%s: no %s %s%s%s", row->stack, kinds[row->kind].name, what,
				equals ? "=" : "", equals ? equals + 1 : "");
	}
	assert_true(n > 0);
}

static void test_what_is_known_in_detail(void **state)
{
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		AUTO_PTR(project) struct project *p = open_stack(*state, TEMPLATES, rows[i].stack);
		AUTO(str) struct str text = STR_INIT(STR_FILE);

		read_definition(rows[i].stack, &text);
		check_row(&rows[i], &(struct looked){p, str_text(&text)});
	}
}

/* Whether a service would be handed the setting by the override. */
static bool is_handed(const struct project *p, const char *name)
{
	AUTO(override) struct override o = {NULL, 0};
	AUTO(strv) struct strv names = STRV_INIT;

	override_pass(&o, &p->settings, p->compose, &names);
	return strv_has(&names, name);
}

/* What a program has by itself is shown, and neither written nor handed over until somebody wants
 * another value. */
static void test_what_a_program_has_by_itself_is_not_written(void **state)
{
	static const struct {
		const char *stack, *name, *own, *other;
	} groups[] = {
		{"semantik", "MAX_COLLECTIONS_PER_USER", "10", "20"},
		{"semantik", "BENCHMARK_DATASET_MAX_QUERIES", "1000", "500"},
		{"claude-context", "STREAMING_CHUNK_WORKERS", "4", "8"},
		{"claude-context", "PROCESSING_MODE", "hybrid", "sequential"},
		{"ragcorp", "JWT_COOKIE_NAME", "access_token", "rag"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(groups); i++) {
		AUTO_PTR(project) struct project *p = open_stack(*state, TEMPLATES, groups[i].stack);
		struct setting *s = settings_find(&p->settings, groups[i].name);
		autofree char *line = xasprintf("%s=", groups[i].name);

		assert_non_null(s);
		assert_true(s->advanced && s->implied);
		assert_string_equal(setting_effective(s), groups[i].own);
		for (int k = 0; k < 2; k++) {
			autosecret char *text = NULL;
			size_t n;

			if (k)
				assert_int_equal(setting_answer(s, groups[i].other, NULL), 0);
			assert_int_equal(project_dotenv(p, &text, &n, NULL), 0);
			if ((strstr(text, line) != NULL) != k || is_handed(p, groups[i].name) != k)
				fail_msg("%s of %s, %d:\n%s", groups[i].name, groups[i].stack, k,
					text);
		}
	}
}

/* What stacks name as a group only is covered by a pattern: whatever .env has of such a name is known, checked and
 * handed over. */
static void test_a_group_is_known_by_its_pattern(void **state)
{
	static const struct {
		const char *stack, *name, *bad, *title, *service;
	} groups[] = {
		{"semantik", "SEARCH_API_RERANK_TIMEOUT_SECONDS", "soon", "(seconds): RERANK", "webui"},
		{"semantik", "SEARCH_API_RERANK_TIMEOUT_SECONDS", "-1", "(seconds): RERANK", "worker"},
		{"semantik", "BENCHMARK_KEEP_RUNS", NULL, "Benchmarks: KEEP_RUNS", "worker"},
		{"claude-context", "GTE_MAX_BATCH", "0", "for text: BATCH", "crawl4ai"},
		{"claude-context", "CODERANK_MAX_CHARS", "many", "for code: CHARS", "crawl4ai"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(groups); i++) {
		autofree char *line = xasprintf("%s=%s\n", groups[i].name, "30");
		AUTO_PTR(project) struct project *p = NULL;
		const struct setting *named;
		struct setting *s;

		fixture_put(".env", line, 0600);
		p = open_stack(*state, TEMPLATES, groups[i].stack);
		s = settings_find(&p->settings, groups[i].name);
		if (!s || !s->title || !strstr(s->title, groups[i].title))
			fail_msg("%s: %s", groups[i].name, s && s->title ? s->title : "no title");
		assert_true(s->advanced && strv_has(&s->used_by, groups[i].service));
		assert_int_equal(s->problem.code, 0);
		assert_true(is_handed(p, s->name));
		/* On a page of the definition, beside a setting that it names. */
		named = settings_find(&p->settings,
			str_eq(groups[i].stack, "semantik") ? "DB_POOL_SIZE" : "PROCESSING_MODE");
		assert_int_equal(s->page, named->page);
		if (groups[i].bad)
			assert_int_not_equal(setting_answer(s, groups[i].bad, NULL), 0);
	}
}

/* What the models that are chosen need is that of the choice, in MB. */
static void test_models_decide_what_is_needed(void **state)
{
	static const struct {
		const char *stack, *answers;
		int memory, disk;
	} choices[] = {
		{"semantik", "", 2400, 1200},
		{"semantik", "DEFAULT_EMBEDDING_MODEL=sentence-transformers/all-MiniLM-L6-v2", 90, 90},
		{"semantik", "reranking=true RERANKER_MODEL=Qwen/Qwen3-Reranker-4B", 2400 + 8000, 1200 + 8192},
		{"semantik", "sparse=true SPARSE_MODEL=naver/splade-v3", 2400 + 440, 1200 + 440},
		/* Named, but not chosen. */
		{"semantik", "RERANKER_MODEL=Qwen/Qwen3-Reranker-4B", 2400, 1200},
		/* On the GPU. */
		{"semantik", "cuda=true local-llm=true LLM_MODEL=Qwen/Qwen2.5-7B-Instruct", 0, 1200 + 15360},
		{"claude-context", "", 0, 400},
		{"claude-context", "hybrid=true", 0, 400 + 115},
		{"claude-context", "reranking=true RERANKER_MODEL=BAAI/bge-reranker-v2-m3", 0, 400 + 2300},
		{"haven", "worker=false", 0, 1200},
		{"haven", "worker=true", 0, 1200 + 3200},
		{"haven", "worker=true INTENT_MODEL=llama3.2", 0, 1200 + 2000},
		/* Ollama is on another machine. */
		{"haven", "worker=true OLLAMA_BASE_URL=http://gpu.example.org:11434", 0, 0},
		{"ragcorp", "", 0, 0},
	};

	for (size_t i = 0; i < ARRAY_SIZE(choices); i++) {
		AUTO_PTR(project) struct project *p = open_stack(*state, TEMPLATES, choices[i].stack);
		AUTO(strv) struct strv words = STRV_INIT;
		struct model_needs needs;

		strv_split(&words, choices[i].answers, ' ');
		for (size_t k = 0; k < words.n; k++) {
			char *equals = strchr(words.items[k], '=');

			if (!equals)
				continue;
			*equals = '\0';
			(void)setting_answer(
				settings_find(&p->settings, words.items[k]), equals + 1, NULL);
		}
		project_model_needs(p, &needs);
		if (needs.memory >> 20 != choices[i].memory || needs.disk >> 20 != choices[i].disk)
			fail_msg("%s %s: %lld MB of memory, %lld MB of disk", choices[i].stack,
				choices[i].answers, (long long)needs.memory >> 20,
				(long long)needs.disk >> 20);
	}
}

/* What lies in the cache already need not be downloaded. */
static void test_a_model_that_is_here_needs_no_disk(void **state)
{
	AUTO_PTR(project) struct project *p = open_stack(*state, TEMPLATES, "semantik");
	struct model_needs needs;

	assert_int_equal(mkdir("models", 0700), 0);
	assert_int_equal(mkdir("models/hub", 0700), 0);
	assert_int_equal(mkdir("models/hub/models--Qwen--Qwen3-Embedding-0.6B", 0700), 0);
	project_model_needs(p, &needs);
	assert_int_equal(needs.disk, 0);
	assert_int_equal(needs.memory >> 20, 2400);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			test_what_is_known_in_detail, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_what_a_program_has_by_itself_is_not_written,
			fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(
			test_a_group_is_known_by_its_pattern, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(
			test_models_decide_what_is_needed, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(
			test_a_model_that_is_here_needs_no_disk, fixture_setup, fixture_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
