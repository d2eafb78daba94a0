/* SPDX-License-Identifier: MIT */
/* What a rotation does beside a deployment: keeps both values, tells the service, logs in, forgets. */
#include "base/i18n.h"
#include "base/str.h"
#include "plan/plan_build.h"
#include "plan/runner.h"

#include <string.h>

/* --- keep, forget: .slipway/rotation.json
 * --------------------------------------------------------- */

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

static struct step *new_step(const struct step_ops *ops, const struct rotation *r, size_t size)
{
	struct step *s = xcalloc(1, size);
	autofree char *id = xasprintf("%s:%s", ops->kind, r->name);

	step_init(s, ops, id, r->name);
	return s;
}

struct step *step_keep_new(const struct workspace *w, const struct rotation *r)
{
	const struct project *p = w->project;
	struct keep_step *k =
		(struct keep_step *)new_step(&keep_ops, r, sizeof(struct keep_step));

	k->text = rotation_text(r);
	ledger_see(&k->seen, w->host, p->dir, ".env", p->dotenv_text, p->dotenv_len);
	k->step.reason = xstrdup(_("the old and the new value in .slipway, until all is done"));
	return &k->step;
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
	struct step *s = new_step(&forget_ops, r, sizeof(struct step));

	s->reason = xstrdup(r->phase == ROTATION_BACK ? _("the new value") : _("the old value"));
	return s;
}

/* --- tell, login: a command in the service
 * -------------------------------------------------------- */

struct tell_step {
	struct step step;
	char *service;
	struct rotation_command command;
	struct mask mask; /* both values: one of them is in no setting any more */
};

struct telling {
	struct op op;
	struct tell_step *step;
	struct op *exec;
};

static void told(void *arg, int code, const struct error *err)
{
	struct telling *t = arg;
	AUTO(error) struct error e = ERROR_INIT;

	if (t->op.freeing)
		return;
	error_copy(&e, err);
	mask_error(&t->step->mask, &e);
	op_finish(&t->op, code, &e);
}

static void telling_cancel(struct op *op)
{
	op_cancel(((struct telling *)op)->exec);
}

static void telling_destroy(struct op *op)
{
	op_free(((struct telling *)op)->exec);
	free(op);
}

static const struct op_class telling_class = {
	.name = "rotate", .cancel = telling_cancel, .destroy = telling_destroy};

static struct op *tell_start(
	struct step *step, struct step_context *ctx, op_done_fn *done, void *arg)
{
	struct telling *t = xcalloc(1, sizeof(*t));
	struct tell_step *s = (struct tell_step *)step;
	struct engine_exec x = {
		.service = s->service, .argv = &s->command.argv, .env = &s->command.env};

	op_init(&t->op, &telling_class, ctx->workspace->loop, done, arg);
	t->step = s;
	t->exec = ctx->workspace->engine->ops->exec(ctx->workspace->engine, &x, told, t);
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

static struct step *command_step(const struct step_ops *ops, const struct rotation *r,
	const struct rotation_way *w, struct rotation_command *command)
{
	struct tell_step *s = (struct tell_step *)new_step(ops, r, sizeof(struct tell_step));

	s->service = xstrdup(w->service);
	s->command = *command;
	*command = (struct rotation_command){0};
	mask_init(&s->mask);
	mask_add(&s->mask, r->old);
	mask_add(&s->mask, r->new);
	return &s->step;
}

struct step *step_tell_new(
	const struct rotation *r, const struct rotation_way *w, struct rotation_command *command)
{
	struct step *s = command_step(&tell_ops, r, w, command);

	s->reason = rotation_way_text(w);
	return s;
}

struct step *step_login_new(
	const struct rotation *r, const struct rotation_way *w, struct rotation_command *command)
{
	struct step *s = command_step(&login_ops, r, w, command);

	s->reason = xasprintf(r->phase == ROTATION_BACK
				      ? _("%s lets in the old value, and refuses the new one")
				      : _("%s lets in the new value, and refuses the old one"),
		w->service);
	return s;
}
