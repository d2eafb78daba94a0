/* SPDX-License-Identifier: MIT */
#include "config/compose_units.h"

#include "base/mem.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

static bool suffix_factor(const char *suffix, double *factor)
{
	static const char units[] = "kmgtp";
	const size_t n = strlen(suffix);
	const char *unit;

	*factor = 1;
	if (!n || !strcasecmp(suffix, "b"))
		return true;
	if (n > 3 || (n == 2 && tolower((unsigned char)suffix[1]) != 'b') ||
		(n == 3 && strcasecmp(suffix + 1, "ib") != 0))
		return false;
	unit = strchr(units, tolower((unsigned char)suffix[0]));
	if (!unit)
		return false;
	for (; unit >= units; unit--)
		*factor *= 1024;
	return true;
}

bool compose_read_bytes(const char *text, int64_t *ret)
{
	size_t end = strlen(text), number;
	autofree char *digits = NULL;
	double size, factor;
	char *rest;

	while (end && !strchr("0123456789. ", text[end - 1]))
		end--;
	if (!end)
		return false;
	number = text[end - 1] == ' ' ? end - 1 : end;
	digits = xstrndup(text, number);
	if (!*digits || isspace((unsigned char)*digits))
		return false;
	size = strtod(digits, &rest);
	if (*rest || size < 0 || !suffix_factor(text + end, &factor) || size * factor >= 9.2e18)
		return false;
	*ret = (int64_t)(size * factor);
	return true;
}

static const struct {
	const char *name;
	double ns;
} units[] = {
	{"ns", 1},
	{"us", 1e3},
	{"\xc2\xb5s", 1e3},
	{"\xce\xbcs", 1e3},
	{"ms", 1e6},
	{"s", 1e9},
	{"m", 60e9},
	{"h", 3600e9},
};

/* One number with its unit. */
static bool read_part(const char **s, long double *sum)
{
	const char *p = *s;
	long double value = 0, scale = 1;
	bool digits = false;
	size_t n;

	for (; isdigit((unsigned char)*p); p++, digits = true)
		value = value * 10 + (*p - '0');
	if (*p == '.') {
		for (p++; isdigit((unsigned char)*p); p++, digits = true) {
			scale /= 10;
			value += (*p - '0') * scale;
		}
	}
	if (!digits)
		return false;
	n = strcspn(p, ".0123456789");
	for (size_t i = 0; i < ARRAY_SIZE(units); i++) {
		if (strlen(units[i].name) != n || strncmp(p, units[i].name, n) != 0)
			continue;
		*sum += value * units[i].ns;
		*s = p + n;
		return true;
	}
	return false;
}

bool compose_read_duration(const char *text, int64_t *ret_ns)
{
	const bool negative = *text == '-';
	long double sum = 0;

	if (*text == '-' || *text == '+')
		text++;
	if (!strcmp(text, "0")) {
		*ret_ns = 0;
		return true;
	}
	if (!*text)
		return false;
	while (*text)
		if (!read_part(&text, &sum) || sum > 9.2e18L)
			return false;
	*ret_ns = negative ? -(int64_t)(sum + 1e-6L) : (int64_t)(sum + 1e-6L);
	return true;
}

/* value / unit without trailing zeros. */
static void fraction(
	char out[48], const char *prefix, uint64_t value, uint64_t unit, const char *name)
{
	char digits[24] = "";

	if (value % unit) {
		int width = 0;
		size_t n;

		for (uint64_t u = unit; u > 1; u /= 10)
			width++;
		n = (size_t)snprintf(digits, sizeof(digits), ".%0*" PRIu64, width, value % unit);
		while (digits[n - 1] == '0')
			digits[--n] = '\0';
	}
	snprintf(out, 48, "%s%" PRIu64 "%s%s", prefix, value / unit, digits, name);
}

void compose_print_duration(int64_t ns, char out[48])
{
	const uint64_t v = ns < 0 ? 0 - (uint64_t)ns : (uint64_t)ns;
	const uint64_t second = 1000000000, seconds = v / second;
	char prefix[32];

	if (!v) {
		snprintf(out, 48, "0s");
		return;
	}
	snprintf(prefix, sizeof(prefix), "%s", ns < 0 ? "-" : "");
	if (v < 1000)
		fraction(out, prefix, v, 1, "ns");
	else if (v < 1000000)
		fraction(out, prefix, v, 1000, "\xc2\xb5s");
	else if (v < second)
		fraction(out, prefix, v, 1000000, "ms");
	else {
		if (seconds >= 3600)
			snprintf(prefix, sizeof(prefix), "%s%" PRIu64 "h%" PRIu64 "m",
				ns < 0 ? "-" : "", seconds / 3600, seconds / 60 % 60);
		else if (seconds >= 60)
			snprintf(prefix, sizeof(prefix), "%s%" PRIu64 "m", ns < 0 ? "-" : "",
				seconds / 60);
		fraction(out, prefix, v % (60 * second), second, "s");
	}
}
