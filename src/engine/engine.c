/* SPDX-License-Identifier: MIT */
#include "engine/engine.h"

#include "base/str.h"

void engine_free(struct engine *e)
{
	if (e)
		e->ops->free(e);
}

bool engine_listens_here(const struct engine *e)
{
	return e && (!e->facts.socket || str_starts(e->facts.socket, "unix:") ||
			    *e->facts.socket == '/');
}

void engine_set_project(struct engine *e, const struct project *p)
{
	e->project = p;
}

const struct engine_image *engine_find_image(const struct engine *e, const char *ref)
{
	for (size_t i = 0; i < e->n_images; i++)
		if (str_eq(e->images[i].ref, ref))
			return &e->images[i];
	return NULL;
}

const struct engine_volume *engine_find_volume(const struct engine *e, const char *name)
{
	for (size_t i = 0; i < e->n_volumes; i++)
		if (str_eq(e->volumes[i].name, name))
			return &e->volumes[i];
	return NULL;
}

void engine_init(struct engine *e, const struct engine_ops *ops, struct host *h, struct loop *loop,
	const struct project *p)
{
	*e = (struct engine){.ops = ops, .host = h, .loop = loop, .project = p};
}

void engine_facts_done(struct engine_facts *f)
{
	free(f->name);
	free(f->version);
	free(f->api);
	free(f->compose);
	free(f->socket);
	strv_done(&f->warnings);
	*f = (struct engine_facts){0};
}

void engine_who_done(struct engine_who *w)
{
	free(w->ref);
	free(w->user);
	error_done(&w->err);
	*w = (struct engine_who){0};
}

void engine_clear_images(struct engine *e)
{
	for (size_t i = 0; i < e->n_images; i++) {
		free(e->images[i].ref);
		free(e->images[i].id);
		free(e->images[i].user);
	}
	free(e->images);
	e->images = NULL;
	e->n_images = 0;
}

void engine_clear_volumes(struct engine *e)
{
	for (size_t i = 0; i < e->n_volumes; i++) {
		free(e->volumes[i].name);
		free(e->volumes[i].project);
		free(e->volumes[i].key);
	}
	free(e->volumes);
	e->volumes = NULL;
	e->n_volumes = 0;
}

void engine_done(struct engine *e)
{
	engine_facts_done(&e->facts);
	json_object_put(e->model);
	engine_clear_images(e);
	engine_clear_volumes(e);
}

struct engine_needs engine_needs(
	const struct engine *e, const struct project *p, const char *service)
{
	const struct compose_service *s = compose_find_service(p->compose, service);
	const struct stack_service *d = p->stack ? stack_find_service(p->stack, service) : NULL;

	if (e && d && d->process && d->process->n_depends && str_eq(e->ops->name, "process"))
		return (struct engine_needs){d->process->depends, d->process->n_depends};
	return s ? (struct engine_needs){s->depends, s->n_depends} : (struct engine_needs){0};
}
