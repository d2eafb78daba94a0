/* SPDX-License-Identifier: MIT */
/* The wizard after a run that failed: why, what can be done about it, and the answers as they were. */
#include "ui/wizard.h"

#include "base/i18n.h"
#include "ui/overlay.h"

#include <string.h>

/* Of the text of an error, so that the answers fit below it; all of it is one key away. */
enum { AGAIN_TEXT_MAX = 300 };

static const struct answer again_back = {'b', N_("Back to the answers")};
static const struct answer again_all = {'d', N_("All there is to say about it")};
static const struct answer again_undo = {
	'u', N_("Take back what it changed, then back to the answers")};
static const struct answer again_leave = {'l', N_("Leave; the answers are kept as a draft")};

/* What of them there is; all: the reason is too long to be shown. */
static void list_answers(const struct setup_again *a, bool all, struct answer ret[5])
{
	size_t n = 0;

	ret[n++] = again_back;
	if (all)
		ret[n++] = again_all;
	if (a->undoable)
		ret[n++] = again_undo;
	ret[n++] = again_leave;
	ret[n] = (struct answer){0, NULL};
}

static void ask(struct wizard *w);

static void answered(void *arg, int answer)
{
	struct wizard *w = arg;
	struct answer answers[5];

	if (answer < 0)
		return;
	list_answers(w->again, w->again_cut, answers);
	switch (answers[answer].key) {
	case 'd':
		ask(w);
		overlay_error(w->view.screen, &w->again->err);
		break;
	case 'u':
		wizard_finish(w, UI_UNDO, NULL);
		break;
	case 'l':
		wizard_finish(w, UI_LEAVE, NULL);
		break;
	}
}

/* False when it is too long. */
static bool add(struct str *text, const char *part)
{
	bool fits = !part || text->len + strlen(part) < AGAIN_TEXT_MAX;

	if (part && fits)
		str_addf(text, "%s%s", text->len ? "\n\n" : "", part);
	return fits;
}

static void ask(struct wizard *w)
{
	const struct setup_again *a = w->again;
	AUTO(str) struct str text = STR_INIT(STR_LINE);
	autofree char *title = a->run ? xasprintf(_("Run %s failed"), a->run)
				      : xstrdup(_("The run could not begin"));
	autofree char *stays = wizard_again_stays(w);
	struct answer answers[5];

	str_add(&text, a->err.message);
	w->again_cut = !add(&text, a->err.detail);
	w->again_cut |= !add(&text, a->err.hint);
	if (stays)
		str_addf(&text, "\n\n%s", stays);
	list_answers(a, w->again_cut, answers);
	overlay_ask(w->view.screen, &(struct question){.title = title,
					    .text = str_text(&text),
					    .answers = answers,
					    .done = answered,
					    .arg = w});
}

char *wizard_again_stays(const struct wizard *w)
{
	const struct setup_again *a = w->again;

	return a && a->changed
		       ? xasprintf(_("What run %s changed before it failed stays; \"slipway undo\" "
				     "takes it back."),
				 a->run)
		       : NULL;
}

void wizard_again(struct wizard *w)
{
	const struct setup_again *a = w->again;

	if (!a || (!a->err.code && !a->undone))
		return;
	if (a->focus && settings_find(w->settings, a->focus) &&
		!setup_open_settings(w->setup, NULL))
		wizard_show(w, a->focus);
	w->begun = wizard_focus(w);
	if (a->undone)
		screen_note(w->view.screen, ROLE_OK, _("run %s was taken back"), a->undone);
	else if (a->shown)
		screen_note(w->view.screen, ROLE_BAD, "%s", a->err.message);
	else
		ask(w);
}
