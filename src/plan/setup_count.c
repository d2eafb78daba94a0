/* SPDX-License-Identifier: MIT */
/* The numbers that every front end shows. */
#include "plan/setup_state.h"

size_t setup_unanswered(const struct setup *s, struct strv *names)
{
	const struct settings *all = &s->workspace->project->settings;
	size_t n = 0;

	for (size_t i = 0; i < all->n; i++) {
		if (!setting_asked(all, &all->items[i]) || !setting_unanswered(&all->items[i]))
			continue;
		n++;
		if (names)
			strv_push(names, all->items[i].name);
	}
	return n;
}

size_t setup_page_unanswered(const struct setup *s, size_t page)
{
	const struct settings *all = &s->workspace->project->settings;
	size_t n = 0;

	for (size_t i = 0; i < all->n; i++)
		n += all->items[i].page == page && setting_asked(all, &all->items[i]) &&
		     setting_unanswered(&all->items[i]);
	return n;
}

bool setup_page_clashes(const struct setup *s, size_t page)
{
	const struct settings *all = &s->workspace->project->settings;

	for (size_t i = 0; i < all->n; i++)
		if (all->items[i].page == page && setting_asked(all, &all->items[i]) &&
			setup_port_taken(s, &all->items[i]))
			return true;
	return false;
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
		c.made += setting_unanswered(setting) && is_made(s, setting);
		c.changed += setting_changes(setting);
	}
	return c;
}
