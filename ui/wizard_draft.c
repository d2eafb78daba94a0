/* SPDX-License-Identifier: MIT */
/*
 * The draft: written whenever the answers have changed, so that a setup that is killed loses none; and
 * what becomes of it when the wizard is left. One is written at a time; what is answered meanwhile
 * comes after it.
 */
#include "ui/wizard.h"

#include "base/i18n.h"
#include "ui/overlay.h"

static void start(struct wizard *w);

static size_t count_answers(const struct wizard *w)
{
	size_t n = 0;

	for (size_t i = 0; i < w->settings->n; i++)
		n += w->settings->items[i].answer == ANSWER_VALUE ||
		     w->settings->items[i].answer == ANSWER_GENERATE;
	return n;
}

/* What cannot be written is said once: every answer would say it again. */
static void tell(struct wizard *w, const struct error *err)
{
	if (!w->draft_failed)
		screen_note_error(w->view.screen, err);
	w->draft_failed = true;
}

static void draft_kept(void *arg, int code, const struct error *err)
{
	struct wizard *w = arg;
	enum wizard_parting parting = w->parting;

	if (code == ERR_CANCELLED)
		return;
	op_free(take(w->draft));
	w->drafted = !code && count_answers(w) > 0;
	screen_dirty(w->view.screen);
	if (parting == WIZARD_PARTS) {
		w->parting = WIZARD_LAST_DRAFT;
		start(w);
	} else if (parting == WIZARD_LAST_DRAFT && code) {
		w->parting = WIZARD_STAYS;
		overlay_error(w->view.screen, err);
	} else if (parting == WIZARD_LAST_DRAFT) {
		wizard_finish(w, UI_LEAVE, NULL);
	} else {
		if (code)
			tell(w, err);
		wizard_draft_keep(w);
	}
}

static void start(struct wizard *w)
{
	w->draft = setup_draft_start(w->setup, draft_kept, w);
}

void wizard_draft_keep(struct wizard *w)
{
	if (!w->draft && w->parting == WIZARD_STAYS && setup_draft_due(w->setup))
		start(w);
}

/* --- leaving */

static const struct answer leave_answers[] = {
	{'l', N_("Leave; the answers are kept as a draft")},
	{'d', N_("Leave and drop the answers")},
	{'s', N_("Stay")},
	{0, NULL},
};
enum { LEAVE_KEEP, LEAVE_DROP };
/* Where there is nothing to keep. */
static const struct answer bare_answers[] = {
	{'l', N_("leave")},
	{0, NULL},
};

static void drop_answers(struct wizard *w)
{
	for (size_t i = 0; i < w->settings->n; i++)
		if (w->settings->items[i].answer == ANSWER_VALUE ||
			w->settings->items[i].answer == ANSWER_GENERATE)
			setup_answer(w->setup, w->settings->items[i].name, NULL, NULL);
}

static void leave_answered(void *arg, int answer)
{
	struct wizard *w = arg;

	w->leaving = false;
	if ((answer != LEAVE_KEEP && answer != LEAVE_DROP) || w->parting != WIZARD_STAYS)
		return;
	if (answer == LEAVE_DROP)
		drop_answers(w);
	/* Without an answer the draft of before goes, too. */
	w->parting = w->draft ? WIZARD_PARTS : WIZARD_LAST_DRAFT;
	if (!w->draft)
		start(w);
}

void wizard_leave(struct view *v)
{
	struct wizard *w = (struct wizard *)v;
	size_t n = count_answers(w);
	autofree char *text = NULL, *stays = wizard_again_stays(w);
	struct question q = {.title = _("Leave the setup?"),
		.answers = leave_answers,
		.done = leave_answered,
		.arg = w};

	/* Asked a second time: yes. And there is nothing to ask about without an answer, but for the
	 * key that ends programs: it says that it asks. */
	if (w->leaving || (!n && screen_key(v->screen) != K_CTRL('c'))) {
		leave_answered(w, LEAVE_KEEP);
		return;
	}
	if (!n)
		q.answers = bare_answers;
	text = !n ? xstrdup(_("Nothing has been answered, and nothing has been written."))
		  : xasprintf(Q_("Nothing has been written. There is %zu answer; a draft holds all "
				 "but secrets.",
				      "Nothing has been written. There are %zu answers; a draft "
				      "holds all but "
				      "secrets.",
				      n),
			    n);
	q.text = stays ? stays : text;
	w->leaving = true;
	overlay_ask(v->screen, &q);
}
