/* SPDX-License-Identifier: MIT */
#include "plan/plan.h"

#include "base/i18n.h"
#include "base/text.h"

#include <string.h>

enum { TITLE_CELLS = 28 };

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

static void add_step(const struct step *s, bool reveal, int cells, struct str *out)
{
	autofree char *title = text_safe_dup(s->title);
	autofree char *reason = text_safe_dup(s->reason ? s->reason : "");
	const char *change = reveal && s->change_revealed ? s->change_revealed : s->change;
	int width = text_width(title);

	str_addf(out, "  %s %s", s->ops->ascii, title);
	if (*reason) {
		str_pad(out, ' ', width < TITLE_CELLS ? (size_t)(TITLE_CELLS - width + 1) : 2);
		text_wrap(out, reason, 4 + (width < TITLE_CELLS ? TITLE_CELLS + 1 : width + 2),
			cells);
	} else {
		str_addc(out, '\n');
	}
	if (change)
		add_change(change, out);
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
		str_addf(out, Q_("%zu change.", "%zu changes.", p->changes), p->changes);
	if (p->changes && tone == PLAN_PROPOSED)
		str_addf(out, " %s", _("Nothing has been done yet."));
	str_addc(out, '\n');
}

void plan_text(const struct plan *p, enum plan_tone tone, bool reveal, int width, struct str *out)
{
	bool unchanged = false;

	add_heading(p, tone, out);
	for (size_t i = 0; i < p->n; i++) {
		if (step_counts(p->steps[i]))
			add_step(p->steps[i], reveal, width, out);
		unchanged = unchanged || !p->steps[i]->changes;
	}
	for (size_t i = 0; unchanged && i < p->n; i++) {
		if (!p->steps[i]->changes)
			add_step(p->steps[i], reveal, width, out);
	}
	for (size_t i = 0; i < p->notes.n; i++) {
		autofree char *note = text_safe_dup(p->notes.items[i]);

		autofree char *line = xasprintf(_("note: %s"), note);

		text_wrap(out, line, 0, width);
	}
	/* Less is not noticed. */
	if (p->downtime_ms >= 1000) {
		autofree char *time = text_ago(p->downtime_ms);

		str_addf(out, _("downtime: about %s\n"), time);
	}
}
