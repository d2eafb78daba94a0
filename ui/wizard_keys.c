/* SPDX-License-Identifier: MIT */
/* What the wizard's keys do, and the table of them. */
#include "ui/wizard.h"

#include "base/i18n.h"
#include "base/text.h"
#include "ui/overlay.h"

enum wizard_needs {
	NEED_FIELD = KEY_NEEDS,          /* a setting has the focus */
	NEED_SECRET = KEY_NEEDS << 1,    /* and it is a secret */
	NEED_PORT = KEY_NEEDS << 2,      /* or a port */
	NEED_ANSWER = KEY_NEEDS << 3,    /* it has been answered */
	NEED_REST = KEY_NEEDS << 4,      /* not while a value is being typed */
	NEED_TYPING = KEY_NEEDS << 5,    /* only then */
	NEED_SERVICE = KEY_NEEDS << 6,   /* the adjustments of a service are in view */
	NEED_SERVICES = KEY_NEEDS << 7,  /* there are services to adjust */
	NEED_TEST = KEY_NEEDS << 8,      /* what it says can be tried */
	NEED_PUBLISHED = KEY_NEEDS << 9, /* its default is there for everybody to read */
	NEED_MAKING = KEY_NEEDS << 10,   /* it is being generated */
	NEED_MADE = KEY_NEEDS << 12,     /* it is a secret, or made like one */
	NEED_MENDABLE = KEY_NEEDS << 11, /* what is wrong with it can be put right */
	NEED_HOME = KEY_NEEDS << 13,     /* data remembers it */
	NEED_HIDDEN = KEY_NEEDS << 14,   /* there are settings that are not shown */
	NEED_ALL = KEY_NEEDS << 15,      /* all are shown, not only the usual ones */
};

static struct wizard *of(struct view *v)
{
	return (struct wizard *)v;
}

static void leave_edit_then_move(struct wizard *w, long by)
{
	if (w->editing && !wizard_edit_accept(w))
		return;
	list_move(&w->fields, by);
	wizard_focus_moved(w);
}

static void do_up(struct view *v)
{
	leave_edit_then_move(of(v), -1);
}

static void do_down(struct view *v)
{
	leave_edit_then_move(of(v), 1);
}

static void do_page_up(struct view *v)
{
	list_page(&of(v)->fields, -1);
	wizard_focus_moved(of(v));
}

static void do_page_down(struct view *v)
{
	list_page(&of(v)->fields, 1);
	wizard_focus_moved(of(v));
}

static void do_first(struct view *v)
{
	list_select(&of(v)->fields, 0);
	wizard_focus_moved(of(v));
}

static void do_last(struct view *v)
{
	list_select(&of(v)->fields, of(v)->n_shown);
	wizard_focus_moved(of(v));
}

/* After an answer the focus goes on, so that a page is Enter, value, Enter, value. */
static void do_enter(struct view *v)
{
	struct wizard *w = of(v);

	if (!w->editing)
		wizard_edit(w);
	else if (wizard_edit_accept(w) && w->fields.at + 1 < w->n_shown)
		do_down(v);
}

static void do_toggle(struct view *v)
{
	struct wizard *w = of(v);
	const struct setting *s = wizard_focus(w);

	if (s->type == SETTING_BOOL)
		wizard_toggle(w);
	else
		wizard_edit(w);
}

static void do_home(struct view *v)
{
	wizard_home(of(v));
}

/* Where data remembers the old one a new one alone would not do. */
static void do_generate(struct view *v)
{
	struct wizard *w = of(v);
	AUTO(error) struct error err = ERROR_INIT;

	if (wizard_can_home(w, wizard_focus(w))) {
		do_home(v);
		return;
	}
	if (setup_generate(w->setup, wizard_focus(w)->name, &err) != 0)
		screen_note_error(w->view.screen, &err);
	wizard_changed(w, NULL);
}

static void do_generate_all(struct view *v)
{
	wizard_generate_all(of(v));
}

static void do_stop_making(struct view *v)
{
	struct wizard *w = of(v);
	AUTO(error) struct error err = ERROR_INIT;

	if (setup_stop_making(w->setup, wizard_focus(w)->name, &err) != 0)
		screen_note_error(v->screen, &err);
	wizard_changed(w, NULL);
}

static void do_keep_default(struct view *v)
{
	struct wizard *w = of(v);
	AUTO(error) struct error err = ERROR_INIT;

	if (setup_keep_default(w->setup, wizard_focus(w)->name, &err) != 0)
		screen_note_error(v->screen, &err);
	wizard_changed(w, NULL);
}

static void do_mend(struct view *v)
{
	wizard_mend(of(v));
}

static void do_reveal(struct view *v)
{
	of(v)->revealed = !of(v)->revealed;
}

static void do_next_port(struct view *v)
{
	struct wizard *w = of(v);
	const struct setting *s = wizard_focus(w);
	const char *value = setting_effective(s);
	char text[16];
	int64_t from = 0;
	int port;

	text_to_int(value ? value : "", 1, 65535, &from, NULL);
	port = setup_free_port(w->setup, (int)from + 1);
	if (!port) {
		screen_note(v->screen, ROLE_WARN, "%s", _("no free port above this one"));
		return;
	}
	snprintf(text, sizeof(text), "%d", port);
	wizard_answer(w, s->name, text);
}

static void do_test(struct view *v)
{
	struct wizard *w = of(v);
	AUTO(error) struct error err = ERROR_INIT;

	if (setup_test(w->setup, wizard_focus(w)->name, &err) != 0)
		screen_note_error(v->screen, &err);
	wizard_refill(w);
}

static void do_reset(struct view *v)
{
	wizard_answer(of(v), wizard_focus(of(v))->name, NULL);
}

static void told_history(
	struct wizard *w, bool done, const char *name, const char *what, const char *nothing)
{
	if (!done) {
		screen_note(w->view.screen, ROLE_DIM, "%s", nothing);
		return;
	}
	wizard_show(w, name);
	screen_note(w->view.screen, ROLE_TEXT, "%s: %s", what, name);
}

static void do_undo(struct view *v)
{
	const char *name = NULL;
	bool done = setup_undo(of(v)->setup, &name);

	told_history(of(v), done, name, _("taken back"), _("nothing to take back"));
}

static void do_redo(struct view *v)
{
	const char *name = NULL;
	bool done = setup_redo(of(v)->setup, &name);

	told_history(of(v), done, name, _("done again"), _("nothing to do again"));
}

static void do_search(struct view *v)
{
	search_open(of(v));
}

static void do_all(struct view *v)
{
	struct wizard *w = of(v);

	w->all = !w->all;
	wizard_refill(w);
}

/* While a value is typed the next setting, else the next page: never out of the form. */
static void go_on(struct wizard *w, int by)
{
	if (w->editing) {
		leave_edit_then_move(w, by);
		return;
	}
	if (!wizard_step_page(w, by))
		screen_note(w->view.screen, ROLE_DIM, "%s",
			by > 0 ? _("this is the last page with settings; v goes to the review")
			       : _("this is the first page with settings"));
}

static void do_next(struct view *v)
{
	go_on(of(v), 1);
}

static void do_previous(struct view *v)
{
	go_on(of(v), -1);
}

static void do_adjust(struct view *v)
{
	wizard_adjust(of(v));
}

static void do_next_service(struct view *v)
{
	wizard_adjust_step(of(v), 1);
}

static void do_previous_service(struct view *v)
{
	wizard_adjust_step(of(v), -1);
}

static void do_choose_service(struct view *v)
{
	wizard_adjust_choose(of(v));
}

static void do_review(struct view *v)
{
	wizard_review(of(v));
}

static void do_why(struct view *v)
{
	struct wizard *w = of(v);
	const struct setting *s = wizard_focus(w);
	autofree char *text = field_why(w, s);

	overlay_message(v->screen, s->name, text);
}

static void do_back(struct view *v)
{
	struct wizard *w = of(v);

	if (w->editing)
		wizard_edit_cancel(w);
	else if (!wizard_step_page(w, -1))
		wizard_leave(v);
}

static void do_quit(struct view *v)
{
	wizard_leave(v);
}

static bool can_mend(const struct wizard *w)
{
	autosecret char *mended = wizard_mended(w);

	return mended != NULL;
}

static bool hides_some(const struct wizard *w)
{
	for (size_t i = 0; i < w->settings->n; i++) {
		const struct setting *s = &w->settings->items[i];

		if (!s->service && setting_asked(w->settings, s) && !wizard_shows(w, s))
			return true;
	}
	return false;
}

const char *wizard_cannot(const struct view *v, unsigned needs)
{
	const struct wizard *w = (const struct wizard *)v;
	const struct setting *s = wizard_focus(w);

	if (needs & NEED_REST && w->editing)
		return _("not while a value is being typed");
	if (needs & NEED_TYPING && !w->editing)
		return _("only while a value is being typed");
	if (needs & NEED_SERVICES && !wizard_can_adjust(w))
		return _("there is no service to adjust");
	if (needs & NEED_SERVICE && !wizard_adjusts(w))
		return _("only where a service is adjusted");
	if (needs & (NEED_FIELD | NEED_SECRET | NEED_MADE | NEED_PORT | NEED_ANSWER) && !s)
		return _("no setting is selected");
	if (needs & NEED_SECRET && !setting_is_secret(s) && !(w->editing && wizard_hides(w, s)) &&
		!w->revealed)
		return _("only for secrets");
	if (needs & NEED_MADE && s->type != SETTING_SECRET && !setting_can_generate(s))
		return _("only for secrets");
	if (needs & NEED_MADE && !setting_can_generate(s) && !wizard_can_home(w, s))
		return _(
			"it comes from its provider: Enter types it in");
	if (needs & NEED_HIDDEN && (w->all || !hides_some(w)))
		return _("all settings are shown already");
	if (needs & NEED_ALL && !w->all)
		return _("only while all settings are shown");
	if (needs & NEED_PORT && s->type != SETTING_PORT)
		return _("only for ports");
	if (needs & NEED_TEST && !(s && setup_can_test(w->setup, s)))
		return _("there is nothing to try here");
	if (needs & NEED_HOME && !wizard_can_home(w, s))
		return _("no data remembers it");
	if (needs & NEED_PUBLISHED && !(s && s->published && s->answer != ANSWER_KEEP))
		return _("there is no default that everybody can read");
	if (needs & NEED_MAKING && !(s && s->making))
		return _("nothing is being generated here");
	if (needs & NEED_MENDABLE && !can_mend(w))
		return _("there is nothing to percent-encode");
	if (needs & NEED_ANSWER && s->answer != ANSWER_VALUE && s->answer != ANSWER_GENERATE)
		return _("nothing was answered here");
	return NULL;
}

const struct key wizard_keys[] = {
	{{K_ENTER}, N_("edit"), N_("Edit the setting"), do_enter, KEY_BAR | NEED_FIELD | NEED_REST},
	{{K_ENTER}, N_("take it"), N_("Take what was typed, and go on"), do_enter,
		KEY_BAR | NEED_TYPING},
	{{K_ESC}, N_("as before"), N_("Leave the value as it was"), do_back, KEY_BAR | NEED_TYPING},
	{{K_ESC}, N_("stop"), N_("Stop generating the secret"), do_stop_making,
		KEY_BAR | NEED_MAKING | NEED_REST},
	{{K_F3, 'f'}, N_("encode"), N_("Percent-encode what must not stand in an address"), do_mend,
		KEY_BAR | NEED_FIELD | NEED_MENDABLE},
	{{' '}, N_("toggle"), N_("Switch yes and no, or choose"), do_toggle,
		NEED_FIELD | NEED_REST},
	{{'g'}, N_("generate"), N_("Make a new random secret"), do_generate,
		KEY_BAR | NEED_MADE | NEED_REST},
	{{'G'}, N_("generate all"), N_("Make every secret that is required and missing"),
		do_generate_all, NEED_REST},
	{{'D'}, N_("keep default"), N_("Keep the default, although everybody can read it"),
		do_keep_default, NEED_FIELD | NEED_PUBLISHED | NEED_REST},
	{{K_F4, 'm'}, N_("old one"),
		N_("Keep the old secret, enter it, change it in its service, or delete its data"),
		do_home, KEY_BAR | NEED_FIELD | NEED_HOME | NEED_REST},
	{{'r', K_F2}, N_("reveal"), N_("Show or hide the secret"), do_reveal,
		KEY_BAR | NEED_SECRET},
	{{'n'}, N_("next free"), N_("Take the next free port"), do_next_port,
		KEY_BAR | NEED_PORT | NEED_REST},
	{{'s'}, N_("service"), N_("Choose the service that is adjusted"), do_choose_service,
		KEY_BAR | NEED_SERVICE | NEED_REST},
	{{']'}, N_("next service"), N_("Adjust the next service"), do_next_service,
		NEED_SERVICE | NEED_REST},
	{{'['}, N_("service before"), N_("Adjust the service before"), do_previous_service,
		NEED_SERVICE | NEED_REST},
	{{'t'}, N_("try"), N_("Try whether the value works: log in, ask, knock"), do_test,
		KEY_BAR | NEED_FIELD | NEED_TEST | NEED_REST},
	{{K_TAB}, N_("page"), N_("The next page"), do_next, KEY_BAR | NEED_REST},
	{{'v'}, N_("review"), N_("See every change, and confirm it"), do_review,
		KEY_BAR | NEED_REST},
	{{K_TAB}, N_("next"), N_("Take what was typed, and go to the setting below"), do_next,
		KEY_BAR | NEED_TYPING},
	{{K_RIGHT}, N_("page"), N_("The next page"), do_next, NEED_REST},
	{{K_BACKTAB}, N_("page back"), N_("The page before"), do_previous, NEED_REST},
	{{K_BACKTAB}, N_("back"), N_("Take what was typed, and go to the setting above"),
		do_previous, NEED_TYPING},
	{{K_LEFT}, N_("page back"), N_("The page before"), do_previous, NEED_REST},
	{{'u'}, N_("undo"), N_("Take back the last answer"), do_undo, KEY_BAR | NEED_REST},
	{{K_CTRL('r')}, N_("redo"), N_("Do again what was taken back"), do_redo, NEED_REST},
	{{'d', K_DELETE}, N_("default"), N_("Take back this setting's answer"), do_reset,
		NEED_ANSWER | NEED_REST},
	{{'w'}, N_("why"), N_("Why this is asked, and what it does"), do_why,
		KEY_BAR | NEED_FIELD | NEED_REST},
	{{'/'}, N_("search"), N_("Search all settings"), do_search, KEY_BAR | NEED_REST},
	{{'a'}, N_("all"), N_("All settings"), do_all, KEY_BAR | NEED_HIDDEN | NEED_REST},
	{{'a'}, N_("fewer"), N_("Only the settings that are usually answered"), do_all,
		KEY_BAR | NEED_ALL | NEED_REST},
	{{'o'}, N_("adjust"), N_("Adjust a service: ports, limits, GPU, user, logs, hardening"),
		do_adjust, NEED_SERVICES | NEED_REST},
	{{K_ESC, 'b'}, N_("back"), N_("The page before; from the first one, out"), do_back,
		NEED_REST},
	{{K_UP, 'k'}, N_("up"), N_("The setting above"), do_up, 0},
	{{K_DOWN, 'j'}, N_("down"), N_("The setting below"), do_down, 0},
	{{K_PAGE_UP, K_CTRL('b')}, N_("page up"), N_("A window's height up"), do_page_up,
		NEED_REST},
	{{K_PAGE_DOWN, K_CTRL('f')}, N_("page down"), N_("A window's height down"), do_page_down,
		NEED_REST},
	{{K_HOME}, N_("first"), N_("The first setting of the page"), do_first, NEED_REST},
	{{K_END}, N_("last"), N_("The last setting of the page"), do_last, NEED_REST},
	{{'q'}, N_("leave"), N_("Leave the setup, after asking"), do_quit, KEY_BAR | NEED_REST},
	{{0}, NULL, NULL, NULL, 0},
};
