/* SPDX-License-Identifier: MIT */
/* What a rotation does beside a deployment: keeps both values, tells the service, logs in, forgets. */
#include "base/i18n.h"
#include "base/str.h"
#include "plan/plan_build.h"
#include "plan/runner.h"

#include <string.h>

/* --- keep, forget: .slipway/rotation.json */

#define KEPT "rotation.json"

struct keep_step {
	struct step step;
	char *text; /* wiped */
	struct ledger_seen seen; /* .env, which the values are of */
};

/* Another rotation may have come to its end since this one was planned. */
static int look(const struct keep_step *k, struct step_context *ctx, struct error *err)
{
	autofree char *real = ledger_resolve(ctx->host, ctx->workspace->project->dir, ".env");
	AUTO(error) struct error e = ERROR_INIT;
	struct str now = STR_INIT(STR_OUTPUT);
	int code = host_read(ctx->host, real, STR_OUTPUT, &now, &e);

	if (code == 0 || code == ERR_NOT_FOUND)
		code = ledger_unchanged(
			&k->seen, ".env", real, code ? NULL : str_text(&now), now.len, &e);
	str_wipe(&now);
	return code < 0 ? error_move(err, &e) : 0;
}

static int keep_run(
	struct step *step, struct step_context *ctx, const atomic_bool *cancelled, struct error *err)
{
	const struct keep_step *k = (struct keep_step *)step;
	const char *text = k->text;
	int code = look(k, ctx, err);

	(void)cancelled;
	return code < 0 ? code : step_write_own(ctx, step, KEPT, text, strlen(text), err);
}

static void keep_free(struct step *step)
{
	struct keep_step *k = (struct keep_step *)step;

	secret_free(k->text);
	ledger_seen_done(&k->seen);
	step_done(step);
	free(k);
}

static const struct step_ops keep_ops = {
	.kind = "keep", .glyph = "+", .ascii = "+", .run = keep_run, .free = keep_free};

static struct step *new_step(const struct step_ops *ops, const char *title, size_t size)
{
	struct step *s = xcalloc(1, size);
	autofree char *id = xasprintf("%s:%s", ops->kind, title);

	step_init(s, ops, id, title);
	return s;
}

/* .env as it is on disk: the project has it with the secrets of its store. */
static int see_dotenv(struct keep_step *k, const struct workspace *w, struct error *err)
{
	autofree char *real = ledger_resolve(w->host, w->project->dir, ".env");
	AUTO(error) struct error e = ERROR_INIT;
	struct str text = STR_INIT(STR_OUTPUT);
	int code = host_read(w->host, real, STR_OUTPUT, &text, &e);

	if (code == 0 || code == ERR_NOT_FOUND)
		ledger_see(&k->seen, w->host, w->project->dir, ".env",
			code ? NULL : str_text(&text), text.len);
	str_wipe(&text);
	return code && code != ERR_NOT_FOUND ? error_move(err, &e) : 0;
}

int step_keep_new(
	const struct workspace *w, const struct rotation *r, struct step **ret, struct error *err)
{
	const struct project *p = w->project;
	autofree char *names = rotation_names(r);
	struct keep_step *k =
		(struct keep_step *)new_step(&keep_ops, names, sizeof(struct keep_step));
	int code = 0;

	k->step.reason = xstrdup(_("the old and the new value in .slipway, until all is done"));
	if (p->store.kind == STORE_DOTENV)
		ledger_see(&k->seen, w->host, p->dir, ".env", p->dotenv_text, p->dotenv_len);
	else
		code = see_dotenv(k, w, err);
	if (code == 0)
		code = rotation_text(r, w, &k->text, err);
	if (code == 0)
		*ret = &k->step;
	else
		keep_free(&k->step);
	return code;
}

static int forget_run(
	struct step *step, struct step_context *ctx, const atomic_bool *cancelled, struct error *err)
{
	autofree char *path = workspace_path(ctx->workspace, KEPT);
	AUTO(error) struct error e = ERROR_INIT;
	int code = host_remove(ctx->host, path, &e);

	(void)step;
	(void)cancelled;
	return code < 0 && code != ERR_NOT_FOUND ? error_move(err, &e) : 0;
}

static void forget_free(struct step *step)
{
	step_done(step);
	free(step);
}

static const struct step_ops forget_ops = {
	.kind = "forget", .glyph = "-", .ascii = "-", .run = forget_run, .free = forget_free};

struct step *step_forget_new(const struct rotation *r)
{
	autofree char *names = rotation_names(r);
	struct step *s = new_step(&forget_ops, names, sizeof(struct step));

	s->reason = xstrdup(r->phase == ROTATION_BACK ? _("the new value") : _("the old value"));
	return s;
}

/* --- the file of a secret */

struct put_step {
	struct step step;
	char *path;
	char *from, *to; /* wiped */
};

/* Atomic, as its owner's: who runs has the old file until it is started again. Never for more
 * people than before, and nobody has to write it. The run keeps no copy: rotation.json has the
 * values. */
static int put_run(struct step *step, struct step_context *ctx, const atomic_bool *cancelled,
	struct error *err)
{
	const struct put_step *p = (struct put_step *)step;
	autosecret char *now = NULL, *text = NULL;
	struct ledger_file file = {.path = p->path, .flags = LEDGER_INTERNAL};
	autofree char *real = ledger_resolve(ctx->host, "/", p->path);
	struct str old = STR_INIT(STR_FILE);
	struct host_stat st;
	int code = rotation_file_value(ctx->host, p->path, &now, err);

	(void)cancelled;
	if (code)
		return code;
	if (!str_eq(now, p->from) && !str_eq(now, p->to)) {
		error_set(err, ERR_EXISTS, _("%s was changed since this was shown"), p->path);
		return error_hint(err, "%s",
			_("Nothing was written to it. Run it again: it then starts from what is "
			  "there "
			  "now."));
	}
	code = host_stat(ctx->host, real, &st, err);
	if (code == 0)
		code = host_read(ctx->host, real, STR_FILE, &old, err);
	if (code == 0) {
		text = xasprintf("%s%s", p->to, str_text(&old) + strlen(now));
		file.data = text;
		file.n = strlen(text);
		file.mode = (int)(0400 | (st.mode & 0444));
		code = ledger_put(run_ledger(ctx->run), step->id, &file, err);
	}
	str_wipe(&old);
	return code;
}

static void put_free(struct step *step)
{
	struct put_step *p = (struct put_step *)step;

	free(p->path);
	secret_free(p->from);
	secret_free(p->to);
	step_done(step);
	free(p);
}

static const struct step_ops put_ops = {
	.kind = "file", .glyph = "~", .ascii = "~", .run = put_run, .free = put_free};

struct step *step_secret_file_new(const struct rotation *r, const struct rotation_item *i)
{
	struct put_step *p = (struct put_step *)new_step(&put_ops, i->file, sizeof(*p));

	p->path = xstrdup(i->file);
	p->from = xstrdup(rotation_from(r, i));
	p->to = xstrdup(rotation_to(r, i));
	p->step.reason = xasprintf(
		r->phase == ROTATION_BACK ? _("the old value of %s") : _("a new value of %s"),
		i->name);
	return &p->step;
}

/* --- tell, login: a command in the service */

struct tell_step {
	struct step step;
	char *service;
	struct rotation_command command;
	int tries;
	bool listens;     /* to what it says on its way */
	struct mask mask; /* both values: one of them is in no setting any more */
};

struct telling {
	struct op op;
	struct tell_step *step;
	struct step_context *ctx;
	struct op *exec;
	struct timer *timer; /* of the next try */
	int tries;           /* that were made */
	struct str said;     /* the beginning of it */
};

enum { AGAIN_MS = 1000 };

enum { SAID_MAX = 4096 };

static void on_said(void *arg, enum child_stream stream, const char *data, size_t n)
{
	struct telling *t = arg;
	size_t room = SAID_MAX - t->said.len;

	if (stream == CHILD_OUT)
		str_addn(&t->said, data, n < room ? n : room);
}

/* A good end with something to know. */
static void warn(struct telling *t)
{
	if (!strstr(str_text(&t->said), ROTATION_UNTIL_RESTART))
		return;
	free(t->step->step.remark);
	t->step->step.remark = xasprintf(
		_("%s has no configuration file: it keeps the new value until it is restarted. "
		  "What starts it must give it from .env, or its file, from then on."),
		t->step->service);
}

static void run_again(void *arg);

static void told(void *arg, int code, const struct error *err)
{
	struct telling *t = arg;
	AUTO(error) struct error e = ERROR_INIT;

	if (t->op.freeing)
		return;
	t->tries++;
	if (code == ERR_FAILED && t->tries < t->step->tries) {
		t->timer = timer_start(t->op.loop, AGAIN_MS, 0, run_again, t);
		return;
	}
	error_copy(&e, err);
	if (t->tries > 1 && code)
		error_prefix(&e, Q_("after %d try", "after %d tries", (unsigned long)t->tries),
			t->tries);
	mask_error(&t->step->mask, &e);
	if (!code)
		warn(t);
	op_finish(&t->op, code, &e);
}

static void telling_cancel(struct op *op)
{
	struct telling *t = (struct telling *)op;

	if (t->timer)
		op_finish(op, ERR_CANCELLED, NULL);
	else
		op_cancel(t->exec);
}

static void telling_destroy(struct op *op)
{
	struct telling *t = (struct telling *)op;

	timer_free(t->timer);
	op_free(t->exec);
	str_wipe(&t->said);
	free(t);
}

static const struct op_class telling_class = {
	.name = "rotate", .cancel = telling_cancel, .destroy = telling_destroy};

static void run_command(struct telling *t)
{
	const struct tell_step *s = t->step;
	struct engine *e = t->ctx->workspace->engine;
	struct engine_exec x = {.service = s->service,
		.argv = &s->command.argv,
		.env = &s->command.env,
		.output = s->listens ? on_said : NULL,
		.output_arg = t};

	t->exec = e->ops->exec(e, &x, told, t);
}

static void run_again(void *arg)
{
	struct telling *t = arg;

	timer_free(take(t->timer));
	op_free(take(t->exec));
	run_command(t);
}

static struct op *tell_start(
	struct step *step, struct step_context *ctx, op_done_fn *done, void *arg)
{
	struct telling *t = xcalloc(1, sizeof(*t));

	op_init(&t->op, &telling_class, ctx->workspace->loop, done, arg);
	t->step = (struct tell_step *)step;
	t->ctx = ctx;
	str_init(&t->said, SAID_MAX + 1);
	run_command(t);
	return &t->op;
}

static void tell_free(struct step *step)
{
	struct tell_step *s = (struct tell_step *)step;

	free(s->service);
	rotation_command_done(&s->command);
	mask_done(&s->mask);
	step_done(step);
	free(s);
}

static const struct step_ops tell_ops = {
	.kind = "rotate", .glyph = "⟳", .ascii = "@", .start = tell_start, .free = tell_free};
static const struct step_ops login_ops = {
	.kind = "login", .glyph = "?", .ascii = "?", .start = tell_start, .free = tell_free};

static struct step *command_step(
	const struct step_ops *ops, const struct rotation_item *i, struct rotation_command *command)
{
	struct tell_step *s = (struct tell_step *)new_step(ops, i->name, sizeof(struct tell_step));

	s->service = xstrdup(i->way.service);
	s->listens = i->way.means == ROTATION_REDIS;
	s->tries = i->way.tries;
	s->command = *command;
	*command = (struct rotation_command){0};
	mask_init(&s->mask);
	mask_add(&s->mask, i->old);
	mask_add(&s->mask, i->new);
	return &s->step;
}

struct step *step_tell_new(const struct rotation_item *i, struct rotation_command *command)
{
	struct step *s = command_step(&tell_ops, i, command);

	s->reason = rotation_way_text(&i->way);
	return s;
}

struct step *step_login_new(
	const struct rotation *r, const struct rotation_item *i, struct rotation_command *command)
{
	struct step *s = command_step(&login_ops, i, command);

	s->reason = xasprintf(r->phase == ROTATION_BACK
				      ? _("%s lets in the old value, and refuses the new one")
				      : _("%s lets in the new value, and refuses the old one"),
		i->way.service);
	return s;
}
