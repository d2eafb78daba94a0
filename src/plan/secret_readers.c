/* SPDX-License-Identifier: MIT */
/* Services with `env_file: .env`: they get all of .env, and what leaves it only by name. */
#include "base/i18n.h"
#include "base/str.h"
#include "base/yaml.h"
#include "plan/secret_move.h"

#include <string.h>

/* One service of one file that reads .env as a whole. */
struct reader {
	char *service, *at;
	struct strv missing;
};

struct readers {
	struct reader *items;
	size_t n;
};

static void readers_done(struct readers *r)
{
	for (size_t i = 0; i < r->n; i++) {
		free(r->items[i].service);
		free(r->items[i].at);
		strv_done(&r->items[i].missing);
	}
	free(r->items);
}

static bool is_dotenv(const char *path)
{
	return str_eq(path, ".env") || str_eq(path, "./.env");
}

static bool takes_dotenv(const struct yaml_node *files)
{
	if (files && is_dotenv(yaml_text(files, "")))
		return true;
	for (size_t k = 0; files && files->kind == YAML_SEQ && k < files->n; k++) {
		const struct yaml_node *item = files->items[k];

		if (is_dotenv(yaml_text(item, yaml_get_text(item, "path", ""))))
			return true;
	}
	return false;
}

/* "NAME: ..." or "- NAME=..." */
static void take_named(const struct yaml_node *environment, struct strv *missing)
{
	for (size_t i = missing->n; environment && i-- > 0;) {
		const char *name = missing->items[i];
		size_t n = strlen(name);
		bool named = yaml_get(environment, name) != NULL;

		for (size_t k = 0; environment->kind == YAML_SEQ && k < environment->n; k++) {
			const char *text = yaml_text(environment->items[k], "");

			named = named ||
				(strncmp(text, name, n) == 0 && (!text[n] || text[n] == '='));
		}
		if (named)
			strv_remove(missing, i);
	}
}

typedef void service_fn(struct readers *r, const struct compose_file *f, const struct yaml_pair *s,
	const struct strv *names);

static void find_reader(struct readers *r, const struct compose_file *f, const struct yaml_pair *s,
	const struct strv *names)
{
	struct reader *new;

	if (!takes_dotenv(yaml_get(s->value, "env_file")))
		return;
	r->items = xreallocarray(r->items, r->n + 1, sizeof(r->items[0]));
	new = &r->items[r->n++];
	*new = (struct reader){.service = xstrdup(s->key->text),
		.at = xasprintf("%s:%d:%d", f->path, s->key->mark.line, s->key->mark.column)};
	strv_extend(&new->missing, names);
}

static void find_named(struct readers *r, const struct compose_file *f, const struct yaml_pair *s,
	const struct strv *names)
{
	(void)f;
	(void)names;
	for (size_t i = 0; i < r->n; i++)
		if (str_eq(r->items[i].service, s->key->text))
			take_named(yaml_get(s->value, "environment"), &r->items[i].missing);
}

/* A later file may name what an earlier one reads. */
static void each_service(
	struct readers *r, const struct compose *c, service_fn *fn, const struct strv *names)
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
			fn(r, f, &services->pairs[k], names);
	}
}

static int refuse(const struct readers *r, const struct strv *services, struct error *err)
{
	AUTO(str) struct str fix = STR_INIT(STR_FILE), where = STR_INIT(STR_FILE);
	autofree char *list = strv_join(services, ", ");

	for (size_t i = 0; i < r->n; i++) {
		const struct reader *reader = &r->items[i];

		if (!reader->missing.n)
			continue;
		str_addf(&where, "%s%s %s", where.len ? "\n" : "", reader->at, reader->service);
		str_addf(&fix, "%s%s: {environment: {", fix.len ? ", " : "", reader->service);
		for (size_t k = 0; k < reader->missing.n; k++)
			str_addf(&fix, "%s%s: \"${%s}\"", k ? ", " : "", reader->missing.items[k],
				reader->missing.items[k]);
		str_add(&fix, "}}");
	}
	error_set(err, ERR_INPUT,
		Q_("%s reads .env as a whole (env_file): it would miss the secrets",
			"%s read .env as a whole (env_file): they would miss the secrets",
			services->n),
		list);
	error_detail(err, "%s", str_text(&where));
	return error_hint(err,
		_("Name what it needs under environment, there or in compose.override.yaml; with "
		  "all of "
		  "these it gets what it gets now, and the move goes on:\nservices: {%s}"),
		str_text(&fix));
}

int secret_readers_check(const struct compose *c, const struct strv *names, struct error *err)
{
	struct readers r = {0};
	AUTO(strv) struct strv services = STRV_INIT;
	int code = 0;

	each_service(&r, c, find_reader, names);
	each_service(&r, c, find_named, names);
	for (size_t i = 0; i < r.n; i++)
		if (r.items[i].missing.n)
			strv_add_once(&services, r.items[i].service);
	if (services.n)
		code = refuse(&r, &services, err);
	readers_done(&r);
	return code;
}
