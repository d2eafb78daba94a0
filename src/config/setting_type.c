/* SPDX-License-Identifier: MIT */
#include "config/setting.h"

#include "base/i18n.h"
#include "base/str.h"
#include "base/text.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* "NAME: expected EXPECTED, got "VALUE"", without the value where it is a secret. */
static int refuse(
	const struct setting *s, const char *value, const char *expected, struct error *err)
{
	autofree char *shown = NULL;

	if (s->type == SETTING_SECRET)
		return error_set(err, ERR_INPUT, _("%s: expected %s"), s->name, expected);
	if (!*value)
		return error_set(
			err, ERR_INPUT, _("%s: expected %s, got nothing"), s->name, expected);
	shown = text_safe_dup(value);
	return error_set(
		err, ERR_INPUT, _("%s: expected %s, got \"%.60s\""), s->name, expected, shown);
}

static int refuse_type(const struct setting *s, const char *value, struct error *err)
{
	return refuse(s, value, _(setting_type_info(s->type)->expects), err);
}

static bool has_control(const char *value)
{
	for (; *value; value++)
		if (iscntrl((unsigned char)*value) && *value != '\t' && *value != '\n')
			return true;
	return false;
}

static int check_length(const struct setting *s, const char *value, struct error *err)
{
	int64_t n = (int64_t)strlen(value);
	char expected[96];

	if (s->min > s->max || (n >= s->min && n <= s->max))
		return 0;
	if (s->max == INT64_MAX)
		snprintf(expected, sizeof(expected), _("at least %" PRId64 " characters"), s->min);
	else
		snprintf(expected, sizeof(expected), _("%" PRId64 " to %" PRId64 " characters"),
			s->min, s->max);
	return refuse(s, value, expected, err);
}

static int check_text(const struct setting *s, const char *value, struct error *err)
{
	if (has_control(value))
		return refuse(s, value, _("text without control characters"), err);
	return check_length(s, value, err);
}

static int check_secret(const struct setting *s, const char *value, struct error *err)
{
	if (has_control(value) || strchr(value, '\n'))
		return refuse(s, value, _("one line without control characters"), err);
	/* "secret" may be what somebody wants on a laptop; what the example shows is nobody's. */
	if (secret_is_stand_in(value) ||
		(str_eq(value, s->example) && secret_is_placeholder(value))) {
		refuse(s, value, _("a secret of your own, not a placeholder"), err);
		return error_hint(err, _("Let Slipway generate one."));
	}
	return check_length(s, value, err);
}

/* Numbers of all kinds: within min and max where they are set. */
static int check_range(
	const struct setting *s, const char *value, int64_t number, struct error *err)
{
	char expected[96];

	if (s->min > s->max || (number >= s->min && number <= s->max))
		return 0;
	if (s->max == INT64_MAX)
		snprintf(expected, sizeof(expected), _("at least %" PRId64), s->min);
	else if (s->min == INT64_MIN)
		snprintf(expected, sizeof(expected), _("at most %" PRId64), s->max);
	else
		snprintf(expected, sizeof(expected), _("a number from %" PRId64 " to %" PRId64),
			s->min, s->max);
	return refuse(s, value, expected, err);
}

static int check_port(const struct setting *s, const char *value, struct error *err)
{
	int64_t number;

	if (!isdigit((unsigned char)*value) || text_to_int(value, 1, 65535, &number, NULL))
		return refuse_type(s, value, err);
	return check_range(s, value, number, err);
}

static int check_int(const struct setting *s, const char *value, struct error *err)
{
	int64_t number;

	if (text_to_int(value, INT64_MIN, INT64_MAX, &number, NULL))
		return refuse_type(s, value, err);
	return check_range(s, value, number, err);
}

static int check_size(const struct setting *s, const char *value, struct error *err)
{
	int64_t bytes;

	if (text_to_size(value, &bytes, NULL))
		return refuse_type(s, value, err);
	return check_range(s, value, bytes, err);
}

static int check_duration(const struct setting *s, const char *value, struct error *err)
{
	size_t n = strlen(value);
	int64_t ms;

	/* Programs know days and weeks, although Go does not. */
	if (n > 1 && strchr("dw", value[n - 1]) && strspn(value, "0123456789") == n - 1)
		return 0;
	if (text_to_duration(value, &ms, NULL))
		return refuse_type(s, value, err);
	return check_range(s, value, ms, err);
}

static bool is_host(const char *host, size_t n)
{
	char text[256];
	unsigned char address[16];

	if (n == 0 || n >= sizeof(text))
		return false;
	memcpy(text, host, n);
	text[n] = '\0';
	if (inet_pton(AF_INET6, text, address) == 1)
		return true;
	for (size_t i = 0; i < n; i++) {
		bool edge = i == 0 || i + 1 == n || text[i - 1] == '.' || text[i + 1] == '.';

		if (isalnum((unsigned char)text[i]) || (unsigned char)text[i] >= 0x80)
			continue;
		if (text[i] == '.' ? i == 0 || text[i - 1] == '.' : !strchr("-_", text[i]) || edge)
			return false;
	}
	return true;
}

static int check_host(const struct setting *s, const char *value, struct error *err)
{
	size_t n = strlen(value);

	if (!is_host(value, n))
		return refuse_type(s, value, err);
	return 0;
}

/* [user[:password]@]host[:port] of a URL. */
static bool is_authority(const char *text, size_t n)
{
	const char *end = text + n, *at = NULL, *colon = NULL;

	for (const char *p = text; p < end; p++)
		if (*p == '@')
			at = p;
	if (at)
		text = at + 1;
	if (text < end && *text == '[') {
		const char *close = memchr(text, ']', (size_t)(end - text));

		return close && is_host(text + 1, (size_t)(close - text - 1));
	}
	for (const char *p = text; p < end; p++)
		if (*p == ':')
			colon = p;
	if (colon) {
		char port[8] = "";
		int64_t number;

		if (end - colon - 1 < 1 || end - colon - 1 > 5)
			return false;
		memcpy(port, colon + 1, (size_t)(end - colon - 1));
		if (text_to_int(port, 1, 65535, &number, NULL))
			return false;
		end = colon;
	}
	return is_host(text, (size_t)(end - text));
}

static int check_url(const struct setting *s, const char *value, struct error *err)
{
	const char *scheme_end = strstr(value, "://"), *authority;
	size_t n;

	if (!scheme_end || scheme_end == value || !isalpha((unsigned char)*value) ||
		has_control(value) || strpbrk(value, " \t\n"))
		return refuse_type(s, value, err);
	for (const char *p = value; p < scheme_end; p++)
		if (!isalnum((unsigned char)*p) && !strchr("+.-", *p))
			return refuse_type(s, value, err);
	authority = scheme_end + 3;
	n = strcspn(authority, "/?#");
	/* unix:///run/x.sock and file:///x have none; lists of hosts (mongodb://a,b) are a matter
	 * of the program that reads them. */
	if ((n == 0 && *authority == '/' && authority[1]) || memchr(authority, ',', n) ||
		is_authority(authority, n))
		return 0;
	return refuse_type(s, value, err);
}

static int check_email(const struct setting *s, const char *value, struct error *err)
{
	const char *at = strrchr(value, '@');

	if (!at || at == value || strpbrk(value, " \t\n,;<>()\"") ||
		memchr(value, '@', (size_t)(at - value)) || !is_host(at + 1, strlen(at + 1)))
		return refuse_type(s, value, err);
	return 0;
}

static int check_path(const struct setting *s, const char *value, struct error *err)
{
	if (!*value || has_control(value) || strchr(value, '\n'))
		return refuse_type(s, value, err);
	return 0;
}

static int check_bool(const struct setting *s, const char *value, struct error *err)
{
	bool truth;

	if (setting_bool(value, &truth))
		return refuse_type(s, value, err);
	return 0;
}

static int check_enum(const struct setting *s, const char *value, struct error *err)
{
	autofree char *list = NULL, *expected = NULL;

	if (strv_has(&s->choices, value))
		return 0;
	list = strv_join(&s->choices, ", ");
	expected = xasprintf(_("one of %s"), list);
	return refuse(s, value, expected, err);
}

static const struct setting_type_info types[] = {
	[SETTING_TEXT] = {"text", N_("text"), check_text},
	[SETTING_SECRET] = {"secret", N_("a secret"), check_secret},
	[SETTING_PORT] = {"port", N_("a number from 1 to 65535"), check_port},
	[SETTING_URL] = {"url", N_("an address such as https://host/path"), check_url},
	[SETTING_HOST] = {"host", N_("a host name or an IP address"), check_host},
	[SETTING_EMAIL] = {"email", N_("an e-mail address such as name@host"), check_email},
	[SETTING_PATH] = {"path", N_("a path such as ./data or /srv/data"), check_path},
	[SETTING_BOOL] = {"bool", N_("true or false"), check_bool},
	[SETTING_INT] = {"integer", N_("a whole number"), check_int},
	[SETTING_SIZE] = {"size", N_("a size such as 512m or 2g"), check_size},
	[SETTING_DURATION] = {"duration", N_("a duration such as 30s, 5m or 1h30m"),
		check_duration},
	[SETTING_ENUM] = {"enum", N_("one of the choices"), check_enum},
};

const struct setting_type_info *setting_type_info(enum setting_type type)
{
	return &types[type];
}

int setting_type_find(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(types); i++)
		if (name && strcmp(name, types[i].name) == 0)
			return (int)i;
	return -1;
}

int setting_bool(const char *text, bool *ret)
{
	static const struct {
		const char *word;
		bool truth;
	} words[] = {{"true", true}, {"yes", true}, {"on", true}, {"1", true}, {"y", true},
		{"t", true}, {"enabled", true}, {"false", false}, {"no", false}, {"off", false},
		{"0", false}, {"n", false}, {"f", false}, {"disabled", false}};

	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (text && strcasecmp(text, words[i].word) == 0) {
			*ret = words[i].truth;
			return 0;
		}
	return ERR_INPUT;
}
