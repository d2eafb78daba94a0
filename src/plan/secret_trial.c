/* SPDX-License-Identifier: MIT */
#include "plan/secret_trial.h"

#include "base/i18n.h"
#include "base/str.h"
#include "base/text.h"
#include "probe/probe.h"

#include <string.h>

enum { DEADLINE_MS = 15000, HEARD_MAX = 4096 };

struct secret_trial {
	struct op op;
	struct workspace *workspace;
	struct rotation_way way;
	char *value, *other; /* wiped; the other one is nobody's password */
	char *address;       /* of the published port; NULL: the host's own */
	int port;            /* 0: none is published */
	struct probe *probe;
	bool again; /* the probe is that of the other value */
	struct op *exec;
	struct str heard;
	struct timer *deadline;
	enum trial_verdict verdict;
	char *reason;
};

static void finish(struct secret_trial *t, enum trial_verdict verdict, char *reason)
{
	t->verdict = verdict;
	t->reason = reason;
	timer_free(take(t->deadline));
	op_finish(&t->op, 0, NULL);
}

static const char *program(const struct secret_trial *t)
{
	return t->way.means == ROTATION_REDIS ? "Redis" : "PostgreSQL";
}

static void finish_refused(struct secret_trial *t)
{
	finish(t, TRIAL_REFUSED, xasprintf(_("%s: authentication failed"), program(t)));
}

static void finish_open(struct secret_trial *t)
{
	finish(t, TRIAL_UNKNOWN, xasprintf(_("%s lets in every password"), t->way.service));
}

static void finish_stopped(struct secret_trial *t)
{
	finish(t, TRIAL_UNKNOWN, xasprintf(_("%s does not run"), t->way.service));
}

/* --- by its own client */

static void on_heard(void *arg, enum child_stream stream, const char *data, size_t n)
{
	struct secret_trial *t = arg;

	(void)stream;
	if (t->heard.len + n <= HEARD_MAX)
		str_addn(&t->heard, data, n);
}

static void judge_heard(struct secret_trial *t)
{
	const char *text = str_text(&t->heard);
	AUTO(str) struct str safe = STR_INIT(STR_LINE);

	if (str_starts(text, ROTATION_TRIED_ACCEPTED)) {
		finish(t, TRIAL_ACCEPTED, NULL);
	} else if (str_starts(text, ROTATION_TRIED_OPEN)) {
		finish_open(t);
	} else if (str_starts(text, ROTATION_TRIED_REFUSED)) {
		finish_refused(t);
	} else {
		text_safe(&safe, text, strcspn(text, "\n"), false);
		finish(t, TRIAL_UNKNOWN, xasprintf("%s: %s", program(t), str_text(&safe)));
	}
}

static void on_asked(void *arg, int code, const struct error *err)
{
	struct secret_trial *t = arg;

	if (t->op.freeing || code == ERR_CANCELLED)
		return;
	if (!code)
		judge_heard(t);
	else if (code == ERR_NOT_FOUND)
		finish_stopped(t);
	else
		finish(t, TRIAL_UNKNOWN, xstrdup(err->message));
}

static void ask_inside(struct secret_trial *t)
{
	struct engine *e = t->workspace->engine;
	AUTO(rotation_command) struct rotation_command command = {0};
	struct engine_exec x = {.service = t->way.service,
		.argv = &command.argv,
		.env = &command.env,
		.output = on_heard,
		.output_arg = t};

	rotation_try(&t->way, t->value, &command);
	t->exec = e->ops->exec(e, &x, on_asked, t);
}

/* --- by a published port */

static bool ask_port(struct secret_trial *t, const char *value);

static void on_probed(void *arg, int code, const struct error *err)
{
	struct secret_trial *t = arg;
	bool ok, refused;

	(void)err;
	if (t->op.freeing || code == ERR_CANCELLED)
		return;
	ok = !code && probe_ok(t->probe);
	refused = !code && probe_refused(t->probe);
	op_free(probe_op(take(t->probe)));
	if (ok && t->again) {
		finish_open(t);
	} else if (refused && t->again) {
		finish(t, TRIAL_ACCEPTED, NULL);
	} else if (refused) {
		finish_refused(t);
	} else if (ok) {
		t->again = true;
		if (!ask_port(t, t->other))
			ask_inside(t);
	} else {
		ask_inside(t);
	}
}

static bool ask_port(struct secret_trial *t, const char *value)
{
	bool redis = t->way.means == ROTATION_REDIS;
	const struct probe_spec spec = {.kind = redis ? PROBE_REDIS : PROBE_POSTGRES,
		.host = t->address,
		.port = t->port,
		.user = t->way.user,
		.password = value,
		.database = redis ? NULL : "postgres"};

	return probe_start(t->workspace->host, &spec, on_probed, t, &t->probe, NULL) == 0;
}

/* The port of the service on its host, where that is the one we are at. */
static void find_port(struct secret_trial *t)
{
	static const char *const all[] = {"0.0.0.0", "::", "[::]"};
	const struct compose_service *s =
		compose_find_service(t->workspace->project->compose, t->way.service);
	int target = t->way.means == ROTATION_REDIS ? 6379 : 5432;

	for (size_t i = 0; s && i < s->n_ports && !t->port; i++) {
		const struct compose_port *p = &s->ports[i];

		if (p->target != target || !p->published || p->published != p->published_end)
			continue;
		t->port = p->published;
		t->address = xstrdup(str_empty(p->host_ip) ? "127.0.0.1" : p->host_ip);
		for (size_t k = 0; k < ARRAY_SIZE(all); k++)
			if (str_eq(p->host_ip, all[k])) {
				free(t->address);
				t->address = xstrdup("127.0.0.1");
			}
	}
}

/* --- the operation */

static void on_deadline(void *arg)
{
	struct secret_trial *t = arg;

	op_free(probe_op(take(t->probe)));
	op_free(take(t->exec));
	finish(t, TRIAL_UNKNOWN, xasprintf(_("no answer in %g s"), (double)DEADLINE_MS / 1000));
}

static void trial_destroy(struct op *op)
{
	struct secret_trial *t = (struct secret_trial *)op;

	op_free(probe_op(t->probe));
	op_free(t->exec);
	timer_free(t->deadline);
	rotation_way_done(&t->way);
	secret_free(t->value);
	secret_free(t->other);
	str_wipe(&t->heard);
	free(t->address);
	free(t->reason);
	free(t);
}

static const struct op_class trial_class = {.name = "trial", .destroy = trial_destroy};

struct secret_trial *secret_trial_start(struct workspace *w, struct rotation_way *way,
	const char *value, op_done_fn *done, void *arg)
{
	struct secret_trial *t = xcalloc(1, sizeof(*t));

	op_init(&t->op, &trial_class, w->loop, done, arg);
	t->workspace = w;
	t->way = *way;
	*way = (struct rotation_way){0};
	t->value = xstrdup(value);
	t->other = xasprintf("%s-", value);
	str_init(&t->heard, HEARD_MAX);
	if (!rotation_is_up(w->live, t->way.service)) {
		finish_stopped(t);
		return t;
	}
	t->deadline = timer_start(w->loop, DEADLINE_MS, 0, on_deadline, t);
	if (workspace_is_here(w))
		find_port(t);
	if (!t->port || !ask_port(t, t->value))
		ask_inside(t);
	return t;
}

struct op *secret_trial_op(struct secret_trial *t)
{
	return t ? &t->op : NULL;
}

enum trial_verdict secret_trial_verdict(const struct secret_trial *t)
{
	return t->verdict;
}

const char *secret_trial_reason(const struct secret_trial *t)
{
	return t->reason;
}
