/* SPDX-License-Identifier: MIT */
/*
 * Secrets sealed in a file: AES-256-GCM (NIST SP 800-38D) with a key by scrypt (RFC 7914) from a
 * passphrase or a key file. Each writing has a salt and a nonce of its own. Numbers are big-endian:
 *
 *	0   8  "SLIPSEAL"
 *	8   1  version, 1
 *	9   1  what opens it: 1 a passphrase, 2 a key file
 *	10  3  scrypt: log2 N (10 to 20), r (8), p (1 to 4)
 *	13  3  0
 *	16 16  salt
 *	32 12  nonce
 *	44  4  bytes of what is sealed
 *	48  n  sealed: secret_bag.h
 *	48+n 16  tag, over the 48 bytes before, too
 */
#ifndef SLIPWAY_CONFIG_SECRET_SEAL_H
#define SLIPWAY_CONFIG_SECRET_SEAL_H

#include "config/secret_bag.h"

enum {
	SEAL_HEADER = 48,
	SEAL_TAG = 16,
	SEAL_SALT = 16,
	SEAL_NONCE = 12,
	SEAL_MAX = 1024 * 1024, /* bytes of a file */
	SEAL_KEY_MIN = 16,      /* bytes of a key file */
	SEAL_KEY_MAX = 4096,
};

enum seal_lock { SEAL_PASSPHRASE = 1, SEAL_KEY_FILE = 2 };

/* What a file is opened and closed with. */
struct secret_key {
	enum seal_lock lock;
	char *data; /* NULL: there is none */
	size_t n;
};
/* Copies. */
void secret_key_set(struct secret_key *k, enum seal_lock lock, const char *data, size_t n);
void secret_key_done(struct secret_key *k); /* wipes */
DEFINE_AUTO(secret_key)

/* How it is sealed; tests say all of it, others use secret_seal(). */
struct seal_how {
	int log2_n, r, p;
	unsigned char salt[SEAL_SALT], nonce[SEAL_NONCE];
};

/* Appends the sealed bytes. ERR_LIMIT above SEAL_MAX. Takes about a tenth of a second. */
int secret_seal(
	const struct secret_bag *b, const struct secret_key *k, struct str *out, struct error *err);
int secret_seal_as(const struct secret_bag *b, const struct secret_key *k,
	const struct seal_how *how, struct str *out, struct error *err);
/* ERR_INPUT: no such file, one that was cut off, or one of a later version. ERR_DENIED: the key is
 * not the one, or the bytes were changed: the two cannot be told apart. */
int secret_unseal(const char *data, size_t n, const struct secret_key *k, struct secret_bag *ret,
	struct error *err);
/* What opens it, as its header says; ERR_INPUT as above. */
int secret_seal_lock(const char *data, size_t n, enum seal_lock *ret, struct error *err);

#endif
