/* SPDX-License-Identifier: MIT */
#include "config/secret_age.h"

#include "config/secret.h"

#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>

enum {
	SALT_BYTES = 16,
	ROUNDS = 10000, /* some milliseconds a secret; a chosen password is not guessed for free */
	DIGEST_BYTES = 12,
};

int secret_ages_load(struct secret_ages *a, struct host *h, const char *slipway, struct error *err)
{
	const struct secret_rule rule = {.format = SECRET_HEX, .bytes = SALT_BYTES};
	autofree char *path = host_path(slipway, SECRET_AGE_FILE);
	autojson struct json_object *o = NULL;
	AUTO(str) struct str text = STR_INIT(STR_FILE);
	AUTO(error) struct error e = ERROR_INIT;
	struct json_object *secrets;
	int code = host_read(h, path, STR_FILE, &text, &e);

	*a = (struct secret_ages){0};
	if (code < 0 && code != ERR_NOT_FOUND)
		return error_move(err, &e);
	if (text.len)
		json_parse(text.data, text.len, &o, NULL);
	a->salt = xstrdup(json_str(o, "salt", NULL));
	secrets = json_key(o, "secrets");
	if (a->salt && json_object_is_type(secrets, json_type_object)) {
		a->secrets = json_object_get(secrets);
		return 0;
	}
	free(take(a->salt));
	a->secrets = json_object_new_object();
	return secret_generate(&rule, &a->salt, err);
}

void secret_ages_done(struct secret_ages *a)
{
	free(a->salt);
	json_object_put(a->secrets);
	*a = (struct secret_ages){0};
}

static bool digest_of(
	const struct secret_ages *a, const char *name, const char *value, char ret[2 * DIGEST_BYTES + 1])
{
	autofree char *salt = xasprintf("%s %s", a->salt, name);
	unsigned char digest[DIGEST_BYTES];

	if (PKCS5_PBKDF2_HMAC(value, (int)strlen(value), (const unsigned char *)salt,
		    (int)strlen(salt), ROUNDS, EVP_sha256(), sizeof(digest), digest) != 1)
		return false;
	for (size_t i = 0; i < sizeof(digest); i++)
		snprintf(ret + 2 * i, 3, "%02x", digest[i]);
	return true;
}

void secret_ages_put(struct secret_ages *a, const char *name, const char *value, int64_t since_s)
{
	char digest[2 * DIGEST_BYTES + 1];
	struct json_object *o;

	if (!digest_of(a, name, value, digest))
		return;
	o = json_put_str(json_object_new_object(), "digest", digest);
	json_put(a->secrets, name, json_put_int(o, "since", since_s));
}

int64_t secret_ages_since(const struct secret_ages *a, const char *name, const char *value)
{
	struct json_object *o = json_key(a->secrets, name);
	int64_t since = json_int(o, "since", 0);
	char digest[2 * DIGEST_BYTES + 1];

	if (since <= 0)
		return 0;
	if (value && (!digest_of(a, name, value, digest) ||
			     strcmp(digest, json_str(o, "digest", "")) != 0))
		return 0;
	return since;
}

char *secret_ages_text(const struct secret_ages *a)
{
	autojson struct json_object *o = json_object_new_object();
	autofree char *text = NULL;

	json_put_int(o, "slipway", 1);
	json_put_str(o, "salt", a->salt);
	json_put(o, "secrets", json_object_get(a->secrets));
	text = json_canonical(o);
	return xasprintf("%s\n", text);
}
