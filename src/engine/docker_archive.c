/* SPDX-License-Identifier: MIT */
#include "engine/docker_archive.h"

#include "base/i18n.h"
#include "base/text.h"

#include <string.h>

/* Offsets in a header of POSIX ustar. */
enum {
	BLOCK = 512,
	SIZE_AT = 124,
	SIZE_LEN = 12,
	SUM_AT = 148,
	SUM_LEN = 8,
	TYPE_AT = 156,
	LINK_AT = 157,
	LINK_LEN = 100,
	AROUND = 16 * BLOCK, /* headers and padding beside the one file */
	ANSWER_MS = 60000,
};

/* --- the format */

/* Octal digits between blanks and NULs; -1: something else. */
static int64_t octal(const char *field, size_t n)
{
	int64_t value = 0;
	size_t i = 0;

	while (i < n && field[i] == ' ')
		i++;
	if (i == n || field[i] < '0' || field[i] > '7')
		return -1;
	for (; i < n && field[i] >= '0' && field[i] <= '7'; i++)
		value = value * 8 + (field[i] - '0');
	return i == n || field[i] == ' ' || field[i] == '\0' ? value : -1;
}

/* The sum of all bytes of the header, its own field counted as blanks. */
static bool sum_is_right(const char *header)
{
	int64_t sum = 0;

	for (int i = 0; i < BLOCK; i++)
		sum += i >= SUM_AT && i < SUM_AT + SUM_LEN ? ' ' : (unsigned char)header[i];
	return octal(header + SUM_AT, SUM_LEN) == sum;
}

static int no_archive(struct error *err)
{
	return error_set(err, ERR_INPUT, _("the Docker Engine sent no archive that can be read"));
}

static int no_file(const char *header, struct error *err)
{
	autofree char *link = xstrndup(header + LINK_AT, strnlen(header + LINK_AT, LINK_LEN));
	autofree char *safe = text_safe_dup(link);

	if (header[TYPE_AT] == '1' || header[TYPE_AT] == '2')
		return error_set(err, ERR_INPUT, _("it is a link to %s, not a file"), safe);
	return error_set(err, ERR_INPUT, _("it is not a file"));
}

int docker_archive_file(const char *tar, size_t n, struct str *ret, struct error *err)
{
	for (size_t at = 0; n - at >= BLOCK;) {
		const char *header = tar + at;
		char type = header[TYPE_AT];
		int64_t size = octal(header + SIZE_AT, SIZE_LEN);

		if (!sum_is_right(header) || size < 0 || (uint64_t)size > n - at - BLOCK)
			return no_archive(err);
		/* More about the next header: its long name, its exact times. */
		if (strchr("xgLK", type) && type) {
			size_t whole = BLOCK + ((size_t)size + BLOCK - 1) / BLOCK * BLOCK;

			if (whole > n - at)
				return no_archive(err);
			at += whole;
			continue;
		}
		if (type != '0' && type != '7' && type)
			return no_file(header, err);
		str_addn(ret, header + BLOCK, (size_t)size);
		if (str_full(ret))
			return error_set(
				err, ERR_LIMIT, _("it is larger than %zu bytes"), ret->max);
		return 0;
	}
	return no_archive(err);
}

/* --- the operation */

struct reading {
	struct op op;
	struct op *call;
	struct str tar;
	struct str *ret;
};

static void reading_destroy(struct op *op)
{
	struct reading *r = (struct reading *)op;

	op_free(r->call);
	str_done(&r->tar);
	free(r);
}

static const struct op_class reading_class = {.name = "archive", .destroy = reading_destroy};

/* What is beyond the ceiling is not waited for: a directory may hold any number of bytes. */
static bool on_data(void *arg, const char *data, size_t n)
{
	struct reading *r = arg;
	AUTO(error) struct error err = ERROR_INIT;

	str_addn(&r->tar, data, n);
	if (str_full(&r->tar)) {
		error_set(&err, ERR_LIMIT, _("it is larger than %zu bytes"), r->ret->max);
		op_finish(&r->op, err.code, &err);
	}
	return true;
}

static void on_answer(void *arg, int code, const struct error *err)
{
	struct reading *r = arg;
	AUTO(error) struct error said = ERROR_INIT;

	if (r->op.freeing)
		return;
	if (code)
		error_copy(&said, err);
	else
		code = docker_archive_file(str_text(&r->tar), r->tar.len, r->ret, &said);
	op_finish(&r->op, code, &said);
}

struct op *docker_archive_read(struct docker *d, const char *container, const char *path,
	struct str *ret, op_done_fn *done, void *arg)
{
	struct reading *r = xcalloc(1, sizeof(*r));
	autofree char *escaped = docker_escape(path);
	autofree char *asked = xasprintf("/containers/%s/archive?path=%s", container, escaped);
	struct docker_spec spec = {
		.path = asked, .timeout_ms = ANSWER_MS, .on_data = on_data, .stream_arg = r};

	op_init(&r->op, &reading_class, d->loop, done, arg);
	r->ret = ret;
	str_init(&r->tar, ret->max + AROUND);
	r->call = docker_call(d, &spec, on_answer, r);
	return &r->op;
}
