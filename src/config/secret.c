/* SPDX-License-Identifier: MIT */
#include "config/secret.h"

#include "base/i18n.h"
#include "base/str.h"

#include <openssl/rand.h>
#include <stdio.h>
#include <string.h>

enum { SECRET_BYTES_MAX = 1024, SECRET_LENGTH_MAX = 2048 };

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";

/* One row a format: how many letters of the alphabet it uses (0: hexadecimal digits). */
static const struct {
	const char *name;
	unsigned letters;
} formats[] = {
	[SECRET_HEX] = {"hex", 0},
	[SECRET_ALNUM] = {"alnum", 62},
	[SECRET_URLSAFE] = {"urlsafe", 64},
};

struct secret_rule secret_rule_default(void)
{
	return (struct secret_rule){SECRET_HEX, 32, 0};
}

int secret_format_find(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(formats); i++)
		if (name && strcmp(name, formats[i].name) == 0)
			return (int)i;
	return -1;
}

const char *secret_format_name(enum secret_format format)
{
	return formats[format].name;
}

static int random_bytes(unsigned char *p, size_t n, struct error *err)
{
	if (RAND_bytes(p, (int)n) == 1)
		return 0;
	return error_set(err, ERR_FAILED, _("cannot make a secret: OpenSSL has no randomness"));
}

static int make_hex(int bytes, char **ret, struct error *err)
{
	unsigned char raw[SECRET_BYTES_MAX];
	char *text;

	if (random_bytes(raw, (size_t)bytes, err))
		return ERR_FAILED;
	text = xmalloc((size_t)bytes * 2 + 1);
	for (int i = 0; i < bytes; i++)
		snprintf(text + (size_t)i * 2, 3, "%02x", raw[i]);
	mem_wipe(raw, sizeof(raw));
	*ret = text;
	return 0;
}

/*
 * The first `letters` of the alphabet are equally likely: a random byte is cut to 6 bits and thrown
 * away when it is past the end, instead of being folded back. The first character is a letter or
 * digit, so that the text never looks like an option.
 */
static int make_letters(unsigned letters, int length, char **ret, struct error *err)
{
	unsigned char raw[256];
	char *text = xcalloc((size_t)length + 1, 1);
	int n = 0;

	while (n < length) {
		if (random_bytes(raw, sizeof(raw), err)) {
			secret_free(text);
			return ERR_FAILED;
		}
		for (size_t i = 0; i < sizeof(raw) && n < length; i++) {
			unsigned c = raw[i] & 63U;

			if (c < (n ? letters : 62U))
				text[n++] = alphabet[c];
		}
	}
	mem_wipe(raw, sizeof(raw));
	*ret = text;
	return 0;
}

int secret_generate(const struct secret_rule *rule, char **ret, struct error *err)
{
	bool hex = rule->format == SECRET_HEX;
	int size = hex ? rule->bytes : rule->length;
	int max = hex ? SECRET_BYTES_MAX : SECRET_LENGTH_MAX;

	if (size < 1 || size > max)
		return error_set(err, ERR_INPUT,
			_("cannot make a secret of size %d: expected 1 to %d"), size, max);
	if (hex)
		return make_hex(size, ret, err);
	return make_letters(formats[rule->format].letters, size, ret, err);
}

char *secret_rule_text(const struct secret_rule *rule)
{
	if (rule->format == SECRET_HEX)
		return xasprintf(_("generated, %d hex"), rule->bytes * 2);
	return xasprintf(_("generated, %d characters"), rule->length);
}
