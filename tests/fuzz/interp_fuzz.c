/* SPDX-License-Identifier: MIT */
/* Interpolation: any text, with the same few variables set. */
#include "fuzz.h"

#include "config/interp.h"

#include <string.h>

struct uses {
	const char *text;
	size_t n, len;
	bool required;
};

static void use(void *arg, const struct interp_use *u)
{
	struct uses *uses = arg;

	uses->n++;
	CHECK(u->name && *u->name, "a use without a name");
	CHECK(u->offset < uses->len && uses->text[u->offset] == '$', "a use of %s at %zu", u->name,
		u->offset);
	CHECK(u->operand, "a use of %s without operand", u->name);
	uses->required = uses->required || strchr(u->op, '?');
}

static int expand(
	const char *text, bool tolerant, struct uses *uses, struct str *out, struct error *err)
{
	const struct interp in = {
		.lookup = fuzz_variable, .use = use, .use_arg = uses, .tolerant = tolerant};

	*uses = (struct uses){.text = text, .len = strlen(text)};
	return interp_expand(&in, text, out, err);
}

/* Every dollar sign doubled means the text itself. */
static void check_escape(const char *text)
{
	AUTO(str) struct str twice = STR_INIT(STR_FILE), out = STR_INIT(STR_FILE);
	struct uses uses;

	for (const char *p = text; *p; p++) {
		str_addc(&twice, *p);
		if (*p == '$')
			str_addc(&twice, '$');
	}
	CHECK(!expand(str_text(&twice), false, &uses, &out, NULL), "escaped text is refused");
	CHECK(!strcmp(str_text(&out), text), "escaped text changes");
	CHECK(!uses.n, "escaped text uses variables");
}

void fuzz_one(const uint8_t *data, size_t n)
{
	autofree char *text = xstrndup((const char *)data, n);
	AUTO(str) struct str strict = STR_INIT(STR_FILE), tolerant = STR_INIT(STR_FILE);
	AUTO(error) struct error err = ERROR_INIT, other = ERROR_INIT;
	struct uses uses;
	int rc, tolerant_rc;

	rc = expand(text, false, &uses, &strict, &err);
	if (rc)
		fuzz_check_error(&err, rc, false);
	else if (!interp_needed(text))
		CHECK(!strcmp(str_text(&strict), text), "text without variables changes");
	tolerant_rc = expand(text, true, &uses, &tolerant, &other);
	CHECK(rc || !tolerant_rc, "only the tolerant reading fails: %s", other.message);
	CHECK(rc || !strcmp(str_text(&strict), str_text(&tolerant)), "two readings differ");
	CHECK(!rc || tolerant_rc || uses.required, "nothing is required, but: %s", err.message);
	check_escape(text);
}
