/* SPDX-License-Identifier: MIT */
/*
 * Making secrets with OpenSSL's RAND and EVP. What is generated as one word is safe bare in .env,
 * in URLs and in a shell, but for base64 (its + / =) and the formats that others define (PEM,
 * crypt(3)). Every copy that was made on the way is wiped.
 */
#ifndef SLIPWAY_CONFIG_SECRET_H
#define SLIPWAY_CONFIG_SECRET_H

#include "base/error.h"
#include "base/strv.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

enum secret_format {
	SECRET_HEX,
	SECRET_ALNUM,
	SECRET_URLSAFE, /* [A-Za-z0-9_-] */
	SECRET_BASE64,
	SECRET_BASE64URL, /* without padding */
	SECRET_PASSWORD,  /* letters of both cases, digits, - _ . of each at least one */
	SECRET_WORDS,     /* "amber-river-..." */
	SECRET_UUID,      /* version 4, RFC 9562 */
	SECRET_FERNET,    /* 32 bytes, base64url with padding */
	SECRET_RSA,       /* private key, PKCS #8 PEM */
	SECRET_ED25519,   /* the same */
	SECRET_EC,        /* P-256, the same */
	/* What follows is made from other settings. */
	SECRET_PUBLIC,      /* PEM of the public half */
	SECRET_CERTIFICATE, /* self-signed X.509 PEM with subject alternative names */
	SECRET_BCRYPT,      /* $2b$, by crypt(3) */
	SECRET_HTPASSWD,    /* user:$2b$... */
	SECRET_JWT,         /* HS256, RFC 7519 */
	SECRET_DSN,         /* a template; values are percent-encoded in it */
	SECRET_COPY,        /* the value of another setting as it is */
};
enum { SECRET_FORMATS = SECRET_COPY + 1, SECRET_WORDS_COUNT = 1024 };

enum secret_unit { SECRET_UNIT_NONE, SECRET_UNIT_BYTES, SECRET_UNIT_LENGTH };

/* One row a format; the table drives generation, the schema, help and tests. */
struct secret_format_info {
	const char *name; /* "hex", as definitions write it */
	const char *help; /* N_() */
	const char *example;
	enum secret_unit unit; /* what its size counts: random bytes, or characters, words, bits */
	int size;              /* unless said */
	int min, max;
	bool derived; /* from other settings */
	bool lines;   /* the text has several */
	bool slow; /* making one keeps a processor busy: in the pool where somebody types meanwhile
		    */
};
const struct secret_format_info *secret_format_info(enum secret_format format);

/* Size 0 in a format that has one: such a secret comes from somewhere else and cannot be made. */
struct secret_rule {
	enum secret_format format;
	int bytes;  /* SECRET_UNIT_BYTES */
	int length; /* SECRET_UNIT_LENGTH */
};

/* What derived formats need beside that; all may be NULL or empty. */
struct secret_source {
	char *prefix;      /* of what is not derived and has a size: stands before what is made */
	char *from;        /* setting: the key, the password, the signing secret */
	char *user;        /* htpasswd; may hold ${NAME} */
	char *claims;      /* jwt: a JSON object */
	char *pattern;     /* dsn: "postgresql://${PGUSER}:${PGPASSWORD}@db/app" */
	struct strv names; /* certificate: DNS names and IP addresses */
	int days;          /* certificate, jwt: how long it is valid; 0: 3650 */
};
void secret_source_done(struct secret_source *s);
struct secret_source secret_source_copy(const struct secret_source *s);

/* How the service that remembers a secret is told of another one (`lives_in: {rotate: ...}`): one
 * of the first four. Texts may hold ${NAME}; the value itself is in none of them. */
struct secret_rotate {
	char *postgres_role; /* whose password it is */
	char *redis_user;    /* the same; "default" is the one of requirepass */
	bool restart;        /* it takes whatever it is started with */
	struct strv command; /* run in the service, with both values in its environment */
	char *redis_admin; /* "${REDIS_PASSWORD}": of the user default, who changes redis_user; NULL
			    */
	struct strv check;   /* the same, afterwards: whether the new value is let in; empty: none */
	char *service;       /* who is told; NULL: the one that mounts the volume */
};
void secret_rotate_done(struct secret_rotate *r);
/* Whether it says a way at all. */
bool secret_rotate_says(const struct secret_rotate *r);
/* Value of another setting, NULL when it has none. Borrowed until the next call. */
typedef const char *secret_lookup_fn(void *arg, const char *name);
/* Names of the settings it is made from, appended to ret. */
void secret_source_needs(const struct secret_source *s, struct strv *ret);

/* {SECRET_HEX, 32}. */
struct secret_rule secret_rule_default(void);
/* Name of a format as definitions write it ("hex", "alnum", "urlsafe"); -1 when unknown. */
int secret_format_find(const char *name);
const char *secret_format_name(enum secret_format format);
/* Whether the rule makes something at all (derived ones: given what they are made from). */
bool secret_rule_makes(const struct secret_rule *rule);
/* Bits of randomness in what the rule makes; 0 for what others define or what is derived. */
double secret_rule_entropy(const struct secret_rule *rule);
/* Characters of what the rule makes, where that is always the same; else 0. */
int secret_rule_length(const struct secret_rule *rule);
/* Fresh secret; caller releases it with secret_free(). ERR_FAILED when OpenSSL has no randomness.
 * ERR_INPUT for derived formats. */
int secret_generate(const struct secret_rule *rule, char **ret, struct error *err);
/* The same for all formats. ERR_INPUT when what it is made from has no value, or is no key; the
 * message names settings, never values. */
int secret_make(const struct secret_rule *rule, const struct secret_source *source,
	secret_lookup_fn *lookup, void *arg, char **ret, struct error *err);
/* The same for a pool thread: ERR_CANCELLED soon after *cancelled is set. */
int secret_make_until(const struct secret_rule *rule, const struct secret_source *source,
	secret_lookup_fn *lookup, void *arg, const atomic_bool *cancelled, char **ret,
	struct error *err);
/* Whether a bcrypt line (with or without "user:") is that of the password. */
bool secret_bcrypt_is(const char *line, const char *password);
/* True for what templates ship instead of a secret: changeme, CHANGE_THIS..., <password>, your-...,
 * xxx, "secret", "password", example values. Case does not matter. */
bool secret_is_placeholder(const char *value);
/* The part of it that holds for values of any kind, secret or not: CHANGE_THIS..., <...>, your-...,
 * example.com; not the words that are only bad as secrets ("password", "admin123"). */
bool secret_is_stand_in(const char *value);
/* "generated, 64 hex": how a value of this rule is described; caller frees. */
char *secret_rule_text(const struct secret_rule *rule);

#endif
