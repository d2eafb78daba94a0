/* SPDX-License-Identifier: MIT */
/* What a comment says in prose: that a value is required, and which values there are. */
#include "config/setting_guess.h"

#include "base/str.h"

#include <ctype.h>
#include <string.h>

enum { CHOICES_MAX = 16, CHOICE_LENGTH_MAX = 40 };

static bool is_choice_char(char c)
{
	return isalnum((unsigned char)c) || strchr("_.+-", c);
}

/* One choice at p, with or without quotes; returns what is behind it, or NULL. */
static const char *read_choice(const char *p, struct str *out)
{
	char quote = *p && strchr("'\"`", *p) ? *p++ : '\0';
	const char *start = p;

	str_clear(out);
	while (*p && is_choice_char(*p))
		p++;
	/* The full stop of the sentence is none of it. */
	while (p > start && !quote && p[-1] == '.')
		p--;
	if (p == start || p - start > CHOICE_LENGTH_MAX || (quote && *p != quote))
		return NULL;
	str_addn(out, start, (size_t)(p - start));
	return quote ? p + 1 : p;
}

static const char *skip_blanks(const char *p)
{
	while (*p == ' ')
		p++;
	return p;
}

/* a|b|c and a / b / c never mean anything else when there are three; a|b is enough for '|'. */
static const char *read_list(const char *p, const char *separators, struct strv *list)
{
	AUTO(str) struct str choice = STR_INIT(STR_LINE);
	const char *end = p, *next = p;

	while ((next = read_choice(next, &choice)) != NULL) {
		strv_add_once(list, str_text(&choice));
		end = next;
		next = skip_blanks(next);
		if (*next && strchr(separators, *next)) {
			next = skip_blanks(next + 1);
			if (strchr(separators, ',') && strncmp(next, "or ", 3) == 0)
				next = skip_blanks(next + 3);
			if (strchr(separators, ',') && strncmp(next, "and ", 4) == 0)
				next = skip_blanks(next + 4);
		} else if (strchr(separators, ',') && strncmp(next, "or ", 3) == 0) {
			next = skip_blanks(next + 3);
		} else {
			break;
		}
	}
	return end;
}

static bool sensible(const struct strv *list, const char *value)
{
	if (list->n < 2 || list->n > CHOICES_MAX)
		return false;
	for (size_t i = 0; i < list->n; i++)
		if (!strpbrk(
			    list->items[i], "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"))
			return false;
	return str_empty(value) || strv_has(list, value);
}

static bool try_list(const char *p, const char *separators, const char *value, struct strv *choices)
{
	AUTO(strv) struct strv list = STRV_INIT;

	read_list(p, separators, &list);
	if (!sensible(&list, value))
		return false;
	strv_extend(choices, &list);
	return true;
}

void setting_guess_choices(const char *comment, const char *value, struct strv *choices)
{
	/* Behind these a comma-separated list is a list of choices. */
	static const char *const leads[] = {"one of:", "one of",
		"options:", "choices:", "allowed values are",
		"allowed values:", "allowed:", "possible values are",
		"possible values:", "valid values are",
		"valid values:", "valid options:", "values:", "can be", "either",
		"type:", "supported:", NULL};

	/* Several of them at once are a text. */
	if (comment && strcasestr(comment, "comma"))
		return;
	for (const char *p = comment; p && *p; p++) {
		bool start = p == comment || !is_choice_char(p[-1]);

		if (start && try_list(p, "|", value, choices))
			return;
	}
	for (size_t i = 0; comment && leads[i]; i++)
		for (const char *p = comment; (p = strcasestr(p, leads[i])) != NULL; p++)
			if (try_list(skip_blanks(p + strlen(leads[i])), ",/", value, choices))
				return;
}

bool setting_is_telling(const char *placeholder)
{
	static const char *const plain[] = {
		"password", "passwd", "supersecret", "passphrase", "secretkey", NULL};
	size_t n = placeholder ? strlen(placeholder) : 0, words = 1;

	for (size_t i = 0; i < n; i++)
		words += strchr("-_ ", placeholder[i]) != NULL;
	if (words >= 4)
		return true;
	for (size_t i = 0; plain[i]; i++)
		if (n && strcasecmp(placeholder, plain[i]) == 0)
			return false;
	/* "miniosecret": a name with a word for what it is. */
	return n >= 8 && !secret_is_stand_in(placeholder) &&
	       strspn(placeholder, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_") == n;
}

/* Whether `word` stands right before p, as a word of its own. */
static bool follows_word(const char *text, const char *p, const char *word)
{
	size_t n = strlen(word), at = (size_t)(p - text);

	return at >= n && strncasecmp(p - n, word, n) == 0 &&
	       (at == n || !isalnum((unsigned char)p[-(long)n - 1]));
}

bool setting_says_required(const char *comment)
{
	static const char *const yes[] = {"required", "mandatory", "must be set", "must be changed",
		"must change", "must not be empty", "needs to be set", "won't start",
		"will not start", NULL};
	/* Before or behind it: "not required", "required when ...", "auth is required by default".
	 */
	static const char *const before[] = {
		"not ", "t ", "only ", "if ", "is ", "are ", "optional", "when ", NULL};
	static const char *const behind[] = {
		" if", " when", " for", " only", " by", " to ", " unless", NULL};

	for (size_t i = 0; comment && yes[i]; i++) {
		const char *p = strcasestr(comment, yes[i]);
		bool excused = false;

		if (!p)
			continue;
		for (size_t k = 0; before[k]; k++)
			excused = excused || follows_word(comment, p, before[k]);
		for (size_t k = 0; behind[k] && i < 2; k++)
			excused = excused || strncasecmp(p + strlen(yes[i]), behind[k],
						     strlen(behind[k])) == 0;
		if (!excused)
			return true;
	}
	return false;
}
