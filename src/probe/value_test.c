/* SPDX-License-Identifier: MIT */
#include "probe/value_test.h"

#include "base/i18n.h"
#include "base/str.h"
#include "base/text.h"
#include "loop/http.h"

#include <ctype.h>
#include <string.h>

/* A test and what it asks with: the texts belong to it. */
struct value_test {
	struct op op;
	struct probe *probe;
	const struct value_test_info *info;
	struct probe_spec spec;
	char *url, *host, *user, *password, *database, *query, *bearer, *json_path;
	char *missing; /* how the query's answer ends without the extension */
	enum value_verdict verdict;
	char *text;
};

/* --- taking addresses apart */

/* Undoes %XX. Caller: secret_free(). */
static char *decode(const char *p, size_t n)
{
	char *text = xcalloc(n + 1, 1), *to = text;

	for (size_t i = 0; i < n; i++) {
		if (p[i] == '%' && i + 2 < n && isxdigit((unsigned char)p[i + 1]) &&
			isxdigit((unsigned char)p[i + 2])) {
			char digits[3] = {p[i + 1], p[i + 2], '\0'};

			*to++ = (char)strtol(digits, NULL, 16);
			i += 2;
		} else {
			*to++ = p[i];
		}
	}
	return text;
}

/* scheme://[user[:password]@]host[:port][/path]: what is there, decoded. */
static int take_apart(struct value_test *t, const char *dsn, struct error *err)
{
	const char *p = strstr(dsn, "://"), *end, *at = NULL, *colon;
	size_t n;

	if (!p)
		return error_set(err, ERR_INPUT, _("there is no address to ask"));
	p += 3;
	end = p + strcspn(p, "/?#");
	for (const char *q = p; q < end; q++)
		if (*q == '@')
			at = q;
	if (at) {
		colon = memchr(p, ':', (size_t)(at - p));
		t->user = decode(p, (size_t)((colon ? colon : at) - p));
		if (colon)
			t->password = decode(colon + 1, (size_t)(at - colon - 1));
		p = at + 1;
	}
	n = (size_t)(end - p);
	/* Of a list the first one. */
	if (memchr(p, ',', n))
		n = (size_t)((const char *)memchr(p, ',', n) - p);
	colon = *p == '[' ? memchr(p, ']', n) : p;
	colon = colon ? memchr(colon, ':', n - (size_t)(colon - p)) : NULL;
	if (colon)
		t->spec.port = (int)strtol(colon + 1, NULL, 10);
	n = colon ? (size_t)(colon - p) : n;
	if (n > 1 && *p == '[')
		p++, n -= 2;
	t->host = decode(p, n);
	if (*end == '/' && end[1] && end[1] != '?')
		t->database = decode(end + 1, strcspn(end + 1, "?#"));
	return *t->host ? 0 : error_set(err, ERR_INPUT, _("there is no address to ask"));
}

static const char *value_of(const struct value_test_spec *spec)
{
	const char *value = setting_effective(spec->setting);

	return value ? value : "";
}

/* The setting beside this one: SMTP_HOST -> SMTP_PORT. NULL when there is none, or no value. */
static const char *beside(const struct value_test_spec *spec, const char *ending)
{
	const char *name = spec->setting->name, *last = strrchr(name, '_');
	autofree char *other = xasprintf("%.*s%s", (int)(last ? last - name : 0), name, ending);
	const struct setting *s = settings_find(spec->all, other);
	const char *value = s ? setting_effective(s) : NULL;

	return str_empty(value) ? NULL : value;
}

static bool has_scheme(const char *value, const char *scheme)
{
	size_t n = strlen(scheme);

	return strncmp(value, scheme, n) == 0 &&
	       (strncmp(value + n, "://", 3) == 0 || value[n] == '+');
}

/* --- PostgreSQL */

static bool fits_postgres(const struct value_test_spec *spec)
{
	return has_scheme(value_of(spec), "postgres") || has_scheme(value_of(spec), "postgresql");
}

/* A name that needs no quoting in SQL. */
static bool is_plain_name(const char *name)
{
	return *name && !name[strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_-")];
}

static int fill_postgres(
	struct value_test *t, const struct value_test_spec *spec, struct error *err)
{
	const char *e = spec->extension ? spec->extension : spec->setting->test_extension;

	t->spec.kind = PROBE_POSTGRES;
	if (!str_empty(e) && is_plain_name(e)) {
		t->missing = xasprintf(", no %s", e);
		t->query = xasprintf(
			"SELECT 'PostgreSQL ' || current_setting('server_version') || ', ' || "
			"coalesce("
			"(SELECT '%s ' || extversion FROM pg_extension WHERE extname = '%s'), "
			"(SELECT '%s ' || default_version || ' to be created' FROM "
			"pg_available_extensions WHERE name = '%s'), 'no %s')",
			e, e, e, e, e);
	}
	return take_apart(t, value_of(spec), err);
}

/* --- Redis */

static bool fits_redis(const struct value_test_spec *spec)
{
	return has_scheme(value_of(spec), "redis");
}

static int fill_redis(struct value_test *t, const struct value_test_spec *spec, struct error *err)
{
	t->spec.kind = PROBE_REDIS;
	return take_apart(t, value_of(spec), err);
}

/* --- mail */

static bool fits_smtp(const struct value_test_spec *spec)
{
	const char *name = spec->setting->name;
	bool mail = strstr(name, "SMTP") || strstr(name, "MAIL");

	return has_scheme(value_of(spec), "smtp") ||
	       (mail && (str_ends(name, "_HOST") || str_ends(name, "_SERVER")));
}

static int fill_smtp(struct value_test *t, const struct value_test_spec *spec, struct error *err)
{
	const char *port = beside(spec, "_PORT");

	t->spec.kind = PROBE_SMTP;
	if (strstr(value_of(spec), "://"))
		return take_apart(t, value_of(spec), err);
	t->host = xstrdup(value_of(spec));
	t->spec.port = port ? (int)strtol(port, NULL, 10) : 0;
	return 0;
}

/* --- what speaks HTTP */

static bool fits_http(const struct value_test_spec *spec)
{
	return (spec->setting->type == SETTING_URL || spec->setting->test) &&
	       (has_scheme(value_of(spec), "http") || has_scheme(value_of(spec), "https"));
}

static int fill_http(struct value_test *t, const struct value_test_spec *spec, struct error *err)
{
	t->spec.kind = PROBE_HTTP;
	t->spec.answers = true;
	t->url = xstrdup(value_of(spec));
	return http_url_target(t->url, &t->host, &t->spec.port, err);
}

static bool fits_s3(const struct value_test_spec *spec)
{
	const char *name = spec->setting->name;
	bool s3 = strstr(name, "S3") || strstr(name, "MINIO") || strstr(name, "R2_");

	return s3 && fits_http(spec) && (strstr(name, "ENDPOINT") || str_ends(name, "_URL"));
}

/* Whoever speaks S3 refuses a stranger in S3's own words. */
static int fill_s3(struct value_test *t, const struct value_test_spec *spec, struct error *err)
{
	int code = fill_http(t, spec, err);

	t->spec.s3 = true;
	return code;
}

static bool fits_huggingface(const struct value_test_spec *spec)
{
	static const char *const names[] = {"HF_TOKEN", "HUGGING_FACE_HUB_TOKEN",
		"HUGGINGFACE_TOKEN", "HUGGINGFACEHUB_API_TOKEN", "HUGGINGFACE_HUB_TOKEN",
		"HUGGINGFACE_API_KEY"};

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (strcmp(spec->setting->name, names[i]) == 0)
			return true;
	return false;
}

static int fill_huggingface(
	struct value_test *t, const struct value_test_spec *spec, struct error *err)
{
	const struct setting *endpoint = settings_find(spec->all, "HF_ENDPOINT");
	const char *base = endpoint ? setting_effective(endpoint) : NULL;
	size_t n;

	if (str_empty(base))
		base = "https://huggingface.co";
	for (n = strlen(base); n && base[n - 1] == '/'; n--)
		;
	t->spec.kind = PROBE_HTTP;
	t->url = xasprintf("%.*s/api/whoami-v2", (int)n, base);
	t->bearer = xstrdup(value_of(spec));
	t->json_path = xstrdup("name");
	return http_url_target(t->url, &t->host, &t->spec.port, err);
}

/* --- the table */

static const struct {
	struct value_test_info info;
	bool (*fits)(const struct value_test_spec *spec);
	int (*fill)(struct value_test *t, const struct value_test_spec *spec, struct error *err);
} tests[] = {
	{{"postgres", N_("logs in, and asks for the version and an extension")}, fits_postgres,
		fill_postgres},
	{{"redis", N_("logs in and sends PING")}, fits_redis, fill_redis},
	{{"smtp", N_("waits for the greeting of the mail server")}, fits_smtp, fill_smtp},
	{{"huggingface", N_("asks whose token it is")}, fits_huggingface, fill_huggingface},
	{{"s3", N_("asks the endpoint for an answer of S3")}, fits_s3, fill_s3},
	{{"http", N_("asks for the page")}, fits_http, fill_http},
};
const struct value_test_info *const value_tests[] = {&tests[0].info, &tests[1].info, &tests[2].info,
	&tests[3].info, &tests[4].info, &tests[5].info, NULL};

static size_t find(const struct value_test_spec *spec)
{
	const struct setting *s = spec->setting;

	if (str_empty(value_of(spec)) || strchr(value_of(spec), '$'))
		return ARRAY_SIZE(tests);
	for (size_t i = 0; i < ARRAY_SIZE(tests); i++)
		if (s->test ? strcmp(s->test, tests[i].info.name) == 0 : tests[i].fits(spec))
			return i;
	return ARRAY_SIZE(tests);
}

const struct value_test_info *value_test_find(const struct value_test_spec *spec)
{
	size_t i = find(spec);

	return i < ARRAY_SIZE(tests) ? &tests[i].info : NULL;
}

/* --- asking */

static void finish(struct value_test *t, enum value_verdict verdict, char *text)
{
	t->verdict = verdict;
	t->text = text;
	op_finish(&t->op, 0, NULL);
}

static void on_probed(void *arg, int code, const struct error *err)
{
	struct value_test *t = arg;
	const char *text, *arrow;

	(void)err;
	if (t->op.freeing)
		return;
	if (code) {
		op_finish(&t->op, code, NULL);
		return;
	}
	text = probe_text(t->probe);
	arrow = strstr(text, " -> ");
	text = arrow ? arrow + 4 : text;
	/* The query's own words, which begin so. */
	if (t->query && probe_ok(t->probe) && strstr(text, "PostgreSQL "))
		text = strstr(text, "PostgreSQL ");
	finish(t,
		probe_ok(t->probe) && !(t->missing && str_ends(text, t->missing)) ? VALUE_WORKS
										  : VALUE_FAILS,
		xstrdup(text));
}

static void test_cancel(struct op *op)
{
	op_cancel(probe_op(((struct value_test *)op)->probe));
}

static void test_destroy(struct op *op)
{
	struct value_test *t = (struct value_test *)op;
	char *const texts[] = {t->url, t->host, t->user, t->password, t->database, t->query,
		t->bearer, t->json_path, t->missing, t->text};

	op_free(probe_op(t->probe));
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
		secret_free(texts[i]);
	free(t);
}

static const struct op_class test_class = {"test", test_cancel, test_destroy};

/* A service of the project is reached by the port that it publishes; false when it publishes none.
 */
static bool redirect(struct value_test *t, const struct compose *c)
{
	const struct compose_service *s = c ? compose_find_service(c, t->host) : NULL;

	if (!s)
		return true;
	for (size_t i = 0; i < s->n_ports; i++)
		if (s->ports[i].published &&
			(!t->spec.port || s->ports[i].target == t->spec.port) &&
			t->spec.kind != PROBE_HTTP) {
			free(t->host);
			t->host = xstrdup("127.0.0.1");
			t->spec.port = s->ports[i].published;
			return true;
		}
	return false;
}

static void fill_spec(struct value_test *t, const struct value_test_spec *spec)
{
	t->spec.url = t->url;
	t->spec.host = t->host;
	t->spec.user = t->user;
	t->spec.password = t->password;
	t->spec.database = t->spec.kind == PROBE_POSTGRES ? t->database : NULL;
	t->spec.query = t->query;
	t->spec.bearer = t->bearer;
	t->spec.json_path = t->json_path;
	t->spec.timeout_ms = spec->timeout_ms;
}

int value_test_start(struct host *h, const struct value_test_spec *spec, op_done_fn *done,
	void *arg, struct value_test **ret, struct error *err)
{
	size_t i = find(spec);
	struct value_test *t;
	int code;

	if (i == ARRAY_SIZE(tests))
		return error_set(err, ERR_INPUT, _("there is no test for %s"), spec->setting->name);
	t = xcalloc(1, sizeof(*t));
	op_init(&t->op, &test_class, h->loop, NULL, NULL);
	t->info = &tests[i].info;
	code = tests[i].fill(t, spec, err);
	if (code == 0 && !redirect(t, spec->compose)) {
		autofree char *safe = text_safe_dup(t->host);

		t->op.done = done;
		t->op.arg = arg;
		finish(t, VALUE_LATER,
			xasprintf(_("%s is a service of the project: it answers once it runs"),
				safe));
		*ret = t;
		return 0;
	}
	fill_spec(t, spec);
	if (code == 0)
		code = probe_start(h, &t->spec, on_probed, t, &t->probe, err);
	if (code) {
		test_destroy(&t->op);
		return code;
	}
	t->op.done = done;
	t->op.arg = arg;
	*ret = t;
	return 0;
}

struct op *value_test_op(struct value_test *t)
{
	return t ? &t->op : NULL;
}

enum value_verdict value_test_verdict(const struct value_test *t)
{
	return t->verdict;
}

const char *value_test_text(const struct value_test *t)
{
	return t->text ? t->text : "";
}
