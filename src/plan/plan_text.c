/* SPDX-License-Identifier: MIT */
#include "plan/plan.h"

#include "base/i18n.h"
#include "base/text.h"

#include <string.h>

enum { TITLE_CELLS = 28 };

/* How the change of a new file begins (base/diff.h). */
#define NEW_FILE "--- /dev/null"

static void add_change(const char *text, struct str *out)
{
	AUTO(str) struct str safe = STR_INIT(STR_FILE);
	AUTO(strv) struct strv lines = STRV_INIT;

	text_safe(&safe, text, strlen(text), true);
	strv_split(&lines, safe.data ? safe.data : "", '\n');
	for (size_t i = 0; i < lines.n; i++) {
		if (*lines.items[i] || i + 1 < lines.n)
			str_addf(out, "      %s\n", lines.items[i]);
	}
	str_wipe(&safe);
}

struct form {
	enum plan_tone tone;
	bool reveal, brief;
	int cells;
};

static void add_line(
	const char *mark, const char *title_raw, const char *why, int cells, struct str *out)
{
	autofree char *title = text_safe_dup(title_raw);
	autofree char *reason = text_safe_dup(why ? why : "");
	int width = text_width(title);

	str_addf(out, "  %s %s", mark, title);
	if (*reason) {
		str_pad(out, ' ', width < TITLE_CELLS ? (size_t)(TITLE_CELLS - width + 1) : 2);
		text_wrap(out, reason, 4 + (width < TITLE_CELLS ? TITLE_CELLS + 1 : width + 2),
			cells);
	} else {
		str_addc(out, '\n');
	}
}

/* True for a new file whose text is left out. */
static bool is_counted(const struct step *s, const struct form *f)
{
	return f->brief && (s->copied || f->tone == PLAN_TOLD) && s->change &&
	       str_starts(s->change, NEW_FILE);
}

static void add_step(const struct step *s, const struct form *f, struct str *out)
{
	const char *change = f->reveal && s->change_revealed ? s->change_revealed : s->change;

	add_line(s->ops->ascii, s->title, s->reason, f->cells, out);
	if (change && !is_counted(s, f))
		add_change(change, out);
}

/* --- Slipway's own notes */

/* Where secrets go is no note: which of them is shown. */
bool step_is_note(const struct step *s)
{
	return str_starts(s->title, ".slipway/") && !str_eq(s->title, STORE_SEALED) &&
	       (str_eq(s->ops->kind, "file") || str_eq(s->ops->kind, "seen"));
}

const char *plan_notes_title(void)
{
	return _("Slipway's own notes");
}

void plan_notes_of_own(const struct plan *p, struct strv *ret)
{
	for (size_t i = 0; i < p->n; i++)
		if (step_counts(p->steps[i]) && step_is_note(p->steps[i]))
			strv_push(ret, p->steps[i]->title);
}

size_t plan_lines(const struct plan *p)
{
	AUTO(strv) struct strv own = STRV_INIT;

	plan_notes_of_own(p, &own);
	return p->changes - own.n + (own.n > 0);
}

static void add_notes(const struct plan *p, int cells, struct str *out)
{
	AUTO(strv) struct strv own = STRV_INIT;
	autofree char *names = NULL;

	plan_notes_of_own(p, &own);
	names = strv_join(&own, ", ");
	if (own.n)
		add_line("+", plan_notes_title(), names, cells, out);
}

char *plan_nothing(const struct plan *p)
{
	autofree char *waits = strv_join(&p->waits, ", ");

	if (p->waits.n)
		return xasprintf(_("Nothing to change; still starting: %s."), waits);
	/* Of actions only a restart of whatever runs can come to nothing (action.h). */
	if (!p->scope)
		return xstrdup(_("Nothing to restart: no service is there that goes on running."));
	return xstrdup(plan_saw_services(p) ? _("Nothing to do: everything is as wanted.")
					    : _("Nothing to do: the files are as wanted."));
}

static void add_heading(const struct plan *p, enum plan_tone tone, struct str *out)
{
	autofree char *nothing = plan_nothing(p);

	if (p->changes == 0)
		str_add(out, nothing);
	else
		str_addf(out, Q_("%zu change.", "%zu changes.", plan_lines(p)), plan_lines(p));
	if (p->changes && tone == PLAN_PROPOSED)
		str_addf(out, " %s", _("Nothing has been done yet."));
	str_addc(out, '\n');
}

static void add_plan(const struct plan *p, const struct form *f, struct str *out)
{
	bool unchanged = false, counted = false;

	add_heading(p, f->tone, out);
	for (size_t i = 0; i < p->n; i++) {
		const struct step *s = p->steps[i];

		unchanged = unchanged || !s->changes;
		if (!step_counts(s) || step_is_note(s))
			continue;
		add_step(s, f, out);
		counted = counted || is_counted(s, f);
	}
	add_notes(p, f->cells, out);
	for (size_t i = 0; unchanged && i < p->n; i++) {
		if (!p->steps[i]->changes)
			add_step(p->steps[i], f, out);
	}
	for (size_t i = 0; i < p->notes.n; i++) {
		autofree char *note = text_safe_dup(p->notes.items[i]);
		autofree char *line = xasprintf(_("note: %s"), note);

		text_wrap(out, line, 0, f->cells);
	}
	if (counted)
		text_wrap(out, _("With --verbose new files are shown whole."), 0, f->cells);
	/* Less is not noticed. */
	if (p->downtime_ms >= 1000) {
		autofree char *time = text_ago(p->downtime_ms);

		str_addf(out, _("downtime: about %s\n"), time);
	}
}

void plan_text(const struct plan *p, enum plan_tone tone, bool reveal, int width, struct str *out)
{
	add_plan(p, &(struct form){.tone = tone, .reveal = reveal, .cells = width}, out);
}

void plan_text_brief(
	const struct plan *p, enum plan_tone tone, bool reveal, int width, struct str *out)
{
	struct form f = {.tone = tone, .reveal = reveal, .brief = true, .cells = width};

	add_plan(p, &f, out);
}
