/* SPDX-License-Identifier: MIT */
#include "config/project_parts.h"

#include "base/str.h"
#include "config/compose_env_files.h"
#include "config/override_pass.h"
#include "config/secret_file.h"
#include "config/setting_guess.h"
#include "config/setting_pattern.h"

#include <string.h>

/* Members that the definition leaves open are filled from what was inferred. */
static void fill_text(char **into, char **from)
{
	if (*into)
		return;
	*into = take(*from);
}

/* What is, whatever the definition says. */
static void take_facts(struct setting *s, struct setting *found)
{
	s->current = take(found->current);
	s->dotenv = take(found->dotenv);
	s->source = found->source;
	s->line = found->line;
	s->column = found->column;
	s->in_example = found->in_example;
	s->refused = take(found->refused);
	s->refused_at = take(found->refused_at);
	for (size_t i = 0; i < found->used_by.n; i++)
		strv_add_once(&s->used_by, found->used_by.items[i]);
	strv_sort(&s->used_by);
}

static void take_inferred(struct setting *s, struct setting *found)
{
	bool declared = s->declared;
	/* The program's own default counts where no file of the stack gives it another one. */
	bool own = s->implied && str_empty(found->default_value);

	take_facts(s, found);
	fill_text(&s->help, &found->help);
	fill_text(&s->example, &found->example);
	fill_text(&s->required_why, &found->required_why);
	fill_text(&s->when, &found->when);
	fill_text(&s->default_value, &found->default_value);
	/* A definition may be wrong about much, but it never unmasks a secret. */
	if (s->type == SETTING_TEXT && !s->shown && setting_is_secret(found)) {
		s->type = found->type;
		s->rule = found->rule;
		s->made_from = found->made_from;
		found->made_from = (struct secret_source){0};
	}
	if (found->published && !declared && setting_can_generate(s))
		s->published = take(found->published);
	s->required = s->required || found->required;
	/* What Compose does not start without is required whatever else holds. */
	if (found->required)
		free(take(s->required_when));
	/* The declared default needs a line unless the compose files have the same one. */
	s->implied = own || (declared ? str_eq(s->default_value, found->default_value) && found->implied
				      : found->implied);
}

static void judge(struct setting *s)
{
	bool in_force = s->current && s->source != COMPOSE_DEFAULT;
	const char *value = in_force ? s->current : s->example;

	s->placeholder = value && (strv_has(&s->reject, value) ||
					  (in_force ? setting_is_untouched(s, value)
						    : setting_is_placeholder(s, value)));
	if (s->default_value && (strv_has(&s->reject, s->default_value) ||
					setting_is_placeholder(s, s->default_value))) {
		secret_free(s->default_value);
		s->default_value = NULL;
	}
	s->placeholder = s->placeholder || s->published;
}

/* A project that came from elsewhere may lack what the definition's own compose files have. */
static bool has_own_files(const struct project *p)
{
	return !p->fresh && p->stack->recognise.n;
}

/* Whether a service gets the whole of .env: as its environment, or as a file. */
static bool takes_dotenv(const struct project *p)
{
	AUTO(compose_env_files) struct compose_env_files files = {NULL, 0, 0};
	autofree char *dotenv = host_path(p->dir, ".env");

	compose_env_files_find(&files, p->compose);
	for (size_t i = 0; i < files.n; i++)
		if (str_eq(files.items[i].path, dotenv))
			return true;
	for (size_t i = 0; i < p->compose->n_services; i++)
		for (size_t k = 0; k < p->compose->services[i].n_mounts; k++)
			if (str_eq(p->compose->services[i].mounts[k].source, dotenv))
				return true;
	return false;
}

/* Whether anything of the project reads the setting, or will be handed it. */
static bool is_read(const struct project *p, const struct setting *s, const struct setting *found)
{
	if (found &&
		(found->used_by.n || found->when || compose_find_variable(p->compose, s->name)))
		return true;
	for (size_t i = 0; i < s->pass_to.n; i++)
		if (override_pass_lacks(p->compose, s->pass_to.items[i], s->name))
			return true;
	return found && takes_dotenv(p);
}

/* What .env and its example say and nobody reads stays there as it is; it is nothing to make or to
 * answer. */
static void leave_alone(struct setting *found)
{
	found->unread = true;
	found->required = found->placeholder = false;
	free(take(found->published));
	found->published = NULL;
	found->advanced = true;
}

/* Who gets it is what the compose files say, and who will be handed it. */
static void keep_users(const struct project *p, struct setting *s)
{
	strv_done(&s->used_by);
	for (size_t i = 0; i < s->pass_to.n; i++)
		if (override_pass_lacks(p->compose, s->pass_to.items[i], s->name))
			strv_add_once(&s->used_by, s->pass_to.items[i]);
	strv_sort(&s->used_by);
}

/* Moves one declared setting, pages and all, out of the definition. */
static void add_declared(struct project *p, struct setting *declared, struct settings *inferred)
{
	struct setting *found = settings_find(inferred, declared->name);
	struct setting *s;

	if (str_starts(declared->name, SECRET_FILE_PREFIX)) {
		settings_push(&p->declared_files, declared);
		return;
	}
	if (has_own_files(p) && !is_read(p, declared, found)) {
		if (found)
			leave_alone(found);
		setting_done(declared);
		return;
	}
	if (has_own_files(p))
		keep_users(p, declared);
	s = settings_push(&p->settings, declared);
	s->declared = s->default_value != NULL;
	if (found) {
		take_inferred(s, found);
		setting_done(found);
	}
	judge(s);
}

/* What the files have of a name that the definition knows as a pattern. */
static void add_patterns(struct project *p, struct settings *inferred)
{
	for (size_t i = 0; i < inferred->n && p->settings.n_patterns; i++) {
		const char *name = inferred->items[i].name;
		const struct setting *pattern = name ? settings_pattern(&p->settings, name) : NULL;
		struct setting s;

		if (!pattern)
			continue;
		setting_from_pattern(pattern, name, &s);
		add_declared(p, &s, inferred);
	}
}

static void add_rest(struct project *p, struct settings *inferred, bool declared)
{
	for (size_t i = 0; i < inferred->n; i++) {
		struct setting *found = &inferred->items[i];
		const struct setting_page *from = &inferred->pages[found->page];
		struct setting_page *page;

		if (!found->name) /* it was declared */
			continue;
		found->page = settings_page(&p->settings, from->title);
		page = &p->settings.pages[found->page];
		if (!page->about)
			page->about = xstrdup(from->about);
		found->advanced = found->advanced || (declared && !found->required);
		settings_push(&p->settings, found);
	}
}

void project_join(struct project *p, struct settings *inferred)
{
	struct settings *declared = p->stack ? &p->stack->settings : NULL;

	if (declared) {
		p->settings.pages = take(declared->pages);
		p->settings.n_pages = declared->n_pages;
		if (has_own_files(p))
			project_pass_outside(p, declared);
		for (size_t i = 0; i < declared->n; i++)
			add_declared(p, &declared->items[i], inferred);
		free(take(declared->items));
		p->settings.patterns = take(declared->patterns);
		p->settings.n_patterns = declared->n_patterns;
		declared->n = declared->cap = declared->n_pages = declared->n_patterns = 0;
		add_patterns(p, inferred);
	}
	add_rest(p, inferred, declared && p->settings.n);
	settings_sort(&p->settings);
	for (size_t i = 0; i < p->settings.n; i++)
		setting_check_current(&p->settings.items[i]);
	settings_judge(&p->settings);
}
