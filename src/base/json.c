/* SPDX-License-Identifier: MIT */
#include "base/json.h"

#include "base/i18n.h"
#include "base/str.h"
#include "base/strv.h"

#include <limits.h>
#include <string.h>

enum { JSON_DEPTH = 64 };

int json_parse(const char *text, size_t n, struct json_object **ret, struct error *err)
{
	struct json_tokener *tok;
	struct json_object *o;
	enum json_tokener_error code;
	size_t end, seen = 0;

	if (n > INT_MAX)
		return error_set(err, ERR_LIMIT, _("JSON document of more than 2 GiB"));
	tok = json_tokener_new_ex(JSON_DEPTH);
	json_tokener_set_flags(tok, JSON_TOKENER_VALIDATE_UTF8);
	o = json_tokener_parse_ex(tok, text, (int)n);
	code = json_tokener_get_error(tok);
	if (code == json_tokener_continue && n > 0) {
		/* A bare number has no end of its own; a NUL byte ends it. */
		seen = n;
		o = json_tokener_parse_ex(tok, "", 1);
		code = json_tokener_get_error(tok);
	}
	end = seen + json_tokener_get_parse_end(tok);
	json_tokener_free(tok);
	if (code == json_tokener_success) {
		while (end < n && strchr(" \t\r\n", text[end]))
			end++;
		if (end >= n) {
			*ret = o;
			return 0;
		}
		json_object_put(o);
		error_set(err, ERR_INPUT, _("text after the end of a JSON document"));
	} else {
		error_set(err, ERR_INPUT, _("not a JSON document: %s"), json_tokener_error_desc(code));
	}
	return error_detail(err, _("at byte %zu of %zu"), end < n ? end : n, n);
}

struct json_object *json_key(struct json_object *o, const char *key)
{
	struct json_object *value = NULL;

	if (!o || !json_object_is_type(o, json_type_object))
		return NULL;
	json_object_object_get_ex(o, key, &value);
	return value;
}

struct json_object *json_get(struct json_object *o, const char *path)
{
	char key[128];

	for (;;) {
		size_t n = strcspn(path, ".");

		if (n >= sizeof(key))
			return NULL;
		memcpy(key, path, n);
		key[n] = '\0';
		o = json_key(o, key);
		if (!path[n])
			return o;
		path += n + 1;
	}
}

const char *json_str(struct json_object *o, const char *path, const char *fallback)
{
	o = json_get(o, path);
	return json_object_is_type(o, json_type_string) ? json_object_get_string(o) : fallback;
}

int64_t json_int(struct json_object *o, const char *path, int64_t fallback)
{
	o = json_get(o, path);
	if (json_object_is_type(o, json_type_int) || json_object_is_type(o, json_type_double))
		return json_object_get_int64(o);
	return fallback;
}

double json_num(struct json_object *o, const char *path, double fallback)
{
	o = json_get(o, path);
	if (json_object_is_type(o, json_type_int) || json_object_is_type(o, json_type_double))
		return json_object_get_double(o);
	return fallback;
}

bool json_truth(struct json_object *o, const char *path, bool fallback)
{
	o = json_get(o, path);
	return json_object_is_type(o, json_type_boolean) ? json_object_get_boolean(o) : fallback;
}

size_t json_len(struct json_object *array)
{
	return json_object_is_type(array, json_type_array) ? json_object_array_length(array) : 0;
}

struct json_object *json_at(struct json_object *array, size_t i)
{
	return i < json_len(array) ? json_object_array_get_idx(array, i) : NULL;
}

struct json_object *json_put(struct json_object *o, const char *key, struct json_object *value)
{
	json_object_object_add(o, key, value);
	return o;
}

static void wipe_string(struct json_object *o, void *unused)
{
	(void)unused;
	mem_wipe((char *)json_object_get_string(o), (size_t)json_object_get_string_len(o));
}

struct json_object *json_new_str(const char *value)
{
	struct json_object *o = value ? json_object_new_string(value) : NULL;

	if (o)
		json_object_set_userdata(o, NULL, wipe_string);
	return o;
}

struct json_object *json_put_str(struct json_object *o, const char *key, const char *value)
{
	return json_put(o, key, json_new_str(value));
}

struct json_object *json_put_int(struct json_object *o, const char *key, int64_t value)
{
	return json_put(o, key, json_object_new_int64(value));
}

struct json_object *json_put_bool(struct json_object *o, const char *key, bool value)
{
	return json_put(o, key, json_object_new_boolean(value));
}

void json_push(struct json_object *array, struct json_object *value)
{
	json_object_array_add(array, value);
}

void json_push_str(struct json_object *array, const char *value)
{
	json_push(array, json_new_str(value));
}

char *json_text(struct json_object *o)
{
	return xstrdup(json_object_to_json_string_ext(
		o, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE));
}

char *json_secret_text(struct json_object *o)
{
	char *text = (char *)json_object_to_json_string_ext(
		o, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE);
	char *copy = xstrdup(text);

	/* json-c keeps what it has written for the next time. */
	mem_wipe(text, strlen(text));
	return copy;
}

void json_wipe(struct json_object *o)
{
	for (size_t i = 0; i < json_len(o); i++)
		json_wipe(json_at(o, i));
	if (json_object_is_type(o, json_type_string))
		mem_wipe((char *)json_object_get_string(o), (size_t)json_object_get_string_len(o));
	if (!json_object_is_type(o, json_type_object))
		return;
	json_object_object_foreach(o, key, value)
	{
		(void)key;
		json_wipe(value);
	}
}

char *json_pretty(struct json_object *o)
{
	return xasprintf("%s\n",
		json_object_to_json_string_ext(o, JSON_C_TO_STRING_PRETTY |
							  JSON_C_TO_STRING_SPACED |
							  JSON_C_TO_STRING_NOSLASHESCAPE));
}

static void canonical(struct json_object *o, struct str *out);

static void canonical_object(struct json_object *o, struct str *out)
{
	AUTO(strv) struct strv keys = STRV_INIT;

	json_object_object_foreach(o, key, value)
	{
		(void)value;
		strv_push(&keys, key);
	}
	strv_sort(&keys);
	str_addc(out, '{');
	for (size_t i = 0; i < keys.n; i++) {
		autojson struct json_object *name = json_object_new_string(keys.items[i]);

		str_add(out, i ? "," : "");
		str_add(out, json_object_to_json_string_ext(name, JSON_C_TO_STRING_PLAIN));
		str_addc(out, ':');
		canonical(json_key(o, keys.items[i]), out);
	}
	str_addc(out, '}');
}

static void canonical(struct json_object *o, struct str *out)
{
	if (json_object_is_type(o, json_type_object)) {
		canonical_object(o, out);
	} else if (json_object_is_type(o, json_type_array)) {
		str_addc(out, '[');
		for (size_t i = 0; i < json_len(o); i++) {
			str_add(out, i ? "," : "");
			canonical(json_at(o, i), out);
		}
		str_addc(out, ']');
	} else {
		str_add(out, json_object_to_json_string_ext(o, JSON_C_TO_STRING_PLAIN));
	}
}

char *json_canonical(struct json_object *o)
{
	struct str out = STR_INIT(STR_OUTPUT);

	canonical(o, &out);
	return str_take(&out);
}
