/* SPDX-License-Identifier: MIT */
/* A process as the stack definition says it, with everything expanded. */
#include "engine/process_spec.h"

#include "base/i18n.h"
#include "base/str.h"
#include "config/interp.h"

#include <string.h>

struct lookup {
	const struct project *project;
	const struct strv *environ;
};

static const char *lookup(void *arg, const char *name)
{
	const struct lookup *l = arg;
	const struct setting *s = settings_find(&l->project->settings, name);
	const struct compose_variable *v = compose_find_variable(l->project->compose, name);
	size_t n = strlen(name);

	if (s && setting_effective(s))
		return setting_effective(s);
	if (v && v->value)
		return v->value;
	for (size_t i = 0; i < l->environ->n; i++)
		if (str_starts(l->environ->items[i], name) && l->environ->items[i][n] == '=')
			return l->environ->items[i] + n + 1;
	return NULL;
}

static int expand(const struct interp *in, const char *text, struct strv *out, struct error *err)
{
	struct str s = STR_INIT(STR_LINE);
	int r = interp_expand(in, text, &s, err);

	if (r == 0)
		strv_push_take(out, str_take(&s));
	else
		str_wipe(&s);
	return r;
}

static int expand_all(
	const struct interp *in, const struct strv *from, struct strv *out, struct error *err)
{
	for (size_t i = 0; i < from->n; i++) {
		int r = expand(in, from->items[i], out, err);

		if (r < 0)
			return r;
	}
	return 0;
}

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

static int fill(const struct project *p, const struct stack_process *d, const struct interp *in,
	struct process_spec *s, struct error *err)
{
	AUTO(strv) struct strv env = STRV_INIT;
	int r = expand_all(in, &d->command, &s->argv, err);

	if (r == 0)
		r = expand_all(in, &d->health, &s->health, err);
	if (r == 0)
		r = expand_all(in, &d->environment, &env, err);
	if (r < 0)
		return r;
	for (size_t i = 0; i < env.n; i++) {
		put_env(&s->env, env.items[i]);
		mem_wipe(env.items[i], strlen(env.items[i]));
	}
	s->dir = d->dir ? host_path(p->dir, d->dir) : xstrdup(p->dir);
	s->interval_ms = or_default(d->interval_ms, PROCESS_INTERVAL_MS);
	s->timeout_ms = or_default(d->timeout_ms, PROCESS_TIMEOUT_MS);
	s->start_period_ms = or_default(d->start_period_ms, 0);
	s->retries = d->retries > 0 ? d->retries : PROCESS_RETRIES;
	s->restart = process_restart_find(d->restart);
	s->oneshot = d->oneshot;
	return 0;
}

int process_spec_make(
	const struct project *p, const char *service, struct process_spec *ret, struct error *err)
{
	const struct stack_service *def = p->stack ? stack_find_service(p->stack, service) : NULL;
	AUTO(process_spec) struct process_spec s = {0};
	struct lookup l = {p, &s.env};
	AUTO(strv) struct strv environ = STRV_INIT;
	struct interp in = {.lookup = lookup, .lookup_arg = &l};
	int r;

	if (!def || !def->process || !def->process->command.n) {
		error_set(err, ERR_INPUT, _("service %s has no command to run without containers"),
			service);
		return error_hint(err,
			_("Say it in the stack definition: services: %s: process: command."),
			service);
	}
	r = host_environ(p->host, &environ, err);
	if (r < 0)
		return r;
	strv_extend(&s.env, &environ);
	l.environ = &environ;
	s.name = xstrdup(service);
	r = fill(p, def->process, &in, &s, err);
	if (r < 0)
		return error_prefix(err, "%s", service);
	*ret = s;
	s = (struct process_spec){0};
	return 0;
}
