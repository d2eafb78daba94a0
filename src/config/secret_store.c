/* SPDX-License-Identifier: MIT */
#include "config/secret_store.h"

#include "base/i18n.h"
#include "base/json.h"
#include "config/env_file.h"

#include <string.h>

enum { TIMEOUT_S = 10, TIMEOUT_MAX_S = 600 };

static const struct secret_store_info infos[STORE_KINDS] = {
	[STORE_DOTENV] = {"env", N_("in .env, readable by its owner only")},
	[STORE_ENCRYPTED] = {"encrypted",
		N_("in a file that a passphrase or a key file opens; .env holds none")},
	[STORE_COMMAND] = {"command",
		N_("with a program that is asked for each when it is needed: pass, vault, aws")},
};

const struct secret_store_info *secret_store_info(enum secret_store_kind kind)
{
	return &infos[kind];
}

int secret_store_find(const char *name)
{
	for (int i = 0; i < STORE_KINDS; i++)
		if (strcmp(infos[i].name, name) == 0)
			return i;
	return -1;
}

void secret_store_done(struct secret_store *s)
{
	strv_done(&s->names);
	strv_done(&s->command);
	strv_done(&s->write);
	free(s->key_file);
	*s = (struct secret_store){0};
}

void secret_store_copy(struct secret_store *s, const struct secret_store *from)
{
	*s = (struct secret_store){.kind = from->kind,
		.timeout_ms = from->timeout_ms,
		.key_file = xstrdup(from->key_file)};
	strv_extend(&s->names, &from->names);
	strv_extend(&s->command, &from->command);
	strv_extend(&s->write, &from->write);
}

void secret_vault_done(struct secret_vault *v)
{
	secret_key_done(&v->key);
	secret_bag_done(&v->bag);
	v->open = false;
}

/* --- which one */

static void read_strings(struct json_object *list, struct strv *ret)
{
	for (size_t i = 0; i < json_len(list); i++)
		strv_push(ret, json_object_get_string(json_at(list, i)));
}

static int refuse_file(struct error *err, const char *why)
{
	error_set(err, ERR_INPUT, _("%s does not say where the secrets are"), STORE_FILE);
	error_detail(err, "%s", why);
	error_hint(err, _("slipway undo brings back what it was before the last change."));
	return ERR_INPUT;
}

static int read_store(struct secret_store *s, struct json_object *o, struct error *err)
{
	int kind = secret_store_find(json_str(o, "store", ""));
	int64_t seconds = json_int(o, "timeout", TIMEOUT_S);

	if (json_int(o, "slipway", 0) != 1 || kind < 0)
		return refuse_file(err, _("\"store\" is none of env, encrypted, command"));
	s->kind = (enum secret_store_kind)kind;
	read_strings(json_key(o, "names"), &s->names);
	strv_sort(&s->names);
	read_strings(json_key(o, "command"), &s->command);
	read_strings(json_key(o, "write"), &s->write);
	s->key_file = xstrdup(json_str(o, "key_file", NULL));
	if (kind == STORE_COMMAND && !s->command.n)
		return refuse_file(err, _("\"command\" is missing"));
	if (seconds < 1 || seconds > TIMEOUT_MAX_S)
		return refuse_file(err, _("\"timeout\" is no number of seconds from 1 to 600"));
	s->timeout_ms = seconds * 1000;
	return 0;
}

int secret_store_load(struct secret_store *s, struct host *h, const char *dir, struct error *err)
{
	autofree char *path = host_path(dir, STORE_FILE);
	AUTO(str) struct str text = STR_INIT(STR_FILE);
	AUTO(error) struct error e = ERROR_INIT;
	autojson struct json_object *o = NULL;
	int code = host_read(h, path, STR_FILE, &text, &e);

	*s = (struct secret_store){.timeout_ms = TIMEOUT_S * 1000};
	if (code == ERR_NOT_FOUND)
		return 0;
	if (code)
		return error_move(err, &e);
	if (json_parse(str_text(&text), text.len, &o, &e))
		return refuse_file(err, e.message);
	code = read_store(s, o, err);
	if (code)
		secret_store_done(s);
	return code;
}

bool secret_store_exists(struct host *h, const char *dir)
{
	autofree char *path = host_path(dir, STORE_FILE);

	return host_exists(h, path);
}

static void put_strings(struct json_object *o, const char *key, const struct strv *v)
{
	struct json_object *list = json_object_new_array();

	for (size_t i = 0; i < v->n; i++)
		json_push_str(list, v->items[i]);
	json_put(o, key, list);
}

char *secret_store_text(const struct secret_store *s)
{
	autojson struct json_object *o = json_object_new_object();

	json_put_int(o, "slipway", 1);
	json_put_str(o, "store", infos[s->kind].name);
	put_strings(o, "names", &s->names);
	if (s->key_file)
		json_put_str(o, "key_file", s->key_file);
	if (s->kind == STORE_COMMAND) {
		put_strings(o, "command", &s->command);
		if (s->write.n)
			put_strings(o, "write", &s->write);
		json_put_int(o, "timeout", s->timeout_ms / 1000);
	}
	return json_pretty(o);
}

int secret_store_read(const struct secret_store *s, struct host *h, const char *dir,
	const struct secret_vault *v, struct secret_bag *ret, struct error *err)
{
	autofree char *path = host_path(dir, STORE_SEALED);
	AUTO(str) struct str sealed = STR_INIT(SEAL_MAX);
	int code;

	if (s->kind == STORE_COMMAND)
		secret_bag_copy(ret, &v->bag);
	if (s->kind != STORE_ENCRYPTED)
		return 0;
	code = host_read(h, path, SEAL_MAX, &sealed, err);
	if (code == 0)
		code = secret_unseal(str_text(&sealed), sealed.len, &v->key, ret, err);
	return code ? error_prefix(err, "%s", STORE_SEALED) : 0;
}

/* --- one .env of two */

/* A value that is made of one of these needs it before itself. */
static bool refers(const struct env_file *f, const struct secret_bag *b)
{
	for (size_t i = 0; i < f->n; i++) {
		AUTO(strv) struct strv names = STRV_INIT;

		if (f->entries[i].quote != '\'')
			interp_names(f->entries[i].raw, &names);
		for (size_t k = 0; k < names.n; k++)
			if (secret_bag_get(b, names.items[k]))
				return true;
	}
	return false;
}

int secret_store_show(
	const struct secret_bag *b, const char *text, size_t n, struct str *ret, struct error *err)
{
	static const char bom[] = "\xef\xbb\xbf";
	AUTO_PTR(env_file) struct env_file *f = NULL;
	AUTO(secret_bag) struct secret_bag missing = {0};
	size_t marked = n >= 3 && memcmp(text, bom, 3) == 0 ? 3 : 0;
	int code;

	/* What nobody has to change may be as wrong as it is. */
	if (!b->n) {
		str_addn(ret, text, n);
		return 0;
	}
	if ((code = env_file_parse_for_edit(".env", text, n, &f, err)) < 0)
		return code;
	for (size_t i = 0; i < b->n; i++)
		if (!env_file_find(f, b->items[i].name))
			secret_bag_set(&missing, b->items[i].name, b->items[i].value);
	if (missing.n && refers(f, &missing)) {
		str_addn(ret, text, marked);
		secret_bag_write(&missing, env_file_line_end(f), ret);
		str_addn(ret, text + marked, n - marked);
	} else {
		/* Behind the rest, so that the lines of the file keep their numbers. */
		str_addn(ret, text, n);
		if (missing.n && n && text[n - 1] != '\n')
			str_add(ret, env_file_line_end(f));
		secret_bag_write(&missing, env_file_line_end(f), ret);
	}
	return str_full(ret) ? error_set(err, ERR_LIMIT, _(".env is too long")) : 0;
}

int secret_store_hide(const struct strv *names, const char *text, size_t n, struct str *ret,
	struct error *err)
{
	AUTO_PTR(env_file) struct env_file *f = NULL;
	int code = env_file_parse_for_edit(".env", text, n, &f, err);

	for (size_t i = 0; code == 0 && i < names->n; i++)
		code = env_file_remove(f, names->items[i], err);
	if (code == 0)
		str_addn(ret, f->text, f->len);
	return code;
}
