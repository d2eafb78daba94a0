/* SPDX-License-Identifier: MIT */
#include "plan/journal_change.h"

#include "base/utf8.h"

#include <stdio.h>
#include <string.h>

enum { GROUPS_MAX = 16 /* of changes that differ in their path only, for each set of lines */ };

static const char *const change_names[] = {
	[CHANGE_FILE] = "file",
	[CHANGE_MKDIR] = "mkdir",
	[CHANGE_OWN] = "own",
	[CHANGE_REMOVE] = "remove",
};

void journal_change_done(struct journal_change *c)
{
	free(c->path);
	free(c->step);
	free(c->backup);
	free(c->was);
	free(c->digest);
	*c = (struct journal_change){0};
}

/* --- paths: a name may hold any bytes, JSON only UTF-8 */

static bool is_utf8(const char *text)
{
	const char *end = text + strlen(text);
	uint32_t rune = 0;

	while (text < end && rune != UTF8_INVALID)
		text += utf8_decode(text, (size_t)(end - text), &rune);
	return rune != UTF8_INVALID;
}

static struct json_object *path_json(const char *path)
{
	AUTO(str) struct str hex = STR_INIT(STR_FILE);

	if (is_utf8(path))
		return json_object_new_string(path);
	for (const char *p = path; *p; p++)
		str_addf(&hex, "%02x", (unsigned char)*p);
	return json_put_str(json_object_new_object(), "hex", str_text(&hex));
}

/* NULL when it is none. */
static char *path_read(struct json_object *o)
{
	const char *hex = json_str(o, "hex", NULL);
	AUTO(str) struct str path = STR_INIT(STR_FILE);

	if (json_object_is_type(o, json_type_string))
		return xstrdup(json_object_get_string(o));
	for (; hex && hex[0] && hex[1]; hex += 2) {
		char digits[] = {hex[0], hex[1], '\0'}, *end;
		long byte = strtol(digits, &end, 16);

		if (end != digits + 2 || byte <= 0)
			return NULL;
		str_addc(&path, (char)byte);
	}
	return path.len ? str_take(&path) : NULL;
}

/* --- writing */

/* Everything but the path. */
static struct json_object *change_record(const struct journal_change *c)
{
	struct json_object *o = journal_record("change");

	json_put_str(o, "kind", change_names[c->kind]);
	if (c->step)
		json_put_str(o, "step", c->step);
	json_put_bool(o, "existed", c->existed);
	if (c->internal)
		json_put_bool(o, "internal", true);
	if (c->directory)
		json_put_bool(o, "directory", true);
	if (c->backup)
		json_put_str(o, "backup", c->backup);
	if (c->was)
		json_put_str(o, "was", c->was);
	if (c->digest)
		json_put_str(o, "digest", c->digest);
	if (c->existed) {
		json_put_int(o, "mode", c->mode);
		json_put_int(o, "uid", c->uid);
		json_put_int(o, "gid", c->gid);
	}
	if (c->kind == CHANGE_MKDIR)
		json_put_int(o, "new_mode", c->new_mode);
	if (c->kind == CHANGE_OWN) {
		json_put_int(o, "new_mode", c->new_mode);
		json_put_int(o, "new_uid", c->new_uid);
		json_put_int(o, "new_gid", c->new_gid);
	}
	return o;
}

static bool alike(const struct journal_change *a, const struct journal_change *b)
{
	return b->kind == CHANGE_OWN && a->internal == b->internal &&
	       a->directory == b->directory && a->mode == b->mode && a->uid == b->uid &&
	       a->gid == b->gid && a->new_mode == b->new_mode && a->new_uid == b->new_uid &&
	       a->new_gid == b->new_gid && str_eq(a->step, b->step);
}

/* Entries of a tree mostly differ in their names only: those share a line. */
static struct json_object *group_paths(
	const struct journal_change *changes, size_t i, size_t n, bool *written)
{
	struct json_object *paths = json_object_new_array();

	for (size_t k = i; k < n; k++) {
		if (written[k] || !alike(&changes[i], &changes[k]))
			continue;
		json_push(paths, path_json(changes[k].path));
		written[k] = true;
	}
	return paths;
}

void journal_change_text(const struct journal_change *changes, size_t n, struct str *out)
{
	autofree bool *written = xcalloc(n + 1, sizeof(*written));
	size_t groups = 0;

	for (size_t i = 0; i < n; i++) {
		autojson struct json_object *o = written[i] ? NULL : change_record(&changes[i]);
		autofree char *text = NULL;

		if (!o)
			continue;
		if (changes[i].kind == CHANGE_OWN && groups++ < GROUPS_MAX)
			json_put(o, "paths", group_paths(changes, i, n, written));
		else
			json_put(o, "path", path_json(changes[i].path));
		text = json_text(o);
		str_add(out, text);
		str_addc(out, '\n');
	}
}

/* --- reading */

static int kind_of(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(change_names); i++) {
		if (str_eq(name, change_names[i]))
			return (int)i;
	}
	return -1;
}

static void add_change(struct journal *j, struct json_object *o, int kind, struct json_object *at)
{
	autofree char *path = path_read(at);

	if (!path)
		return;
	VEC_GROW(j->changes, j->n, j->cap);
	j->changes[j->n++] = (struct journal_change){
		.kind = (enum change_kind)kind,
		.path = take(path),
		.step = xstrdup(json_str(o, "step", NULL)),
		.existed = json_truth(o, "existed", false),
		.internal = json_truth(o, "internal", false),
		.directory = json_truth(o, "directory", false),
		.backup = xstrdup(json_str(o, "backup", NULL)),
		.was = xstrdup(json_str(o, "was", NULL)),
		.digest = xstrdup(json_str(o, "digest", NULL)),
		.mode = (int)json_int(o, "mode", -1),
		.uid = json_int(o, "uid", -1),
		.gid = json_int(o, "gid", -1),
		.new_mode = (int)json_int(o, "new_mode", -1),
		.new_uid = json_int(o, "new_uid", -1),
		.new_gid = json_int(o, "new_gid", -1),
	};
}

void journal_read_change(struct journal *j, struct json_object *record)
{
	int kind = kind_of(json_str(record, "kind", ""));
	struct json_object *paths = json_key(record, "paths");

	if (kind < 0)
		return;
	if (!paths)
		add_change(j, record, kind, json_key(record, "path"));
	for (size_t i = 0; i < json_len(paths); i++)
		add_change(j, record, kind, json_at(paths, i));
}
