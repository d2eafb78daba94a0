/* SPDX-License-Identifier: MIT */
#include "plan/action.h"

#include "base/i18n.h"
#include "base/str.h"
#include "plan/plan_build.h"
#include "plan/run.h"
#include "plan/step_action.h"

const struct action actions[] = {
	{"start", N_("start?"), N_("starting"), N_("started"), false, NULL},
	{"stop", N_("stop?"), N_("stopping"), N_("stopped"), true, NULL},
	{"restart", N_("restart?"), N_("restarting"), N_("restarted"), true, NULL},
	{"recreate", N_("recreate?"), N_("recreating"), N_("recreated"), true,
		N_("Its container is removed with all that it wrote outside its volumes, and made "
		   "anew.")},
	{NULL, NULL, NULL, NULL, false, NULL},
};

const struct action *action_find(const char *name)
{
	for (const struct action *a = actions; a->name; a++)
		if (str_eq(a->name, name))
			return a;
	return NULL;
}

static struct plan *empty_plan(struct workspace *w)
{
	struct plan *p = xcalloc(1, sizeof(*p));

	p->workspace = w;
	return p;
}

struct op *action_start(struct workspace *w, const struct action *a, const char *service,
	op_done_fn *done, void *arg)
{
	struct plan *p = empty_plan(w);
	autofree char *title = xasprintf("%s %s", a->name, service);
	struct run_options o = {.title = title};

	plan_add(p, step_action_new(a->name, service, 0));
	return run_op(run_start(p, &o, done, arg));
}

/* Adds a service to be brought up by the run's rollout. */
static void add_service(
	struct plan *p, const char *name, enum service_change change, const char *reason)
{
	struct plan_service *s;
	struct step *step;

	p->services = xreallocarray(p->services, p->n_services + 1, sizeof(p->services[0]));
	s = &p->services[p->n_services++];
	*s = (struct plan_service){
		.name = xstrdup(name), .change = change, .reason = xstrdup(reason)};
	step = step_service_new(s);
	plan_after_all(p, step, "scale");
	/* To wait until it is ready is no change of its own. */
	step->part = step->after.n > 0;
	plan_add(p, step);
}

/* Beside services that are restarted it may be run again for them. */
static void note_failed(struct plan *p, const struct strv *services)
{
	for (size_t i = 0; i < services->n; i++) {
		const char *name = services->items[i];
		const struct live_service *s = live_find(p->workspace->live, name);

		if (s && s->state == LIVE_FAILED)
			plan_note(p,
				_("%s runs once, and ended with an error: left alone. \"slipway "
				  "restart %s\" runs it again."),
				name, name);
	}
}

struct plan *plan_restart(struct workspace *w, const struct strv *services, bool named)
{
	struct plan *p = empty_plan(w);

	for (size_t i = 0; i < services->n; i++) {
		const struct live_service *s = live_find(w->live, services->items[i]);
		bool runs = s && s->n_instances;

		if (runs ? !s->oneshot || named : named)
			add_service(p, services->items[i], runs ? SERVICE_RESTART : SERVICE_START,
				runs ? _("as asked for") : _("not running"));
	}
	if (!p->n)
		note_failed(p, services);
	return p;
}

/* Nothing is there any more, as far as can be seen. */
static bool is_down(const struct workspace *w)
{
	autofree char *socket = workspace_path(w, "process.sock");

	/* A supervisor that was killed may have left processes behind. */
	if (!w->live || !w->watch || !op_finished(w->watch) || !w->live->connected ||
		host_exists(w->host, socket))
		return false;
	for (size_t i = 0; i < w->live->n_services; i++)
		if (w->live->services[i].n_instances)
			return false;
	return true;
}

struct plan *plan_down(struct workspace *w, bool volumes)
{
	struct plan *p = empty_plan(w);

	if (!volumes && is_down(w))
		return p;
	plan_add(p, step_action_new("down", w->project->compose->name, volumes));
	return p;
}

/* Each instance needs a host port of its own. */
static int refuse_port(const struct compose_service *s, const struct compose_port *p, int replicas,
	struct error *err)
{
	/* Ports to spare are seldom in the way. */
	enum { ROOM = 10 };
	int n = p->published_end - p->published + 1;
	int last = p->published + (replicas > ROOM ? replicas : ROOM);

	if (n == 1)
		error_set(err, ERR_INPUT,
			_("cannot run %d instances of %s: they cannot share the host port %d"),
			replicas, s->name, p->published);
	else
		error_set(err, ERR_INPUT,
			_("cannot run %d instances of %s: its ports %d-%d are enough for %d"),
			replicas, s->name, p->published, p->published_end, n);
	return error_hint(err,
		_("Give it a range, \"%d-%d:%d\", or leave the host port away, \"%d\": then the "
		  "engine chooses one for each."),
		p->published, last, p->target, p->target);
}

int plan_scale_check(
	const struct workspace *w, const char *service, int replicas, struct error *err)
{
	const struct compose_service *s = compose_find_service(w->project->compose, service);
	const char *name = s ? json_str(s->json, "container_name", NULL) : NULL;

	if (!s || replicas <= 1)
		return 0;
	if (w->engine && str_eq(w->engine->ops->name, "process")) {
		error_set(err, ERR_INPUT, _("cannot run %d instances of %s"), replicas, service);
		return error_hint(err, _("Without containers a service runs once."));
	}
	if (name) {
		error_set(err, ERR_INPUT,
			_("cannot run %d instances of %s: its container_name is %s, and names are "
			  "unique"),
			replicas, service, name);
		return error_hint(err, _("Remove container_name from the compose file."));
	}
	for (size_t i = 0; i < s->n_ports; i++) {
		const struct compose_port *p = &s->ports[i];

		if (p->published && p->published_end - p->published + 1 < replicas)
			return refuse_port(s, p, replicas, err);
	}
	return 0;
}

struct plan *plan_scale(struct workspace *w, const struct strv *services, const int *replicas)
{
	struct plan *p = empty_plan(w);

	for (size_t i = 0; i < services->n; i++)
		plan_add(p, step_action_new("scale", services->items[i], replicas[i]));
	for (size_t i = 0; i < services->n; i++)
		if (replicas[i])
			add_service(p, services->items[i], SERVICE_START, _("as asked for"));
	return p;
}
