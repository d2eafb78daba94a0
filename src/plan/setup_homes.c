/* SPDX-License-Identifier: MIT */
#include "plan/setup_state.h"

#include "base/i18n.h"
#include "base/str.h"
#include "base/yaml.h"
#include "config/interp.h"
#include "config/secret_file.h"
#include "plan/secret_keeper.h"

#include <string.h>

void secret_homes_done(struct secret_homes *h)
{
	for (size_t i = 0; i < h->n; i++) {
		free(h->items[i].setting);
		free(h->items[i].volume);
		free(h->items[i].path);
	}
	free(h->items);
	*h = (struct secret_homes){0};
}

/* --- what a setting is called inside the containers */

/* The variable of a service that is given a setting's value. */
struct given {
	char *service, *variable, *setting;
};

struct givens {
	struct given *items;
	size_t n, cap;
};

static void givens_done(struct givens *g)
{
	for (size_t i = 0; i < g->n; i++) {
		free(g->items[i].service);
		free(g->items[i].variable);
		free(g->items[i].setting);
	}
	free(g->items);
}

static void add_given(struct givens *g, const char *service, const char *variable, const char *text)
{
	AUTO(strv) struct strv names = STRV_INIT;

	interp_names(text, &names);
	for (size_t i = 0; i < names.n; i++) {
		VEC_GROW(g->items, g->n, g->cap);
		g->items[g->n++] = (struct given){
			xstrdup(service), xstrdup(variable), xstrdup(names.items[i])};
	}
}

/* `environment` of one service, as a mapping or as a list of NAME=value. */
static void add_environment(struct givens *g, const char *service, const struct yaml_node *env)
{
	for (size_t i = 0; env && i < env->n; i++) {
		if (env->kind == YAML_MAP) {
			add_given(g, service, env->pairs[i].key->text,
				yaml_text(env->pairs[i].value, ""));
		} else if (env->kind == YAML_SEQ) {
			const char *text = yaml_text(env->items[i], "");
			const char *equals = strchr(text, '=');
			autofree char *name =
				xstrndup(text, equals ? (size_t)(equals - text) : strlen(text));

			add_given(g, service, name, equals ? equals + 1 : "");
		}
	}
}

static void givens_find(struct givens *g, const struct compose *c)
{
	for (size_t i = 0; i < c->n_files; i++) {
		const struct compose_file *f = &c->files[i];
		AUTO_PTR(yaml_doc) struct yaml_doc *doc = NULL;
		const struct yaml_node *services;

		if (f->role != COMPOSE_FILE_COMPOSE ||
			yaml_parse(f->path, f->text, f->len, &doc, NULL))
			continue;
		services = yaml_get(yaml_root(doc), "services");
		for (size_t k = 0; services && services->kind == YAML_MAP && k < services->n; k++)
			add_environment(g, services->pairs[k].key->text,
				yaml_get(services->pairs[k].value, "environment"));
	}
}

/* The secrets that a service is given as files: by the variables that name the file. */
static void givens_of_files(struct givens *g, const struct compose *c)
{
	AUTO(secret_files) struct secret_files files;

	secret_files_find(&files, c);
	for (size_t i = 0; i < files.n; i++) {
		const struct secret_file *f = &files.items[i];

		for (size_t k = 0; k < f->used_by.n * f->variables.n; k++) {
			VEC_GROW(g->items, g->n, g->cap);
			g->items[g->n++] =
				(struct given){xstrdup(f->used_by.items[k / f->variables.n]),
					xstrdup(f->variables.items[k % f->variables.n]),
					secret_file_setting(f->name)};
		}
	}
}

/* --- where it is kept */

static void add_home(struct secret_homes *h, const char *setting, char *volume, const char *path,
	const char *marker)
{
	VEC_GROW(h->items, h->n, h->cap);
	h->items[h->n++] = (struct secret_home){
		xstrdup(setting), volume, xstrdup(path), marker, false, false, false};
}

static bool takes(const struct secret_keeper *k, const struct givens *g,
	const struct compose_service *service, const char *setting)
{
	bool known = false;

	for (size_t i = 0; i < g->n; i++) {
		if (strcmp(g->items[i].service, service->name) != 0 ||
			strcmp(g->items[i].setting, setting) != 0)
			continue;
		known = true;
		if (secret_keeper_takes(k, g->items[i].variable))
			return true;
	}
	/* By an env_file, an extended service or a command: under its own name, as far as is known.
	 */
	return !known && (secret_keeper_takes(k, setting) || k->database);
}

static bool is_data_variable(
	const struct secret_keeper *k, const struct compose_service *service, const char *target)
{
	struct json_object *env = json_key(service->json, "environment");
	struct json_object *own =
		k->directory_variable ? json_key(env, k->directory_variable) : NULL;
	const char *dir = own ? json_object_get_string(own) : NULL;

	return !str_empty(dir) && (str_starts(dir, target) || str_starts(target, dir));
}

static void add_mount(struct secret_homes *h, const struct compose *c,
	const struct compose_service *service, const struct compose_mount *m, const char *setting,
	const struct secret_keeper *k)
{
	bool data = secret_keeper_stores(k, m->target) || is_data_variable(k, service, m->target);

	/* A volume of a database at an unusual place is its data; a directory of the host at one is
	 * when the data can be seen in it. */
	if (!data && (!k->database || secret_keeper_is_aside(m->target)))
		return;
	if (m->type == COMPOSE_VOLUME)
		add_home(h, setting, compose_volume_name(c, m->source), NULL, NULL);
	else if (m->type == COMPOSE_BIND && (data || k->marker))
		add_home(h, setting, NULL, m->source, data ? NULL : k->marker);
}

static void add_homes_of_service(struct secret_homes *h, const struct compose *c,
	const struct givens *g, const struct compose_service *service, const char *setting)
{
	const struct secret_keeper *own = secret_keeper_of(service);

	for (size_t i = 0; i < service->n_mounts; i++) {
		const struct compose_mount *m = &service->mounts[i];
		const struct secret_keeper *k = own ? own : secret_keeper_by_directory(m->target);

		if (m->source && !m->read_only && k && takes(k, g, service, setting))
			add_mount(h, c, service, m, setting, k);
	}
}

/* --- whether the project has run */

static bool has_home(const struct secret_homes *h, const char *setting, const char *volume)
{
	for (size_t i = 0; i < h->n; i++)
		if (!strcmp(h->items[i].setting, setting) && str_eq(h->items[i].volume, volume))
			return true;
	return false;
}

static void add_ran(struct secret_homes *h, const char *setting, char *volume, const char *path,
	const char *marker)
{
	add_home(h, setting, volume, path, marker);
	h->items[h->n - 1].ran = true;
}

static void add_ran_of_service(
	struct secret_homes *h, const struct project *p, const struct compose_service *service,
	const char *setting)
{
	const struct secret_keeper *own = secret_keeper_of(service);

	for (size_t i = 0; i < service->n_mounts; i++) {
		const struct compose_mount *m = &service->mounts[i];
		const struct secret_keeper *k = own ? own : secret_keeper_by_directory(m->target);
		autofree char *volume = m->source && m->type == COMPOSE_VOLUME
						? compose_volume_name(p->compose, m->source)
						: NULL;

		if (volume && !has_home(h, setting, volume))
			add_ran(h, setting, take(volume), NULL, NULL);
		else if (m->source && m->type == COMPOSE_BIND && k && k->marker)
			add_ran(h, setting, NULL, m->source, k->marker);
	}
}

/* Its volumes, the data of its databases, what Slipway noted when it deployed it, its containers. */
static void add_all_that_ran(struct secret_homes *h, const struct project *p, const char *setting)
{
	autofree char *own = host_path(p->dir, ".slipway");

	for (size_t i = 0; i < p->compose->n_services; i++)
		add_ran_of_service(h, p, &p->compose->services[i], setting);
	add_ran(h, setting, NULL, own, "state.json");
	add_ran(h, setting, NULL, NULL, NULL);
}

static void find_homes_of(
	struct secret_homes *h, const struct givens *g, const struct project *p, const struct setting *s)
{
	const struct compose *c = p->compose;

	if (s->lives_in)
		add_home(h, s->name, compose_volume_name(c, s->lives_in), NULL, NULL);
	for (size_t k = 0; k < s->used_by.n && !s->lives_in; k++) {
		const struct compose_service *service = compose_find_service(c, s->used_by.items[k]);

		if (service)
			add_homes_of_service(h, c, g, service, s->name);
	}
	if (s->published && !str_empty(s->current))
		add_all_that_ran(h, p, s->name);
}

void secret_homes_find(struct secret_homes *h, const struct project *p)
{
	struct givens g = {0};

	givens_find(&g, p->compose);
	givens_of_files(&g, p->compose);
	for (size_t i = 0; i < p->settings.n; i++)
		if (setting_is_credential(&p->settings.items[i]))
			find_homes_of(h, &g, p, &p->settings.items[i]);
	givens_done(&g);
}

/* --- whether it is there */

/* What a directory may hold although nothing was ever put into it. */
static bool says_nothing(const char *name)
{
	static const char *const names[] = {".gitkeep", ".gitignore", ".keep", "lost+found"};

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (!strcmp(name, names[i]))
			return true;
	return false;
}

/* In the directory itself, or in one of those in it ("./db/pgdata/PG_VERSION"). */
static bool has_marker(
	struct host *host, const char *dir, const struct strv *names, const char *marker)
{
	if (strv_has(names, marker))
		return true;
	for (size_t i = 0; i < names->n; i++) {
		autofree char *below = host_path(dir, names->items[i]);
		autofree char *path = host_path(below, marker);

		if (host_exists(host, path))
			return true;
	}
	return false;
}

void secret_home_look(struct secret_home *home, struct host *host)
{
	AUTO(strv) struct strv names = STRV_INIT;
	int r;

	if (!home->path)
		return;
	r = host_list(host, home->path, &names, NULL);
	home->exists = false;
	if (home->marker) {
		home->exists = !r && has_marker(host, home->path, &names, home->marker);
		return;
	}
	for (size_t i = 0; i < names.n && !home->exists; i++)
		home->exists = !says_nothing(names.items[i]);
	/* A directory that may not be read belongs to somebody: to the database. */
	home->exists = home->exists || r == ERR_DENIED;
}

const struct secret_home *secret_homes_kept(const struct secret_homes *h, const char *setting)
{
	for (size_t i = 0; i < h->n; i++)
		if (h->items[i].exists && !h->items[i].gone &&
			!strcmp(h->items[i].setting, setting))
			return &h->items[i];
	return NULL;
}

char *secret_home_text(const struct secret_home *home)
{
	if (home->volume)
		return xasprintf(_("the volume %s"), home->volume);
	if (home->path)
		return xasprintf(_("the directory %s"), home->path);
	return xstrdup(_("a container"));
}

char *secret_home_reason(const struct secret_home *home)
{
	autofree char *where = secret_home_text(home);

	return home->ran ? xasprintf(_("the project has run with the old one (%s)"), where)
			 : xasprintf(_("%s holds the old one"), where);
}

int secret_home_file_hint(const struct setting *s, struct error *err)
{
	return error_hint(err,
		_("A new value would lock the services out of their data. Put the value its data "
		  "was "
		  "created with into %s, or enter it. \"slipway down --volumes\" deletes the data; "
		  "setup then makes a new one."),
		s->file);
}

char *setup_secret_home(const struct setup *s, const char *name, int64_t *ret_made_ms)
{
	const struct secret_home *home = secret_homes_kept(&s->homes, name);
	const struct engine *e = s->workspace->engine;
	const struct engine_volume *v =
		home && home->volume && e ? engine_find_volume(e, home->volume) : NULL;

	*ret_made_ms = v ? v->created_ms : 0;
	return home ? secret_home_text(home) : NULL;
}
