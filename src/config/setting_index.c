/* SPDX-License-Identifier: MIT */
#include "config/setting_index.h"

#include "base/mem.h"

#include <stdint.h>
#include <string.h>

/* The hash holds places, not names: an item may get another name's memory, or be moved out and
 * leave none, while the index stands. */
static size_t first_slot(const struct setting_index *x, const char *name)
{
	uint64_t h = 1469598103934665603u;

	for (const char *p = name; *p; p++)
		h = (h ^ (unsigned char)*p) * 1099511628211u;
	return (size_t)(h ^ h >> 32) & (x->n_slots - 1);
}

static bool is_current(const struct settings *s)
{
	return s->index.slots && s->index.n == s->n;
}

void settings_unindex(struct settings *s)
{
	free(s->index.slots);
	free(s->index.givers);
	s->index = (struct setting_index){0};
}

void setting_index_make(struct settings *s)
{
	struct setting_index *x = &s->index;

	settings_unindex(s);
	for (x->n_slots = 32; x->n_slots < s->n * 2;)
		x->n_slots *= 2;
	x->slots = xcalloc(x->n_slots, sizeof(*x->slots));
	x->givers = xcalloc(s->n + 1, sizeof(*x->givers));
	x->n = s->n;
	for (size_t i = 0; i < s->n; i++) {
		size_t at;

		if (s->items[i].n_gifts)
			x->givers[x->n_givers++] = i;
		if (!s->items[i].name)
			continue;
		for (at = first_slot(x, s->items[i].name); x->slots[at];)
			at = (at + 1) & (x->n_slots - 1);
		x->slots[at] = i + 1;
	}
}

static bool is_named(const struct setting *s, const char *name)
{
	return s->name && strcmp(s->name, name) == 0;
}

struct setting *settings_find(const struct settings *s, const char *name)
{
	const struct setting_index *x = &s->index;

	if (!is_current(s)) {
		for (size_t i = 0; i < s->n; i++)
			if (is_named(&s->items[i], name))
				return &s->items[i];
		return NULL;
	}
	/* Of two by one name the first went in first. */
	for (size_t at = first_slot(x, name); x->slots[at]; at = (at + 1) & (x->n_slots - 1))
		if (is_named(&s->items[x->slots[at] - 1], name))
			return &s->items[x->slots[at] - 1];
	return NULL;
}

const struct setting *setting_index_giver(const struct settings *s, size_t at)
{
	if (is_current(s))
		return at < s->index.n_givers ? &s->items[s->index.givers[at]] : NULL;
	return at < s->n ? &s->items[at] : NULL;
}
