/* SPDX-License-Identifier: MIT */
/* .slipway/answers.yaml: what .env and the override are going to hold, as an answers file without
 * secrets. */
#include "config/answers.h"
#include "plan/plan_build.h"

#include <string.h>

#define ANSWERS_FILE ".slipway/answers.yaml"

static bool changes(const struct plan_build *b, const struct env_file *env)
{
	const struct project *p = b->project;
	size_t present = p->dotenv_text ? p->dotenv_len : 0;

	return b->override.becomes == OVERRIDE_WRITTEN || b->override.becomes == OVERRIDE_REMOVED ||
	       present != env->len || (present && memcmp(p->dotenv_text, env->text, present) != 0);
}

/* Only together with a change of these: what people write there by themselves asks for nothing. */
int plan_build_answers(struct plan_build *b, const struct env_file *env, struct error *err)
{
	const struct project *p = b->project;
	autofree char *path = host_path(p->dir, ANSWERS_FILE), *text = NULL;
	AUTO(override) struct override override = {NULL, 0};
	AUTO(str) struct str old = STR_INIT(STR_FILE);
	bool edited;
	struct file_spec spec = {.path = ANSWERS_FILE, .mode = 0600, .mask = &b->mask};
	int code;

	if (!changes(b, env))
		return 0;
	if (b->override.text && b->override.becomes != OVERRIDE_LEFT)
		override_read(&override, b->override.text, strlen(b->override.text), &edited);
	code = answers_of_env(&p->settings, env, &override, &b->mask,
		p->stack ? p->stack->name : NULL, &text, err);
	if (code < 0)
		return code;
	code = host_read(b->host, path, STR_FILE, &old, NULL);
	/* One that cannot be read is written anew; where nothing can be written the step says so.
	 */
	if (code == 0) {
		spec.old = str_text(&old);
		spec.old_len = old.len;
	}
	if (code == 0 && str_eq(spec.old, text))
		return 0;
	spec.text = text;
	spec.len = strlen(text);
	plan_add(b->plan, step_file_new(b->host, p->dir, &spec));
	return 0;
}
