/* SPDX-License-Identifier: MIT */
/* The .env that a project of this stack begins with, before anybody answered anything. */
#include "config/project_parts.h"

#include "base/str.h"

/* Who turns a feature on is asked for its settings then. */
static bool begins_with(const struct setting *s, bool there)
{
	if (s->service || s->file || s->choice || (!there && s->when))
		return false;
	/* A line of the example stands before what is implied, and the definition before the line. */
	return s->default_value && (!s->implied || (there && s->declared));
}

static bool is_asked_for(const struct setting *s, bool there)
{
	return s->required && !there && !s->when && !s->service && !s->file && !s->choice &&
	       !s->default_value;
}

int project_pristine(const struct project *p, struct env_file **ret, struct error *err)
{
	AUTO_PTR(env_file) struct env_file *f = NULL;
	int code = project_example(p, &f, err);

	for (size_t i = 0; i < p->settings.n && code == 0; i++) {
		const struct setting *s = &p->settings.items[i];
		bool there = env_file_find(f, s->name) != NULL;

		if (begins_with(s, there) && !(there && dotenv_says_default(f, s)))
			code = dotenv_set(&f, s, s->default_value, err);
		else if (is_asked_for(s, there))
			code = dotenv_set(&f, s, "", err);
	}
	if (code == 0)
		*ret = take(f);
	return code;
}
