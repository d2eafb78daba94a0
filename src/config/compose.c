/* SPDX-License-Identifier: MIT */
#include "config/compose_load.h"

#include "base/i18n.h"

#include <string.h>

static const char *const source_names[] = {
	[COMPOSE_UNSET] = "unset",
	[COMPOSE_DEFAULT] = "default",
	[COMPOSE_DOTENV] = ".env",
	[COMPOSE_ENV_FILE] = "env-file",
	[COMPOSE_SHELL] = "shell",
};

const char *compose_source_name(enum compose_source source)
{
	return source_names[source];
}

static void load_done(struct load *l)
{
	for (size_t i = 0; i < l->n_docs; i++)
		yaml_doc_free(l->docs[i]);
	for (size_t i = 0; i < l->n_parsed; i++)
		env_file_free(l->parsed[i].file);
	free(l->docs);
	free(l->parsed);
	free(l->uses);
	free(l->extends);
	free(l->cwd);
	strmap_done(&l->environ);
	strmap_done(&l->first_docs);
	strmap_done(&l->read_files);
	strmap_done(&l->variable_index);
	strmap_done(&l->warned);
	env_values_done(&l->env_files);
	env_values_done(&l->dotenv);
	env_values_done(&l->env);
	strv_done(&l->compose_paths);
	val_tree_done(&l->tree);
}

DEFINE_AUTO(load)

static void read_example(struct load *l)
{
	autofree char *path = compose_find_example(l->host, l->out->dir);
	const char *text;
	size_t n;

	/* An example that cannot be read is no reason to refuse the project. */
	if (path && load_read(l, path, COMPOSE_FILE_EXAMPLE, &text, &n))
		error_done(l->err);
}

static int read_all(struct load *l)
{
	struct load_scope scope = {.env = &l->env};
	AUTO(strv) struct strv included = STRV_INIT;
	struct val *dict = NULL;
	int rc = load_environment(l);

	if (!rc)
		rc = load_find_files(l);
	if (!rc)
		rc = load_project_name(l);
	if (rc)
		return rc;
	scope.dir = l->out->dir;
	rc = load_set(l, &l->compose_paths, &scope, &included, &dict);
	if (rc)
		return rc;
	if (!dict->map.n)
		return error_set(l->err, ERR_INPUT, _("the compose file %s is empty"),
			load_shown(l, l->compose_paths.items[0]));
	rc = load_normalize(l, dict);
	if (!rc)
		rc = load_project(l, dict);
	if (!rc)
		read_example(l);
	return rc;
}

int compose_load(struct host *h, const struct compose_options *options, struct compose **ret,
	struct error *err)
{
	AUTO_PTR(compose) struct compose *c = xcalloc(1, sizeof(*c));
	AUTO(error) struct error own = ERROR_INIT;
	AUTO(load) struct load l = {.host = h, .options = options, .err = &own, .out = c};
	const int rc = read_all(&l);

	if (rc) {
		if (!own.detail && own.code == ERR_INPUT && l.n_docs && l.compose_paths.n)
			error_detail(&own, "%s:1:1", load_shown(&l, l.compose_paths.items[0]));
		error_copy(err, &own);
		return rc;
	}
	*ret = take(c);
	return 0;
}

static void service_done(struct compose_service *s)
{
	for (size_t i = 0; i < s->n_depends; i++)
		free(s->depends[i].service);
	for (size_t i = 0; i < s->n_ports; i++) {
		free(s->ports[i].host_ip);
		free(s->ports[i].protocol);
	}
	for (size_t i = 0; i < s->n_mounts; i++) {
		free(s->mounts[i].source);
		free(s->mounts[i].target);
	}
	free(s->depends);
	free(s->ports);
	free(s->mounts);
	free(s->name);
	free(s->image);
	free(s->user);
	free(s->restart);
	free(s->place.file);
	strv_done(&s->profiles);
	json_object_put(s->json);
}

void compose_free(struct compose *c)
{
	if (!c)
		return;
	for (size_t i = 0; i < c->n_services; i++)
		service_done(&c->services[i]);
	for (size_t i = 0; i < c->n_variables; i++) {
		struct compose_variable *v = &c->variables[i];

		free(v->name);
		secret_free(v->value);
		secret_free(v->default_value);
		free(v->message);
		free(v->refused);
		free(v->refused_at);
		free(v->place.file);
		for (size_t k = 0; k < v->n_places; k++)
			free(v->places[k].file);
		free(v->places);
		strv_done(&v->used_by);
	}
	for (size_t i = 0; i < c->n_files; i++) {
		free(c->files[i].path);
		mem_wipe(c->files[i].text, c->files[i].len);
		free(c->files[i].text);
	}
	for (size_t i = 0; i < c->n_missing; i++) {
		free(c->missing[i].service);
		free(c->missing[i].path);
	}
	free(c->missing);
	free(c->services);
	free(c->variables);
	free(c->files);
	free(c->dir);
	free(c->name);
	strv_done(&c->warnings);
	strv_done(&c->notes);
	json_object_put(c->model);
	free(c);
}

struct compose_service *compose_find_service(const struct compose *c, const char *name)
{
	for (size_t i = 0; i < c->n_services; i++)
		if (!strcmp(c->services[i].name, name))
			return &c->services[i];
	return NULL;
}

void compose_profiles(const struct compose *c, struct strv *ret)
{
	for (size_t i = 0; i < c->n_services; i++)
		for (size_t k = 0; k < c->services[i].profiles.n; k++)
			strv_add_once(ret, c->services[i].profiles.items[k]);
}

const struct compose_service *compose_volume_user(const struct compose *c, const char *key)
{
	for (size_t i = 0; i < c->n_services; i++) {
		const struct compose_service *s = &c->services[i];

		for (size_t k = 0; k < s->n_mounts; k++) {
			const struct compose_mount *m = &s->mounts[k];

			if (m->type == COMPOSE_VOLUME && !m->read_only && str_eq(m->source, key))
				return s;
		}
	}
	return NULL;
}

struct compose_variable *compose_find_variable(const struct compose *c, const char *name)
{
	for (size_t i = 0; i < c->n_variables; i++)
		if (!strcmp(c->variables[i].name, name))
			return &c->variables[i];
	return NULL;
}

const struct compose_file *compose_find_file(const struct compose *c, enum compose_file_role role)
{
	for (size_t i = 0; i < c->n_files; i++)
		if (c->files[i].role == role)
			return &c->files[i];
	return NULL;
}

/* What names no driver gets NVIDIA's from the Engine. */
static bool is_driven_by(struct json_object *device, const char *driver)
{
	return !driver || str_eq(json_str(device, "driver", "nvidia"), driver);
}

static bool is_gpu(struct json_object *device)
{
	struct json_object *can = json_key(device, "capabilities");

	for (size_t i = 0; i < json_len(can); i++)
		if (str_eq(json_object_get_string(json_at(can, i)), "gpu"))
			return true;
	return false;
}

bool compose_reserves_gpu(const struct compose_service *service, const char *driver)
{
	struct json_object *devices =
		json_get(service->json, "deploy.resources.reservations.devices");
	struct json_object *gpus = json_key(service->json, "gpus");

	for (size_t i = 0; i < json_len(devices); i++)
		if (is_gpu(json_at(devices, i)) && is_driven_by(json_at(devices, i), driver))
			return true;
	for (size_t i = 0; i < json_len(gpus); i++)
		if (is_driven_by(json_at(gpus, i), driver))
			return true;
	return (!driver || str_eq(driver, "nvidia")) &&
	       str_eq(json_str(service->json, "runtime", NULL), "nvidia");
}

static int64_t number(const char *text, size_t n)
{
	int64_t value = 0;

	if (n == 0 || n > 9)
		return -1;
	for (size_t i = 0; i < n; i++) {
		if (text[i] < '0' || text[i] > '9')
			return -1;
		value = value * 10 + (text[i] - '0');
	}
	return value;
}

struct compose_owner compose_owner_of(const char *user)
{
	size_t n = user ? strcspn(user, ":") : 0;
	struct compose_owner o = {-1, -1};

	if (!user)
		return o;
	o.uid = number(user, n);
	if (user[n] == ':')
		o.gid = number(user + n + 1, strlen(user + n + 1));
	return o;
}

char *compose_volume_name(const struct compose *c, const char *key)
{
	const char *name = json_str(json_key(json_key(c->model, "volumes"), key), "name", NULL);

	return name ? xstrdup(name) : xasprintf("%s_%s", c->name, key);
}

int compose_check_enabled(const struct compose *c, struct error *err)
{
	AUTO(strv) struct strv profiles = STRV_INIT;
	autofree char *names = NULL;

	for (size_t i = 0; i < c->n_services; i++) {
		const struct compose_service *s = &c->services[i];

		if (s->active)
			return 0;
		for (size_t k = 0; k < s->profiles.n; k++)
			strv_add_once(&profiles, s->profiles.items[k]);
	}
	if (!c->n_services) {
		error_set(err, ERR_INPUT, _("the compose file has no services"));
		return error_hint(err, _("Name at least one under \"services:\"."));
	}
	names = strv_join(&profiles, ", ");
	error_set(err, ERR_INPUT, _("no service is enabled; profiles: %s"), names);
	return error_hint(err,
		_("Set COMPOSE_PROFILES in .env (COMPOSE_PROFILES=%s), or add --profile %s."),
		profiles.items[0], profiles.items[0]);
}
