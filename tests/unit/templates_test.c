/* SPDX-License-Identifier: MIT */
/* The stacks that come with Slipway: what their definitions say, held against what is known of the
 * stacks. */
#include "templates_fixture.h"

#include "base/json.h"
#include "base/str.h"
#include "loop/loop.h"

static struct setting *answer(struct project *p, const char *name, const char *value)
{
	struct setting *s = settings_find(&p->settings, name);

	if (!s)
		fail_msg("there is no setting %s", name);
	(void)setting_answer(s, value, NULL);
	return s;
}

/* "A=x B=y" */
static void answer_all(struct project *p, const char *others)
{
	AUTO(strv) struct strv words = STRV_INIT;

	strv_split(&words, others ? others : "", ' ');
	for (size_t i = 0; i < words.n; i++) {
		char *equals = strchr(words.items[i], '=');

		if (!equals)
			continue;
		*equals = '\0';
		answer(p, words.items[i], equals + 1);
	}
}

#define FERNET "0123456789abcdefghijABCDEFGHIJ0123456789_-x="
static const struct constraint_row {
	const char *stack, *name, *bad, *message;
	const char *good;   /* is taken under the same answers */
	const char *others; /* answers beside it; NULL: none */
} constraints[] = {
	{"haven", "INTENT_MIN_CONFIDENCE", "1.5", "a number from 0 to 1", "0.95", "worker=true"},
	{"haven", "INTENT_MIN_CONFIDENCE", "-0.1", "a number from 0 to 1", "0", "worker=true"},
	{"haven", "WORKER_POLL_INTERVAL", "0", "More than 0", "0.5", "worker=true"},
	{"haven", "WORKER_BATCH_SIZE", "0", "a number from 1 to", "8", "worker=true"},
	{"haven", "WORKER_TYPE", "all", "one of both, embedding, intents", "both", "worker=true"},
	{"haven", "INTENT_REQUEST_TIMEOUT", "0", "More than 0", "15.0", "worker=true"},
	{"haven", "EMBEDDING_REQUEST_TIMEOUT", "0.0", "More than 0", "15.0", NULL},
	{"haven", "SEARCH_TIMEOUT", "-1", "More than 0", "60.0", NULL},
	{"haven", "CATALOG_TIMEOUT_SECONDS", "0", "More than 0", "15", NULL},
	{"haven", "MINIO_BUCKET", "Haven_Files", "3 to 63 small letters", "haven-files", NULL},
	{"haven", "MINIO_BUCKET", "ab", "3 to 63 small letters", "abc", NULL},
	{"haven", "MINIO_ACCESS_KEY", "ab", "at least 3 characters", "abc", NULL},
	{"haven", "MINIO_SECRET_KEY", "1234567", "at least 8 characters", "12345678", NULL},
	{"haven", "EMBEDDING_DIM", "768", "expected 1024, the dimensions of bge-m3", "1024", NULL},
	{"haven", "EMBEDDING_DIM", "1024", "expected 768, the dimensions of", "768",
		"EMBEDDING_MODEL=nomic-embed-text"},
	{"haven", "EMBEDDING_MODEL", "BAAI/bge-m3", "expected a value of your own", "bge-m3", NULL},
	{"haven", "CONTACTS_DEFAULT_REGION", "Germany", "must match", "DE", NULL},
	{"haven", "AUTH_TOKEN", "changeme", "expected a value of your own",
		"0f9cf2b1b3d84e5aa60e7c1d2f3a4b5c", NULL},
	{"haven", "POSTGRES_PASSWORD", "p@ssword-of-sixteen", "no @ : / ? # % &",
		"password-of-sixteen", NULL},

	{"semantik", "JWT_SECRET_KEY", "tooshort", "at least 32 characters",
		"0f9cf2b1b3d84e5aa60e7c1d2f3a4b5c", NULL},
	{"semantik", "JWT_SECRET_KEY", "CHANGE_THIS_TO_A_STRONG_SECRET_KEY",
		"expected a value of your own", "0f9cf2b1b3d84e5aa60e7c1d2f3a4b5c", NULL},
	{"semantik", "POSTGRES_PASSWORD", "50%-of-all-things", "no @ : / ? # % &",
		"half-of-all-things", NULL},
	{"semantik", "REDIS_PASSWORD", "half/of/all/things", "no @ : / ? # % &",
		"half-of-all-things", NULL},
	{"semantik", "QDRANT_API_KEY", "half-of-all-things", "at least 32 characters",
		"0f9cf2b1b3d84e5aa60e7c1d2f3a4b5c", NULL},
	{"semantik", "CONNECTOR_SECRETS_KEY", "0123456789abcdef0123456789abcdef",
		"44 characters, the last of them =", FERNET, NULL},
	{"semantik", "CONNECTOR_SECRETS_KEY", FERNET "x", "44 characters", "", NULL},
	{"semantik", "FLOWER_USERNAME", "Admin", "everybody tries first", "flower_0f9cf2b1",
		"monitoring=true"},
	{"semantik", "FLOWER_USERNAME", "flo:wer", "no : and no #", "flower", "monitoring=true"},
	{"semantik", "FLOWER_PASSWORD", "Replace-Me-With-Strong-Flower-Password",
		"of your own", "oneOfEach-kind-1", "monitoring=true"},
	{"semantik", "FLOWER_PASSWORD", "onlysmallletters", "a small letter, a capital, a digit",
		"oneOfEach-kind-1", "monitoring=true"},
	{"semantik", "FLOWER_PASSWORD", "oneOfEach:kind-1", "never : or #", "oneOfEach$kind-1",
		"monitoring=true"},
	{"semantik", "FLOWER_PASSWORD", "oneOfEach#kind-1", "never : or #", "oneOfEach!kind-1",
		"monitoring=true"},
	{"semantik", "FLOWER_PASSWORD", "Short-1", "at least 16 characters", "oneOfEach=kind-1",
		"monitoring=true"},
	{"semantik", "DEFAULT_QUANTIZATION", "int8", "int8 needs a GPU", "float32", NULL},
	{"semantik", "DEFAULT_QUANTIZATION", "float16", "float16 needs a GPU", "float32", NULL},
	{"semantik", "ENABLE_LOCAL_LLM", "true", "needs a GPU", "false", NULL},
	{"semantik", "ENABLE_LOCAL_LLM", "perhaps", "true or false", "true", "cuda=true"},
	{"semantik", "DISABLE_AUTH", "true", "Production does not start without a login", "false",
		NULL},
	{"semantik", "DISABLE_AUTH", "perhaps", "true or false", "true", "environment=development"},
	{"semantik", "GPU_MEMORY_MAX_PERCENT", "90", "a number from 0 to 1", "0.95", NULL},
	{"semantik", "REDIS_CLEANUP_BACKOFF_MULTIPLIER", "0.9", "at least 1", "1.5", NULL},
	{"semantik", "REDIS_CLEANUP_INTERVAL_SECONDS", "0", "a number from 1 to", "60", NULL},
	{"semantik", "BENCHMARK_DATASET_MAX_QUERIES", "-1", "a number from 1 to", "2000", NULL},
	{"semantik", "MAX_STORAGE_GB_PER_USER", "0", "at least 0.001", "0.5", NULL},
	{"semantik", "DEFAULT_QUANTIZATION", "int4", "one of float32, float16, int8", "int8",
		"cuda=true"},
	{"semantik", "CORS_ORIGINS", "https://a.example,*", "an address without a path",
		"https://a.example,http://localhost:5173", NULL},
	{"semantik", "CORS_ORIGINS", "null", "never * or null", "https://a.example", NULL},
	{"semantik", "ACCESS_TOKEN_EXPIRE_MINUTES", "1441", "a number from 1 to 1440", "1440",
		NULL},
	{"semantik", "CUDA_VISIBLE_DEVICES", "first", "must match", "0,1", "cuda=true"},
	{"semantik", "MODEL_MAX_MEMORY_GB", "0.2", "a number from 0.5 to", "7.5", "cuda=true"},
	{"semantik", "LOG_LEVEL", "TRACE", "one of DEBUG, INFO", "WARNING", NULL},

	{"claude-context", "POSTGRES_PASSWORD", "fifteen-letters", "at least 16 characters",
		"sixteen--letters", NULL},
	{"claude-context", "POSTGRES_PASSWORD", "code-context-secure-password",
		"expected a value of your own", "another-context-password", NULL},
	{"claude-context", "LLM_TEMPERATURE", "2.5", "a number from 0 to 2", "1.9", NULL},
	{"claude-context", "LLM_TEMPERATURE", "-0.1", "a number from 0 to 2", "0", NULL},
	{"claude-context", "LLM_MAX_TOKENS", "0", "a number from 1 to", "1", NULL},
	{"claude-context", "HYBRID_DENSE_WEIGHT", "0.7", "must add up to 1", "0.60", "hybrid=true"},
	{"claude-context", "HYBRID_DENSE_WEIGHT", "0.6", "must add up to 1", "0.25",
		"hybrid=true HYBRID_SPARSE_WEIGHT=0.75"},
	{"claude-context", "HYBRID_SPARSE_WEIGHT", "1.1", "a number from 0 to 1", "0.4",
		"hybrid=true"},
	{"claude-context", "RERANK_FINAL_K", "151", "No more hits can be kept", "150",
		"reranking=true"},
	{"claude-context", "DEFAULT_TOP_K", "101", "more hits than the most", "100", NULL},
	{"claude-context", "CHUNK_OVERLAP", "2000", "shorter than a passage", "1999", NULL},
	{"claude-context", "MEMORY_THRESHOLD_PERCENT", "9", "a number from 10 to 99", "10", NULL},
	{"claude-context", "CRAWL_WAIT_STRATEGY", "idle", "one of domcontentloaded", "networkidle",
		NULL},
	{"claude-context", "HYBRID_PROCESS_BATCH", "0", "a number from 1 to", "20", NULL},
	{"claude-context", "STREAMING_EMBED_WORKERS", "many", "a whole number", "3", NULL},
	{"claude-context", "PROCESSING_MODE", "fast", "one of sequential", "streaming", NULL},
	{"claude-context", "NEO4J_PASSWORD", "secure-graph-password",
		"expected a value of your own", "another-graph-password", "cognee=true"},
	{"claude-context", "CORS_ORIGIN", "*", "expected a value of your own",
		"https://app.example.org", NULL},

	{"ragcorp", "API_KEYS_CONFIG", "key:ingest", "expected a JSON document",
		"{\"0f9cf2b1b3d84e5a\":[\"ingest\",\"ask\"]}", NULL},
	{"ragcorp", "API_KEYS_CONFIG", "[\"ingest\"]", "A JSON object is expected",
		"{\"0f9cf2b1b3d84e5a\":[\"metrics\"]}", NULL},
	{"ragcorp", "API_KEYS_CONFIG", "{\"0f9cf2b1b3d84e5a\":[\"admin\"]}",
		"ingest, ask or read metrics", "{\"0f9cf2b1b3d84e5a\":[\"ask\"]}", NULL},
	{"ragcorp", "API_KEYS_CONFIG", "", "Production needs API keys or roles",
		"{\"0f9cf2b1b3d84e5a\":[\"ask\"]}", NULL},
	{"ragcorp", "API_KEYS_CONFIG", "{", "expected a JSON document", "",
		"environment=development"},
	{"ragcorp", "API_KEYS_CONFIG", "{", "expected a JSON document", "",
		"RBAC_CONFIG={\"admin\":[\"ask\"]}"},
	{"ragcorp", "RBAC_CONFIG", "\"admin\"", "A JSON object is expected", "{}", NULL},
	{"ragcorp", "JWT_SECRET", "dev-secret", "expected a value of your own",
		"0f9cf2b1b3d84e5aa60e7c1d2f3a4b5c", NULL},
	{"ragcorp", "JWT_COOKIE_SECURE", "false", "Production does not start without", "true",
		NULL},
	{"ragcorp", "JWT_COOKIE_SECURE", "perhaps", "true or false", "false",
		"environment=staging"},
	{"ragcorp", "METRICS_REQUIRE_AUTH", "no", "Production does not start without", "yes", NULL},
	{"ragcorp", "METRICS_REQUIRE_AUTH", "perhaps", "true or false", "no",
		"environment=development"},
	{"ragcorp", "PROMPT_VERSION", "2", "v1, v2", "v12", NULL},
	{"ragcorp", "GOOGLE_API_KEY", "", "the model must be faked",
		"0f9cf2b1b3d84e5aa60e7c1d2f3a4b5c", NULL},
	{"ragcorp", "GOOGLE_API_KEY", "", "the embeddings must be faked",
		"0f9cf2b1b3d84e5aa60e7c1d2f3a4b5c", "FAKE_LLM=1"},
	{"ragcorp", "GOOGLE_API_KEY", "", "the model must be faked",
		"0f9cf2b1b3d84e5aa60e7c1d2f3a4b5c", "FAKE_EMBEDDINGS=1"},
	{"ragcorp", "GOOGLE_API_KEY", "changeme", "a secret of your own", "",
		"FAKE_LLM=1 FAKE_EMBEDDINGS=1"},
	{"ragcorp", "CONNECTOR_ENCRYPTION_KEY", "not-a-key", "44 characters", FERNET, NULL},
	{"ragcorp", "ALLOWED_ORIGINS", "app.example.org", "an address without a path",
		"https://app.example.org,http://localhost:3000", NULL},
	{"ragcorp", "CORS_ALLOW_CREDENTIALS", "true", "name the origins", "false",
		"ALLOWED_ORIGINS=*"},
	{"ragcorp", "DEV_SEED_ADMIN", "1", "accounts that everybody knows", "0", NULL},
	{"ragcorp", "DEV_SEED_DEMO", "perhaps", "true or false", "1", "environment=development"},
	{"ragcorp", "GOOGLE_OAUTH_CLIENT_ID", "x", "needs CONNECTOR_ENCRYPTION_KEY", "", NULL},
	{"ragcorp", "GOOGLE_OAUTH_REDIRECT_URI", "https://app.example.org/back",
		"contains {workspace_id}", "https://app.example.org/{workspace_id}/back",
		"GOOGLE_OAUTH_CLIENT_ID=x"},
	{"ragcorp", "RAG_INJECTION_RISK_THRESHOLD", "1.5", "a number from 0 to 1", "0.6",
		"RAG_INJECTION_FILTER_MODE=exclude"},
	{"ragcorp", "RETRY_BASE_DELAY_SECONDS", "30.5", "longer than the longest", "0.5", NULL},
	{"ragcorp", "RATE_LIMIT_RPS", "-0.5", "at least 0", "0.5", NULL},
	{"ragcorp", "DB_POOL_MIN_SIZE", "11", "cannot be more than the most", "10", NULL},
	{"ragcorp", "NODE_TOP_K", "0", "a number from 1 to", "5", "ENABLE_2TIER_RETRIEVAL=1"},
	{"ragcorp", "CHUNK_OVERLAP", "900", "shorter than a passage", "899", NULL},
	{"ragcorp", "MAX_UPLOAD_BYTES", "524288001", "a number from 1 to 524288000", "524288000",
		NULL},
	{"ragcorp", "MINIO_ROOT_USER", "ab", "at least 3 characters", "abc", NULL},
	{"ragcorp", "MINIO_ROOT_PASSWORD", "1234567", "at least 8 characters", "12345678", NULL},
	{"ragcorp", "S3_BUCKET", "Documents", "3 to 63 small letters", "documents.2", NULL},
	{"ragcorp", "GRAFANA_PASSWORD", "admin", "expected a value of your own", "0f9cf2b1b3d84e5a",
		"monitoring=true"},
};

/* A value that the stack cannot use is refused with words that say why; one that it can is taken.
 */
static void test_what_a_stack_cannot_use_is_refused(void **state)
{
	AUTO_PTR(project) struct project *p = NULL;
	const char *opened = "";

	for (size_t i = 0; i < ARRAY_SIZE(constraints); i++) {
		const struct constraint_row *row = &constraints[i];
		struct setting *s;

		if (!str_eq(opened, row->stack) || row->others || constraints[i - 1].others) {
			project_free(p);
			p = open_stack(*state, TEMPLATES, row->stack);
			opened = row->stack;
		}
		answer_all(p, row->others);
		s = answer(p, row->name, row->bad);
		settings_judge(&p->settings);
		if (!s->problem.code || !strstr(s->problem.message, row->message))
			fail_msg("%s: %s=%s: %s", row->stack, row->name, row->bad,
				s->problem.code ? s->problem.message : "accepted");
		answer(p, row->name, row->good);
		settings_judge(&p->settings);
		if (s->problem.code)
			fail_msg("%s: %s=%s: %s", row->stack, row->name, row->good,
				s->problem.message);
		answer(p, row->name, NULL);
	}
}

/* What is known of each stack; words. */
static const struct facts_row {
	const char *stack;
	const char *settings; /* people can set them */
	const char *given;    /* some service gets them with a value that is fixed here */
	const char *notes;    /* what the documents say otherwise is said */
	const char *services, *volumes, *features;
	const char *beside;    /* programs of the host; NULL: none */
	const char *published; /* ports that have a setting */
	const char *inside;    /* ports that services are asked at */
} facts[] = {
	{"haven",
		.settings =
			"AUTH_TOKEN CATALOG_FORWARD_TO_SEARCH CATALOG_TIMEOUT_SECONDS "
			"CATALOG_TOKEN "
			"CONTACTS_DEFAULT_REGION EMBEDDING_DIM EMBEDDING_MODEL "
			"EMBEDDING_REQUEST_TIMEOUT ENABLE_DLQ FILE_PLACEHOLDER_TEXT GATEWAY_URL "
			"IMAGE_PLACEHOLDER_TEXT INTENT_MIN_CONFIDENCE INTENT_MODEL "
			"INTENT_REQUEST_TIMEOUT LLM_PROVIDER MINIO_ACCESS_KEY MINIO_BUCKET "
			"MINIO_SECRET_KEY OLLAMA_API_URL OLLAMA_BASE_URL OLLAMA_ENABLED "
			"OLLAMA_MAX_RETRIES OLLAMA_MODEL OLLAMA_TIMEOUT_SECONDS "
			"OLLAMA_VISION_MODEL "
			"OPENAI_API_KEY OPENAI_MODEL POSTGRES_DB POSTGRES_PASSWORD POSTGRES_USER "
			"QDRANT_COLLECTION SEARCH_INGEST_BATCH SEARCH_TIMEOUT SEARCH_TOKEN "
			"TAXONOMY_PATH WORKER_BATCH_SIZE WORKER_POLL_INTERVAL WORKER_TYPE",
		.given = "CATALOG_BASE_URL CONTACTS_HELPER_TOKEN CONTACTS_HELPER_URL DATABASE_URL "
			 "DB_DSN MINIO_ENDPOINT MINIO_SECURE QDRANT_URL SEARCH_URL",
		.notes =
			"GATEWAY_PUBLIC_URL HostAgent services.catalog_api.migrate schema/init.sql "
			"embedding",
		.services = "postgres qdrant minio search catalog gateway worker",
		.volumes = "pg_data qdrant_data minio_data", .features = "worker captions",
		.beside = "ollama hostagent", .published = "8085 9001 5432 6333",
		.inside = "8080 8081 9000 6333 5432 11434"},
	{"semantik",
		.settings =
			"ACCESS_TOKEN_EXPIRE_MINUTES CACHE_DEFAULT_TTL_SECONDS CELERY_CONCURRENCY "
			"CELERY_MAX_CONCURRENCY CONNECTOR_SECRETS_KEY CORS_ORIGINS "
			"CPU_MEMORY_MAX_PERCENT CUDA_VISIBLE_DEVICES DB_IDLE_IN_TX_TIMEOUT_MS "
			"DB_MAX_OVERFLOW DB_POOL_PRE_PING DB_POOL_RECYCLE DB_POOL_SIZE "
			"DB_POOL_TIMEOUT DEFAULT_COLLECTION DEFAULT_EMBEDDING_MODEL "
			"DEFAULT_LLM_QUANTIZATION DEFAULT_QUANTIZATION DISABLE_AUTH DOCUMENT_PATH "
			"ENABLE_LOCAL_LLM ENABLE_MEMORY_GOVERNOR ENVIRONMENT "
			"EVICTION_IDLE_THRESHOLD_SECONDS FLOWER_PASSWORD FLOWER_USERNAME "
			"FORWARDED_ALLOW_IPS GPU_MEMORY_MAX_PERCENT HF_CACHE_DIR HF_HUB_OFFLINE "
			"INTERNAL_API_KEY JWT_SECRET_KEY LLM_KV_CACHE_BUFFER_MB "
			"LLM_TRUST_REMOTE_CODE "
			"LLM_UNLOAD_AFTER_SECONDS LOG_LEVEL MAX_COLLECTIONS_PER_USER "
			"MAX_STORAGE_GB_PER_USER MODEL_MAX_MEMORY_GB MODEL_UNLOAD_AFTER_SECONDS "
			"POSTGRES_DB POSTGRES_PASSWORD POSTGRES_TEST_DB POSTGRES_TEST_PASSWORD "
			"POSTGRES_TEST_PORT POSTGRES_TEST_USER POSTGRES_USER "
			"PRESSURE_CHECK_INTERVAL_SECONDS QDRANT_API_KEY RATE_LIMIT_PER_MINUTE "
			"REDIS_PASSWORD SEMANTIK_ENABLE_PLUGINS "
			"USE_MOCK_EMBEDDINGS WEBUI_PORT WEBUI_WORKERS",
		.given =
			"CELERY_BEAT_SCHEDULE_FILE CELERY_BROKER_URL CELERY_RESULT_BACKEND "
			"DATABASE_URL HF_HOME METRICS_PORT POSTGRES_HOST POSTGRES_PORT QDRANT_HOST "
			"QDRANT_PORT REDIS_URL SEARCH_API_HOST SEARCH_API_PORT SEARCH_API_URL "
			"WAIT_FOR_QDRANT WAIT_FOR_SEARCH_API WEBUI_METRICS_PORT",
		.notes = "GRAFANA_PASSWORD UID GID 6333/health download-models.sh BGSAVE",
		.services = "qdrant postgres postgres_test redis vecpipe webui worker beat flower "
			    "nginx",
		.volumes = "qdrant_storage postgres_data postgres_test_data redis_data "
			   "semantik_plugins "
			   "nginx_cache",
		.features = "cuda reranking sparse local-llm proxy testing monitoring workers",
		.published = "8080 5555 80 443 55432", .inside = "8000 8080 6333 5432 6379 5555"},
	{"claude-context",
		.settings =
			"CHUNK_BATCH_SIZE CHUNK_OVERLAP CHUNK_SIZE CODERANK_PORT COGNEE_API_KEY "
			"CORE_MODULE_PATH CORS_CREDENTIALS CORS_ORIGIN CRAWL4AI_TIMEOUT "
			"CRAWL_BATCH_SIZE CRAWL_MAX_CONCURRENT CRAWL_PAGE_TIMEOUT "
			"CRAWL_WAIT_STRATEGY "
			"DEFAULT_SCOPE DEFAULT_TOP_K EMBEDDING_BATCH_SIZE "
			"EMBEDDING_BATCH_SIZE_PER_REQUEST EMBEDDING_CONCURRENCY EMBEDDING_HOST "
			"ENABLE_HYBRID_SEARCH ENABLE_METRICS ENABLE_PARALLEL_EMBEDDING "
			"ENABLE_RERANKING ENABLE_SYMBOL_EXTRACTION ENABLE_TREE_SITTER GITHUB_TOKEN "
			"HYBRID_DENSE_WEIGHT HYBRID_SPARSE_WEIGHT LLM_API_BASE LLM_API_KEY "
			"LLM_MAX_TOKENS LLM_MODEL LLM_TEMPERATURE LOG_LEVEL MAX_CHUNK_SIZE "
			"MAX_CONCURRENT_BATCHES MAX_EMBEDDING_CONCURRENCY MAX_TOP_K "
			"MEMORY_THRESHOLD_PERCENT MINIMAX_API_KEY MINIMAX_API_BASE MINIMAX_MODEL "
			"NODE_ENV "
			"NODE_OPTIONS OPENAI_API_KEY OPENAI_BASE_URL POSTGRES_DB "
			"POSTGRES_MAX_CONNECTIONS POSTGRES_PASSWORD POSTGRES_SSL POSTGRES_USER "
			"PROCESSING_MODE QDRANT_API_KEY QDRANT_COLLECTION_PREFIX "
			"RATE_LIMIT_MAX_REQUESTS RATE_LIMIT_WINDOW_MS REDIS_HOST REDIS_PASSWORD "
			"REDIS_PORT RERANKER_TIMEOUT RERANK_FINAL_K RERANK_INITIAL_K "
			"RERANK_TEXT_MAX_CHARS SENTRY_DSN SENTRY_ENVIRONMENT "
			"SPLADE_INTERNAL_BATCH_SIZE SPLADE_MODEL_NAME SPLADE_TIMEOUT "
			"SPLADE_USE_SAFETENSORS STELLA_PORT",
		.given = "CODERANK_HOST COGNEE_API_URL CRAWL4AI_URL EMBEDDING_CODERANK_PORT "
			 "EMBEDDING_GTE_PORT METRICS_PORT MODEL_NAME PORT "
			 "POSTGRES_CONNECTION_STRING "
			 "POSTGRES_HOST POSTGRES_PORT POSTGRES_URL QDRANT_URL RERANKER_URL "
			 "SPLADE_URL "
			 "STELLA_HOST",
		.notes = "/health/postgres /collections/*/snapshots 8000 .env.crawl4ai 30001 "
			 "002-island-architecture.sql",
		.services = "postgres qdrant neo4j crawl4ai splade reranker cognee api-server "
			    "prometheus "
			    "postgres-exporter",
		.volumes = "postgres_data qdrant_storage neo4j_data neo4j_logs playwright_cache "
			   "splade_models reranker_models",
		.features = "hybrid reranking cuda cognee monitoring",
		.beside = "embeddings-text embeddings-code",
		.published = "3030 30001 30002 7474 7687 8340 9090",
		.inside = "7070 8000 80 3030 6333 5432"},
	{"ragcorp",
		.settings =
			"ALLOWED_ORIGINS API_KEYS_CONFIG APP_ENV CHUNK_OVERLAP CHUNK_SIZE "
			"CONNECTOR_ENCRYPTION_KEY CORS_ALLOW_CREDENTIALS DB_HEALTHCHECK_ON_ACQUIRE "
			"DB_POOL_MAX_SIZE DB_POOL_MIN_SIZE DB_SLOW_QUERY_SECONDS "
			"DB_STATEMENT_TIMEOUT_MS DEV_SEED_ADMIN DEV_SEED_ADMIN_EMAIL "
			"DEV_SEED_ADMIN_FORCE_RESET DEV_SEED_ADMIN_PASSWORD DEV_SEED_ADMIN_ROLE "
			"DEV_SEED_DEMO DOCUMENT_QUEUE_NAME E2E_SEED_ADMIN EMBEDDING_CACHE_BACKEND "
			"ENABLE_2TIER_RETRIEVAL ENABLE_HYBRID_SEARCH ENABLE_QUERY_REWRITE "
			"ENABLE_RERANK FAKE_EMBEDDINGS FAKE_LLM FTS_LANGUAGE_DEFAULT "
			"GF_SERVER_ROOT_URL GOOGLE_API_KEY GOOGLE_OAUTH_CLIENT_ID "
			"GOOGLE_OAUTH_CLIENT_SECRET GOOGLE_OAUTH_REDIRECT_URI GRAFANA_PASSWORD "
			"GRAFANA_USER HEALTHCHECK_GOOGLE_ENABLED JWT_ACCESS_TTL_MINUTES "
			"JWT_COOKIE_DOMAIN JWT_COOKIE_NAME JWT_COOKIE_SECURE JWT_SECRET LOG_JSON "
			"LOG_LEVEL MAX_BODY_BYTES MAX_CONTEXT_CHARS MAX_CONVERSATION_MESSAGES "
			"MAX_INGEST_CHARS MAX_QUERY_CHARS MAX_SOURCE_CHARS MAX_TITLE_CHARS "
			"MAX_TOP_K "
			"MAX_UPLOAD_BYTES METRICS_REQUIRE_AUTH MINIO_ROOT_PASSWORD MINIO_ROOT_USER "
			"OTEL_ENABLED OTEL_EXPORTER_OTLP_ENDPOINT POSTGRES_DB POSTGRES_HOST_PORT "
			"POSTGRES_PASSWORD POSTGRES_USER PROMPT_VERSION RAG_INJECTION_FILTER_MODE "
			"RAG_INJECTION_RISK_THRESHOLD RATE_LIMIT_BURST RATE_LIMIT_RPS RBAC_CONFIG "
			"RERANK_CANDIDATE_MULTIPLIER RERANK_MAX_CANDIDATES "
			"RETRY_BASE_DELAY_SECONDS "
			"RETRY_MAX_ATTEMPTS RETRY_MAX_DELAY_SECONDS RRF_K S3_BUCKET S3_REGION",
		.given = "DATABASE_URL NEXT_PUBLIC_API_URL RAG_BACKEND_URL REDIS_URL S3_ACCESS_KEY "
			 "S3_ENDPOINT_URL S3_SECRET_KEY WORKER_HTTP_PORT",
		.notes = "API_KEYS, .env.prod alembic compose.green.yaml backend:8000 /healthz",
		.services =
			"db migrate rag-api redis worker web prometheus grafana postgres-exporter "
			"redis-exporter minio minio-init",
		.volumes = "postgres_data redis_data prometheus_data grafana_data minio_data",
		.features = "monitoring hybrid reranking workers",
		.published = "3000 8000 5432 9090 3001 9001",
		.inside = "8000 8001 3000 9000 9187 9121 6379"},
};

typedef bool known_fn(const struct project *p, const char *word);

/* Not one that was inferred: people are told what it is. */
static bool is_setting(const struct project *p, const char *word)
{
	const struct setting *s = settings_find(&p->settings, word);

	return s && s->title;
}

static bool is_given(const struct project *p, const char *word)
{
	for (size_t i = 0; i < p->compose->n_services; i++) {
		struct json_object *service = p->compose->services[i].json;

		if (json_key(json_key(service, "environment"), word) ||
			json_key(json_get(service, "build.args"), word))
			return true;
	}
	return false;
}

static bool is_noted(const struct project *p, const char *word)
{
	for (size_t i = 0; i < p->stack->notes.n; i++)
		if (strstr(p->stack->notes.items[i], word))
			return true;
	return false;
}

/* With its description and its gate, unless it runs once. */
static bool is_service(const struct project *p, const char *word)
{
	const struct stack_service *s = stack_find_service(p->stack, word);

	return s && s->about && compose_find_service(p->compose, word) &&
	       (s->ready || str_eq(word, "migrate") || str_eq(word, "minio-init"));
}

/* Which Compose does not know. */
static bool is_beside(const struct project *p, const char *word)
{
	const struct stack_service *s = stack_find_service(p->stack, word);

	return s && s->about && s->kind == SERVICE_HOST && !compose_find_service(p->compose, word);
}

static bool is_volume(const struct project *p, const char *word)
{
	for (size_t i = 0; i < p->stack->n_volumes; i++)
		if (str_eq(p->stack->volumes[i].name, word))
			return p->stack->volumes[i].uid >= 0;
	return false;
}

static bool is_feature(const struct project *p, const char *word)
{
	const struct stack_feature *f =
		stack_find_feature(p->stack->features, p->stack->n_features, word);
	const struct setting *s = settings_find(&p->settings, word);

	return f && f->help && s && s->choice;
}

static bool is_published(const struct project *p, const char *word)
{
	for (size_t i = 0; i < p->settings.n; i++)
		if (p->settings.items[i].type == SETTING_PORT &&
			str_eq(p->settings.items[i].default_value, word))
			return true;
	return false;
}

/* In an address, a health check or a mapping. */
static bool is_inside(const struct project *p, const char *word)
{
	for (size_t i = 0; i < p->compose->n_services; i++) {
		autofree char *text = json_text(p->compose->services[i].json);
		const char *at = text;
		size_t n = strlen(word);

		while ((at = strstr(at, word))) {
			bool begins = at > text && strchr(":/\"", at[-1]);

			if (begins && (at[n] < '0' || at[n] > '9'))
				return true;
			at += n;
		}
	}
	return false;
}

static void check_words(
	const struct project *p, const char *what, const char *words, known_fn *known)
{
	AUTO(strv) struct strv list = STRV_INIT;

	strv_split(&list, words, ' ');
	assert_true(list.n > 0);
	for (size_t i = 0; i < list.n; i++)
		if (!known(p, list.items[i]))
			fail_msg("%s: no %s %s", p->stack->name, what, list.items[i]);
}

static void test_a_definition_knows_all_that_is_known(void **state)
{
	static const char *const environments[] = {"production", "staging", "development"};

	for (size_t i = 0; i < ARRAY_SIZE(facts); i++) {
		const struct facts_row *row = &facts[i];
		AUTO_PTR(project) struct project *p = open_stack(*state, TEMPLATES, row->stack);

		check_words(p, "setting", row->settings, is_setting);
		check_words(p, "variable", row->given, is_given);
		check_words(p, "note of", row->notes, is_noted);
		check_words(p, "service", row->services, is_service);
		if (row->beside)
			check_words(p, "program of the host", row->beside, is_beside);
		check_words(p, "volume", row->volumes, is_volume);
		check_words(p, "feature", row->features, is_feature);
		check_words(p, "setting for the port", row->published, is_published);
		check_words(p, "port", row->inside, is_inside);
		for (size_t k = 0; k < ARRAY_SIZE(environments); k++)
			assert_non_null(stack_find_feature(
				p->stack->environments, p->stack->n_environments, environments[k]));
		assert_true(p->stack->n_migrations > 0);
		assert_true(p->stack->requires.memory > 0 && p->stack->requires.disk > 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			test_what_a_stack_cannot_use_is_refused, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(
			test_a_definition_knows_all_that_is_known, fixture_setup, fixture_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
