/* SPDX-License-Identifier: MIT */
/* What a plain scalar is, by the rules of the reference implementation of Compose. */
#include "base/yaml_scalar.h"

#include "base/str.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <string.h>

static const struct {
	const char *text;
	enum yaml_type type;
} words[] = {
	{"", YAML_NULL},
	{"~", YAML_NULL},
	{"null", YAML_NULL},
	{"Null", YAML_NULL},
	{"NULL", YAML_NULL},
	{"true", YAML_BOOL},
	{"True", YAML_BOOL},
	{"TRUE", YAML_BOOL},
	{"false", YAML_BOOL},
	{"False", YAML_BOOL},
	{"FALSE", YAML_BOOL},
	{".nan", YAML_FLOAT},
	{".NaN", YAML_FLOAT},
	{".NAN", YAML_FLOAT},
	{".inf", YAML_FLOAT},
	{".Inf", YAML_FLOAT},
	{".INF", YAML_FLOAT},
	{"+.inf", YAML_FLOAT},
	{"+.Inf", YAML_FLOAT},
	{"+.INF", YAML_FLOAT},
	{"-.inf", YAML_FLOAT},
	{"-.Inf", YAML_FLOAT},
	{"-.INF", YAML_FLOAT},
};

enum { NUMBER_MAX = 128 }; /* longer digits are no number anybody meant */

/* Copies text without '_' into out; false when it does not fit. */
static bool without_underscores(const char *text, char out[NUMBER_MAX])
{
	size_t n = 0;

	for (; *text; text++) {
		if (*text == '_')
			continue;
		if (n + 1 == NUMBER_MAX)
			return false;
		out[n++] = *text;
	}
	out[n] = '\0';
	return true;
}

static bool all_digits(const char *s, int base)
{
	if (!*s)
		return false;
	for (; *s; s++) {
		int v = isdigit((unsigned char)*s) ? *s - '0'
						   : tolower((unsigned char)*s) - 'a' + 10;

		if (!isxdigit((unsigned char)*s) || v >= base)
			return false;
	}
	return true;
}

/* 1 and *ret: an integer; 2: an integer too large for int64_t; 0: none. */
static int read_int(const char *text, int64_t *ret)
{
	char buffer[NUMBER_MAX];
	const char *s = buffer;
	unsigned long long v;
	bool negative;
	int base = 10;

	if (!without_underscores(text, buffer))
		return 0;
	negative = *s == '-';
	if (*s == '-' || *s == '+')
		s++;
	if (s[0] == '0' && s[1]) {
		const int prefix = tolower((unsigned char)s[1]);

		base = prefix == 'x' ? 16 : prefix == 'b' ? 2 : 8;
		s += prefix == 'x' || prefix == 'b' || prefix == 'o' ? 2 : 1;
	}
	if (!all_digits(s, base))
		return 0;
	errno = 0;
	v = strtoull(s, NULL, base);
	if (errno || v > (unsigned long long)INT64_MAX + negative)
		return 2;
	*ret = negative ? (int64_t)(0 - v) : (int64_t)v;
	return 1;
}

/* [-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)? */
static bool is_float(const char *s)
{
	size_t before, after = 0;

	s += *s == '-' || *s == '+';
	before = strspn(s, "0123456789");
	s += before;
	if (*s == '.') {
		after = strspn(++s, "0123456789");
		s += after;
	}
	if (!before && !after)
		return false;
	if (*s == 'e' || *s == 'E') {
		s++;
		s += *s == '-' || *s == '+';
		if (!isdigit((unsigned char)*s))
			return false;
		s += strspn(s, "0123456789");
	}
	return !*s;
}

/* One or two digits within [min, max]. */
static bool field(const char **s, int min, int max, int *ret)
{
	int v = 0, n = 0;

	while (n < 2 && isdigit((unsigned char)**s)) {
		v = v * 10 + *(*s)++ - '0';
		n++;
	}
	*ret = v;
	return n > 0 && v >= min && v <= max;
}

static bool clock_time(const char **s, struct yaml_time *t)
{
	if (!field(s, 0, 23, &t->hour) || *(*s)++ != ':' || !field(s, 0, 59, &t->minute) ||
		*(*s)++ != ':' || !field(s, 0, 59, &t->second))
		return false;
	if (**s == '.') {
		int digits = 0;

		for ((*s)++; isdigit((unsigned char)**s); (*s)++, digits++)
			if (digits < 9)
				t->nanoseconds = t->nanoseconds * 10 + **s - '0';
		if (!digits)
			return false;
		for (; digits < 9; digits++)
			t->nanoseconds *= 10;
	}
	return true;
}

static bool zone(const char **s, struct yaml_time *t)
{
	const char *p = *s;
	int hours, minutes;
	const int sign = *p == '-' ? -1 : 1;

	if (*p == 'Z') {
		*s = p + 1;
		return true;
	}
	if ((*p != '+' && *p != '-') || strlen(p) < 6 || p[3] != ':')
		return false;
	p++;
	if (!field(&p, 0, 24, &hours) || *p++ != ':' || !field(&p, 0, 60, &minutes))
		return false;
	t->offset_minutes = sign * (hours * 60 + minutes);
	*s = p;
	return true;
}

static int days_in(int year, int month)
{
	static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return month == 2 && leap ? 29 : days[month - 1];
}

bool yaml_scalar_time(const char *text, struct yaml_time *ret)
{
	struct yaml_time t = {0};
	const char *s = text;

	for (int i = 0; i < 4; i++) {
		if (!isdigit((unsigned char)*s))
			return false;
		t.year = t.year * 10 + *s++ - '0';
	}
	if (*s++ != '-' || !field(&s, 1, 12, &t.month) || *s++ != '-' ||
		!field(&s, 1, 31, &t.day) || t.day > days_in(t.year, t.month))
		return false;
	if (*s == 'T' || *s == 't') {
		s++;
		if (!clock_time(&s, &t) || !zone(&s, &t))
			return false;
	} else if (*s == ' ') {
		s++;
		if (!clock_time(&s, &t))
			return false;
	}
	if (*s)
		return false;
	*ret = t;
	return true;
}

enum yaml_type yaml_scalar_type(const char *text)
{
	struct yaml_time t;
	int64_t v;

	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (!strcmp(text, words[i].text))
			return words[i].type;
	if (*text == '.')
		return is_float(text) ? YAML_FLOAT : YAML_STRING;
	if (!isdigit((unsigned char)*text) && *text != '-' && *text != '+')
		return YAML_STRING;
	if (yaml_scalar_time(text, &t))
		return YAML_TIMESTAMP;
	if (read_int(text, &v))
		return YAML_INT;
	char buffer[NUMBER_MAX];
	return without_underscores(text, buffer) && is_float(buffer) ? YAML_FLOAT : YAML_STRING;
}

bool yaml_int(const struct yaml_node *node, int64_t *ret)
{
	return node && node->kind == YAML_SCALAR && node->type == YAML_INT &&
	       read_int(node->text, ret) == 1;
}

bool yaml_float(const struct yaml_node *node, double *ret)
{
	char buffer[NUMBER_MAX];
	const char *s = buffer;
	int64_t v;

	if (yaml_int(node, &v)) {
		*ret = (double)v;
		return true;
	}
	if (!node || node->kind != YAML_SCALAR ||
		(node->type != YAML_FLOAT && node->type != YAML_INT) ||
		!without_underscores(node->text, buffer))
		return false;
	if (strlen(s) >= 4 && strchr("nN", s[strlen(s) - 1]) && strchr("aA", s[strlen(s) - 2]))
		*ret = NAN;
	else if (str_ends(s, "inf") || str_ends(s, "Inf") || str_ends(s, "INF"))
		*ret = *s == '-' ? -INFINITY : INFINITY;
	else
		*ret = strtod(s, NULL);
	return true;
}

bool yaml_bool(const struct yaml_node *node, bool *ret)
{
	if (!node || node->kind != YAML_SCALAR || node->type != YAML_BOOL)
		return false;
	*ret = strchr("tT", node->text[0]) != NULL;
	return true;
}
