/* SPDX-License-Identifier: MIT */
/* Profiles, references between the parts, and the model in the end. */
#include "config/compose_load.h"

#include "base/i18n.h"

#include <string.h>

static bool has_profile(const struct val *service, const struct strv *active)
{
	const struct val *own = val_get(service, "profiles");

	if (!val_is(own, VAL_SEQ) || !own->seq.n || strv_has(active, "*"))
		return true;
	for (size_t i = 0; i < own->seq.n; i++)
		if (val_is(own->seq.items[i], VAL_STR) && strv_has(active, own->seq.items[i]->text))
			return true;
	return false;
}

static void active_profiles(struct load *l, struct strv *out)
{
	const char *listed = env_values_get(&l->env, "COMPOSE_PROFILES");

	if (l->options->profiles && l->options->profiles->n) {
		strv_extend(out, l->options->profiles);
		return;
	}
	/* Nothing at all is the profile "", as it is for Compose. */
	for (bool more = true; more;) {
		const char *from = listed ? listed + strspn(listed, " \t") : "";
		const size_t n = strcspn(from, ",");
		size_t end = n;

		while (end && strchr(" \t", from[end - 1]))
			end--;
		strv_push_take(out, xstrndup(from, end));
		more = from[n] == ',';
		listed = from + n + 1;
	}
}

/* ---- references ---- */

struct project {
	struct load *l;
	const struct val *dict, *services;
	struct strmap active; /* service -> struct val * */
};

/* Whether the top-level section `kind` has the name. */
static int need(struct project *p, const char *kind, const char *what, const char *service,
	const struct val *at, const char *name)
{
	if (!name || val_has(val_get(p->dict, kind), name))
		return 0;
	load_fail(p->l, at, _("service \"%s\" refers to undefined %s \"%s\""), service, what, name);
	return error_hint(
		p->l->err, _("Define it under \"%s:\" at the top of the compose file."), kind);
}

static int check_mounts(struct project *p, const char *name, const struct val *service)
{
	static const struct {
		const char *key, *kind, *what;
	} rows[] = {
		{"secrets", "secrets", N_("secret")},
		{"configs", "configs", N_("config")},
	};
	const struct val *list = val_get(service, "volumes");
	int rc = 0;

	for (size_t i = 0; val_is(list, VAL_SEQ) && i < list->seq.n && !rc; i++) {
		const struct val *mount = list->seq.items[i];
		const char *type = val_get_str(mount, "type"),
			   *source = val_get_str(mount, "source");

		if (type && !strcmp(type, "volume") && source && *source)
			rc = need(p, "volumes", _("volume"), name, mount, source);
	}
	for (size_t k = 0; k < ARRAY_SIZE(rows) && !rc; k++) {
		list = val_get(service, rows[k].key);
		for (size_t i = 0; val_is(list, VAL_SEQ) && i < list->seq.n && !rc; i++)
			rc = need(p, rows[k].kind, _(rows[k].what), name, list->seq.items[i],
				val_get_str(list->seq.items[i], "source"));
	}
	list = val_get(val_get(service, "build"), "secrets");
	for (size_t i = 0; val_is(list, VAL_SEQ) && i < list->seq.n && !rc; i++)
		rc = need(p, "secrets", _("build secret"), name, list->seq.items[i],
			val_get_str(list->seq.items[i], "source"));
	return rc;
}

static int check_networks(struct project *p, const char *name, const struct val *service)
{
	const struct val *networks = val_get(service, "networks");
	const char *mode = val_get_str(service, "network_mode");
	int rc = 0;

	if (mode && *mode && val_is(networks, VAL_MAP) && networks->map.n)
		return load_fail(p->l, networks,
			_("service \"%s\" has both network_mode and networks; it can have only "
			  "one"),
			name);
	for (size_t i = 0; val_is(networks, VAL_MAP) && i < networks->map.n && !rc; i++)
		rc = need(p, "networks", _("network"), name, networks->map.entries[i].value,
			networks->map.entries[i].name);
	if (rc || !str_starts(mode, "service:"))
		return rc;
	mode += strlen("service:");
	if (strmap_find(&p->active, mode))
		return 0;
	return load_fail(p->l, val_get(service, "network_mode"),
		_("service \"%s\" shares the network of service \"%s\", which does not exist"),
		name, mode);
}

bool load_is_required(const struct val *dependency)
{
	const struct val *required = val_get(dependency, "required");

	return !val_is(required, VAL_BOOL) || required->boolean;
}

static int check_dependencies(struct project *p, const char *name, const struct val *service)
{
	const struct val *depends = val_get(service, "depends_on");

	for (size_t i = 0; val_is(depends, VAL_MAP) && i < depends->map.n; i++) {
		const struct strmap_entry *e = &depends->map.entries[i];
		const bool known = val_has(p->services, e->name);

		if (strmap_find(&p->active, e->name) || (known && !load_is_required(e->value)))
			continue;
		load_fail(p->l, e->value,
			known ? _("service \"%s\" depends on \"%s\", which is in no active profile")
			      : _("service \"%s\" depends on undefined service \"%s\""),
			name, e->name);
		return known ? error_hint(
				       p->l->err, _("Activate its profile with COMPOSE_PROFILES."))
			     : ERR_INPUT;
	}
	return 0;
}

static int check_build(struct project *p, const char *name, const struct val *build)
{
	const struct val *contexts = val_get(build, "additional_contexts");
	const char *inline_text = val_get_str(build, "dockerfile_inline"),
		   *file = val_get_str(build, "dockerfile");

	if (inline_text && *inline_text && file && *file)
		return load_fail(p->l, build,
			_("service \"%s\" has both dockerfile and dockerfile_inline"), name);
	for (size_t i = 0; val_is(contexts, VAL_MAP) && i < contexts->map.n; i++) {
		const struct strmap_entry *e = &contexts->map.entries[i];
		const char *text = val_print(&p->l->tree, e->value);

		if (!str_starts(text, "service:"))
			continue;
		text += strlen("service:");
		if (!val_has(strmap_get(&p->active, text), "build"))
			return load_fail(p->l, e->value,
				_("service \"%s\" builds on service \"%s\", which is not built"),
				name, text);
	}
	return 0;
}

static int check_health(struct project *p, const char *name, const struct val *service)
{
	static const char *const first[] = {"CMD", "CMD-SHELL", "NONE"};
	const struct val *test = val_get(val_get(service, "healthcheck"), "test");

	if (!val_is(test, VAL_SEQ) || !test->seq.n || !val_is(test->seq.items[0], VAL_STR))
		return 0;
	for (size_t i = 0; i < ARRAY_SIZE(first); i++)
		if (!strcmp(test->seq.items[0]->text, first[i]))
			return 0;
	return load_fail(p->l, test->seq.items[0],
		_("service \"%s\": healthcheck.test must begin with CMD, CMD-SHELL or NONE"), name);
}

static int check_service(struct project *p, const char *name, const struct val *service)
{
	const char *image = val_get_str(service, "image");
	const struct val *build = val_get(service, "build");
	int rc;

	if (!val_is(build, VAL_MAP) && (!image || !*image)) {
		rc = val_has(service, "image")
			     ? load_bad(p->l, val_get(service, "image"),
				       _("service \"%s\" has an empty image"), name)
			     : load_fail(p->l, service,
				       _("service \"%s\" has neither image nor build"), name);
		if (rc && !p->l->err->hint)
			error_hint(p->l->err, _("Is this file meant to be read together with "
						"another one (COMPOSE_FILE)?"));
		if (rc)
			return rc;
	}
	rc = build ? check_build(p, name, build) : 0;
	if (!rc)
		rc = check_networks(p, name, service);
	if (!rc)
		rc = check_health(p, name, service);
	if (!rc)
		rc = check_dependencies(p, name, service);
	if (!rc)
		rc = check_mounts(p, name, service);
	return rc;
}

static int check_secrets(struct project *p)
{
	const struct val *secrets = val_get(p->dict, "secrets");

	for (size_t i = 0; val_is(secrets, VAL_MAP) && i < secrets->map.n; i++) {
		const struct val *v = secrets->map.entries[i].value,
				 *external = val_get(v, "external");
		const char *file = val_get_str(v, "file"),
			   *environment = val_get_str(v, "environment");

		if ((val_is(external, VAL_BOOL) && external->boolean) || (file && *file) ||
			(environment && *environment))
			continue;
		return load_fail(p->l, v, _("secret \"%s\" needs either file or environment"),
			secrets->map.entries[i].name);
	}
	return 0;
}

/* ---- secrets that are made of variables ---- */

static bool has_source(const struct val *list, const char *name)
{
	for (size_t i = 0; val_is(list, VAL_SEQ) && i < list->seq.n; i++)
		if (str_eq(val_get_str(list->seq.items[i], "source"), name))
			return true;
	return false;
}

static void note_secret_variable(struct project *p, const char *secret, const struct val *at)
{
	struct load *l = p->l;
	const size_t i = load_variable(l, at->text);
	struct compose_variable *v = &l->out->variables[i];

	v->secret = true;
	load_use_at(l, v, &at->mark);
	for (size_t k = 0; k < p->active.n; k++) {
		const struct val *service = p->active.entries[k].value;

		if (!has_source(val_get(service, "secrets"), secret) &&
			!has_source(val_get(val_get(service, "build"), "secrets"), secret))
			continue;
		/* Compose starts nothing without it. */
		v->required = true;
		VEC_GROW(l->uses, l->n_uses, l->uses_cap);
		l->uses[l->n_uses++] =
			(struct load_use){at->mark.file, p->active.entries[k].name, i};
	}
}

static void note_secret_variables(struct project *p)
{
	const struct val *secrets = val_get(p->dict, "secrets");

	for (size_t i = 0; val_is(secrets, VAL_MAP) && i < secrets->map.n; i++) {
		const struct val *at = val_get(secrets->map.entries[i].value, "environment");

		if (val_is(at, VAL_STR) && *at->text)
			note_secret_variable(p, secrets->map.entries[i].name, at);
	}
}

/* ---- model ---- */

static bool used_by(const struct val *service, const char *kind, const char *name)
{
	const struct val *lists[2] = {val_get(service, kind), NULL};

	if (!strcmp(kind, "networks"))
		return val_has(lists[0], name);
	if (!strcmp(kind, "secrets"))
		lists[1] = val_get(val_get(service, "build"), "secrets");
	for (size_t k = 0; k < 2; k++)
		for (size_t i = 0; val_is(lists[k], VAL_SEQ) && i < lists[k]->seq.n; i++) {
			const char *type = val_get_str(lists[k]->seq.items[i], "type");
			const char *source = val_get_str(lists[k]->seq.items[i], "source");

			if (source && !strcmp(source, name) &&
				(strcmp(kind, "volumes") != 0 || (type && !strcmp(type, "volume"))))
				return true;
		}
	return false;
}

/* Only what an active service refers to. */
static int model_section(struct project *p, const char *kind)
{
	const struct val *all = val_get(p->dict, kind);
	struct json_object *section = json_object_new_object();
	int rc = 0;

	for (size_t i = 0; val_is(all, VAL_MAP) && i < all->map.n && !rc; i++) {
		const char *name = all->map.entries[i].name;
		struct json_object *o = NULL;
		bool used = false;

		for (size_t k = 0; k < p->active.n && !used; k++)
			used = used_by(p->active.entries[k].value, kind, name);
		rc = load_bind_top(p->l, kind, all->map.entries[i].value, &o);
		if (rc)
			break;
		if (used)
			json_put(section, name, o);
		else
			json_object_put(o);
	}
	if (!rc && json_object_object_length(section))
		json_put(p->l->out->model, kind, section);
	else
		json_object_put(section);
	return rc;
}

static int model(struct project *p)
{
	static const char *const kinds[] = {"networks", "volumes", "secrets", "configs"};
	struct compose *c = p->l->out;
	autojson struct json_object *all = json_object_new_object();
	struct json_object *active = json_object_new_object();
	int rc = 0;

	c->model = json_object_new_object();
	json_put_str(c->model, "name", c->name);
	json_put(c->model, "services", active);
	for (size_t i = 0; val_is(p->services, VAL_MAP) && i < p->services->map.n && !rc; i++) {
		const struct strmap_entry *e = &p->services->map.entries[i];
		struct json_object *o = NULL;

		rc = load_bind_service(p->l, e->name, e->value, &o);
		if (rc)
			break;
		json_put(all, e->name, o);
		if (!strmap_find(&p->active, e->name))
			continue;
		json_put(active, e->name, json_object_get(o));
		rc = load_check_bound(p->l, e->name, e->value, o);
	}
	for (size_t i = 0; i < ARRAY_SIZE(kinds) && !rc; i++)
		rc = model_section(p, kinds[i]);
	for (size_t i = 0; i < p->dict->map.n; i++)
		if (!strncmp(p->dict->map.entries[i].name, "x-", 2))
			json_put(c->model, p->dict->map.entries[i].name,
				load_bind_any(p->dict->map.entries[i].value));
	return rc ? rc : load_view(p->l, (struct val *)p->dict, all);
}

int load_project(struct load *l, struct val *dict)
{
	struct project p = {.l = l, .dict = dict, .services = val_get(dict, "services")};
	AUTO(strv) struct strv profiles = STRV_INIT;
	int rc = 0;

	active_profiles(l, &profiles);
	for (size_t i = 0; val_is(p.services, VAL_MAP) && i < p.services->map.n; i++)
		if (has_profile(p.services->map.entries[i].value, &profiles))
			strmap_put(&p.active, p.services->map.entries[i].name,
				p.services->map.entries[i].value);
	for (size_t i = 0; i < p.active.n && !rc; i++)
		rc = check_service(&p, p.active.entries[i].name, p.active.entries[i].value);
	if (!rc)
		rc = check_secrets(&p);
	if (!rc)
		note_secret_variables(&p);
	if (!rc)
		rc = load_check_circles(l, &p.active);
	for (size_t i = 0; i < p.active.n && !rc; i++) {
		rc = load_service_environment(
			l, p.active.entries[i].name, p.active.entries[i].value);
		if (!rc)
			rc = load_service_labels(l, p.active.entries[i].value);
	}
	if (!rc)
		rc = model(&p);
	strmap_done(&p.active);
	return rc;
}
