/* SPDX-License-Identifier: MIT */
/* Key pairs and certificates, as PEM. The key's memory is OpenSSL's, which wipes it. */
#include "config/secret_parts.h"

#include "base/i18n.h"
#include "base/str.h"
#include "config/setting_parts.h"

#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>
#include <string.h>

enum { DAYS = 3650, SECONDS_A_DAY = 86400, CLOCKS_DIFFER = 3600 };

static void bio_cleanup(BIO **bio)
{
	BIO_free_all(*bio);
}

static void key_cleanup(EVP_PKEY **key)
{
	EVP_PKEY_free(*key);
}

static void key_ctx_cleanup(EVP_PKEY_CTX **ctx)
{
	EVP_PKEY_CTX_free(*ctx);
}

static void x509_cleanup(X509 **x)
{
	X509_free(*x);
}

#define AUTO_BIO __attribute__((cleanup(bio_cleanup))) BIO
#define AUTO_KEY __attribute__((cleanup(key_cleanup))) EVP_PKEY
#define AUTO_KEY_CTX __attribute__((cleanup(key_ctx_cleanup))) EVP_PKEY_CTX
#define AUTO_X509 __attribute__((cleanup(x509_cleanup))) X509

/* The text without its last newline, which would not survive in .env. Caller: secret_free(). */
static char *bio_text(BIO *bio)
{
	char *data = NULL;
	long n = BIO_get_mem_data(bio, &data);

	while (n > 0 && data[n - 1] == '\n')
		n--;
	return xstrndup(data, (size_t)n);
}

static int write_private(EVP_PKEY *key, char **ret, struct error *err)
{
	AUTO_BIO *bio = BIO_new(BIO_s_secmem());

	if (!key || !bio || !PEM_write_bio_PKCS8PrivateKey(bio, key, NULL, NULL, 0, NULL, NULL))
		return secret_openssl_error(err, _("cannot make a key"));
	*ret = bio_text(bio);
	return 0;
}

/* Asked at every candidate for a prime. */
static int goes_on(EVP_PKEY_CTX *ctx)
{
	const struct secret_job *job = EVP_PKEY_CTX_get_app_data(ctx);

	return !job->cancelled || !atomic_load(job->cancelled);
}

int secret_make_rsa(const struct secret_job *job, char **ret, struct error *err)
{
	AUTO_KEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "RSA", NULL);
	AUTO_KEY *key = NULL;

	if (ctx && EVP_PKEY_keygen_init(ctx) > 0 &&
		EVP_PKEY_CTX_set_rsa_keygen_bits(ctx, job->rule->length) > 0) {
		EVP_PKEY_CTX_set_app_data(ctx, (void *)(uintptr_t)job);
		EVP_PKEY_CTX_set_cb(ctx, goes_on);
		EVP_PKEY_generate(ctx, &key);
	}
	if (!key && ctx && !goes_on(ctx)) {
		ERR_clear_error();
		return error_set(err, ERR_CANCELLED, _("the key was not wanted any more"));
	}
	return write_private(key, ret, err);
}

int secret_make_ed25519(const struct secret_job *job, char **ret, struct error *err)
{
	AUTO_KEY *key = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");

	(void)job;
	return write_private(key, ret, err);
}

int secret_make_ec(const struct secret_job *job, char **ret, struct error *err)
{
	AUTO_KEY *key = EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-256");

	(void)job;
	return write_private(key, ret, err);
}

/* Nobody is to be asked for a pass phrase on the terminal. */
static int no_passphrase(char *buffer, int size, int writing, void *arg)
{
	(void)buffer;
	(void)size;
	(void)writing;
	(void)arg;
	return -1;
}

static int read_private(const struct secret_job *job, EVP_PKEY **ret, struct error *err)
{
	const char *text;
	int code = secret_from(job, &text, err);
	AUTO_BIO *bio = code ? NULL : BIO_new_mem_buf(text, -1);

	if (code)
		return code;
	*ret = PEM_read_bio_PrivateKey(bio, NULL, no_passphrase, NULL);
	if (*ret)
		return 0;
	secret_openssl_error(err, "");
	error_set(err, ERR_INPUT, _("%s holds no private key"), job->source->from);
	return error_hint(err, _("Expected PEM without a pass phrase."));
}

/* DER says first how long it is. */
static bool is_whole_der(const unsigned char *data, long n)
{
	const unsigned char *p = data;
	long length = 0;
	int tag = 0, class = 0;

	return !(ASN1_get_object(&p, &length, &tag, &class, n) & 0x80) && tag == V_ASN1_SEQUENCE &&
	       p + length == data + n;
}

bool secret_is_pem(const char *text)
{
	static const char openssh[] = "openssh-key-v1";
	AUTO_BIO *bio = str_starts(text, "-----BEGIN ") ? BIO_new_mem_buf(text, -1) : NULL;
	char *name = NULL, *header = NULL;
	unsigned char *data = NULL;
	long n = 0;
	bool whole = false;

	if (bio && PEM_read_bio_ex(bio, &name, &header, &data, &n, PEM_FLAG_SECURE)) {
		/* With a header it is encrypted: what is in there nobody can tell. */
		whole = *header || is_whole_der(data, n) ||
			(n > (long)sizeof(openssh) && memcmp(data, openssh, sizeof(openssh)) == 0);
		OPENSSL_secure_free(name);
		OPENSSL_secure_free(header);
		OPENSSL_secure_clear_free(data, (size_t)n);
	}
	ERR_clear_error();
	return whole;
}

int secret_make_public(const struct secret_job *job, char **ret, struct error *err)
{
	AUTO_KEY *key = NULL;
	AUTO_BIO *bio = BIO_new(BIO_s_mem());
	int code = read_private(job, &key, err);

	if (code)
		return code;
	if (!PEM_write_bio_PUBKEY(bio, key))
		return secret_openssl_error(err, _("cannot make a key"));
	*ret = bio_text(bio);
	return 0;
}

/* "DNS:localhost,IP:127.0.0.1" in OpenSSL's own words; ERR_INPUT for what is neither. */
static int alternative_names(const struct strv *names, struct str *out, struct error *err)
{
	for (size_t i = 0; i < names->n; i++) {
		const char *name = names->items[i];
		const char *plain = str_starts(name, "*.") ? name + 2 : name;
		unsigned char address[16];
		bool ip = inet_pton(AF_INET, name, address) == 1 ||
			  inet_pton(AF_INET6, name, address) == 1;

		if (!setting_is_host(plain, strlen(plain)))
			return error_set(err, ERR_INPUT,
				_("cannot make a certificate for \"%s\": it is neither a name nor "
				  "an address"),
				name);
		str_addf(out, "%s%s:%s", i ? "," : "", ip ? "IP" : "DNS", name);
	}
	return 0;
}

static bool add_extension(X509 *x, int nid, const char *value)
{
	X509V3_CTX ctx;
	X509_EXTENSION *extension;
	bool added;

	X509V3_set_ctx_nodb(&ctx);
	X509V3_set_ctx(&ctx, x, x, NULL, NULL, 0);
	extension = X509V3_EXT_conf_nid(NULL, &ctx, nid, value);
	added = extension && X509_add_ext(x, extension, -1);
	X509_EXTENSION_free(extension);
	return added;
}

static bool set_serial(X509 *x)
{
	unsigned char raw[8];
	uint64_t serial = 0;

	if (secret_random(raw, sizeof(raw), NULL))
		return false;
	for (size_t i = 0; i < sizeof(raw); i++)
		serial = serial << 8 | raw[i];
	return ASN1_INTEGER_set_uint64(X509_get_serialNumber(x), serial >> 1);
}

static bool fill(X509 *x, EVP_PKEY *key, const char *subject, const char *names, int days)
{
	X509_NAME *name = X509_get_subject_name(x);
	/* These sign what they are given by themselves. */
	bool plain = EVP_PKEY_is_a(key, "ED25519") || EVP_PKEY_is_a(key, "ED448");

	return X509_set_version(x, X509_VERSION_3) && set_serial(x) &&
	       X509_gmtime_adj(X509_getm_notBefore(x), -CLOCKS_DIFFER) &&
	       X509_gmtime_adj(X509_getm_notAfter(x), (long)days * SECONDS_A_DAY) &&
	       X509_NAME_add_entry_by_txt(
		       name, "CN", MBSTRING_UTF8, (const unsigned char *)subject, -1, -1, 0) &&
	       X509_set_issuer_name(x, name) && X509_set_pubkey(x, key) &&
	       add_extension(x, NID_subject_alt_name, names) &&
	       add_extension(x, NID_basic_constraints, "critical,CA:FALSE") &&
	       add_extension(x, NID_key_usage, "critical,digitalSignature") &&
	       add_extension(x, NID_ext_key_usage, "serverAuth") &&
	       X509_sign(x, key, plain ? NULL : EVP_sha256()) > 0;
}

int secret_make_certificate(const struct secret_job *job, char **ret, struct error *err)
{
	const struct secret_source *source = job->source;
	AUTO_KEY *key = NULL;
	AUTO_X509 *x = X509_new();
	AUTO_BIO *bio = BIO_new(BIO_s_mem());
	AUTO(str) struct str names = STR_INIT(STR_LINE);
	AUTO(strv) struct strv local = STRV_INIT;
	const struct strv *list = source->names.n ? &source->names : &local;
	int code = read_private(job, &key, err);

	strv_push_all(&local, "localhost", "127.0.0.1", "::1", NULL);
	if (code == 0)
		code = alternative_names(list, &names, err);
	if (code)
		return code;
	if (!fill(x, key, list->items[0], str_text(&names), source->days ? source->days : DAYS) ||
		!PEM_write_bio_X509(bio, x))
		return secret_openssl_error(err, _("cannot make a certificate"));
	*ret = bio_text(bio);
	return 0;
}
