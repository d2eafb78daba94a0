/* SPDX-License-Identifier: MIT */
#include "config/override_settings.h"

#include "base/i18n.h"
#include "base/str.h"

#include <string.h>

static void add_one(struct settings *all, size_t page, const struct compose_service *base,
	enum override_id id, const char *value)
{
	const struct override_feature *f = &override_features[id];
	autofree char *name = override_name(base->name, id);
	struct setting *s = settings_add(all, name);

	s->page = page;
	s->type = f->type;
	s->title = xstrdup(_(f->title));
	s->help = xstrdup(_(f->help));
	s->example = xstrdup(f->example);
	s->advanced = true;
	s->service = base;
	s->feature = id;
	s->otherwise = f->otherwise ? f->otherwise(base) : NULL;
	s->current = xstrdup(value);
	for (size_t i = 0; i < OVERRIDE_CHOICES && f->choices[i]; i++)
		strv_push(&s->choices, f->choices[i]);
	strv_push(&s->used_by, base->name);
	if (id == OVERRIDE_CAPABILITIES) {
		autofree char *hardened = override_name(base->name, OVERRIDE_HARDENING);

		s->when = xasprintf("%s=true", hardened);
	}
}

void override_settings_add(
	struct settings *all, const struct compose *base, const struct override *present)
{
	size_t page;

	if (!base->n_services)
		return;
	page = settings_page(all, _("Adjust"));
	if (!all->pages[page].about)
		all->pages[page].about = xstrdup(
			_("What a service gets beyond the compose files; these stay as they are."));
	for (size_t i = 0; i < base->n_services; i++)
		for (size_t k = 0; k < OVERRIDE_FEATURES; k++)
			add_one(all, page, &base->services[i], k,
				override_get(present, base->services[i].name, k));
	settings_sort(all);
}

void override_settings_remove(struct settings *all)
{
	size_t n = 0;
	bool any = false;

	for (size_t i = 0; i < all->n; i++) {
		if (all->items[i].service) {
			setting_done(&all->items[i]);
			any = true;
		} else {
			all->items[n++] = all->items[i];
		}
	}
	all->n = n;
	settings_unindex(all);
	if (!any || !all->n_pages || (n && all->items[n - 1].page + 1 == all->n_pages))
		return;
	all->n_pages--;
	free(all->pages[all->n_pages].title);
	free(all->pages[all->n_pages].about);
}

void override_settings_take(const struct settings *all, struct override *o)
{
	for (size_t i = 0; i < all->n; i++) {
		const struct setting *s = &all->items[i];

		if (s->service && s->answer == ANSWER_VALUE)
			override_set(o, s->service->name, s->feature, s->value);
	}
}
