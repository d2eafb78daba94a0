/* SPDX-License-Identifier: MIT */
/* What a shell makes of a statement: it reads the same file by rules of its own. */
#include "config/env_file.h"

#include <ctype.h>
#include <string.h>

/* Shells (bash above all) set these themselves, or let nobody set them. */
static const char *const own[] = {"_", "BASHOPTS", "BASHPID", "BASH_COMMAND", "BASH_SUBSHELL",
	"BASH_VERSINFO", "COMP_WORDBREAKS", "DIRSTACK", "EPOCHREALTIME", "EPOCHSECONDS", "EUID",
	"FUNCNAME", "GROUPS", "HISTCMD", "IFS", "LC_ALL", "LINENO", "OLDPWD", "OPTIND", "PPID",
	"PWD", "RANDOM", "SECONDS", "SHELLOPTS", "SRANDOM", "UID"};

static bool is_own(const char *name, size_t n)
{
	for (size_t i = 0; i < ARRAY_SIZE(own); i++)
		if (strlen(own[i]) == n && !memcmp(own[i], name, n))
			return true;
	return false;
}

static size_t name_length(const char *s)
{
	size_t n = 0;

	if (isalpha((unsigned char)*s) || *s == '_')
		while (isalnum((unsigned char)s[n]) || s[n] == '_')
			n++;
	return n;
}

static bool is_plain(char c)
{
	return isalnum((unsigned char)c) || (unsigned char)c >= 0x80 ||
	       (c && strchr("_./:@%+,=-^", c));
}

/* The length of an expansion that both read alike, at the dollar sign: $NAME, ${NAME}, and
 * ${NAME:-d} and its like with a plain word; 0 for any other. */
static size_t common_expansion(const char *s)
{
	const bool braced = s[1] == '{';
	const char *name = s + 1 + braced, *p = name + name_length(name);

	if (p == name || is_own(name, (size_t)(p - name)))
		return 0;
	if (!braced)
		return (size_t)(p - s);
	if (*p != '}') {
		p += *p == ':';
		if (*p != '-' && *p != '+')
			return 0;
		for (p++; is_plain(*p); p++)
			;
	}
	return *p == '}' ? (size_t)(p + 1 - s) : 0;
}

/* Without quotes: no word may end, and nothing be taken away. */
static bool bare_is_alike(const char *s, bool exported)
{
	while (*s) {
		size_t n = 1;

		if (*s == '$' && !s[1])
			return !exported;
		if (*s == '$')
			n = exported ? 0 : common_expansion(s);
		else if (!is_plain(*s))
			n = !exported && strchr("#*?[]{}!", *s);
		if (!n)
			return false;
		s += n;
	}
	return true;
}

static bool double_is_alike(const char *s)
{
	while (*s) {
		size_t n = 1;

		if (*s == '`')
			return false;
		if (*s == '$')
			n = common_expansion(s);
		else if (*s == '\\' && s[1] && strchr("$\"\\", s[1]))
			n = 2;
		else if (*s == '\\' && strchr("abfnrtv0`\n", s[1]))
			n = 0; /* an escape to one of both; "\x" is none to either */
		if (!n)
			return false;
		s += n;
	}
	return true;
}

/* Behind the value: blanks, and a comment that blanks keep off it. */
static bool rest_is_alike(const char *s)
{
	const size_t blanks = strspn(s, " \t");

	if (s[blanks] == '#' && blanks)
		return true;
	return !s[blanks] || s[blanks] == '\n';
}

/* Between the beginning of its line and the statement. */
static bool begins_alike(const struct env_file *f, const struct env_entry *e)
{
	static const char export[] = "export";
	size_t start = e->start;

	for (size_t i = start + strlen(export); i < e->key_start; i++)
		if (f->text[i] != ' ' && f->text[i] != '\t')
			return false;
	while (start > 0 && (f->text[start - 1] == ' ' || f->text[start - 1] == '\t'))
		start--;
	return start == 0 || f->text[start - 1] == '\n';
}

bool env_file_differs_in_shell(const struct env_file *f, const struct env_entry *e)
{
	const bool exported = e->key_start != e->start;
	bool alike = name_length(e->key) == strlen(e->key) && *e->key &&
		     !is_own(e->key, strlen(e->key)) && begins_alike(f, e);

	if (e->inherits)
		return !alike || !exported || !rest_is_alike(f->text + e->key_end);
	alike = alike && f->text[e->key_end] == '=' && e->value_start == e->key_end + 1 &&
		rest_is_alike(f->text + e->value_end);
	if (alike && !e->quote)
		alike = bare_is_alike(e->raw, exported);
	else if (alike && e->quote == '\'')
		alike = !strstr(e->raw, "\\'");
	else if (alike)
		alike = double_is_alike(e->raw);
	return !alike;
}
