/* SPDX-License-Identifier: MIT */
/* The finished project as structs: services, variables, notes. */
#include "config/compose_load.h"

#include "base/i18n.h"

#include <string.h>

enum { MAX_TOLD = 1000 * 1000 }; /* names of services that use variables, by extending */

static const struct {
	const char *name;
	enum compose_condition condition;
} conditions[] = {
	{"service_started", COMPOSE_STARTED},
	{"service_healthy", COMPOSE_HEALTHY},
	{"service_completed_successfully", COMPOSE_COMPLETED},
};

static const struct {
	const char *name;
	enum compose_mount_type type;
} mount_types[] = {
	{"bind", COMPOSE_BIND},
	{"volume", COMPOSE_VOLUME},
	{"tmpfs", COMPOSE_TMPFS},
};

/* ---- services ---- */

static void fill_depends(struct compose_service *s)
{
	struct json_object *all = json_key(s->json, "depends_on");

	if (!all)
		return;
	s->depends = xcalloc((size_t)json_object_object_length(all) + 1, sizeof(*s->depends));
	json_object_object_foreach(all, name, o)
	{
		struct compose_depends *d = &s->depends[s->n_depends++];
		const char *condition = json_str(o, "condition", "");

		d->service = xstrdup(name);
		for (size_t i = 0; i < ARRAY_SIZE(conditions); i++)
			if (!strcmp(condition, conditions[i].name))
				d->condition = conditions[i].condition;
		d->required = json_truth(o, "required", true);
		d->restart = json_truth(o, "restart", false);
	}
}

static void fill_ports(struct compose_service *s)
{
	struct json_object *all = json_key(s->json, "ports");

	s->ports = xcalloc(json_len(all) + 1, sizeof(*s->ports));
	for (size_t i = 0; i < json_len(all); i++) {
		struct json_object *o = json_at(all, i);
		struct compose_port *p = &s->ports[s->n_ports++];
		const char *published = json_str(o, "published", ""),
			   *dash = strchr(published, '-');

		p->host_ip = xstrdup(json_str(o, "host_ip", NULL));
		p->published = (int)strtol(published, NULL, 10);
		p->published_end = dash ? (int)strtol(dash + 1, NULL, 10) : p->published;
		p->target = (int)json_int(o, "target", 0);
		p->protocol = xstrdup(json_str(o, "protocol", "tcp"));
	}
}

static void fill_mounts(struct compose_service *s)
{
	struct json_object *all = json_key(s->json, "volumes");

	s->mounts = xcalloc(json_len(all) + 1, sizeof(*s->mounts));
	for (size_t i = 0; i < json_len(all); i++) {
		struct json_object *o = json_at(all, i);
		struct compose_mount *m = &s->mounts[s->n_mounts++];

		m->type = COMPOSE_MOUNT_OTHER;
		for (size_t k = 0; k < ARRAY_SIZE(mount_types); k++)
			if (!strcmp(json_str(o, "type", ""), mount_types[k].name))
				m->type = mount_types[k].type;
		m->source = xstrdup(json_str(o, "source", NULL));
		m->target = xstrdup(json_str(o, "target", ""));
		m->read_only = json_truth(o, "read_only", false);
		/* Compose's canonical form leaves a false out: what is left is an empty mapping. */
		m->must_exist = m->type == COMPOSE_BIND && json_key(o, "bind") &&
				json_object_object_length(json_key(o, "bind")) == 0;
	}
}

static bool checks_health(const struct compose_service *s)
{
	struct json_object *check = json_key(s->json, "healthcheck"),
			   *test = json_key(check, "test");

	return check && !json_truth(check, "disable", false) && json_len(test) &&
	       strcmp(json_object_get_string(json_at(test, 0)), "NONE") != 0;
}

static void fill_place(struct compose_place *place, const struct val *v)
{
	place->file = xstrdup(v->mark.file);
	place->line = v->mark.line;
	place->column = v->mark.column;
}

static void fill_service(
	struct compose_service *s, const char *name, const struct val *v, struct json_object *o)
{
	struct json_object *profiles = json_key(o, "profiles");
	const char *image = json_str(o, "image", NULL);

	s->name = xstrdup(name);
	s->json = json_object_get(o); /* an inactive service is not in the model */
	s->image = xstrdup(image);
	s->builds = json_key(o, "build") != NULL;
	for (size_t i = 0; i < json_len(profiles); i++)
		strv_push(&s->profiles, json_object_get_string(json_at(profiles, i)));
	s->user = xstrdup(json_str(o, "user", NULL));
	s->restart = xstrdup(json_str(o, "restart", NULL));
	s->health_check = checks_health(s);
	fill_depends(s);
	fill_ports(s);
	fill_mounts(s);
	fill_place(&s->place, v);
}

/* Services that others wait for, by how they wait. */
static void find_waiters(const struct compose *c, struct strmap *completion, struct strmap *running)
{
	for (size_t i = 0; i < c->n_services; i++)
		for (size_t k = 0; k < c->services[i].n_depends; k++) {
			const struct compose_depends *d = &c->services[i].depends[k];

			strmap_put(d->condition == COMPOSE_COMPLETED ? completion : running,
				d->service, NULL);
		}
}

static void find_oneshots(struct compose *c)
{
	AUTO(strmap) struct strmap completion = STRMAP_INIT, running = STRMAP_INIT;

	find_waiters(c, &completion, &running);
	for (size_t i = 0; i < c->n_services; i++) {
		struct compose_service *s = &c->services[i];
		const char *policy = json_str(s->json, "deploy.restart_policy.condition", NULL);
		const bool stays = s->restart ? strcmp(s->restart, "no") != 0
					      : policy && strcmp(policy, "none") != 0;

		s->oneshot = strmap_find(&completion, s->name) ||
			     (!stays && !strmap_find(&running, s->name) && !s->n_ports &&
				     !s->health_check);
	}
}

static void fill_services(struct load *l, const struct val *services, struct json_object *all)
{
	struct compose *c = l->out;
	struct json_object *active = json_key(c->model, "services");

	if (!val_is(services, VAL_MAP))
		return;
	c->services = xcalloc(services->map.n + 1, sizeof(*c->services));
	for (size_t i = 0; i < services->map.n; i++) {
		const char *name = services->map.entries[i].name;
		struct compose_service *s = &c->services[c->n_services++];

		fill_service(s, name, services->map.entries[i].value, json_key(all, name));
		s->active = json_key(active, name) != NULL;
	}
	find_oneshots(c);
}

/* ---- variables ---- */

static void fill_value(struct load *l, struct compose_variable *v)
{
	const char *value = strmap_get(&l->environ, v->name);
	const struct env_value *dotenv = env_values_find(&l->dotenv, v->name);

	v->source = COMPOSE_SHELL;
	if (!value) {
		value = env_values_get(&l->env_files, v->name);
		v->source = COMPOSE_ENV_FILE;
	}
	if (!value && dotenv) {
		value = dotenv->value;
		v->source = COMPOSE_DOTENV;
	}
	if (!value) {
		value = v->default_value ? v->default_value : env_values_get(&l->env, v->name);
		v->source = value ? COMPOSE_DEFAULT : COMPOSE_UNSET;
	}
	v->value = xstrdup(value);
	v->dotenv_line = dotenv ? dotenv->line : 0;
}

/* Who takes services over, by "file\nservice". */
struct users {
	struct load *l;
	struct strmap first; /* index + 1 of the first that extends it ... */
	size_t *next;        /* ... and of the next one */
	struct strmap all;   /* struct strv *: all that have it, however often extended */
	size_t told;
};

static const char *place_key(struct load *l, const char *file, const char *service)
{
	return arena_printf(&l->tree.arena, "%s\n%s", file, service);
}

static void users_init(struct users *u, struct load *l)
{
	*u = (struct users){.l = l, .next = xcalloc(l->n_extends + 1, sizeof(*u->next))};
	for (size_t i = l->n_extends; i > 0; i--) {
		const struct load_extends *e = &l->extends[i - 1];
		const char *key = place_key(l, e->file, e->ref);

		u->next[i] = (size_t)strmap_get(&u->first, key);
		strmap_put(&u->first, key, (void *)i);
	}
}

static void users_done(struct users *u)
{
	for (size_t i = 0; i < u->all.n; i++) {
		strv_done(u->all.entries[i].value);
		free(u->all.entries[i].value);
	}
	strmap_done(&u->all);
	strmap_done(&u->first);
	free(u->next);
}

/* The services of the project that took over what stands in `service` of `file`. */
static const struct strv *users_of(struct users *u, const char *file, const char *service)
{
	AUTO(strmap) struct strmap seen = STRMAP_INIT;
	const char *start = place_key(u->l, file, service);
	struct strv *all = strmap_get(&u->all, start);

	if (all)
		return all;
	all = xcalloc(1, sizeof(*all));
	strmap_put(&u->all, start, all);
	strmap_put(&seen, start, NULL);
	for (size_t at = 0; at < seen.n; at++)
		for (size_t i = (size_t)strmap_get(&u->first, seen.entries[at].name); i;
			i = u->next[i]) {
			const struct load_extends *e = &u->l->extends[i - 1];

			if (compose_find_service(u->l->out, e->name))
				strv_push(all, e->name);
			strmap_put(&seen, place_key(u->l, e->in, e->name), NULL);
		}
	return all;
}

/* A file that only lent its services has none of its own in the project. */
static bool is_lender(struct load *l, const char *file, const char *service)
{
	for (size_t i = 0; i < l->compose_paths.n; i++)
		if (!strcmp(load_shown(l, l->compose_paths.items[i]), file))
			return false;
	for (size_t i = 0; i < l->n_extends; i++)
		if (!strcmp(l->extends[i].file, file))
			return true;
	return !compose_find_service(l->out, service);
}

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct compose_variable *)a)->name,
		((const struct compose_variable *)b)->name);
}

static int add_use(struct users *u, const struct load_use *use)
{
	struct compose *c = u->l->out;
	struct compose_variable *v = &c->variables[use->variable];
	const struct strv *others = users_of(u, use->file, use->service);

	if (!is_lender(u->l, use->file, use->service) && compose_find_service(c, use->service))
		strv_push(&v->used_by, use->service);
	strv_extend(&v->used_by, others);
	u->told += others->n;
	if (u->told > MAX_TOLD)
		return error_set(u->l->err, ERR_LIMIT,
			_("too many services take variables over from others"));
	return 0;
}

static void sort_once(struct strv *v)
{
	size_t kept = 0;

	if (!v->n)
		return;
	strv_sort(v);
	for (size_t i = 1; i < v->n; i++) {
		if (!strcmp(v->items[i], v->items[kept]))
			free(v->items[i]);
		else
			v->items[++kept] = v->items[i];
	}
	v->n = kept + 1;
	v->items[v->n] = NULL;
}

static int fill_variables(struct load *l)
{
	struct compose *c = l->out;
	struct users users;
	int rc = 0;

	users_init(&users, l);
	for (size_t i = 0; i < l->n_uses && !rc; i++)
		if (l->uses[i].service)
			rc = add_use(&users, &l->uses[i]);
	users_done(&users);
	for (size_t i = 0; i < c->n_variables; i++) {
		fill_value(l, &c->variables[i]);
		sort_once(&c->variables[i].used_by);
	}
	if (c->n_variables)
		qsort(c->variables, c->n_variables, sizeof(*c->variables), by_name);
	return rc;
}

/* ---- notes ---- */

static void add_notes(struct load *l)
{
	struct compose *c = l->out;
	bool waits = false, devices = false;

	for (size_t i = 0; i < c->n_services; i++) {
		const struct compose_service *s = &c->services[i];

		for (size_t k = 0; k < s->n_depends; k++) {
			const struct compose_service *on =
				compose_find_service(c, s->depends[k].service);

			waits = waits || (s->depends[k].condition == COMPOSE_HEALTHY && on &&
						 !on->health_check);
		}
		devices = devices || json_key(s->json, "gpus") ||
			  json_len(json_get(s->json, "deploy.resources.reservations.devices"));
	}
	if (waits)
		strv_push(&c->notes,
			_("A service waits for the health of one without a health check here; its "
			  "image may bring one."));
	if (devices)
		strv_push(&c->notes, _("A service reserves a device; whether the engine has it "
				       "shows only there."));
}

int load_view(struct load *l, struct val *dict, struct json_object *all_services)
{
	fill_services(l, val_get(dict, "services"), all_services);
	add_notes(l);
	return fill_variables(l);
}
