/* SPDX-License-Identifier: MIT */
/* Values with parts: lists, API keys with scopes, JSON. */
#include "config/setting_parts.h"

#include "base/i18n.h"
#include "base/json.h"
#include "base/str.h"

#include <ctype.h>
#include <string.h>

/* A part [start, end) of the value, blanks around it left out. */
struct part {
	const char *start, *end;
};

static struct part trim(const char *start, const char *end)
{
	while (start < end && isspace((unsigned char)*start))
		start++;
	while (end > start && isspace((unsigned char)end[-1]))
		end--;
	return (struct part){start, end};
}

/* The part up to the separator; *p goes behind it, and to NULL after the last part. */
static struct part next_part(const char **p, const char *end, char separator)
{
	const char *start = *p, *found = memchr(start, separator, (size_t)(end - start));

	*p = found ? found + 1 : NULL;
	return trim(start, found ? found : end);
}

static bool same(struct part a, struct part b)
{
	return a.end - a.start == b.end - b.start &&
	       memcmp(a.start, b.start, (size_t)(a.end - a.start)) == 0;
}

/* Whether an earlier part of the list is this one. */
static bool is_repeated(const char *list, const char *end, struct part part, char separator)
{
	for (const char *p = list; p && p < part.start;) {
		struct part earlier = next_part(&p, end, separator);

		if (earlier.start < part.start && same(earlier, part))
			return true;
	}
	return false;
}

/* Appends the parts without blanks, a separator between each two. */
static void add_parts(struct str *out, const char *start, const char *end, char separator)
{
	for (const char *p = start; p;) {
		struct part part = next_part(&p, end, separator);

		str_addn(out, part.start, (size_t)(part.end - part.start));
		if (p)
			str_addc(out, separator);
	}
}

static char separator_of(const struct setting *s)
{
	return s->separator ? s->separator : ',';
}

static int refuse(const struct setting *s, const char *value, struct part part, struct error *err,
	const char *what)
{
	return setting_refuse_at(s, value, (size_t)(part.start - value), err, "%s", what);
}

/* Of the choices, where there are any. */
static int check_choice(
	const struct setting *s, const char *value, struct part part, struct error *err)
{
	autofree char *text = xstrndup(part.start, (size_t)(part.end - part.start));
	autofree char *list = NULL;

	if (!s->choices.n || strv_has(&s->choices, text))
		return 0;
	list = strv_join(&s->choices, ", ");
	return setting_refuse_at(
		s, value, (size_t)(part.start - value), err, _("this is none of %s"), list);
}

int setting_check_list(const struct setting *s, const char *value, struct error *err)
{
	const char *end = value + strlen(value), *bad = setting_control(value, false);
	char separator = separator_of(s);
	int64_t n = 0;

	if (bad)
		return setting_refuse_at(
			s, value, (size_t)(bad - value), err, "%s", _("a control character"));
	for (const char *p = value; p;) {
		struct part part = next_part(&p, end, separator);

		if (part.start == part.end)
			return refuse(
				s, value, part, err, _("there is nothing between separators"));
		if (is_repeated(value, end, part, separator))
			return refuse(s, value, part, err, _("this item is there twice"));
		if (check_choice(s, value, part, err))
			return ERR_INPUT;
		n++;
	}
	return setting_check_range(s, value, n, err);
}

char *setting_normalise_list(const struct setting *s, const char *value)
{
	struct str out = STR_INIT(STR_FILE);

	add_parts(&out, value, value + strlen(value), separator_of(s));
	return str_take(&out);
}

static int check_scopes(
	const struct setting *s, const char *value, struct part scopes, struct error *err)
{
	for (const char *p = scopes.start; p;) {
		struct part scope = next_part(&p, scopes.end, ',');

		if (scope.start == scope.end)
			return refuse(s, value, scope, err, _("here a scope is expected"));
		for (const char *c = scope.start; c < scope.end; c++)
			if (!isalnum((unsigned char)*c) && !strchr("_.:*/-", *c))
				return refuse(s, value, (struct part){c, c}, err,
					_("a scope has letters, digits and _ . : * / - only"));
		if (check_choice(s, value, scope, err))
			return ERR_INPUT;
		if (is_repeated(scopes.start, scopes.end, scope, ','))
			return refuse(s, value, scope, err, _("this scope is there twice"));
	}
	return 0;
}

static int check_key(const struct setting *s, const char *value, struct part key, struct error *err)
{
	int64_t n = key.end - key.start;

	if (n == 0)
		return refuse(s, value, key, err, _("here a key is expected"));
	for (const char *p = key.start; p < key.end; p++)
		if (!isgraph((unsigned char)*p) || *p == ',')
			return refuse(s, value, (struct part){p, p}, err,
				_("a key has no blanks and no commas"));
	if (s->min <= s->max && n < s->min)
		return setting_refuse_at(s, value, (size_t)(key.start - value), err,
			_("this key is shorter than %d characters"), (int)s->min);
	return 0;
}

/* Whether the key of an earlier entry is this one. */
static bool key_is_known(const char *value, const char *end, struct part key)
{
	for (const char *p = value; p && p < key.start;) {
		struct part entry = next_part(&p, end, ';');
		const char *q = entry.start;

		if (entry.start < key.start && same(next_part(&q, entry.end, ':'), key))
			return true;
	}
	return false;
}

int setting_check_keys(const struct setting *s, const char *value, struct error *err)
{
	const char *end = value + strlen(value);

	for (const char *p = value; p;) {
		struct part entry = next_part(&p, end, ';'), key;
		const char *scopes = entry.start;

		/* A semicolon at the very end is tolerated by those who split. */
		if (!p && entry.start == entry.end && entry.start > value)
			break;
		key = next_part(&scopes, entry.end, ':');
		if (check_key(s, value, key, err))
			return ERR_INPUT;
		if (!scopes)
			return refuse(s, value, (struct part){entry.end, entry.end}, err,
				_("here a colon and the scopes of the key are expected"));
		if (check_scopes(s, value, (struct part){scopes, entry.end}, err))
			return ERR_INPUT;
		if (key_is_known(value, end, key))
			return refuse(s, value, key, err, _("this key is there twice"));
	}
	return 0;
}

char *setting_normalise_keys(const struct setting *s, const char *value)
{
	struct str out = STR_INIT(STR_FILE);

	(void)s;
	for (; *value; value++)
		if (!isspace((unsigned char)*value))
			str_addc(&out, *value);
	return str_take(&out);
}

int setting_check_json(const struct setting *s, const char *value, struct error *err)
{
	struct json_tokener *tokener = json_tokener_new();
	size_t n = strlen(value), at;
	struct json_object *o;
	enum json_tokener_error why;

	json_tokener_set_flags(tokener, JSON_TOKENER_STRICT);
	o = json_tokener_parse_ex(tokener, value, (int)n + 1);
	why = json_tokener_get_error(tokener);
	at = json_tokener_get_parse_end(tokener);
	json_object_put(o);
	json_tokener_free(tokener);
	if (why == json_tokener_success && at >= n)
		return 0;
	return setting_refuse_at(s, value, at < n ? at : n, err, "%s",
		at < n ? _("here it stops being JSON") : _("the document ends too early"));
}

static void wipe(struct json_object **o)
{
	json_wipe(*o);
	json_object_put(*o);
}

bool setting_is_json(const char *value, const char *kind)
{
	__attribute__((cleanup(wipe))) struct json_object *o = NULL;
	enum json_type type;

	if (json_parse(value, strlen(value), &o, NULL))
		return false;
	type = json_object_get_type(o);
	if (type == json_type_int || type == json_type_double)
		return strcmp(kind, "number") == 0;
	return strcmp(kind, json_type_to_name(type)) == 0;
}

/* A judge, and what it wants to know. */
struct judge {
	bool (*fn)(const char *item, void *arg);
	void *arg;
};

/* json_parse() has limited the depth. */
static bool every_value(struct json_object *o, const struct judge *judge)
{
	bool good = true;

	if (json_object_is_type(o, json_type_object)) {
		json_object_object_foreach(o, key, value)
		{
			(void)key;
			good = good && every_value(value, judge);
		}
		return good;
	}
	if (!json_object_is_type(o, json_type_array))
		return judge->fn(o ? json_object_get_string(o) : "", judge->arg);
	for (size_t i = 0; i < json_len(o); i++)
		good = good && every_value(json_at(o, i), judge);
	return good;
}

bool setting_every_item(const struct setting *s, const char *value,
	bool (*judge)(const char *item, void *arg), void *arg)
{
	const char *end = value + strlen(value);
	const struct judge by = {judge, arg};
	bool good = true;

	if (s->type == SETTING_JSON) {
		__attribute__((cleanup(wipe))) struct json_object *o = NULL;

		return json_parse(value, strlen(value), &o, NULL) == 0 && every_value(o, &by);
	}
	for (const char *p = value; p && good;) {
		struct part part = next_part(&p, end, separator_of(s));
		autofree char *text = xstrndup(part.start, (size_t)(part.end - part.start));

		good = judge(text, arg);
	}
	return good;
}
