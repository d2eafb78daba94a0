/* SPDX-License-Identifier: MIT */
#include "config/secret_bag.h"

#include "base/i18n.h"
#include "config/env_file.h"

#include <string.h>

void secret_bag_done(struct secret_bag *b)
{
	for (size_t i = 0; i < b->n; i++) {
		free(b->items[i].name);
		secret_free(b->items[i].value);
	}
	free(b->items);
	*b = (struct secret_bag){0};
}

static size_t place(const struct secret_bag *b, const char *name)
{
	size_t i = 0;

	while (i < b->n && strcmp(b->items[i].name, name) < 0)
		i++;
	return i;
}

const char *secret_bag_get(const struct secret_bag *b, const char *name)
{
	size_t i = place(b, name);

	return i < b->n && strcmp(b->items[i].name, name) == 0 ? b->items[i].value : NULL;
}

bool secret_bag_set(struct secret_bag *b, const char *name, const char *value)
{
	size_t i = place(b, name);

	if (i < b->n && strcmp(b->items[i].name, name) == 0) {
		char *copy;

		if (strcmp(b->items[i].value, value) == 0)
			return false;
		copy = xstrdup(value);
		secret_free(b->items[i].value);
		b->items[i].value = copy;
		return true;
	}
	VEC_GROW(b->items, b->n, b->cap);
	memmove(b->items + i + 1, b->items + i, (b->n - i) * sizeof(*b->items));
	b->items[i] = (struct secret_item){xstrdup(name), xstrdup(value)};
	b->n++;
	return true;
}

void secret_bag_copy(struct secret_bag *b, const struct secret_bag *from)
{
	for (size_t i = 0; i < from->n; i++)
		secret_bag_set(b, from->items[i].name, from->items[i].value);
}

void secret_bag_names(const struct secret_bag *b, struct strv *ret)
{
	for (size_t i = 0; i < b->n; i++)
		strv_push(ret, b->items[i].name);
}

void secret_bag_write(const struct secret_bag *b, const char *line_end, struct str *ret)
{
	for (size_t i = 0; i < b->n; i++) {
		autosecret char *quoted = env_quote(b->items[i].value);

		str_addf(ret, "%s=", b->items[i].name);
		str_add(ret, quoted);
		str_add(ret, line_end);
	}
}

int secret_bag_read(
	struct secret_bag *b, const char *name, const char *text, size_t n, struct error *err)
{
	AUTO(secret_bag) struct secret_bag fresh = {0};
	AUTO_PTR(env_file) struct env_file *f = NULL;
	int code = env_file_parse(name, text, n, &f, err);

	if (code)
		return code;
	for (size_t i = 0; i < f->n; i++) {
		autosecret char *value = env_file_literal(f, f->entries[i].key);

		if (!value) {
			error_set(err, ERR_INPUT, _("%s: the value of %s is not written out"), name,
				f->entries[i].key);
			error_hint(err, _("A secret that holds a $ goes between single quotes."));
			return ERR_INPUT;
		}
		secret_bag_set(&fresh, f->entries[i].key, value);
	}
	secret_bag_done(b);
	*b = fresh;
	fresh = (struct secret_bag){0};
	return 0;
}
