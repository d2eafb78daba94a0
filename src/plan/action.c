/* SPDX-License-Identifier: MIT */
#include "plan/action.h"

#include "base/i18n.h"
#include "base/str.h"

const struct action actions[] = {
	{"start", N_("start?"), N_("starting"), N_("started"), false},
	{"stop", N_("stop?"), N_("stopping"), N_("stopped"), true},
	{"restart", N_("restart?"), N_("restarting"), N_("restarted"), true},
	{NULL, NULL, NULL, NULL, false},
};

const struct action *action_find(const char *name)
{
	for (const struct action *a = actions; a->name; a++)
		if (str_eq(a->name, name))
			return a;
	return NULL;
}

struct op *action_start(struct workspace *w, const struct action *a, const char *service,
	op_done_fn *done, void *arg)
{
	const struct engine_ops *ops = w->engine->ops;

	if (str_eq(a->name, "start"))
		return ops->start(w->engine, service, done, arg);
	if (str_eq(a->name, "stop"))
		return ops->stop(w->engine, service, done, arg);
	return ops->restart(w->engine, service, done, arg);
}
