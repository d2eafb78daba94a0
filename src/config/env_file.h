/* SPDX-License-Identifier: MIT */
/*
 * .env files, kept byte for byte: the text as it was read, and where in it each statement stands.
 * The grammar is that of Compose (it is neither the shell's nor that of `docker run --env-file`):
 *
 *	[export] KEY = value	bare: to the end of the line or the first " #", trimmed,
 * interpolated KEY: value		':' does what '=' does
 *	KEY 'value'		literal, may span lines; only \' is an escape
 *	KEY="value"		escapes, then interpolation; may span lines
 *	KEY			taken from the process environment, else not defined
 *
 * Of a key that is there twice the last one counts. What follows a closing quote on the same line
 * is a statement of its own.
 */
#ifndef SLIPWAY_CONFIG_ENV_FILE_H
#define SLIPWAY_CONFIG_ENV_FILE_H

#include "base/error.h"
#include "base/str.h"
#include "base/strmap.h"
#include "config/interp.h"

/* One statement; the offsets are byte positions in the text. */
struct env_entry {
	char *key;
	char *raw;  /* value between its quotes, escapes as written; trimmed when bare; "" for `KEY`
		       alone */
	char quote; /* '\'', '"', or 0: bare */
	bool inherits;    /* `KEY` alone */
	int line, column; /* of the statement, from 1 */
	size_t start;     /* first byte of the statement ("export" included) */
	size_t key_start, key_end;
	size_t value_start, value_end; /* quotes included; equal for an empty bare value */
};

struct env_file {
	char *name; /* for messages */
	char *text; /* NUL-terminated */
	size_t len;
	struct env_entry *entries; /* in file order */
	size_t n;
};

/*
 * Parses; refuses exactly what Compose refuses, as ERR_INPUT with detail file:line:column: a
 * character no key may hold, a blank in a key, an unterminated quote, a last line `KEY` that has
 * neither '=' nor a newline, a NUL byte. (Bad templates in values show on evaluation.) ERR_LIMIT
 * above 16 MiB, 5,000 statements or 200,000 lines. Messages never quote values.
 */
int env_file_parse(
	const char *name, const char *text, size_t n, struct env_file **ret, struct error *err);
/* The same, but lets pass a last line `KEY` without newline (as an inheriting entry), for an editor
 * that is going to mend it. */
int env_file_parse_for_edit(
	const char *name, const char *text, size_t n, struct env_file **ret, struct error *err);
/* The same for a file that only a container gets (`env_file:`): there Compose takes what it refuses
 * in .env, an empty name, and a last line `KEY` without newline, which is the value of that name.
 */
int env_file_parse_for_service(
	const char *name, const char *text, size_t n, struct env_file **ret, struct error *err);
/* Wipes the text before releasing it. */
void env_file_free(struct env_file *f);
DEFINE_AUTO_PTR(env_file)

/* The entry that counts (the last), NULL when the key is not there. */
const struct env_entry *env_file_find(const struct env_file *f, const char *key);
/* Value of an entry with quotes and escapes undone but variables not expanded ("$$" and "\$" in
 * double quotes both give "$$" here, the escape of interpolation); caller releases with
 * secret_free. */
char *env_entry_unquoted(const struct env_entry *e);

/* Evaluated values, in order of first definition. */
struct env_values {
	struct env_value {
		char *key, *value;
		const struct env_file *file; /* borrowed: where the value stands */
		int line;
	} * items;
	size_t n, cap;
	struct strmap index; /* key -> (void *)(index + 1) */
};
void env_values_done(struct env_values *v); /* wipes the values */
DEFINE_AUTO(env_values)
/* NULL when not defined. Borrowed. */
const char *env_values_get(const struct env_values *v, const char *key);
const struct env_value *env_values_find(const struct env_values *v, const char *key);
/* Adds or replaces. */
void env_values_set(struct env_values *v, const char *key, const char *value,
	const struct env_file *file, int line);

/*
 * Evaluates the statements in order into values, which may hold those of files read before. A
 * variable in a value means: the process environment (in->lookup, which must not know the values
 * read here), else what values holds so far. in->use is told each use. ERR_INPUT with
 * file:line:column for a bad template and for a required variable that is missing (never when
 * in->tolerant).
 */
int env_file_eval(const struct env_file *f, const struct interp *in, struct env_values *values,
	struct error *err);

/*
 * Changes the value of a key so that Compose reads exactly `value` (no interpolation): only the
 * bytes of the value that counts change. A key that is not there is added at the end, after
 * `comment` (lines, each written as "# line"; NULL: none). Written bare where that is safe, else in
 * single, else in double quotes. Nothing at all changes when the key has that value already.
 * ERR_INPUT: the key is none.
 */
int env_file_set(struct env_file *f, const char *key, const char *value, const char *comment,
	struct error *err);
/* Removes every statement of the key, with its line when nothing else stands on it. */
int env_file_remove(struct env_file *f, const char *key, struct error *err);
/*
 * Takes n statements of `from` over, those from e on, where f lacks the key: each line as it stands
 * there, with the comment above it, behind the nearest statement before it that f has, too (else
 * before the nearest one after it, else at the end). Comment lines that f has there already are not
 * written again. Every other byte of f stays.
 */
int env_file_insert(struct env_file *f, const struct env_file *from, const struct env_entry *e,
	size_t n, struct error *err);
/* Gives the key, which is there, the value that stands in `as`, an entry of `from`: as it is written
 * there, variables and all. */
int env_file_set_as(struct env_file *f, const char *key, const struct env_file *from,
	const struct env_entry *as, struct error *err);
/* Every statement of a key gets another name and keeps its value; ${OLD} in other values follows. */
int env_file_rename(struct env_file *f, const char *old, const char *new, struct error *err);
/* The literal value Compose would give the key if no variable were expanded in it, or NULL when the
 * value holds a variable, or the key is not there or inherits; caller releases with secret_free. */
char *env_file_literal(const struct env_file *f, const char *key);

/* How a value is written: bare, 'single' or "double" (see env_file_set); caller: secret_free. */
char *env_quote(const char *value);
/* True when a shell that sources the file would read another value than Compose does. */
bool env_quote_differs_in_shell(const char *value);
/*
 * True when a POSIX shell (dash, bash) that sources the file would read the statement as something else
 * than Compose does: a value with other bytes, a command, an error. Never false where they differ, as
 * long as the variables it refers to are read alike; true for some rare forms that come out the same.
 */
bool env_file_differs_in_shell(const struct env_file *f, const struct env_entry *e);
/* "\r\n" or "\n", as the first line of the file ends; for a line that is added. */
const char *env_file_line_end(const struct env_file *f);

#endif
