/* SPDX-License-Identifier: MIT */
#include "engine/docker_action.h"

#include "base/i18n.h"
#include "base/text.h"
#include "engine/docker_container.h"
#include "engine/docker_words.h"

#include <string.h>

enum { ANSWER_MS = 60000 };

struct action;

/* One container that is acted on. */
struct target {
	struct action *action;
	char *name;
	struct op *call;
	struct target *next;
};

struct action {
	struct op op;
	struct docker *docker;
	enum docker_verb verb;
	char *service;
	struct op *list;
	struct target *targets;
	int running;
	struct error err; /* the first failure */
};

static int prefix_failure(struct error *err, enum docker_verb verb, const char *name)
{
	switch (verb) {
	case DOCKER_START:
		return error_prefix(err, _("cannot start %s"), name);
	case DOCKER_STOP:
		return error_prefix(err, _("cannot stop %s"), name);
	default:
		return error_prefix(err, _("cannot restart %s"), name);
	}
}

static bool is_up(const char *state)
{
	return str_eq(state, "running") || str_eq(state, "restarting") || str_eq(state, "paused");
}

/* What is to be done to a container in that state; NULL: nothing. */
static const char *call_for(enum docker_verb verb, const char *state)
{
	switch (verb) {
	case DOCKER_START:
		return str_eq(state, "paused") ? "unpause" : is_up(state) ? NULL : "start";
	case DOCKER_STOP:
		return is_up(state) ? "stop" : NULL;
	default:
		return "restart";
	}
}

static void finish_if_all(struct action *a)
{
	if (!a->running)
		op_finish(&a->op, a->err.code, &a->err);
}

static void on_acted(void *arg, int code, const struct error *err)
{
	struct target *t = arg;
	struct action *a = t->action;

	if (code == ERR_CANCELLED || a->op.freeing)
		return;
	a->running--;
	/* Gone meanwhile is stopped, too. */
	if (code && !a->err.code && !(code == ERR_NOT_FOUND && a->verb == DOCKER_STOP)) {
		error_copy(&a->err, err);
		docker_explain(&a->err);
		prefix_failure(&a->err, a->verb, t->name);
	}
	finish_if_all(a);
}

static void act_on(struct action *a, struct json_object *entry)
{
	const char *id = json_str(entry, "Id", "");
	const char *name = json_object_get_string(json_at(json_get(entry, "Names"), 0));
	const char *call = call_for(a->verb, json_str(entry, "State", ""));
	autofree char *path = NULL;
	struct docker_spec spec = {.method = "POST"};
	struct target *t;

	if (!call)
		return;
	t = xcalloc(1, sizeof(*t));
	t->action = a;
	t->name = text_safe_dup(name ? name + (name[0] == '/') : id);
	t->next = a->targets;
	a->targets = t;
	a->running++;
	path = xasprintf("/containers/%s/%s", id, call);
	spec.path = path;
	t->call = docker_call(a->docker, &spec, on_acted, t);
}

static bool is_oneoff(struct json_object *entry)
{
	return str_eq(docker_label(json_get(entry, "Labels"), "com.docker.compose.oneoff"), "True");
}

static void on_listed(void *arg, int code, const struct error *err)
{
	struct action *a = arg;
	struct json_object *list;
	size_t n = 0;

	if (code == ERR_CANCELLED || a->op.freeing)
		return;
	if (code) {
		error_copy(&a->err, err);
		finish_if_all(a);
		return;
	}
	list = docker_call_reply(a->list);
	for (size_t i = 0; i < json_len(list); i++) {
		if (is_oneoff(json_at(list, i)))
			continue;
		act_on(a, json_at(list, i));
		n++;
	}
	if (!n && a->verb != DOCKER_STOP)
		error_set(&a->err, ERR_NOT_FOUND, _("%s has no container"), a->service);
	finish_if_all(a);
}

static void action_destroy(struct op *op)
{
	struct action *a = (struct action *)op;

	op_free(a->list);
	while (a->targets) {
		struct target *t = a->targets;

		a->targets = t->next;
		op_free(t->call);
		free(t->name);
		free(t);
	}
	error_done(&a->err);
	free(a->service);
	free(a);
}

static const struct op_class action_class = {.name = "container action", .destroy = action_destroy};

struct op *docker_act(struct docker *d, enum docker_verb verb, const char *project,
	const char *service, op_done_fn *done, void *arg)
{
	struct action *a = xcalloc(1, sizeof(*a));
	autofree char *filter = docker_label_filter(project, service);
	autofree char *path = xasprintf("/containers/json?all=1&filters=%s", filter);
	struct docker_spec spec = {.path = path, .timeout_ms = ANSWER_MS};

	op_init(&a->op, &action_class, d->loop, done, arg);
	a->docker = d;
	a->verb = verb;
	a->service = xstrdup(service);
	a->list = docker_call(d, &spec, on_listed, a);
	return &a->op;
}
