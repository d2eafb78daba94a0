/* SPDX-License-Identifier: MIT */
#include "base/nearest.h"

#include "base/mem.h"
#include "base/str.h"

#include <string.h>

/* Number of insertions, removals and changes between two names (Levenshtein). Names beyond 63 bytes
 * are far away. */
static size_t edit_distance(const char *a, const char *b)
{
	size_t row[64], n = strlen(b);

	if (n >= ARRAY_SIZE(row))
		return SIZE_MAX;
	for (size_t j = 0; j <= n; j++)
		row[j] = j;
	for (size_t i = 1; a[i - 1]; i++) {
		size_t diagonal = row[0];

		row[0] = i;
		for (size_t j = 1; j <= n; j++) {
			size_t best = diagonal + (a[i - 1] != b[j - 1]);

			diagonal = row[j];
			best = row[j] + 1 < best ? row[j] + 1 : best;
			best = row[j - 1] + 1 < best ? row[j - 1] + 1 : best;
			row[j] = best;
		}
	}
	return row[n];
}

void nearest_try(struct nearest *n, const char *name)
{
	size_t written = strlen(n->wanted), d = edit_distance(n->wanted, name);

	if (written > 1 && str_starts(name, n->wanted))
		d = 1;
	if (d >= n->distance || d > written / 3 + 1 || d > strlen(name) / 2)
		return;
	n->distance = d;
	n->name = name;
}

void nearest_try_all(struct nearest *n, const char *const *names, size_t count)
{
	for (size_t i = 0; i < count; i++)
		nearest_try(n, names[i]);
}
