/* SPDX-License-Identifier: MIT */
/*
 * Secrets that take a processor's time (RSA keys, bcrypt) are made in the pool while somebody
 * listens to changes: keys are read meanwhile. A job has copies of all that it is made from; when
 * one of those changes, settings_follow() has it made again.
 */
#include "plan/setup_state.h"

#include "base/i18n.h"
#include "base/str.h"
#include "loop/work.h"

/* What the pool thread has. */
struct recipe {
	struct secret_rule rule;
	struct secret_source source;
	struct strv names, values; /* of the settings it is made from */
	char *made;
};

struct secret_job {
	struct secret_job *next;
	struct setup *setup;
	char *name;
	bool wanted; /* false: its outcome is thrown away */
	bool asked;  /* by a person: it becomes an entry of the history */
	struct work *work;
	struct recipe *recipe; /* the work's */
};

static void recipe_free(void *data)
{
	struct recipe *r = data;

	for (size_t i = 0; i < r->values.n; i++)
		mem_wipe(r->values.items[i], strlen(r->values.items[i]));
	secret_source_done(&r->source);
	strv_done(&r->names);
	strv_done(&r->values);
	secret_free(r->made);
	free(r);
}

static struct recipe *recipe_new(const struct settings *all, const struct setting *s)
{
	struct recipe *r = xcalloc(1, sizeof(*r));

	r->rule = s->rule;
	r->source = secret_source_copy(&s->made_from);
	secret_source_needs(&r->source, &r->names);
	for (size_t i = 0; i < r->names.n; i++) {
		const struct setting *need = settings_find(all, r->names.items[i]);
		const char *value = need ? setting_effective(need) : NULL;

		strv_push(&r->values, value ? value : "");
	}
	return r;
}

static const char *value_of(void *arg, const char *name)
{
	const struct recipe *r = arg;
	long i = strv_find(&r->names, name);

	return i < 0 || !*r->values.items[i] ? NULL : r->values.items[i];
}

static int make(void *data, const atomic_bool *cancelled, struct error *err)
{
	struct recipe *r = data;

	return secret_make_until(&r->rule, &r->source, value_of, r, cancelled, &r->made, err);
}

/* --- the jobs */

static struct secret_job *find_job(const struct setup *s, const char *name)
{
	for (struct secret_job *j = s->jobs; j; j = j->next)
		if (j->wanted && str_eq(j->name, name))
			return j;
	return NULL;
}

static void take_out(struct secret_job *j)
{
	struct secret_job **at = &j->setup->jobs;

	while (*at != j)
		at = &(*at)->next;
	*at = j->next;
}

static void finish(struct secret_job *j, struct setting *setting, int code, const struct error *err)
{
	struct setup *s = j->setup;
	struct answer_state before = answer_state_of(setting);

	setting->making = false;
	if (code) {
		free(setting->note);
		setting->note = xstrdup(err->message);
		answer_state_done(&before);
		return;
	}
	/* What breaks a rule of the setting stands in its problem. */
	(void)setting_made(setting, j->recipe->made, NULL);
	(void)settings_follow(setup_settings(s), j->name, NULL);
	settings_judge(setup_settings(s));
	if (j->asked)
		setup_history_add(s, setting, before);
	else
		answer_state_done(&before);
}

static void made(void *arg, int code, const struct error *err)
{
	struct secret_job *j = arg;
	struct setup *s = j->setup;
	struct setting *setting = j->wanted ? settings_find(setup_settings(s), j->name) : NULL;
	bool tell = setting && code != ERR_CANCELLED;

	take_out(j);
	if (tell)
		finish(j, setting, code, err);
	op_free(work_op(j->work));
	free(j->name);
	free(j);
	/* What is made from this one may be missing, too. */
	if (tell && !code && s->making_all)
		(void)setup_generate_missing(s, NULL);
	if (tell && s->changed)
		s->changed(s->changed_arg);
}

static void stop(void *arg, struct setting *setting)
{
	struct secret_job *j = find_job(arg, setting->name);

	setting->making = false;
	if (!j)
		return;
	/* It ends when its thread has noticed. */
	j->wanted = false;
	op_cancel(work_op(j->work));
}

static int start(void *arg, struct setting *setting, struct error *err)
{
	struct setup *s = arg;
	struct secret_job *j = xcalloc(1, sizeof(*j));

	(void)err;
	stop(s, setting);
	setting->making = true;
	j->setup = s;
	j->name = xstrdup(setting->name);
	j->wanted = true;
	j->recipe = recipe_new(setup_settings(s), setting);
	j->next = s->jobs;
	s->jobs = j;
	j->work = work_start(s->workspace->loop, make, j->recipe, recipe_free, made, j);
	return 0;
}

/* --- what the session does with them */

void setup_make_in_pool(struct setup *s, bool on)
{
	s->maker = (struct settings_maker){start, stop, s};
	setup_settings(s)->maker = on ? &s->maker : NULL;
	if (on)
		return;
	for (struct secret_job *j = s->jobs; j; j = j->next) {
		struct setting *setting = settings_find(setup_settings(s), j->name);

		j->wanted = false;
		if (setting)
			setting->making = false;
	}
	/* Each takes itself out. */
	while (s->jobs)
		op_free(work_op(s->jobs->work));
}

void setup_make_drop(struct setup *s, struct setting *setting)
{
	if (setting->making)
		stop(s, setting);
}

void setup_make_asked(struct setup *s, const struct setting *setting)
{
	find_job(s, setting->name)->asked = true;
}

size_t setup_making(const struct setup *s)
{
	size_t n = 0;

	for (const struct secret_job *j = s->jobs; j; j = j->next)
		n += j->wanted;
	return n;
}

int setup_stop_making(struct setup *s, const char *name, struct error *err)
{
	const struct secret_job *j = find_job(s, name);
	struct setting *setting = settings_find(setup_settings(s), name);

	if (!j || !setting)
		return error_set(err, ERR_INPUT, _("%s is not being made"), name);
	/* With its old value it would not fit what it is made from any more. */
	if (!j->asked && !str_empty(setting_effective(setting))) {
		error_set(err, ERR_INPUT, _("%s has to be made: what it is made from has changed"),
			name);
		return error_hint(err, _("Take that answer back instead."));
	}
	s->making_all = false;
	stop(s, setting);
	return 0;
}
