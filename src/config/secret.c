/* SPDX-License-Identifier: MIT */
#include "config/secret_parts.h"

#include "base/i18n.h"
#include "base/str.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <stdio.h>
#include <string.h>

enum { FERNET_BYTES = 32, UUID_BYTES = 16 };

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.";

int secret_random(unsigned char *p, size_t n, struct error *err)
{
	if (RAND_bytes(p, (int)n) == 1)
		return 0;
	return error_set(err, ERR_FAILED, _("cannot make a secret: OpenSSL has no randomness"));
}

/* A number past the last whole multiple is thrown away instead of being folded back. */
int secret_random_below(unsigned limit, unsigned *ret, struct error *err)
{
	unsigned char raw[2];
	unsigned number, end = 65536 / limit * limit;

	do {
		if (secret_random(raw, sizeof(raw), err))
			return ERR_FAILED;
		number = (unsigned)raw[0] << 8 | raw[1];
	} while (number >= end);
	mem_wipe(raw, sizeof(raw));
	*ret = number % limit;
	return 0;
}

char *secret_base64(const unsigned char *p, size_t n, bool url, bool pad)
{
	char *text = xcalloc((n + 2) / 3 * 4 + 1, 1);

	EVP_EncodeBlock((unsigned char *)text, p, (int)n);
	for (char *c = text; url && *c; c++)
		*c = *c == '+' ? '-' : *c == '/' ? '_' : *c;
	if (!pad)
		text[strcspn(text, "=")] = '\0';
	return text;
}

int secret_openssl_error(struct error *err, const char *what)
{
	char reason[256] = "";

	ERR_error_string_n(ERR_get_error(), reason, sizeof(reason));
	ERR_clear_error();
	error_set(err, ERR_FAILED, "%s", what);
	return error_detail(err, "%s", reason);
}

/* --- the formats of one word */

static int size_of(const struct secret_rule *rule)
{
	return secret_format_info(rule->format)->unit == SECRET_UNIT_BYTES ? rule->bytes
									   : rule->length;
}

static int make_hex(const struct secret_job *job, char **ret, struct error *err)
{
	size_t n = (size_t)job->rule->bytes;
	unsigned char *raw = xmalloc(n);
	int code = secret_random(raw, n, err);
	char *text = xcalloc(n * 2 + 1, 1);

	for (size_t i = 0; i < n && code == 0; i++)
		snprintf(text + i * 2, 3, "%02x", raw[i]);
	mem_wipe(raw, n);
	free(raw);
	if (code) {
		secret_free(text);
		return code;
	}
	*ret = text;
	return 0;
}

/* The first character is a letter or digit, so that the text never looks like an option. */
static int make_letters(
	const struct secret_job *job, unsigned letters, char **ret, struct error *err)
{
	int length = job->rule->length;
	autosecret char *text = xcalloc((size_t)length + 1, 1);

	for (int i = 0; i < length; i++) {
		unsigned c;
		int code = secret_random_below(i ? letters : 62, &c, err);

		if (code)
			return code;
		text[i] = alphabet[c];
	}
	*ret = take(text);
	return 0;
}

static int make_alnum(const struct secret_job *job, char **ret, struct error *err)
{
	return make_letters(job, 62, ret, err);
}

static int make_urlsafe(const struct secret_job *job, char **ret, struct error *err)
{
	return make_letters(job, 64, ret, err);
}

/* Tried again until each kind is in it: every such text stays equally likely. */
static int make_password(const struct secret_job *job, char **ret, struct error *err)
{
	for (;;) {
		autosecret char *text = NULL;
		int code = make_letters(job, 65, &text, err);
		size_t n = text ? strlen(text) : 0;

		if (code)
			return code;
		if (strcspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") < n &&
			strcspn(text, "abcdefghijklmnopqrstuvwxyz") < n &&
			strcspn(text, "0123456789") < n && strcspn(text, "_-.") < n) {
			*ret = take(text);
			return 0;
		}
	}
}

static int make_base64_of(size_t n, bool url, bool pad, char **ret, struct error *err)
{
	unsigned char *raw = xmalloc(n);
	int code = secret_random(raw, n, err);

	if (code == 0)
		*ret = secret_base64(raw, n, url, pad);
	mem_wipe(raw, n);
	free(raw);
	return code;
}

static int make_base64(const struct secret_job *job, char **ret, struct error *err)
{
	return make_base64_of((size_t)job->rule->bytes, false, true, ret, err);
}

static int make_base64url(const struct secret_job *job, char **ret, struct error *err)
{
	return make_base64_of((size_t)job->rule->bytes, true, false, ret, err);
}

static int make_fernet(const struct secret_job *job, char **ret, struct error *err)
{
	(void)job;
	return make_base64_of(FERNET_BYTES, true, true, ret, err);
}

static int make_words(const struct secret_job *job, char **ret, struct error *err)
{
	struct str text = STR_INIT(STR_LINE);

	for (int i = 0; i < job->rule->length; i++) {
		unsigned word;
		int code = secret_random_below(SECRET_WORDS_COUNT, &word, err);

		if (code) {
			str_wipe(&text);
			return code;
		}
		str_addf(&text, "%s%s", i ? "-" : "", secret_words[word]);
	}
	*ret = xstrdup(str_text(&text));
	str_wipe(&text);
	return 0;
}

static int make_uuid(const struct secret_job *job, char **ret, struct error *err)
{
	unsigned char r[UUID_BYTES];
	int code = secret_random(r, sizeof(r), err);

	(void)job;
	if (code)
		return code;
	r[6] = (unsigned char)(0x40 | (r[6] & 0x0f));
	r[8] = (unsigned char)(0x80 | (r[8] & 0x3f));
	*ret = xasprintf("%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x",
		r[0], r[1], r[2], r[3], r[4], r[5], r[6], r[7], r[8], r[9], r[10], r[11], r[12],
		r[13], r[14], r[15]);
	mem_wipe(r, sizeof(r));
	return 0;
}

/* --- the table */

#define BYTES SECRET_UNIT_BYTES
#define LENGTH SECRET_UNIT_LENGTH
#define NONE SECRET_UNIT_NONE
/* Bits a unit of the size is worth: 8 of a byte, log2 of the letters or words. */
static const struct {
	struct secret_format_info info;
	double bits; /* of one unit; of the whole where there is none */
	secret_make_fn *make;
} formats[] = {
	[SECRET_HEX] = {{"hex", N_("random bytes as hexadecimal digits"), "8f14e45fceea167a", BYTES,
				32, 1, 1024, false, false, false},
		8, make_hex},
	[SECRET_ALNUM] = {{"alnum", N_("letters and digits"), "kX9vT2mQ4rW8zLp1", LENGTH, 32, 1,
				  2048, false, false, false},
		5.954196, make_alnum},
	[SECRET_URLSAFE] = {{"urlsafe", N_("letters, digits, - and _"), "kX9_vT2-mQ4rW8zL", LENGTH,
				    32, 1, 2048, false, false, false},
		6, make_urlsafe},
	[SECRET_BASE64] = {{"base64", N_("random bytes in base64, with + / and ="),
				   "jxTkX87qFno6Nt7UvqJUPg==", BYTES, 32, 1, 1024, false, false,
				   false},
		8, make_base64},
	[SECRET_BASE64URL] = {{"base64url", N_("random bytes in base64 for URLs, without ="),
				      "jxTkX87qFno6Nt7UvqJUPg", BYTES, 32, 1, 1024, false, false,
				      false},
		8, make_base64url},
	[SECRET_PASSWORD] = {{"password",
				     N_("letters of both cases, digits and - _ . with each kind at "
					"least once"),
				     "kX9_vT2-mQ4r.W8z", LENGTH, 24, 8, 2048, false, false, false},
		6.022368, make_password},
	[SECRET_WORDS] = {{"words", N_("words for people to read and type; 10 bits each"),
				  "amber-river-stone-lantern-otter-plum", LENGTH, 8, 4, 64, false,
				  false, false},
		10, make_words},
	[SECRET_UUID] = {{"uuid", N_("a random UUID"), "1098eea1-6649-4e1d-aed1-b77249fb8dd0", NONE,
				 0, 0, 0, false, false, false},
		122, make_uuid},
	[SECRET_FERNET] = {{"fernet", N_("a key for Fernet (Airflow, Django, Python)"),
				   "7J0Yw3m0dWkPcWVbVdvq0yqVj2m0cJmZB0M3vY8m0Xo=", NONE, 0, 0, 0,
				   false, false, false},
		256, make_fernet},
	[SECRET_RSA] = {{"rsa", N_("a private RSA key, PEM; length in bits"),
				"-----BEGIN PRIVATE KEY-----", LENGTH, 2048, 2048, 8192, false,
				true, true},
		0, secret_make_rsa},
	[SECRET_ED25519] = {{"ed25519", N_("a private Ed25519 key, PEM"),
				    "-----BEGIN PRIVATE KEY-----", NONE, 0, 0, 0, false, true,
				    true},
		256, secret_make_ed25519},
	[SECRET_EC] = {{"ec", N_("a private P-256 key, PEM"), "-----BEGIN PRIVATE KEY-----", NONE,
			       0, 0, 0, false, true, true},
		256, secret_make_ec},
	[SECRET_PUBLIC] = {{"public-key", N_("the public half of the key \"from\", PEM"),
				   "-----BEGIN PUBLIC KEY-----", NONE, 0, 0, 0, true, true, false},
		0, secret_make_public},
	[SECRET_CERTIFICATE] =
		{{"certificate",
			 N_("a self-signed certificate for the key \"from\", valid for "
			    "\"names\""),
			 "-----BEGIN CERTIFICATE-----", NONE, 0, 0, 0, true, true, true},
			0, secret_make_certificate},
	[SECRET_BCRYPT] = {{"bcrypt", N_("the bcrypt hash of the password \"from\""), "$2b$10$...",
				   NONE, 0, 0, 0, true, false, true},
		0, secret_make_bcrypt},
	[SECRET_HTPASSWD] = {{"htpasswd", N_("a line user:hash for the password \"from\""),
				     "admin:$2b$10$...", NONE, 0, 0, 0, true, false, true},
		0, secret_make_htpasswd},
	[SECRET_JWT] =
		{{"jwt", N_("a token with \"claims\", signed with the secret \"from\" (HS256)"),
			 "eyJhbGciOiJIUzI1NiJ9...", NONE, 0, 0, 0, true, false, false},
			0, secret_make_jwt},
	[SECRET_DSN] = {{"dsn",
				N_("an address made by \"template\"; the values of ${NAME} are "
				   "percent-encoded in it"),
				"postgresql://app:p%40ss@db:5432/app", NONE, 0, 0, 0, true, false,
				false},
		0, secret_make_dsn},
	[SECRET_COPY] = {{"copy", N_("the value of the setting \"from\""), "8f14e45fceea167a", NONE,
				 0, 0, 0, true, false, false},
		0, secret_make_copy},
};
_Static_assert(ARRAY_SIZE(formats) == SECRET_FORMATS, "one row a format");

const struct secret_format_info *secret_format_info(enum secret_format format)
{
	return &formats[format].info;
}

struct secret_rule secret_rule_default(void)
{
	return (struct secret_rule){SECRET_HEX, 32, 0};
}

int secret_format_find(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(formats); i++)
		if (name && strcmp(name, formats[i].info.name) == 0)
			return (int)i;
	return -1;
}

const char *secret_format_name(enum secret_format format)
{
	return formats[format].info.name;
}

bool secret_rule_makes(const struct secret_rule *rule)
{
	return formats[rule->format].info.unit == NONE || size_of(rule) > 0;
}

double secret_rule_entropy(const struct secret_rule *rule)
{
	const struct secret_format_info *info = &formats[rule->format].info;

	return formats[rule->format].bits * (info->unit == NONE ? 1 : size_of(rule));
}

int secret_rule_length(const struct secret_rule *rule)
{
	switch (rule->format) {
	case SECRET_HEX:
		return rule->bytes * 2;
	case SECRET_ALNUM:
	case SECRET_URLSAFE:
	case SECRET_PASSWORD:
		return rule->length;
	case SECRET_BASE64:
		return (rule->bytes + 2) / 3 * 4;
	case SECRET_BASE64URL:
		return (rule->bytes * 4 + 2) / 3;
	case SECRET_UUID:
		return 36;
	case SECRET_FERNET:
		return 44;
	default:
		return 0;
	}
}

static void put_before(const char *prefix, char **value)
{
	autosecret char *made = *value;

	*value = xasprintf("%s%s", prefix, made);
}

/* What would be refused as a placeholder ("xxx-yard-...", and a short one sooner than a long one) is
 * made again: nobody shall have to ask for a better one. Keys and what is derived are as they are.
 */
static int make_no_placeholder(const struct secret_job *job, char **ret, struct error *err)
{
	const struct secret_format_info *info = &formats[job->rule->format].info;

	for (;;) {
		autosecret char *made = NULL;
		int code = formats[job->rule->format].make(job, &made, err);

		if (code || info->derived || info->lines || !secret_is_placeholder(made)) {
			*ret = take(made);
			return code;
		}
	}
}

int secret_make_until(const struct secret_rule *rule, const struct secret_source *source,
	secret_lookup_fn *lookup, void *arg, const atomic_bool *cancelled, char **ret,
	struct error *err)
{
	const struct secret_format_info *info = &formats[rule->format].info;
	const struct secret_job job = {rule, source, lookup, arg, cancelled};
	int size = size_of(rule), code;

	if (info->unit != NONE && (size < info->min || size > info->max))
		return error_set(err, ERR_INPUT,
			_("cannot make a secret of size %d: expected %d to %d"), size, info->min,
			info->max);
	if (info->derived && (!source || !lookup))
		return error_set(err, ERR_INPUT, _("%s is made from other settings"), info->name);
	code = make_no_placeholder(&job, ret, err);
	if (code == 0 && source && source->prefix && !info->derived)
		put_before(source->prefix, ret);
	return code;
}

int secret_make(const struct secret_rule *rule, const struct secret_source *source,
	secret_lookup_fn *lookup, void *arg, char **ret, struct error *err)
{
	return secret_make_until(rule, source, lookup, arg, NULL, ret, err);
}

int secret_generate(const struct secret_rule *rule, char **ret, struct error *err)
{
	return secret_make(rule, NULL, NULL, NULL, ret, err);
}

char *secret_rule_text(const struct secret_rule *rule)
{
	const struct secret_format_info *info = &formats[rule->format].info;

	if (rule->format == SECRET_HEX)
		return xasprintf(_("generated, %d hex"), rule->bytes * 2);
	if (rule->format == SECRET_WORDS)
		return xasprintf(_("generated, %d words"), rule->length);
	if (secret_rule_length(rule) && info->unit != NONE)
		return xasprintf(_("generated, %d characters"), secret_rule_length(rule));
	return info->derived ? xasprintf(_("made from other settings: %s"), info->name)
			     : xasprintf(_("generated, %s"), info->name);
}
