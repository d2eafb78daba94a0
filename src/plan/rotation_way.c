/* SPDX-License-Identifier: MIT */
/* Who remembers a secret, and whether and how that can be told of another one. */
#include "base/i18n.h"
#include "base/str.h"
#include "config/project_expand.h"
#include "plan/rotation.h"
#include "plan/secret_keeper.h"
#include "plan/setup_state.h"

#include <fnmatch.h>
#include <string.h>

void rotation_way_done(struct rotation_way *w)
{
	free(w->service);
	free(w->user);
	secret_free(w->admin);
	strv_done(&w->command);
	strv_done(&w->check);
	*w = (struct rotation_way){0};
}

char *rotation_way_text(const struct rotation_way *w)
{
	switch (w->means) {
	case ROTATION_POSTGRES:
		return xasprintf(_("PostgreSQL in %s: ALTER ROLE %s, as a SCRAM verifier"),
			w->service, w->user);
	case ROTATION_REDIS:
		return xasprintf(_("Redis in %s: the password of %s"), w->service, w->user);
	case ROTATION_COMMAND:
		return xasprintf(_("%s: %s, as the definition says"), w->service,
			w->command.n ? w->command.items[0] : "");
	default:
		return xstrdup(_("nobody has to be told: it is read at every start"));
	}
}

/* --- by the definition */

static int expand(const struct project *p, const char *text, char **ret, struct error *err)
{
	AUTO(str) struct str out = STR_INIT(STR_LINE);
	int code = project_expand(p, NULL, text, &out, err);

	if (code == 0)
		*ret = str_take(&out);
	return code;
}

static int by_definition(const struct project *p, const struct setting *s,
	struct rotation_way *ret, struct error *err)
{
	const struct secret_rotate *r = &s->rotate;
	const struct compose_service *service =
		r->service ? compose_find_service(p->compose, r->service)
			   : compose_volume_user(p->compose, s->lives_in);
	int code;

	if (!service) {
		error_set(err, ERR_INPUT, _("%s cannot be rotated: there is no service to tell"),
			s->name);
		return error_hint(err, "%s",
			_("\"service\" below \"rotate\" in the definition names it."));
	}
	ret->service = xstrdup(service->name);
	if (r->command.n) {
		ret->means = ROTATION_COMMAND;
		code = project_expand_all(p, NULL, &r->command, &ret->command, err);
		return code ? code
			    : project_expand_all(p, NULL, &r->check, &ret->check, err);
	}
	if (r->restart)
		return project_expand_all(p, NULL, &r->check, &ret->check, err);
	ret->means = r->postgres_role ? ROTATION_POSTGRES : ROTATION_REDIS;
	code = r->redis_admin ? expand(p, r->redis_admin, &ret->admin, err) : 0;
	return code ? code
		    : expand(p, r->postgres_role ? r->postgres_role : r->redis_user, &ret->user,
			      err);
}

/* --- by the images */

static const char *variable_of(const struct compose_service *s, const char *name)
{
	struct json_object *value = json_key(json_key(s->json, "environment"), name);

	return value ? json_object_get_string(value) : NULL;
}

/* The official image and those that follow it give their first role this password. */
static bool is_postgres(const struct compose_service *c, const struct setting *s)
{
	const struct secret_keeper *k = secret_keeper_of(c);
	const char *password = variable_of(c, "POSTGRES_PASSWORD");

	return k && str_eq(k->program, "PostgreSQL") && password &&
	       str_eq(password, s->current ? s->current : "");
}

static bool is_redis(const struct compose_service *c)
{
	static const char *const names[] = {"redis", "valkey", "keydb"};
	const char *slash = c->image ? strrchr(c->image, '/') : NULL;
	const char *image = slash ? slash + 1 : c->image ? c->image : "";

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (str_starts(image, names[i]))
			return true;
	return false;
}

static bool by_image(const struct project *p, const struct setting *s, struct rotation_way *ret)
{
	for (size_t i = 0; i < s->used_by.n; i++) {
		const struct compose_service *c =
			compose_find_service(p->compose, s->used_by.items[i]);
		const char *user = c ? variable_of(c, "POSTGRES_USER") : NULL;

		if (!c || !(is_postgres(c, s) || is_redis(c)))
			continue;
		ret->means = is_redis(c) ? ROTATION_REDIS : ROTATION_POSTGRES;
		ret->service = xstrdup(c->name);
		ret->user = xstrdup(ret->means == ROTATION_REDIS ? "default"
				    : str_empty(user)            ? "postgres"
								 : user);
		return true;
	}
	return false;
}

bool rotation_way_ask(const struct project *p, const struct setting *s, struct rotation_way *ret)
{
	bool found;

	*ret = (struct rotation_way){0};
	found = secret_rotate_says(&s->rotate) ? by_definition(p, s, ret, NULL) == 0
					       : !s->lives_in && by_image(p, s, ret);
	if (found && (ret->means == ROTATION_POSTGRES || ret->means == ROTATION_REDIS))
		return true;
	rotation_way_done(ret);
	return false;
}

/* Who takes it under the path that POSTGRES_PASSWORD_FILE names. */
static bool reads(const struct compose_service *c, const char *variable, const char *path)
{
	const char *value = variable_of(c, variable);

	return value && path && str_eq(value, path);
}

static bool file_by_image(const struct project *p, const char *name, struct rotation_way *ret)
{
	for (size_t i = 0; i < p->compose->n_services; i++) {
		const struct compose_service *c = &p->compose->services[i];
		autofree char *path = rotation_target(c, name);
		const struct secret_keeper *k = path ? secret_keeper_of(c) : NULL;
		const char *user = variable_of(c, "POSTGRES_USER");
		bool postgres = k && str_eq(k->program, "PostgreSQL") &&
				reads(c, "POSTGRES_PASSWORD_FILE", path) &&
				!variable_of(c, "POSTGRES_USER_FILE");

		if (!path || !(postgres || is_redis(c)))
			continue;
		ret->means = postgres ? ROTATION_POSTGRES : ROTATION_REDIS;
		ret->service = xstrdup(c->name);
		ret->user = xstrdup(!postgres ? "default" : str_empty(user) ? "postgres" : user);
		return true;
	}
	return false;
}

/* --- what must stay */

/* Names of keys that something was encrypted with, wherever that lies. */
static bool is_encryption_key(const char *name)
{
	static const char *const patterns[] = {
		"*ENCRYPT*", "*FERNET*", "*MASTER_KEY*", "*CIPHER*", "*KMS*", "*SALT*"};

	for (size_t i = 0; i < ARRAY_SIZE(patterns); i++)
		if (fnmatch(patterns[i], name, FNM_CASEFOLD) == 0)
			return true;
	return false;
}

static int refuse_kept(const char *name, const char *where, struct error *err)
{
	error_set(err, ERR_INPUT,
		_("%s cannot be rotated: %s was made with it, and would be lost to a new one"),
		name, where);
	return error_hint(err, "%s",
		_("Where the program has a way to change it, a definition says so: \"rotate\" below "
		  "\"lives_in\", see slipway-stack(5)."));
}

static int refuse_homes(const struct project *p, const struct setting *s, struct error *err)
{
	struct secret_homes homes = {0};
	bool vague = !p->stack;
	int code = 0;

	secret_homes_find(&homes, p);
	for (size_t i = 0; i < homes.n && code == 0; i++) {
		const struct secret_home *home = &homes.items[i];
		autofree char *where = NULL;

		if (!str_eq(home->setting, s->name))
			continue;
		/* That the project has run says nothing about this secret. */
		vague = vague || home->ran;
		where = home->ran ? NULL : secret_home_text(home);
		code = where ? refuse_kept(s->name, where, err) : 0;
	}
	secret_homes_done(&homes);
	if (code == 0 && vague && (is_encryption_key(s->name) || s->rule.format == SECRET_FERNET))
		code = refuse_kept(s->name, _("data that is encrypted"), err);
	return code;
}

static int refuse_foreign(const struct setting *s, struct error *err)
{
	AUTO(strv) struct strv needs = STRV_INIT;

	if (!setting_is_credential(s)) {
		error_set(err, ERR_INPUT, _("%s is no secret"), s->name);
		return error_hint(err, "%s", _("\"slipway secrets list\" shows them."));
	}
	secret_source_needs(&s->made_from, &needs);
	if (secret_format_info(s->rule.format)->derived && needs.n) {
		error_set(err, ERR_INPUT, _("%s is made from %s"), s->name, needs.items[0]);
		return error_hint(err, _("It follows when that is rotated: slipway secrets rotate %s"),
			needs.items[0]);
	}
	if (!setting_can_generate(s)) {
		error_set(err, ERR_INPUT, _("%s cannot be rotated: it comes from somewhere else"),
			s->name);
		return error_hint(err, _("Get another one there, then: slipway config set %s"),
			s->name);
	}
	if (s->source == COMPOSE_SHELL || s->source == COMPOSE_ENV_FILE) {
		error_set(err, ERR_INPUT,
			_("%s cannot be rotated: its value does not come from .env"), s->name);
		error_detail(err, _("it comes from: %s"), compose_source_name(s->source));
		return error_hint(err, "%s", _("Take it away there, then run it again."));
	}
	return 0;
}

int rotation_way_find(const struct project *p, const struct setting *s, struct rotation_way *ret,
	struct error *err)
{
	int code = refuse_foreign(s, err);

	*ret = (struct rotation_way){0};
	if (code)
		return code;
	if (secret_rotate_says(&s->rotate))
		code = by_definition(p, s, ret, err);
	else if (s->lives_in || !by_image(p, s, ret))
		code = refuse_homes(p, s, err);
	if (code)
		rotation_way_done(ret);
	return code;
}

/* A keeper of data that is given the file by "..._FILE" takes it when its data is made. */
static const char *keeper_of_file(const struct project *p, const char *name)
{
	for (size_t i = 0; i < p->compose->n_services; i++) {
		const struct compose_service *c = &p->compose->services[i];
		autofree char *path = rotation_target(c, name);
		const struct secret_keeper *k = path ? secret_keeper_of(c) : NULL;
		struct json_object *environment = json_key(c->json, "environment");

		if (!k || !environment)
			continue;
		json_object_object_foreach(environment, variable, value)
		{
			autofree char *plain = xstrndup(variable, strcspn(variable, "="));
			char *end = strstr(plain, "_FILE");

			if (!end || end[5] || !str_eq(json_object_get_string(value), path))
				continue;
			*end = '\0';
			if (secret_keeper_takes(k, plain))
				return k->program;
		}
	}
	return NULL;
}

int rotation_way_of_file(
	const struct project *p, const char *name, struct rotation_way *ret, struct error *err)
{
	const char *keeper;

	*ret = (struct rotation_way){0};
	if (file_by_image(p, name, ret))
		return 0;
	keeper = keeper_of_file(p, name);
	if (keeper)
		return refuse_kept(name, keeper, err);
	return is_encryption_key(name) ? refuse_kept(name, _("data that is encrypted"), err) : 0;
}

int rotation_find_ways(struct rotation *r, const struct project *p, struct error *err)
{
	int code = 0;

	for (size_t i = 0; i < r->n && code == 0; i++) {
		struct rotation_item *item = &r->items[i];
		const struct setting *s = settings_find(&p->settings, item->name);

		rotation_way_done(&item->way);
		if (item->file)
			code = rotation_way_of_file(p, item->name, &item->way, err);
		else if (s)
			code = rotation_way_find(p, s, &item->way, err);
		else
			code = settings_unknown(&p->settings, item->name, err);
	}
	return code;
}
