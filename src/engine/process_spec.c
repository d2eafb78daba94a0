/* SPDX-License-Identifier: MIT */
#include "engine/process_spec.h"

#include "base/i18n.h"
#include "base/str.h"

#include <string.h>

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

enum process_restart process_restart_find(const char *name)
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
	s.interval_ms = json_int(o, "interval_ms", PROCESS_INTERVAL_MS);
	s.timeout_ms = json_int(o, "timeout_ms", PROCESS_TIMEOUT_MS);
	s.start_period_ms = json_int(o, "start_period_ms", 0);
	s.retries = (int)json_int(o, "retries", PROCESS_RETRIES);
	s.restart = process_restart_find(json_str(o, "restart", "no"));
	s.oneshot = json_truth(o, "oneshot", false);
	if (!s.name || !s.dir || !s.argv.n || s.interval_ms < 1 || s.retries < 1) {
		process_spec_done(&s);
		return error_set(err, ERR_INPUT, _("incomplete description of a process"));
	}
	*ret = s;
	return 0;
}
