/* SPDX-License-Identifier: MIT */
/* Time tables as crontab(5) of Vixie cron has them: five fields, or one of the names with @. */
#include "config/setting_parts.h"

#include "base/i18n.h"
#include "base/str.h"

#include <ctype.h>
#include <stdint.h>
#include <string.h>

struct field {
	const char *name; /* N_() */
	int min, max;
	const char *const *names; /* of min and what follows; NULL: none */
	int n_names;
};

static const char *const months[] = {
	"jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"};
static const char *const days[] = {"sun", "mon", "tue", "wed", "thu", "fri", "sat"};
enum { MINUTE, HOUR, DAY, MONTH, WEEKDAY, FIELDS };
static const struct field fields[] = {
	[MINUTE] = {N_("minute"), 0, 59, NULL, 0},
	[HOUR] = {N_("hour"), 0, 23, NULL, 0},
	[DAY] = {N_("day of the month"), 1, 31, NULL, 0},
	[MONTH] = {N_("month"), 1, 12, months, 12},
	[WEEKDAY] = {N_("day of the week"), 0, 7, days, 7},
};
_Static_assert(ARRAY_SIZE(fields) == FIELDS, "one row a field");
static const char *const nicknames[] = {
	"@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly", "@reboot"};

struct cron {
	const struct setting *s;
	const char *value;
	struct error *err;
	const char *starts[FIELDS]; /* of the fields in value */
	uint64_t chosen[FIELDS];    /* bits: the numbers each names */
};

static int refuse(const struct cron *c, const struct field *f, const char *at)
{
	return setting_refuse_at(c->s, c->value, (size_t)(at - c->value), c->err,
		_("%s: expected %d to %d"), _(f->name), f->min, f->max);
}

/* One number or name; returns what is behind it, or NULL. */
static const char *read_number(const struct field *f, const char *p, int *ret)
{
	size_t n = strspn(p, "0123456789");

	if (n > 0 && n < 4) {
		*ret = (int)strtol(p, NULL, 10);
		return *ret >= f->min && *ret <= f->max ? p + n : NULL;
	}
	for (int i = 0; i < f->n_names; i++)
		if (strncasecmp(p, f->names[i], 3) == 0 && !isalnum((unsigned char)p[3])) {
			*ret = f->min + i;
			return p + 3;
		}
	return NULL;
}

static void choose(struct cron *c, const struct field *f, int from, int to, int step)
{
	for (int i = from; i <= to; i += step)
		c->chosen[f - fields] |= UINT64_C(1) << i;
}

/* "*", "5", "1-5", each with "/step"; returns what is behind it, or NULL after refusing. */
static const char *check_range(struct cron *c, const struct field *f, const char *p)
{
	const char *start = p, *next;
	int from = f->min, to = f->max, step = 1;
	bool single = false;

	if (*p == '*') {
		next = p + 1;
	} else {
		next = read_number(f, p, &from);
		single = next && *next != '-';
		if (next && *next == '-') {
			start = next + 1;
			next = read_number(f, start, &to);
			next = next && to >= from ? next : NULL;
		}
	}
	if (!next) {
		refuse(c, f, start);
		return NULL;
	}
	if (*next != '/') {
		choose(c, f, from, single ? from : to, 1);
		return next;
	}
	p = next + 1 + strspn(next + 1, "0123456789");
	step = p > next + 1 && p < next + 5 ? (int)strtol(next + 1, NULL, 10) : 0;
	if (step >= 1) {
		/* Some take "5/10" for 5 alone, others for all from there. */
		choose(c, f, from, to, step);
		return p;
	}
	setting_refuse_at(c->s, c->value, (size_t)(next + 1 - c->value), c->err, "%s",
		_("expected a step of at least 1"));
	return NULL;
}

static const char *check_field(struct cron *c, const struct field *f, const char *p)
{
	for (;;) {
		p = check_range(c, f, p);
		if (!p || *p != ',')
			break;
		p++;
	}
	if (p && *p && *p != ' ' && *p != '\t') {
		refuse(c, f, p);
		return NULL;
	}
	return p;
}

/* Whether a month that is named has a day that is. Days of the week, where they are named, count
 * beside those of the month. */
static bool ever_comes(const struct cron *c)
{
	static const int lengths[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

	if (*c->starts[WEEKDAY] != '*')
		return true;
	for (int i = 0; i < 12; i++)
		if ((c->chosen[MONTH] >> (i + 1) & 1) &&
			(c->chosen[DAY] & ((UINT64_C(1) << (lengths[i] + 1)) - 1)))
			return true;
	return false;
}

int setting_check_cron(const struct setting *s, const char *value, struct error *err)
{
	struct cron c = {.s = s, .value = value, .err = err};
	const char *p = value + strspn(value, " \t");

	if (*p == '@') {
		for (size_t i = 0; i < ARRAY_SIZE(nicknames); i++)
			if (strcmp(p, nicknames[i]) == 0)
				return 0;
		return setting_refuse_at(s, value, (size_t)(p - value), err, "%s",
			_("expected @daily, @hourly, @weekly, @monthly, @yearly or @reboot"));
	}
	for (size_t i = 0; i < ARRAY_SIZE(fields); i++) {
		if (!*p)
			return setting_refuse_at(s, value, (size_t)(p - value), err,
				_("the field for the %s is missing"), _(fields[i].name));
		c.starts[i] = p;
		p = check_field(&c, &fields[i], p);
		if (!p)
			return ERR_INPUT;
		p += strspn(p, " \t");
	}
	if (*p)
		return setting_refuse_at(s, value, (size_t)(p - value), err, "%s",
			_("there are more than five fields"));
	if (!ever_comes(&c))
		return setting_refuse_at(s, value, (size_t)(c.starts[DAY] - value), err, "%s",
			_("no month that is named has this day: the time never comes"));
	return 0;
}

char *setting_normalise_cron(const struct setting *s, const char *value)
{
	struct str out = STR_INIT(STR_LINE);

	(void)s;
	for (; *value; value++) {
		if (!isspace((unsigned char)*value))
			str_addc(&out, *value);
		else if (out.len && out.data[out.len - 1] != ' ')
			str_addc(&out, ' ');
	}
	if (out.len && out.data[out.len - 1] == ' ')
		str_cut(&out, out.len - 1);
	return str_take(&out);
}
