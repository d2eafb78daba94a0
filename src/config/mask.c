/* SPDX-License-Identifier: MIT */
#include "config/mask.h"

#include "base/i18n.h"
#include "config/setting_guess.h"

#include <ctype.h>
#include <string.h>

enum {
	SURE = 4, /* bytes from which on a value is nothing else by chance */
	LINE = 16 /* the same of one line of a value: "}" and "-----" are in many */
};

void mask_init(struct mask *m)
{
	*m = (struct mask){.values = STRV_INIT};
}

void mask_done(struct mask *m)
{
	for (size_t i = 0; i < m->values.n; i++)
		mem_wipe(m->values.items[i], strlen(m->values.items[i]));
	strv_done(&m->values);
}

static void add_one(struct mask *m, const char *value)
{
	if (str_empty(value))
		return;
	strv_add_once(&m->values, value);
	m->starts[(unsigned char)*value] = true;
	m->starts['%'] = m->starts['+'] = m->starts['\\'] = true;
}

/* Logs come by the line: those of a key in PEM are hidden one by one, but for its headings. */
static void add_lines(struct mask *m, const char *value)
{
	while (*value) {
		size_t n = strcspn(value, "\r\n");

		if (n >= LINE && !str_starts(value, "-----")) {
			autosecret char *line = xstrndup(value, n);

			add_one(m, line);
		}
		value += n + strspn(value + n, "\r\n");
	}
}

void mask_add(struct mask *m, const char *value)
{
	add_one(m, value);
	if (value && strpbrk(value, "\r\n"))
		add_lines(m, value);
}

/* A value that its type refuses and that the program's own words about the type hold ("key:"): in
 * force it never was, and hidden it would make those words unreadable. */
static bool is_from_help(const struct setting *s, const char *value)
{
	const struct setting_type_info *info = setting_type_info(s->type);

	return s->problem.code && value &&
	       (strstr(_(info->expects), value) || (info->example && strstr(info->example, value)));
}

void mask_add_settings(struct mask *m, const struct settings *all)
{
	for (size_t i = 0; i < all->n; i++) {
		const struct setting *s = &all->items[i];

		if (!setting_is_secret(s))
			continue;
		if (s->answer != ANSWER_VALUE || !is_from_help(s, s->value)) {
			mask_add(m, s->value);
			mask_add(m, setting_effective(s));
		}
		if (s->placeholder)
			continue;
		mask_add(m, s->current);
		mask_add(m, s->dotenv);
	}
}

/* --- how a byte may be written
 * Each returns how many bytes of text stand for *ret, 0 at the end.
 */

typedef size_t spell_fn(const char *text, char *ret);

static size_t as_it_is(const char *text, char *ret)
{
	*ret = *text;
	return *text != '\0';
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)(c | 0x20);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static size_t percent(const char *text, char *ret)
{
	int high = *text == '%' ? hex_digit(text[1]) : -1;
	int low = high >= 0 ? hex_digit(text[2]) : -1;

	if (low < 0)
		return as_it_is(text, ret);
	*ret = (char)(high << 4 | low);
	return 3;
}

/* As a form writes it. */
static size_t percent_plus(const char *text, char *ret)
{
	size_t n = percent(text, ret);

	if (n == 1 && *ret == '+')
		*ret = ' ';
	return n;
}

static size_t doubled(const char *text, char *ret)
{
	*ret = *text;
	return (*text == '$' || *text == '\'') && text[1] == *text ? 2 : *text != '\0';
}

static size_t backslash(const char *text, char *ret)
{
	if (*text != '\\' || !text[1])
		return as_it_is(text, ret);
	*ret = text[1] == 'n' ? '\n' : text[1] == 't' ? '\t' : text[1];
	return 2;
}

static spell_fn *const spellings[] = {as_it_is, percent, percent_plus, doubled, backslash};

static size_t spelled_length(const char *text, const char *value, spell_fn *spell)
{
	const char *at = text;

	for (; *value; value++) {
		char c;
		size_t n = spell(at, &c);

		if (!n || c != *value)
			return 0;
		at += n;
	}
	return (size_t)(at - text);
}

/* --- finding */

static bool is_word(char c)
{
	return isalnum((unsigned char)c) || c == '_' || c == '-' || c == '.' || (c & 0x80);
}

/* Length of the longest secret that begins at text[at]; 0: none. */
static size_t secret_at(const struct mask *m, const char *text, size_t at)
{
	size_t longest = 0;

	for (size_t i = 0; i < m->values.n; i++) {
		const char *value = m->values.items[i];
		size_t size;

		/* A first byte is written as it is, or in a way that begins with one of these. */
		if (*value != text[at] && text[at] != '%' && text[at] != '+' && text[at] != '\\')
			continue;
		size = strlen(value);
		for (size_t k = 0; k < ARRAY_SIZE(spellings); k++) {
			size_t n = spelled_length(text + at, value, spellings[k]);
			bool alone =
				n && (at == 0 || !is_word(text[at - 1])) && !is_word(text[at + n]);

			if (n > longest && (size >= SURE || alone))
				longest = n;
		}
	}
	return longest;
}

/* Of a URL whose "://" stands at text[at]: its password's place. */
static bool password_at(const char *text, size_t at, size_t *ret_from, size_t *ret_to)
{
	size_t n = 3 + strcspn(text + at + 3, "/?#\"'`<> \t\r\n"), length;
	autosecret char *url = xstrndup(text + at, n);
	const char *password = setting_url_password(url, &length);

	if (!password || *password == '$')
		return false;
	*ret_from = at + (size_t)(password - url);
	*ret_to = *ret_from + length;
	return true;
}

void mask_text(const struct mask *m, const char *text, const char *instead, struct str *out)
{
	size_t covered = 0; /* up to here it is hidden */
	size_t from = 0, to = 0;
	bool hiding = false;

	for (size_t i = 0; text[i]; i++) {
		size_t n = m && m->starts[(unsigned char)text[i]] ? secret_at(m, text, i) : 0;

		if (text[i] == ':' && text[i + 1] == '/' && text[i + 2] == '/')
			password_at(text, i, &from, &to);
		/* What overlaps is hidden to its last byte. */
		if (n && i + n > covered)
			covered = i + n;
		if (i >= from && to > covered)
			covered = to;
		if (i >= covered) {
			str_addc(out, text[i]);
			hiding = false;
			continue;
		}
		if (!hiding)
			str_add(out, instead);
		hiding = true;
		if (text[i] == '\n')
			str_addc(out, '\n');
	}
}

char *mask_dup(const struct mask *m, const char *text)
{
	struct str out = STR_INIT(STR_OUTPUT);

	if (!text)
		return NULL;
	mask_text(m, text, MASK_STARS, &out);
	return str_take(&out);
}

static void replace(const struct mask *m, char **field)
{
	char *masked = mask_dup(m, *field);

	secret_free(*field);
	*field = masked;
}

void mask_error(const struct mask *m, struct error *err)
{
	if (!err)
		return;
	replace(m, &err->message);
	replace(m, &err->detail);
	replace(m, &err->hint);
}
