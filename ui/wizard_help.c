/* SPDX-License-Identifier: MIT */
#include "ui/wizard.h"

#include "base/i18n.h"
#include "base/text.h"
#include "config/override_feature.h"

enum { ROOMY = 10 /* rows from which on nothing has to be one line */ };

/* Rows of text from y on, but never below `end`; the next free row. */
static int put_wrapped(const struct pane *p, int y, int end, enum role role, const char *text)
{
	return y < end ? y + draw_wrap(p, y, 0, end - y, p->w, role, text) : y;
}

/* Who uses it stands beside the name, or below it where it would be cut. */
static int draw_heading(const struct pane *p, const struct setting *s, int end)
{
	autofree char *used = strv_join(&s->used_by, ", ");
	int x;

	x = draw_text(p, 0, 0, p->w, ROLE_TITLE, s->name);
	if (s->title && !str_eq(s->title, s->name) && x + 3 < p->w)
		x += 2 + draw_text(p, 0, x + 2, p->w - x - 2, ROLE_TEXT, s->title);
	if (!s->used_by.n)
		return 1;
	if (text_width(used) > p->w - x - 2 && end > ROOMY)
		return put_wrapped(p, 1, end, ROLE_DIM, used);
	if (x + 4 < p->w)
		draw_right(p, 0, x + 2, p->w - x - 2, ROLE_DIM, used);
	return 1;
}

/* Removed and added lines in their colours. */
static int draw_diff(const struct pane *p, int y, int end, const char *text)
{
	while (*text && y < end) {
		size_t n = strcspn(text, "\n");

		draw_textn(p, y++, 0, p->w,
			*text == '-'   ? ROLE_REMOVED
			: *text == '+' ? ROLE_ADDED
				       : ROLE_TEXT,
			text, n);
		text += n + (text[n] == '\n');
	}
	return y;
}

static int count_lines(const char *text)
{
	int n = 0;

	for (; *text; text++)
		n += *text == '\n';
	return n;
}

/* Why there is a new value, or why the old one is kept. */
static char *published_text(const struct setting *s)
{
	if (s->answer == ANSWER_GENERATE)
		return xasprintf(_("Made anew: everybody can read the default in %s. D keeps it."),
			s->published);
	return xasprintf(_("Everybody can read the default of it in %s."), s->published);
}

static int draw_findings(
	struct wizard *w, const struct pane *p, int y, int end, const struct setting *s)
{
	const struct error *wrong = w->editing && w->wrong.code ? &w->wrong : &s->problem;

	if (wrong->code) {
		autofree char *problem = field_problem(s, wrong);
		autofree char *text = xasprintf("%s %s", theme_mark(p->theme, MARK_BAD), problem);
		autosecret char *mended = wizard_mended(w);

		y = put_wrapped(p, y, end, ROLE_BAD, text);
		if (wrong->hint)
			y = put_wrapped(p, y, end, ROLE_TEXT, wrong->hint);
		if (mended)
			y = put_wrapped(p, y, end, ROLE_ACCENT,
				w->editing ? _("F3 writes it like that.")
					   : _("f writes it like that."));
		return y;
	}
	if (s->note)
		y = put_wrapped(p, y, end,
			s->type == SETTING_PORT || setup_tried(w->setup, s) == TRIAL_REFUSED
				? ROLE_WARN
				: ROLE_ACCENT,
			s->note);
	if (s->placeholder && setting_is_given(s) && setting_unanswered(s))
		y = put_wrapped(p, y, end, ROLE_WARN,
			_("The value that is there is a placeholder: it counts as none."));
	if (setting_left(s))
		y = put_wrapped(p, y, end, ROLE_WARN, field_left_text());
	if (s->published && !setting_unanswered(s)) {
		autofree char *text = published_text(s);

		y = put_wrapped(p, y, end, ROLE_TEXT, text);
	}
	if (s->required_why && setting_unanswered(s)) {
		autofree char *text = xasprintf(_("Required: %s"), s->required_why);

		y = put_wrapped(p, y, end, ROLE_WARN, text);
	}
	return y;
}

/* What is expected, where the type alone does not say it all. */
static char *expects(const struct setting *s)
{
	autofree char *list = NULL;

	if (s->type == SETTING_ENUM) {
		list = strv_join(&s->choices, ", ");
		return xasprintf(_("One of: %s"), list);
	}
	if (s->type == SETTING_SECRET) {
		if (!setting_can_generate(s))
			return s->file ? NULL : xstrdup(_("A secret that its provider gives you."));
		return xstrdup(_("A secret; g generates one."));
	}
	if (s->service)
		return xasprintf(_("Expects %s."), _(override_features[s->feature].expects));
	if (s->type == SETTING_TEXT)
		return NULL;
	return xasprintf(_("Expects %s."), _(setting_type_info(s->type)->expects));
}

/* What is said about the setting, from y up to `end`, and by which key the rest is seen; the next free
 * row. */
static int draw_said(struct wizard *w, const struct pane *p, int y, int end, const struct setting *s)
{
	autofree char *rule = w->wrong.code || s->problem.code ? NULL : expects(s);
	int rows = draw_wrap(p, 0, 0, 0, p->w, ROLE_NONE, s->help) +
		   draw_wrap(p, 0, 0, 0, p->w, ROLE_NONE, rule);
	bool rest;

	y = draw_findings(w, p, y, end, s);
	rest = rows > end - y && end > y && !w->editing;
	if (rest) {
		end--;
		draw_text(p, end, 0, p->w, ROLE_DIM, _("w shows all of it"));
	}
	y = put_wrapped(p, y, end, ROLE_TEXT, s->help);
	y = put_wrapped(p, y, end, ROLE_DIM, rule);
	return rest ? end + 1 : y;
}

void wizard_draw_help(struct wizard *w, const struct pane *p)
{
	const struct setting *s = wizard_focus(w);
	AUTO(str) struct str diff = STR_INIT(STR_LINE);
	autofree char *source = NULL;
	int foot, facts, y;

	if (!s || p->h < 2)
		return;
	source = field_source(w, s);
	facts = p->h > ROOMY ? draw_wrap(p, 0, 0, 0, p->w, ROLE_NONE, source) : 1;
	setup_diff(w->setup, s->name, w->revealed, &diff);
	/* Where everything does not fit, the help gives way to the facts and to what changes. */
	foot = p->h - facts - (diff.len ? count_lines(str_text(&diff)) : 0);
	y = draw_said(w, p, draw_heading(p, s, foot), foot, s);
	draw_wrap(p, y, 0, facts, p->w, ROLE_DIM, source);
	draw_diff(p, y + facts, p->h, str_text(&diff));
	str_wipe(&diff);
}
