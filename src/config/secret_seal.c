/* SPDX-License-Identifier: MIT */
#include "config/secret_seal.h"

#include "base/i18n.h"
#include "config/secret_parts.h"

#include <openssl/evp.h>
#include <string.h>

enum {
	FORMAT = 1,
	KEY = 32,
	LOG2_N = 15, /* 32 MiB, a tenth of a second */
	R = 8,
	P = 1,
	/* Nobody is made to spend more by a file that somebody sent. */
	LOG2_N_MIN = 10,
	LOG2_N_MAX = 20,
	P_MAX = 4,
};

static const char magic[8] = {'S', 'L', 'I', 'P', 'S', 'E', 'A', 'L'};

void secret_key_set(struct secret_key *k, enum seal_lock lock, const char *data, size_t n)
{
	secret_key_done(k);
	*k = (struct secret_key){.lock = lock, .data = xmemdup(data, n), .n = n};
}

void secret_key_done(struct secret_key *k)
{
	mem_wipe(k->data, k->n);
	free(k->data);
	*k = (struct secret_key){0};
}

/* --- the header */

static void put_header(
	unsigned char *h, enum seal_lock lock, const struct seal_how *how, size_t length)
{
	memset(h, 0, SEAL_HEADER);
	memcpy(h, magic, sizeof(magic));
	h[8] = FORMAT;
	h[9] = (unsigned char)lock;
	h[10] = (unsigned char)how->log2_n;
	h[11] = (unsigned char)how->r;
	h[12] = (unsigned char)how->p;
	memcpy(h + 16, how->salt, SEAL_SALT);
	memcpy(h + 32, how->nonce, SEAL_NONCE);
	for (int i = 0; i < 4; i++)
		h[44 + i] = (unsigned char)(length >> (24 - 8 * i));
}

static int no_seal(struct error *err, const char *why)
{
	error_set(err, ERR_INPUT, _("this is no file of sealed secrets that can be read"));
	error_detail(err, "%s", why);
	return ERR_INPUT;
}

static int read_header(
	const char *data, size_t n, enum seal_lock *lock, struct seal_how *how, struct error *err)
{
	const unsigned char *h = (const unsigned char *)data;
	size_t length = 0;

	if (n < SEAL_HEADER || memcmp(h, magic, sizeof(magic)) != 0)
		return no_seal(err, n < SEAL_HEADER ? _("it is too short") : _("it begins otherwise"));
	if (h[8] != FORMAT)
		return no_seal(err, _("it is of a later version of Slipway, or was changed"));
	if ((h[9] != SEAL_PASSPHRASE && h[9] != SEAL_KEY_FILE) || h[10] < LOG2_N_MIN ||
		h[10] > LOG2_N_MAX || h[11] != R || h[12] < 1 || h[12] > P_MAX || h[13] || h[14] ||
		h[15])
		return no_seal(err, _("its header was changed"));
	for (int i = 0; i < 4; i++)
		length = length << 8 | h[44 + i];
	if (length > SEAL_MAX || n != SEAL_HEADER + length + SEAL_TAG)
		return no_seal(err, n < SEAL_HEADER + length + SEAL_TAG
					    ? _("it was cut off: its end is missing")
					    : _("there is more behind its end"));
	*lock = (enum seal_lock)h[9];
	how->log2_n = h[10];
	how->r = h[11];
	how->p = h[12];
	memcpy(how->salt, h + 16, SEAL_SALT);
	memcpy(how->nonce, h + 32, SEAL_NONCE);
	return 0;
}

int secret_seal_lock(const char *data, size_t n, enum seal_lock *ret, struct error *err)
{
	struct seal_how how;

	return read_header(data, n, ret, &how, err);
}

/* --- key and cipher */

static int make_key(
	const struct secret_key *k, const struct seal_how *how, unsigned char *ret, struct error *err)
{
	uint64_t n = (uint64_t)1 << how->log2_n;
	uint64_t memory = 128 * n * (uint64_t)how->r + 128 * (uint64_t)how->r * (uint64_t)how->p;

	if (EVP_PBE_scrypt(k->data, k->n, how->salt, SEAL_SALT, n, (uint64_t)how->r,
		    (uint64_t)how->p, memory + 1024 * 1024, ret, KEY) != 1)
		return secret_openssl_error(err, "scrypt");
	return 0;
}

/* Both ways; tag is written when sealing, compared when not. */
static bool crypt_gcm(bool seal, const unsigned char *key, const unsigned char *header,
	const unsigned char *in, size_t n, unsigned char *out, unsigned char *tag)
{
	EVP_CIPHER_CTX *c = EVP_CIPHER_CTX_new();
	int done = 0, rest = 0;
	bool good = c && EVP_CipherInit_ex(c, EVP_aes_256_gcm(), NULL, NULL, NULL, seal) == 1 &&
		    EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_GCM_SET_IVLEN, SEAL_NONCE, NULL) == 1 &&
		    EVP_CipherInit_ex(c, NULL, NULL, key, header + 32, seal) == 1 &&
		    EVP_CipherUpdate(c, NULL, &done, header, SEAL_HEADER) == 1 &&
		    EVP_CipherUpdate(c, out, &done, in, (int)n) == 1;

	if (good && !seal)
		good = EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_GCM_SET_TAG, SEAL_TAG, tag) == 1;
	good = good && EVP_CipherFinal_ex(c, out + done, &rest) == 1;
	if (good && seal)
		good = EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_GCM_GET_TAG, SEAL_TAG, tag) == 1;
	EVP_CIPHER_CTX_free(c);
	return good;
}

int secret_seal_as(const struct secret_bag *b, const struct secret_key *k,
	const struct seal_how *how, struct str *out, struct error *err)
{
	unsigned char key[KEY], header[SEAL_HEADER], tag[SEAL_TAG];
	struct str plain = STR_INIT(SEAL_MAX);
	unsigned char *sealed;
	int code;

	secret_bag_write(b, "\n", &plain);
	if (str_full(&plain) || plain.len + SEAL_HEADER + SEAL_TAG > SEAL_MAX) {
		str_wipe(&plain);
		return error_set(err, ERR_LIMIT, _("these are more secrets than one file may hold"));
	}
	put_header(header, k->lock, how, plain.len);
	sealed = xmalloc(plain.len + 1);
	code = make_key(k, how, key, err);
	if (code == 0 && !crypt_gcm(true, key, header, (const unsigned char *)plain.data,
				 plain.len, sealed, tag))
		code = secret_openssl_error(err, "AES-256-GCM");
	if (code == 0) {
		str_addn(out, (const char *)header, sizeof(header));
		str_addn(out, (const char *)sealed, plain.len);
		str_addn(out, (const char *)tag, sizeof(tag));
	}
	free(sealed);
	mem_wipe(key, sizeof(key));
	str_wipe(&plain);
	return code;
}

int secret_seal(
	const struct secret_bag *b, const struct secret_key *k, struct str *out, struct error *err)
{
	struct seal_how how = {.log2_n = LOG2_N, .r = R, .p = P};
	int code = secret_random(how.salt, sizeof(how.salt), err);

	if (code == 0)
		code = secret_random(how.nonce, sizeof(how.nonce), err);
	return code ? code : secret_seal_as(b, k, &how, out, err);
}

static int refuse_key(const struct secret_key *k, struct error *err)
{
	error_set(err, ERR_DENIED,
		k->lock == SEAL_KEY_FILE ? _("the sealed secrets do not open with this key file")
					 : _("the sealed secrets do not open with this passphrase"));
	error_hint(err, _("It is another one, or the file was changed since it was written."));
	return ERR_DENIED;
}

int secret_unseal(const char *data, size_t n, const struct secret_key *k, struct secret_bag *ret,
	struct error *err)
{
	unsigned char key[KEY], tag[SEAL_TAG];
	struct seal_how how;
	enum seal_lock lock;
	unsigned char *plain;
	size_t length;
	int code = read_header(data, n, &lock, &how, err);

	if (code)
		return code;
	if (lock != k->lock) {
		error_set(err, ERR_DENIED, lock == SEAL_KEY_FILE
						   ? _("these secrets were sealed with a key file")
						   : _("these secrets were sealed with a passphrase"));
		return ERR_DENIED;
	}
	length = n - SEAL_HEADER - SEAL_TAG;
	plain = xmalloc(length + 1);
	memcpy(tag, data + n - SEAL_TAG, SEAL_TAG);
	code = make_key(k, &how, key, err);
	if (code == 0 && !crypt_gcm(false, key, (const unsigned char *)data,
				 (const unsigned char *)data + SEAL_HEADER, length, plain, tag))
		code = refuse_key(k, err);
	if (code == 0)
		code = secret_bag_read(ret, _("sealed secrets"), (const char *)plain, length, err);
	mem_wipe(key, sizeof(key));
	mem_wipe(plain, length);
	free(plain);
	return code;
}
