/* SPDX-License-Identifier: MIT */
#include "engine/docker_action.h"

#include <string.h>

enum { ANSWER_MS = 5000, PIDS_MOST = 64 * 1024 };

/* $1 container, $2 process id on the Engine's host. An Engine in a virtual machine means other
 * processes by its numbers: only one of this container is touched. What may not be killed from here
 * is printed by its number in the container. */
static const char script[] =
	"grep -q -e \"$1\" \"/proc/$2/cgroup\" 2>/dev/null || exit 0\n"
	"all() { for i in $(cat \"/proc/$1/task/\"*/children 2>/dev/null); do all \"$i\"; done; "
	"echo \"$1\"; }\n"
	"p=$(all \"$2\")\n"
	"kill -KILL $p 2>/dev/null && exit 0\n"
	"for i in $p; do sed -n 's/^NSpid:.*[^0-9]\\([0-9][0-9]*\\)$/\\1/p' \"/proc/$i/status\"; "
	"done 2>/dev/null\n"
	"exit 0\n";

/* Ask for its process, kill that on the host, or in the container: one after the other. */
struct killing {
	struct op op;
	struct docker *docker;
	char *container;
	struct op *call;
	struct child *child;
};

static bool go_on(struct killing *k, int code, const struct error *err)
{
	AUTO(error) struct error said = ERROR_INIT;

	if (code == ERR_CANCELLED || k->op.freeing)
		return false;
	if (!code)
		return true;
	error_copy(&said, err);
	op_finish(&k->op, code, &said);
	return false;
}

static void ask(struct killing *k, const struct docker_spec *spec, op_done_fn *done)
{
	op_free(take(k->call));
	k->call = docker_call(k->docker, spec, done, k);
}

static void on_started(void *arg, int code, const struct error *err)
{
	struct killing *k = arg;

	if (go_on(k, code, err))
		op_finish(&k->op, 0, NULL);
}

static void on_created(void *arg, int code, const struct error *err)
{
	struct killing *k = arg;
	autofree char *path = NULL;
	autojson struct json_object *body = NULL;
	struct docker_spec spec = {.method = "POST", .timeout_ms = ANSWER_MS};

	if (!go_on(k, code, err))
		return;
	body = json_put_bool(json_object_new_object(), "Detach", true);
	path = xasprintf("/exec/%s/start", json_str(docker_call_reply(k->call), "Id", ""));
	spec.path = path;
	spec.body = body;
	ask(k, &spec, on_started);
}

/* The host's part: what is left in its output is for the container itself. */
static void on_host_done(void *arg, int code, const struct error *err)
{
	struct killing *k = arg;
	AUTO(strv) struct strv pids = STRV_INIT;
	autofree char *path = NULL;
	autojson struct json_object *body = json_object_new_object();
	struct json_object *command = json_object_new_array();
	struct docker_spec spec = {.method = "POST", .body = body, .timeout_ms = ANSWER_MS};

	json_put(body, "Cmd", command);
	if (!go_on(k, code, err))
		return;
	strv_split(&pids, str_text(child_out(k->child)), '\n');
	json_push_str(command, "kill");
	json_push_str(command, "-KILL");
	for (size_t i = 0; i < pids.n; i++)
		if (*pids.items[i])
			json_push_str(command, pids.items[i]);
	if (json_len(command) == 2) {
		op_finish(&k->op, 0, NULL);
		return;
	}
	path = xasprintf("/containers/%s/exec", k->container);
	spec.path = path;
	ask(k, &spec, on_created);
}

static void on_inspected(void *arg, int code, const struct error *err)
{
	struct killing *k = arg;
	AUTO(strv) struct strv argv = STRV_INIT;
	AUTO(error) struct error said = ERROR_INIT;
	struct child_spec spec = {
		.argv = &argv, .keep = PIDS_MOST, .timeout_ms = ANSWER_MS, .own_group = true};
	int64_t pid;

	if (!go_on(k, code, err))
		return;
	pid = json_int(docker_call_reply(k->call), "Pid", 0);
	if (pid <= 1) {
		op_finish(&k->op, 0, NULL);
		return;
	}
	strv_push_all(&argv, "sh", "-c", script, "sh", k->container, NULL);
	strv_pushf(&argv, "%lld", (long long)pid);
	code = host_exec(k->docker->host, &spec, on_host_done, k, &k->child, &said);
	if (code)
		op_finish(&k->op, code, &said);
}

static void kill_destroy(struct op *op)
{
	struct killing *k = (struct killing *)op;

	op_free(k->call);
	if (k->child)
		op_free(child_op(k->child));
	free(k->container);
	free(k);
}

static const struct op_class kill_class = {.name = "kill", .destroy = kill_destroy};

struct op *docker_exec_kill(
	struct docker *d, const char *container, const char *exec, op_done_fn *done, void *arg)
{
	struct killing *k = xcalloc(1, sizeof(*k));
	autofree char *path = xasprintf("/exec/%s/json", exec);
	struct docker_spec spec = {.path = path, .timeout_ms = ANSWER_MS};

	op_init(&k->op, &kill_class, d->loop, done, arg);
	k->docker = d;
	k->container = xstrdup(container);
	k->call = docker_call(d, &spec, on_inspected, k);
	return &k->op;
}
