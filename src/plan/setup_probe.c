/* SPDX-License-Identifier: MIT */
/* Asks the world in turn: the engine (when there is one) for volumes and containers, then the host
 * for data directories and listening ports. What cannot be asked is left unknown; a probe never
 * fails. */
#include "plan/setup_state.h"

#include "base/i18n.h"
#include "base/str.h"
#include "loop/work.h"
#include "plan/run.h"

#include <string.h>

enum { CONTAINERS_MAX = 4 * 1024 * 1024, CONTAINERS_TIMEOUT_MS = 10000 };

/* What the pool works on: copies, but for the host. */
struct host_job {
	struct host *host;
	struct port_table ports;
	struct secret_homes homes; /* in the order of the setup's */
	struct workspace view;     /* for what asks for one: the host and the project's directory */
	struct strv lost;          /* secrets without a value that something remembers */
	struct home_backups backups;
	struct rotation rotation;
};

struct probe {
	struct op op;
	struct setup *setup;
	size_t stage;    /* index into stages */
	struct op *step; /* of the present stage */
	struct op *watch; /* the same, where it is the workspace's; NULL */
	struct child *containers;
	struct host_job *job; /* owned by its work */
};

static void probe_next(struct probe *p);

/* --- the stages; NULL: nothing to ask */

static struct op *ask_connect(struct probe *p, op_done_fn *done)
{
	struct workspace *w = p->setup->workspace;

	if (w->engine || w->engine_error.code)
		return NULL;
	return workspace_connect(w, done, p);
}

static struct op *ask_volumes(struct probe *p, op_done_fn *done)
{
	struct engine *e = p->setup->workspace->engine;

	return e && e->ops->volumes ? e->ops->volumes(e, done, p) : NULL;
}

/* Who keeps a secret with its data can be asked only while it runs. */
static struct op *ask_live(struct probe *p, op_done_fn *done)
{
	struct workspace *w = p->setup->workspace;

	if (!w->engine || !w->live || !p->setup->homes.n || (w->watch && op_finished(w->watch)))
		return NULL;
	p->watch = workspace_watch(w, done, p);
	return p->watch;
}

static struct op *ask_containers(struct probe *p, op_done_fn *done)
{
	struct workspace *w = p->setup->workspace;
	AUTO(strv) struct strv argv = STRV_INIT;
	struct child_spec spec = {
		.argv = &argv, .keep = CONTAINERS_MAX, .timeout_ms = CONTAINERS_TIMEOUT_MS};

	if (!w->engine || strcmp(w->engine->ops->name, "compose") != 0)
		return NULL;
	/* The Engine that was found, which need not be the one that the program finds. */
	strv_push(&argv, "docker");
	if (w->engine->facts.socket)
		strv_pushf(&argv, "--host=%s", w->engine->facts.socket);
	strv_push_all(&argv, "ps", "--all", "--no-trunc", "--format", "{{json .}}", NULL);
	if (host_exec(w->host, &spec, done, p, &p->containers, NULL))
		return NULL;
	return child_op(p->containers);
}

static void host_job_free(void *data)
{
	struct host_job *job = data;

	port_table_done(&job->ports);
	secret_homes_done(&job->homes);
	strv_done(&job->lost);
	home_backups_done(&job->backups);
	rotation_done(&job->rotation);
	free(job);
}

/* Where what was lost still is. */
static void look_for_backups(struct host_job *job)
{
	for (size_t i = 0; i < job->lost.n; i++) {
		struct home_backup b = {0};

		b.run = run_with_value(&job->view, job->lost.items[i], &b.value);
		if (!b.run)
			continue;
		b.setting = xstrdup(job->lost.items[i]);
		VEC_GROW(job->backups.items, job->backups.n, job->backups.cap);
		job->backups.items[job->backups.n++] = b;
	}
}

static int host_job_run(void *data, const atomic_bool *cancelled, struct error *err)
{
	struct host_job *job = data;

	for (size_t i = 0; i < job->homes.n && !atomic_load(cancelled); i++) {
		secret_home_look(&job->homes.items[i], job->host);
	}
	look_for_backups(job);
	(void)rotation_load(&job->rotation, job->host, job->view.project->dir, NULL);
	return port_table_read(&job->ports, job->host, err);
}

static struct op *ask_host(struct probe *p, op_done_fn *done)
{
	struct workspace *w = p->setup->workspace;
	struct host_job *job = xcalloc(1, sizeof(*job));

	job->host = w->host;
	for (size_t i = 0; i < p->setup->homes.n; i++) {
		const struct secret_home *home = &p->setup->homes.items[i];

		VEC_GROW(job->homes.items, job->homes.n, job->homes.cap);
		job->homes.items[job->homes.n++] = (struct secret_home){xstrdup(home->setting),
			NULL, xstrdup(home->path), home->marker, false, false, false};
	}
	job->view = (struct workspace){
		.loop = w->loop, .host = w->host, .project = w->project, .options = w->options};
	for (size_t i = 0; i < p->setup->homes.n; i++) {
		const char *name = p->setup->homes.items[i].setting;
		const struct setting *s = settings_find(&w->project->settings, name);

		if (s && str_empty(s->current))
			strv_add_once(&job->lost, name);
	}
	p->job = job;
	return work_op(work_start(w->loop, host_job_run, job, host_job_free, done, p));
}

/* --- what came back */

static void take_volumes(struct probe *p)
{
	struct setup *s = p->setup;

	for (size_t i = 0; i < s->homes.n; i++) {
		struct secret_home *home = &s->homes.items[i];

		if (home->volume)
			home->exists =
				engine_find_volume(s->workspace->engine, home->volume) != NULL;
	}
}

static void take_containers(struct probe *p)
{
	struct setup *s = p->setup;
	bool ours = port_table_add_containers(&s->ports, str_text(child_out(p->containers)),
		s->workspace->project->compose->name);

	s->ports.containers = true;
	for (size_t i = 0; i < s->homes.n; i++)
		if (!s->homes.items[i].volume && !s->homes.items[i].path)
			s->homes.items[i].exists = ours;
}

static void take_host(struct probe *p)
{
	struct setup *s = p->setup;
	struct port_table *found = &p->job->ports;

	for (size_t i = 0; i < s->homes.n; i++)
		if (s->homes.items[i].path)
			s->homes.items[i].exists = p->job->homes.items[i].exists;
	for (size_t i = 0; i < found->n; i++)
		port_table_merge(&s->ports, &found->items[i]);
	s->ports.known = s->ports.known || found->known;
	home_backups_done(&s->backups);
	s->backups = p->job->backups;
	p->job->backups = (struct home_backups){0};
	free(s->rotating);
	s->rotating = p->job->rotation.n ? rotation_names(&p->job->rotation) : NULL;
}

/* --- the operation */

static const struct {
	struct op *(*ask)(struct probe *p, op_done_fn *done);
	void (*merge)(struct probe *p); /* after success; NULL */
} stages[] = {
	{ask_connect, NULL},
	{ask_volumes, take_volumes},
	{ask_live, NULL},
	{ask_containers, take_containers},
	{ask_host, take_host},
};

static void stage_done(void *arg, int code, const struct error *err)
{
	struct probe *p = arg;

	(void)err;
	if (p->op.freeing)
		return;
	if (!code && stages[p->stage].merge)
		stages[p->stage].merge(p);
	p->containers = NULL;
	p->job = NULL;
	if (p->watch)
		p->step = p->watch = NULL;
	op_free(take(p->step));
	if (code == ERR_CANCELLED) {
		op_finish(&p->op, ERR_CANCELLED, NULL);
		return;
	}
	p->stage++;
	probe_next(p);
}

static void probe_next(struct probe *p)
{
	for (; p->stage < ARRAY_SIZE(stages); p->stage++) {
		p->step = stages[p->stage].ask(p, stage_done);
		if (p->step)
			return;
	}
	setup_annotate(p->setup, NULL);
	if (p->setup->changed)
		p->setup->changed(p->setup->changed_arg);
	op_finish(&p->op, 0, NULL);
}

static void probe_cancel(struct op *op)
{
	struct probe *p = (struct probe *)op;

	if (p->watch)
		op_finish(op, ERR_CANCELLED, NULL);
	else
		op_cancel(p->step);
}

static void probe_destroy(struct op *op)
{
	struct probe *p = (struct probe *)op;
	struct workspace *w = p->setup->workspace;

	if (!p->watch)
		op_free(p->step);
	else if (w->watch == p->watch) /* it would call us */
		op_free(take(w->watch));
	free(p);
}

static const struct op_class probe_class = {"probe", probe_cancel, probe_destroy};

struct op *setup_probe(struct setup *s, op_done_fn *done, void *arg)
{
	struct probe *p = xcalloc(1, sizeof(*p));

	op_init(&p->op, &probe_class, s->workspace->loop, done, arg);
	p->setup = s;
	port_table_done(&s->ports);
	probe_next(p);
	return &p->op;
}
