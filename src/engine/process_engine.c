/* SPDX-License-Identifier: MIT */
/*
 * The process engine: services as child processes of a supervisor (process_super.h) that outlives
 * us. This end keeps one connection for requests and its news, and one for each reading of logs.
 */
#include "engine/process_engine.h"

#include "base/i18n.h"
#include "base/text.h"
#include "engine/process_client.h"
#include "engine/process_spec.h"
#include "engine/process_super.h"

#include <string.h>

struct watch;

struct process_engine {
	struct engine base;
	struct process_client *client; /* NULL: not connected (no supervisor, nothing runs) */
	struct live *live;             /* while watching */
	struct watch *watch;
};

static struct process_engine *of(struct engine *e)
{
	return (struct process_engine *)e;
}

/* --- operations of several requests ------------------------------------------------------------
 */

/*
 * A job asks the supervisor for one thing after the other: it connects first when that is needed,
 * then `next` makes each request until it returns NULL.
 */
struct job {
	struct op op;
	struct process_engine *e;
	struct op *step;
	struct op *(*next)(struct job *job); /* NULL: that was all */
	struct strv services;
	size_t at;
	const char *verb;
	bool spawn;      /* start a supervisor where none runs */
	bool reap;       /* end what a killed supervisor left behind */
	bool lost_is_ok; /* the supervisor's end is what we want */
	struct error err;
	struct live *live;
};

static void job_step_done(void *arg, int code, const struct error *err);

static void job_destroy(struct op *op)
{
	struct job *j = (struct job *)op;

	op_free(j->step);
	strv_done(&j->services);
	error_done(&j->err);
	free(j);
}

static const struct op_class job_class = {"process-job", NULL, job_destroy};

static void job_go_on(struct job *j)
{
	j->step = j->next(j);
	if (j->err.code)
		op_finish(&j->op, j->err.code, &j->err);
	else if (!j->step)
		op_finish(&j->op, 0, NULL);
}

static void job_step_done(void *arg, int code, const struct error *err)
{
	struct job *j = arg;

	if (code == ERR_CANCELLED)
		return;
	op_free(take(j->step));
	if (code && !(j->lost_is_ok && code == ERR_UNREACHABLE)) {
		error_copy(&j->err, err);
		op_finish(&j->op, code, &j->err);
		return;
	}
	job_go_on(j);
}

static void on_message(void *arg, struct json_object *o);
static void watch_later(struct watch *w);

static void on_closed(void *arg)
{
	struct process_engine *e = arg;

	process_client_free(take(e->client));
	if (!e->live)
		return;
	watch_later(e->watch);
	/* Without a supervisor nothing runs: that is the truth, not a loss of sight. */
	for (size_t i = 0; i < e->live->n_services; i++) {
		struct live_service *s = &e->live->services[i];

		if (s->n_instances)
			live_remove_instance(s, s->instances[0].id);
		live_update(e->live, s);
	}
}

static void adopt_client(struct process_engine *e, struct op *connect)
{
	struct process_client_events events = {
		.message = on_message, .closed = on_closed, .arg = e};

	e->client = process_client_take(connect, &events);
}

static void job_connected(void *arg, int code, const struct error *err)
{
	struct job *j = arg;
	struct op *connect = j->step;

	if (code == ERR_CANCELLED)
		return;
	if (code == 0 && !j->e->client) {
		adopt_client(j->e, connect);
		/* Whoever watched nothing so far watches the new supervisor. */
		if (j->e->live)
			op_free(process_client_request(j->e->client, "watch", NULL, NULL, NULL));
	}
	j->step = NULL;
	op_free(connect);
	if (code == ERR_NOT_FOUND && !j->spawn) {
		/* A killed supervisor answers no more; what it left behind ends here. */
		if (j->reap)
			process_reap_leftovers(j->e->base.project->dir);
		op_finish(&j->op, 0, NULL); /* nothing runs: nothing to do */
		return;
	}
	if (code) {
		error_copy(&j->err, err);
		op_finish(&j->op, code, &j->err);
		return;
	}
	job_go_on(j);
}

static void job_begin(void *arg)
{
	struct job *j = arg;

	if (j->e->client)
		job_go_on(j);
	else
		j->step = process_client_connect(j->e->base.host, j->e->base.loop,
			j->e->base.project->dir, j->spawn, job_connected, j);
}

static struct job *job_new(
	struct engine *e, struct op *(*next)(struct job *), op_done_fn *done, void *arg)
{
	struct job *j = xcalloc(1, sizeof(*j));

	op_init(&j->op, &job_class, e->loop, done, arg);
	j->e = of(e);
	j->next = next;
	return j;
}

static struct op *job_start(struct job *j)
{
	job_begin(j);
	return &j->op;
}

static struct json_object *service_field(const char *service)
{
	return json_put_str(json_object_new_object(), "service", service);
}

/* One request for each service of the list. */
static struct op *next_service(struct job *j)
{
	if (j->at >= j->services.n)
		return NULL;
	return process_client_request(
		j->e->client, j->verb, service_field(j->services.items[j->at++]), job_step_done, j);
}

static struct op *one_service(struct engine *e, const char *verb, const char *service, bool spawn,
	op_done_fn *done, void *arg)
{
	struct job *j = job_new(e, next_service, done, arg);

	j->verb = verb;
	j->spawn = spawn;
	strv_push(&j->services, service);
	return job_start(j);
}

/* An operation this engine has nothing to do for. */
static struct op *next_nothing(struct job *j)
{
	(void)j;
	return NULL;
}

static struct op *nothing(struct engine *e, op_done_fn *done, void *arg)
{
	struct job *j = job_new(e, next_nothing, done, arg);

	op_finish(&j->op, 0, NULL);
	return &j->op;
}

/* --- the operations ------------------------------------------------------------------------------
 */

static void process_free(struct engine *e)
{
	process_client_free(of(e)->client);
	engine_done(e);
	free(of(e));
}

static struct op *process_connect(struct engine *e, op_done_fn *done, void *arg)
{
	free(e->facts.name);
	e->facts.name = xstrdup("process");
	return nothing(e, done, arg);
}

static struct op *process_resolve(struct engine *e, op_done_fn *done, void *arg)
{
	json_object_put(e->model);
	e->model = json_object_get(e->project->compose->model);
	return nothing(e, done, arg);
}

static struct op *process_images(struct engine *e, op_done_fn *done, void *arg)
{
	return nothing(e, done, arg);
}

static struct op *process_fetch(struct engine *e, const struct strv *services,
	engine_progress_fn *progress, op_done_fn *done, void *arg)
{
	(void)services;
	(void)progress;
	return nothing(e, done, arg);
}

static struct op *next_define(struct job *j)
{
	AUTO(process_spec) struct process_spec spec = {0};

	if (j->at >= j->services.n)
		return NULL;
	if (process_spec_make(j->e->base.project, j->services.items[j->at++], &spec, &j->err) < 0)
		return NULL;
	return process_client_request(j->e->client, "define",
		json_put(json_object_new_object(), "spec", process_spec_json(&spec)), job_step_done,
		j);
}

static bool defined(const struct process_engine *e, const char *service)
{
	const struct live_service *s = e->live ? live_find(e->live, service) : NULL;

	return s && s->n_instances > 0;
}

static struct op *process_create(struct engine *e, const struct strv *services,
	const struct strv *recreate, engine_progress_fn *progress, op_done_fn *done, void *arg)
{
	struct job *j = job_new(e, next_define, done, arg);
	const struct compose *c = e->project->compose;

	(void)progress;
	j->spawn = true;
	for (size_t i = 0; i < c->n_services; i++) {
		const char *name = c->services[i].name;

		if (services ? !strv_has(services, name) : !c->services[i].active)
			continue;
		if (!defined(of(e), name) || (recreate && strv_has(recreate, name)))
			strv_push(&j->services, name);
	}
	return job_start(j);
}

static struct op *process_start(struct engine *e, const char *service, op_done_fn *done, void *arg)
{
	return one_service(e, "start", service, true, done, arg);
}

static struct op *process_stop(struct engine *e, const char *service, op_done_fn *done, void *arg)
{
	return one_service(e, "stop", service, false, done, arg);
}

static struct op *process_restart(
	struct engine *e, const char *service, op_done_fn *done, void *arg)
{
	return one_service(e, "restart", service, true, done, arg);
}

static struct op *next_shutdown(struct job *j)
{
	if (j->at++)
		return NULL;
	return process_client_request(j->e->client, "shutdown", NULL, job_step_done, j);
}

static struct op *process_down(
	struct engine *e, bool volumes, engine_progress_fn *progress, op_done_fn *done, void *arg)
{
	struct job *j = job_new(e, next_shutdown, done, arg);

	(void)volumes;
	(void)progress;
	j->lost_is_ok = true;
	j->reap = true;
	return job_start(j);
}

static struct op *process_scale(
	struct engine *e, const char *service, int replicas, op_done_fn *done, void *arg)
{
	struct job *j = job_new(e, next_nothing, done, arg);

	if (replicas == 1)
		return one_service(e, "start", service, true, done, arg);
	error_set(&j->err, ERR_INPUT, _("cannot run %d of %s"), replicas, service);
	error_hint(
		&j->err, _("Without containers a service runs once; \"slipway stop\" stops it."));
	op_finish(&j->op, ERR_INPUT, &j->err);
	return &j->op;
}

static struct op *process_exec(
	struct engine *e, const struct engine_exec *x, op_done_fn *done, void *arg)
{
	AUTO(process_spec) struct process_spec spec = {0};
	struct job *j;
	struct child *child = NULL;
	AUTO(error) struct error err = ERROR_INIT;
	struct child_spec child_spec = {
		.argv = x->argv,
		.env = &spec.env,
		.output = x->output,
		.output_arg = x->output_arg,
		.inherit = x->terminal,
		.own_group = !x->terminal,
	};

	if (process_spec_make(e->project, x->service, &spec, &err) == 0) {
		child_spec.cwd = spec.dir;
		if (host_exec(e->host, &child_spec, done, arg, &child, &err) == 0)
			return child_op(child);
	}
	j = job_new(e, next_nothing, done, arg);
	op_finish(&j->op, err.code, &err);
	return &j->op;
}

/* --- watching -----------------------------------------------------------------------------------
 */

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

static void on_message(void *arg, struct json_object *o)
{
	struct process_engine *e = arg;
	const char *removed = json_str(o, "removed", NULL);
	struct live_service *s;

	if (!e->live)
		return;
	if (json_key(o, "unit"))
		read_unit(e->live, json_key(o, "unit"));
	else if (json_key(o, "stats"))
		read_stats(e->live, json_key(o, "stats"));
	s = removed ? live_find(e->live, removed) : NULL;
	if (s && s->n_instances) {
		live_remove_instance(s, s->instances[0].id);
		live_update(e->live, s);
	}
}

/* Unlike other jobs a watch stays: freeing it ends the watching. */
struct watch {
	struct op op;
	struct process_engine *e;
	struct op *job;
	struct timer *again; /* while no supervisor runs: somebody else may start one */
};

enum { WATCH_AGAIN_MS = 1000 };

static void watch_destroy(struct op *op)
{
	struct watch *w = (struct watch *)op;

	w->e->live = NULL;
	w->e->watch = NULL;
	op_free(w->job);
	timer_free(w->again);
	free(w);
}

static const struct op_class watch_class = {"process-watch", NULL, watch_destroy};

static struct op *next_watch(struct job *j)
{
	if (j->at++)
		return NULL;
	return process_client_request(j->e->client, "watch", NULL, job_step_done, j);
}

static void watch_ready(void *arg, int code, const struct error *err)
{
	struct watch *w = arg;
	AUTO(error) struct error e = ERROR_INIT;

	if (code == ERR_CANCELLED)
		return;
	if (code)
		error_copy(&e, err);
	else
		w->e->live->connected = true;
	op_finish(&w->op, code, &e);
	if (!w->e->client)
		watch_later(w);
}

static void watch_again(void *arg)
{
	struct watch *w = arg;

	timer_free(take(w->again));
	op_free(take(w->job));
	w->job = job_start(job_new(&w->e->base, next_watch, watch_ready, w));
}

static void watch_later(struct watch *w)
{
	if (!w->again)
		w->again = timer_start(w->op.loop, WATCH_AGAIN_MS, 0, watch_again, w);
}

static struct op *process_watch(struct engine *e, struct live *live, op_done_fn *done, void *arg)
{
	struct watch *w = xcalloc(1, sizeof(*w));

	op_init(&w->op, &watch_class, e->loop, done, arg);
	w->e = of(e);
	w->e->live = live;
	w->e->watch = w;
	w->job = job_start(job_new(e, next_watch, watch_ready, w));
	return &w->op;
}

static struct op *next_stats(struct job *j)
{
	if (j->at++)
		return NULL;
	return process_client_request(j->e->client, "stats", NULL, job_step_done, j);
}

static struct op *process_stats(struct engine *e, struct live *live, const struct strv *services,
	op_done_fn *done, void *arg)
{
	(void)live;
	(void)services;
	return job_start(job_new(e, next_stats, done, arg));
}

const struct engine_ops process_engine_ops = {
	.name = "process",
	.title = N_("processes, without containers"),
	.free = process_free,
	.connect = process_connect,
	.resolve = process_resolve,
	.images = process_images,
	.volumes = process_images,
	.pull = process_fetch,
	.build = process_fetch,
	.create = process_create,
	.start = process_start,
	.stop = process_stop,
	.restart = process_restart,
	.down = process_down,
	.scale = process_scale,
	.exec = process_exec,
	.watch = process_watch,
	.stats = process_stats,
	.logs = process_logs,
};

int process_engine_open(struct host *h, struct loop *loop, const struct project *p,
	struct engine **ret, struct error *err)
{
	AUTO(host_facts) struct host_facts facts = {0};
	struct process_engine *e;
	int code = host_facts(h, &facts, err);

	if (code < 0)
		return code;
	if (!facts.self) {
		error_set(err, ERR_UNREACHABLE,
			_("services without containers cannot run on %s"), h->label);
		return error_hint(err, _("Their supervisor is Slipway, which is not installed there."));
	}
	e = xcalloc(1, sizeof(*e));
	engine_init(&e->base, &process_engine_ops, h, loop, p);
	*ret = &e->base;
	return 0;
}

bool process_engine_suits(const struct project *p)
{
	if (!p->stack)
		return false;
	for (size_t i = 0; i < p->compose->n_services; i++) {
		const struct compose_service *s = &p->compose->services[i];
		const struct stack_service *def = stack_find_service(p->stack, s->name);

		if (s->active && (!def || !def->process))
			return false;
	}
	return true;
}
