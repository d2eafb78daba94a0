/* SPDX-License-Identifier: MIT */
#include "plan/setup.h"

#include "base/i18n.h"
#include "base/str.h"
#include "base/text.h"
#include "config/env_file.h"
#include "config/secret_file.h"
#include "plan/setup_state.h"

#include <string.h>

enum { HISTORY_MAX = 10000 };

/* --- states of one answer */

void answer_state_done(struct answer_state *a)
{
	secret_free(a->value);
	free(a->note);
	*a = (struct answer_state){0};
}

struct answer_state answer_state_of(const struct setting *s)
{
	return (struct answer_state){s->answer, xstrdup(s->value), xstrdup(s->note)};
}

static void answer_state_restore(
	struct setup *setup, struct setting *s, const struct answer_state *a)
{
	setup_make_drop(setup, s);
	/* What was refused when it was answered is shown as refused again. */
	(void)setting_answer(s, a->value, NULL);
	s->answer = a->answer;
	free(s->note);
	s->note = xstrdup(a->note);
	(void)settings_follow(setup_settings(setup), s->name, NULL);
	settings_judge(setup_settings(setup));
	setup_annotate(setup, s);
}

static void history_entry_done(struct history_entry *e)
{
	free(e->name);
	answer_state_done(&e->before);
	answer_state_done(&e->after);
}

/* What was undone is forgotten by the next change. */
void setup_history_add(struct setup *s, const struct setting *setting, struct answer_state before)
{
	while (s->n_history > s->at)
		history_entry_done(&s->history[--s->n_history]);
	if (s->n_history == HISTORY_MAX) {
		history_entry_done(&s->history[0]);
		memmove(s->history, s->history + 1, --s->n_history * sizeof(*s->history));
	}
	VEC_GROW(s->history, s->n_history, s->cap_history);
	s->history[s->n_history++] =
		(struct history_entry){xstrdup(setting->name), before, answer_state_of(setting)};
	s->at = s->n_history;
}

/* --- the session */

struct setup *setup_new(struct workspace *w)
{
	struct setup *s = xcalloc(1, sizeof(*s));

	s->workspace = w;
	secret_files_join(w->project);
	secret_homes_find(&s->homes, w->project);
	setup_published(w->project, &s->published);
	setup_adjust(s);
	setup_load_draft(s);
	settings_judge(setup_settings(s));
	return s;
}

void setup_free(struct setup *s)
{
	if (!s)
		return;
	setup_test_stop(s);
	setup_make_in_pool(s, false);
	for (size_t i = 0; i < s->n_history; i++)
		history_entry_done(&s->history[i]);
	free(s->history);
	port_table_done(&s->ports);
	secret_homes_done(&s->homes);
	home_trials_done(&s->trials);
	home_picks_done(&s->picks);
	home_backups_done(&s->backups);
	if (s->workspace->wipe == &s->wiped)
		s->workspace->wipe = NULL;
	strv_done(&s->wiped);
	free(s->rotating);
	free(s->kept);
	published_done(&s->published);
	address_uses_done(&s->addresses);
	setup_adjust_done(s);
	free(s);
}

struct settings *setup_settings(struct setup *s)
{
	return &s->workspace->project->settings;
}

struct workspace *setup_workspace(const struct setup *s)
{
	return s->workspace;
}

void setup_on_change(struct setup *s, void (*fn)(void *arg), void *arg)
{
	s->changed = fn;
	s->changed_arg = arg;
	setup_make_in_pool(s, fn != NULL);
}

void setup_forget(struct setup *s)
{
	struct settings *all = setup_settings(s);

	for (size_t i = 0; i < all->n; i++) {
		setup_make_drop(s, &all->items[i]);
		(void)setting_answer(&all->items[i], NULL, NULL);
	}
	settings_judge(all);
	while (s->n_history)
		history_entry_done(&s->history[--s->n_history]);
	s->at = s->n_drafted = 0;
}

static int find_setting(struct setup *s, const char *name, struct setting **ret, struct error *err)
{
	*ret = settings_find(setup_settings(s), project_name_now(s->workspace->project, name));
	if (*ret)
		return 0;
	return settings_unknown(setup_settings(s), name, err);
}

int setup_answer(struct setup *s, const char *name, const char *value, struct error *err)
{
	struct answer_state before;
	struct setting *setting;
	int r = find_setting(s, name, &setting, err);

	if (r)
		return r;
	setup_make_drop(s, setting);
	before = answer_state_of(setting);
	r = setting_answer(setting, value, err);
	if (!r)
		r = settings_follow(setup_settings(s), name, err);
	settings_judge(setup_settings(s));
	setup_annotate(s, setting);
	setup_history_add(s, setting, before);
	return r;
}

int setup_keep_default(struct setup *s, const char *name, struct error *err)
{
	struct setting *setting = settings_find(setup_settings(s), name);
	const char *shipped;

	if (!setting || !setting->published)
		return error_set(err, ERR_INPUT, _("%s has no default that could be kept"), name);
	shipped = setting->in_example ? setting->example : setting->current;
	return setup_answer(s, name, shipped, err);
}

int setup_generate(struct setup *s, const char *name, struct error *err)
{
	const struct secret_home *home;
	struct answer_state before;
	struct setting *setting;
	int r = find_setting(s, name, &setting, err);

	if (r)
		return r;
	home = secret_homes_kept(&s->homes, name);
	if (home && setting_is_credential(setting)) {
		autofree char *reason = secret_home_reason(home);

		error_set(err, ERR_EXISTS, _("%s is not generated: %s"), name, reason);
		if (setting->file)
			return secret_home_file_hint(setting, err);
		return error_hint(err,
			_("A new value would lock the services out of their data. Keep the old "
			  "value, or enter it when .env has lost it. \"slipway secrets rotate %s\" "
			  "changes it inside the service, too; \"slipway down --volumes\" deletes "
			  "the "
			  "data."),
			name);
	}
	before = answer_state_of(setting);
	r = settings_generate(setup_settings(s), setting, err);
	if (r == 0 && setting->making) {
		setup_make_asked(s, setting);
		answer_state_done(&before);
		return 0;
	}
	if (r && setting->answer != ANSWER_GENERATE) {
		answer_state_restore(s, setting, &before);
		answer_state_done(&before);
		return r;
	}
	r = settings_follow(setup_settings(s), name, err);
	settings_judge(setup_settings(s));
	setup_history_add(s, setting, before);
	return r;
}

/* One round; what is made from others may have to wait for them. */
static int generate_round(struct setup *s, struct error *err)
{
	struct settings *all = setup_settings(s);
	int made = 0;

	for (size_t i = 0; i < all->n; i++) {
		struct setting *setting = &all->items[i];
		int r;

		if (!settings_wants(all, setting) || secret_homes_kept(&s->homes, setting->name) ||
			project_name_before(s->workspace->project, setting))
			continue;
		r = setup_generate(s, setting->name, err);
		if (r)
			return r;
		made++;
	}
	return made;
}

int setup_generate_missing(struct setup *s, struct error *err)
{
	int total = 0, made = 0;

	do {
		made = generate_round(s, err);
		if (made < 0)
			return made;
		total += made;
	} while (made);
	s->making_all = s->jobs != NULL;
	return total;
}

static bool step_history(struct setup *s, const struct history_entry *e,
	const struct answer_state *to, const char **ret_name)
{
	struct setting *setting = settings_find(setup_settings(s), e->name);

	if (setting)
		answer_state_restore(s, setting, to);
	if (ret_name)
		*ret_name = e->name;
	return true;
}

bool setup_undo(struct setup *s, const char **ret_name)
{
	if (!s->at)
		return false;
	s->at--;
	return step_history(s, &s->history[s->at], &s->history[s->at].before, ret_name);
}

bool setup_redo(struct setup *s, const char **ret_name)
{
	if (s->at == s->n_history)
		return false;
	s->at++;
	return step_history(s, &s->history[s->at - 1], &s->history[s->at - 1].after, ret_name);
}

/* --- what changes, as text */

static void add_assignment(
	struct str *out, char sign, const struct setting *setting, const char *value, bool reveal)
{
	autosecret char *written = NULL;
	autofree char *safe = NULL;

	if (setting_is_secret(setting) && !reveal && *value)
		written = xstrdup("••••••••••••••••");
	else
		written = env_quote(value);
	safe = text_safe_dup(written);
	str_addf(out, setting->file ? "%c %s: %s\n" : "%c %s=%s\n", sign,
		setting->file ? setting->file : setting->name, safe);
	mem_wipe(safe, strlen(safe));
}

void setup_diff(const struct setup *s, const char *name, bool reveal, struct str *out)
{
	const struct setting *setting = settings_find(&s->workspace->project->settings, name);
	const char *value, *was;

	if (!setting || !setting_changes(setting))
		return;
	was = setting->service || setting->file ? setting->current : setting->dotenv;
	value = setting_effective(setting);
	if (was)
		add_assignment(out, '-', setting, was, reveal);
	if (value && (*value || !setting->service))
		add_assignment(out, '+', setting, value, reveal);
}
