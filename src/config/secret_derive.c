/* SPDX-License-Identifier: MIT */
/* Values made from other settings: hashes by crypt(3), signed tokens, addresses. */
#include "config/secret_parts.h"

#include "base/i18n.h"
#include "base/json.h"
#include "base/str.h"
#include "config/interp.h"

#include <crypt.h>
#include <ctype.h>
#include <openssl/hmac.h>
#include <string.h>
#include <time.h>

enum { BCRYPT_COST = 10, BCRYPT_BYTES = 72, DAYS = 3650, SECONDS_A_DAY = 86400 };

void secret_source_done(struct secret_source *s)
{
	free(s->prefix);
	free(s->from);
	free(s->user);
	free(s->claims);
	free(s->pattern);
	strv_done(&s->names);
	*s = (struct secret_source){0};
}

struct secret_source secret_source_copy(const struct secret_source *s)
{
	struct secret_source copy = {.prefix = xstrdup(s->prefix),
		.from = xstrdup(s->from),
		.user = xstrdup(s->user),
		.claims = xstrdup(s->claims),
		.pattern = xstrdup(s->pattern),
		.days = s->days};

	strv_extend(&copy.names, &s->names);
	return copy;
}

void secret_rotate_done(struct secret_rotate *r)
{
	free(r->postgres_role);
	free(r->redis_user);
	free(r->redis_admin);
	free(r->service);
	strv_done(&r->command);
	strv_done(&r->check);
	*r = (struct secret_rotate){0};
}

bool secret_rotate_says(const struct secret_rotate *r)
{
	return r->postgres_role || r->redis_user || r->command.n || r->restart;
}

static void note_use(void *arg, const struct interp_use *use)
{
	strv_add_once(arg, use->name);
}

static const char *nothing(void *arg, const char *name)
{
	(void)arg;
	(void)name;
	return NULL;
}

void secret_source_needs(const struct secret_source *s, struct strv *ret)
{
	const struct interp in = {
		.lookup = nothing, .use = note_use, .use_arg = ret, .tolerant = true};
	const char *const texts[] = {s->pattern, s->user};

	if (s->from)
		strv_add_once(ret, s->from);
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		AUTO(str) struct str out = STR_INIT(STR_LINE);

		if (texts[i])
			interp_expand(&in, texts[i], &out, NULL);
	}
}

int secret_from(const struct secret_job *job, const char **ret, struct error *err)
{
	const char *from = job->source->from;

	*ret = from ? job->lookup(job->arg, from) : NULL;
	if (!str_empty(*ret))
		return 0;
	if (!from)
		return error_set(err, ERR_INPUT, _("it is not said what it is made from"));
	error_set(err, ERR_INPUT, _("it is made from %s, which has no value"), from);
	return error_hint(err, _("Answer or generate %s first."), from);
}

/* --- crypt(3) */

int secret_make_bcrypt(const struct secret_job *job, char **ret, struct error *err)
{
	struct crypt_data *data = xcalloc(1, sizeof(*data));
	unsigned char raw[16];
	char salt[CRYPT_GENSALT_OUTPUT_SIZE];
	const char *password, *hash = NULL;
	int code = secret_from(job, &password, err);

	/* What follows would not count. */
	if (code == 0 && strlen(password) > BCRYPT_BYTES)
		code = error_set(err, ERR_INPUT,
			_("%s is longer than the %d bytes that bcrypt reads"), job->source->from,
			BCRYPT_BYTES);
	if (code == 0)
		code = secret_random(raw, sizeof(raw), err);
	if (code == 0 &&
		crypt_gensalt_rn("$2b$", BCRYPT_COST, (char *)raw, sizeof(raw), salt, sizeof(salt)))
		hash = crypt_r(password, salt, data);
	if (code == 0 && (!hash || *hash != '$'))
		code = error_set(err, ERR_FAILED, _("the system's crypt(3) knows no bcrypt"));
	if (code == 0)
		*ret = xstrdup(hash);
	mem_wipe(data, sizeof(*data));
	free(data);
	return code;
}

bool secret_bcrypt_is(const char *line, const char *password)
{
	struct crypt_data *data = xcalloc(1, sizeof(*data));
	const char *dollar = strchr(line, '$');
	const char *hash = dollar ? crypt_r(password, dollar, data) : NULL;
	bool same = hash && *hash == '$' && strcmp(hash, dollar) == 0;

	mem_wipe(data, sizeof(*data));
	free(data);
	return same;
}

/* Values for a template; encoded where it is an address. */
struct values {
	const struct secret_job *job;
	bool encode;
	struct str text;
	const char *missing;
};

static void add_encoded(struct str *out, const char *value)
{
	for (; *value; value++) {
		if (isalnum((unsigned char)*value) || strchr("-._~", *value))
			str_addc(out, *value);
		else
			str_addf(out, "%%%02X", (unsigned)(unsigned char)*value);
	}
}

static const char *value_of(void *arg, const char *name)
{
	struct values *v = arg;
	const char *value = v->job->lookup(v->job->arg, name);

	if (!value || !v->encode)
		return value;
	str_wipe(&v->text);
	str_init(&v->text, STR_LINE);
	add_encoded(&v->text, value);
	return str_text(&v->text);
}

/* A variable without value and without default would leave a hole. */
static void note_missing(void *arg, const struct interp_use *use)
{
	struct values *v = arg;
	autofree char *name = xstrdup(use->name);

	if (str_empty(use->value) && !*use->op && !v->missing)
		v->missing = take(name);
}

static int expand(
	const struct secret_job *job, const char *text, bool encode, char **ret, struct error *err)
{
	struct values v = {job, encode, STR_INIT(STR_LINE), NULL};
	const struct interp in = {
		.lookup = value_of, .lookup_arg = &v, .use = note_missing, .use_arg = &v};
	struct str out = STR_INIT(STR_LINE);
	int code = interp_expand(&in, text, &out, err);

	if (code == 0 && v.missing) {
		error_set(err, ERR_INPUT, _("it is made from %s, which has no value"), v.missing);
		code = error_hint(err, _("Answer or generate %s first."), v.missing);
		code = ERR_INPUT;
	}
	if (code == 0)
		*ret = xstrdup(str_text(&out));
	free((char *)v.missing);
	str_wipe(&v.text);
	str_wipe(&out);
	return code;
}

int secret_make_htpasswd(const struct secret_job *job, char **ret, struct error *err)
{
	autosecret char *hash = NULL, *user = NULL;
	int code = expand(job, job->source->user ? job->source->user : "admin", false, &user, err);

	if (code == 0 && (!*user || strpbrk(user, ":\n")))
		code = error_set(err, ERR_INPUT,
			_("the user of an htpasswd line must not be empty "
			  "and holds no colon"));
	if (code == 0)
		code = secret_make_bcrypt(job, &hash, err);
	if (code == 0)
		*ret = xasprintf("%s:%s", user, hash);
	return code;
}

/* --- JWT */

/* The claims with iat and exp, where these are not said. */
static int claims_text(const struct secret_source *source, char **ret, struct error *err)
{
	autojson struct json_object *claims = NULL;
	int64_t now = (int64_t)time(NULL);
	int code = 0;

	if (source->claims)
		code = json_parse(source->claims, strlen(source->claims), &claims, err);
	else
		claims = json_object_new_object();
	if (code)
		return code;
	if (!json_object_is_type(claims, json_type_object))
		return error_set(err, ERR_INPUT, _("the claims of a token must be a mapping"));
	if (!json_key(claims, "iat"))
		json_put_int(claims, "iat", now);
	if (!json_key(claims, "exp"))
		json_put_int(claims, "exp",
			now + (int64_t)(source->days ? source->days : DAYS) * SECONDS_A_DAY);
	*ret = json_text(claims);
	return 0;
}

int secret_make_jwt(const struct secret_job *job, char **ret, struct error *err)
{
	static const char header[] = "{\"alg\":\"HS256\",\"typ\":\"JWT\"}";
	autofree char *head =
		secret_base64((const unsigned char *)header, sizeof(header) - 1, true, false);
	autofree char *claims = NULL, *body = NULL, *text = NULL, *signature = NULL;
	unsigned char mac[EVP_MAX_MD_SIZE];
	unsigned n = 0;
	const char *key;
	int code = claims_text(job->source, &claims, err);

	if (code == 0)
		code = secret_from(job, &key, err);
	if (code)
		return code;
	body = secret_base64((const unsigned char *)claims, strlen(claims), true, false);
	text = xasprintf("%s.%s", head, body);
	if (!HMAC(EVP_sha256(), key, (int)strlen(key), (const unsigned char *)text, strlen(text),
		    mac, &n))
		return secret_openssl_error(err, _("cannot sign a token"));
	signature = secret_base64(mac, n, true, false);
	*ret = xasprintf("%s.%s", text, signature);
	return 0;
}

int secret_make_dsn(const struct secret_job *job, char **ret, struct error *err)
{
	if (!job->source->pattern)
		return error_set(err, ERR_INPUT, _("it is not said what it is made from"));
	return expand(job, job->source->pattern, true, ret, err);
}

int secret_make_copy(const struct secret_job *job, char **ret, struct error *err)
{
	const char *value;
	int code = secret_from(job, &value, err);

	if (code == 0)
		*ret = xstrdup(value);
	return code;
}
