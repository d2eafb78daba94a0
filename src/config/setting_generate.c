/* SPDX-License-Identifier: MIT */
/* Secrets that are made, by themselves or from other settings. */
#include "config/setting.h"

#include "base/i18n.h"
#include "base/str.h"

#include <string.h>

bool setting_can_generate(const struct setting *s)
{
	const struct secret_format_info *info = secret_format_info(s->rule.format);

	return (s->type == SETTING_SECRET || (setting_is_credential(s) && info->derived)) &&
	       secret_rule_makes(&s->rule);
}

/* The value that a setting will have. */
static const char *value_of(void *arg, const char *name)
{
	const struct setting *s = settings_find(arg, name);

	return s ? setting_effective(s) : NULL;
}

static char *generated_note(const struct setting *s)
{
	AUTO(strv) struct strv needs = STRV_INIT;
	autofree char *list = NULL;

	if (s->rule.format == SECRET_COPY)
		return xasprintf(_("the same as %s"), s->made_from.from);
	if (s->rule.format != SECRET_DSN)
		return secret_rule_text(&s->rule);
	secret_source_needs(&s->made_from, &needs);
	list = strv_join(&needs, ", ");
	return xasprintf(_("made from %s"), list);
}

int setting_made(struct setting *s, const char *value, struct error *err)
{
	int code = setting_answer(s, value, err);

	if (code)
		return code;
	s->answer = ANSWER_GENERATE;
	s->note = generated_note(s);
	return 0;
}

int settings_generate(const struct settings *all, struct setting *s, struct error *err)
{
	autosecret char *value = NULL;
	int code;

	if (!setting_is_credential(s))
		return error_set(
			err, ERR_INPUT, _("%s is no secret and cannot be generated"), s->name);
	if (!setting_can_generate(s)) {
		error_set(err, ERR_INPUT, _("%s cannot be generated: it comes from somewhere else"),
			s->name);
		return error_hint(err, _("Enter the value that its provider gave you."));
	}
	if (all && all->maker && secret_format_info(s->rule.format)->slow)
		return all->maker->start(all->maker->arg, s, err);
	code = secret_make(
		&s->rule, &s->made_from, all ? value_of : NULL, (void *)all, &value, err);
	if (code)
		return error_prefix(err, "%s", s->name);
	return setting_made(s, value, err);
}

int setting_generate(struct setting *s, struct error *err)
{
	return settings_generate(NULL, s, err);
}

static bool is_answered(const struct setting *s)
{
	return s->answer == ANSWER_VALUE || s->answer == ANSWER_GENERATE;
}

bool settings_wants(const struct settings *all, const struct setting *s)
{
	AUTO(strv) struct strv needs = STRV_INIT;
	bool missing = s->required && str_empty(setting_effective(s)), renewed = false;

	if (s->making || s->answer != ANSWER_NONE || !setting_can_generate(s) ||
		!setting_asked(all, s))
		return false;
	if (!secret_format_info(s->rule.format)->derived)
		return missing;
	secret_source_needs(&s->made_from, &needs);
	for (size_t i = 0; i < needs.n; i++) {
		const struct setting *need = settings_find(all, needs.items[i]);

		/* What is no setting has a default in the template, or making it fails with words.
		 */
		if (need && (need->making || str_empty(setting_effective(need))))
			return false;
		renewed = renewed || (need && is_answered(need));
	}
	return missing || renewed;
}

/* What was made because another was answered, and that answer was taken back. */
static bool is_needless(
	const struct settings *all, const struct setting *s, const struct strv *needs)
{
	for (size_t i = 0; i < needs->n; i++) {
		const struct setting *need = settings_find(all, needs->items[i]);

		if (need && is_answered(need))
			return false;
	}
	return !s->required;
}

static int follow_one(const struct settings *all, struct setting *s, const char *name,
	struct error *err)
{
	AUTO(strv) struct strv needs = STRV_INIT;

	secret_source_needs(&s->made_from, &needs);
	if (!strv_has(&needs, name))
		return 0;
	if (s->making && is_needless(all, s, &needs)) {
		all->maker->stop(all->maker->arg, s);
		return 0;
	}
	if (s->answer == ANSWER_GENERATE && is_needless(all, s, &needs))
		return setting_answer(s, NULL, err);
	return s->making || s->answer == ANSWER_GENERATE || settings_wants(all, s)
		       ? settings_generate(all, s, err)
		       : 0;
}

int settings_follow(const struct settings *all, const char *name, struct error *err)
{
	for (size_t i = 0; i < all->n; i++) {
		struct setting *s = &all->items[i];
		int code = secret_format_info(s->rule.format)->derived
				   ? follow_one(all, s, name, err)
				   : 0;

		if (code)
			return code;
	}
	return 0;
}

int settings_generate_missing(struct settings *all, struct error *err)
{
	bool made = true;

	/* What is made from others may have to wait for them. */
	while (made) {
		made = false;
		for (size_t i = 0; i < all->n; i++) {
			struct setting *s = &all->items[i];
			int code = settings_wants(all, s) ? settings_generate(all, s, err) : 0;

			if (code)
				return code;
		}
		for (size_t i = 0; i < all->n && !made; i++)
			made = settings_wants(all, &all->items[i]);
	}
	settings_judge(all);
	return 0;
}
