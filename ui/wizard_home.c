/* SPDX-License-Identifier: MIT */
/* What becomes of a secret that data remembers: asked in an overlay, chosen in plan/setup_home.h.
 */
#include "ui/wizard.h"

#include "base/i18n.h"
#include "base/text.h"
#include "plan/setup_home.h"
#include "ui/overlay.h"

/* What the items of the list stand for; the last one is no way of the setup. */
enum { ITEM_ENTER = HOME_WAYS };

bool wizard_can_home(const struct wizard *w, const struct setting *s)
{
	return s && setting_is_credential(s) && setup_home_known(w->setup, s->name);
}

static void take_way(struct wizard *w, enum home_way way, const char *volume)
{
	AUTO(error) struct error err = ERROR_INIT;

	if (setup_home_choose(w->setup, w->home, way, volume, &err))
		screen_note_error(w->view.screen, &err);
	else
		setup_test_kept(w->setup, w->home);
	wizard_show(w, w->home);
	wizard_changed(w, NULL);
}

static void wipe_typed(void *arg, bool typed)
{
	struct wizard *w = arg;

	if (typed)
		take_way(w, HOME_WIPE, setup_home_volume(w->setup, w->home));
}

static void ask_volume(struct wizard *w)
{
	const char *volume = setup_home_volume(w->setup, w->home);
	autofree char *text = xasprintf(
		_("The volume %s goes with EVERYTHING in it: tables, users, files. The services "
		  "that use it are stopped and removed first, and begin anew with a new secret. "
		  "Nothing brings the data back. It happens when the review is confirmed. Type "
		  "the name of the volume:"),
		volume);
	const struct typed_word q = {.title = _("Delete the data?"),
		.text = text,
		.word = volume,
		.done = wipe_typed,
		.arg = w};

	overlay_type(w->view.screen, &q);
}

static void chosen(void *arg, long item)
{
	struct wizard *w = arg;
	int way = item < 0 ? -1 : w->home_items[item];

	if (way == ITEM_ENTER) {
		wizard_show(w, w->home);
		wizard_edit(w);
	} else if (way == HOME_WIPE) {
		ask_volume(w);
	} else if (way >= 0) {
		take_way(w, (enum home_way)way, NULL);
	}
}

static void add_item(struct wizard *w, struct strv *items, int way, const char *text)
{
	w->home_items[items->n] = way;
	strv_push(items, text);
}

/* What is known, and why something is not on offer. */
static void add_reasons(struct wizard *w, const struct setting *s, struct str *out)
{
	static const enum home_way ways[] = {HOME_CHANGE, HOME_WIPE};

	str_add(out, s->note ? s->note : _("Data remembers the old value."));
	for (size_t i = 0; i < ARRAY_SIZE(ways); i++) {
		AUTO(error) struct error err = ERROR_INIT;

		if (setup_home_can(w->setup, s->name, ways[i], &err))
			str_addf(out, "\n%s.", err.message);
	}
}

void wizard_home(struct wizard *w)
{
	static const int order[] = {HOME_KEEP, HOME_RESTORE, ITEM_ENTER, HOME_CHANGE, HOME_WIPE};
	const struct setting *s = wizard_focus(w);
	AUTO(strv) struct strv items = STRV_INIT;
	AUTO(str) struct str text = STR_INIT(STR_LINE);
	struct choice c = {.title = s->name, .items = &items, .done = chosen, .arg = w};
	int now = (int)setup_home_way(w->setup, s->name);

	free(w->home);
	w->home = xstrdup(s->name);
	for (size_t i = 0; i < ARRAY_SIZE(order); i++) {
		autofree char *line = NULL;

		if (order[i] != ITEM_ENTER &&
			setup_home_can(w->setup, s->name, (enum home_way)order[i], NULL))
			continue;
		line = order[i] == ITEM_ENTER
			       ? xstrdup(_("Enter the old one: it is tried at once"))
			       : setup_home_text(w->setup, s->name, (enum home_way)order[i]);
		if (order[i] == now)
			c.at = items.n;
		add_item(w, &items, order[i], line);
	}
	add_reasons(w, s, &text);
	c.text = str_text(&text);
	overlay_choose(w->view.screen, &c);
}
