/* SPDX-License-Identifier: MIT */
/* The reader and the editor of .env files: any bytes are the file; which key is set to what depends
 * on the bytes as well. */
#include "fuzz.h"

#include "config/env_file.h"

#include <string.h>

static const struct interp in = {.lookup = fuzz_variable};

/* The statements lie in the text one behind the other, and are what the text says. */
static void check_spans(const struct env_file *f)
{
	size_t before = 0;
	int line = 1;

	for (size_t i = 0; i < f->n; i++) {
		const struct env_entry *e = &f->entries[i];

		CHECK(before <= e->start && e->start <= e->key_start && e->key_start <= e->key_end,
			"statement %zu begins in the wrong place", i);
		CHECK(e->key_end <= e->value_start && e->value_start <= e->value_end &&
				e->value_end <= f->len,
			"statement %zu ends in the wrong place", i);
		CHECK(strlen(e->key) == e->key_end - e->key_start &&
				!memcmp(f->text + e->key_start, e->key, strlen(e->key)),
			"key %zu is not what the text says", i);
		CHECK(!e->quote || (f->text[e->value_start] == e->quote &&
					   f->text[e->value_end - 1] == e->quote &&
					   e->value_end - e->value_start == strlen(e->raw) + 2),
			"the quotes of statement %zu", i);
		CHECK(e->line >= line && e->column >= 1, "the place of statement %zu", i);
		before = e->value_end;
		line = e->line;
	}
}

/* Some bytes of the input, or something nasty. */
static char *some_value(const uint8_t *data, size_t n, uint32_t *state)
{
	static const char *const nasty[] = {"", "x", "a b", "'", "\\", "$A", "${A:?x}", "a\nb",
		"\r", " # c", "`id`", "\"", "it's", "\\'", "tail\\", "\t#", "\xc2\xa0", "\xff",
		"a\n"};
	size_t from, len;

	if (fuzz_next(state) % 2 || !n)
		return xstrdup(nasty[fuzz_next(state) % ARRAY_SIZE(nasty)]);
	from = fuzz_next(state) % n;
	len = fuzz_next(state) % 40;
	return xstrndup((const char *)data + from, len < n - from ? len : n - from);
}

/* `export` at the very end is a name; with its newline it says nothing. (`export export` is one either way.) */
static bool ends_with_export_alone(const struct env_file *f)
{
	const struct env_entry *last = f->n ? &f->entries[f->n - 1] : NULL;

	return last && last->inherits && last->key_end == f->len && last->key_start == last->start &&
	       !strcmp(last->key, "export");
}

/* All of the text but the bytes of the value (and an equals sign or newline that was missing). */
static void check_rest(const struct env_file *before, const struct env_file *after, const char *key)
{
	const struct env_entry *e = env_file_find(before, key);
	const size_t head = e ? e->value_start : before->len;
	const size_t tail = e ? before->len - e->value_end : 0;
	size_t end = after->len;
	const bool export_alone = after->len && after->text[after->len - 1] == '\n' &&
				  ends_with_export_alone(before) &&
				  (!e || e->key_end != before->len);

	CHECK(after->len >= head + tail, "bytes are gone after %s was set", key);
	CHECK(!memcmp(before->text, after->text, head), "bytes before the value of %s change", key);
	/* A last line `KEY` gets its newline. */
	if (tail && before->text[before->len - 1] != '\n')
		while (end > head + tail && memcmp(before->text + before->len - tail,
						    after->text + end - tail, tail) != 0)
			end--;
	CHECK(!memcmp(before->text + before->len - tail, after->text + end - tail, tail),
		"bytes behind the value of %s change", key);
	CHECK(after->len - end <= 2, "more than a newline comes behind");
	for (size_t i = 0; i < before->n - export_alone; i++) {
		const struct env_entry *a = &before->entries[i], *b = &after->entries[i];

		CHECK(i < after->n && !strcmp(a->key, b->key), "statement %zu is gone", i);
		CHECK(a == e || (!strcmp(a->raw, b->raw) && a->quote == b->quote &&
					a->inherits == b->inherits),
			"statement %zu changes when %s is set", i, key);
	}
	CHECK(after->n == before->n - export_alone + !e, "%zu statements become %zu", before->n,
		after->n);
}

static void check_value(const struct env_file *f, const char *key, const char *value)
{
	autosecret char *literal = env_file_literal(f, key);
	AUTO(env_values) struct env_values values = {0};

	CHECK(literal && !strcmp(literal, value), "%s is \"%s\", not \"%s\"", key,
		literal ? literal : "(none)", value);
	if (env_file_eval(f, &in, &values, NULL))
		return; /* another value is a bad template */
	CHECK(env_values_get(&values, key) && !strcmp(env_values_get(&values, key), value),
		"%s evaluates to something else", key);
}

static void set_one(const uint8_t *data, size_t n, uint32_t *state)
{
	AUTO_PTR(env_file) struct env_file *f = NULL, *before = NULL;
	AUTO(error) struct error err = ERROR_INIT;
	autofree char *value = some_value(data, n, state), *key = NULL;
	int rc;

	if (env_file_parse_for_edit(".env", (const char *)data, n, &f, NULL))
		return;
	CHECK(!env_file_parse_for_edit(".env", (const char *)data, n, &before, NULL), "again");
	key = xstrdup(
		f->n && fuzz_next(state) % 4 ? f->entries[fuzz_next(state) % f->n].key : "NEW_key");
	rc = env_file_set(f, key, value, NULL, &err);
	CHECK(!rc, "%s cannot be set: %s", key, err.message);
	check_spans(f);
	check_rest(before, f, key);
	check_value(f, key, value);
	CHECK(!env_file_remove(f, key, &err), "%s cannot be removed: %s", key, err.message);
	CHECK(!env_file_find(f, key), "%s is still there", key);
}

static void read_for_service(const uint8_t *data, size_t n)
{
	AUTO_PTR(env_file) struct env_file *f = NULL;
	AUTO(env_values) struct env_values values = {0};
	AUTO(error) struct error err = ERROR_INIT;
	int rc = env_file_parse_for_service("x.env", (const char *)data, n, &f, &err);

	if (rc) {
		fuzz_check_error(&err, rc, true);
		return;
	}
	check_spans(f);
	rc = env_file_eval(f, &in, &values, &err);
	if (rc)
		fuzz_check_error(&err, rc, true);
}

void fuzz_one(const uint8_t *data, size_t n)
{
	AUTO_PTR(env_file) struct env_file *f = NULL;
	AUTO(env_values) struct env_values values = {0};
	AUTO(error) struct error err = ERROR_INIT;
	uint32_t state = fuzz_hash(data, n);
	int rc = env_file_parse(".env", (const char *)data, n, &f, &err);

	if (rc) {
		fuzz_check_error(&err, rc, true);
	} else {
		CHECK(f->len == n && (!n || !memcmp(f->text, data, n)), "the text is another one");
		check_spans(f);
		rc = env_file_eval(f, &in, &values, &err);
		if (rc)
			fuzz_check_error(&err, rc, true);
	}
	read_for_service(data, n);
	for (int i = 0; i < 3; i++)
		set_one(data, n, &state);
}
