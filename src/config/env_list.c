/* SPDX-License-Identifier: MIT */
#include "config/env_list.h"

#include "base/i18n.h"

#include <string.h>

char *env_list_separator(const struct env_file *f)
{
	char *separator = env_file_literal(f, "COMPOSE_PATH_SEPARATOR");

	if (!str_empty(separator))
		return separator;
	free(separator);
	return xstrdup(":");
}

static void push_item(struct strv *ret, const char *from, size_t n, bool trim)
{
	while (trim && n && strchr(" \t", *from)) {
		from++;
		n--;
	}
	while (trim && n && strchr(" \t", from[n - 1]))
		n--;
	if (n)
		strv_push_take(ret, xstrndup(from, n));
}

void env_list_split(const char *value, const char *separator, struct strv *ret)
{
	bool trim = strcmp(separator, ",") == 0;
	const char *next;

	if (!value)
		return;
	while ((next = strstr(value, separator))) {
		push_item(ret, value, (size_t)(next - value), trim);
		value = next + strlen(separator);
	}
	push_item(ret, value, strlen(value), trim);
}

static void insert_before(struct strv *list, const char *last, const char *item)
{
	AUTO(strv) struct strv behind = STRV_INIT;
	long at = last ? strv_find(list, last) : -1;

	while (at >= 0 && (size_t)at < list->n) {
		strv_push(&behind, list->items[at]);
		strv_remove(list, (size_t)at);
	}
	strv_push(list, item);
	strv_extend(list, &behind);
}

static bool apply(struct strv *list, const struct env_list_edit *edit)
{
	bool changed = false;

	for (size_t i = 0; edit->without && i < edit->without->n; i++) {
		long at;

		while ((at = strv_find(list, edit->without->items[i])) >= 0) {
			strv_remove(list, (size_t)at);
			changed = true;
		}
	}
	for (size_t i = 0; edit->with && i < edit->with->n; i++) {
		if (strv_has(list, edit->with->items[i]))
			continue;
		insert_before(list, edit->last, edit->with->items[i]);
		changed = true;
	}
	return changed;
}

int env_list_edit(struct env_file *f, const struct env_list_edit *edit, struct error *err)
{
	static const struct strv none = STRV_INIT;
	const struct strv *empty = edit->empty ? edit->empty : &none;
	bool there = env_file_find(f, edit->key) != NULL;
	autofree char *present = there ? env_file_literal(f, edit->key) : NULL;
	autofree char *value = NULL;
	AUTO(strv) struct strv list = STRV_INIT;

	if (there && !present) {
		error_set(err, ERR_INPUT, _("%s is not edited: its value holds variables"),
			edit->key);
		error_detail(err, "%s:%d", f->name, env_file_find(f, edit->key)->line);
		return error_hint(err, _("Write the list out, or edit it by hand."));
	}
	if (str_empty(present))
		strv_extend(&list, empty);
	else
		env_list_split(present, edit->separator, &list);
	if (!apply(&list, edit))
		return 0;
	if (strv_equal(&list, empty))
		return there ? env_file_remove(f, edit->key, err) : 0;
	value = strv_join(&list, edit->separator);
	return env_file_set(f, edit->key, value, edit->comment, err);
}
