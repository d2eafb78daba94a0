/* SPDX-License-Identifier: MIT */
#include "config/lint_parts.h"

#include "base/str.h"
#include "base/text.h"
#include "config/setting_guess.h"

#include <ctype.h>
#include <string.h>

/* --- findings */

static struct lint_finding *add(struct lint *l, const struct lint_rule *rule, const char *file,
	int line, int column, const char *fmt, va_list ap)
{
	autofree char *message = xvasprintf(fmt, ap);

	VEC_GROW(l->findings, l->n, l->cap);
	l->findings[l->n] = (struct lint_finding){
		rule, text_safe_dup(file ? file : ""), line, column, text_safe_dup(message), false};
	return &l->findings[l->n++];
}

struct lint_finding *lint_add(struct lint *l, const struct lint_rule *rule, const char *file,
	int line, int column, const char *fmt, ...)
{
	struct lint_finding *f;
	va_list ap;

	va_start(ap, fmt);
	f = add(l, rule, file, line, column, fmt, ap);
	va_end(ap);
	return f;
}

void lint_add_node(struct lint *l, const struct lint_rule *rule, const struct yaml_node *node,
	const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	add(l, rule, node ? node->mark.file : "", node ? node->mark.line : 0,
		node ? node->mark.column : 0, fmt, ap);
	va_end(ap);
}

struct lint_finding *lint_add_entry(struct lint *l, const struct lint_rule *rule,
	const struct env_file *f, const struct env_entry *e, size_t offset, const char *fmt, ...)
{
	struct lint_finding *finding;
	size_t from = offset;
	int column = 1, line = e->line;
	va_list ap;

	/* The value of a later line of the entry begins there. */
	for (size_t i = e->start; i < offset; i++)
		line += f->text[i] == '\n';
	while (from > 0 && f->text[from - 1] != '\n')
		column += ((unsigned char)f->text[--from] & 0xc0) != 0x80;
	va_start(ap, fmt);
	finding = add(l, rule, f->name, line, column, fmt, ap);
	va_end(ap);
	return finding;
}

void lint_add_setting(
	struct lint *l, const struct lint_rule *rule, const struct setting *s, const char *fmt, ...)
{
	const struct compose_variable *v = compose_find_variable(l->project->compose, s->name);
	va_list ap;

	va_start(ap, fmt);
	if (s->line)
		add(l, rule, ".env", s->line, s->column, fmt, ap);
	else if (v && v->place.line)
		add(l, rule, v->place.file, v->place.line, v->place.column, fmt, ap);
	else
		add(l, rule, ".env", 0, 0, fmt, ap);
	va_end(ap);
}

static int by_place(const void *a, const void *b)
{
	const struct lint_finding *x = a, *y = b;
	int order = strcmp(x->file, y->file);

	if (!order)
		order = x->line - y->line;
	if (!order)
		order = x->column - y->column;
	if (!order)
		order = x->rule < y->rule ? -1 : x->rule > y->rule;
	return order ? order : strcmp(x->message, y->message);
}

static void finding_done(struct lint_finding *f)
{
	free(f->file);
	free(f->message);
}

/* Rules that come upon the same thing on two ways say it once. */
static void drop_repeated(struct lint *l)
{
	size_t n = 0;

	for (size_t i = 0; i < l->n; i++)
		if (n && l->findings[n - 1].rule == l->findings[i].rule &&
			by_place(&l->findings[n - 1], &l->findings[i]) == 0)
			finding_done(&l->findings[i]);
		else
			l->findings[n++] = l->findings[i];
	l->n = n;
}

/* --- helpers of the rules */

const struct yaml_node *lint_root(const struct lint *l, size_t n)
{
	for (size_t i = l->project ? l->project->compose->n_files : 0; i > 0; i--)
		if (l->docs[i - 1] && n-- == 0)
			return yaml_root(l->docs[i - 1]);
	return NULL;
}

const struct yaml_node *lint_service_node(
	const struct lint *l, const char *service, const char *key)
{
	const struct yaml_node *root, *any = NULL;

	for (size_t n = 0; (root = lint_root(l, n)) != NULL; n++) {
		const struct yaml_node *node = yaml_get(yaml_get(root, "services"), service);

		if (yaml_get(node, key))
			return yaml_get(node, key);
		any = any ? any : node;
	}
	return any;
}

/* Takes ":NUMBER" off the end; 0 where there is none. */
static int cut_number(char *text)
{
	char *colon = strrchr(text, ':');
	int number = colon ? (int)strtol(colon + 1, NULL, 10) : 0;

	if (!colon || !colon[1] || colon[1 + strspn(colon + 1, "0123456789")])
		return 0;
	*colon = '\0';
	return number;
}

char *lint_place(const char *place, int *ret_line, int *ret_column)
{
	char *file = xstrdup(place ? place : "");

	*ret_column = cut_number(file);
	*ret_line = cut_number(file);
	if (*ret_column && !*ret_line) {
		*ret_line = *ret_column;
		*ret_column = 0;
	}
	if (!*ret_line)
		*file = '\0';
	return file;
}

bool lint_has_word(const char *text, const char *word)
{
	size_t n = strlen(word);

	for (const char *p = text; n && (p = strstr(p, word)) != NULL; p++) {
		bool before = p > text && (isalnum((unsigned char)p[-1]) || p[-1] == '_');

		if (!before && !isalnum((unsigned char)p[n]) && p[n] != '_')
			return true;
	}
	return false;
}

char *lint_image_name(const char *image, const char **ret_tag)
{
	const char *at = strchr(image, '@'), *slash = strrchr(image, '/');
	const char *colon = strchr(slash ? slash : image, ':');
	size_t n = at ? (size_t)(at - image) : strlen(image);

	if (colon && (size_t)(colon - image) < n)
		n = (size_t)(colon - image);
	else
		colon = NULL;
	*ret_tag = colon ? colon + 1 : "";
	return xstrndup(image, n);
}

char *lint_image_plain(const char *image, const char **ret_tag)
{
	autofree char *name = lint_image_name(image, ret_tag);
	const char *plain = name, *slash = strchr(name, '/');

	/* A first part with a dot or a port is a registry, which may be a mirror. */
	if (slash && strcspn(name, ".:") < (size_t)(slash - name))
		plain = slash + 1;
	if (str_starts(plain, "library/"))
		plain += strlen("library/");
	return xstrdup(plain);
}

bool lint_is_secret_name(const char *name, const char *value)
{
	AUTO(settings) struct settings all = {0};
	struct setting *s = settings_add(&all, name);

	setting_guess(s, value);
	return setting_hides(s, value);
}

/* --- looking */

static void open_docs(struct lint *l)
{
	const struct compose *c = l->project->compose;

	l->docs = xcalloc(c->n_files ? c->n_files : 1, sizeof(struct yaml_doc *));
	for (size_t i = 0; i < c->n_files; i++) {
		const struct compose_file *f = &c->files[i];

		if (f->role == COMPOSE_FILE_COMPOSE)
			(void)yaml_parse(f->path, f->text, f->len, &l->docs[i], NULL);
	}
}

static void open_dotenv(struct lint *l)
{
	AUTO(str) struct str text = STR_INIT(STR_FILE);
	autofree char *path = host_path(l->dir, ".env");

	if (host_read(l->host, path, STR_FILE, &text, NULL) == 0)
		(void)env_file_parse_for_edit(".env", str_text(&text), text.len, &l->dotenv, NULL);
	str_wipe(&text);
}

/* The files that a service takes as they are, word by word. */
static void find_raw(const struct lint *l, struct strv *ret)
{
	const struct compose *c = l->project->compose;

	for (size_t i = 0; i < c->n_services; i++) {
		const struct yaml_node *files =
			lint_service_node(l, c->services[i].name, "env_file");

		for (size_t k = 0; files && files->kind == YAML_SEQ && k < files->n; k++) {
			const char *path = yaml_get_text(files->items[k], "path", "");

			if (str_eq(yaml_get_text(files->items[k], "format", NULL), "raw"))
				strv_push(ret, path + (str_starts(path, "./") ? 2 : 0));
		}
	}
}

static void open_env_files(struct lint *l)
{
	const struct compose *c = l->project->compose;
	AUTO(strv) struct strv raw = STRV_INIT;

	find_raw(l, &raw);
	l->env_files = xcalloc(c->n_files ? c->n_files : 1, sizeof(struct env_file *));
	for (size_t i = 0; i < c->n_files; i++) {
		const struct compose_file *f = &c->files[i];

		if (f->role == COMPOSE_FILE_ENV && !strv_has(&raw, f->path) &&
			env_file_parse_for_service(
				f->path, f->text, f->len, &l->env_files[l->n_env_files], NULL) == 0)
			l->n_env_files++;
	}
}

void lint_run(struct lint *l, struct host *h, const char *dir, const struct project *p,
	const struct error *unreadable, const struct strv *ignore)
{
	*l = (struct lint){
		.host = h, .project = p, .ignore = ignore, .dir = xstrdup(p ? p->dir : dir)};
	open_dotenv(l);
	if (p) {
		open_docs(l);
		open_env_files(l);
	}
	if (unreadable && unreadable->code) {
		int line, column;
		autofree char *file = lint_place(unreadable->detail, &line, &column);

		lint_add(l, &lint_rules[0], file, line, column, "%s", unreadable->message);
	}
	for (const struct lint_rule *r = lint_rules; r->name; r++)
		if (r->run && !(ignore && strv_has(ignore, r->name)))
			r->run(l, r);
	if (l->n)
		qsort(l->findings, l->n, sizeof(*l->findings), by_place);
	drop_repeated(l);
}

void lint_done(struct lint *l)
{
	for (size_t i = 0; i < l->n; i++)
		finding_done(&l->findings[i]);
	free(l->findings);
	for (size_t i = 0; l->docs && i < l->project->compose->n_files; i++)
		yaml_doc_free(l->docs[i]);
	free(l->docs);
	for (size_t i = 0; i < l->n_env_files; i++)
		env_file_free(l->env_files[i]);
	free(l->env_files);
	env_file_free(l->dotenv);
	free(l->dir);
	*l = (struct lint){0};
}

size_t lint_fixable(const struct lint *l)
{
	size_t n = 0;

	for (size_t i = 0; i < l->n; i++)
		n += l->findings[i].fixable;
	return n;
}
