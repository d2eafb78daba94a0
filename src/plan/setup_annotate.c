/* SPDX-License-Identifier: MIT */
/* What is said beside an answer: who holds its port, what knows a secret already. */
#include "base/i18n.h"
#include "base/str.h"
#include "base/text.h"
#include "config/interp.h"
#include "plan/setup_state.h"

#include <string.h>

static void set_note(struct setting *setting, char *note)
{
	free(setting->note);
	setting->note = note;
}

/* The port of the host that the setting names; 0: none. */
static int host_port(const struct setup *s, const struct setting *setting)
{
	const char *value = setting_effective(setting);
	int64_t port;

	if (!strv_has(&s->published.names, setting->name) || !s->ports.known ||
		text_to_int(value ? value : "", 1, 65535, &port, NULL))
		return 0;
	return (int)port;
}

/* The address its port is bound to, as far as it is known; NULL: all. */
static const char *host_address(const struct setup *s, size_t published)
{
	const struct settings *all = &s->workspace->project->settings;
	const char *written = s->published.addresses.items[published];
	AUTO(strv) struct strv names = STRV_INIT;
	const struct setting *from;

	interp_names(written, &names);
	from = names.n ? settings_find(all, names.items[0]) : NULL;
	return from ? setting_effective(from) : names.n ? NULL : written;
}

/* Who keeps the setting's port from it, ours or not; NULL: nobody. */
static const struct port_holder *port_bar(const struct setup *s, const struct setting *setting)
{
	int port = host_port(s, setting);
	const struct port_holder *holder = port ? port_table_find(&s->ports, port) : NULL;
	size_t at;

	if (!holder)
		return NULL;
	at = (size_t)strv_find(&s->published.names, setting->name);
	return port_holder_bars(
		       holder, str_eq(s->published.protocols.items[at], "udp"), host_address(s, at))
		       ? holder
		       : NULL;
}

/* Whether what is not known as ours is somebody else's. Plain processes of ours hold their ports
 * themselves, under names of their own; so does an engine's proxy. */
static bool knows_strangers(const struct setup *s)
{
	const struct workspace *w = s->workspace;

	if (!engine_listens_here(w->engine))
		return false;
	if (!str_eq(w->engine->ops->name, "process"))
		return s->ports.containers;
	for (size_t i = 0; w->live && i < w->live->n_services; i++)
		if (w->live->services[i].n_instances)
			return false;
	return true;
}

bool setup_port_taken(const struct setup *s, const struct setting *setting)
{
	const struct port_holder *holder = port_bar(s, setting);

	return holder && !holder->ours && knows_strangers(s);
}

static void annotate_port(struct setup *s, struct setting *setting)
{
	const struct port_holder *holder = port_bar(s, setting);

	if (!holder && !host_port(s, setting))
		return;
	if (!holder || holder->ours) {
		set_note(setting, holder ? xstrdup(_("used by this project")) : NULL);
		return;
	}
	set_note(setting, xasprintf(_("used by %s; %d is free"),
				  holder->who ? holder->who : _("another program"),
				  setup_free_port(s, holder->port + 1)));
}

/* A secret nobody answered stays what it is, placeholder or not: something knows it. */
static void keep(struct setting *setting, char *note)
{
	(void)setting_answer(setting, NULL, NULL);
	setting->answer = ANSWER_KEEP;
	set_note(setting, note);
}

/* A default that may be in use where there is no engine to ask. */
static bool is_unclear(const struct setup *s, const struct setting *setting)
{
	const struct workspace *w = s->workspace;

	return setting->published && setting->answer == ANSWER_NONE && !w->engine &&
	       w->engine_error.code && w->project->dotenv_text;
}

/* Nobody chose it: that data exists does not say that it was made with this one. */
static bool kept_placeholder(const struct setting *setting)
{
	return setting->placeholder && setting->answer != ANSWER_VALUE &&
	       setting->answer != ANSWER_GENERATE && !str_empty(setting->current);
}

/* What is said where it was tried: takes what is said otherwise. */
static char *tried_text(
	const struct setup *s, const struct setting *setting, const char *where, char *otherwise)
{
	const struct home_trial *t = setup_trial(s, setting);
	autofree char *owned = otherwise;

	switch (t ? t->verdict : TRIAL_NONE) {
	case TRIAL_ACCEPTED:
		return setting->answer == ANSWER_VALUE ? xasprintf(_("%s accepts it"), where)
						       : xasprintf(_("kept: %s accepts it"), where);
	case TRIAL_REFUSED:
		return xasprintf(_("%s was made with another one (%s)"), where, t->reason);
	case TRIAL_UNKNOWN:
		if (kept_placeholder(setting))
			break;
		return xasprintf(_("%s; could not be tried: %s"), owned, t->reason);
	default:
		if (kept_placeholder(setting))
			break;
		return take(owned);
	}
	return xasprintf(
		_("warning: a placeholder is kept, since %s exists; whether that was made "
		  "with this value could not be tried%s%s. \"slipway check\" tries it while "
		  "its service runs"),
		where, t ? ": " : "", t ? t->reason : "");
}

/* What was chosen instead of keeping it. */
static bool annotate_pick(struct setup *s, struct setting *setting)
{
	const struct home_pick *pick = setup_pick(s, setting->name);

	if (!pick)
		return false;
	if (pick->way == HOME_WIPE)
		set_note(
			setting, xasprintf(_("made anew: the volume %s is DELETED"), pick->volume));
	else
		set_note(setting, xstrdup(_("made anew, and changed inside its service")));
	return true;
}

static void annotate_secret(struct setup *s, struct setting *setting)
{
	const struct secret_home *home = secret_homes_kept(&s->homes, setting->name);
	autofree char *where = NULL, *reason = NULL;

	if (annotate_pick(s, setting))
		return;
	if (!home) {
		if (is_unclear(s, setting))
			keep(setting, xstrdup(_("kept: no engine can tell whether the project has "
						"run with it")));
		return;
	}
	setup_make_drop(s, setting);
	where = secret_home_text(home);
	if (setting->answer == ANSWER_VALUE) {
		reason = secret_home_reason(home);
		set_note(setting, tried_text(s, setting, where,
					  xasprintf(_("changed here alone: %s"), reason)));
		return;
	}
	if (str_empty(setting->current) && !setting->there) {
		set_note(setting, xasprintf(_("%s holds the old one: enter it"), where));
		return;
	}
	/* An answer that is taken back is no answer: what is said is about the old one. */
	keep(setting, NULL);
	set_note(setting,
		tried_text(s, setting, where,
			home->ran ? xasprintf(_("kept: the project has run with it (%s)"), where)
				  : xasprintf(_("kept: %s holds it"), where)));
}

/* What .env has under another name is not asked for again, and not made anew. */
static bool annotate_renamed(struct setup *s, struct setting *setting)
{
	const char *before = project_name_before(s->workspace->project, setting);

	if (!before || setting->answer != ANSWER_NONE)
		return false;
	set_note(setting,
		xasprintf(_(".env has it as %s: \"slipway config update\" gives it its new name"),
			before));
	return true;
}

void setup_annotate(struct setup *s, struct setting *one)
{
	struct settings *all = setup_settings(s);

	if (setup_picks_update(s))
		one = NULL;
	for (size_t i = 0; i < all->n; i++) {
		struct setting *setting = &all->items[i];

		if ((one && one != setting) || annotate_renamed(s, setting))
			continue;
		if (setting_is_credential(setting))
			annotate_secret(s, setting);
		else
			annotate_port(s, setting);
		setup_warn(s, setting);
	}
}

int setup_free_port(struct setup *s, int from)
{
	const struct settings *all = setup_settings(s);

	for (int port = from < 1 ? 1 : from; port <= 65535; port++) {
		char text[8];
		bool taken = port_table_find(&s->ports, port) != NULL;

		snprintf(text, sizeof(text), "%d", port);
		for (size_t i = 0; i < all->n && !taken; i++)
			taken = all->items[i].type == SETTING_PORT &&
				str_eq(setting_effective(&all->items[i]), text);
		if (!taken)
			return port;
	}
	return 0;
}

const char *setup_port_holder(const struct setup *s, int port, bool *ret_ours)
{
	const struct port_holder *h = port_table_find(&s->ports, port);

	if (ret_ours)
		*ret_ours = h && h->ours;
	if (!h)
		return NULL;
	return h->who ? h->who : "";
}
