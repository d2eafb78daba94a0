/* SPDX-License-Identifier: MIT */
#include "base/error.h"

#include <errno.h>
#include <string.h>

void error_done(struct error *err)
{
	free(err->message);
	free(err->detail);
	free(err->hint);
	*err = (struct error)ERROR_INIT;
}

/* What was given may be of any length; the line that names it is not. */
static void cut(char *message)
{
	size_t n = ERROR_MESSAGE_MAX - sizeof("…");

	if (strlen(message) <= ERROR_MESSAGE_MAX)
		return;
	while (n && ((unsigned char)message[n] & 0xc0) == 0x80)
		n--;
	memcpy(message + n, "…", sizeof("…"));
}

int error_set(struct error *err, int code, const char *fmt, ...)
{
	va_list ap;
	char *message;

	if (!err)
		return code;
	/* Formatted before the old text goes: the arguments may point into it. */
	va_start(ap, fmt);
	message = xvasprintf(fmt, ap);
	va_end(ap);
	error_done(err);
	cut(message);
	err->code = code;
	err->message = message;
	return code;
}

static int code_of_errno(int errnum)
{
	switch (errnum) {
	case EACCES:
	case EPERM:
		return ERR_DENIED;
	case ENOENT:
		return ERR_NOT_FOUND;
	default:
		return ERR_FAILED;
	}
}

int error_errno(struct error *err, int errnum, const char *fmt, ...)
{
	autofree char *text = NULL;
	va_list ap;

	if (!err)
		return code_of_errno(errnum);
	va_start(ap, fmt);
	text = xvasprintf(fmt, ap);
	va_end(ap);
	return error_set(err, code_of_errno(errnum), "%s: %s", text, strerror(errnum));
}

static void replace(char **field, char *text)
{
	free(*field);
	*field = text;
}

int error_detail(struct error *err, const char *fmt, ...)
{
	va_list ap;

	if (!err)
		return ERR_FAILED;
	va_start(ap, fmt);
	replace(&err->detail, xvasprintf(fmt, ap));
	va_end(ap);
	return err->code;
}

int error_hint(struct error *err, const char *fmt, ...)
{
	va_list ap;

	if (!err)
		return ERR_FAILED;
	va_start(ap, fmt);
	replace(&err->hint, xvasprintf(fmt, ap));
	va_end(ap);
	return err->code;
}

int error_prefix(struct error *err, const char *fmt, ...)
{
	autofree char *text = NULL;
	va_list ap;

	if (!err)
		return ERR_FAILED;
	va_start(ap, fmt);
	text = xvasprintf(fmt, ap);
	va_end(ap);
	replace(&err->message, xasprintf("%s: %s", text, err->message ? err->message : ""));
	return err->code;
}

int error_move(struct error *dst, struct error *src)
{
	int code = src->code;

	if (dst == src)
		return code;
	if (dst) {
		error_done(dst);
		*dst = *src;
		*src = (struct error)ERROR_INIT;
	} else {
		error_done(src);
	}
	return code;
}

int error_copy(struct error *dst, const struct error *src)
{
	struct error copy = {src->code, xstrdup(src->message), xstrdup(src->detail), xstrdup(src->hint)};

	return error_move(dst, &copy) ? src->code : 0;
}

int error_exit_status(int code)
{
	switch (code) {
	case 0:
		return 0;
	case ERR_INPUT:
	case ERR_LIMIT:
		return 3;
	case ERR_ANSWERS:
		return 4;
	case ERR_UNHEALTHY:
		return 5;
	case ERR_UNREACHABLE:
		return 6;
	case ERR_LOCKED:
		return 7;
	case ERR_CANCELLED:
		return 130;
	default:
		return 1;
	}
}
