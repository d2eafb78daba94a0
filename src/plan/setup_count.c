/* SPDX-License-Identifier: MIT */
/* The numbers that every front end shows. */
#include "plan/setup_state.h"

static size_t list(const struct setup *s, struct strv *names,
	bool (*is)(const struct setup *s, const struct setting *setting))
{
	const struct settings *all = &s->workspace->project->settings;
	size_t n = 0;

	for (size_t i = 0; i < all->n; i++) {
		if (!setting_asked(all, &all->items[i]) || !is(s, &all->items[i]))
			continue;
		n++;
		if (names)
			strv_push(names, all->items[i].name);
	}
	return n;
}

static bool is_unanswered(const struct setup *s, const struct setting *setting)
{
	(void)s;
	return setting_unanswered(setting);
}

size_t setup_unanswered(const struct setup *s, struct strv *names)
{
	return list(s, names, is_unanswered);
}

bool setup_open(const struct setup *s, const struct setting *setting)
{
	return setting_unanswered(setting) || setup_port_taken(s, setting);
}

size_t setup_open_settings(const struct setup *s, struct strv *names)
{
	return list(s, names, setup_open);
}

size_t setup_page_open(const struct setup *s, size_t page)
{
	const struct settings *all = &s->workspace->project->settings;
	size_t n = 0;

	for (size_t i = 0; i < all->n; i++)
		n += all->items[i].page == page && setting_asked(all, &all->items[i]) &&
		     setup_open(s, &all->items[i]);
	return n;
}

/* What setup makes by itself stands in nobody's way. */
static bool is_made(const struct setup *s, const struct setting *setting)
{
	return setting_can_generate(setting) && !setting->making && !setting->problem.code &&
	       !secret_homes_kept(&s->homes, setting->name);
}

struct setup_count setup_count(const struct setup *s)
{
	const struct settings *all = &s->workspace->project->settings;
	struct setup_count c = {0};

	for (size_t i = 0; i < all->n; i++) {
		const struct setting *setting = &all->items[i];

		if (!setting_asked(all, setting))
			continue;
		/* Adjustments are no settings of the stack; there may be hundreds. */
		c.settings += !setting->service;
		c.unanswered += setting_unanswered(setting);
		c.taken += !setting_unanswered(setting) && setup_port_taken(s, setting);
		c.made += setting_unanswered(setting) && is_made(s, setting);
		c.changed += setting_changes(setting);
	}
	return c;
}
