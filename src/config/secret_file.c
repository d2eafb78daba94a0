/* SPDX-License-Identifier: MIT */
#include "config/secret_file.h"

#include "base/i18n.h"
#include "base/str.h"
#include "config/project.h"

#include <string.h>

enum { VALUE_MAX = 4096 /* bytes of a file whose text is shown and hidden as a secret's value */ };

#define RUN_SECRETS "/run/secrets/"

static void secret_file_done(struct secret_file *f)
{
	free(f->name);
	free(f->path);
	strv_done(&f->used_by);
	strv_done(&f->targets);
	strv_done(&f->variables);
}

void secret_files_done(struct secret_files *f)
{
	for (size_t i = 0; i < f->n; i++)
		secret_file_done(&f->items[i]);
	free(f->items);
	*f = (struct secret_files){0};
}

static bool has_source(struct json_object *list, const char *secret)
{
	for (size_t i = 0; i < json_len(list); i++)
		if (str_eq(json_str(json_at(list, i), "source", ""), secret))
			return true;
	return false;
}

bool secret_file_mounts(const struct compose_service *s, const char *secret)
{
	return has_source(json_key(s->json, "secrets"), secret);
}

/* POSTGRES_PASSWORD_FILE, GF_SECURITY_ADMIN_PASSWORD__FILE, FILE__PASSWORD; NULL: no such name. */
static char *without_file(const char *variable)
{
	static const char *const tails[] = {"__FILE", "_FILE", "_PATH"};

	if (str_starts(variable, "FILE__"))
		return xstrdup(variable + strlen("FILE__"));
	for (size_t i = 0; i < ARRAY_SIZE(tails); i++)
		if (str_ends(variable, tails[i]))
			return xstrndup(variable, strlen(variable) - strlen(tails[i]));
	return NULL;
}

static void add_variables(
	struct secret_file *f, const struct compose_service *s, const char *target)
{
	struct json_object *env = json_key(s->json, "environment");

	if (!env || !json_object_is_type(env, json_type_object))
		return;
	json_object_object_foreach(env, name, value)
	{
		autofree char *bare = without_file(name);

		if (bare && value && str_eq(json_object_get_string(value), target))
			strv_add_once(&f->variables, bare);
	}
}

static void add_service(struct secret_file *f, const struct compose_service *s)
{
	struct json_object *list = json_key(s->json, "secrets");

	if (!has_source(list, f->name) && !has_source(json_get(s->json, "build.secrets"), f->name))
		return;
	strv_add_once(&f->used_by, s->name);
	for (size_t i = 0; i < json_len(list); i++) {
		const char *target = json_str(json_at(list, i), "target", f->name);
		autofree char *path =
			*target == '/' ? xstrdup(target) : xasprintf(RUN_SECRETS "%s", target);

		if (!str_eq(json_str(json_at(list, i), "source", ""), f->name))
			continue;
		strv_add_once(&f->targets, path);
		add_variables(f, s, path);
	}
}

void secret_files_find(struct secret_files *f, const struct compose *c)
{
	struct json_object *secrets = c && c->model ? json_key(c->model, "secrets") : NULL;

	*f = (struct secret_files){0};
	if (!secrets)
		return;
	json_object_object_foreach(secrets, name, secret)
	{
		const char *path = json_str(secret, "file", NULL);
		struct secret_file *item;

		if (!path || *path != '/' || json_truth(secret, "external", false))
			continue;
		f->items = xreallocarray(f->items, f->n + 1, sizeof(*f->items));
		item = &f->items[f->n++];
		*item = (struct secret_file){.name = xstrdup(name), .path = xstrdup(path)};
		for (size_t i = 0; i < c->n_services; i++)
			add_service(item, &c->services[i]);
	}
}

void secret_files_external(const struct compose *c, struct strv *ret)
{
	struct json_object *secrets = c && c->model ? json_key(c->model, "secrets") : NULL;

	if (!secrets)
		return;
	json_object_object_foreach(secrets, name, secret)
	{
		if (json_truth(secret, "external", false))
			strv_push(ret, name);
	}
}

char *secret_file_setting(const char *secret)
{
	return xasprintf(SECRET_FILE_PREFIX "%s", secret);
}

bool secret_file_is_name(const char *name)
{
	return *name && strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				     "0123456789._-") == strlen(name);
}

char *secret_file_shown(const char *dir, const char *path)
{
	size_t n = strlen(dir);

	return strncmp(path, dir, n) == 0 && path[n] == '/' ? xasprintf(".%s", path + n)
							    : xstrdup(path);
}

bool secret_file_is_behind(struct host *h, const char *dir, const char *path)
{
	autofree char *at = xstrdup(path);
	struct host_stat st;
	char *slash;

	while (!str_eq(at, dir) && (slash = strrchr(at, '/')) != NULL && slash != at) {
		*slash = '\0';
		if (host_stat(h, at, &st, NULL) == 0 && !(st.mode & 01))
			return true;
	}
	return false;
}

bool secret_file_can_read(const struct host_stat *st, int64_t uid, int64_t gid)
{
	if (uid == 0)
		return true;
	if (st->uid == (uint32_t)uid)
		return st->mode & 0400;
	if (gid >= 0 && st->gid == (uint32_t)gid)
		return st->mode & 0040;
	return st->mode & 0004;
}

/* --- as a setting */

/* The value as it is, where it is one that can be shown: short, one line, text. */
static void read_value(struct host *h, struct setting *s, const char *path)
{
	struct str text = STR_INIT(VALUE_MAX);
	size_t n = 0;

	if (host_read(h, path, VALUE_MAX, &text, NULL) == 0)
		while (n < text.len && (unsigned char)text.data[n] >= ' ')
			n++;
	if (n && (n == text.len || (n + 1 == text.len && text.data[n] == '\n')))
		s->current = xstrndup(text.data, n);
	str_wipe(&text);
}

static char *help_of(const struct secret_file *f, enum secret_file_kind kind, const char *shown)
{
	autofree char *targets = strv_join(&f->targets, ", ");
	const char *what = secret_file_kind_text(kind);
	AUTO(str) struct str out = STR_INIT(STR_LINE);

	if (f->targets.n)
		str_addf(&out, _("The file %s, which containers read as %s."), shown, targets);
	else
		str_addf(&out, _("The file %s, which an image is built with."), shown);
	if (what)
		str_addf(&out, _(" It has to be brought: %s. Put it there, or enter it here."),
			what);
	return str_take(&out);
}

/* What the definition says of it moves into the settings; NULL where it says nothing. */
static struct setting *take_declared(struct project *p, const char *name)
{
	struct setting *declared = settings_find(&p->declared_files, name), *s;

	if (!declared)
		return NULL;
	s = settings_add(&p->settings, name);
	setting_done(s);
	*s = *declared;
	memset(declared, 0, sizeof(*declared));
	return s;
}

static struct setting *add_inferred(
	struct project *p, const char *name, enum secret_file_kind kind, struct secret_rule rule)
{
	struct setting *s = settings_add(&p->settings, name);
	struct setting_page *page;

	s->page = settings_page(&p->settings, _("Secret files"));
	page = &p->settings.pages[s->page];
	if (!page->about)
		page->about = xstrdup(_("Files that Compose hands to the services as secrets."));
	s->rule = kind == SECRET_FILE_MADE ? rule : (struct secret_rule){SECRET_HEX, 0, 0};
	return s;
}

/* A definition that does not say how it is made does not say that it can be made. */
static bool is_default(const struct secret_rule *rule)
{
	struct secret_rule usual = secret_rule_default();

	return rule->format == usual.format && rule->bytes == usual.bytes &&
	       rule->length == usual.length;
}

static void join_one(struct project *p, const struct secret_file *f)
{
	autofree char *name = secret_file_setting(f->name), *real = NULL;
	struct secret_rule rule = secret_rule_default();
	enum secret_file_kind kind = secret_file_kind(f, &rule);
	struct setting *s;
	int code;

	if (settings_find(&p->settings, name))
		return;
	s = take_declared(p, name);
	if (!s)
		s = add_inferred(p, name, kind, rule);
	else if (kind > SECRET_FILE_MADE && is_default(&s->rule))
		s->rule = (struct secret_rule){SECRET_HEX, 0, 0};
	if (setting_can_generate(s))
		kind = SECRET_FILE_MADE;
	s->type = SETTING_SECRET;
	s->file = secret_file_shown(p->dir, f->path);
	if (!s->title)
		s->title = xstrdup(f->name);
	if (!s->help)
		s->help = help_of(f, kind, s->file);
	for (size_t i = 0; i < f->used_by.n; i++)
		strv_add_once(&s->used_by, f->used_by.items[i]);
	code = host_realpath(p->host, f->path, &real, NULL);
	s->there = code != ERR_NOT_FOUND;
	s->required = !s->there && setting_can_generate(s);
	if (real)
		read_value(p->host, s, real);
}

void secret_files_join(struct project *p)
{
	AUTO(secret_files) struct secret_files files;

	secret_files_find(&files, p->compose);
	for (size_t i = 0; i < files.n; i++)
		join_one(p, &files.items[i]);
	if (files.n)
		settings_sort(&p->settings);
}
