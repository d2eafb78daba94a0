/* SPDX-License-Identifier: MIT */
/* The stacks that come with Slipway: what their definitions say, held against what is known of the stacks. */
#include "host_fixture.h"

#include "base/str.h"
#include "config/project.h"
#include "loop/loop.h"

/* In an empty directory. */
static struct project *open_stack(struct fixture *f, const char *name)
{
	autofree char *path = xasprintf("%s/%s", TEMPLATES, name);
	const struct project_options options = {.dir = f->dir, .stack = path, .tolerant = true};
	AUTO(error) struct error err = ERROR_INIT;
	struct project *p = NULL;

	if (project_open(f->host, &options, &p, &err))
		fail_msg("%s: %s (%s)", name, err.message, err.detail ? err.detail : "");
	return p;
}

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
	{"haven", "EMBEDDING_DIM", "768", "bge-m3 has 1024 dimensions", "1024", NULL},
	{"haven", "EMBEDDING_DIM", "1024", "nomic-embed-text has 768", "768",
		"EMBEDDING_MODEL=nomic-embed-text"},
	{"haven", "EMBEDDING_MODEL", "BAAI/bge-m3", "expected a value of your own", "bge-m3",
		NULL},
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
	{"claude-context", "HYBRID_DENSE_WEIGHT", "0.7", "must add up to 1", "0.60",
		"hybrid=true"},
	{"claude-context", "HYBRID_DENSE_WEIGHT", "0.6", "must add up to 1", "0.25",
		"hybrid=true HYBRID_SPARSE_WEIGHT=0.75"},
	{"claude-context", "HYBRID_SPARSE_WEIGHT", "1.1", "a number from 0 to 1", "0.4",
		"hybrid=true"},
	{"claude-context", "RERANK_FINAL_K", "151", "No more hits can be kept", "150",
		"reranking=true"},
	{"claude-context", "DEFAULT_TOP_K", "101", "more hits than the most", "100", NULL},
	{"claude-context", "CHUNK_OVERLAP", "2000", "shorter than a passage", "1999", NULL},
	{"claude-context", "MEMORY_THRESHOLD_PERCENT", "9", "a number from 10 to 99", "10", NULL},
	{"claude-context", "CRAWL_WAIT_STRATEGY", "idle", "one of domcontentloaded",
		"networkidle", NULL},
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
	{"ragcorp", "METRICS_REQUIRE_AUTH", "no", "Production does not start without", "yes",
		NULL},
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
	{"ragcorp", "RATE_LIMIT_RPS", "-0.5", "at least 0", "0.5", NULL},
	{"ragcorp", "DB_POOL_MIN_SIZE", "11", "cannot be more than the most", "10", NULL},
	{"ragcorp", "CHUNK_OVERLAP", "900", "shorter than a passage", "899", NULL},
	{"ragcorp", "MAX_UPLOAD_BYTES", "524288001", "a number from 1 to 524288000", "524288000",
		NULL},
	{"ragcorp", "MINIO_ROOT_USER", "ab", "at least 3 characters", "abc", NULL},
	{"ragcorp", "MINIO_ROOT_PASSWORD", "1234567", "at least 8 characters", "12345678", NULL},
	{"ragcorp", "S3_BUCKET", "Documents", "3 to 63 small letters", "documents.2", NULL},
	{"ragcorp", "GRAFANA_PASSWORD", "admin", "expected a value of your own",
		"0f9cf2b1b3d84e5a", "monitoring=true"},
};

/* A value that the stack cannot use is refused with words that say why; one that it can is taken. */
static void test_what_a_stack_cannot_use_is_refused(void **state)
{
	AUTO_PTR(project) struct project *p = NULL;
	const char *opened = "";

	for (size_t i = 0; i < ARRAY_SIZE(constraints); i++) {
		const struct constraint_row *row = &constraints[i];
		struct setting *s;

		if (!str_eq(opened, row->stack) || row->others || constraints[i - 1].others) {
			project_free(p);
			p = open_stack(*state, row->stack);
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_what_a_stack_cannot_use_is_refused,
			fixture_setup, fixture_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
