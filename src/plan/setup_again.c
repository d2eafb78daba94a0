/* SPDX-License-Identifier: MIT */
#include "plan/setup_again.h"

#include "base/str.h"
#include "plan/run.h"

static void drop_answers(struct setup_again *a)
{
	for (size_t i = 0; i < a->n; i++) {
		free(a->answers[i].name);
		secret_free(a->answers[i].value);
	}
	free(take(a->answers));
	a->n = 0;
}

void setup_again_done(struct setup_again *a)
{
	drop_answers(a);
	free(a->focus);
	free(a->run);
	free(a->undone);
	error_done(&a->err);
	*a = (struct setup_again){0};
}

void setup_again_keep(struct setup_again *a, struct setup *s)
{
	const struct settings *all = setup_settings(s);

	drop_answers(a);
	a->answers = xcalloc(all->n ? all->n : 1, sizeof(*a->answers));
	for (size_t i = 0; i < all->n; i++) {
		const struct setting *setting = &all->items[i];

		if (setting->answer == ANSWER_VALUE || setting->answer == ANSWER_GENERATE)
			a->answers[a->n++] = (struct setup_answered){
				xstrdup(setting->name), xstrdup(setting->value), setting->answer};
	}
}

void setup_again_failed(struct setup_again *a, struct workspace *w, char *run, struct error *err)
{
	AUTO(run_records) struct run_records records = {0};

	free(a->run);
	a->run = run;
	a->changed = 0;
	free(take(a->undone));
	error_move(&a->err, err);
	if (!run || run_list(w, &records, NULL))
		return;
	for (size_t i = 0; i < records.n; i++)
		if (str_eq(records.items[i].id, run))
			a->changed = records.items[i].changed.n;
	a->undoable = a->changed && !run_undo_takes_compose(w, run);
}

/* What the run wrote before it failed is no answer any more: it is what is there. */
static void give(struct settings *all, const struct setup_answered *a)
{
	struct setting *setting = settings_find(all, a->name);

	if (!setting)
		return;
	/* What was refused before is shown as refused again. */
	if (a->answer == ANSWER_GENERATE)
		(void)setting_made(setting, a->value, NULL);
	else
		(void)setting_answer(setting, a->value, NULL);
	if (!setting_changes(setting) && str_eq(setting->current, a->value))
		(void)setting_answer(setting, NULL, NULL);
}

int setup_again_begin(
	struct setup_again *a, struct workspace *w, struct setup **ret, struct error *err)
{
	struct project *now;
	struct setup *s;
	int r = workspace_read_again(w, &now, err);

	if (r)
		return r;
	workspace_take_over(w, now);
	/* A panel reads all lines anew. */
	if (w->logs) {
		logs_free(w->logs);
		w->logs = logs_new(0);
	}
	s = setup_new(w);
	/* The draft knows less than we do. */
	setup_forget(s);
	for (size_t i = 0; i < a->n; i++)
		give(setup_settings(s), &a->answers[i]);
	settings_judge(setup_settings(s));
	*ret = s;
	return 0;
}
