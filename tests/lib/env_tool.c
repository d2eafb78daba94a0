/* SPDX-License-Identifier: MIT */
/*
 * What the tests of env files need beside the program; see the table at the end.
 *
 * generate makes nasty files DIR/1.env...; the keys of file K begin with F<K>_, so that any number
 * of files can be read together. read says "ok FILE" or "refused FILE PLACE". keys are the keys
 * that hold a value, one a line; values are theirs, a NUL behind each. edit proves that parsing and
 * writing gives the same bytes and that setting a key leaves every other byte alone. write makes
 * FILE with nasty values through the editor and says them as JSON. shell names the keys that a
 * shell sourcing the file would read differently; alike prints the statements that it would not.
 */
#include "base/json.h"
#include "config/env_file.h"

#include <stdio.h>
#include <string.h>

static uint32_t next(uint32_t *state)
{
	*state = *state * 1664525u + 1013904223u;
	return *state >> 8;
}

static bool slurp(const char *path, struct str *out)
{
	FILE *f = fopen(path, "re");
	char buffer[4096];
	size_t n;

	if (!f)
		return false;
	while ((n = fread(buffer, 1, sizeof(buffer), f)) > 0)
		str_addn(out, buffer, n);
	fclose(f);
	return true;
}

/* --- generating */

static const char *const keys[] = {
	"A", "B", "C", "a_b", "D.e", "x-y", "Z[0]", "\xc3\xbc", "LONG_NAME_1", "9"};
static const char *const bits[] = {"a", "b 1", "#", " #", "\t#", "$", "$$", "${A}", "${U:-d}",
	"${U-${A}}", "${A:+r}", "${U:-$A}", "$A", "{", "}", "\\\\", "\\", "\\n", "\\t", "\\$",
	"\\\"", "\\0101", "\\0377", "\\x41", "\\u00e9", "'", "\"", "=", ":", ",", "@", " ", "\t",
	"\r", "`id`", "$(x)", "\xc3\xa4", "\xe2\x82\xac", "\\'", "?", "-", "5", "\xc2\xa0",
	"\xe2\x80\xa8", "<<EOF", "export ", "%", "!", "&", "|", ";", "~", "\xf0\x9f\x9a\xa2", "$1",
	"${U:-}", "it's", "\\\\n"};

static void add_bits(struct str *out, uint32_t *s, int file, char quote)
{
	for (uint32_t k = next(s) % 7; k > 0; k--) {
		const char *bit = bits[next(s) % ARRAY_SIZE(bits)];

		if (quote && next(s) % 8 == 0)
			bit = "\n";
		/* Now and then a key of this very file. */
		if (next(s) % 12 == 0)
			str_addf(out, "${F%d_%s}", file, keys[next(s) % 3]);
		else
			str_add(out, bit);
	}
}

static void add_statement(struct str *out, uint32_t *s, int file, const char *eol)
{
	static const char *const seps[] = {"=", "=", "=", "=", "=", ": ", " = ", ":", "\t=", ""};
	const char *sep = seps[next(s) % ARRAY_SIZE(seps)];
	const uint32_t kind = next(s) % 10;
	const char quote = kind < 3 ? '"' : kind < 5 ? '\'' : '\0';

	if (next(s) % 9 == 0)
		str_add(out, next(s) % 2 ? "export " : "  ");
	str_addf(out, "F%d_%s%s", file, keys[next(s) % ARRAY_SIZE(keys)], sep);
	if (*sep) {
		if (quote)
			str_addc(out, quote);
		add_bits(out, s, file, quote);
		if (quote)
			str_addc(out, quote);
		if (next(s) % 6 == 0)
			str_add(out, " # comment");
	}
	str_add(out, eol);
}

static int generate(const char *dir, int n, uint32_t seed)
{
	for (int i = 1; i <= n; i++) {
		AUTO(str) struct str text = STR_INIT(STR_FILE);
		autofree char *path = xasprintf("%s/%d.env", dir, i);
		uint32_t s = seed * 2654435761u + (uint32_t)i;
		const char *eol = next(&s) % 5 ? "\n" : "\r\n";
		FILE *f = fopen(path, "we");

		if (!f)
			return 1;
		if (next(&s) % 12 == 0)
			str_add(&text, "\xef\xbb\xbf");
		for (uint32_t k = 1 + next(&s) % 8; k > 0; k--) {
			if (next(&s) % 7 == 0)
				str_addf(&text, "# a comment with 'quotes' and = signs%s", eol);
			if (next(&s) % 9 == 0)
				str_add(&text, eol);
			add_statement(&text, &s, i, eol);
		}
		if (next(&s) % 8 == 0 && text.len)
			str_cut(&text, text.len - strlen(eol));
		fwrite(str_text(&text), 1, text.len, f);
		fclose(f);
	}
	return 0;
}

/* --- reading */

static const char *nothing(void *arg, const char *name)
{
	(void)arg;
	(void)name;
	return NULL;
}

static const struct interp in = {.lookup = nothing};

static int read_one(const char *path, struct env_file **ret, struct error *err)
{
	AUTO(str) struct str text = STR_INIT(STR_FILE);
	AUTO(env_values) struct env_values values = {0};
	int rc;

	if (!slurp(path, &text))
		return error_set(err, ERR_NOT_FOUND, "there is no %s", path);
	rc = env_file_parse(path, str_text(&text), text.len, ret, err);
	return rc ? rc : env_file_eval(*ret, &in, &values, err);
}

static int read_all(char **paths)
{
	for (; *paths; paths++) {
		AUTO_PTR(env_file) struct env_file *f = NULL;
		AUTO(error) struct error err = ERROR_INIT;

		if (!read_one(*paths, &f, &err))
			printf("ok %s\n", *paths);
		else
			printf("refused %s %s\n", *paths, err.detail ? err.detail : "-");
	}
	return 0;
}

static int print_keys(char **paths)
{
	for (; *paths; paths++) {
		AUTO_PTR(env_file) struct env_file *f = NULL;

		if (read_one(*paths, &f, NULL))
			continue;
		for (size_t i = 0; i < f->n; i++)
			if (env_file_find(f, f->entries[i].key) == &f->entries[i])
				printf("%s\n", f->entries[i].key);
	}
	return 0;
}

/* --- editing */

static int bad(const char *path, const char *key, const char *value, const char *what)
{
	printf("%s: %s set to \"%s\": %s\n", path, key, value, what);
	return 1;
}

static int set_one(const char *path, const struct str *text, const char *key, const char *value)
{
	AUTO_PTR(env_file) struct env_file *before = NULL, *f = NULL;
	AUTO(error) struct error err = ERROR_INIT;
	const struct env_entry *e;
	autofree char *now = NULL;
	size_t head, tail;

	env_file_parse_for_edit(path, str_text(text), text->len, &before, NULL);
	env_file_parse_for_edit(path, str_text(text), text->len, &f, NULL);
	e = env_file_find(before, key);
	head = e ? e->value_start : before->len;
	tail = e ? before->len - e->value_end : 0;
	if (env_file_set(f, key, value, NULL, &err))
		return bad(path, key, value, err.message);
	if (f->len < head + tail || memcmp(f->text, before->text, head) != 0)
		return bad(path, key, value, "bytes before it change");
	if (!memmem(f->text + head, f->len - head, before->text + before->len - tail, tail))
		return bad(path, key, value, "bytes behind it change");
	now = env_file_literal(f, key);
	if (!now || strcmp(now, value) != 0)
		return bad(path, key, value, "another value is read back");
	return 0;
}

static int edit_one(const char *path)
{
	static const char *const values[] = {
		"", "plain", "two words", "it's $5 \\ \"x\" `y`", "line\nline", "#", "end\\"};
	AUTO(str) struct str text = STR_INIT(STR_FILE);
	AUTO_PTR(env_file) struct env_file *f = NULL;
	int rc = 0;

	if (!slurp(path, &text) ||
		env_file_parse_for_edit(path, str_text(&text), text.len, &f, NULL))
		return 0;
	if (f->len != text.len || (text.len && memcmp(f->text, text.data, text.len) != 0)) {
		printf("%s: parsed and written it has other bytes\n", path);
		rc = 1;
	}
	for (size_t v = 0; v < ARRAY_SIZE(values); v++) {
		for (size_t i = 0; i < f->n; i++)
			rc |= set_one(path, &text, f->entries[i].key, values[v]);
		rc |= set_one(path, &text, "NEW_KEY", values[v]);
	}
	return rc;
}

static int edit_all(char **paths)
{
	int rc = 0;

	for (; *paths; paths++)
		rc |= edit_one(*paths);
	return rc;
}

/* --- writing */

static char *nasty(uint32_t *s)
{
	AUTO(str) struct str out = STR_INIT(STR_FILE);

	for (uint32_t k = next(s) % 8; k > 0; k--)
		str_add(&out, next(s) % 8 ? bits[next(s) % ARRAY_SIZE(bits)] : "\n");
	return str_take(&out);
}

static int write_one(const char *path, int n, uint32_t seed)
{
	AUTO_PTR(env_file) struct env_file *f = NULL;
	autojson struct json_object *values = json_object_new_object();
	autofree char *said = NULL;
	FILE *out = fopen(path, "we");
	static const char base[] = "# keys that are there\nW1=old # why\nexport W2: \"x\"\nW3\n";

	if (!out || env_file_parse(path, base, sizeof(base) - 1, &f, NULL))
		return 1;
	for (int i = 1; i <= n; i++) {
		autofree char *key = xasprintf("W%d", i), *value = nasty(&seed);

		if (env_file_set(f, key, value, i % 5 ? NULL : "A comment.", NULL))
			return 1;
		json_put_str(values, key, value);
	}
	fwrite(f->text, 1, f->len, out);
	fclose(out);
	said = json_text(values);
	puts(said);
	return 0;
}

static int shell(const char *path)
{
	AUTO_PTR(env_file) struct env_file *f = NULL;
	AUTO(error) struct error err = ERROR_INIT;

	if (read_one(path, &f, &err)) {
		fprintf(stderr, "%s\n", err.message);
		return 3;
	}
	for (size_t i = 0; i < f->n; i++)
		if (env_file_find(f, f->entries[i].key) == &f->entries[i] &&
			env_file_differs_in_shell(f, &f->entries[i]))
			printf("%s\n", f->entries[i].key);
	return 0;
}

static int print_values(const char *path)
{
	AUTO_PTR(env_file) struct env_file *f = NULL;
	AUTO(env_values) struct env_values values = {0};

	if (read_one(path, &f, NULL) || env_file_eval(f, &in, &values, NULL))
		return 1;
	for (size_t i = 0; i < f->n; i++) {
		const char *value = env_values_get(&values, f->entries[i].key);

		if (env_file_find(f, f->entries[i].key) == &f->entries[i])
			printf("%s%c", value ? value : "(unset)", 0);
	}
	return 0;
}

static int alike(char **paths)
{
	for (; *paths; paths++) {
		AUTO_PTR(env_file) struct env_file *f = NULL;

		if (read_one(*paths, &f, NULL))
			continue;
		for (size_t i = 0; i < f->n; i++) {
			const struct env_entry *e = &f->entries[i];
			const char *end = f->text + e->value_end;

			end += strcspn(end, "\n");
			if (!env_file_differs_in_shell(f, e))
				printf("%.*s\n", (int)(end - f->text - (ptrdiff_t)e->start),
					f->text + e->start);
		}
	}
	return 0;
}

static int run_generate(char **a)
{
	return generate(a[0], (int)strtol(a[1], NULL, 10), (uint32_t)strtoul(a[2], NULL, 10));
}

static int run_write(char **a)
{
	return write_one(a[0], (int)strtol(a[1], NULL, 10), (uint32_t)strtoul(a[2], NULL, 10));
}

static int run_values(char **a)
{
	return print_values(a[0]);
}

static int run_shell(char **a)
{
	return shell(a[0]);
}

static const struct {
	const char *name, *arguments;
	int least; /* arguments */
	int (*run)(char **arguments);
} commands[] = {
	{"generate", "DIR N SEED", 3, run_generate},
	{"read", "FILE...", 1, read_all},
	{"keys", "FILE...", 1, print_keys},
	{"values", "FILE", 1, run_values},
	{"edit", "FILE...", 1, edit_all},
	{"write", "FILE N SEED", 3, run_write},
	{"shell", "FILE", 1, run_shell},
	{"alike", "FILE...", 1, alike},
};

int main(int argc, char **argv)
{
	for (size_t i = 0; i < ARRAY_SIZE(commands); i++)
		if (argc > 1 && !strcmp(argv[1], commands[i].name) && argc - 2 >= commands[i].least)
			return commands[i].run(argv + 2);
	for (size_t i = 0; i < ARRAY_SIZE(commands); i++)
		fprintf(stderr, "env_tool %s %s\n", commands[i].name, commands[i].arguments);
	return 3;
}
