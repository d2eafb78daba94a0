/* SPDX-License-Identifier: MIT */
#include "config/setting.h"

#include "base/i18n.h"
#include "base/str.h"

/* Puts where the value stands before what was found out about it. */
static int add_place(struct setting *s)
{
	autofree char *why =
		s->problem.detail ? xasprintf("; %s", s->problem.detail) : xstrdup("");

	if (s->line > 0 && s->source == COMPOSE_DOTENV)
		return error_detail(&s->problem, ".env:%d:%d%s", s->line, s->column, why);
	return error_detail(&s->problem, _("from: %s%s"), compose_source_name(s->source), why);
}

int setting_check_current(struct setting *s)
{
	const char *value = setting_effective(s);

	s->broken = NULL;
	error_done(&s->problem);
	if (s->service)
		return s->current && s->answer == ANSWER_NONE
			       ? setting_check(s, s->current, &s->problem)
			       : 0;
	/* A placeholder that another value takes the place of does no harm. */
	if (s->answer == ANSWER_NONE && s->refused && (!value || str_eq(value, s->current))) {
		setting_refused(s, &s->problem);
		return add_place(s);
	}
	if (s->answer != ANSWER_NONE || str_empty(s->current) || s->placeholder ||
		strv_has(&s->reject, s->current) || s->source == COMPOSE_DEFAULT)
		return 0;
	/* A weak secret that is in force is a finding for lint, not a reason to stop. */
	if (s->type == SETTING_SECRET ||
		setting_type_info(s->type)->check(s, s->current, &s->problem) == 0)
		return 0;
	return add_place(s);
}
