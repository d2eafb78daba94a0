/* SPDX-License-Identifier: MIT */
#include "plan/workspace.h"

#include "base/i18n.h"
#include "base/str.h"
#include "config/compose_address.h"
#include "plan/deployed.h"

int workspace_open(struct loop *loop, struct host *host, const struct workspace_options *options,
	struct workspace **ret, struct error *err)
{
	AUTO_PTR(workspace) struct workspace *w = xcalloc(1, sizeof(*w));
	autofree char *slipway = NULL;
	int r;

	w->loop = loop;
	w->host = host;
	w->options = *options;
	w->options.project.vault = &w->vault;
	r = project_open(host, &w->options.project, &w->project, err);
	if (r < 0)
		return r;
	slipway = host_path(w->project->dir, ".slipway");
	w->deployed = deployed_read(host, slipway);
	*ret = take(w);
	return 0;
}

void workspace_free(struct workspace *w)
{
	if (!w)
		return;
	op_free(w->watch);
	live_free(w->live);
	logs_free(w->logs);
	engine_free(w->engine);
	error_done(&w->engine_error);
	free(w->deployed);
	project_free(w->project);
	secret_vault_done(&w->vault);
	free(w);
}

int workspace_read_again(struct workspace *w, struct project **ret, struct error *err)
{
	return project_open(w->host, &w->options.project, ret, err);
}

void workspace_take_over(struct workspace *w, struct project *p)
{
	if (w->engine)
		engine_set_project(w->engine, p);
	if (w->live)
		live_set_services(w->live, p->compose);
	project_free(w->project);
	w->project = p;
}

char *workspace_path(const struct workspace *w, const char *name)
{
	autofree char *dir = host_path(w->project->dir, ".slipway");

	return host_path(dir, name);
}

/* --- connecting: each engine that suits is asked in turn */

struct connecting {
	struct op op;
	struct workspace *workspace;
	size_t next; /* row of the engine table */
	struct engine *engine;
	struct op *attempt;
};

static void try_next(struct connecting *c);

static void connecting_destroy(struct op *op)
{
	struct connecting *c = (struct connecting *)op;

	op_free(c->attempt);
	engine_free(c->engine);
	free(c);
}

static const struct op_class connecting_class = {"connect", NULL, connecting_destroy};

static void adopt(struct workspace *w, struct engine *e)
{
	w->engine = e;
	error_done(&w->engine_error);
	if (!w->live)
		w->live = live_new(w->loop, w->project->compose->name);
	live_set_services(w->live, w->project->compose);
	if (!w->logs)
		w->logs = logs_new(0);
}

static void attempt_done(void *arg, int code, const struct error *err)
{
	struct connecting *c = arg;
	struct workspace *w = c->workspace;

	if (code == ERR_CANCELLED)
		return;
	op_free(take(c->attempt));
	if (code == 0) {
		adopt(w, take(c->engine));
		op_finish(&c->op, 0, NULL);
		return;
	}
	/* The first engine's reason is the one to show: it is the one the project wants most. */
	if (!w->engine_error.code)
		error_copy(&w->engine_error, err);
	engine_free(take(c->engine));
	try_next(c);
}

static void try_next(struct connecting *c)
{
	struct workspace *w = c->workspace;
	const char *wanted = w->options.engine ? w->options.engine : w->deployed;
	AUTO(error) struct error err = ERROR_INIT;
	size_t n;
	const struct engine_kind *kinds = engine_kinds(&n);
	const struct compose *compose = w->project->compose;

	/* Nothing to run is not the engines' fault. */
	if (compose && !compose->n_services && compose_check_enabled(compose, &w->engine_error))
		c->next = n;
	while (c->next < n) {
		const struct engine_kind *k = &kinds[c->next++];

		if (wanted ? !str_eq(wanted, k->ops->name) : !k->suits(w->project))
			continue;
		if (k->open(w->host, w->loop, w->project, &c->engine, &err) == 0) {
			c->engine->looking = w->options.looking;
			c->attempt = c->engine->ops->connect(c->engine, attempt_done, c);
			return;
		}
		if (!w->engine_error.code)
			error_move(&w->engine_error, &err);
	}
	if (!w->engine_error.code) {
		error_set(&w->engine_error, ERR_UNREACHABLE, _("no engine can run this project"));
		error_hint(&w->engine_error,
			_("Install Docker, or use a stack that says how to run without it."));
	} else if (wanted && !w->options.engine) {
		deployed_explain(wanted, &w->engine_error);
	}
	error_copy(&err, &w->engine_error);
	op_finish(&c->op, err.code, &err);
}

struct op *workspace_connect(struct workspace *w, op_done_fn *done, void *arg)
{
	struct connecting *c = xcalloc(1, sizeof(*c));

	op_init(&c->op, &connecting_class, w->loop, done, arg);
	c->workspace = w;
	error_done(&w->engine_error);
	if (w->engine)
		op_finish(&c->op, 0, NULL);
	else
		try_next(c);
	return &c->op;
}

struct op *workspace_watch(struct workspace *w, op_done_fn *done, void *arg)
{
	op_free(w->watch);
	w->watch = w->engine->ops->watch(w->engine, w->live, done, arg);
	return w->watch;
}

struct op *workspace_logs(struct workspace *w, int tail, void (*changed)(void *arg), void *arg)
{
	struct engine_logs o = {
		.tail = tail, .follow = true, .into = w->logs, .changed = changed, .arg = arg};

	return w->engine->ops->logs(w->engine, &o, NULL, NULL);
}

struct op *workspace_stats(
	struct workspace *w, const struct strv *services, op_done_fn *done, void *arg)
{
	return w->engine->ops->stats(w->engine, w->live, services, done, arg);
}

struct op *workspace_shell(struct workspace *w, const char *service, const int terminal[3],
	op_done_fn *done, void *arg)
{
	AUTO(strv) struct strv argv = STRV_INIT;
	struct engine_exec x = {.service = service, .argv = &argv, .terminal = terminal};

	/* bash where there is one: it edits lines. A shell's own status is that of the last command
	 * that was typed, which says nothing about it. */
	strv_push_all(&argv, "sh", "-c",
		"if command -v bash >/dev/null 2>&1; then bash; else sh -i; fi; exit 0", NULL);
	return w->engine->ops->exec(w->engine, &x, done, arg);
}

/* --- addresses */

bool workspace_wipes(const struct workspace *w, const char *volume)
{
	return w->wipe && strv_has(w->wipe, volume);
}

bool workspace_is_here(const struct workspace *w)
{
	const struct engine *e = w->engine;

	return e && (!e->facts.socket || str_starts(e->facts.socket, "unix:"));
}

void workspace_addresses(const struct workspace *w, const char *service, struct strv *ret)
{
	if (!workspace_is_here(w) || !w->live || !live_instances(live_find(w->live, service)))
		return;
	compose_addresses(compose_find_service(w->project->compose, service), ret);
}
