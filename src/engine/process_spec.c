/* SPDX-License-Identifier: MIT */
#include "engine/process_spec.h"

#include "base/i18n.h"
#include "base/str.h"
#include "base/text.h"

#include <signal.h>
#include <string.h>

static const char *const restart_names[] = {"no", "on-failure", "always", "unless-stopped"};

void process_spec_done(struct process_spec *s)
{
	free(s->name);
	free(s->dir);
	strv_done(&s->argv);
	strv_wipe(&s->env);
	strv_done(&s->health);
	*s = (struct process_spec){0};
}

enum process_restart process_restart_find(const char *text, int *most)
{
	size_t n = text ? strcspn(text, ":") : 0;
	int64_t number = 0;

	*most = 0;
	for (size_t i = 0; i < ARRAY_SIZE(restart_names); i++) {
		if (!n || strlen(restart_names[i]) != n || strncmp(text, restart_names[i], n) != 0)
			continue;
		if (text[n] && text_to_int(text + n + 1, 0, 1000000, &number, NULL) == 0)
			*most = (int)number;
		return (enum process_restart)i;
	}
	return PROCESS_NO;
}

int process_signal_find(const char *text)
{
	int64_t number;

	if (!text)
		return SIGTERM;
	if (text_to_int(text, 1, SIGRTMAX, &number, NULL) == 0)
		return (int)number;
	for (int i = 1; i < SIGRTMIN; i++)
		if (sigabbrev_np(i) &&
			str_eq(sigabbrev_np(i), text + (str_starts(text, "SIG") ? 3 : 0)))
			return i;
	return SIGTERM;
}

/* --- JSON */

static struct json_object *list_json(const struct strv *v)
{
	struct json_object *a = json_object_new_array();

	for (size_t i = 0; i < v->n; i++)
		json_push_str(a, v->items[i]);
	return a;
}

/* False when something in it is no text. */
static bool list_parse(struct json_object *a, struct strv *v)
{
	for (size_t i = 0; i < json_len(a); i++) {
		if (!json_object_is_type(json_at(a, i), json_type_string))
			return false;
		strv_push(v, json_object_get_string(json_at(a, i)));
	}
	return true;
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
	json_put_int(o, "restart_most", s->restart_most);
	json_put_int(o, "stop_signal", s->stop_signal);
	json_put_int(o, "stop_ms", s->stop_ms);
	return json_put_bool(o, "oneshot", s->oneshot);
}

/* A name is part of a mark, a path and a line: what Compose allows, and no more. */
static bool is_complete(const struct process_spec *s)
{
	return !str_empty(s->name) && !strpbrk(s->name, "/\n=") && s->dir && s->dir[0] == '/' &&
	       s->argv.n && s->interval_ms >= 1 && s->timeout_ms >= 1 && s->retries >= 1 &&
	       s->restart_most >= 0 && s->stop_signal >= 1 && s->stop_signal <= SIGRTMAX &&
	       s->stop_ms >= 0;
}

int process_spec_parse(struct json_object *o, struct process_spec *ret, struct error *err)
{
	struct process_spec s = {0};
	bool lists = list_parse(json_get(o, "argv"), &s.argv) &&
		     list_parse(json_get(o, "env"), &s.env) &&
		     list_parse(json_get(o, "health"), &s.health);

	s.name = xstrdup(json_str(o, "name", NULL));
	s.dir = xstrdup(json_str(o, "dir", NULL));
	s.interval_ms = json_int(o, "interval_ms", PROCESS_INTERVAL_MS);
	s.timeout_ms = json_int(o, "timeout_ms", PROCESS_TIMEOUT_MS);
	s.start_period_ms = json_int(o, "start_period_ms", 0);
	s.retries = (int)json_int(o, "retries", PROCESS_RETRIES);
	s.restart = process_restart_find(json_str(o, "restart", "no"), &s.restart_most);
	s.restart_most = (int)json_int(o, "restart_most", s.restart_most);
	s.stop_signal = (int)json_int(o, "stop_signal", SIGTERM);
	s.stop_ms = json_int(o, "stop_ms", PROCESS_STOP_MS);
	s.oneshot = json_truth(o, "oneshot", false);
	if (!lists || !is_complete(&s)) {
		process_spec_done(&s);
		return error_set(err, ERR_INPUT, _("incomplete description of a process"));
	}
	*ret = s;
	return 0;
}
