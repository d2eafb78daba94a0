/* SPDX-License-Identifier: MIT */
#include "config/setting_published.h"

#include "base/i18n.h"
#include "base/str.h"
#include "base/yaml.h"
#include "config/interp.h"
#include "config/setting_doc.h"
#include "config/setting_guess.h"

#include <ctype.h>
#include <string.h>

void written_done(struct written *w)
{
	for (size_t i = 0; i < w->values.n; i++)
		mem_wipe(w->values.items[i], strlen(w->values.items[i]));
	strv_done(&w->values);
	strv_done(&w->places);
	free(w->in_url);
	*w = (struct written){0};
}

/* --- what the files hold as plain text */

static void add_written(
	struct written *w, const char *value, size_t n, const char *file, int line, bool in_url)
{
	autosecret char *text = xstrndup(value, n);

	if (!n || strchr(text, '$'))
		return;
	strv_push(&w->values, text);
	strv_push_take(&w->places, xasprintf("%s:%d", file, line));
	w->in_url = xreallocarray(w->in_url, w->values.n, sizeof(*w->in_url));
	w->in_url[w->values.n - 1] = in_url;
}

/* The text with one "$" for each ${...}: what stands in there belongs to that variable. */
static char *without_references(const char *text)
{
	AUTO(str) struct str out = STR_INIT(STR_FILE);

	while (*text) {
		str_addc(&out, *text);
		text = text[0] == '$' && text[1] == '{' ? interp_behind(text) : text + 1;
	}
	return str_take(&out);
}

/* The word behind "--requirepass" and the like. */
static void look_at_words(struct written *w, const char *text, const char *file, int line)
{
	AUTO(strv) struct strv words = STRV_INIT;

	strv_split(&words, text, ' ');
	for (size_t i = 0; i + 1 < words.n; i++)
		if (words.items[i][0] == '-' && strcasestr(words.items[i], "pass"))
			add_written(w, words.items[i + 1], strlen(words.items[i + 1]), file, line,
				false);
}

static bool names_secret(const char *name, const char *value)
{
	struct setting s;
	bool secret;

	setting_init(&s, name);
	setting_guess(&s, value);
	secret = setting_hides(&s, value);
	setting_done(&s);
	return secret;
}

/* NAME may be NULL. */
static void look_at_value(
	struct written *w, const char *name, const char *value, const char *file, int line)
{
	autosecret char *plain = without_references(value);
	size_t n = 0;
	const char *password = setting_url_password(plain, &n);

	if (password)
		add_written(w, password, n, file, line, true);
	else if (name && names_secret(name, plain))
		add_written(w, plain, strlen(plain), file, line, false);
	if (strchr(plain, ' '))
		look_at_words(w, plain, file, line);
}

static void look_at_node(struct written *w, const struct yaml_node *node, const char *name)
{
	if (node->kind == YAML_SCALAR && node->text) {
		size_t n = strcspn(node->text, "= ");
		autofree char *key = node->text[n] == '=' ? xstrndup(node->text, n) : NULL;

		look_at_value(w, key ? key : name, key ? node->text + n + 1 : node->text,
			node->mark.file, node->mark.line);
	}
	for (size_t i = 0; i < node->n; i++)
		if (node->kind == YAML_SEQ)
			look_at_node(w, node->items[i], NULL);
		else if (node->kind == YAML_MAP)
			look_at_node(w, node->pairs[i].value, node->pairs[i].key->text);
}

static void look_at_env_file(struct written *w, const struct compose_file *f)
{
	AUTO(setting_doc) struct setting_doc doc = {0};

	setting_doc_read(&doc, f->text, f->len);
	for (size_t i = 0; i < doc.n; i++)
		if (!doc.items[i].commented)
			look_at_value(
				w, doc.items[i].key, doc.items[i].value, f->path, doc.items[i].line);
}

static void look(struct written *w, const struct compose *c)
{
	w->looked = true;
	for (size_t i = 0; i < c->n_files; i++) {
		const struct compose_file *f = &c->files[i];
		AUTO_PTR(yaml_doc) struct yaml_doc *doc = NULL;

		if (f->role == COMPOSE_FILE_ENV)
			look_at_env_file(w, f);
		else if (f->role == COMPOSE_FILE_COMPOSE &&
			 yaml_parse(f->path, f->text, f->len, &doc, NULL) == 0)
			look_at_node(w, yaml_root(doc), NULL);
	}
}

/* Where a value stands as plain text; NULL. A word that any template ships says something as the
 * password of an address only. */
static const char *written_at(struct written *w, const struct compose *c, const char *value)
{
	bool plain = secret_is_placeholder(value);

	if (!w->looked)
		look(w, c);
	for (size_t i = 0; i < w->values.n; i++)
		if ((!plain || w->in_url[i]) && strcmp(w->values.items[i], value) == 0)
			return w->places.items[i];
	return NULL;
}

bool setting_default_refers(const struct compose *c, const char *name)
{
	autofree char *begin = xasprintf("${%s", name);
	size_t n = strlen(begin);

	for (size_t i = 0; i < c->n_files; i++) {
		const char *p = c->files[i].role == COMPOSE_FILE_COMPOSE ? c->files[i].text : "";

		while ((p = strstr(p, begin)) != NULL) {
			const char *end = interp_behind(p);

			p += n;
			if (strchr(":-", *p) && memchr(p, '$', (size_t)(end - p)))
				return true;
		}
	}
	return false;
}

/* --- what is to be replaced */

/* What a service handed out looks random; what stands in an example for a secret of one's own is
 * made of words. */
static bool looks_issued(const char *name, const char *value)
{
	static const char *const own[] = {"SECRET", "ENCRYPT", "JWT", "SIGN", "MASTER", "SESSION",
		"COOKIE", "PASS", "SALT", "HASH", "INTERNAL", NULL};
	size_t n = strlen(value), digits = 0, letters = 0;

	for (size_t i = 0; own[i]; i++)
		if (strcasestr(name, own[i]))
			return false;
	for (size_t i = 0; i < n; i++) {
		digits += isdigit((unsigned char)value[i]) != 0;
		letters += isalpha((unsigned char)value[i]) != 0;
	}
	return n >= 16 && digits >= 3 && letters >= 3;
}

static bool is_uuid(const char *value)
{
	for (size_t i = 0; i < 36; i++)
		if (i == 8 || i == 13 || i == 18 || i == 23 ? value[i] != '-'
							    : !isxdigit((unsigned char)value[i]))
			return false;
	return !value[36];
}

/* Kinds of characters: small and capital letters, digits, others. */
static int kinds(const char *value)
{
	bool small = false, capital = false, digit = false, other = false;

	for (; *value; value++) {
		small = small || islower((unsigned char)*value);
		capital = capital || isupper((unsigned char)*value);
		digit = digit || isdigit((unsigned char)*value);
		other = other || !isalnum((unsigned char)*value);
	}
	return small + capital + digit + other;
}

/* A key of just so many bytes is wanted with that length; a UUID as one; a password with many kinds
 * of characters because its program asks for them (OpenSearch, SQL Server). */
static void keep_form(struct setting *s, const char *value)
{
	size_t n = strlen(value);
	const struct secret_rule usual = secret_rule_default();

	if (memcmp(&s->rule, &usual, sizeof(usual)) != 0)
		return;
	if (is_uuid(value))
		s->rule = (struct secret_rule){SECRET_UUID, 0, 0};
	else if ((n == 16 || n == 24 || n == 32) && str_ends(s->name, "KEY"))
		s->rule = (struct secret_rule){SECRET_ALNUM, 0, (int)n};
	else if (kinds(value) > 2)
		s->rule = (struct secret_rule){SECRET_PASSWORD, 0, 32};
}

void setting_publish(struct setting *s, const char *value, const char *place,
	const struct compose *c, struct written *written)
{
	const char *at;

	if (s->type != SETTING_SECRET || str_empty(value) || strchr(value, '$') ||
		!setting_can_generate(s) || setting_names_account(s->name) ||
		(!s->placeholder && looks_issued(s->name, value)) ||
		setting_default_refers(c, s->name))
		return;
	at = written_at(written, c, value);
	if (at) {
		s->placeholder = s->required = false;
		secret_free(s->default_value);
		s->default_value = xstrdup(value);
		free(s->note);
		s->note = xasprintf(_("left as it is: %s holds it as plain text"), at);
		return;
	}
	keep_form(s, value);
	s->published = xstrdup(place);
	s->placeholder = s->required = true;
	s->advanced = s->implied = false;
	secret_free(s->default_value);
	s->default_value = NULL;
	if (!s->required_why)
		s->required_why = xasprintf(_("everybody can read its default in %s"), place);
}
