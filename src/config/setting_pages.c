/* SPDX-License-Identifier: MIT */
#include "config/setting_infer.h"

#include "base/i18n.h"
#include "base/str.h"

#include <ctype.h>
#include <string.h>

enum {
	PAGE_LARGE = 14, /* settings; more are divided where there are subheadings */
	PAGE_SMALL = 3,  /* fewer do not make a page of their own out of a subheading or a prefix */
};

struct paging {
	struct settings *all;
	const struct setting_origin *origins;
	int top[2]; /* level of the headings that make pages: of the example (0) and of other files
		     */
	const struct setting_doc *first;
};

static size_t count_under(
	const struct paging *p, const struct setting_doc *doc, int level, int heading)
{
	size_t n = 0;

	for (size_t i = 0; i < p->all->n; i++)
		n += p->origins[i].doc == doc && p->origins[i].heading[level] == heading;
	return n;
}

/* The strongest level with at least two headings that have settings; -1: none. */
static int top_level(const struct paging *p, const struct setting_doc *doc)
{
	for (int level = HEADING_STRONG; doc && level >= HEADING_WEAK; level--) {
		int used = 0;

		for (size_t h = 0; h < doc->n_headings; h++)
			used += doc->headings[h].level == (enum setting_heading_level)level &&
				count_under(p, doc, level, (int)h) > 0;
		if (used >= 2)
			return level;
	}
	return -1;
}

static size_t heading_page(struct paging *p, const struct setting_doc *doc, int heading)
{
	const struct setting_heading *h = &doc->headings[heading];
	size_t page = settings_page(p->all, h->title);

	if (!p->all->pages[page].about)
		p->all->pages[page].about = xstrdup(h->about);
	return page;
}

/* The page of a setting that stands under headings; false when it stands under none that counts. */
static bool page_by_heading(struct paging *p, size_t i, size_t *page)
{
	const struct setting_origin *o = &p->origins[i];
	int top = o->doc ? p->top[o->doc != p->first] : -1;

	/* A single box around some settings counts for those, although it is no level of its own.
	 */
	while (top >= 0 && top < HEADING_STRONG && o->heading[top] < 0)
		top++;
	if (top < 0 || o->heading[top] < 0)
		return false;
	/* A large section gives way to its own parts. */
	if (count_under(p, o->doc, top, o->heading[top]) > PAGE_LARGE)
		for (int level = top - 1; level >= 0; level--)
			if (o->heading[level] >= 0 &&
				count_under(p, o->doc, level, o->heading[level]) >= PAGE_SMALL) {
				*page = heading_page(p, o->doc, o->heading[level]);
				return true;
			}
	*page = heading_page(p, o->doc, o->heading[top]);
	return true;
}

static size_t prefix_length(const char *name)
{
	size_t n = strcspn(name, "_");

	return name[n] ? n : 0;
}

static bool same_prefix(const char *a, const char *b)
{
	size_t n = prefix_length(a);

	return n && prefix_length(b) == n && strncmp(a, b, n) == 0;
}

/* "POSTGRES" -> "Postgres". */
static size_t prefix_page(struct settings *all, const char *name)
{
	autofree char *title = xstrndup(name, prefix_length(name));

	for (char *c = title; *c; c++)
		if (c > title && strlen(title) > 3)
			*c = (char)tolower((unsigned char)*c);
	return settings_page(all, title);
}

/* Without headings: by the only service that uses it, by a common first word, else with the rest.
 */
static size_t page_by_kin(struct paging *p, size_t i, size_t unplaced, const char *rest)
{
	const struct setting *s = &p->all->items[i];
	size_t kin = 0;

	for (size_t k = 0; k < p->all->n; k++)
		kin += same_prefix(s->name, p->all->items[k].name);
	if (unplaced <= PAGE_LARGE)
		return settings_page(p->all, rest);
	if (kin >= PAGE_SMALL)
		return prefix_page(p->all, s->name);
	if (s->used_by.n == 1)
		return settings_page(p->all, s->used_by.items[0]);
	return settings_page(p->all, s->used_by.n > 1 ? _("Shared") : _("General"));
}

/* The page of the next setting with the same first word that stands under a heading. */
static bool page_of_kin(const struct paging *p, const bool *placed, size_t i, size_t *page)
{
	for (size_t k = 0; k < p->all->n; k++)
		if (placed[k] && same_prefix(p->all->items[i].name, p->all->items[k].name)) {
			*page = p->all->items[k].page;
			return true;
		}
	return false;
}

static size_t page_size(const struct settings *all, size_t page)
{
	size_t n = 0;

	for (size_t i = 0; i < all->n; i++)
		n += all->items[i].page == page;
	return n;
}

/* Moves the settings of one page to another and removes it. */
static void merge_page(struct settings *all, size_t from, size_t into)
{
	for (size_t i = 0; i < all->n; i++) {
		size_t *page = &all->items[i].page;

		if (*page == from)
			*page = into;
		if (*page > from)
			(*page)--;
	}
	free(all->pages[from].title);
	free(all->pages[from].about);
	memmove(&all->pages[from], &all->pages[from + 1],
		(all->n_pages - from - 1) * sizeof(*all->pages));
	all->n_pages--;
}

/* Too many pages: the smallest joins its smaller neighbour, which keeps its title. */
static void limit_pages(struct settings *all)
{
	while (all->n_pages > SETTING_PAGES_MAX) {
		size_t smallest = 0, into;

		for (size_t page = 1; page < all->n_pages; page++)
			if (page_size(all, page) <= page_size(all, smallest))
				smallest = page;
		into = smallest ? smallest - 1 : 1;
		if (smallest && smallest + 1 < all->n_pages &&
			page_size(all, smallest + 1) < page_size(all, into))
			into = smallest + 1;
		merge_page(all, smallest, into);
	}
}

void setting_pages(struct settings *all, const struct setting_origin *origins)
{
	struct paging p = {.all = all, .origins = origins, .top = {-1, -1}};
	const struct setting_doc *other = NULL;
	bool *placed = xcalloc(all->n ? all->n : 1, sizeof(*placed));
	const char *rest;
	size_t unplaced = 0;

	for (size_t i = 0; i < all->n; i++) {
		if (!p.first)
			p.first = origins[i].doc;
		else if (origins[i].doc && origins[i].doc != p.first)
			other = origins[i].doc;
	}
	p.top[0] = top_level(&p, p.first);
	p.top[1] = top_level(&p, other);
	/* What stands before the first heading comes first. */
	if (all->n && p.top[0] >= 0 && !page_by_heading(&p, 0, &all->items[0].page))
		settings_page(all, _("General"));
	for (size_t i = 0; i < all->n; i++)
		placed[i] = page_by_heading(&p, i, &all->items[i].page);
	for (size_t i = 0; i < all->n; i++) {
		if (placed[i])
			continue;
		if (origins[i].doc && p.top[origins[i].doc != p.first] >= 0)
			all->items[i].page = settings_page(all, _("General"));
		else if (!page_of_kin(&p, placed, i, &all->items[i].page))
			unplaced++, all->items[i].page = SIZE_MAX;
	}
	rest = all->n_pages ? _("More") : _("Settings");
	for (size_t i = 0; i < all->n; i++)
		if (all->items[i].page == SIZE_MAX)
			all->items[i].page = page_by_kin(&p, i, unplaced, rest);
	free(placed);
	limit_pages(all);
	settings_sort(all);
}
