/* SPDX-License-Identifier: MIT */
#include "config/project_models.h"

#include "base/str.h"
#include "config/project_expand.h"

#include <string.h>

/* Its condition holds, and what that names is asked for: a model named for a feature that is off is
 * not chosen. */
static bool is_chosen(const struct project *p, const struct stack_model *m)
{
	const struct setting *s;
	autofree char *name = NULL;

	if (m->optional || (m->when && !settings_hold(&p->settings, m->when)))
		return false;
	name = m->when ? xstrndup(m->when, strcspn(m->when, "=!")) : NULL;
	s = name ? settings_find(&p->settings, name) : NULL;
	return !s || setting_asked(&p->settings, s);
}

static char *expanded(const struct project *p, const char *text)
{
	AUTO(str) struct str out = STR_INIT(STR_LINE);

	return text && project_expand(p, NULL, text, &out, NULL) == 0 ? xstrdup(str_text(&out))
								      : NULL;
}

/* "models--Qwen--Qwen3-Embedding-0.6B" */
static char *hub_key(const char *name)
{
	AUTO(strv) struct strv parts = STRV_INIT;
	autofree char *joined = NULL;

	strv_split(&parts, name, '/');
	joined = strv_join(&parts, "--");
	return xasprintf("models--%s", joined);
}

/* In the cache of the Hugging Face Hub, which is `into` or below it. */
static bool is_here(const struct project *p, const struct stack_model *m, const char *name)
{
	static const char *const below[] = {"", "hub/"};
	autofree char *into = expanded(p, m->into);
	autofree char *dir = into ? host_path(p->dir, into) : NULL, *key = hub_key(name);

	if (!dir || !str_eq(m->layout, "hub"))
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(below); i++) {
		autofree char *path = xasprintf("%s/%s%s", dir, below[i], key);

		if (host_exists(p->host, path))
			return true;
	}
	return false;
}

/* An Ollama elsewhere keeps its models there. */
static bool is_elsewhere(const struct project *p, const struct stack_model *m)
{
	static const char *const here[] = {
		"://localhost", "://127.0.0.1", "://host.docker.internal"};
	autofree char *at = expanded(p, m->at);

	for (size_t i = 0; at && i < ARRAY_SIZE(here); i++)
		if (strstr(at, here[i]))
			return false;
	return at && *at;
}

static int64_t size_of(const struct stack_model *m, const char *name)
{
	for (size_t i = 0; i < m->n_sizes; i++)
		if (str_eq(m->sizes[i].model, name))
			return m->sizes[i].bytes;
	return m->size;
}

/* In the quantisation that is chosen; the most where nobody says which. */
static int64_t memory_of(const struct project *p, const struct stack_model *m)
{
	const struct setting *s =
		m->quantisation ? settings_find(&p->settings, m->quantisation) : NULL;
	const char *chosen = s ? settings_value(&p->settings, s) : NULL;
	int64_t most = 0;

	for (size_t i = 0; i < m->n_memory; i++) {
		if (chosen && str_eq(m->memory[i].quantisation, chosen))
			return m->memory[i].bytes;
		most = m->memory[i].bytes > most ? m->memory[i].bytes : most;
	}
	return most;
}

static bool is_on_gpu(const struct project *p)
{
	for (size_t i = 0; i < p->stack->n_features; i++)
		if (p->stack->features[i].needs_gpu && p->stack->features[i].files.n &&
			settings_hold(&p->settings, p->stack->features[i].name))
			return true;
	return false;
}

void project_model_needs(const struct project *p, struct model_needs *ret)
{
	*ret = (struct model_needs){0, 0};
	for (size_t i = 0; p->stack && i < p->stack->n_models; i++) {
		const struct stack_model *m = &p->stack->models[i];
		autofree char *name = expanded(p, m->name);

		if (!name || !is_chosen(p, m) || is_elsewhere(p, m))
			continue;
		ret->disk += is_here(p, m, name) ? 0 : size_of(m, name);
		ret->memory += is_on_gpu(p) ? 0 : memory_of(p, m);
	}
}
