/* SPDX-License-Identifier: MIT */
#include "base/text.h"

#include "base/i18n.h"
#include "base/utf8.h"

#include <string.h>
#include <strings.h>
#include <wchar.h>

static int cells_of(uint32_t c)
{
	int w = c == UTF8_INVALID ? 1 : wcwidth((wchar_t)c);

	/* What the locale cannot tell is shown as one replacement. */
	return w < 0 ? 1 : w;
}

size_t text_fit(const char *text, int cells, int *ret_cells)
{
	size_t n = text ? strlen(text) : 0, i = 0;
	int used = 0;

	while (i < n) {
		uint32_t c = (unsigned char)text[i];
		size_t len = 1;
		int w = 1;

		if (c < 0x20 || c >= 0x7f) {
			len = utf8_decode(text + i, n - i, &c);
			w = cells_of(c);
		}
		if (used + w > cells)
			break;
		used += w;
		i += len;
	}
	if (ret_cells)
		*ret_cells = used;
	return i;
}

int text_width(const char *text)
{
	int cells;

	text_fit(text, INT32_MAX - 2, &cells);
	return cells;
}

void text_wrap(struct str *out, const char *text, int column, int width)
{
	int at = column;

	while (*text) {
		size_t len = strcspn(text, " \n");
		autofree char *word = xstrndup(text, len);
		int cells = text_width(word);

		if (width && at > column && at + cells + 1 > width) {
			str_addc(out, '\n');
			str_pad(out, ' ', (size_t)column);
			at = column;
		} else if (at > column) {
			str_addc(out, ' ');
			at++;
		}
		str_add(out, word);
		at += cells;
		text += len;
		if (*text == '\n') {
			str_addc(out, '\n');
			str_pad(out, ' ', text[1] && text[1] != '\n' ? (size_t)column : 0);
			at = column;
		}
		text += *text ? 1 : 0;
	}
	str_addc(out, '\n');
}

/* Reads digits; false on overflow. *p is left behind them. */
static bool read_digits(const char **p, int64_t *ret)
{
	int64_t v = 0;

	for (; **p >= '0' && **p <= '9'; (*p)++) {
		if (__builtin_mul_overflow(v, 10, &v) || __builtin_add_overflow(v, **p - '0', &v))
			return false;
	}
	*ret = v;
	return true;
}

int text_to_int(const char *text, int64_t min, int64_t max, int64_t *ret, struct error *err)
{
	const char *p = text ? text : "";
	autofree char *shown = text_safe_dup(text);
	bool negative = *p == '-', fits;
	int64_t v = 0;

	if (negative)
		p++;
	if (!*p || p[strspn(p, "0123456789")])
		return error_set(err, ERR_INPUT, _("\"%s\" is not a whole number"), shown);
	fits = read_digits(&p, &v);
	if (negative)
		v = -v;
	if (!fits || v < min || v > max) {
		error_set(err, ERR_INPUT, _("%s is out of range"), shown);
		error_hint(
			err, _("Use a number from %lld to %lld."), (long long)min, (long long)max);
		return ERR_INPUT;
	}
	*ret = v;
	return 0;
}

/* "12", "1.5", ".5": as a number of units of `unit`; false unless there is a digit or it overflows.
 */
static bool read_decimal(const char **p, long double *ret)
{
	long double v = 0, place = 1;
	bool any = false;

	for (; **p >= '0' && **p <= '9'; (*p)++, any = true)
		v = v * 10 + (**p - '0');
	if (**p == '.') {
		for ((*p)++; **p >= '0' && **p <= '9'; (*p)++, any = true)
			v += (**p - '0') * (place /= 10);
	}
	*ret = v;
	return any;
}

/* Units of size as docker's go-units reads them: binary, whatever they are called. */
static const char size_units[] = "bkmgtp";

int text_to_size(const char *text, int64_t *ret_bytes, struct error *err)
{
	const char *p = text ? text : "", *unit = NULL;
	autofree char *shown = text_safe_dup(text);
	long double v;

	if (!read_decimal(&p, &v))
		return error_set(err, ERR_INPUT, _("\"%s\" is not a size"), shown);
	if (*p == ' ' && p[1])
		p++;
	if (*p)
		unit = strchr(size_units, *p | 0x20);
	if (unit)
		p++;
	if (unit && *unit != 'b') {
		v *= (long double)(1LL << 10 * (unit - size_units));
		if ((*p | 0x20) == 'i' && (p[1] | 0x20) == 'b')
			p++;
		if ((*p | 0x20) == 'b')
			p++;
	}
	if (*p) {
		error_set(err, ERR_INPUT, _("\"%s\" is not a size"), shown);
		error_hint(err, _("Write a number and a unit, such as 512m or 1.5GiB."));
		return ERR_INPUT;
	}
	if (v >= 9223372036854775808.0L)
		return error_set(err, ERR_INPUT, _("%s is too large a size"), shown);
	*ret_bytes = (int64_t)v;
	return 0;
}

struct duration_unit {
	const char *name;
	long double ms;
};

/* Longer names first where one begins another. d and w as Compose takes them. */
static const struct duration_unit duration_units[] = {
	{"ms", 1},
	{"us", 1e-3L},
	{"\u00b5s", 1e-3L},
	{"\u03bcs", 1e-3L},
	{"ns", 1e-6L},
	{"s", 1000},
	{"m", 60000},
	{"h", 3600000},
	{"d", 86400000},
	{"w", 604800000},
};

static const struct duration_unit *read_duration_unit(const char **p)
{
	for (size_t i = 0; i < ARRAY_SIZE(duration_units); i++) {
		if (str_starts(*p, duration_units[i].name)) {
			*p += strlen(duration_units[i].name);
			return &duration_units[i];
		}
	}
	return NULL;
}

int text_to_duration(const char *text, int64_t *ret_ms, struct error *err)
{
	const char *p = text ? text : "";
	autofree char *shown = text_safe_dup(text);
	long double sum = 0, v;

	do {
		const struct duration_unit *unit = NULL;

		if (read_decimal(&p, &v))
			unit = read_duration_unit(&p);
		if (!unit) {
			error_set(err, ERR_INPUT, _("\"%s\" is not a duration"), shown);
			error_hint(err, _("Write numbers with units, such as 30s or 1m30s."));
			return ERR_INPUT;
		}
		sum += v * unit->ms;
	} while (*p);
	if (sum >= 9223372036854775808.0L)
		return error_set(err, ERR_INPUT, _("%s is too long a duration"), shown);
	/* Half a nanosecond on top: 0.3s is 300 ms although 0.3 has no exact form. */
	*ret_ms = (int64_t)(sum + 5e-7L);
	return 0;
}

char *text_size(int64_t bytes, bool brief)
{
	static const char *const names[] = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
	double v = bytes < 0 ? -(double)bytes : (double)bytes;
	const char *sign = bytes < 0 ? "-" : "";
	size_t i = 0;

	/* Rounding must not give "1024 KiB". */
	while (i + 1 < ARRAY_SIZE(names) && v >= 1023.5) {
		v /= 1024;
		i++;
	}
	int64_t tenths = (int64_t)(v * 10 + 0.5);
	/* Brief ones stand below each other: all have the same number of digits. */
	int digits = tenths < 100 && (brief ? i > 0 : tenths % 10 != 0);

	if (brief)
		return xasprintf("%s%.*f%c", sign, digits, v, names[i][0]);
	return xasprintf("%s%.*f %s", sign, digits, v, names[i]);
}

char *text_ago(int64_t ms)
{
	long long s = ms < 0 ? 0 : ms / 1000;

	if (s < 60)
		return xasprintf(_("%lld s"), s);
	if (s < 3600)
		return xasprintf(_("%lld min"), s / 60);
	if (s < 86400)
		return xasprintf(_("%lld h %02lld"), s / 3600, s / 60 % 60);
	return xasprintf(_("%lld d"), s / 86400);
}

char *text_span(int64_t ms)
{
	return ms > 0 && ms < 10000 && ms % 1000 ? xasprintf(_("%.1f s"), (double)ms / 1000)
						 : text_ago(ms);
}
