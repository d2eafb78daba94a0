/* SPDX-License-Identifier: MIT */
#include "base/i18n.h"
#include "base/text.h"
#include "engine/compose_cmd.h"

#include <string.h>

struct run {
	struct op op;
	struct child *child;
	char *command; /* "create"; for messages */
	struct compose_progress progress;
	struct str out;
	bool keep;
	child_output_fn *output;
	void *output_arg;
};

static void on_output(void *arg, enum child_stream stream, const char *data, size_t n)
{
	struct run *r = arg;

	if (r->output)
		r->output(r->output_arg, stream, data, n);
	if (r->keep && stream == CHILD_OUT)
		str_addn(&r->out, data, n);
	else if (!r->output || stream == CHILD_ERR)
		compose_progress_feed(&r->progress, stream, data, n);
}

static void on_end(void *arg, int code, const struct error *err)
{
	struct run *r = arg;
	AUTO(error) struct error said = ERROR_INIT;
	autofree char *reason = NULL;

	if (code == ERR_CANCELLED && r->op.freeing)
		return;
	compose_progress_end(&r->progress);
	if (code == 0 && r->keep && str_full(&r->out))
		code = error_set(
			&said, ERR_LIMIT, _("docker compose %s says too much"), r->command);
	else if (code)
		error_copy(&said, err);
	reason = compose_progress_reason(&r->progress);
	if (code == ERR_FAILED && reason) {
		error_set(&said, ERR_FAILED, _("docker compose %s: %s"), r->command, reason);
		if (r->progress.words.len)
			error_detail(&said, "%s", str_text(&r->progress.words));
	}
	op_finish(&r->op, code, &said);
}

static void run_cancel(struct op *op)
{
	struct run *r = (struct run *)op;

	if (r->child)
		op_cancel(child_op(r->child));
}

static void run_destroy(struct op *op)
{
	struct run *r = (struct run *)op;

	if (r->child)
		op_free(child_op(r->child));
	compose_progress_done(&r->progress);
	str_done(&r->out);
	free(r->command);
	free(r);
}

static const struct op_class run_class = {
	.name = "docker compose", .cancel = run_cancel, .destroy = run_destroy};

struct op *compose_run(struct compose_cmd *c, const struct project *p,
	const struct compose_run *run, op_done_fn *done, void *arg)
{
	struct run *r = xcalloc(1, sizeof(*r));
	AUTO(strv) struct strv argv = STRV_INIT;
	AUTO(strv) struct strv host_env = STRV_INIT;
	AUTO(strv) struct strv env = STRV_INIT;
	AUTO(error) struct error err = ERROR_INIT;
	struct child_spec spec = {.argv = &argv,
		.env = &env,
		.cwd = p->dir,
		.output = on_output,
		.output_arg = r,
		.own_group = true};
	int code;

	op_init(&r->op, &run_class, c->loop, done, arg);
	r->command = xstrdup(run->args->n ? run->args->items[0] : "");
	r->keep = run->keep;
	r->output = run->output;
	r->output_arg = run->output_arg;
	str_init(&r->out, run->keep ? run->keep : 1);
	compose_progress_init(&r->progress, run->progress, run->progress_arg);
	r->progress.image_of = run->image_of;
	r->progress.image_arg = run->image_arg;
	compose_cmd_arguments(c, p, run->plain, &argv);
	strv_extend(&argv, run->args);
	code = host_environ(c->host, &host_env, &err);
	compose_cmd_environment(c, p, &host_env, &env);
	if (code == 0)
		code = host_exec(c->host, &spec, on_end, r, &r->child, &err);
	if (code < 0)
		op_finish(&r->op, code, &err);
	return &r->op;
}

const struct str *compose_run_output(struct op *run)
{
	return &((struct run *)run)->out;
}
