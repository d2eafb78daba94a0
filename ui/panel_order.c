/* SPDX-License-Identifier: MIT */
/* Which services the table shows, in which order; and which one is selected, by name, whatever
 * happens to the rows. */
#include "ui/panel.h"

#include "base/i18n.h"
#include "base/text.h"

#include <string.h>

/* What qsort() compares needs no more than two services. */
typedef int compare_fn(const struct live_service *a, const struct live_service *b);

static double cpu_of(const struct live_service *s)
{
	double sum = 0;

	for (size_t i = 0; i < s->n_instances; i++)
		if (s->instances[i].stats_ms && s->instances[i].cpu_percent > 0)
			sum += s->instances[i].cpu_percent;
	return sum;
}

static int64_t memory_of(const struct live_service *s)
{
	int64_t sum = 0;

	for (size_t i = 0; i < s->n_instances; i++)
		if (s->instances[i].stats_ms && s->instances[i].memory > 0)
			sum += s->instances[i].memory;
	return sum;
}

static int by_name(const struct live_service *a, const struct live_service *b)
{
	return strcasecmp(a->name, b->name);
}

/* Trouble first. */
static int by_state(const struct live_service *a, const struct live_service *b)
{
	const struct live_state_info *x = live_state_info(a->state), *y = live_state_info(b->state);

	if (x->ok != y->ok)
		return x->ok - y->ok;
	return (int)b->state - (int)a->state;
}

static int by_cpu(const struct live_service *a, const struct live_service *b)
{
	return (cpu_of(b) > cpu_of(a)) - (cpu_of(b) < cpu_of(a));
}

static int by_memory(const struct live_service *a, const struct live_service *b)
{
	return (memory_of(b) > memory_of(a)) - (memory_of(b) < memory_of(a));
}

static const struct {
	const char *name; /* N_() */
	compare_fn *compare;
} sorts[] = {
	{N_("by dependency"), NULL},
	{N_("by name"), by_name},
	{N_("by state"), by_state},
	{N_("by CPU"), by_cpu},
	{N_("by memory"), by_memory},
};

const char *panel_sort_name(const struct panel *p)
{
	return _(sorts[p->sort].name);
}

void panel_next_sort(struct panel *p)
{
	p->sort = (p->sort + 1) % ARRAY_SIZE(sorts);
}

/* Insertion keeps the order of equals, and there are few. */
static void sort(struct panel *p, compare_fn *compare)
{
	const struct live *live = p->workspace->live;

	for (size_t i = 1; compare && i < p->n_order; i++) {
		size_t moving = p->order[i], k = i;

		while (k > 0 &&
			compare(&live->services[p->order[k - 1]], &live->services[moving]) > 0) {
			p->order[k] = p->order[k - 1];
			k--;
		}
		p->order[k] = moving;
	}
}

static bool matches(const struct panel *p, const struct live_service *s)
{
	return !p->filter[0] || strcasestr(s->name, p->filter) ||
	       strcasestr(_(live_state_info(s->state)->label), p->filter);
}

void panel_order(struct panel *p)
{
	const struct live *live = p->workspace->live;

	if (live->n_services > p->cap_order) {
		p->cap_order = live->n_services;
		p->order = xreallocarray(p->order, p->cap_order, sizeof(*p->order));
	}
	p->n_order = 0;
	for (size_t i = 0; i < live->n_services; i++)
		if (matches(p, &live->services[i]))
			p->order[p->n_order++] = i;
	sort(p, sorts[p->sort].compare);
	list_count(&p->list, p->n_order);
	for (size_t row = 0; row < p->n_order; row++)
		if (str_eq(live->services[p->order[row]].name, p->chosen))
			list_select(&p->list, row);
	panel_choose(p);
}

void panel_choose(struct panel *p)
{
	const struct live *live = p->workspace->live;
	const char *name = p->list.at < p->n_order && p->order[p->list.at] < live->n_services
				   ? live->services[p->order[p->list.at]].name
				   : NULL;

	if (str_eq(name, p->chosen))
		return;
	free(p->chosen);
	p->chosen = xstrdup(name);
}

const struct live_service *panel_selected(const struct panel *p)
{
	return p->workspace->live && p->chosen ? live_find(p->workspace->live, p->chosen) : NULL;
}
