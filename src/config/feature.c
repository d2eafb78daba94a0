/* SPDX-License-Identifier: MIT */
/* What there is to choose, as settings; feature_dotenv.c writes down what was chosen. */
#include "config/feature.h"

#include "base/i18n.h"
#include "base/str.h"
#include "config/feature_part.h"
#include "config/project_parts.h"

#include <string.h>

static bool comes_with(const struct stack *s, const char *file)
{
	return strv_has(&s->files, file) || strv_has(&s->copy, file);
}

static void look_for(struct project *p, const struct stack_feature *features, size_t n)
{
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < features[i].files.n; k++) {
			const char *file = features[i].files.items[k];
			autofree char *path = host_path(p->dir, file);

			if (p->fresh ? comes_with(p->stack, file) : host_exists(p->host, path))
				strv_add_once(&p->feature_files, file);
		}
}

void features_look(struct project *p)
{
	if (!p->stack)
		return;
	look_for(p, p->stack->features, p->stack->n_features);
	look_for(p, p->stack->environments, p->stack->n_environments);
	for (size_t i = 0; i < p->stack->n_features; i++)
		if (p->stack->features[i].needs_gpu)
			p->lacks_gpu = !host_has_nvidia(p->host);
}

/* What .env lists now. */
struct listed {
	struct strv files, profiles;
};

static void listed_done(struct listed *l)
{
	strv_done(&l->files);
	strv_done(&l->profiles);
}
DEFINE_AUTO(listed)

/* What a stack is to be comes before what it is to be told. */
static size_t first_page(struct settings *all)
{
	const char *title = _("Features");
	struct setting_page page;

	if (all->n_pages && str_eq(all->pages[0].title, title))
		return 0;
	settings_page(all, title);
	page = all->pages[all->n_pages - 1];
	memmove(all->pages + 1, all->pages, (all->n_pages - 1) * sizeof(page));
	all->pages[0] = page;
	for (size_t i = 0; i < all->n; i++)
		all->items[i].page++;
	return 0;
}

struct setting *feature_choice(
	struct project *p, const char *name, const char *title, const char *help)
{
	size_t page = first_page(&p->settings);
	struct setting *s = settings_add(&p->settings, name);

	s->choice = true;
	s->title = xstrdup(title);
	s->help = xstrdup(help);
	s->page = page;
	s->source = p->dotenv_text ? COMPOSE_DOTENV : COMPOSE_DEFAULT;
	return s;
}

/* What is chosen by this gives variables their values when .env is written; rules look ahead. */
static void add_gifts(struct setting *s, const struct feature_part *part, const char *choice)
{
	s->gifts = xreallocarray(s->gifts, s->n_gifts + part->n_sets + 1, sizeof(*s->gifts));
	for (size_t i = 0; i < part->n_sets; i++)
		s->gifts[s->n_gifts++] =
			(struct setting_gift){.choice = choice ? xstrdup(choice) : NULL,
				.name = xstrdup(part->sets[i]->name),
				.value = xstrdup(part->sets[i]->value)};
}

/* What a variable begins with in a clone, before anybody set it up: the example's line, or the
 * default of the compose files. */
static const char *begins_as(const struct project *p, const struct setting *s)
{
	const struct compose_variable *v = compose_find_variable(p->compose, s->name);

	if (!str_empty(s->example))
		return s->example;
	return v ? v->default_value : NULL;
}

/* Its variables begin with what it says. */
static void begin_with(struct project *p, const struct stack_feature *environment)
{
	for (size_t i = 0; i < environment->n_sets; i++) {
		struct setting *s = settings_find(&p->settings, environment->sets[i].name);
		const struct compose_variable *v =
			s ? compose_find_variable(p->compose, s->name) : NULL;
		bool held;

		if (!s || s->unread)
			continue;
		held = s->implied && str_eq(s->default_value, environment->sets[i].value);
		secret_free(s->default_value);
		s->default_value = xstrdup(environment->sets[i].value);
		s->declared = true;
		/* What held without being written down still does. */
		s->implied = held || (v && str_eq(v->default_value, s->default_value));
	}
}

static bool is_clone(const struct project *p)
{
	return !p->fresh && p->stack->recognise.n;
}

/* Whether the files of a clone have the feature on already, by its variables: that is not taken
 * away. */
static bool is_shipped(const struct project *p, const struct feature_part *part)
{
	if (!is_clone(p) || part->files.n || part->profiles.n || part->feature->needs_gpu)
		return false;
	for (size_t i = 0; i < part->n_sets; i++)
		if (!str_eq(begins_as(p, settings_find(&p->settings, part->sets[i]->name)),
			    part->sets[i]->value))
			return false;
	return part->n_sets > 0;
}

static void add_feature(
	struct project *p, const struct feature_part *part, const struct listed *now)
{
	const struct stack_feature *feature = part->feature;
	bool lacks = feature->needs_gpu && p->lacks_gpu;
	bool shipped = is_shipped(p, part);
	bool on = p->dotenv_text ? feature_part_is_on(part, p, &now->files, &now->profiles)
				 : shipped || (feature->initial && !lacks);
	autofree char *help = lacks ? xasprintf("%s%s%s", feature->help ? feature->help : "",
					      feature->help ? "\n\n" : "",
					      _("This host has no NVIDIA GPU, or its driver is not "
						"loaded: what needs one does not start."))
				    : xstrdup(feature->help);
	struct setting *s = feature_choice(p, feature->name, feature->title, help);

	if (shipped)
		begin_with(p, feature);
	s->type = SETTING_BOOL;
	add_gifts(s, part, NULL);
	s->default_value = xstrdup(on ? "true" : "false");
	if (!p->dotenv_text)
		return;
	s->current = xstrdup(s->default_value);
	s->dotenv = xstrdup(s->default_value);
}

/* The environment that the files of a clone speak of: a definition's first one may need what they
 * do not have. NULL: none. */
static const struct stack_feature *shipped_environment(const struct project *p)
{
	const struct stack_feature *best = NULL;
	size_t most = 0;

	for (size_t i = 0; i < p->stack->n_environments; i++) {
		const struct stack_feature *e = &p->stack->environments[i];
		size_t n = 0;

		for (size_t k = 0; k < e->n_sets; k++) {
			const struct setting *s = settings_find(&p->settings, e->sets[k].name);

			/* What nobody reads tells nothing. */
			n += s && s->used_by.n && str_eq(begins_as(p, s), e->sets[k].value);
		}
		if (n > most) {
			most = n;
			best = e;
		}
	}
	return best;
}

/* One of several. Where .env fits none of them, none is chosen until somebody does. */
static void add_environment(struct project *p, const struct listed *now)
{
	const struct stack *stack = p->stack;
	bool clone = is_clone(p);
	const struct stack_feature *first =
		clone ? shipped_environment(p) : &stack->environments[0];
	const char *chosen = p->dotenv_text || !first ? NULL : first->name;
	struct setting *s = NULL;

	for (size_t i = 0; i < stack->n_environments; i++) {
		AUTO(feature_part) struct feature_part part = {0};

		feature_part_init(&part, p, &stack->environments[i]);
		if (!feature_part_matters(&part))
			continue;
		if (!s)
			s = feature_choice(p, FEATURE_ENVIRONMENT, _("Environment"),
				_("What this installation is for. It chooses files and variables "
				  "that belong together."));
		strv_push(&s->choices, stack->environments[i].name);
		add_gifts(s, &part, stack->environments[i].name);
		/* The one that says most: another may list a subset of its files. */
		if (p->dotenv_text && part.n_sets &&
			feature_part_is_on(&part, p, &now->files, &now->profiles))
			chosen = stack->environments[i].name;
	}
	if (!s)
		return;
	/* What was chosen since counts, where .env tells. */
	if (chosen)
		first = stack_find_feature(stack->environments, stack->n_environments, chosen);
	if (clone && first)
		begin_with(p, first);
	s = settings_find(&p->settings, FEATURE_ENVIRONMENT);
	s->type = SETTING_ENUM;
	s->default_value = xstrdup(chosen);
	if (!p->dotenv_text)
		return;
	s->current = xstrdup(chosen);
	s->dotenv = xstrdup(chosen);
}

/* A rule that wants a feature is for projects that can have it. */
static void drop_rules(struct setting *s, const char *feature)
{
	size_t n = 0;

	for (size_t i = 0; i < s->n_rules; i++) {
		struct setting_rule *r = &s->rules[i];

		if ((r->kind == RULE_REQUIRES || r->kind == RULE_CONFLICTS) &&
			strv_has(&r->args, feature))
			setting_rule_done(r);
		else
			s->rules[n++] = *r;
	}
	s->n_rules = n;
}

void features_join(struct project *p)
{
	AUTO(listed) struct listed now = {STRV_INIT, STRV_INIT};

	feature_listed(p, &now.files, &now.profiles);
	if (p->stack && p->stack->n_environments)
		add_environment(p, &now);
	for (size_t i = 0; p->stack && i < p->stack->n_features; i++) {
		AUTO(feature_part) struct feature_part part = {0};

		feature_part_init(&part, p, &p->stack->features[i]);
		if (settings_find(&p->settings, part.feature->name))
			continue;
		if (feature_part_matters(&part))
			add_feature(p, &part, &now);
		for (size_t k = 0; k < p->settings.n && !feature_part_matters(&part); k++)
			drop_rules(&p->settings.items[k], part.feature->name);
	}
	feature_profiles_join(p);
}
