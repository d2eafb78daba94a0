/* SPDX-License-Identifier: MIT */
#include "config/interp.h"

#include "base/i18n.h"

#include <ctype.h>
#include <string.h>

enum { MAX_NESTING = 64 };

struct run {
	const struct interp *in;
	const char *text; /* the whole, for offsets */
	struct error *err;
	int depth;
};

/* One ${...}, taken apart; positions point into the text. */
struct template
{
	const char *dollar;
	const char *name, *name_end;
	const char *operand, *end; /* end: behind the closing brace */
	char op[3];
};

static int expand(struct run *r, const char *s, const char *end, struct str *out);

bool interp_needed(const char *text)
{
	return strchr(text, '$') != NULL;
}

const char *interp_behind(const char *reference)
{
	int depth = 0;

	for (; *reference; reference++) {
		depth += *reference == '{';
		depth -= *reference == '}';
		if (*reference == '}' && !depth)
			return reference + 1;
	}
	return reference;
}

static bool name_start(char c)
{
	return isalpha((unsigned char)c) || c == '_';
}

static const char *skip_name(const char *s, const char *end)
{
	if (s == end || !name_start(*s))
		return s;
	while (s < end && (isalnum((unsigned char)*s) || *s == '_'))
		s++;
	return s;
}

static int malformed(struct run *r, const char *at)
{
	const char *stop = at + strcspn(at, " \t\r\n\"'");

	if (stop > at + 40)
		stop = at + 40;
	error_set(r->err, ERR_INPUT, _("invalid template \"%.*s\""), (int)(stop - at), at);
	error_hint(r->err, _("Close the brace, or write $$ for a dollar sign."));
	return ERR_INPUT;
}

/*
 * Where the template at s ("${...") ends: at its matching brace, on the same line. The character
 * behind an opening brace is never looked at, and without a match the last brace of the line
 * counts: so does Compose. NULL when there is no brace.
 */
static const char *closing_brace(const char *s, const char *end)
{
	const char *last = NULL;
	int open = 0;

	for (const char *p = s; p < end && *p != '\n'; p++) {
		if (*p == '}') {
			last = p;
			if (--open == 0)
				break;
		}
		if (*p == '{') {
			open++;
			p++;
			if (p == end || *p == '\n')
				break;
			if (*p == '}')
				last = p;
		}
	}
	return last;
}

static bool split(const char *dollar, const char *end, struct template *t)
{
	const char *p, *last;

	*t = (struct template){.dollar = dollar, .name = dollar + 2};
	t->name_end = p = skip_name(t->name, end);
	if (p == t->name || p == end)
		return false;
	if (*p == '}') {
		t->operand = p;
		t->end = p + 1;
		return true;
	}
	if (*p == ':')
		p++;
	if (p == end || !strchr("-?+", *p) || !*p)
		return false;
	p++;
	memcpy(t->op, t->name_end, (size_t)(p - t->name_end));
	t->operand = p;
	last = closing_brace(dollar, end);
	if (!last)
		return false;
	t->end = last + 1;
	return true;
}

static void report(const struct run *r, const struct template *t, const char *name,
	const char *value, const char *operand)
{
	const struct interp_use use = {
		.name = name,
		.op = t->op,
		.operand = operand,
		.value = value,
		.offset = (size_t)(t->dollar - r->text),
		.depth = r->depth,
	};

	if (r->in->use)
		r->in->use(r->in->use_arg, &use);
}

static int missing(struct run *r, const char *name, const char *message)
{
	if (*message)
		error_set(r->err, ERR_INPUT, _("required variable %s is missing a value: %s"), name,
			message);
	else
		error_set(r->err, ERR_INPUT, _("required variable %s is missing a value"), name);
	error_hint(r->err, _("Set it in .env or in the environment."));
	return ERR_INPUT;
}

/* What the template stands for; operand is expanded already. */
static int apply(struct run *r, const struct template *t, const char *name, const char *operand,
	struct str *out)
{
	const char *value = r->in->lookup(r->in->lookup_arg, name);
	const bool colon = t->op[0] == ':';
	const char kind = t->op[0] ? t->op[colon] : '\0';
	const bool there = value && !(colon && !*value);

	report(r, t, name, value, operand);
	if (kind == '?' && !there && !r->in->tolerant)
		return missing(r, name, operand);
	if (kind == '-' && !there)
		str_add(out, operand);
	else if (kind == '+' && there)
		str_add(out, operand);
	else
		str_add(out, value);
	return 0;
}

static int expand_braced(struct run *r, const struct template *t, struct str *out)
{
	autofree char *name = xstrndup(t->name, (size_t)(t->name_end - t->name));
	AUTO(str) struct str operand = STR_INIT(out->max);
	int rc;

	if (t->op[0]) {
		if (r->depth == MAX_NESTING)
			return error_set(r->err, ERR_LIMIT, _("templates nested too deeply"));
		r->depth++;
		rc = expand(r, t->operand, t->end - 1, &operand);
		r->depth--;
		if (rc)
			return rc;
	}
	return apply(r, t, name, str_text(&operand), out);
}

static int expand_named(struct run *r, const char *dollar, const char *end, struct str *out)
{
	const struct template t = {.dollar = dollar};
	autofree char *name = xstrndup(dollar + 1, (size_t)(end - dollar - 1));

	return apply(r, &t, name, "", out);
}

/* Handles what the dollar sign at s begins; *next is where to go on. */
static int expand_dollar(
	struct run *r, const char *s, const char *end, struct str *out, const char **next)
{
	const char c = s + 1 < end ? s[1] : '\0';
	struct template t;

	if (c == '$') {
		str_addc(out, '$');
		*next = s + 2;
		return 0;
	}
	if (name_start(c)) {
		*next = skip_name(s + 1, end);
		return expand_named(r, s, *next, out);
	}
	if (c != '{') {
		str_addc(out, '$');
		*next = s + 1;
		return 0;
	}
	if (!split(s, end, &t))
		return malformed(r, s);
	*next = t.end;
	return expand_braced(r, &t, out);
}

static int expand(struct run *r, const char *s, const char *end, struct str *out)
{
	int rc = 0;

	while (s < end && !rc && !str_full(out)) {
		const char *dollar = memchr(s, '$', (size_t)(end - s));

		if (!dollar) {
			str_addn(out, s, (size_t)(end - s));
			break;
		}
		str_addn(out, s, (size_t)(dollar - s));
		rc = expand_dollar(r, dollar, end, out, &s);
	}
	if (!rc && str_full(out))
		rc = error_set(r->err, ERR_LIMIT, _("the expanded text is too long"));
	return rc;
}

int interp_expand(const struct interp *in, const char *text, struct str *out, struct error *err)
{
	struct run r = {.in = in, .text = text, .err = err};

	return expand(&r, text, text + strlen(text), out);
}

static const char *no_value(void *arg, const char *name)
{
	(void)arg;
	(void)name;
	return NULL;
}

static void add_name(void *arg, const struct interp_use *use)
{
	strv_add_once(arg, use->name);
}

void interp_names(const char *text, struct strv *ret)
{
	AUTO(str) struct str out = STR_INIT(STR_FILE);
	const struct interp in = {
		.lookup = no_value, .use = add_name, .use_arg = ret, .tolerant = true};

	(void)interp_expand(&in, text, &out, NULL);
}
