/* SPDX-License-Identifier: MIT */
/* Between secret.c, which has the table of formats, and the files that make them. */
#ifndef SLIPWAY_CONFIG_SECRET_PARTS_H
#define SLIPWAY_CONFIG_SECRET_PARTS_H

#include "config/secret.h"

extern const char *const secret_words[SECRET_WORDS_COUNT];

/* What a format is made with. */
struct secret_job {
	const struct secret_rule *rule;
	const struct secret_source *source; /* NULL: not derived */
	secret_lookup_fn *lookup;
	void *arg;
	const atomic_bool *cancelled; /* NULL: it is never */
};
typedef int secret_make_fn(const struct secret_job *job, char **ret, struct error *err);

/* From OpenSSL's generator; ERR_FAILED where the system gives it no randomness. */
int secret_random(unsigned char *p, size_t n, struct error *err);
/* Equally likely numbers below `limit`, at most 65536. */
int secret_random_below(unsigned limit, unsigned *ret, struct error *err);
/* base64 (RFC 4648); `url`: the alphabet with - and _; `pad`: with =. Caller: secret_free(). */
char *secret_base64(const unsigned char *p, size_t n, bool url, bool pad);
/* The value that `from` names, or ERR_INPUT. Borrowed until the next look-up. */
int secret_from(const struct secret_job *job, const char **ret, struct error *err);
/* ERR_FAILED with `what` (translated) as message and OpenSSL's own reason as detail. */
int secret_openssl_error(struct error *err, const char *what);

/* secret_key.c */
/* Text in PEM whose content is whole: a key or a certificate, as programs write them. */
bool secret_is_pem(const char *text);
secret_make_fn secret_make_rsa, secret_make_ed25519, secret_make_ec, secret_make_public,
	secret_make_certificate;
/* secret_derive.c */
secret_make_fn secret_make_bcrypt, secret_make_htpasswd, secret_make_jwt, secret_make_dsn,
	secret_make_copy;

#endif
