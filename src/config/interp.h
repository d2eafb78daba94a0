/* SPDX-License-Identifier: MIT */
/*
 * Interpolation: $NAME, ${NAME}, ${NAME:-default}, ${NAME-default}, ${NAME:?message},
 * ${NAME?message}, ${NAME:+replacement}, ${NAME+replacement}, and $$ for a dollar sign. The same
 * rules serve compose files and .env values. Defaults, replacements and messages are expanded
 * themselves, also when they are not used: ${A:-${B?needed}} fails without B although A is set, as
 * it does in Compose. A dollar sign before anything else is literal.
 */
#ifndef SLIPWAY_CONFIG_INTERP_H
#define SLIPWAY_CONFIG_INTERP_H

#include "base/error.h"
#include "base/str.h"
#include "base/strv.h"

/* The value of a variable, NULL when it is not set. Borrowed until the next call. */
typedef const char *interp_lookup_fn(void *arg, const char *name);

/* One use of a variable. Everything is valid only during the call. */
struct interp_use {
	const char *name;
	const char *op;      /* "", ":-", "-", ":?", "?", ":+", "+" */
	const char *operand; /* expanded default, message or replacement; "" without an operator */
	const char *value;   /* of the variable; NULL when not set */
	size_t offset;       /* of the '$' in the text */
	int depth;           /* 0, or how many operands it is nested in */
};
/* Called for each use, an inner one before the one around it, also before a missing value fails. */
typedef void interp_use_fn(void *arg, const struct interp_use *use);

struct interp {
	interp_lookup_fn *lookup;
	void *lookup_arg;
	interp_use_fn *use; /* may be NULL */
	void *use_arg;
	bool tolerant; /* a missing required variable expands to "" instead of failing */
};

/*
 * Appends the expanded text. ERR_INPUT: a required variable has no value (the message names it and
 * gives the message of its template), or the template is malformed (an unclosed brace, a name that
 * is none), then with a hint. ERR_LIMIT: nested more than 64 deep, or longer than out may grow. The
 * message never holds the value of a variable, nor the text beyond the template itself.
 */
int interp_expand(const struct interp *in, const char *text, struct str *out, struct error *err);
/* Names of all variables in a text, inner ones too, each once, appended to ret; of a malformed text
 * those before the mistake. */
void interp_names(const char *text, struct strv *ret);
/* Behind the "${...}" that begins there, braces within it counted; the end of the text where it is
 * not closed. */
const char *interp_behind(const char *reference);
/* True when expanding could change the text. */
bool interp_needed(const char *text);

#endif
