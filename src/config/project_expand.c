/* SPDX-License-Identifier: MIT */
#include "config/project_expand.h"

#include "config/interp.h"

#include <string.h>

struct values {
	const struct project *project;
	const struct strv *environ;
};

const char *project_value(const struct project *p, const struct strv *environ, const char *name)
{
	const struct setting *s = settings_find(&p->settings, name);
	const struct compose_variable *v = compose_find_variable(p->compose, name);
	size_t n = strlen(name);

	if (s && setting_effective(s))
		return setting_effective(s);
	if (v && v->value)
		return v->value;
	for (size_t i = 0; environ && i < environ->n; i++)
		if (str_starts(environ->items[i], name) && environ->items[i][n] == '=')
			return environ->items[i] + n + 1;
	return NULL;
}

static const char *lookup(void *arg, const char *name)
{
	const struct values *v = arg;

	return project_value(v->project, v->environ, name);
}

int project_expand(const struct project *p, const struct strv *environ, const char *text,
	struct str *out, struct error *err)
{
	struct values values = {p, environ};
	struct interp in = {.lookup = lookup, .lookup_arg = &values};

	return interp_expand(&in, text, out, err);
}

int project_expand_all(const struct project *p, const struct strv *environ, const struct strv *from,
	struct strv *out, struct error *err)
{
	for (size_t i = 0; i < from->n; i++) {
		struct str s = STR_INIT(STR_LINE);
		int r = project_expand(p, environ, from->items[i], &s, err);

		if (r < 0) {
			str_wipe(&s);
			return r;
		}
		strv_push_take(out, str_take(&s));
	}
	return 0;
}
