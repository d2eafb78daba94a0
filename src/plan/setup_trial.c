/* SPDX-License-Identifier: MIT */
/* Trying kept secrets: the outcome is kept with the value that was tried, and stands in the notes.
 */
#include "base/str.h"
#include "plan/setup_state.h"

#include <string.h>

static void trial_done(struct home_trial *t)
{
	free(t->setting);
	secret_free(t->value);
	free(t->reason);
	*t = (struct home_trial){0};
}

void home_trials_done(struct home_trials *t)
{
	for (size_t i = 0; i < t->n; i++)
		trial_done(&t->items[i]);
	free(t->items);
	*t = (struct home_trials){0};
}

/* A kept secret stays what it is, placeholder or not. */
static const char *value_of(const struct setting *s)
{
	return s->answer == ANSWER_VALUE || s->answer == ANSWER_GENERATE ? s->value : s->current;
}

/* Of each value that was tried: one that is taken back is known again. */
static struct home_trial *find(const struct setup *s, const char *setting, const char *value)
{
	for (size_t i = 0; i < s->trials.n; i++)
		if (str_eq(s->trials.items[i].setting, setting) &&
			str_eq(s->trials.items[i].value, value))
			return &s->trials.items[i];
	return NULL;
}

const struct home_trial *setup_trial(const struct setup *s, const struct setting *setting)
{
	return find(s, setting->name, value_of(setting));
}

enum trial_verdict setup_tried(const struct setup *s, const struct setting *setting)
{
	const struct home_trial *t = setup_trial(s, setting);

	return t ? t->verdict : TRIAL_NONE;
}

bool setup_trial_way(const struct setup *s, const struct setting *setting, struct rotation_way *ret)
{
	const struct workspace *w = s->workspace;

	*ret = (struct rotation_way){0};
	return w->engine && w->engine->ops->exec && setting_is_secret(setting) &&
	       !str_empty(value_of(setting)) && !setup_pick(s, setting->name) &&
	       secret_homes_kept(&s->homes, setting->name) &&
	       rotation_way_ask(w->project, setting, ret);
}

/* --- the operation */

struct tries {
	struct op op;
	struct setup *setup;
	struct strv names;
	size_t at;
	struct secret_trial *now;
	char *value; /* that it tries; wiped */
};

static void note_outcome(struct tries *t, const char *name)
{
	struct setup *s = t->setup;
	struct home_trial *known = find(s, name, t->value);

	if (!known) {
		VEC_GROW(s->trials.items, s->trials.n, s->trials.cap);
		known = &s->trials.items[s->trials.n++];
		*known = (struct home_trial){0};
	}
	trial_done(known);
	*known = (struct home_trial){.setting = xstrdup(name),
		.value = take(t->value),
		.verdict = secret_trial_verdict(t->now),
		.reason = xstrdup(secret_trial_reason(t->now))};
}

static void try_next(struct tries *t);

static void tried(void *arg, int code, const struct error *err)
{
	struct tries *t = arg;
	struct setting *setting;

	(void)err;
	if (t->op.freeing || code == ERR_CANCELLED)
		return;
	setting = settings_find(setup_settings(t->setup), t->names.items[t->at - 1]);
	note_outcome(t, t->names.items[t->at - 1]);
	op_free(secret_trial_op(take(t->now)));
	if (setting)
		setup_annotate(t->setup, setting);
	if (t->setup->changed)
		t->setup->changed(t->setup->changed_arg);
	try_next(t);
}

static void try_next(struct tries *t)
{
	struct setup *s = t->setup;

	while (t->at < t->names.n) {
		const struct setting *setting =
			settings_find(setup_settings(s), t->names.items[t->at++]);
		AUTO(rotation_way) struct rotation_way way = {0};

		if (!setting || !setup_trial_way(s, setting, &way))
			continue;
		secret_free(t->value);
		t->value = xstrdup(value_of(setting));
		t->now = secret_trial_start(s->workspace, &way, t->value, tried, t);
		return;
	}
	op_finish(&t->op, 0, NULL);
}

static void tries_destroy(struct op *op)
{
	struct tries *t = (struct tries *)op;

	op_free(secret_trial_op(t->now));
	secret_free(t->value);
	strv_done(&t->names);
	free(t);
}

static const struct op_class tries_class = {.name = "trials", .destroy = tries_destroy};

struct op *setup_try(struct setup *s, const char *name, op_done_fn *done, void *arg)
{
	struct tries *t = xcalloc(1, sizeof(*t));
	const struct settings *all = setup_settings(s);

	op_init(&t->op, &tries_class, s->workspace->loop, done, arg);
	t->setup = s;
	if (name)
		strv_push(&t->names, name);
	for (size_t i = 0; i < all->n && !name; i++)
		if (setting_is_secret(&all->items[i]) && !setup_trial(s, &all->items[i]))
			strv_push(&t->names, all->items[i].name);
	try_next(t);
	return &t->op;
}
