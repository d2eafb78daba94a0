/* SPDX-License-Identifier: MIT */
#include "base/strmap.h"

#include <stdint.h>
#include <string.h>

enum { FEW = 8 }; /* up to here a plain search beats a hash */

void strmap_done(struct strmap *m)
{
	free(m->entries);
	free(m->slots);
	*m = (struct strmap)STRMAP_INIT;
}

/* The slot that holds the name, or the free one where it belongs. */
static size_t *slot_of(const struct strmap *m, const char *name)
{
	uint64_t h = 1469598103934665603u;

	for (const char *p = name; *p; p++)
		h = (h ^ (unsigned char)*p) * 1099511628211u;
	h ^= h >> 32;
	for (size_t i = h & (m->n_slots - 1);; i = (i + 1) & (m->n_slots - 1))
		if (!m->slots[i] || !strcmp(m->entries[m->slots[i] - 1].name, name))
			return &m->slots[i];
}

static void rehash(struct strmap *m)
{
	size_t want = 32;

	free(m->slots);
	m->slots = NULL;
	m->n_slots = 0;
	if (m->n <= FEW)
		return;
	while (want < m->n * 2)
		want *= 2;
	m->slots = xcalloc(want, sizeof(*m->slots));
	m->n_slots = want;
	for (size_t i = 0; i < m->n; i++)
		*slot_of(m, m->entries[i].name) = i + 1;
}

struct strmap_entry *strmap_find(const struct strmap *m, const char *name)
{
	if (m->n_slots) {
		const size_t i = *slot_of(m, name);

		return i ? &m->entries[i - 1] : NULL;
	}
	for (size_t i = 0; i < m->n; i++)
		if (!strcmp(m->entries[i].name, name))
			return &m->entries[i];
	return NULL;
}

void *strmap_get(const struct strmap *m, const char *name)
{
	const struct strmap_entry *e = strmap_find(m, name);

	return e ? e->value : NULL;
}

void strmap_put(struct strmap *m, const char *name, void *value)
{
	struct strmap_entry *e = strmap_find(m, name);

	if (e) {
		e->value = value;
		return;
	}
	VEC_GROW(m->entries, m->n, m->cap);
	m->entries[m->n++] = (struct strmap_entry){name, value};
	if (m->n_slots ? m->n * 3 > m->n_slots * 2 : m->n > FEW)
		rehash(m);
	else if (m->n_slots)
		*slot_of(m, name) = m->n;
}

void strmap_remove(struct strmap *m, const char *name)
{
	struct strmap_entry *e = strmap_find(m, name);

	if (!e)
		return;
	memmove(e, e + 1, (size_t)(m->entries + m->n - e - 1) * sizeof(*e));
	m->n--;
	rehash(m);
}
