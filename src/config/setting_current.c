/* SPDX-License-Identifier: MIT */
#include "config/setting.h"

#include "base/i18n.h"
#include "base/str.h"

int setting_check_current(struct setting *s)
{
	error_done(&s->problem);
	if (s->answer != ANSWER_NONE || str_empty(s->current) || s->placeholder ||
		strv_has(&s->reject, s->current) || s->source == COMPOSE_DEFAULT)
		return 0;
	/* A weak secret that is in force is a finding for lint, not a reason to stop. */
	if (s->type == SETTING_SECRET ||
		setting_type_info(s->type)->check(s, s->current, &s->problem) == 0)
		return 0;
	if (s->line > 0 && s->source == COMPOSE_DOTENV)
		error_detail(&s->problem, ".env:%d:%d", s->line, s->column);
	else
		error_detail(&s->problem, _("from: %s"), compose_source_name(s->source));
	return s->problem.code;
}
