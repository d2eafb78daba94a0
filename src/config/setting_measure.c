/* SPDX-License-Identifier: MIT */
/* What of a value is counted and compared. */
#include "config/setting_parts.h"

#include "base/str.h"
#include "base/text.h"

#include <ctype.h>
#include <inttypes.h>
#include <string.h>

/* In millionths, exactly: 0.6 and 0.4 are 1, and 0.1 is what somebody wrote. */
static int measure_number(const char *value, int64_t *ret)
{
	bool negative = *value == '-', any = false, overflow = false;
	const char *p = value + strspn(value, "+-");
	int64_t sum = 0, unit = SETTING_NUMBER_ONE;

	if (p - value > 1)
		return ERR_INPUT;
	for (; isdigit((unsigned char)*p); p++, any = true)
		overflow = overflow || __builtin_mul_overflow(sum, (int64_t)10, &sum) ||
			   __builtin_add_overflow(sum, (*p - '0') * SETTING_NUMBER_ONE, &sum);
	if (*p == '.')
		for (p++; isdigit((unsigned char)*p); p++, any = true) {
			unit /= 10;
			overflow = overflow || __builtin_add_overflow(sum, (*p - '0') * unit, &sum);
		}
	if (!any)
		return ERR_INPUT;
	if (overflow)
		sum = INT64_MAX;
	*ret = negative ? -sum : sum;
	return 0;
}

static int measure_duration(const char *value, int64_t *ret)
{
	static const int64_t day = 24 * 3600 * 1000LL;
	size_t n = strlen(value);

	/* Programs know days and weeks, although Go does not. */
	if (n > 1 && n < 8 && strchr("dw", value[n - 1]) && strspn(value, "0123456789") == n - 1) {
		*ret = strtol(value, NULL, 10) * (value[n - 1] == 'w' ? 7 * day : day);
		return 0;
	}
	return text_to_duration(value, ret, NULL);
}

int setting_measure(const struct setting *s, const char *value, int64_t *ret)
{
	switch (s->type) {
	case SETTING_PORT:
	case SETTING_INT:
		return text_to_int(value, INT64_MIN, INT64_MAX, ret, NULL);
	case SETTING_SIZE:
		return text_to_size(value, ret, NULL);
	case SETTING_DURATION:
		return measure_duration(value, ret);
	case SETTING_NUMBER:
		return measure_number(value, ret);
	default:
		return ERR_INPUT;
	}
}

int setting_measure_millionths(const struct setting *s, const char *value, int64_t *ret)
{
	int64_t whole;
	int code = setting_measure(s, value, &whole);

	if (code)
		return code;
	if (s->type != SETTING_NUMBER &&
		__builtin_mul_overflow(whole, (int64_t)SETTING_NUMBER_ONE, &whole))
		return ERR_INPUT;
	*ret = whole;
	return 0;
}

struct unit {
	const char *name;
	int64_t next; /* how many of them the next one is; 0: there is none */
};

/* In the largest unit that says it exactly: "4GiB", "90s". */
static char *in_units(const struct unit *u, int64_t n)
{
	for (; n && u->next && n % u->next == 0; u++)
		n /= u->next;
	return xasprintf("%" PRId64 "%s", n, u->name);
}

char *setting_limit_text(const struct setting *s, int64_t limit)
{
	static const struct unit sizes[] = {
		{"", 1024}, {"KiB", 1024}, {"MiB", 1024}, {"GiB", 1024}, {"TiB", 0}};
	static const struct unit durations[] = {
		{"ms", 1000}, {"s", 60}, {"m", 60}, {"h", 24}, {"d", 0}};
	int64_t fraction = limit % SETTING_NUMBER_ONE;
	char digits[8];
	size_t n = 6;

	if (s->type == SETTING_SIZE)
		return in_units(sizes, limit);
	if (s->type == SETTING_DURATION)
		return in_units(durations, limit);
	if (s->type != SETTING_NUMBER || fraction == 0)
		return xasprintf("%" PRId64,
			s->type == SETTING_NUMBER ? limit / SETTING_NUMBER_ONE : limit);
	if (fraction < 0)
		fraction = -fraction;
	for (size_t i = 6; i--; fraction /= 10)
		digits[i] = (char)('0' + fraction % 10);
	while (n > 1 && digits[n - 1] == '0')
		n--;
	return xasprintf("%s%" PRId64 ".%.*s", limit < 0 ? "-" : "",
		limit < 0 ? -(limit / SETTING_NUMBER_ONE) : limit / SETTING_NUMBER_ONE, (int)n,
		digits);
}
