/* SPDX-License-Identifier: MIT */
#include "engine/process_health.h"

#include "base/i18n.h"
#include "base/str.h"
#include "base/text.h"
#include "engine/live.h"
#include "engine/process_family.h"
#include "loop/child.h"

#include <string.h>

enum { PROBE_OUTPUT = 4096 };

enum verdict { NONE, STARTING, HEALTHY, UNHEALTHY };

static const char *const verdict_names[] = {"", "starting", "healthy", "unhealthy"};

struct health {
	struct loop *loop;
	char *mark;
	void (*changed)(void *arg);
	void *arg;
	const struct process_spec *spec; /* NULL: the service does not run */
	enum verdict verdict;
	struct child *probe;
	struct timer *timer;
	int64_t began;    /* loop_now() of the service's start */
	int64_t probation_ms;
	int64_t asked_ms; /* wall clock of the check under way */
	int streak;
	struct live_probe probes[LIVE_PROBES];
	size_t n_probes;
};

static void schedule(struct health *h);

static void remember(struct health *h, int code, const char *output)
{
	struct live_probe *p;

	if (h->n_probes == LIVE_PROBES) {
		free(h->probes[0].output);
		memmove(h->probes, h->probes + 1, (LIVE_PROBES - 1) * sizeof(*h->probes));
		h->n_probes--;
	}
	p = &h->probes[h->n_probes++];
	p->start_ms = h->asked_ms;
	p->end_ms = loop_wall();
	p->exit_code = code;
	p->output = xstrdup(output);
}

static void judge(struct health *h, bool ok)
{
	bool grace =
		h->verdict == STARTING && loop_now(h->loop) - h->began < h->spec->start_period_ms;

	if (ok) {
		h->streak = 0;
		if (loop_now(h->loop) - h->began >= h->probation_ms)
			h->verdict = HEALTHY;
	} else if (!grace && ++h->streak >= h->spec->retries) {
		h->verdict = UNHEALTHY;
	}
	schedule(h);
	h->changed(h->arg);
}

static void probe_done(void *arg, int code, const struct error *err)
{
	struct health *h = arg;
	AUTO(str) struct str output = STR_INIT(2 * PROBE_OUTPUT);
	int status = -1;

	if (code == ERR_CANCELLED)
		return;
	if (code == ERR_TIMEOUT) {
		str_addf(&output, _("health check took longer than %lld ms"),
			(long long)h->spec->timeout_ms);
	} else {
		status = child_status(h->probe);
		str_addn(&output, str_text(child_out(h->probe)), child_out(h->probe)->len);
		str_addn(&output, str_text(child_err(h->probe)), child_err(h->probe)->len);
		if (!output.len && err->message && status)
			str_add(&output, err->message);
	}
	str_cut(&output, PROBE_OUTPUT);
	op_free(child_op(take(h->probe)));
	remember(h, status, str_text(&output));
	judge(h, status == 0);
}

static void probe(void *arg)
{
	struct health *h = arg;
	AUTO(error) struct error err = ERROR_INIT;
	AUTO(strv) struct strv env = STRV_INIT;
	struct child_spec spec = {
		.argv = &h->spec->health,
		.env = &env,
		.cwd = h->spec->dir,
		.keep = PROBE_OUTPUT,
		.timeout_ms = h->spec->timeout_ms,
		.own_group = true,
	};
	int r;

	timer_free(take(h->timer));
	h->asked_ms = loop_wall();
	family_environ(&env, &h->spec->env, h->mark);
	r = child_start(h->loop, &spec, probe_done, h, &h->probe, &err);
	strv_wipe(&env);
	if (r == 0)
		return;
	remember(h, 127, err.message);
	judge(h, false);
}

static void schedule(struct health *h)
{
	if (!h->timer)
		h->timer = timer_start(h->loop, h->spec->interval_ms, 0, probe, h);
}

struct health *health_new(
	struct loop *loop, const char *mark, void (*changed)(void *arg), void *arg)
{
	struct health *h = xcalloc(1, sizeof(*h));

	h->loop = loop;
	h->mark = mark ? xasprintf("%s/check", mark) : NULL;
	h->changed = changed;
	h->arg = arg;
	return h;
}

static void forget(struct health *h)
{
	for (size_t i = 0; i < h->n_probes; i++)
		free(h->probes[i].output);
	h->n_probes = 0;
	h->streak = 0;
}

void health_free(struct health *h)
{
	if (!h)
		return;
	health_end(h);
	forget(h);
	free(h->mark);
	free(h);
}

void health_begin(struct health *h, const struct process_spec *spec, int64_t probation_ms)
{
	health_end(h);
	forget(h);
	if (!spec->health.n)
		return;
	h->spec = spec;
	h->probation_ms = probation_ms;
	h->began = loop_now(h->loop);
	h->verdict = STARTING;
	schedule(h);
}

void health_end(struct health *h)
{
	struct child *child = take(h->probe);

	timer_free(take(h->timer));
	h->spec = NULL;
	h->verdict = NONE;
	if (child)
		op_free(child_op(child));
}

void health_put(const struct health *h, const struct process_spec *spec, struct json_object *o)
{
	struct json_object *probes = json_object_new_array();

	json_put_str(o, "health", verdict_names[h->verdict]);
	json_put_bool(o, "has_health", spec->health.n > 0);
	json_put_int(o, "streak", h->streak);
	json_put_int(o, "interval_ms", spec->interval_ms);
	json_put_int(o, "timeout_ms", spec->timeout_ms);
	json_put_int(o, "start_period_ms", spec->start_period_ms);
	json_put_int(o, "retries", spec->retries);
	for (size_t i = 0; i < h->n_probes; i++) {
		struct json_object *p = json_object_new_object();
		AUTO(str) struct str output = STR_INIT(STR_LINE);

		text_safe(&output, h->probes[i].output, strlen(h->probes[i].output), true);
		json_put_int(p, "start_ms", h->probes[i].start_ms);
		json_put_int(p, "end_ms", h->probes[i].end_ms);
		json_put_int(p, "exit_code", h->probes[i].exit_code);
		json_put_str(p, "output", str_text(&output));
		json_push(probes, p);
	}
	json_put(o, "probes", probes);
}
