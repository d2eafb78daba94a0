/* SPDX-License-Identifier: MIT */
/*
 * Recognising what templates ship instead of a value. The rules were read off the env files of
 * public projects; each row of the tables below occurs there.
 */
#include "config/secret_parts.h"

#include "base/str.h"
#include "base/strv.h"

#include <ctype.h>
#include <string.h>

/* Letters and digits; letters of a word on average. */
enum { RANDOM_AT_LEAST = 20, RANDOM_WORD_BELOW = 3, APART_AT_LEAST = 4 };

/* The value in lower case, without ${VAR} references, quotes and blanks around it. */
static char *plain_text(const char *value)
{
	AUTO(str) struct str s = STR_INIT(STR_LINE);
	size_t n = strlen(value);

	while (n && isspace((unsigned char)value[n - 1]))
		n--;
	while (n && isspace((unsigned char)*value))
		value++, n--;
	if (n > 1 && (*value == '"' || *value == '\'') && value[n - 1] == *value)
		value++, n -= 2;
	for (size_t i = 0; i < n; i++) {
		if (value[i] == '$' && i + 1 < n && value[i + 1] == '{') {
			while (i < n && value[i] != '}')
				i++;
			continue;
		}
		str_addc(&s, value[i]);
	}
	return str_take(&s);
}

/* As split_words(), but only what stands apart, written as people write a word: no digit beside it, in
 * one case or with a capital first. What chance spells has other letters and digits beside it. */
static void split_apart(const char *text, struct strv *words)
{
	for (const char *p = text; *p;) {
		AUTO(str) struct str word = STR_INIT(STR_LINE);
		size_t n = 0, upper = 0, letters = 0;

		for (; isalnum((unsigned char)p[n]); n++) {
			letters += isalpha((unsigned char)p[n]) != 0;
			upper += isupper((unsigned char)p[n]) != 0;
			str_addc(&word, (char)tolower((unsigned char)p[n]));
		}
		if (n >= APART_AT_LEAST && letters == n &&
			(upper == 0 || upper == n || (upper == 1 && isupper((unsigned char)*p))))
			strv_push(words, str_text(&word));
		else if (words->n && n == 2 && letters == n)
			strv_push(words, str_text(&word)); /* "change_me" */
		p += n ? n : 1;
	}
}

/* Splits into words: runs of letters, cut where a capital follows a small letter; in lower case. */
static void split_words(const char *text, struct strv *words)
{
	AUTO(str) struct str word = STR_INIT(STR_LINE);

	for (const char *p = text;; p++) {
		bool letter = isalpha((unsigned char)*p);
		bool camel = letter && p > text && isupper((unsigned char)*p) &&
			     islower((unsigned char)p[-1]);

		if ((!letter || camel) && word.len) {
			strv_push(words, str_text(&word));
			str_clear(&word);
		}
		if (letter)
			str_addc(&word, (char)tolower((unsigned char)*p));
		if (!*p)
			break;
	}
}

static bool in_list(const char *word, const char *const *list)
{
	for (; *list; list++)
		if (strcmp(word, *list) == 0)
			return true;
	return false;
}

/* "<password>", "/<directory-path>/x", "{{ token }}", "[insert-api-key]"; not "Name <a@b.org>". */
static bool has_brackets(const char *text)
{
	const char *open = strchr(text, '<'), *p;

	if (str_starts(text, "{{") && str_ends(text, "}}"))
		return true;
	if (!open || !isalpha((unsigned char)open[1]))
		return false;
	for (p = open + 1; isalnum((unsigned char)*p) || (*p && strchr(" _-./'", *p)); p++)
		;
	return *p == '>' && p - open > 2;
}

/* A word of three and more x, or one that ends in four ("eyJxxxxx"). */
static bool is_crosses(const char *word)
{
	size_t n = strlen(word), x = 0;

	while (x < n && word[n - 1 - x] == 'x')
		x++;
	return (x >= 3 && x == n) || x >= 4;
}

/* Two words in a row that say "this is not the value": {"change", "me"}, {"replace", "with"}, ...
 */
static bool says_replace(const char *a, const char *b)
{
	static const char *const verbs[] = {
		"change", "replace", "generate", "fill", "set", "insert", NULL};
	static const char *const objects[] = {"me", "this", "it", "that", "with", "these", "before",
		"your", "in", "immediately", "now", "here", NULL};

	return b && in_list(a, verbs) && in_list(b, objects);
}

static bool words_stand_in(const struct strv *words, bool sentence, bool path)
{
	static const char *const single[] = {"changeme", "changethis", "changeit", "replaceme",
		"generateme", "fillme", "setme", "placeholder", "todo", "fixme", "mydomain", NULL};
	static const char *const first[] = {
		"change", "replace", "insert", "enter", "put", "your", NULL};

	for (size_t i = 0; i < words->n; i++) {
		const char *word = words->items[i],
			   *next = i + 1 < words->n ? words->items[i + 1] : NULL;

		if (in_list(word, single) || is_crosses(word))
			return true;
		if (says_replace(word, next) && (i == 0 || !sentence))
			return true;
		if (i == 0 && next && in_list(word, first))
			return true;
		if (sentence)
			continue;
		if (str_starts(word, "your") || (!path && strcmp(word, "example") == 0))
			return true;
		if (next && strcmp(word, "my") == 0 && strcmp(next, "domain") == 0)
			return true;
	}
	return words->n > 1 && !sentence && strcmp(words->items[words->n - 1], "here") == 0;
}

/*
 * Drawn from letters of both cases and digits: base64, keys in PEM. A word of the tables is in there
 * by chance: "xXX" in about one RSA key of a hundred. People write words of four letters on
 * average, randomness gives words of two. What people put before randomness stands apart from it
 * ("your-key-a1B2c3D4e5F6g7H8i9").
 */
static bool looks_random(const char *text, const struct strv *words)
{
	size_t letters = 0, upper = 0, lower = 0, digits = 0;

	for (const char *p = text; *p; p++) {
		letters += isalpha((unsigned char)*p) != 0;
		upper += isupper((unsigned char)*p) != 0;
		lower += islower((unsigned char)*p) != 0;
		digits += isdigit((unsigned char)*p) != 0;
	}
	return letters + digits >= RANDOM_AT_LEAST && upper && lower && digits &&
	       letters < words->n * RANDOM_WORD_BELOW;
}

bool secret_is_stand_in(const char *value)
{
	AUTO(strv) struct strv words = STRV_INIT;
	autosecret char *text = NULL;
	bool path;

	if (str_empty(value))
		return false;
	text = plain_text(value);
	if (has_brackets(text))
		return true;
	/* Half of a certificate is the same in all of them: it need not look random. */
	if (secret_is_pem(text))
		return false;
	path = str_starts(text, "./") || str_starts(text, "/") || str_starts(text, "~");
	split_words(text, &words);
	if (looks_random(text, &words)) {
		strv_clear(&words);
		split_apart(text, &words);
	}
	return words_stand_in(&words, strchr(text, ' ') && !strchr(text, '@'), path);
}

/* The same character, or the digits or hex digits in order, all along. */
static bool is_monotone(const char *text)
{
	size_t n = strlen(text), same = 1, next = 1;

	if (n < 6)
		return false;
	for (size_t i = 1; i < n; i++) {
		const char *order = strchr("0123456789abcdef0", text[i - 1]);

		same += text[i] == text[0];
		next += (order && order[1] == text[i]) || (text[i - 1] == '9' && text[i] == '0');
	}
	return (same == n && n >= 8) || next == n || (n >= 32 && next + 1 >= n);
}

/* Letters and separators only, ending in a word for what belongs there: "postgres_password". */
static bool names_itself(const char *text)
{
	static const char *const ends[] = {"password", "secret", "secret_key", "secretkey",
		"secret-key", "passphrase", "passwd", "apikey", "api_key", "api-key", "-key",
		"_token", "-token", NULL};

	for (const char *p = text; *p; p++)
		if (!isalpha((unsigned char)*p) && !strchr("_-", *p))
			return false;
	for (size_t i = 0; ends[i]; i++)
		if (str_ends(text, ends[i]))
			return true;
	return false;
}

bool secret_is_placeholder(const char *value)
{
	static const char *const weak[] = {"pass", "salt", "token", "key", "passw0rd", "p@ssw0rd",
		"password1", "password123", "changeme123", "letmein", "qwerty", "foobar", "dummy",
		"insecure", "test", "sk-123abc", "admin123", NULL};
	AUTO(strv) struct strv words = STRV_INIT;
	autosecret char *text = NULL;

	if (str_empty(value))
		return false;
	if (secret_is_stand_in(value))
		return true;
	text = plain_text(value);
	split_words(text, &words);
	if (secret_is_pem(text) || looks_random(text, &words))
		return false;
	for (char *p = text; *p; p++)
		*p = (char)tolower((unsigned char)*p);
	if (in_list(text, weak) || is_monotone(text) || names_itself(text))
		return true;
	for (size_t i = 0; i + 1 < words.n; i++) {
		const char *a = words.items[i], *b = words.items[i + 1];

		if (strcmp(a, "super") == 0 && strcmp(b, "secret") == 0)
			return true;
		if (i == 0 && strcmp(a, "my") == 0 && words.n > 2)
			return true;
	}
	/* Prose in place of a key: "data encryption key with 32 char". */
	return words.n > 3 && strchr(text, ' ') && (strstr(text, " key") || strstr(text, "secret"));
}
