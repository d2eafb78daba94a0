/* SPDX-License-Identifier: MIT */
#include "engine/process_watch.h"

#include "base/str.h"
#include "engine/process_job.h"
#include "engine/process_seat.h"

/* How often we look whether somebody else has started a supervisor. */
enum { WATCH_AGAIN_MS = 1000 };

/* Unlike a job it stays: freeing it ends the watching. */
struct process_watch {
	struct op op;
	struct process_engine *e;
	struct live *live;
	struct op *job;
	struct timer *again;
};

/* --- messages */

static void read_probes(struct live_instance *i, struct json_object *probes)
{
	for (size_t k = 0; k < i->n_probes; k++)
		free(i->probes[k].output);
	i->n_probes = 0;
	for (size_t k = 0; k < json_len(probes) && k < LIVE_PROBES; k++) {
		struct json_object *p = json_at(probes, k);

		i->probes[i->n_probes++] = (struct live_probe){
			.start_ms = json_int(p, "start_ms", 0),
			.end_ms = json_int(p, "end_ms", 0),
			.exit_code = (int)json_int(p, "exit_code", 0),
			.output = xstrdup(json_str(p, "output", "")),
		};
	}
}

static void read_unit(struct live *live, struct json_object *o)
{
	const char *name = json_str(o, "service", "");
	struct live_service *s = live_find(live, name);
	struct live_instance *i;

	if (!s)
		s = live_add(live, name);
	i = s->n_instances ? &s->instances[0] : live_add_instance(s, name);
	if (!i->name)
		i->name = xstrdup(name);
	i->number = 1;
	i->pid = (int)json_int(o, "pid", 0);
	i->exit_code = (int)json_int(o, "exit_code", 0);
	free(i->error);
	i->error = xstrdup(json_str(o, "error", NULL));
	i->restarts = (int)json_int(o, "restarts", 0);
	i->created_ms = json_int(o, "created_ms", 0);
	i->started_ms = json_int(o, "started_ms", 0);
	i->finished_ms = json_int(o, "finished_ms", 0);
	i->has_health = json_truth(o, "has_health", false);
	i->failing_streak = (int)json_int(o, "streak", 0);
	i->health_interval_ms = json_int(o, "interval_ms", 0);
	i->health_timeout_ms = json_int(o, "timeout_ms", 0);
	i->health_start_period_ms = json_int(o, "start_period_ms", 0);
	i->health_retries = (int)json_int(o, "retries", 0);
	i->stop_asked = json_truth(o, "told", false);
	read_probes(i, json_get(o, "probes"));
	i->state = live_judge(i, json_str(o, "state", ""), json_str(o, "health", ""),
		s->oneshot || json_truth(o, "oneshot", false));
	live_update(live, s);
}

static void read_stats(struct live *live, struct json_object *rows)
{
	int64_t now = loop_wall();

	for (size_t k = 0; k < json_len(rows); k++) {
		struct json_object *row = json_at(rows, k);
		struct live_service *s = live_find(live, json_str(row, "service", ""));
		struct live_instance *i = s && s->n_instances ? &s->instances[0] : NULL;
		int64_t cpu = json_int(row, "cpu_ms", 0);

		if (!i)
			continue;
		if (i->stats_ms && now > i->stats_ms && cpu >= i->cpu_ms)
			i->cpu_percent =
				100.0 * (double)(cpu - i->cpu_ms) / (double)(now - i->stats_ms);
		i->cpu_ms = cpu;
		i->memory = json_int(row, "memory", 0);
		i->memory_limit = -1;
		i->stats_ms = now;
	}
	live_touch(live);
}

static void forget(struct live *live, struct live_service *s)
{
	if (!s || !s->n_instances)
		return;
	live_remove_instance(s, s->instances[0].id);
	live_update(live, s);
}

void process_watch_message(struct process_watch *w, struct json_object *o)
{
	const char *removed = json_str(o, "removed", NULL);

	if (json_key(o, "unit"))
		read_unit(w->live, json_key(o, "unit"));
	else if (json_key(o, "stats"))
		read_stats(w->live, json_key(o, "stats"));
	else if (removed)
		forget(w->live, live_find(w->live, removed));
}

/* --- watching */

static void watch_destroy(struct op *op)
{
	struct process_watch *w = (struct process_watch *)op;

	w->e->watch = NULL;
	op_free(w->job);
	timer_free(w->again);
	free(w);
}

static const struct op_class watch_class = {"process-watch", NULL, watch_destroy};

static struct op *next_watch(struct job *j)
{
	return job_first(j) ? job_ask(j, "watch", NULL) : NULL;
}

static void look_later(struct process_watch *w);

static void ready(void *arg, int code, const struct error *err)
{
	struct process_watch *w = arg;
	AUTO(error) struct error e = ERROR_INIT;

	if (code == ERR_CANCELLED)
		return;
	/* A supervisor that has just ended is none. */
	if (code && code != ERR_UNREACHABLE)
		error_copy(&e, err);
	else
		w->live->connected = true;
	live_set_unattended(
		w->live, w->e->client ? 0 : seat_left_behind(w->e->base.project->dir));
	op_finish(&w->op, e.code, &e);
	if (!w->e->client)
		look_later(w);
}

static void look(void *arg)
{
	static const struct job_spec spec = {.next = next_watch, .spawn = PROCESS_SPAWN_NEVER};
	struct process_watch *w = arg;

	timer_free(take(w->again));
	op_free(take(w->job));
	w->job = job_start(job_new(&w->e->base, &spec, ready, w));
}

static void look_later(struct process_watch *w)
{
	if (!w->again)
		w->again = timer_start(w->op.loop, WATCH_AGAIN_MS, 0, look, w);
}

void process_watch_lost(struct process_watch *w)
{
	look_later(w);
	for (size_t i = 0; i < w->live->n_services; i++)
		forget(w->live, &w->live->services[i]);
}

struct op *process_watch_start(struct engine *e, struct live *live, op_done_fn *done, void *arg)
{
	struct process_watch *w = xcalloc(1, sizeof(*w));

	op_init(&w->op, &watch_class, e->loop, done, arg);
	w->e = (struct process_engine *)e;
	w->live = live;
	w->e->watch = w;
	look(w);
	return &w->op;
}
