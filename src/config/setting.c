/* SPDX-License-Identifier: MIT */
#include "config/setting.h"

#include "base/i18n.h"
#include "base/nearest.h"
#include "base/str.h"
#include "base/text.h"
#include "config/override_feature.h"
#include "config/setting_guess.h"
#include "config/setting_index.h"
#include "config/setting_pattern.h"

#include <string.h>

void setting_init(struct setting *s, const char *name)
{
	*s = (struct setting){
		.name = xstrdup(name),
		.type = SETTING_TEXT,
		.choices = STRV_INIT,
		.reject = STRV_INIT,
		.used_by = STRV_INIT,
		.pass_to = STRV_INIT,
		.min = 1,
		.max = 0,
		.rule = secret_rule_default(),
		.source = COMPOSE_UNSET,
	};
}

void setting_done(struct setting *s)
{
	char *plain[] = {s->name, s->title, s->help, s->required_why, s->lives_in, s->when, s->note,
		s->refused, s->refused_at, s->published, s->otherwise, s->test, s->test_extension,
		s->file, s->required_when, s->dimensions_of};
	char *guarded[] = {s->example, s->default_value, s->current, s->dotenv, s->value};

	for (size_t i = 0; i < ARRAY_SIZE(plain); i++)
		free(plain[i]);
	for (size_t i = 0; i < ARRAY_SIZE(guarded); i++)
		secret_free(guarded[i]);
	strv_done(&s->choices);
	strv_done(&s->reject);
	strv_done(&s->used_by);
	strv_done(&s->pass_to);
	secret_source_done(&s->made_from);
	secret_rotate_done(&s->rotate);
	for (size_t i = 0; i < s->n_rules; i++)
		setting_rule_done(&s->rules[i]);
	free(s->rules);
	for (size_t i = 0; i < s->n_gifts; i++) {
		free(s->gifts[i].choice);
		free(s->gifts[i].name);
		free(s->gifts[i].value);
	}
	free(s->gifts);
	error_done(&s->problem);
	memset(s, 0, sizeof(*s));
}

void settings_done(struct settings *s)
{
	for (size_t i = 0; i < s->n; i++)
		setting_done(&s->items[i]);
	for (size_t i = 0; i < s->n_patterns; i++)
		setting_done(&s->patterns[i]);
	free(s->patterns);
	for (size_t i = 0; i < s->n_pages; i++) {
		free(s->pages[i].title);
		free(s->pages[i].about);
	}
	free(s->items);
	free(s->pages);
	settings_unindex(s);
	*s = (struct settings){0};
}

int settings_unknown(const struct settings *s, const char *name, struct error *err)
{
	const struct setting *pattern = settings_pattern(s, name);
	struct nearest nearest = NEAREST_TO(name);
	autofree char *shown = text_safe_dup(name);

	for (size_t i = 0; i < s->n; i++)
		nearest_try(&nearest, s->items[i].name);
	error_set(err, ERR_INPUT, _("there is no setting %s"), shown);
	if (pattern)
		return error_hint(err,
			_("It would be one of %s: give it a line of .env, by \"slipway config edit\"."),
			pattern->name);
	if (nearest.name)
		return error_hint(err, _("Did you mean \"%s\"?"), nearest.name);
	return error_hint(err, _("\"slipway config list\" names them all."));
}

struct setting *settings_push(struct settings *s, struct setting *from)
{
	settings_unindex(s);
	VEC_GROW(s->items, s->n, s->cap);
	s->items[s->n] = *from;
	memset(from, 0, sizeof(*from));
	return &s->items[s->n++];
}

struct setting *settings_add(struct settings *s, const char *name)
{
	struct setting added;

	setting_init(&added, name);
	return settings_push(s, &added);
}

size_t settings_page(struct settings *s, const char *title)
{
	for (size_t i = 0; i < s->n_pages; i++)
		if (strcmp(s->pages[i].title, title) == 0)
			return i;
	s->pages = xreallocarray(s->pages, s->n_pages + 1, sizeof(*s->pages));
	s->pages[s->n_pages] = (struct setting_page){xstrdup(title), NULL};
	return s->n_pages++;
}

void settings_sort(struct settings *s)
{
	struct setting *sorted = xcalloc(s->n ? s->n : 1, sizeof(*sorted));
	size_t n = 0;

	for (size_t page = 0; page < s->n_pages; page++)
		for (size_t i = 0; i < s->n; i++)
			if (s->items[i].page == page)
				sorted[n++] = s->items[i];
	free(s->items);
	s->items = sorted;
	s->cap = s->n ? s->n : 1;
	s->n = n;
	setting_index_make(s);
}

/* Values that stand for "nothing was chosen yet". */
static bool counts_as_unset(const struct setting *s, const char *value)
{
	return !value || (s->required && !*value) || strv_has(&s->reject, value);
}

const char *setting_effective(const struct setting *s)
{
	bool unset = s->placeholder || counts_as_unset(s, s->current);

	if (s->answer == ANSWER_VALUE || s->answer == ANSWER_GENERATE)
		return s->value;
	if (s->answer == ANSWER_KEEP)
		return s->current;
	if (!unset && s->source != COMPOSE_DEFAULT)
		return s->current;
	/* The compose file's own default gives way to what the definition or the example says. */
	if (s->default_value)
		return s->default_value;
	return unset ? NULL : s->current;
}

static bool is_chosen(const struct setting *choice, const char *name)
{
	const char *chosen = setting_effective(choice);
	bool on;

	if (name)
		return str_eq(chosen, name);
	return chosen && setting_bool(chosen, &on) == 0 && on;
}

/* What a choice that is about to be made gives it; NULL: nothing. */
static const char *given_by(const struct setting *choice, const char *name)
{
	for (size_t i = 0; i < choice->n_gifts; i++)
		if (str_eq(choice->gifts[i].name, name) &&
			is_chosen(choice, choice->gifts[i].choice) && setting_changes(choice))
			return choice->gifts[i].value;
	return NULL;
}

const char *settings_value(const struct settings *all, const struct setting *s)
{
	const struct setting *giver;
	const char *given = NULL;

	if (s->answer != ANSWER_NONE || s->choice)
		return setting_effective(s);
	for (size_t i = 0; (giver = setting_index_giver(all, i)); i++) {
		const char *this = given_by(giver, s->name);

		given = this ? this : given;
	}
	return given ? given : setting_effective(s);
}

bool setting_is_given(const struct setting *s)
{
	return !str_empty(s->current) && s->source != COMPOSE_DEFAULT && s->source != COMPOSE_UNSET;
}

const char *setting_left(const struct setting *s)
{
	if (!s->placeholder || s->required || s->published || setting_effective(s))
		return NULL;
	return setting_is_given(s) ? s->current : s->in_example ? s->example : NULL;
}

bool setting_changes(const struct setting *s)
{
	const char *value = setting_effective(s);
	bool answered = s->answer == ANSWER_VALUE || s->answer == ANSWER_GENERATE;

	if (s->service || s->file)
		return answered && !str_eq(s->value, s->current ? s->current : "");
	if (!value)
		return false;
	if (s->dotenv)
		return strcmp(value, s->dotenv) != 0 &&
		       (answered || s->source == COMPOSE_DOTENV || s->source == COMPOSE_UNSET);
	if (s->implied && s->default_value && strcmp(value, s->default_value) == 0)
		return false;
	if (answered)
		return true;
	/* What the shell or the compose file gives needs no line of its own. */
	return value != s->current;
}

bool setting_unanswered(const struct setting *s)
{
	return s->problem.code != 0 || (s->required && str_empty(setting_effective(s)));
}

/* Whether NAME has this value; without one, whether it is not a no. */
static bool holds(const struct settings *all, const char *name, const char *value)
{
	const struct setting *s = settings_find(all, name);
	const char *is = s ? settings_value(all, s) : NULL;
	bool truth, wanted;

	if (!value)
		return !str_empty(is) && (setting_bool(is, &truth) || truth);
	if (str_eq(is, value))
		return true;
	return s && s->type == SETTING_BOOL && setting_bool(is, &truth) == 0 &&
	       setting_bool(value, &wanted) == 0 && truth == wanted;
}

bool settings_hold(const struct settings *all, const char *condition)
{
	const char *equals = strchr(condition, '=');
	autofree char *name = NULL;
	bool negated;

	if (!equals)
		return holds(all, condition, NULL);
	negated = equals > condition && equals[-1] == '!';
	name = xstrndup(condition, (size_t)(equals - condition) - negated);
	return holds(all, name, equals + 1) != negated;
}

bool setting_asked(const struct settings *all, const struct setting *s)
{
	return !s->when || settings_hold(all, s->when);
}

int setting_refused(const struct setting *s, struct error *err)
{
	error_set(err, ERR_INPUT, "%s: %s", s->name, s->refused);
	return error_hint(err, _("It is used at %s."), s->refused_at);
}

int setting_check(const struct setting *s, const char *value, struct error *err)
{
	if (!*value) {
		if (!s->required)
			return 0;
		error_set(err, ERR_INPUT, _("%s must not be empty"), s->name);
		if (s->required_why)
			error_detail(err, "%s", s->required_why);
		return ERR_INPUT;
	}
	if (s->service)
		return override_check(s->feature, s->service, value, err)
			       ? error_prefix(err, "%s", s->name)
			       : 0;
	if (strv_has(&s->reject, value) ||
		(setting_is_example_host(s, value) && str_eq(value, s->example)))
		return error_set(err, ERR_INPUT,
			_("%s: expected a value of your own, not the one the template ships"),
			s->name);
	if (s->refused && str_eq(value, s->current))
		return setting_refused(s, err);
	if (setting_type_info(s->type)->check(s, value, err) ||
		setting_rules_broken(NULL, s, value, err))
		return ERR_INPUT;
	return 0;
}

char *setting_mended(const struct setting *s, const char *value)
{
	char *(*mend)(const struct setting *, const char *) = setting_type_info(s->type)->mend;
	char *mended = NULL;

	if (!mend || s->service || str_empty(value) || setting_check(s, value, NULL) == 0)
		return NULL;
	mended = mend(s, value);
	if (!mended || setting_check(s, mended, NULL) == 0)
		return mended;
	secret_free(mended);
	return NULL;
}

static void forget_answer(struct setting *s)
{
	secret_free(s->value);
	free(s->note);
	s->value = s->note = NULL;
	s->answer = ANSWER_NONE;
	s->broken = NULL;
	error_done(&s->problem);
}

int setting_answer(struct setting *s, const char *value, struct error *err)
{
	/* The caller may pass our own value back. */
	char *copy = xstrdup(value);

	forget_answer(s);
	if (!copy) {
		/* What is there is as right or wrong as before. */
		(void)setting_check_current(s);
		return 0;
	}
	/* What a paste leaves behind. */
	for (size_t n = strlen(copy); n && strchr("\r\n", copy[n - 1]); n--)
		copy[n - 1] = '\0';
	if (setting_type_info(s->type)->normalise) {
		s->value = setting_type_info(s->type)->normalise(s, copy);
		secret_free(copy);
	} else {
		s->value = copy;
	}
	s->answer = ANSWER_VALUE;
	if (setting_check(s, s->value, &s->problem) == 0)
		return 0;
	return error_copy(err, &s->problem);
}
