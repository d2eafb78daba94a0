/* SPDX-License-Identifier: MIT */
/* A process as the stack definition says it, with everything expanded. */
#include "engine/process_spec.h"

#include "base/i18n.h"
#include "base/str.h"
#include "base/text.h"
#include "config/project_expand.h"

#include <string.h>

/* A variable of the definition replaces one of the host's environment. */
static void put_env(struct strv *env, const char *assignment)
{
	size_t n = strcspn(assignment, "=") + 1;

	for (size_t i = 0; i < env->n; i++) {
		if (strncmp(env->items[i], assignment, n) != 0)
			continue;
		strv_remove(env, i);
		break;
	}
	strv_push(env, assignment);
}

static int64_t or_default(int64_t value, int64_t fallback)
{
	return value > 0 ? value : fallback;
}

static int fill(const struct project *p, const struct stack_process *d, const struct strv *environ,
	struct process_spec *s, struct error *err)
{
	AUTO(strv) struct strv env = STRV_INIT;
	int r = project_expand_all(p, environ, &d->command, &s->argv, err);

	if (r == 0)
		r = project_expand_all(p, environ, &d->health, &s->health, err);
	if (r == 0)
		r = project_expand_all(p, environ, &d->environment, &env, err);
	if (r < 0)
		return r;
	for (size_t i = 0; i < env.n; i++)
		put_env(&s->env, env.items[i]);
	strv_wipe(&env);
	s->dir = d->dir ? host_path(p->dir, d->dir) : xstrdup(p->dir);
	s->interval_ms = or_default(d->interval_ms, PROCESS_INTERVAL_MS);
	s->timeout_ms = or_default(d->timeout_ms, PROCESS_TIMEOUT_MS);
	s->start_period_ms = or_default(d->start_period_ms, 0);
	s->retries = d->retries > 0 ? d->retries : PROCESS_RETRIES;
	s->restart = process_restart_find(d->restart, &s->restart_most);
	s->oneshot = d->oneshot;
	return 0;
}

/* How it is stopped is said where it is said for containers. */
static void fill_stop(const struct compose *c, struct process_spec *s)
{
	const struct compose_service *service = c ? compose_find_service(c, s->name) : NULL;
	struct json_object *o = service ? service->json : NULL;
	const char *grace = json_str(o, "stop_grace_period", NULL);

	s->stop_signal = process_signal_find(json_str(o, "stop_signal", NULL));
	if (!grace || text_to_duration(grace, &s->stop_ms, NULL) < 0)
		s->stop_ms = PROCESS_STOP_MS;
}

int process_spec_make(const struct project *p, const struct strv *environ, const char *service,
	struct process_spec *ret, struct error *err)
{
	const struct stack_service *def = p->stack ? stack_find_service(p->stack, service) : NULL;
	AUTO(process_spec) struct process_spec s = {0};
	AUTO(strv) struct strv asked = STRV_INIT;
	int r = project_unsealed(p, err);

	if (r < 0)
		return r;
	if (!def || !def->process || !def->process->command.n) {
		error_set(err, ERR_INPUT, _("service %s has no command to run without containers"),
			service);
		return error_hint(err,
			_("Say it in the stack definition: services: %s: process: command."),
			service);
	}
	if (!environ) {
		environ = &asked;
		r = host_environ(p->host, &asked, err);
	}
	if (r < 0)
		return r;
	strv_extend(&s.env, environ);
	s.name = xstrdup(service);
	r = fill(p, def->process, environ, &s, err);
	if (r < 0)
		return error_prefix(err, "%s", service);
	fill_stop(p->compose, &s);
	*ret = s;
	s = (struct process_spec){0};
	return 0;
}
