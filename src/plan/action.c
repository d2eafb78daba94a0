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
	plan_add(p, step);
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
	return p;
}

struct plan *plan_down(struct workspace *w, bool volumes)
{
	struct plan *p = empty_plan(w);

	plan_add(p, step_action_new("down", w->project->compose->name, volumes));
	return p;
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
