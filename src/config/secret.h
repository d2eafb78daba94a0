/* SPDX-License-Identifier: MIT */
/* Making secrets with OpenSSL's RAND. Generated text is safe bare in .env, in URLs and in a shell. */
#ifndef SLIPWAY_CONFIG_SECRET_H
#define SLIPWAY_CONFIG_SECRET_H

#include "base/error.h"

#include <stdbool.h>

enum secret_format { SECRET_HEX, SECRET_ALNUM, SECRET_URLSAFE /* [A-Za-z0-9_-] */ };

/* Size 0 (bytes for hex, else length): such a secret comes from somewhere else and cannot be made. */
struct secret_rule {
	enum secret_format format;
	int bytes;  /* hex: random bytes, the text is twice as long */
	int length; /* alnum, urlsafe: characters */
};

/* {SECRET_HEX, 32}. */
struct secret_rule secret_rule_default(void);
/* Name of a format as definitions write it ("hex", "alnum", "urlsafe"); -1 when unknown. */
int secret_format_find(const char *name);
const char *secret_format_name(enum secret_format format);
/* Fresh secret; caller releases it with secret_free(). ERR_FAILED when OpenSSL has no randomness. */
int secret_generate(const struct secret_rule *rule, char **ret, struct error *err);
/* True for what templates ship instead of a secret: changeme, CHANGE_THIS..., <password>, your-...,
 * xxx, "secret", "password", example values. Case does not matter. */
bool secret_is_placeholder(const char *value);
/* The part of it that holds for values of any kind, secret or not: CHANGE_THIS..., <...>, your-...,
 * example.com; not the words that are only bad as secrets ("password", "admin123"). */
bool secret_is_stand_in(const char *value);
/* "generated, 64 hex": how a value of this rule is described; caller frees. */
char *secret_rule_text(const struct secret_rule *rule);

#endif
