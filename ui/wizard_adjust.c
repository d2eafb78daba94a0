/* SPDX-License-Identifier: MIT */
/* The page of adjustments: the features of one service at a time. */
#include "ui/wizard.h"

#include "base/i18n.h"
#include "ui/overlay.h"

/* The services that can be adjusted, in their order. */
static size_t services(const struct wizard *w, struct strv *names)
{
	const struct compose_service *last = NULL;
	size_t n = 0;

	for (size_t i = 0; i < w->settings->n; i++) {
		const struct compose_service *service = w->settings->items[i].service;

		if (!service || service == last)
			continue;
		last = service;
		strv_push(names, service->name);
		n++;
	}
	return n;
}

static const struct setting *first_of(const struct wizard *w, const char *service)
{
	for (size_t i = 0; i < w->settings->n; i++) {
		const struct setting *s = &w->settings->items[i];

		if (s->service && (!service || str_eq(s->service->name, service)))
			return s;
	}
	return NULL;
}

bool wizard_can_adjust(const struct wizard *w)
{
	return first_of(w, NULL) != NULL;
}

bool wizard_adjusts(const struct wizard *w)
{
	const struct setting *s = first_of(w, NULL);

	return s && s->page == w->page;
}

static void show_service(struct wizard *w, const char *name)
{
	const struct setting *s = first_of(w, name);

	if (!s)
		return;
	w->service = s->service;
	wizard_go(w, s->page);
}

void wizard_adjust_enter(struct wizard *w)
{
	const struct setting *s = first_of(w, NULL);

	if (!w->service && s)
		w->service = s->service;
}

void wizard_adjust(struct wizard *w)
{
	const struct setting *focus = wizard_focus(w);
	const char *user = focus && focus->used_by.n ? focus->used_by.items[0] : NULL;

	show_service(w, user && first_of(w, user) ? user : w->service ? w->service->name : NULL);
}

void wizard_adjust_step(struct wizard *w, int by)
{
	AUTO(strv) struct strv names = STRV_INIT;
	long n = (long)services(w, &names), at;

	at = n && w->service ? strv_find(&names, w->service->name) : -1;
	if (at >= 0)
		show_service(w, names.items[(at + by + n) % n]);
}

static void service_chosen(void *arg, long item)
{
	struct wizard *w = arg;
	AUTO(strv) struct strv names = STRV_INIT;

	if (item >= 0 && (size_t)item < services(w, &names))
		show_service(w, names.items[item]);
}

void wizard_adjust_choose(struct wizard *w)
{
	AUTO(strv) struct strv names = STRV_INIT;
	struct choice c = {.title = _("Adjust which service?"), .done = service_chosen, .arg = w};
	long at;

	services(w, &names);
	c.items = &names;
	at = w->service ? strv_find(&names, w->service->name) : -1;
	c.at = at < 0 ? 0 : (size_t)at;
	overlay_choose(w->view.screen, &c);
}

void wizard_adjust_place(const struct wizard *w, struct str *out)
{
	AUTO(strv) struct strv names = STRV_INIT;
	size_t n = services(w, &names);
	long at = w->service ? strv_find(&names, w->service->name) : -1;

	if (at >= 0)
		str_addf(out, _("service %ld of %zu"), at + 1, n);
}
