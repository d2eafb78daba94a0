/* SPDX-License-Identifier: MIT */
#include "plan/plan.h"

#include <string.h>

void step_init(struct step *s, const struct step_ops *ops, const char *id, const char *title)
{
	*s = (struct step){.ops = ops,
		.id = xstrdup(id),
		.title = xstrdup(title),
		.changes = true,
		.progress = -1};
}

void step_done(struct step *s)
{
	free(s->id);
	free(s->title);
	free(s->reason);
	free(s->change);
	secret_free(s->change_revealed);
	free(s->status);
	free(s->remark);
	strv_done(&s->after);
	error_done(&s->err);
}

void plan_add(struct plan *p, struct step *step)
{
	p->steps = xreallocarray(p->steps, p->n + 1, sizeof(p->steps[0]));
	p->steps[p->n++] = step;
	p->changes += step_counts(step);
}

struct step *plan_find(const struct plan *p, const char *id)
{
	for (size_t i = 0; i < p->n; i++) {
		if (str_eq(p->steps[i]->id, id))
			return p->steps[i];
	}
	return NULL;
}

void plan_free(struct plan *p)
{
	if (!p)
		return;
	for (size_t i = 0; i < p->n; i++)
		p->steps[i]->ops->free(p->steps[i]);
	free(p->steps);
	for (size_t i = 0; i < p->n_services; i++) {
		free(p->services[i].name);
		free(p->services[i].reason);
	}
	free(p->services);
	strv_done(&p->notes);
	strv_done(&p->waits);
	error_done(&p->held);
	free(p->held_service);
	free(p);
}

static struct json_object *step_json(const struct step *s, bool reveal)
{
	struct json_object *o = json_object_new_object();

	json_put_str(o, "id", s->id);
	json_put_str(o, "kind", s->ops->kind);
	json_put_str(o, "title", s->title);
	json_put_str(o, "reason", s->reason);
	json_put_str(o, "change", reveal && s->change_revealed ? s->change_revealed : s->change);
	json_put_bool(o, "changes", s->changes);
	return json_put_bool(o, "part", s->part);
}

struct json_object *plan_json(const struct plan *p, bool reveal)
{
	struct json_object *o = json_object_new_object(), *steps = json_object_new_array();
	struct json_object *notes = json_object_new_array(), *waits = json_object_new_array();

	json_put_int(o, "changes", (int64_t)p->changes);
	for (size_t i = 0; i < p->waits.n; i++)
		json_push_str(waits, p->waits.items[i]);
	json_put(o, "waits", waits);
	json_put_bool(o, "services_seen", plan_saw_services(p));
	for (size_t i = 0; i < p->n; i++)
		json_push(steps, step_json(p->steps[i], reveal));
	json_put(o, "steps", steps);
	for (size_t i = 0; i < p->notes.n; i++)
		json_push_str(notes, p->notes.items[i]);
	return json_put(o, "notes", notes);
}
