/* SPDX-License-Identifier: MIT */
#include "base/i18n.h"
#include "base/text.h"
#include "engine/compose_cmd.h"
#include "engine/docker_words.h"

#include <string.h>

struct run {
	struct op op;
	struct compose_cmd *cmd;
	const struct project *project;
	struct strv args;
	bool plain;
	struct op *find; /* of the program, where nobody did before */
	struct child *child;
	char *command; /* "create"; for messages */
	struct host_loan secrets; /* the .env with the secrets of another store */
	struct compose_progress progress;
	struct str out;
	bool keep;
	child_output_fn *output;
	void *output_arg;
	bool on_terminal;
	int terminal[3];
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

/* True when what Compose said is not all in the reason. */
static bool says_more(const char *words, const char *reason)
{
	size_t n = strcspn(words, "\n");

	return *words &&
	       (strncmp(words, reason, n) != 0 || reason[n] || words[n + strspn(words + n, "\n")]);
}

static void explain(const struct run *r, const char *reason, struct error *said)
{
	static const char speaker[] = "Error response from daemon: ";
	size_t skip = str_starts(reason, speaker) ? strlen(speaker) : 0;

	if (str_eq(r->command, "pull")) {
		compose_pull_explain(said, r->project->compose, &r->progress.failed, reason);
		return;
	}
	if (str_eq(r->command, "build") &&
		compose_build_explain(said, r->project->compose, &r->progress.failed,
			str_text(&r->progress.words)))
		return;
	error_set(said, ERR_FAILED, _("docker compose %s: %s"), r->command, reason + skip);
	docker_explain(said);
	if (says_more(str_text(&r->progress.words), reason))
		error_detail(said, "%s", str_text(&r->progress.words));
}

static void on_end(void *arg, int code, const struct error *err)
{
	struct run *r = arg;
	AUTO(error) struct error said = ERROR_INIT;
	autofree char *reason = NULL;

	if (code == ERR_CANCELLED && r->op.freeing)
		return;
	host_loan_done(&r->secrets);
	compose_progress_end(&r->progress);
	if (code == 0 && r->keep && str_full(&r->out))
		code = error_set(
			&said, ERR_LIMIT, _("docker compose %s says too much"), r->command);
	else if (code)
		error_copy(&said, err);
	reason = compose_progress_reason(&r->progress);
	if (code == ERR_FAILED && reason)
		explain(r, reason, &said);
	op_finish(&r->op, code, &said);
}

static void run_cancel(struct op *op)
{
	struct run *r = (struct run *)op;

	op_cancel(r->find ? r->find : child_op(r->child));
}

static void run_destroy(struct op *op)
{
	struct run *r = (struct run *)op;

	op_free(r->find);
	op_free(child_op(r->child));
	strv_done(&r->args);
	compose_progress_done(&r->progress);
	str_done(&r->out);
	free(r->command);
	host_loan_done(&r->secrets);
	free(r);
}

static const struct op_class run_class = {
	.name = "docker compose", .cancel = run_cancel, .destroy = run_destroy};

/* What makes nothing may go by stand-ins. */
static bool is_harmless(const char *command)
{
	static const char *const words[] = {"down", "exec", "stop", "kill", "rm", "ps", "logs"};

	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (strcmp(words[i], command) == 0)
			return true;
	return false;
}

/* The .env that Compose reads, where secrets live elsewhere: in memory, for this run alone. */
static int lend_secrets(struct run *r, struct strv *argv, struct error *err)
{
	const struct project *p = r->project;
	int code = is_harmless(r->command) ? 0 : project_unsealed(p, err);

	if (code || !p->secrets.n)
		return code;
	code = host_lend(r->cmd->host, p->dotenv_text, p->dotenv_len, &r->secrets, err);
	if (code == 0)
		strv_pushf(argv, "--env-file=%s", r->secrets.path);
	return code;
}

static void start(struct run *r)
{
	AUTO(strv) struct strv argv = STRV_INIT;
	AUTO(strv) struct strv host_env = STRV_INIT;
	AUTO(strv) struct strv env = STRV_INIT;
	AUTO(error) struct error err = ERROR_INIT;
	struct child_spec spec = {.argv = &argv,
		.env = &env,
		.cwd = r->project->dir,
		.output = on_output,
		.output_arg = r,
		.inherit = r->on_terminal ? r->terminal : NULL,
		.own_group = !r->on_terminal};
	int code;

	compose_cmd_arguments(r->cmd, r->project, r->plain, &argv);
	code = lend_secrets(r, &argv, &err);
	strv_extend(&argv, &r->args);
	if (code == 0)
		code = host_environ(r->cmd->host, &host_env, &err);
	compose_cmd_environment(r->cmd, r->project, &host_env, &env);
	if (code == 0)
		code = host_exec(r->cmd->host, &spec, on_end, r, &r->child, &err);
	if (code < 0)
		op_finish(&r->op, code, &err);
}

static void on_found(void *arg, int code, const struct error *err)
{
	struct run *r = arg;
	AUTO(error) struct error said = ERROR_INIT;

	if (r->op.freeing)
		return;
	op_free(take(r->find));
	if (code == 0) {
		start(r);
		return;
	}
	error_copy(&said, err);
	op_finish(&r->op, code, &said);
}

struct op *compose_run(struct compose_cmd *c, const struct project *p,
	const struct compose_run *run, op_done_fn *done, void *arg)
{
	struct run *r = xcalloc(1, sizeof(*r));

	op_init(&r->op, &run_class, c->loop, done, arg);
	r->cmd = c;
	r->project = p;
	r->plain = run->plain;
	strv_extend(&r->args, run->args);
	r->command = xstrdup(run->args->n ? run->args->items[0] : "");
	r->keep = run->keep;
	r->output = run->output;
	r->output_arg = run->output_arg;
	r->on_terminal = run->terminal;
	if (run->terminal)
		memcpy(r->terminal, run->terminal, sizeof(r->terminal));
	str_init(&r->out, run->keep ? run->keep : 1);
	compose_progress_init(&r->progress, run->progress, run->progress_arg);
	r->progress.image_of = run->image_of;
	r->progress.image_arg = run->image_arg;
	if (c->base.n)
		start(r);
	else
		r->find = compose_cmd_find(c, on_found, r);
	return &r->op;
}

const struct str *compose_run_output(struct op *run)
{
	return &((struct run *)run)->out;
}
