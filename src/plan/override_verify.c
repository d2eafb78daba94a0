/* SPDX-License-Identifier: MIT */
/*
 * Whether Compose itself takes an override that is about to be written: `docker compose config -q`
 * with the text on its input and the values of the .env to be in its environment. When it refuses,
 * the project without the override is asked for, too: what Compose refuses anyway (a file of
 * env_file that is still to be written) says nothing against the override.
 */
#include "base/i18n.h"
#include "base/str.h"
#include "base/text.h"
#include "config/override.h"
#include "plan/plan_build.h"

#include <string.h>

enum { VERIFY_TIMEOUT_MS = 30000, VERIFY_OUTPUT_MAX = 64 * 1024 };

struct verify {
	struct op op;
	struct plan_build *build;
	struct child *child;
	struct op *now;
	bool alone;           /* the project without the override is asked for */
	struct error refused; /* what Compose said of the two together */
};

static void unverified(struct verify *v, const char *why)
{
	autofree char *masked = mask_dup(&v->build->mask, why);
	autofree char *safe = text_safe_dup(masked);

	plan_note(v->build->plan, _("docker compose could not be asked about %s: %s"),
		OVERRIDE_FILE, safe);
}

/* The first line of what it said, or of what went wrong. */
static char *first_line(struct verify *v, const struct error *err)
{
	const char *text = v->child ? str_text(child_err(v->child)) : "";

	if (!*text)
		text = err && err->message ? err->message : _("it did not answer");
	return xstrndup(text, strcspn(text, "\n"));
}

static int ask(struct verify *v, struct error *err);

static void refuse(struct verify *v)
{
	AUTO(error) struct error err = ERROR_INIT;

	error_set(&err, ERR_INPUT, _("docker compose does not take %s as it would become"),
		OVERRIDE_FILE);
	error_detail(&err, "%s", v->refused.message);
	error_hint(&err, _("Nothing was written. Change what was adjusted."));
	mask_error(&v->build->mask, &err);
	op_finish(&v->op, ERR_INPUT, &err);
}

static void answered(void *arg, int code, const struct error *err)
{
	struct verify *v = arg;
	autofree char *said = NULL;

	if (v->op.freeing)
		return;
	said = code ? first_line(v, err) : NULL;
	v->child = NULL;
	op_free(take(v->now));
	if (code == ERR_CANCELLED) {
		op_finish(&v->op, code, NULL);
	} else if (v->alone && code == 0) {
		refuse(v);
	} else if (v->alone || code == ERR_TIMEOUT) {
		unverified(v, said ? said : _("it did not answer"));
		op_finish(&v->op, 0, NULL);
	} else if (code) {
		v->alone = true;
		error_set(&v->refused, ERR_INPUT, "%s", said);
		if (ask(v, NULL))
			op_finish(&v->op, 0, NULL);
	} else {
		op_finish(&v->op, 0, NULL);
	}
}

static int ask(struct verify *v, struct error *err)
{
	const struct plan_override *o = &v->build->override;
	const struct project *p = v->build->project;
	AUTO(strv) struct strv argv = STRV_INIT;
	struct child_spec spec = {.argv = &argv,
		.env = &o->env,
		.cwd = p->dir,
		.keep = VERIFY_OUTPUT_MAX,
		.timeout_ms = VERIFY_TIMEOUT_MS};
	int code;

	strv_push_all(&argv, "docker", "compose", "--project-directory", p->dir, NULL);
	if (p->name)
		strv_push_all(&argv, "--project-name", p->name, NULL);
	for (size_t i = 0; i < p->profiles.n; i++)
		strv_push_all(&argv, "--profile", p->profiles.items[i], NULL);
	for (size_t i = 0; i < o->files.n; i++)
		strv_pushf(&argv, "--file=%s", o->files.items[i]);
	if (!v->alone) {
		strv_push(&argv, "--file=-");
		spec.input = o->text;
		spec.input_len = strlen(o->text);
	}
	strv_push_all(&argv, "config", "--quiet", NULL);
	code = host_exec(v->build->host, &spec, answered, v, &v->child, err);
	if (code == 0)
		v->now = child_op(v->child);
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
	error_done(&v->refused);
	free(v);
}

static const struct op_class verify_class = {"verify", verify_cancel, verify_destroy};

struct op *plan_override_verify(struct plan_build *b, op_done_fn *done, void *arg)
{
	AUTO(error) struct error err = ERROR_INIT;
	struct verify *v;

	if (b->override.becomes != OVERRIDE_WRITTEN)
		return NULL;
	v = xcalloc(1, sizeof(*v));
	op_init(&v->op, &verify_class, b->w->loop, done, arg);
	v->build = b;
	if (b->project->fresh)
		unverified(v, _("the compose files are not written yet"));
	else if (ask(v, &err))
		unverified(v, err.message);
	if (!v->now)
		op_finish(&v->op, 0, NULL);
	return &v->op;
}
