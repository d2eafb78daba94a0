/* SPDX-License-Identifier: MIT */
/* The environment and the labels of containers: what their files say, and what they say themselves. */
#include "config/compose_load.h"

#include "base/i18n.h"

#include <string.h>

static const char *lookup(void *arg, const char *name)
{
	return env_values_get(arg, name);
}

/* `format: raw`: lines NAME=value, nothing else means anything. */
static void read_raw(const char *text, const struct env_values *env, struct env_values *out)
{
	while (*text) {
		const size_t n = strcspn(text, "\n");
		size_t end = n, key;
		autofree char *line = NULL;

		if (end && text[end - 1] == '\r')
			end--;
		line = xstrndup(text, end);
		key = strcspn(line, "=");
		if (*line && *line != '#') {
			const bool set = line[key] == '=';
			const char *value;

			line[key] = '\0';
			value = set ? line + key + 1 : env_values_get(env, line);
			if (value)
				env_values_set(out, line, value, NULL, 0);
		}
		text += n + (text[n] == '\n');
	}
}

static void note_missing(struct load *l, const char *service, const char *path)
{
	struct compose *c = l->out;

	strv_pushf(&c->warnings, _("The env file %s is missing."), load_shown(l, path));
	c->missing = xreallocarray(c->missing, c->n_missing + 1, sizeof(*c->missing));
	c->missing[c->n_missing++] = (struct compose_missing){xstrdup(service), xstrdup(path)};
}

static int read_env_file(
	struct load *l, const char *service, const struct val *entry, struct env_values *values)
{
	const char *path = val_get_str(entry, "path"), *format = val_get_str(entry, "format");
	const struct interp in = {
		.lookup = lookup, .lookup_arg = &l->env, .tolerant = l->options->tolerant};
	const char *text;
	size_t n;
	int rc;

	if (!path || (!host_exists(l->host, path) && !load_answered(l, path))) {
		if (!path || !load_is_required(entry))
			return 0;
		if (l->options->tolerant) {
			note_missing(l, service, path);
			return 0;
		}
		return load_fail(l, entry, _("there is no env file %s"), load_shown(l, path));
	}
	if (!format || !*format)
		return load_env_file(l, path, COMPOSE_FILE_ENV, true, &in, values);
	if (strcmp(format, "raw") != 0)
		return load_fail(
			l, entry, _("\"%s\" is no format of an env file: expected raw"), format);
	if (!l->noted_raw)
		strv_push(&l->out->notes,
			_("An env file has the format \"raw\", which Compose knows since 2.30."));
	l->noted_raw = true;
	rc = load_read(l, path, COMPOSE_FILE_ENV, &text, &n);
	if (!rc)
		read_raw(text, &l->env, values);
	return rc;
}

int load_service_environment(struct load *l, const char *name, struct val *service)
{
	const struct val *files = val_get(service, "env_file"),
			 *own = val_get(service, "environment");
	AUTO(env_values) struct env_values values = {0};
	struct val *all;
	int rc = 0;

	if (!val_is(files, VAL_SEQ))
		return 0;
	for (size_t i = 0; i < files->seq.n && !rc; i++)
		rc = read_env_file(l, name, files->seq.items[i], &values);
	if (rc)
		return rc;
	all = val_new(&l->tree, VAL_MAP, &service->mark);
	for (size_t i = 0; i < values.n; i++)
		val_set(all, arena_strdup(&l->tree.arena, values.items[i].key),
			val_str(&l->tree, &files->mark, values.items[i].value));
	for (size_t i = 0; val_is(own, VAL_MAP) && i < own->map.n; i++)
		val_set(all, own->map.entries[i].name, own->map.entries[i].value);
	for (size_t i = 0; val_is(own, VAL_SEQ) && i < own->seq.n; i++) {
		const char *text = val_print(&l->tree, own->seq.items[i]);
		const size_t n = strcspn(text, "=");

		val_set(all, arena_strndup(&l->tree.arena, text, n),
			text[n] ? val_str(&l->tree, &own->seq.items[i]->mark, text + n + 1)
				: val_new(&l->tree, VAL_NULL, &own->seq.items[i]->mark));
	}
	val_set(service, "environment", all);
	return 0;
}

int load_service_labels(struct load *l, struct val *service)
{
	const struct val *files = val_get(service, "label_file"), *own = val_get(service, "labels");
	AUTO(env_values) struct env_values values = {0}, nothing = {0};
	const struct interp in = {
		.lookup = lookup, .lookup_arg = &nothing, .tolerant = l->options->tolerant};
	struct val *all;
	int rc = 0;

	if (!val_is(files, VAL_SEQ))
		return 0;
	for (size_t i = 0; i < files->seq.n && !rc; i++)
		rc = load_env_file(l, val_print(&l->tree, files->seq.items[i]), COMPOSE_FILE_ENV,
			true, &in, &values);
	all = val_new(&l->tree, VAL_SEQ, &service->mark);
	for (size_t i = 0; i < values.n; i++)
		val_push(&l->tree, all,
			val_str(&l->tree, &files->mark,
				arena_printf(&l->tree.arena, "%s=%s", values.items[i].key,
					values.items[i].value)));
	for (size_t i = 0; val_is(own, VAL_SEQ) && i < own->seq.n; i++)
		val_push(&l->tree, all, own->seq.items[i]);
	for (size_t i = 0; val_is(own, VAL_MAP) && i < own->map.n; i++)
		val_push(&l->tree, all,
			val_str(&l->tree, &own->mark,
				arena_printf(&l->tree.arena, "%s=%s", own->map.entries[i].name,
					val_print(&l->tree, own->map.entries[i].value))));
	val_set(service, "labels", all);
	return rc;
}
