/* SPDX-License-Identifier: MIT */
#include "base/i18n.h"
#include "base/text.h"
#include "engine/docker_action.h"
#include "engine/docker_container.h"
#include "engine/docker_log.h"
#include "engine/live.h"

#include <string.h>

enum { ANSWER_MS = 60000, LAST_WORDS = 2048 };

/* List, create, start, inspect: one call after the other. */
struct exec {
	struct op op;
	struct docker *docker;
	char *service;
	struct json_object *command; /* what is created */
	char *container, *id;
	struct op *call;
	struct op *kill; /* what it runs is being ended */
	struct docker_frames frames;
	child_output_fn *output;
	void *output_arg;
	struct str words; /* end of what it said */
};

static bool go_on(struct exec *x, int code, const struct error *err)
{
	AUTO(error) struct error said = ERROR_INIT;

	if (code == ERR_CANCELLED || x->op.freeing)
		return false;
	if (!code)
		return true;
	error_copy(&said, err);
	error_prefix(&said, _("cannot run a command in %s"), x->service);
	op_finish(&x->op, said.code, &said);
	return false;
}

/* The call before is over: its memory goes, and path is asked next. */
static void ask(struct exec *x, const struct docker_spec *spec, op_done_fn *done)
{
	op_free(take(x->call));
	x->call = docker_call(x->docker, spec, done, x);
}

static void on_inspected(void *arg, int code, const struct error *err)
{
	struct exec *x = arg;
	AUTO(error) struct error said = ERROR_INIT;
	AUTO(str) struct str safe = STR_INIT(STR_LINE);
	autofree char *words = NULL;
	int status;

	if (!go_on(x, code, err))
		return;
	status = (int)json_int(docker_call_reply(x->call), "ExitCode", -1);
	if (status == 0) {
		op_finish(&x->op, 0, NULL);
		return;
	}
	words = live_exit_text(status, false);
	error_set(&said, ERR_FAILED, _("the command in %s %s"), x->service, words);
	text_safe(&safe, str_text(&x->words), x->words.len, true);
	if (safe.len)
		error_detail(&said, "%s", str_text(&safe));
	op_finish(&x->op, ERR_FAILED, &said);
}

static void on_ended(void *arg, int code, const struct error *err)
{
	struct exec *x = arg;
	autofree char *path = NULL;
	struct docker_spec spec = {.timeout_ms = ANSWER_MS};

	if (!go_on(x, code, err))
		return;
	path = xasprintf("/exec/%s/json", x->id);
	spec.path = path;
	ask(x, &spec, on_inspected);
}

/* docker_frame_fn */
static void on_output(void *arg, int stream, const char *data, size_t n, bool start, bool end)
{
	struct exec *x = arg;

	(void)start;
	(void)end;
	str_addn(&x->words, data, n < LAST_WORDS ? n : LAST_WORDS);
	if (x->words.len > LAST_WORDS)
		str_shift(&x->words, x->words.len - LAST_WORDS);
	if (x->output)
		x->output(x->output_arg, stream == 2 ? CHILD_ERR : CHILD_OUT, data, n);
}

static bool on_data(void *arg, const char *data, size_t n)
{
	struct exec *x = arg;

	docker_frames_feed(&x->frames, data, n);
	return true;
}

static void on_created(void *arg, int code, const struct error *err)
{
	struct exec *x = arg;
	autofree char *path = NULL;
	autojson struct json_object *body = json_object_new_object();
	struct docker_spec spec = {
		.method = "POST", .body = body, .on_data = on_data, .stream_arg = x};

	if (!go_on(x, code, err))
		return;
	x->id = xstrdup(json_str(docker_call_reply(x->call), "Id", ""));
	json_put_bool(body, "Detach", false);
	json_put_bool(body, "Tty", false);
	docker_frames_init(&x->frames, false, on_output, x);
	path = xasprintf("/exec/%s/start", x->id);
	spec.path = path;
	ask(x, &spec, on_ended);
}

static void on_listed(void *arg, int code, const struct error *err)
{
	struct exec *x = arg;
	AUTO(error) struct error said = ERROR_INIT;
	autofree char *path = NULL;
	struct docker_spec spec = {.method = "POST", .body = x->command, .timeout_ms = ANSWER_MS};
	struct json_object *list;
	const char *id = NULL;

	if (!go_on(x, code, err))
		return;
	list = docker_call_reply(x->call);
	/* The newest comes first: the last one that runs is instance 1, as a rule. */
	for (size_t i = 0; i < json_len(list); i++) {
		struct json_object *labels = json_get(json_at(list, i), "Labels");

		if (!str_eq(docker_label(labels, "com.docker.compose.oneoff"), "True"))
			id = json_str(json_at(list, i), "Id", id);
	}
	if (!id) {
		error_set(&said, ERR_NOT_FOUND, _("%s does not run"), x->service);
		error_hint(&said, _("Start it first."));
		op_finish(&x->op, ERR_NOT_FOUND, &said);
		return;
	}
	x->container = xstrdup(id);
	path = xasprintf("/containers/%s/exec", id);
	spec.path = path;
	ask(x, &spec, on_created);
}

static void on_killed(void *arg, int code, const struct error *err)
{
	struct exec *x = arg;

	(void)err;
	if (code == ERR_CANCELLED || x->op.freeing)
		return;
	op_finish(&x->op, ERR_CANCELLED, NULL);
}

static void exec_cancel(struct op *op)
{
	struct exec *x = (struct exec *)op;

	if (!x->id)
		op_finish(op, ERR_CANCELLED, NULL);
	else if (!x->kill)
		x->kill = docker_exec_kill(x->docker, x->container, x->id, on_killed, x);
}

static void exec_destroy(struct op *op)
{
	struct exec *x = (struct exec *)op;

	op_free(x->kill);
	op_free(x->call);
	json_wipe(x->command); /* its environment may hold secrets */
	json_object_put(x->command);
	str_done(&x->words);
	free(x->service);
	free(x->container);
	free(x->id);
	free(x);
}

static const struct op_class exec_class = {
	.name = "exec", .cancel = exec_cancel, .destroy = exec_destroy};

struct op *docker_exec(struct docker *d, const char *project, const char *service,
	const struct strv *argv, const struct strv *env, child_output_fn *output,
	void *output_arg, op_done_fn *done, void *arg)
{
	struct exec *x = xcalloc(1, sizeof(*x));
	autofree char *filter = docker_label_filter(project, service);
	autofree char *path = xasprintf("/containers/json?filters=%s", filter);
	struct docker_spec spec = {.path = path, .timeout_ms = ANSWER_MS};
	struct json_object *command = json_object_new_array();

	op_init(&x->op, &exec_class, d->loop, done, arg);
	x->docker = d;
	x->service = xstrdup(service);
	x->output = output;
	x->output_arg = output_arg;
	str_init(&x->words, (size_t)2 * LAST_WORDS);
	for (size_t i = 0; i < argv->n; i++)
		json_push_str(command, argv->items[i]);
	x->command = json_object_new_object();
	json_put_bool(x->command, "AttachStdout", true);
	json_put_bool(x->command, "AttachStderr", true);
	json_put(x->command, "Cmd", command);
	if (env && env->n) {
		struct json_object *pairs = json_object_new_array();

		for (size_t i = 0; i < env->n; i++)
			json_push_str(pairs, env->items[i]);
		json_put(x->command, "Env", pairs);
	}
	x->call = docker_call(d, &spec, on_listed, x);
	return &x->op;
}
