/* SPDX-License-Identifier: MIT */
#include "engine/process_spec.h"

#include "base/i18n.h"
#include "base/str.h"
#include "config/interp.h"

#include <string.h>

enum { DEFAULT_INTERVAL_MS = 30000, DEFAULT_TIMEOUT_MS = 30000, DEFAULT_RETRIES = 3 };

static const char *const restart_names[] = {"no", "on-failure", "always", "unless-stopped"};

void process_spec_done(struct process_spec *s)
{
	free(s->name);
	free(s->dir);
	strv_done(&s->argv);
	for (size_t i = 0; i < s->env.n; i++)
		mem_wipe(s->env.items[i], strlen(s->env.items[i]));
	strv_done(&s->env);
	strv_done(&s->health);
	*s = (struct process_spec){0};
}

static enum process_restart restart_find(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(restart_names); i++)
		if (str_starts(name, restart_names[i]))
			return (enum process_restart)i;
	return PROCESS_NO;
}

/* --- JSON ---------------------------------------------------------------------------------------
 */

static struct json_object *list_json(const struct strv *v)
{
	struct json_object *a = json_object_new_array();

	for (size_t i = 0; i < v->n; i++)
		json_push_str(a, v->items[i]);
	return a;
}

static void list_parse(struct json_object *a, struct strv *v)
{
	for (size_t i = 0; i < json_len(a); i++)
		strv_push(v, json_object_get_string(json_at(a, i)));
}

struct json_object *process_spec_json(const struct process_spec *s)
{
	struct json_object *o = json_object_new_object();

	json_put_str(o, "name", s->name);
	json_put(o, "argv", list_json(&s->argv));
	json_put(o, "env", list_json(&s->env));
	json_put_str(o, "dir", s->dir);
	json_put(o, "health", list_json(&s->health));
	json_put_int(o, "interval_ms", s->interval_ms);
	json_put_int(o, "timeout_ms", s->timeout_ms);
	json_put_int(o, "start_period_ms", s->start_period_ms);
	json_put_int(o, "retries", s->retries);
	json_put_str(o, "restart", restart_names[s->restart]);
	return json_put_bool(o, "oneshot", s->oneshot);
}

int process_spec_parse(struct json_object *o, struct process_spec *ret, struct error *err)
{
	struct process_spec s = {0};

	s.name = xstrdup(json_str(o, "name", NULL));
	s.dir = xstrdup(json_str(o, "dir", NULL));
	list_parse(json_get(o, "argv"), &s.argv);
	list_parse(json_get(o, "env"), &s.env);
	list_parse(json_get(o, "health"), &s.health);
	s.interval_ms = json_int(o, "interval_ms", DEFAULT_INTERVAL_MS);
	s.timeout_ms = json_int(o, "timeout_ms", DEFAULT_TIMEOUT_MS);
	s.start_period_ms = json_int(o, "start_period_ms", 0);
	s.retries = (int)json_int(o, "retries", DEFAULT_RETRIES);
	s.restart = restart_find(json_str(o, "restart", "no"));
	s.oneshot = json_truth(o, "oneshot", false);
	if (!s.name || !s.dir || !s.argv.n || s.interval_ms < 1 || s.retries < 1) {
		process_spec_done(&s);
		return error_set(err, ERR_INPUT, _("incomplete description of a process"));
	}
	*ret = s;
	return 0;
}

/* --- from the definition ------------------------------------------------------------------------
 */

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
	s->interval_ms = or_default(d->interval_ms, DEFAULT_INTERVAL_MS);
	s->timeout_ms = or_default(d->timeout_ms, DEFAULT_TIMEOUT_MS);
	s->start_period_ms = or_default(d->start_period_ms, 0);
	s->retries = d->retries > 0 ? d->retries : DEFAULT_RETRIES;
	s->restart = restart_find(d->restart);
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
