/* SPDX-License-Identifier: MIT */
#include "config/address_use.h"

#include "base/i18n.h"
#include "base/str.h"
#include "config/interp.h"

#include <ctype.h>
#include <string.h>

/* The last "@" of the authority that begins at p; NULL. What stands in ${...} is not the address's
 * own: messages have blanks. *ret_end: where the authority ends. */
static const char *find_at(const char *p, const char *end, const char **ret_end)
{
	const char *at = NULL;

	while (p < end && !strchr(" \t\"'/?#}", *p)) {
		if (*p == '@')
			at = p;
		p = p[0] == '$' && p[1] == '{' ? interp_behind(p) : p + 1;
	}
	*ret_end = p < end ? p : end;
	return at;
}

/* One line: the parts before each "@" into `inside`, everything else into `outside`. */
static void take_apart(const char *p, const char *end, struct str *inside, struct str *outside)
{
	while (p < end) {
		const char *scheme = memmem(p, (size_t)(end - p), "://", 3), *stop, *at;

		if (!scheme)
			break;
		scheme += 3;
		at = find_at(scheme, end, &stop);
		str_addn(outside, p, (size_t)((at ? scheme : stop) - p));
		if (at)
			str_addn(inside, scheme, (size_t)(at - scheme));
		p = at ? at : stop;
	}
	str_addn(outside, p, (size_t)(end - p));
}

/* Where a file is read at present. */
struct reading {
	struct address_uses *uses;
	const struct compose_file *file;
	int line;
	bool outside; /* looks at what is in no address */
};

static void on_use(void *arg, const struct interp_use *use)
{
	struct reading *r = arg;
	struct address_uses *u = r->uses;
	struct address_use *known = strmap_get(&u->index, use->name);

	if (known) {
		known->alone = known->alone && !r->outside;
	} else if (!r->outside) {
		known = xcalloc(1, sizeof(*known));
		*known = (struct address_use){
			xstrdup(use->name), xstrdup(r->file->path), r->line, true};
		strmap_put(&u->index, known->name, known);
	}
}

static const char *no_value(void *arg, const char *name)
{
	(void)arg;
	(void)name;
	return NULL;
}

static void read_line(struct reading *r, const char *p, const char *end)
{
	AUTO(str) struct str inside = STR_INIT(STR_FILE);
	AUTO(str) struct str outside = STR_INIT(STR_FILE);
	AUTO(str) struct str expanded = STR_INIT(STR_FILE);
	const struct interp in = {
		.lookup = no_value, .use = on_use, .use_arg = r, .tolerant = true};

	if (p[strspn(p, " \t")] == '#' || !memchr(p, '$', (size_t)(end - p)))
		return;
	take_apart(p, end, &inside, &outside);
	(void)interp_expand(&in, str_text(r->outside ? &outside : &inside), &expanded, NULL);
	str_wipe(&outside);
	str_wipe(&expanded);
}

static void read_files(struct reading *r, const struct compose *c)
{
	for (size_t i = 0; i < c->n_files; i++) {
		r->file = &c->files[i];
		r->line = 1;
		if (r->file->role == COMPOSE_FILE_EXAMPLE || !r->file->text)
			continue;
		for (const char *p = r->file->text; *p; r->line++) {
			const char *end = p + strcspn(p, "\n");

			read_line(r, p, end);
			p = end + (*end == '\n');
		}
	}
}

void address_uses_read(struct address_uses *u, const struct compose *c)
{
	struct reading r = {.uses = u};

	read_files(&r, c);
	r.outside = true;
	if (u->index.n)
		read_files(&r, c);
}

void address_uses_done(struct address_uses *u)
{
	for (size_t i = 0; i < u->index.n; i++) {
		struct address_use *use = u->index.entries[i].value;

		free(use->name);
		free(use->file);
		free(use);
	}
	strmap_done(&u->index);
}

const struct address_use *address_uses_find(const struct address_uses *u, const char *name)
{
	return strmap_get(&u->index, name);
}

const char *address_use_breaks(const struct address_use *use, const char *value)
{
	for (const char *p = value; (p = strpbrk(p, "@:/?#%&[] ")) != NULL; p++)
		/* What was encoded for the address is right where nothing else reads it. */
		if (*p != '%' || !use->alone || !isxdigit((unsigned char)p[1]) ||
			!isxdigit((unsigned char)p[2]))
			return p;
	return NULL;
}

char *address_use_remedy(const struct address_use *use, const char *bad)
{
	if (use->alone)
		return xasprintf(_("write %%%02X in its place"), (unsigned)(unsigned char)*bad);
	return xstrdup(_("choose one of letters, digits, - and _"));
}
