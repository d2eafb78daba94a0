/* SPDX-License-Identifier: MIT */
#include "plan/journal.h"

#include "plan/journal_change.h"

#include "base/i18n.h"
#include "loop/loop.h"

#include <stdio.h>
#include <string.h>

/* A journal line is small; this is for a recursive chown of a large tree. */
enum { JOURNAL_MAX = 256 * 1024 * 1024, READ_TOGETHER = 16 };

void journal_done(struct journal *j)
{
	for (size_t i = 0; i < j->n; i++)
		journal_change_done(&j->changes[i]);
	free(j->changes);
	free(j->id);
	free(j->title);
	free(j->undoes);
	free(j->outcome);
	free(j->failure);
	json_object_put(j->services);
	*j = (struct journal){0};
}

bool journal_is_id(const char *name)
{
	size_t n = strspn(name, "0123456789");

	return n >= 4 && n <= 9 && name[n] == '\0';
}

/* By number: "10000" comes after "9999". */
static int by_number(const void *a, const void *b)
{
	const char *x = *(char *const *)a, *y = *(char *const *)b;
	size_t nx = strlen(x), ny = strlen(y);

	return nx != ny ? (nx < ny ? -1 : 1) : strcmp(x, y);
}

int journal_ids(struct host *h, const char *slipway, struct strv *ids, struct error *err)
{
	autofree char *dir = host_path(slipway, "journal");
	AUTO(strv) struct strv names = STRV_INIT;
	AUTO(error) struct error e = ERROR_INIT;
	int code = host_list(h, dir, &names, &e);

	if (code == ERR_NOT_FOUND)
		return 0;
	if (code < 0)
		return error_move(err, &e);
	for (size_t i = 0; i < names.n; i++) {
		autofree char *id = xstrdup(names.items[i]);
		char *dot = strstr(id, ".ndjson");

		if (!dot || dot[7] != '\0')
			continue;
		*dot = '\0';
		if (journal_is_id(id))
			strv_push(ids, id);
	}
	if (ids->n > 1)
		qsort(ids->items, ids->n, sizeof(ids->items[0]), by_number);
	return 0;
}

static void read_record(struct journal *j, struct json_object *o)
{
	const char *type = json_str(o, "type", "");

	if (str_eq(type, "change")) {
		journal_read_change(j, o);
	} else if (str_eq(type, "run")) {
		free(j->title);
		free(j->undoes);
		j->title = xstrdup(json_str(o, "title", ""));
		j->undoes = xstrdup(json_str(o, "undoes", NULL));
		j->started_ms = json_int(o, "at", 0);
		j->steps = (size_t)json_int(o, "steps", 0);
	} else if (str_eq(type, "services")) {
		json_object_put(j->services);
		j->services = json_object_get(json_key(o, "services"));
	} else if (str_eq(type, "done") || str_eq(type, "failed") || str_eq(type, "cancelled")) {
		free(j->outcome);
		free(j->failure);
		j->outcome = xstrdup(type);
		j->failure = xstrdup(json_str(o, "message", NULL));
		j->ended_ms = json_int(o, "at", 0);
	}
}

static void parse(const struct str *text, struct journal *j)
{
	size_t at = 0;

	while (at < text->len) {
		const char *line = text->data + at;
		const char *end = memchr(line, '\n', text->len - at);
		autojson struct json_object *o = NULL;

		/* Without its newline a line was cut off while it was written: it never counted. */
		if (!end)
			break;
		if (json_parse(line, (size_t)(end - line), &o, NULL) == 0)
			read_record(j, o);
		at = (size_t)(end - text->data) + 1;
	}
	if (!j->title)
		j->title = xstrdup("");
}

static char *journal_path(const char *slipway, const char *id)
{
	autofree char *name = xasprintf("journal/%s.ndjson", id);

	return host_path(slipway, name);
}

int journal_read(
	struct host *h, const char *slipway, const char *id, struct journal *ret, struct error *err)
{
	autofree char *path = journal_path(slipway, id);
	AUTO(str) struct str text = STR_INIT(JOURNAL_MAX);
	int code = host_read(h, path, JOURNAL_MAX, &text, err);

	if (code < 0)
		return code;
	*ret = (struct journal){.id = xstrdup(id)};
	parse(&text, ret);
	return 0;
}

/* A part of the list, read together. */
static int read_batch(struct host *h, const char *slipway, char *const *ids, size_t n,
	struct journal *ret, struct error *err)
{
	struct host_reading items[READ_TOGETHER] = {0};
	AUTO(strv) struct strv paths = STRV_INIT;
	size_t bad = n;
	int code;

	for (size_t i = 0; i < n; i++) {
		autofree char *path = journal_path(slipway, ids[i]);

		strv_push(&paths, path);
		items[i] = (struct host_reading){.path = paths.items[i], .max = JOURNAL_MAX};
	}
	code = host_read_many(h, items, n, err);
	for (size_t i = 0; i < n; i++) {
		if (!code && items[i].code && bad == n)
			bad = i;
		ret[i].id = xstrdup(ids[i]);
		if (!code)
			parse(&items[i].text, &ret[i]);
		str_done(&items[i].text);
	}
	return bad < n ? error_set(err, items[bad].code, _("cannot read %s"), paths.items[bad])
		       : code;
}

int journals_read(struct host *h, const char *slipway, const struct strv *ids, struct journals *ret,
	struct error *err)
{
	struct journals js = {.items = xcalloc(ids->n ? ids->n : 1, sizeof(js.items[0]))};
	int code = 0;

	while (js.n < ids->n && code == 0) {
		size_t n = ids->n - js.n < READ_TOGETHER ? ids->n - js.n : READ_TOGETHER;

		code = read_batch(h, slipway, ids->items + js.n, n, js.items + js.n, err);
		js.n += n;
	}
	if (code < 0)
		journals_done(&js);
	else
		*ret = js;
	return code;
}

void journals_done(struct journals *js)
{
	for (size_t i = 0; i < js->n; i++)
		journal_done(&js->items[i]);
	free(js->items);
	*js = (struct journals){0};
}

int journals_unfinished(
	struct host *h, const char *slipway, struct journals *ret, struct error *err)
{
	AUTO(strv) struct strv ids = STRV_INIT;
	struct journals js = {0};
	int code = journal_ids(h, slipway, &ids, err);

	for (size_t i = ids.n; code == 0 && i-- > 0;) {
		struct journal j = {0};

		if ((code = journal_read(h, slipway, ids.items[i], &j, err)) < 0)
			break;
		if (str_eq(j.outcome, "done")) {
			/* A restart that came to its end finished nobody's files. */
			bool files = j.n > 0;

			journal_done(&j);
			if (files)
				break;
			continue;
		}
		js.items = xreallocarray(js.items, js.n + 1, sizeof(js.items[0]));
		js.items[js.n++] = j;
	}
	if (code < 0)
		journals_done(&js);
	else
		*ret = js;
	return code;
}

void journal_writer_init(
	struct journal_writer *w, struct host *h, const char *slipway, const char *id)
{
	*w = (struct journal_writer){.host = h, .path = journal_path(slipway, id)};
}

void journal_writer_done(struct journal_writer *w)
{
	free(w->path);
	*w = (struct journal_writer){0};
}

struct json_object *journal_record(const char *type)
{
	struct json_object *o = json_object_new_object();

	json_put_str(o, "type", type);
	return json_put_int(o, "at", loop_wall());
}

static int append_text(struct journal_writer *w, const struct str *text, struct error *err)
{
	int code;

	if (str_full(text))
		return error_set(err, ERR_LIMIT,
			_("cannot write the journal %s: the record is too large"), w->path);
	code = host_append(w->host, w->path, text->data, text->len, 0600, err);
	w->torn = code < 0;
	if (code < 0) {
		error_prefix(err, "%s", _("cannot write the journal"));
		if (err && !err->hint)
			error_hint(err, "%s",
				_("Nothing is changed without its journal. Make room or mend the "
				  "permissions of .slipway, then run it again."));
	}
	return code;
}

int journal_append(struct journal_writer *w, struct json_object *record, struct error *err)
{
	AUTO(str) struct str line = STR_INIT(STR_FILE);
	autojson struct json_object *owned = record;
	autofree char *text = json_text(owned);

	if (w->torn)
		str_addc(&line, '\n');
	str_add(&line, text);
	str_addc(&line, '\n');
	return append_text(w, &line, err);
}

int journal_append_changes(
	struct journal_writer *w, const struct journal_change *changes, size_t n, struct error *err)
{
	AUTO(str) struct str lines = STR_INIT(JOURNAL_MAX);

	if (w->torn)
		str_addc(&lines, '\n');
	journal_change_text(changes, n, &lines);
	return n ? append_text(w, &lines, err) : 0;
}
