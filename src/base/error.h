/* SPDX-License-Identifier: MIT */
/*
 * Errors are values. A function that can fail returns 0 or a negative enum error_code and fills the
 * struct error it was given (which may be NULL: then only the code is known). Library code prints
 * nothing and never exits.
 *
 * The law of messages:
 *	message  what failed, and on what; one line, no final period; translated
 *	detail   the evidence: file:line:column, the last probe output, the exit status; may be NULL
 *	hint     what to do about it, a sentence; may be NULL
 *
 * Usage:
 *	return error_set(err, ERR_INPUT, _("cannot read %s"), path);
 * and, where there is more to say:
 *	error_set(err, ERR_INPUT, _("%s is not a port"), name);
 *	error_detail(err, "%s:%d:%d", file, line, column);
 *	return error_hint(err, _("Use a number from 1 to 65535."));
 *
 * Each of error_set, error_detail and error_hint returns the code, so the last one can be returned.
 */
#ifndef SLIPWAY_BASE_ERROR_H
#define SLIPWAY_BASE_ERROR_H

#include "base/mem.h"

enum error_code {
	ERR_FAILED = -1,      /* anything without a code of its own; exit 1 */
	ERR_INPUT = -3,       /* bad usage or bad input, with its place; exit 3 */
	ERR_ANSWERS = -4,     /* required settings have no value; exit 4 */
	ERR_UNHEALTHY = -5,   /* a service or a gate did not become healthy; exit 5 */
	ERR_UNREACHABLE = -6, /* host or engine cannot be reached; exit 6 */
	ERR_LOCKED = -7,      /* another run holds the project; exit 7 */
	ERR_NOT_FOUND = -8,   /* the file, key, service... does not exist; exit 1 */
	ERR_DENIED = -9,      /* permission; exit 1 */
	ERR_LIMIT = -10,      /* a ceiling was met; exit 3 */
	ERR_TIMEOUT = -11,    /* exit 1 */
	ERR_CANCELLED = -12,  /* somebody asked for the end; exit 130 */
	ERR_EXISTS = -13,     /* exit 1 */
	ERR_UNSYNCED = -14,   /* it was done, but a loss of power may still undo it; exit 1 */
};

struct error {
	int code; /* 0 or an enum error_code */
	char *message;
	char *detail;
	char *hint;
};

#define ERROR_INIT {0, NULL, NULL, NULL}

void error_done(struct error *err);
DEFINE_AUTO(error)

enum { ERROR_MESSAGE_MAX = 1000 /* bytes; what is longer is cut */ };
/* Replaces whatever err held. Returns code. */
int error_set(struct error *err, int code, const char *fmt, ...) ATTR_PRINTF(3, 4);
/* As error_set with ": <text of errnum>" appended; EACCES and EPERM give ERR_DENIED, ENOENT gives
 * ERR_NOT_FOUND, everything else ERR_FAILED. Returns the code. */
int error_errno(struct error *err, int errnum, const char *fmt, ...) ATTR_PRINTF(3, 4);
/* Sets (replaces) the detail or the hint. Return err's code (ERR_FAILED when err is NULL). */
int error_detail(struct error *err, const char *fmt, ...) ATTR_PRINTF(2, 3);
int error_hint(struct error *err, const char *fmt, ...) ATTR_PRINTF(2, 3);
/* Puts "<text>: " before the message. Returns the code. */
int error_prefix(struct error *err, const char *fmt, ...) ATTR_PRINTF(2, 3);
/* Moves src into dst (dst may be NULL: src is only released). Returns src's code. */
int error_move(struct error *dst, struct error *src);
/* Copies src into dst. Returns src's code. */
int error_copy(struct error *dst, const struct error *src);

/* Exit status of the program for an error code (see the table above); 0 for 0. */
int error_exit_status(int code);

#endif
