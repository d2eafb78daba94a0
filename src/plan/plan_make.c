/* SPDX-License-Identifier: MIT */
/*
 * Making a plan: ask the engine for its pictures (images, volumes, what runs), look at files on the
 * pool, put the services together on the loop.
 */
#include "base/i18n.h"
#include "loop/work.h"
#include "plan/deployed.h"
#include "plan/plan_build.h"

#include <string.h>

struct making {
	struct op op;
	struct plan_build build;
	struct plan_dotenv dotenv;
	struct op *now;
	struct op *watch; /* the workspace's, awaited */
	size_t at;
};

typedef struct op *part_fn(struct making *m, struct error *err);

static void part_done(void *arg, int code, const struct error *err);

void plan_note(struct plan *p, const char *fmt, ...)
{
	autofree char *text = NULL;
	va_list ap;

	va_start(ap, fmt);
	text = xvasprintf(fmt, ap);
	va_end(ap);
	strv_add_once(&p->notes, text);
}

void plan_after_all(const struct plan *p, struct step *step, const char *kind)
{
	for (size_t i = 0; i < p->n; i++) {
		if (!kind || str_eq(p->steps[i]->ops->kind, kind))
			strv_push(&step->after, p->steps[i]->id);
	}
}

void plan_add_first(struct plan *p, struct step *step)
{
	for (size_t i = 0; i < p->n; i++)
		strv_push(&p->steps[i]->after, step->id);
	plan_add(p, step);
	memmove(p->steps + 1, p->steps, (p->n - 1) * sizeof(p->steps[0]));
	p->steps[0] = step;
}

static bool with_engine(const struct making *m)
{
	return m->build.w->engine && (m->build.plan->scope & (PLAN_IMAGES | PLAN_DEPLOY));
}

/* --- parts */

/* For the images that the answers name, not those of the files as they are. Directories need to
 * know them as well: whom a service runs as is often its image's word. */
static struct op *ask_images(struct making *m, struct error *err)
{
	struct engine *e = m->build.w->engine;
	struct project view = *m->build.project;
	struct op *op;

	(void)err;
	if (!e || !m->build.compose)
		return NULL;
	view.compose = m->build.compose;
	engine_set_project(e, &view);
	op = e->ops->images(e, part_done, m);
	engine_set_project(e, m->build.project);
	return op;
}

static struct op *ask_volumes(struct making *m, struct error *err)
{
	struct engine *e = m->build.w->engine;

	(void)err;
	return e ? e->ops->volumes(e, part_done, m) : NULL;
}

/* What runs must be known; when nobody watches yet the workspace begins to, and goes on. */
static struct op *ask_live(struct making *m, struct error *err)
{
	struct workspace *w = m->build.w;

	(void)err;
	if (!with_engine(m) || !(m->build.plan->scope & PLAN_DEPLOY) ||
		(w->watch && op_finished(w->watch)))
		return NULL;
	m->watch = workspace_watch(w, part_done, m);
	return m->watch;
}

/* What the project becomes, and who we are. */
static int work_read(void *data, const atomic_bool *cancelled, struct error *err)
{
	struct plan_build *b = &((struct making *)data)->build;
	AUTO(host_facts) struct host_facts facts = {0};
	bool deploy = b->plan->scope & (PLAN_DEPLOY | PLAN_IMAGES);
	int code = project_unsealed(b->project, err);

	(void)cancelled;
	if (code == 0)
		code = host_facts(b->host, &facts, err);
	b->uid = facts.uid;
	return code < 0 ? code : plan_override_resolve(b, !deploy, err);
}

static struct op *read_project(struct making *m, struct error *err)
{
	(void)err;
	return work_op(work_start(m->op.loop, work_read, m, NULL, part_done, m));
}

static int work_list_owners(void *data, const atomic_bool *cancelled, struct error *err)
{
	(void)cancelled;
	(void)err;
	plan_owners_list(&((struct making *)data)->build);
	return 0;
}

static struct op *list_owners(struct making *m, struct error *err)
{
	(void)err;
	if (!(m->build.plan->scope & PLAN_WRITE) || !plan_owners_unsure(&m->build))
		return NULL;
	return work_op(work_start(m->op.loop, work_list_owners, m, NULL, part_done, m));
}

static struct op *ask_owners(struct making *m, struct error *err)
{
	struct plan_build *b = &m->build;
	struct engine *e = b->w->engine;

	(void)err;
	return b->n_who ? e->ops->whose(e, b->who, b->n_who, part_done, m) : NULL;
}

static struct op *verify_override(struct making *m, struct error *err)
{
	(void)err;
	return m->build.plan->scope & PLAN_WRITE ? plan_override_verify(&m->build, part_done, m)
						 : NULL;
}

/* How long each service took last time. Without it no estimate is made. */
static void read_phases(struct plan_build *b, const char *slipway)
{
	AUTO(strv) struct strv ids = STRV_INIT;

	if (journal_ids(b->host, slipway, &ids, NULL) < 0)
		return;
	for (size_t i = ids.n; i-- > 0 && !b->phases;) {
		AUTO(journal) struct journal j = {0};

		if (journal_read(b->host, slipway, ids.items[i], &j, NULL) == 0 &&
			str_eq(j.outcome, "done") && json_len(j.services))
			b->phases = take(j.services);
	}
}

/* Until it is done, what is in .env and what the service takes may differ. */
static void note_rotation(struct plan_build *b)
{
	AUTO(rotation) struct rotation r = {0};

	if (rotation_load(&r, b->host, b->project->dir, NULL) == 0 && r.phase) {
		autofree char *note = rotation_note(&r);

		plan_note(b->plan, "%s", note);
	}
}

static int work_look(void *data, const atomic_bool *cancelled, struct error *err)
{
	struct plan_build *b = &((struct making *)data)->build;
	autofree char *slipway = host_path(b->project->dir, ".slipway");
	autofree char *socket = host_path(slipway, "process.sock");
	int code = journals_unfinished(b->host, slipway, &b->unfinished, err);

	(void)cancelled;
	if (code < 0)
		return code;
	note_rotation(b);
	if (b->plan->scope & PLAN_DEPLOY) {
		read_phases(b, slipway);
		(void)host_listeners(b->host, &b->listeners, NULL);
		b->supervised = host_exists(b->host, socket);
	}
	if (b->plan->scope & PLAN_WRITE) {
		if ((code = plan_build_files(b, err)) < 0 ||
			(code = plan_build_directories(b, err)) < 0)
			return code;
	}
	return state_load(&b->state, b->host, slipway, err);
}

static struct op *look(struct making *m, struct error *err)
{
	(void)err;
	return work_op(work_start(m->op.loop, work_look, m, NULL, part_done, m));
}

static struct op *verify_dotenv(struct making *m, struct error *err)
{
	(void)err;
	return plan_dotenv_verify(&m->build, part_done, m);
}

static void note_absence(struct plan_build *b)
{
	const struct error *why = &b->w->engine_error;

	plan_note(b->plan, _("no engine: only files and directories are planned (%s)"),
		why->message ? why->message : _("not connected"));
	if (why->hint)
		plan_note(b->plan, "%s", why->hint);
}

/* What is deployed on another engine has its ports and directories: that comes before what is said of
 * those. */
static int build_services(struct plan_build *b, struct error *err)
{
	AUTO(error) struct error port = ERROR_INIT;
	int code = plan_build_services(b, err);

	if (code == 0 && deployed_elsewhere(b->w)) {
		error_move(&port, &b->plan->held);
		if (!deployed_check(b->plan, &b->plan->held))
			error_move(&b->plan->held, &port);
		else
			plan_note(b->plan, "%s. %s", b->plan->held.message, b->plan->held.hint);
	}
	return code;
}

static struct op *put_together(struct making *m, struct error *err)
{
	struct plan_build *b = &m->build;
	AUTO(error) struct error e = ERROR_INIT;
	int code = 0;

	if (!(b->plan->scope & (PLAN_IMAGES | PLAN_DEPLOY)))
		return NULL;
	if (!b->w->engine)
		note_absence(b);
	else if (b->plan->scope & PLAN_DEPLOY)
		code = build_services(b, &e);
	else
		code = plan_build_images(b, &e);
	if (code < 0)
		error_move(err, &e);
	return NULL;
}

static part_fn *const parts[] = {read_project, verify_override, ask_images, ask_volumes, ask_live,
	list_owners, ask_owners, look, verify_dotenv, put_together};

/* --- the operation */

static void go_on(struct making *m)
{
	AUTO(error) struct error e = ERROR_INIT;

	while (!m->now && m->at < ARRAY_SIZE(parts)) {
		m->now = parts[m->at++](m, &e);
		if (e.code) {
			op_finish(&m->op, e.code, &e);
			return;
		}
	}
	if (!m->now)
		op_finish(&m->op, 0, NULL);
}

static void part_done(void *arg, int code, const struct error *err)
{
	struct making *m = arg;
	AUTO(error) struct error e = ERROR_INIT;

	if (m->op.freeing || m->op.finished)
		return;
	/* The watch stays the workspace's. */
	if (m->now == m->watch)
		m->now = m->watch = NULL;
	op_free(take(m->now));
	if (code) {
		error_copy(&e, err);
		op_finish(&m->op, code, &e);
		return;
	}
	go_on(m);
}

static void making_cancel(struct op *op)
{
	struct making *m = (struct making *)op;

	if (m->now && !m->watch)
		op_cancel(m->now);
	else
		op_finish(op, ERR_CANCELLED, NULL);
}

static void making_destroy(struct op *op)
{
	struct making *m = (struct making *)op;

	if (!m->watch)
		op_free(m->now);
	else if (m->build.w->watch == m->watch) /* it would call us */
		op_free(take(m->build.w->watch));
	plan_free(m->build.plan);
	compose_free(m->build.compose);
	plan_override_done(&m->build.override);
	str_wipe(&m->dotenv.text);
	strv_wipe(&m->dotenv.meant);
	state_done(&m->build.state);
	mask_done(&m->build.mask);
	journals_done(&m->build.unfinished);
	host_listeners_done(&m->build.listeners);
	json_object_put(m->build.phases);
	for (size_t i = 0; i < m->build.n_who; i++)
		engine_who_done(&m->build.who[i]);
	free(m->build.who);
	free(m);
}

static const struct op_class making_class = {
	.name = "plan", .cancel = making_cancel, .destroy = making_destroy};

struct op *plan_start(struct workspace *w, unsigned scope, op_done_fn *done, void *arg)
{
	struct making *m = xcalloc(1, sizeof(*m));

	op_init(&m->op, &making_class, w->loop, done, arg);
	m->dotenv.text = (struct str)STR_INIT(STR_OUTPUT);
	m->build = (struct plan_build){
		.w = w, .project = w->project, .host = w->host, .dotenv = &m->dotenv};
	m->build.plan = xcalloc(1, sizeof(*m->build.plan));
	m->build.plan->workspace = w;
	m->build.plan->scope = scope;
	mask_init(&m->build.mask);
	mask_add_settings(&m->build.mask, &w->project->settings);
	go_on(m);
	return &m->op;
}

struct plan *plan_take(struct op *op)
{
	return take(((struct making *)op)->build.plan);
}
