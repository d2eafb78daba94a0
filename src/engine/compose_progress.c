/* SPDX-License-Identifier: MIT */
#include "engine/compose_progress.h"

#include "base/mem.h"
#include "base/text.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

enum { WORDS_MAX = 4096, FAILED_MAX = 2 * 1000 };

void compose_progress_init(struct compose_progress *p, engine_progress_fn *fn, void *arg)
{
	*p = (struct compose_progress){.fn = fn, .arg = arg};
	str_init(&p->lines[0], STR_LINE);
	str_init(&p->lines[1], STR_LINE);
	str_init(&p->words, (size_t)2 * STR_LINE);
}

void compose_progress_done(struct compose_progress *p)
{
	str_done(&p->lines[0]);
	str_done(&p->lines[1]);
	str_done(&p->words);
	free(p->error);
	strv_done(&p->failed);
	compose_build_done(p);
}

void compose_progress_tell(struct compose_progress *p, struct engine_progress *e)
{
	if (e->error) {
		free(p->error);
		p->error = xstrdup(e->error);
	}
	if (e->error && e->id && p->failed.n < FAILED_MAX) {
		strv_push(&p->failed, e->id);
		strv_push(&p->failed, e->error);
	}
	if (p->fn)
		p->fn(p->arg, e);
}

/* --- phases */

/* Words after which nothing more comes of a thing. */
static bool is_last_phase(const char *phase)
{
	static const char *const last[] = {"created", "recreated", "started", "stopped", "removed",
		"healthy", "exited", "pulled", "built", "running", "killed", "restarted", "skipped",
		"exists", "pull complete", "already exists", "pushed", "copied"};

	for (size_t i = 0; i < ARRAY_SIZE(last); i++)
		if (str_eq(phase, last[i]))
			return true;
	return false;
}

/* Phases have one or two words; what follows is detail. */
static size_t phase_length(const char *text)
{
	static const char *const two[] = {"Pull complete", "Pulling fs layer", "Already exists",
		"Download complete", "Verifying Checksum"};

	for (size_t i = 0; i < ARRAY_SIZE(two); i++)
		if (str_starts(text, two[i]))
			return strlen(two[i]);
	return strcspn(text, " ");
}

static char *lower(const char *text, size_t n)
{
	char *s = xstrndup(text, n);

	for (char *c = s; *c; c++)
		*c = (char)tolower((unsigned char)*c);
	return s;
}

int64_t compose_human_size(const char *text, const char **end)
{
	static const char units[] = "kMGT";
	double value = 0, place = 0;
	const char *p = text;
	const char *unit;

	for (; isdigit((unsigned char)*p) || (*p == '.' && !place); p++) {
		if (*p == '.') {
			place = 1;
			continue;
		}
		value = value * 10 + (*p - '0');
		place *= 10;
	}
	if (p == text || p - text > 20)
		return -1;
	if (place > 1)
		value /= place;
	if (*p && (unit = strchr(units, *p))) {
		for (const char *u = units; u <= unit; u++)
			value *= 1000;
		p++;
	}
	if (*p != 'B')
		return -1;
	*end = p + 1;
	return (int64_t)(value + 0.5);
}

/* "[==>   ]  1.2MB/3.4MB" */
static void read_bar(const char *text, struct engine_progress *e)
{
	const char *p = strchr(text, ']');
	int64_t current, total;

	if (text[0] != '[' || !p)
		return;
	p += 1 + strspn(p + 1, " ");
	current = compose_human_size(p, &p);
	if (current < 0 || *p != '/')
		return;
	total = compose_human_size(p + 1, &p);
	if (total < 0)
		return;
	e->current = current;
	e->total = total;
}

/* --- ids */

static bool is_layer(const char *id)
{
	size_t n = strspn(id, "0123456789abcdef");

	return n >= 6 && !id[n];
}

/* Compose's name of a thing as ours: "Container x" -> "container x", a service that is pulled ->
 * "image REF". */
static char *name_thing(const struct compose_progress *p, const char *id, const char *phase)
{
	static const char *const kinds[] = {
		"Container ", "Network ", "Volume ", "Image ", "Service ", "Config ", "Secret "};

	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		size_t n = strlen(kinds[i]);
		autofree char *kind = NULL;
		autofree char *name = NULL;

		if (!str_starts(id, kinds[i]))
			continue;
		kind = lower(id, n);
		name = xstrdup(id + n + (id[n] == '"'));
		if (*name && name[strlen(name) - 1] == '"')
			name[strlen(name) - 1] = '\0';
		return xasprintf("%s%s", kind, name);
	}
	if (is_layer(id))
		return xasprintf("layer %s", id);
	if (str_starts(phase, "build") || str_eq(phase, "built"))
		return xasprintf("build %s", id);
	if (p->image_of && p->image_of(p->image_arg, id))
		return xasprintf("image %s", p->image_of(p->image_arg, id));
	return xasprintf("image %s", id);
}

static void tell_event(struct compose_progress *p, const char *id, const char *parent,
	const char *status, const char *detail, struct engine_progress *e)
{
	size_t n = phase_length(status);
	autofree char *phase = lower(status, n);
	autofree char *thing = name_thing(p, id, phase);
	autofree char *above = str_empty(parent) ? NULL : name_thing(p, parent, "");

	status += n + strspn(status + n, " ");
	e->id = thing;
	e->parent = above;
	e->phase = phase;
	e->detail = !str_empty(detail) ? detail : *status ? status : NULL;
	if (!e->total && e->detail)
		read_bar(e->detail, e);
	if (e->total && e->detail && e->detail[0] == '[')
		e->detail = NULL;
	if (str_starts(phase, "error") || e->error) {
		e->error = e->error ? e->error : e->detail ? e->detail : phase;
		e->done = true;
	}
	e->done = e->done || is_last_phase(phase);
	compose_progress_tell(p, e);
}

/* --- the dialects */

static bool is_warning(const char *line)
{
	return str_starts(line, "time=\"") && strstr(line, " level=warning ");
}

/* Lines that were no progress; the newest stay. */
static void keep_words(struct compose_progress *p, const char *line)
{
	if (!*line || is_warning(line))
		return;
	str_add(&p->words, line);
	str_addc(&p->words, '\n');
	if (p->words.len > WORDS_MAX)
		str_shift(&p->words, p->words.len - WORDS_MAX);
}

static bool is_v5_status(const char *status)
{
	return str_eq(status, "Working") || str_eq(status, "Done") || str_eq(status, "Warning") ||
	       str_eq(status, "Error");
}

/* A string of the document; its escapes may have brought controls back. */
static char *safe_str(struct json_object *o, const char *key)
{
	const char *text = json_str(o, key, NULL);

	return text ? text_safe_dup(text) : NULL;
}

static bool json_line(struct compose_progress *p, const char *line)
{
	autojson struct json_object *o = NULL;
	struct engine_progress e = {0};
	autofree char *id = NULL;
	autofree char *parent = NULL;
	autofree char *status = NULL;
	autofree char *text = NULL;
	autofree char *details = NULL;

	if (json_parse(line, strlen(line), &o, NULL) < 0)
		return false;
	if (json_truth(o, "error", false)) {
		free(p->error);
		p->error = safe_str(o, "message");
		return true;
	}
	if (!(id = safe_str(o, "id")))
		return false;
	parent = safe_str(o, "parent_id");
	status = safe_str(o, "status");
	text = safe_str(o, "text");
	details = safe_str(o, "details");
	e.current = json_int(o, "current", 0);
	e.total = json_int(o, "total", 0);
	if (!is_v5_status(status)) {
		/* Compose v2: the phase is in "status"; of layers in "text", with a bar in
		 * "status". */
		bool layer = !str_empty(text);

		tell_event(p, id, parent,
			layer    ? text
			: status ? status
				 : "",
			layer ? status : NULL, &e);
		return true;
	}
	if (str_eq(status, "Error"))
		e.error = !str_empty(details) ? details : str_empty(text) ? status : text;
	tell_event(p, id, parent, str_empty(text) ? status : text, details, &e);
	return true;
}

/* " Container demo-web-1  Created": the name ends at two blanks, or is one word (two after a kind).
 */
static bool plain_line(struct compose_progress *p, const char *line)
{
	struct engine_progress e = {0};
	const char *start = line + (line[0] == ' ');
	const char *two = strstr(start, "  ");
	const char *end = start + strcspn(start, " ");
	autofree char *id = NULL;
	bool kind = str_starts(start, "Container ") || str_starts(start, "Network ") ||
		    str_starts(start, "Volume ") || str_starts(start, "Image ") ||
		    str_starts(start, "Service ");

	if (line[0] != ' ' || !isalnum((unsigned char)*start))
		return false;
	if (kind && *end)
		end += 1 + strcspn(end + 1, " ");
	if (two && two < end)
		end = two;
	if (!*end)
		return false;
	id = xstrndup(start, (size_t)(end - start));
	end += strspn(end, " ");
	/* Prose that happens to be indented begins its second word in lower case. */
	if (!isupper((unsigned char)*end))
		return false;
	tell_event(p, id, NULL, end, NULL, &e);
	return true;
}

static void take_line(struct compose_progress *p, const struct str *raw)
{
	AUTO(str) struct str safe = STR_INIT((size_t)STR_LINE * 4);
	const char *line;

	text_safe(&safe, str_text(raw), raw->len, false);
	while (safe.len && safe.data[safe.len - 1] == ' ')
		str_cut(&safe, safe.len - 1);
	line = str_text(&safe);
	if (line[0] == '{' && json_line(p, line))
		return;
	if (compose_build_line(p, line) || plain_line(p, line))
		return;
	keep_words(p, line);
}

void compose_progress_feed(
	struct compose_progress *p, enum child_stream stream, const char *data, size_t n)
{
	struct str *begun = &p->lines[stream == CHILD_ERR];

	while (n) {
		const char *end = memchr(data, '\n', n);
		size_t len = end ? (size_t)(end - data) : n;

		/* What passes the ceiling of a line is dropped. */
		if (begun->len + len <= begun->max)
			str_addn(begun, data, len);
		if (!end)
			return;
		take_line(p, begun);
		str_clear(begun);
		data += len + 1;
		n -= len + 1;
	}
}

void compose_progress_end(struct compose_progress *p)
{
	for (size_t i = 0; i < ARRAY_SIZE(p->lines); i++) {
		if (p->lines[i].len)
			take_line(p, &p->lines[i]);
		str_clear(&p->lines[i]);
	}
}

char *compose_progress_reason(const struct compose_progress *p)
{
	AUTO(strv) struct strv lines = STRV_INIT;

	strv_split(&lines, str_text(&p->words), '\n');
	for (size_t i = lines.n; i > 0; i--) {
		const char *line = lines.items[i - 1] + strspn(lines.items[i - 1], " ");

		if (*line)
			return xstrdup(line);
	}
	return p->error ? xstrdup(p->error) : NULL;
}
