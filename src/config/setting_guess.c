/* SPDX-License-Identifier: MIT */
#include "config/setting_guess.h"

#include "base/str.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define HOST_LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-"

void setting_name_words(const char *name, struct strv *words)
{
	AUTO(str) struct str word = STR_INIT(STR_LINE);

	for (const char *p = name;; p++) {
		bool part = isalnum((unsigned char)*p);
		bool camel =
			p > name && isupper((unsigned char)*p) && islower((unsigned char)p[-1]);

		if ((!part || camel) && word.len) {
			strv_push(words, str_text(&word));
			str_clear(&word);
		}
		if (part)
			str_addc(&word, (char)toupper((unsigned char)*p));
		if (!*p)
			return;
	}
}

static bool in_list(const char *word, const char *const *list)
{
	for (; word && *list; list++)
		if (strcmp(word, *list) == 0)
			return true;
	return false;
}

static const char *word_at(const struct strv *words, size_t from_end)
{
	return from_end < words->n ? words->items[words->n - 1 - from_end] : NULL;
}

static bool has_word(const struct strv *words, const char *const *list)
{
	for (size_t i = 0; i < words->n; i++)
		if (in_list(words->items[i], list))
			return true;
	return false;
}

static bool ends_in(const struct strv *words, const char *const *list)
{
	return in_list(word_at(words, 0), list);
}

/* Words that make a name a switch, whatever else is in it: DISABLE_METRICS_AUTH. */
static const char *const switches[] = {"ENABLE", "ENABLED", "DISABLE", "DISABLED", "ALLOW",
	"ALLOWED", "USE", "IS", "HAS", "SKIP", "FORCE", "DEBUG", "VERIFY", "REQUIRE", "REQUIRED",
	NULL};

static bool names_secret(const struct strv *words)
{
	static const char *const secrets[] = {"PASSWORD", "PASSWD", "PASS", "PW", "PWD",
		"PASSPHRASE", "SECRET", "TOKEN", "APIKEY", "SALT", "PASSWORT", "BINDPW",
		"CREDENTIAL", "SECRETKEY", NULL};
	/* What may follow: SECRET_KEY_BASE, TOKEN_SECRET, PASSWORD2. */
	static const char *const tails[] = {
		"BASE", "VALUE", "HEX", "BASE64", "DEFAULT", "PLAIN", NULL};
	static const char *const open_keys[] = {"PUBLIC", "PUB", "PRIMARYKEY", "SORT", "PARTITION",
		"FOREIGN", "CACHE", "HOT", "SHORTCUT", NULL};
	const char *last = word_at(words, 0);
	size_t skip = words->n > 1 && in_list(last, tails) ? 1 : 0;

	last = word_at(words, skip);
	if (!last || (words->n > 1 && in_list(words->items[0], switches)))
		return false;
	if (in_list(last, secrets) || str_ends(last, "PASSWORD"))
		return !in_list(word_at(words, skip + 1), switches);
	return strcmp(last, "KEY") == 0 && words->n > 1 &&
	       !in_list(word_at(words, skip + 1), open_keys);
}

/* Secrets that somebody else hands out, so that no random text would do. */
static bool is_foreign(const struct setting *s, const struct strv *words, const char *value)
{
	static const char *const vendors[] = {"OPENAI", "OPEN", "ANTHROPIC", "GEMINI", "GOOGLE",
		"AZURE", "AWS", "GITHUB", "GITLAB", "SLACK", "STRIPE", "TWILIO", "SENDGRID",
		"MAILGUN", "MAILCHIMP", "RESEND", "HUGGINGFACE", "HF", "COHERE", "MISTRAL", "GROQ",
		"OPENROUTER", "DEEPSEEK", "PERPLEXITY", "TOGETHER", "REPLICATE", "TELEGRAM",
		"DISCORD", "FACEBOOK", "TWITTER", "LINKEDIN", "MICROSOFT", "MS", "APPLE", "OKTA",
		"AUTH0", "COGNITO", "CLOUDFLARE", "CF", "DIGITALOCEAN", "HETZNER", "S3", "R2", "B2",
		"SMTP", "MAIL", "EMAIL", "IMAP", "LDAP", "SIP", "PAYPAL", "SENTRY", "POSTHOG",
		"DATADOG", "LICENSE", "LICENCE", "OAUTH", "OIDC", "SAML", "SSO", "CLIENT",
		"RECAPTCHA", "TURNSTILE", "HCAPTCHA", "BEDROCK", "XAI", "TINYBIRD", "ZOOM",
		"MAPBOX", "VAPID", "TRANSLATE", "GENERIC", "PRIVATE", "GRAPH", "LITELLM", "NPM",
		"ACME", "VPN", "TAILSCALE", "NGROK", "AXIOM", "FERNET", "SSH", "TLS", "SSL", "CERT",
		"WEBHOOK", "ADMIN_API", "GCS", "TTS", "STT", NULL};
	static const char *const prefixes[] = {"sk-", "sk_", "pk_", "ghp_", "gho_", "whsec_",
		"xoxb-", "hf_", "gsk_", "AIza", "eyJ", "base64:", "-----BEGIN", NULL};

	for (size_t i = 0; value && prefixes[i]; i++)
		if (str_starts(value, prefixes[i]))
			return true;
	return has_word(words, vendors) ||
	       (s->help && (strcasestr(s->help, "fernet") || strcasestr(s->help, "vapid")));
}

bool setting_names_account(const char *name)
{
	static const char *const accounts[] = {"USER", "USERNAME", "LOGIN", NULL};
	AUTO(strv) struct strv words = STRV_INIT;

	setting_name_words(name, &words);
	/* The other half of the pair is a SECRET_ACCESS_KEY. */
	if (words.n > 1 && strcmp(word_at(&words, 0), "KEY") == 0 &&
		strcmp(word_at(&words, 1), "ACCESS") == 0)
		return words.n < 3 || strcmp(word_at(&words, 2), "SECRET") != 0;
	return ends_in(&words, accounts);
}

/* "32 char", "at least 32 characters long", "32-character": the number; 0: none. */
static int length_in(const char *text)
{
	for (const char *p = text; p && (p = strcasestr(p, "char")) != NULL; p += 4) {
		const char *q = p;

		while (q > text && (q[-1] == ' ' || q[-1] == '-'))
			q--;
		if (q > text && strncasecmp(q - 1, "g", 1) == 0 && q - text > 7 &&
			strncasecmp(q - 6, "string", 6) == 0)
			for (q -= 6; q > text && q[-1] == ' ';)
				q--;
		if (q > text && isdigit((unsigned char)q[-1])) {
			while (q > text && isdigit((unsigned char)q[-1]))
				q--;
			return (int)strtol(q, NULL, 10);
		}
	}
	return 0;
}

/* How a comment says a secret is made: `openssl rand -hex 32`, "(32 characters)". */
static void guess_rule(struct setting *s, const char *value)
{
	const char *hex = s->help ? strstr(s->help, "rand -hex ") : NULL;
	const char *base64 = s->help ? strstr(s->help, "rand -base64 ") : NULL;
	size_t n = value ? strlen(value) : 0;
	int size = hex ? (int)strtol(hex + 10, NULL, 10) : 0, length = length_in(s->help);

	if (size >= 8 && size <= 512) {
		s->rule = (struct secret_rule){SECRET_HEX, size, 0};
	} else if (length >= 8 && length <= 512 && s->help && strcasestr(s->help, "hex") &&
		   length % 2 == 0) {
		s->rule = (struct secret_rule){SECRET_HEX, length / 2, 0};
	} else if (length >= 8 && length <= 512 && !strcasestr(s->help, "at least")) {
		s->rule = (struct secret_rule){SECRET_ALNUM, 0, length};
	} else if (base64 && (size = (int)strtol(base64 + 13, NULL, 10)) >= 8 && size <= 512) {
		s->rule = (struct secret_rule){SECRET_URLSAFE, 0, (size * 4 + 2) / 3};
	} else if (n >= 32 && n % 2 == 0 && strspn(value, "0123456789abcdef") == n) {
		s->rule = (struct secret_rule){SECRET_HEX, (int)n / 2, 0};
	}
}

const char *setting_url_password(const char *url, size_t *ret_len)
{
	const char *authority = url ? strstr(url, "://") : NULL, *at = NULL, *colon;
	size_t n;

	if (!authority)
		return NULL;
	authority += 3;
	n = strcspn(authority, "/?# ");
	for (size_t i = 0; i < n; i++)
		if (authority[i] == '@')
			at = authority + i;
	colon = at ? memchr(authority, ':', (size_t)(at - authority)) : NULL;
	/* The colon of ${USER:-default} is none. */
	if (!colon || colon + 1 >= at ||
		(colon[1] == '-' && memchr(authority, '{', (size_t)(colon - authority))))
		return NULL;
	*ret_len = (size_t)(at - colon - 1);
	return colon + 1;
}

bool setting_is_placeholder(const struct setting *s, const char *value)
{
	if (str_empty(value))
		return false;
	if (setting_hides(s, value) && !setting_names_account(s->name))
		return secret_is_placeholder(value);
	/* example.com works as long as nobody looks; it is for people to decide. */
	if (strcasestr(value, "example") && !strcasestr(value, "your") && !strpbrk(value, "<>"))
		return false;
	return secret_is_stand_in(value);
}

bool setting_is_example_host(const struct setting *s, const char *value)
{
	static const char *const domains[] = {
		"example.com", "example.net", "example.org", "example", "invalid", NULL};
	const char *host = value, *scheme;
	autofree char *name = NULL;

	if (str_empty(value) || (s->type != SETTING_HOST && s->type != SETTING_URL &&
					s->type != SETTING_EMAIL))
		return false;
	scheme = strstr(host, "://");
	host = scheme ? scheme + 3 : host;
	name = xstrndup(host, strcspn(host, "/?#"));
	host = strrchr(name, '@') ? strrchr(name, '@') + 1 : name;
	name[strcspn(host, ":") + (size_t)(host - name)] = '\0';
	for (size_t i = 0; domains[i]; i++) {
		size_t n = strlen(host), m = strlen(domains[i]);

		if (n >= m && strcasecmp(host + n - m, domains[i]) == 0 &&
			(n == m ? strchr(domains[i], '.') != NULL : host[n - m - 1] == '.'))
			return true;
	}
	return false;
}

/* Mail is what many set up later, or never. */
bool setting_is_mail_server(const char *name, const char *value)
{
	static const char *const mail[] = {"SMTP", "MAIL", "IMAP", "MAILER", NULL};
	AUTO(strv) struct strv words = STRV_INIT;

	setting_name_words(name, &words);
	return has_word(&words, mail) || (value && (str_starts(value, "smtp.") ||
							   str_starts(value, "mail.") ||
							   str_starts(value, "imap.")));
}

bool setting_is_untouched(const struct setting *s, const char *value)
{
	if (setting_is_example_host(s, value))
		return true;
	return setting_is_placeholder(s, value) &&
	       (!setting_hides(s, value) || secret_is_stand_in(value) || str_eq(value, s->example));
}

/* Whether the type accepts the value; one with variables in it cannot be judged. */
static bool fits(struct setting *s, enum setting_type type, const char *value)
{
	s->type = type;
	return str_empty(value) || strchr(value, '$') || setting_is_placeholder(s, value) ||
	       setting_type_info(type)->check(s, value, NULL) == 0;
}

static bool is_number(const char *value)
{
	size_t n = value ? strspn(value + (*value == '-'), "0123456789") + (*value == '-') : 0;

	return n && !value[n] && n < 18 && (value[0] != '0' || n == 1) &&
	       isdigit((unsigned char)value[n - 1]);
}

/* A number with a unit: 's' of seconds, 'g' of gigabytes...; '\0' when it is none. */
static const char *unit_of(const char *value)
{
	size_t n = value ? strspn(value, "0123456789.") : 0;

	return n && value[n] && strlen(value + n) <= 3 ? value + n : "";
}

static bool guess_measure(struct setting *s, const struct strv *words, const char *value)
{
	static const char *const sizes[] = {
		"MEMORY", "MEM", "SIZE", "STORAGE", "HEAP", "BUFFER", "SPACE", "SHM", NULL};
	static const char *const times[] = {"TIMEOUT", "INTERVAL", "TTL", "EXPIRY", "EXPIRES",
		"EXPIRATION", "PERIOD", "TIME", "AGE", "DURATION", "DELAY", "RETENTION", "ALIVE",
		"LIFETIME", "FREQUENCY", NULL};
	static const char *const clear_times[] = {"s", "ms", "h", "d", "w", NULL};
	static const char *const clear_sizes[] = {"g", "k", "G", "K", "M", "T", "gb", "mb", "kb",
		"GB", "MB", "KB", "TB", "GiB", "MiB", "KiB", "Gi", "Mi", NULL};
	const char *unit = unit_of(value);

	if (!*unit)
		return false;
	if (in_list(unit, clear_sizes) || (strcmp(unit, "m") == 0 && has_word(words, sizes)))
		return fits(s, SETTING_SIZE, value);
	if (in_list(unit, clear_times) || has_word(words, times))
		return fits(s, SETTING_DURATION, value);
	return false;
}

static bool guess_switch(struct setting *s, const struct strv *words, const char *value)
{
	static const char *const plain[] = {"true", "false", "yes", "no", "on", "off", NULL};
	bool named =
		in_list(words->n ? words->items[0] : NULL, switches) || ends_in(words, switches);
	bool truth;

	for (size_t i = 0; value && plain[i]; i++)
		if (strcasecmp(value, plain[i]) == 0)
			return fits(s, SETTING_BOOL, value);
	if (!named || (!str_empty(value) && setting_bool(value, &truth)))
		return false;
	return fits(s, SETTING_BOOL, value);
}

/* "vpn.example.org": what an image calls the URL of its server can be no more than a name. */
static bool is_bare_host(const char *value)
{
	const char *dot = value ? strchr(value, '.') : NULL;

	return dot && dot > value && dot[1] && !value[strspn(value, HOST_LETTERS)];
}

/* Types that the last word of a name suggests, and the value must allow. */
static bool guess_by_name(struct setting *s, const struct strv *words, const char *value)
{
	static const char *const ports[] = {"PORT", NULL};
	static const char *const paths[] = {"PATH", "DIR", "DIRECTORY", "FOLDER", "FILE",
		"LOCATION", "VOLUME", "MOUNT", "INDEXDIR", NULL};
	static const char *const urls[] = {"URL", "URI", "ENDPOINT", "HREF", NULL};
	static const char *const hosts[] = {"HOST", "HOSTNAME", "DOMAIN", "IP", NULL};
	static const char *const mails[] = {"EMAIL", "MAIL", NULL};
	static const struct {
		const char *const *words;
		enum setting_type type;
	} rows[] = {{ports, SETTING_PORT}, {urls, SETTING_URL}, {mails, SETTING_EMAIL},
		{hosts, SETTING_HOST}, {paths, SETTING_PATH}};
	bool number = words->n > 1 && strcmp(word_at(words, 0), "NUMBER") == 0;

	if (number && in_list(word_at(words, 1), ports))
		return fits(s, SETTING_PORT, value);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		if (!ends_in(words, rows[i].words))
			continue;
		/* PATH is also a word for "/grafana" and "*.txt", but never for a list or an
		 * address. */
		if (rows[i].type == SETTING_PATH && value &&
			(strstr(value, "://") || strpbrk(value, ",*")))
			return false;
		if (rows[i].type == SETTING_URL && is_bare_host(value))
			return fits(s, SETTING_HOST, value);
		return fits(s, rows[i].type, value);
	}
	return false;
}

static bool guess_by_value(struct setting *s, const struct strv *words, const char *value)
{
	static const char *const versions[] = {
		"VERSION", "TAG", "ID", "PASSWORD", "CODE", "RELEASE", NULL};
	static const char *const people[] = {"EMAIL", "MAIL", "FROM", "SENDER", NULL};

	if (str_empty(value))
		return false;
	if (strstr(value, "://") && !strpbrk(value, ", "))
		return fits(s, SETTING_URL, value);
	if (str_starts(value, "./") || str_starts(value, "../") || str_starts(value, "~/") ||
		(value[0] == '/' && strlen(value) > 1 && !strpbrk(value, " ,:*")))
		return fits(s, SETTING_PATH, value);
	if (strchr(value, '@') && has_word(words, people))
		return fits(s, SETTING_EMAIL, value);
	return is_number(value) && !ends_in(words, versions) && fits(s, SETTING_INT, value);
}

/* Programs that are logged in to with a password in an address. */
static bool is_server_scheme(const char *value)
{
	static const char *const schemes[] = {"postgres", "postgresql", "pgsql", "mysql", "mysql2",
		"mariadb", "redis", "rediss", "valkey", "valkeys", "mongodb", "amqp", "amqps",
		"pyamqp", "clickhouse", "clickhouses", "cockroachdb", "mssql", "sqlserver", "nats",
		"stomp", "mqtt", "mqtts", "neo4j", "bolt", "influxdb", "couchdb", NULL};
	autofree char *scheme = NULL;

	if (!value || !strstr(value, "://"))
		return false;
	scheme = xstrndup(value, strcspn(value, "+:"));
	return in_list(scheme, schemes);
}

/* "MONGO_URI", where nothing else says what it is. */
static bool names_server_address(const struct strv *words)
{
	static const char *const programs[] = {"DATABASE", "DB", "POSTGRES", "POSTGRESQL", "PG",
		"MYSQL", "MARIADB", "MONGO", "MONGODB", "REDIS", "VALKEY", "AMQP", "RABBITMQ",
		"BROKER", NULL};
	static const char *const addresses[] = {"URL", "URI", "DSN", NULL};

	return ends_in(words, addresses) && words->n > 1 && in_list(word_at(words, 1), programs);
}

/* The address of a database or a queue; what breaks its rules, and not only for want of an encoded
 * password, is left to the other guesses. */
static bool guess_dsn(struct setting *s, const struct strv *words, const char *value)
{
	autosecret char *mended = NULL;

	if (str_empty(value) ? !names_server_address(words) : !is_server_scheme(value))
		return false;
	if (!fits(s, SETTING_DSN, value)) {
		mended = setting_mended(s, value);
		if (!mended)
			return false;
	}
	s->rule = (struct secret_rule){SECRET_HEX, 0, 0};
	s->shown = !str_empty(value) && !setting_hides(s, value);
	return true;
}

static bool guess_secret(struct setting *s, const struct strv *words, const char *value)
{
	static const char *const key_lists[] = {"KEYS", "APIKEYS", NULL};
	size_t length = 0;
	bool truth;
	bool embedded = setting_url_password(value, &length) != NULL;
	bool auth = words->n > 1 && strcmp(word_at(words, 0), "AUTH") == 0 && value &&
		    secret_is_placeholder(value);

	/* "key:scope,scope;key:scope" */
	if (value && strchr(value, ':') && ends_in(words, key_lists) && fits(s, SETTING_KEYS, value))
		return true;
	if (!embedded && !auth && !names_secret(words))
		return false;
	/* "X_TOKEN=true" and "X_KEY=./server.key" are about one. */
	if (value &&
		((setting_bool(value, &truth) == 0 && !isdigit((unsigned char)*value)) ||
			str_starts(value, "./") || value[0] == '/' || str_starts(value, "http")))
		return embedded;
	s->type = SETTING_SECRET;
	if (embedded || is_foreign(s, words, value))
		s->rule = (struct secret_rule){SECRET_HEX, 0, 0};
	else
		guess_rule(s, value);
	return true;
}

void setting_guess(struct setting *s, const char *value)
{
	AUTO(strv) struct strv words = STRV_INIT;

	setting_name_words(s->name, &words);
	s->type = SETTING_TEXT;
	if (guess_dsn(s, &words, value) || guess_secret(s, &words, value))
		return;
	setting_guess_choices(s->help, value, &s->choices);
	if (s->choices.n) {
		s->type = SETTING_ENUM;
		return;
	}
	if (guess_switch(s, &words, value) || guess_measure(s, &words, value) ||
		guess_by_name(s, &words, value) || guess_by_value(s, &words, value))
		return;
	s->type = SETTING_TEXT;
}
