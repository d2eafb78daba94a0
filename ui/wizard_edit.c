/* SPDX-License-Identifier: MIT */
#include "ui/wizard.h"

#include "base/i18n.h"
#include "ui/overlay.h"

#include <string.h>

/* Of an adjustment the first choice is none. */
static void chosen(void *arg, long item)
{
	struct wizard *w = arg;
	const struct setting *s = w->choosing;

	if (item >= 0 && s->service)
		wizard_answer(w, s->name, item ? s->choices.items[item - 1] : "");
	else if (item >= 0)
		wizard_answer(w, s->name, s->choices.items[item]);
}

static void choose(struct wizard *w, struct setting *s)
{
	const char *value = setting_effective(s);
	long at = value ? strv_find(&s->choices, value) : -1;
	AUTO(strv) struct strv with_none = STRV_INIT;
	struct choice c = {.title = field_label(s),
		.text = NULL,
		.items = &s->choices,
		.at = at < 0 ? 0 : (size_t)at,
		.done = chosen,
		.arg = w};

	w->choosing = s;
	if (s->service) {
		strv_push(&with_none, _("as the compose files say"));
		strv_extend(&with_none, &s->choices);
		c.items = &with_none;
		c.at = (size_t)(at + 1);
	}
	overlay_choose(w->view.screen, &c);
}

void wizard_toggle(struct wizard *w)
{
	/* The other value in the spelling of the present one. */
	static const char *const pairs[][2] = {{"true", "false"}, {"True", "False"},
		{"TRUE", "FALSE"}, {"yes", "no"}, {"Yes", "No"}, {"on", "off"}, {"On", "Off"},
		{"1", "0"}, {"y", "n"}, {"t", "f"}, {"enabled", "disabled"}};
	struct setting *s = wizard_focus(w);
	const char *value = s ? setting_effective(s) : NULL;
	bool truth = false;

	if (!s)
		return;
	if (s->service) {
		wizard_answer(w, s->name, str_empty(value) ? "true" : "");
		return;
	}
	for (size_t i = 0; value && i < ARRAY_SIZE(pairs); i++) {
		for (int side = 0; side < 2; side++) {
			if (str_eq(value, pairs[i][side])) {
				wizard_answer(w, s->name, pairs[i][!side]);
				return;
			}
		}
	}
	if (value)
		setting_bool(value, &truth);
	wizard_answer(w, s->name, truth ? "false" : "true");
}

void wizard_edit(struct wizard *w)
{
	struct setting *s = wizard_focus(w);
	const char *value;

	w->begun = NULL;
	if (!s)
		return;
	if (s->type == SETTING_BOOL) {
		wizard_toggle(w);
		return;
	}
	if (s->type == SETTING_ENUM && s->choices.n) {
		choose(w, s);
		return;
	}
	/* Nobody edits dots: a secret begins anew, unless it is to be seen. */
	value = setting_is_secret(s) && !w->revealed ? NULL : setting_effective(s);
	input_init(&w->input, value ? value : "", WIZARD_VALUE_MAX);
	w->editing = true;
	wizard_edit_check(w);
}

/* A secret nobody typed into stays what it is. */
static bool untouched(const struct wizard *w, const struct setting *s)
{
	const char *value = setting_effective(s);

	if (setting_is_secret(s) && !*input_text(&w->input))
		return true;
	return str_eq(value ? value : "", input_text(&w->input)) && !s->problem.code;
}

void wizard_edit_check(struct wizard *w)
{
	const struct setting *s = wizard_focus(w);

	error_done(&w->wrong);
	if (*input_text(&w->input) || !(setting_is_secret(s) || s->required))
		setting_check(s, input_text(&w->input), &w->wrong);
}

static void end(struct wizard *w)
{
	input_done(&w->input);
	error_done(&w->wrong);
	w->editing = false;
	screen_dirty(w->view.screen);
}

bool wizard_edit_accept(struct wizard *w)
{
	struct setting *s = wizard_focus(w);
	autosecret char *value = xstrdup(input_text(&w->input));

	if (untouched(w, s)) {
		end(w);
		return true;
	}
	if (!w->wrong.code && !*value && s->required)
		setting_check(s, value, &w->wrong);
	if (w->wrong.code) {
		/* What is wrong stands beside the field and in its help. */
		screen_note(w->view.screen, ROLE_BAD, "%s", _("this cannot be the value"));
		return false;
	}
	end(w);
	wizard_answer(w, s->name, value);
	return true;
}

void wizard_edit_cancel(struct wizard *w)
{
	end(w);
}

/* "redis://:hun" is going to have a password, "redis://cache:6379" has a port. */
static bool begins_password(const struct setting *s, const char *text)
{
	const char *authority = s->type == SETTING_DSN ? strstr(text, "://") : NULL;
	const char *colon = authority ? strchr(authority + 3, ':') : NULL;

	return colon && colon[1] && (colon[1] < '0' || colon[1] > '9');
}

bool wizard_hides(const struct wizard *w, const struct setting *s)
{
	const char *text = input_text(&w->input);

	return !w->revealed &&
	       (setting_is_secret(s) || setting_hides(s, text) || begins_password(s, text));
}

char *wizard_mended(const struct wizard *w)
{
	const struct setting *s = wizard_focus(w);

	if (!s)
		return NULL;
	return setting_mended(s, w->editing ? input_text(&w->input) : setting_effective(s));
}

void wizard_mend(struct wizard *w)
{
	autosecret char *mended = wizard_mended(w);

	if (w->editing)
		end(w);
	wizard_answer(w, wizard_focus(w)->name, mended);
	screen_note(w->view.screen, ROLE_OK, "%s", _("percent-encoded; u takes it back"));
}
