/* SPDX-License-Identifier: MIT */
/* What the fixture never calls, where the engine library does not have it. */
#include "plan/workspace.h"

struct compose_service *compose_find_service(const struct compose *c, const char *name)
{
	(void)c;
	(void)name;
	return NULL;
}
char *compose_volume_name(const struct compose *c, const char *key)
{
	(void)c;
	return xstrdup(key);
}
int project_open(struct host *h, const struct project_options *options, struct project **ret, struct error *err)
{
	(void)h;
	(void)options;
	(void)ret;
	return error_set(err, ERR_FAILED, "no");
}
void project_free(struct project *p)
{
	(void)p;
}
void engine_set_project(struct engine *e, const struct project *p)
{
	(void)e;
	(void)p;
}
void engine_free(struct engine *e)
{
	(void)e;
}
const struct engine_kind *engine_kinds(size_t *n)
{
	*n = 0;
	return NULL;
}
const struct engine_volume *engine_find_volume(const struct engine *e, const char *name)
{
	(void)e;
	(void)name;
	return NULL;
}
const char *compose_source_name(enum compose_source source)
{
	return source == COMPOSE_DOTENV ? ".env" : source == COMPOSE_DEFAULT ? "default" : "shell";
}
