/* SPDX-License-Identifier: MIT */
#include "plan/setup_home.h"

#include "base/i18n.h"
#include "base/str.h"
#include "plan/setup_state.h"

#include <string.h>

const struct home_way_info home_ways[HOME_WAYS] = {
	[HOME_KEEP] = {"keep", 'n'},
	[HOME_RESTORE] = {"restore", 'b'},
	[HOME_CHANGE] = {"change", 'c'},
	[HOME_WIPE] = {"wipe", 'x'},
};

void home_picks_done(struct home_picks *p)
{
	for (size_t i = 0; i < p->n; i++) {
		free(p->items[i].setting);
		free(p->items[i].volume);
		secret_free(p->items[i].value);
	}
	free(p->items);
	*p = (struct home_picks){0};
}

void home_backups_done(struct home_backups *b)
{
	for (size_t i = 0; i < b->n; i++) {
		free(b->items[i].setting);
		free(b->items[i].run);
		secret_free(b->items[i].value);
	}
	free(b->items);
	*b = (struct home_backups){0};
}

/* --- what is in force */

const struct home_pick *setup_pick(const struct setup *s, const char *name)
{
	const struct setting *setting = settings_find(&s->workspace->project->settings, name);

	for (size_t i = s->picks.n; i-- > 0;) {
		const struct home_pick *p = &s->picks.items[i];

		/* Another value, or none, is another choice. */
		if (str_eq(p->setting, name) && setting && setting->answer == ANSWER_VALUE &&
			str_eq(setting->value, p->value))
			return p;
	}
	return NULL;
}

enum home_way setup_home_way(const struct setup *s, const char *name)
{
	const struct home_pick *p = setup_pick(s, name);

	return p ? p->way : HOME_KEEP;
}

bool setup_picks_update(struct setup *s)
{
	AUTO(strv) struct strv now = STRV_INIT;
	bool same;

	for (size_t i = 0; i < s->picks.n; i++) {
		const struct home_pick *p = setup_pick(s, s->picks.items[i].setting);

		if (p == &s->picks.items[i] && p->way == HOME_WIPE)
			strv_add_once(&now, p->volume);
	}
	same = now.n == s->wiped.n;
	for (size_t i = 0; i < now.n && same; i++)
		same = strv_has(&s->wiped, now.items[i]);
	if (same)
		return false;
	strv_clear(&s->wiped);
	strv_extend(&s->wiped, &now);
	s->workspace->wipe = s->wiped.n ? &s->wiped : NULL;
	for (size_t i = 0; i < s->homes.n; i++)
		s->homes.items[i].gone =
			s->homes.items[i].volume && strv_has(&s->wiped, s->homes.items[i].volume);
	return true;
}

static const struct home_pick *find_way(const struct setup *s, enum home_way way)
{
	for (size_t i = 0; i < s->picks.n; i++) {
		const struct home_pick *p = setup_pick(s, s->picks.items[i].setting);

		if (p == &s->picks.items[i] && p->way == way)
			return p;
	}
	return NULL;
}

bool setup_needs_deploy(const struct setup *s)
{
	return find_way(s, HOME_CHANGE) || find_way(s, HOME_WIPE);
}

void setup_rotates(const struct setup *s, struct strv *ret)
{
	const struct settings *all = &s->workspace->project->settings;

	for (size_t i = 0; i < all->n; i++)
		if (setup_home_way(s, all->items[i].name) == HOME_CHANGE)
			strv_add_once(ret, all->items[i].name);
}

char *setup_run_title(const struct setup *s, const char *otherwise)
{
	const struct home_pick *wipe = find_way(s, HOME_WIPE);
	AUTO(strv) struct strv changed = STRV_INIT;
	autofree char *names = NULL;

	setup_rotates(s, &changed);
	names = strv_join(&changed, " ");
	return changed.n ? xasprintf(ROTATION_TITLE "%s", names)
	       : wipe    ? xasprintf(ROTATION_WIPE_TITLE "%s", wipe->volume)
			 : xstrdup(otherwise);
}

bool setup_home_known(const struct setup *s, const char *name)
{
	const struct setting *setting = settings_find(&s->workspace->project->settings, name);

	/* What a file of `secrets:` holds is not ours to choose here. */
	if (setting && setting->file)
		return false;
	return secret_homes_kept(&s->homes, name) || setup_pick(s, name);
}

/* --- what can be chosen */

static const struct home_backup *find_backup(const struct setup *s, const char *name)
{
	for (size_t i = 0; i < s->backups.n; i++)
		if (str_eq(s->backups.items[i].setting, name))
			return &s->backups.items[i];
	return NULL;
}

/* Also of a volume that goes: it is there until then. */
static const struct secret_home *find_home(const struct setup *s, const char *name)
{
	for (size_t i = 0; i < s->homes.n; i++) {
		const struct secret_home *h = &s->homes.items[i];

		if (h->exists && h->volume && !h->ran && str_eq(h->setting, name))
			return h;
	}
	return NULL;
}

const char *setup_home_volume(const struct setup *s, const char *name)
{
	const struct secret_home *home = find_home(s, name);

	return home ? home->volume : NULL;
}

static int can_restore(const struct setup *s, const char *name, struct error *err)
{
	return find_backup(s, name) ? 0
				    : error_set(err, ERR_NOT_FOUND,
					      _("no run has a value of %s in its backup"), name);
}

/* Both need somebody who does it. */
static int need_engine(const struct setup *s, struct error *err)
{
	const struct workspace *w = s->workspace;

	return w->engine && w->live
		       ? 0
		       : error_set(err, ERR_UNREACHABLE, _("there is no engine to deploy with"));
}

static int refuse_kept(const char *name, struct error *err)
{
	error_set(err, ERR_INPUT,
		_("%s does not live in .env: setup does not change it inside its service"), name);
	return error_hint(err, _("Change it by itself: slipway secrets rotate %s"), name);
}

static int can_change(const struct setup *s, const char *name, struct error *err)
{
	const struct setting *setting = settings_find(&s->workspace->project->settings, name);
	AUTO(rotation) struct rotation r = {.phase = ROTATION_FORWARD};
	AUTO(strv) struct strv names = STRV_INIT;
	int code = need_engine(s, err);

	if (!code && s->rotating) {
		error_set(err, ERR_EXISTS, _("the rotation of %s was cut short"), s->rotating);
		code = error_hint(
			err, _("First let it go on: slipway secrets rotate %s"), s->rotating);
	}
	if (!code && setting->kept)
		code = refuse_kept(name, err);
	setup_rotates(s, &names);
	strv_add_once(&names, name);
	for (size_t i = 0; i < names.n; i++)
		rotation_add(&r, names.items[i], "", "");
	if (!code)
		code = rotation_find_ways(&r, s->workspace->project, err);
	return code ? code : rotation_find_services(s->workspace, &r, err);
}

/* "services: NAME: external" or another project's: nothing of ours. */
static int refuse_foreign(const struct setup *s, const char *volume, struct error *err)
{
	const struct workspace *w = s->workspace;
	const struct engine_volume *v = engine_find_volume(w->engine, volume);
	struct json_object *volumes = json_key(w->project->compose->model, "volumes");

	if (v && v->project && !str_eq(v->project, w->project->compose->name))
		return error_set(err, ERR_INPUT, _("the volume %s belongs to the project %s"),
			volume, v->project);
	if (!volumes)
		return 0;
	json_object_object_foreach(volumes, key, value)
	{
		autofree char *name = compose_volume_name(w->project->compose, key);

		if (str_eq(name, volume) && json_truth(value, "external", false))
			return error_set(err, ERR_INPUT,
				_("the volume %s is external: the compose files do not make it"),
				volume);
	}
	return 0;
}

static int can_wipe(const struct setup *s, const char *name, struct error *err)
{
	const struct setting *setting = settings_find(&s->workspace->project->settings, name);
	const char *volume = setup_home_volume(s, name);
	int code = need_engine(s, err);

	if (!code && (!volume || !s->workspace->engine->ops->wipe))
		code = error_set(
			err, ERR_INPUT, _("%s is in no volume that could be deleted"), name);
	if (!code && !setting_can_generate(setting))
		code = error_set(err, ERR_INPUT, _("%s cannot be made anew here"), name);
	return code ? code : refuse_foreign(s, volume, err);
}

int setup_home_can(const struct setup *s, const char *name, enum home_way way, struct error *err)
{
	const struct setting *setting = settings_find(&s->workspace->project->settings, name);

	if (setting && setting->file) {
		error_set(err, ERR_INPUT,
			_("%s does not live in .env: setup does not change it inside its service"),
			name);
		return secret_home_file_hint(setting, err);
	}
	if (!setup_home_known(s, name)) {
		error_set(err, ERR_NOT_FOUND, _("no data remembers %s"), name);
		return error_hint(err, "%s",
			_("\"slipway secrets list\" shows the secrets, and what remembers them."));
	}
	switch (way) {
	case HOME_RESTORE:
		return can_restore(s, name, err);
	case HOME_CHANGE:
		return can_change(s, name, err);
	case HOME_WIPE:
		return can_wipe(s, name, err);
	default:
		return 0;
	}
}

char *setup_home_text(const struct setup *s, const char *name, enum home_way way)
{
	const struct setting *setting = settings_find(&s->workspace->project->settings, name);
	AUTO(rotation_way) struct rotation_way how = {0};
	const struct home_backup *b = find_backup(s, name);

	switch (way) {
	case HOME_RESTORE:
		return xasprintf(_("Take it from the backup of run %s"), b ? b->run : "?");
	case HOME_CHANGE:
		if (!rotation_way_find(s->workspace->project, setting, &how, NULL) && how.service)
			return xasprintf(_("A new one: change it inside %s, too"), how.service);
		return xstrdup(_("A new one: restart what uses it"));
	case HOME_WIPE:
		return xasprintf(_("DELETE the volume %s, begin with a new one"),
			setup_home_volume(s, name));
	default:
		return str_empty(setting->current) ? xstrdup(_("Leave it open"))
						   : xstrdup(_("Keep the old one"));
	}
}

/* --- choosing */

static void add_pick(struct setup *s, const char *name, enum home_way way, const char *value)
{
	VEC_GROW(s->picks.items, s->picks.n, s->picks.cap);
	s->picks.items[s->picks.n++] = (struct home_pick){
		way, xstrdup(name), xstrdup(setup_home_volume(s, name)), xstrdup(value)};
}

/* The pick is there before the answer: what is said of the answer depends on it. */
static int choose_anew(struct setup *s, const char *name, enum home_way way, struct error *err)
{
	struct settings *all = setup_settings(s);
	struct setting *setting = settings_find(all, name);
	autosecret char *value = NULL;
	int code;

	(void)setting_answer(setting, NULL, NULL);
	code = settings_generate(all, setting, err);
	if (code)
		return code;
	value = xstrdup(setting->value);
	(void)setting_answer(setting, NULL, NULL);
	add_pick(s, name, way, value);
	return setup_answer(s, name, value, err);
}

static int refuse_name(const char *volume, struct error *err)
{
	error_set(err, ERR_INPUT, _("that is not the name of the volume: nothing is deleted"));
	return error_hint(err, _("It is %s."), volume);
}

int setup_home_choose(
	struct setup *s, const char *name, enum home_way way, const char *volume, struct error *err)
{
	int code = setup_home_can(s, name, way, err);

	if (code)
		return code;
	switch (way) {
	case HOME_RESTORE:
		return setup_answer(s, name, find_backup(s, name)->value, err);
	case HOME_WIPE:
		if (!str_eq(volume, setup_home_volume(s, name)))
			return refuse_name(setup_home_volume(s, name), err);
		return choose_anew(s, name, way, err);
	case HOME_CHANGE:
		return choose_anew(s, name, way, err);
	default:
		return setup_answer(s, name, NULL, err);
	}
}
