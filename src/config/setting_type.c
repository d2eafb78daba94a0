/* SPDX-License-Identifier: MIT */
#include "config/setting_parts.h"

#include "base/i18n.h"
#include "base/str.h"
#include "base/text.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

int setting_refuse(
	const struct setting *s, const char *value, const char *expected, struct error *err)
{
	autofree char *shown = NULL;

	if (setting_is_secret(s))
		return error_set(err, ERR_INPUT, _("%s: expected %s"), s->name, expected);
	if (!*value)
		return error_set(
			err, ERR_INPUT, _("%s: expected %s, got nothing"), s->name, expected);
	shown = text_safe_dup(value);
	return error_set(
		err, ERR_INPUT, _("%s: expected %s, got \"%.60s\""), s->name, expected, shown);
}

int setting_refuse_type(const struct setting *s, const char *value, struct error *err)
{
	return setting_refuse(s, value, _(setting_type_info(s->type)->expects), err);
}

int setting_refuse_at(const struct setting *s, const char *value, size_t at, struct error *err,
	const char *what, ...)
{
	autofree char *text = NULL;
	size_t column = 1;
	va_list ap;

	va_start(ap, what);
	text = xvasprintf(what, ap);
	va_end(ap);
	for (size_t i = 0; i < at; i++)
		column += ((unsigned char)value[i] & 0xc0) != 0x80;
	setting_refuse_type(s, value, err);
	error_detail(err, _("character %zu: %s"), column, text);
	return ERR_INPUT;
}

const char *setting_control(const char *value, bool lines)
{
	for (; *value; value++)
		if (iscntrl((unsigned char)*value) &&
			!(lines && (*value == '\t' || *value == '\n')))
			return value;
	return NULL;
}

const char *setting_char_text(const char *p, char buffer[32])
{
	if (!*p)
		return _("the end");
	if (*p == ' ')
		return _("a blank");
	if (*p == '\t')
		return _("a tab");
	if (iscntrl((unsigned char)*p))
		return _("a control character");
	if ((unsigned char)*p >= 0x80)
		return _("a character that is not ASCII");
	snprintf(buffer, 32, "\"%c\"", *p);
	return buffer;
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
	return setting_refuse(s, value, expected, err);
}

static int check_text(const struct setting *s, const char *value, struct error *err)
{
	if (setting_control(value, true))
		return setting_refuse(s, value, _("text without control characters"), err);
	return check_length(s, value, err);
}

static int check_secret(const struct setting *s, const char *value, struct error *err)
{
	/* PEM has lines, and so may a file. */
	if (setting_control(value, true) ||
		(strchr(value, '\n') && !s->file && !secret_format_info(s->rule.format)->lines))
		return setting_refuse(s, value, _("one line without control characters"), err);
	/* "secret" may be what somebody wants on a laptop; what the example shows is nobody's. */
	if (secret_is_stand_in(value) ||
		(str_eq(value, s->example) && secret_is_placeholder(value))) {
		setting_refuse(s, value, _("a secret of your own, not a placeholder"), err);
		return error_hint(err, _("Let Slipway generate one."));
	}
	return check_length(s, value, err);
}

int setting_check_range(
	const struct setting *s, const char *value, int64_t number, struct error *err)
{
	autofree char *low = NULL, *high = NULL, *expected = NULL;

	if (s->min > s->max || (number >= s->min && number <= s->max))
		return 0;
	low = setting_limit_text(s, s->min);
	high = setting_limit_text(s, s->max);
	if (s->max == INT64_MAX)
		expected = xasprintf(_("at least %s"), low);
	else if (s->min == INT64_MIN)
		expected = xasprintf(_("at most %s"), high);
	else
		expected = xasprintf(_("a number from %s to %s"), low, high);
	return setting_refuse(s, value, expected, err);
}

static int check_port(const struct setting *s, const char *value, struct error *err)
{
	int64_t number;

	if (!isdigit((unsigned char)*value) || text_to_int(value, 1, 65535, &number, NULL))
		return setting_refuse_type(s, value, err);
	return setting_check_range(s, value, number, err);
}

/* A number in the measure of its type. */
static int check_measure(const struct setting *s, const char *value, struct error *err)
{
	int64_t number;

	if (setting_measure(s, value, &number))
		return setting_refuse_type(s, value, err);
	return setting_check_range(s, value, number, err);
}

/* Units that programs are told amounts in; a definition names others. */
static bool is_unit(const char *text, size_t n)
{
	static const char *const units[] = {"%", "B", "k", "kB", "KiB", "M", "MB", "MiB", "G", "GB",
		"GiB", "T", "TB", "TiB", "bit", "kbit", "Mbit", "Gbit", "bps", "kbps", "Mbps",
		"Gbps", "ns", "us", "\u00b5s", "ms", "s", "sec", "m", "min", "h", "d", "w", "Hz",
		"kHz", "MHz", "GHz", "px", "pt", "em", "dpi", "fps", "rpm", "rps", "qps", "x", "r",
		"req", "requests", "token", "tokens", "char", "chars", "line", "lines", "\u00b0C",
		"W", "kW", "V", "A"};

	for (size_t i = 0; i < ARRAY_SIZE(units); i++)
		if (strlen(units[i]) == n && strncasecmp(units[i], text, n) == 0)
			return true;
	return false;
}

/* "MB", "req/min": the first part that is no unit; NULL. */
static const char *find_no_unit(const char *unit)
{
	while (*unit) {
		size_t n = strcspn(unit, "/");

		if (!is_unit(unit, n))
			return unit;
		unit += n;
		if (*unit && !*++unit)
			return unit;
	}
	return NULL;
}

static int check_number(const struct setting *s, const char *value, struct error *err)
{
	size_t n = strspn(value, "+-"), digits = strspn(value + n, "0123456789.");
	const char *unit = value + n + digits, *wrong;
	autofree char *list = NULL, *expected = NULL;

	if (n > 1 || strspn(value + n, ".") == digits || strchr(value, '.') != strrchr(value, '.'))
		return setting_refuse_type(s, value, err);
	while (*unit == ' ')
		unit++;
	if (s->choices.n && !strv_has(&s->choices, unit)) {
		list = strv_join(&s->choices, ", ");
		expected = xasprintf(_("a number with one of the units %s"), list);
		return setting_refuse(s, value, expected, err);
	}
	wrong = s->choices.n ? NULL : find_no_unit(unit);
	if (wrong) {
		setting_refuse_at(
			s, value, (size_t)(wrong - value), err, "%s", _("this is no unit"));
		return error_hint(err,
			_("Units are written like %%, MB or req/min; a definition names others "
			  "under \"units\"."));
	}
	return check_measure(s, value, err);
}

static int check_path(const struct setting *s, const char *value, struct error *err)
{
	if (!*value || setting_control(value, true) || strchr(value, '\n'))
		return setting_refuse_type(s, value, err);
	return 0;
}

static int check_directory(const struct setting *s, const char *value, struct error *err)
{
	const char *colon = strchr(value, ':');

	/* Compose would cut a volume there. */
	if (colon)
		return setting_refuse_at(s, value, (size_t)(colon - value), err, "%s",
			_("a directory that is mounted cannot have a colon in its name"));
	return check_path(s, value, err);
}

static int check_bool(const struct setting *s, const char *value, struct error *err)
{
	bool truth;

	if (setting_bool(value, &truth))
		return setting_refuse_type(s, value, err);
	return 0;
}

static int check_enum(const struct setting *s, const char *value, struct error *err)
{
	autofree char *list = NULL, *expected = NULL;

	if (strv_has(&s->choices, value))
		return 0;
	list = strv_join(&s->choices, ", ");
	expected = xasprintf(_("one of %s"), list);
	return setting_refuse(s, value, expected, err);
}

/* --- the spelling that programs want */

static char *trim(const struct setting *s, const char *value)
{
	size_t n = strlen(value);

	(void)s;
	while (n && isspace((unsigned char)value[n - 1]))
		n--;
	while (n && isspace((unsigned char)*value))
		value++, n--;
	return xstrndup(value, n);
}

/* Without any blank: "2 GB". */
static char *squeeze(const struct setting *s, const char *value)
{
	char *text = xstrdup(value), *to = text;

	(void)s;
	for (const char *p = value; *p; p++)
		if (!isspace((unsigned char)*p))
			*to++ = *p;
	*to = '\0';
	return text;
}

/* In the words that the setting has now: "yes" becomes "true" where that is what programs read. */
static char *spell_bool(const struct setting *s, const char *value)
{
	static const char *const pairs[][2] = {
		{"true", "false"}, {"yes", "no"}, {"on", "off"}, {"1", "0"}};
	const char *known[] = {s->default_value, s->example, s->dotenv};
	char *text = trim(s, value);
	bool truth;

	for (size_t i = 0; i < ARRAY_SIZE(known) && setting_bool(text, &truth) == 0; i++)
		for (size_t k = 0; k < ARRAY_SIZE(pairs); k++) {
			if (!str_eq(known[i], pairs[k][0]) && !str_eq(known[i], pairs[k][1]))
				continue;
			free(text);
			return xstrdup(pairs[k][truth ? 0 : 1]);
		}
	return text;
}

/* "info" for "INFO" where only the former is a choice. */
static char *spell_choice(const struct setting *s, const char *value)
{
	char *text = trim(s, value);

	for (size_t i = 0; i < s->choices.n && !strv_has(&s->choices, text); i++)
		if (strcasecmp(s->choices.items[i], text) == 0) {
			free(text);
			return xstrdup(s->choices.items[i]);
		}
	return text;
}

#define CHARACTERS N_("the number of characters")
static const struct setting_type_info types[] = {
	[SETTING_TEXT] = {"text", N_("text"), N_("Any text without control characters."),
		"Library of the city", NULL, CHARACTERS, false, check_text, NULL, NULL},
	[SETTING_SECRET] = {"secret", N_("a secret"),
		N_("A password or a key: masked wherever it is shown, generated where possible, "
		   "never a placeholder."),
		NULL, NULL, CHARACTERS, true, check_secret, NULL, NULL},
	[SETTING_PORT] = {"port", N_("a number from 1 to 65535"),
		N_("A port of the host or of a container."), "8080", NULL, N_("the port"), false,
		check_port, trim, NULL},
	[SETTING_URL] = {"url", N_("an address such as https://host/path"),
		N_("An address with its scheme; an IPv6 address stands in brackets."),
		"https://books.example.org/", NULL, NULL, false, setting_check_url, trim, NULL},
	[SETTING_HOST] = {"host", N_("a host name or an IP address"),
		N_("A name or an IP address, without scheme, port and path."), "db.internal", NULL,
		NULL, false, setting_check_host, trim, NULL},
	[SETTING_EMAIL] = {"email", N_("an e-mail address such as name@host"),
		N_("One mail address without a display name."), "admin@example.org", NULL, NULL,
		false, setting_check_email, trim, NULL},
	[SETTING_PATH] = {"path", N_("a path such as ./data or /srv/data"),
		N_("A file or a directory; relative ones begin at the project."), "./config.toml",
		NULL, NULL, false, check_path, NULL, NULL},
	[SETTING_BOOL] = {"bool", N_("true or false"),
		N_("A switch: true or false, yes or no, on or off, 1 or 0. It is written in the "
		   "words that the setting has already."),
		"true", NULL, NULL, false, check_bool, spell_bool, NULL},
	[SETTING_INT] = {"integer", N_("a whole number"), N_("A whole number."), "4", NULL,
		N_("the number"), false, check_measure, trim, NULL},
	[SETTING_SIZE] = {"size", N_("a size such as 512m or 2g"),
		N_("A number of bytes with k, m, g or t (powers of 1024), as Compose reads it."),
		"512m", NULL, N_("the size"), false, check_measure, squeeze, NULL},
	[SETTING_DURATION] = {"duration", N_("a duration such as 30s, 5m or 1h30m"),
		N_("Numbers with ms, s, m, h; days and weeks (d, w) stand alone."), "1h30m", NULL,
		N_("the duration"), false, check_measure, squeeze, NULL},
	[SETTING_ENUM] = {"enum", N_("one of the choices"),
		N_("One of the choices, spelled as they are."), "info", N_("the values"), NULL,
		false, check_enum, spell_choice, NULL},
	[SETTING_DIRECTORY] = {"directory", N_("a directory such as ./data or /srv/data"),
		N_("A directory that may be mounted into a container: no colon in it. Relative "
		   "ones begin at the project."),
		"./data", NULL, NULL, false, check_directory, NULL, NULL},
	[SETTING_NUMBER] = {"number", N_("a number, with a unit where it has one"),
		N_("A number, also with a decimal point, and a unit such as %, MB or req/min."),
		"0.75", N_("the units (an empty one: no unit)"),
		N_("the number before the unit"), false, check_number, squeeze,
		NULL},
	[SETTING_LIST] = {"list", N_("a list such as a,b,c"),
		N_("Items with a separator between them, the comma unless the definition says "
		   "another; no item is empty and none is there twice."),
		"alpha,beta", N_("the items"), N_("the number of items"), false, setting_check_list,
		setting_normalise_list, NULL},
	[SETTING_DSN] = {"dsn",
		N_("an address such as postgresql://user:password@host:5432/database"),
		N_("The address of a database or a queue, checked part by part. What has a meaning "
		   "of its own in an address (@ : / ? # %) is percent-encoded in the password."),
		"postgresql://app:p%40ss@db:5432/app", N_("the schemes"), NULL, true,
		setting_check_dsn, trim, setting_mend_dsn},
	[SETTING_KEYS] = {"api-keys",
		N_("keys with their scopes such as key:scope,scope;key:scope"),
		N_("API keys, each followed by a colon and its scopes; a semicolon between two "
		   "keys. No key is there twice."),
		"3f9a1c:read,write;77e0bd:read", N_("the scopes"),
		N_("the number of characters of each key"), true, setting_check_keys,
		setting_normalise_keys, NULL},
	[SETTING_CRON] = {"cron", N_("five fields such as 30 2 * * 1-5"),
		N_("A time table of cron: minute, hour, day of the month, month, day of the week; "
		   "lists, ranges, steps and names; or @daily and its kin."),
		"30 2 * * *", NULL, NULL, false, setting_check_cron, setting_normalise_cron, NULL},
	[SETTING_JSON] = {"json", N_("a JSON document"),
		N_("JSON on one line, for programs that read it from a variable."), "{\"a\":1}",
		NULL, NULL, true, setting_check_json, NULL, NULL},
};
_Static_assert(ARRAY_SIZE(types) == SETTING_TYPES, "one row a type");

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

bool setting_is_credential(const struct setting *s)
{
	return types[s->type].secret;
}

/* user:password@, or one among the parameters. */
static bool may_hold_password(const char *address)
{
	static const char *const words[] = {"secret", "pass", "pwd", "token", "key"};
	const char *query = address ? strchr(address, '?') : NULL;

	for (size_t i = 0; query && i < ARRAY_SIZE(words); i++)
		if (strcasestr(query, words[i]))
			return true;
	return address && strchr(address, '@');
}

bool setting_is_secret(const struct setting *s)
{
	const char *const known[] = {s->value, s->current, s->dotenv, s->default_value, s->example};
	bool held = false;

	if (!s->shown)
		return types[s->type].secret;
	for (size_t i = 0; i < ARRAY_SIZE(known) && s->type == SETTING_DSN; i++)
		held = held || may_hold_password(known[i]);
	return held;
}

bool setting_hides(const struct setting *s, const char *value)
{
	if (s->type == SETTING_DSN)
		return may_hold_password(value);
	return types[s->type].secret && s->type != SETTING_JSON && !s->shown;
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
