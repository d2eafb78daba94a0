/* SPDX-License-Identifier: MIT */
/*
 * Whether Compose reads the .env that is about to be written as it is meant: it gets the text as
 * its env file, and a project that uses each variable. What it says of them must be what the
 * answers say. The text is what the step then writes, and reads back, to the byte.
 */
#include "base/i18n.h"
#include "base/json.h"
#include "base/str.h"
#include "base/text.h"
#include "plan/plan_build.h"

#include <string.h>

enum { VERIFY_TIMEOUT_MS = 30000, VERIFY_OUTPUT_MAX = 32 * 1024 * 1024 };
#define VERIFY_SERVICE "verify"

struct verify {
	struct op op;
	struct plan_build *build;
	struct host_loan loan; /* the text, as a file */
	struct str out, err;   /* wiped */
	struct child *child;
	struct op *now;
};

/* Others cannot be named in ${...}. */
static bool is_variable(const char *key)
{
	const char *const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_";

	if (!*key || !strchr(letters, *key))
		return false;
	for (; *key; key++)
		if (!strchr(letters, *key) && (*key < '0' || *key > '9'))
			return false;
	return true;
}

/* JSON is YAML. */
static char *probing_project(const struct strv *meant)
{
	autojson struct json_object *root = json_object_new_object();
	struct json_object *services = json_object_new_object();
	struct json_object *service = json_object_new_object();
	struct json_object *environment = json_object_new_object();

	for (size_t i = 0; i + 1 < meant->n; i += 2) {
		autofree char *use = xasprintf("${%s}", meant->items[i]);

		if (is_variable(meant->items[i]))
			json_put_str(environment, meant->items[i], use);
	}
	json_put_str(service, "image", "x");
	json_put(service, "environment", environment);
	json_put(services, VERIFY_SERVICE, service);
	json_put(root, "services", services);
	return json_text(root);
}

/* Ours without what decides how Compose reads, and without what would win over the file. */
static int probing_environment(struct plan_build *b, struct strv *ret, struct error *err)
{
	AUTO(strv) struct strv own = STRV_INIT;
	int code = host_environ(b->host, &own, err);

	for (size_t i = 0; code == 0 && i < own.n; i++) {
		autofree char *name = xstrndup(own.items[i], strcspn(own.items[i], "="));
		bool meant = false;

		for (size_t k = 0; k + 1 < b->dotenv->meant.n && !meant; k += 2)
			meant = str_eq(b->dotenv->meant.items[k], name);
		if (!meant && !str_starts(name, "COMPOSE_"))
			strv_push(ret, own.items[i]);
	}
	return code;
}

/* `config` writes each $ twice, so that its output can be read again. */
static bool is_value(const char *said, const char *meant)
{
	for (; *said && *meant; said++, meant++) {
		if (*said != *meant)
			return false;
		if (*said == '$' && *++said != '$')
			return false;
	}
	return !*said && !*meant;
}

static void unverified(struct verify *v, const struct error *err)
{
	const char *text = str_text(&v->err);
	autofree char *line = *text                 ? xstrndup(text, strcspn(text, "\n"))
			      : err && err->message ? xstrdup(err->message)
						    : xstrdup(_("it did not answer"));
	autofree char *masked = mask_dup(&v->build->mask, line);
	autofree char *safe = text_safe_dup(masked);

	plan_note(
		v->build->plan, _("docker compose could not be asked about %s: %s"), ".env", safe);
}

static int compare(struct verify *v, struct error *err)
{
	const struct strv *meant = &v->build->dotenv->meant;
	autojson struct json_object *root = NULL;
	AUTO(error) struct error unread = ERROR_INIT;
	struct json_object *said;

	/* What it said is not about the file then. */
	if (json_parse(str_text(&v->out), v->out.len, &root, &unread)) {
		unverified(v, &unread);
		return 0;
	}
	said = json_key(json_key(json_key(root, "services"), VERIFY_SERVICE), "environment");
	for (size_t i = 0; i + 1 < meant->n; i += 2) {
		const char *key = meant->items[i];
		const char *value = json_object_get_string(json_key(said, key));

		if (!is_variable(key) || (value && is_value(value, meant->items[i + 1])))
			continue;
		error_set(err, ERR_INPUT,
			_("docker compose would read %s of .env otherwise than it is meant"), key);
		return error_hint(err, "%s",
			_("Nothing was written. Give it a value without quotes, "
			  "backslashes and dollar signs."));
	}
	return 0;
}

static void answered(void *arg, int code, const struct error *err)
{
	struct verify *v = arg;
	AUTO(error) struct error e = ERROR_INIT;

	if (v->op.freeing)
		return;
	if (code && code != ERR_CANCELLED)
		unverified(v, err);
	if (code != ERR_CANCELLED)
		code = code ? 0 : compare(v, &e);
	mask_error(&v->build->mask, &e);
	v->child = NULL;
	op_free(take(v->now));
	op_finish(&v->op, code, &e);
}

static void on_output(void *arg, enum child_stream stream, const char *data, size_t n)
{
	struct verify *v = arg;

	str_addn(stream == CHILD_OUT ? &v->out : &v->err, data, n);
}

static int ask(struct verify *v, struct error *err)
{
	struct plan_build *b = v->build;
	AUTO(strv) struct strv argv = STRV_INIT, env = STRV_INIT;
	autofree char *project = probing_project(&b->dotenv->meant);
	struct child_spec spec = {.argv = &argv,
		.env = &env,
		.cwd = b->project->dir,
		.input = project,
		.input_len = strlen(project),
		.output = on_output,
		.output_arg = v,
		.timeout_ms = VERIFY_TIMEOUT_MS};
	int code = probing_environment(b, &env, err);

	if (code)
		return code;
	strv_push_all(&argv, "docker", "compose", "--project-name", VERIFY_SERVICE,
		"--project-directory", b->project->dir, NULL);
	strv_pushf(&argv, "--env-file=%s", v->loan.path);
	strv_push_all(&argv, "--file=-", "config", "--format=json", NULL);
	code = host_exec(b->host, &spec, answered, v, &v->child, err);
	if (code == 0)
		v->now = child_op(v->child);
	strv_wipe(&env);
	return code;
}

static void verify_cancel(struct op *op)
{
	op_cancel(((struct verify *)op)->now);
}

static void verify_destroy(struct op *op)
{
	struct verify *v = (struct verify *)op;

	op_free(v->now);
	host_loan_done(&v->loan);
	str_wipe(&v->out);
	str_wipe(&v->err);
	free(v);
}

static const struct op_class verify_class = {"verify .env", verify_cancel, verify_destroy};

struct op *plan_dotenv_verify(struct plan_build *b, op_done_fn *done, void *arg)
{
	AUTO(error) struct error err = ERROR_INIT;
	struct verify *v;
	int code;

	if (!b->dotenv || !b->dotenv->meant.n)
		return NULL;
	v = xcalloc(1, sizeof(*v));
	op_init(&v->op, &verify_class, b->w->loop, done, arg);
	v->build = b;
	v->out = (struct str)STR_INIT(VERIFY_OUTPUT_MAX);
	v->err = (struct str)STR_INIT(VERIFY_OUTPUT_MAX);
	/* Where there is no docker, nothing reads it otherwise. On a host that lends nothing
	 * Compose would have to be asked after the text is in its place: our own reader has read it
	 * by then. */
	if (host_lend(b->host, str_text(&b->dotenv->text), b->dotenv->text.len, &v->loan, NULL) ==
		0) {
		code = ask(v, &err);
		if (code && code != ERR_NOT_FOUND)
			unverified(v, &err);
	}
	if (!v->now)
		op_finish(&v->op, 0, NULL);
	return &v->op;
}
