/* SPDX-License-Identifier: MIT */
/*
 * struct secret_ages: when Slipway made or last changed each secret, from .slipway/secrets.json. The
 * file holds no value: with each time stands a salted, slow digest (PBKDF2, RFC 8018) of the value it
 * is true of, so that a change by hand is seen. Nothing is guessed: the time of a file is no age.
 *
 *	{"slipway":1,"salt":"…","secrets":{"DB_PASSWORD":{"digest":"…","since":1767225600}}}
 */
#ifndef SLIPWAY_CONFIG_SECRET_AGE_H
#define SLIPWAY_CONFIG_SECRET_AGE_H

#include "base/json.h"
#include "host/host.h"

#define SECRET_AGE_FILE "secrets.json" /* below .slipway */

struct secret_ages {
	char *salt;
	struct json_object *secrets;
};

/* No file, or one that is none: nothing is known. ERR_* where it cannot be read, or there is no
 * randomness for a salt. */
int secret_ages_load(struct secret_ages *a, struct host *h, const char *slipway, struct error *err);
void secret_ages_done(struct secret_ages *a);
DEFINE_AUTO(secret_ages)

/* The secret has this value since then (seconds since 1970). */
void secret_ages_put(struct secret_ages *a, const char *name, const char *value, int64_t since_s);
/* Since when it has this value; 0: not known. A NULL value is not at hand: what was noted counts. */
int64_t secret_ages_since(const struct secret_ages *a, const char *name, const char *value);
/* The text of the file; caller frees. */
char *secret_ages_text(const struct secret_ages *a);

#endif
