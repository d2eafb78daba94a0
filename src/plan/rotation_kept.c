/* SPDX-License-Identifier: MIT */
/*
 * .slipway/rotation.json: the values of a rotation, from before anything is touched until all is
 * done.
 *
 *	{"phase":"forward","secrets":[{"name":"A","old":"...","new":"..."}],"services":["db"]}
 *
 * Where a secret does not live in .env it must not stand in a file in the meantime: then all values
 * are sealed ("sealed" in place of "old" and "new"), with what opens the store, or twice with what
 * only the store knows: the old value, and the new one. One of them is there at every moment.
 */
#include "base/i18n.h"
#include "base/str.h"
#include "plan/rotation.h"
#include "plan/workspace.h"

#include <string.h>

enum { LOCKS = 2 };

/* What the values are sealed with; n 0: nothing. */
struct locks {
	struct secret_key keys[LOCKS];
	size_t n;
};

static const char *const phases[ROTATION_PHASES] = {
	[ROTATION_FORWARD] = "forward",
	[ROTATION_BACK] = "back",
};

static void locks_done(struct locks *l)
{
	for (size_t i = 0; i < l->n; i++)
		secret_key_done(&l->keys[i]);
}

static void lock_with(struct locks *l, const char *value)
{
	if (!str_empty(value))
		secret_key_set(&l->keys[l->n++], SEAL_KEY_FILE, value, strlen(value));
}

static bool is_outside(const struct project *p, const struct rotation_item *i)
{
	const struct setting *s = settings_find(&p->settings, i->name);

	return i->file || (s && s->kept);
}

static void find_locks(const struct rotation *r, const struct workspace *w, struct locks *ret)
{
	const struct secret_key *key = &w->vault.key;

	if (w->project->store.kind == STORE_ENCRYPTED) {
		secret_key_set(&ret->keys[ret->n++], key->lock, key->data, key->n);
		return;
	}
	for (size_t i = 0; i < r->n; i++) {
		if (!is_outside(w->project, &r->items[i]))
			continue;
		lock_with(ret, r->items[i].old);
		lock_with(ret, r->items[i].new);
		return;
	}
}

/* --- sealed values */

static char *hex_of(const char *data, size_t n)
{
	static const char digits[] = "0123456789abcdef";
	char *text = xmalloc(2 * n + 1);

	for (size_t i = 0; i < n; i++) {
		text[2 * i] = digits[(unsigned char)data[i] >> 4];
		text[2 * i + 1] = digits[(unsigned char)data[i] & 15];
	}
	text[2 * n] = '\0';
	return text;
}

static int digit_of(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : 0;
}

static void add_hex(struct str *out, const char *text)
{
	for (; text[0] && text[1]; text += 2)
		str_addc(out, (char)(digit_of(text[0]) << 4 | digit_of(text[1])));
}

/* "old 0", "new 0": names in the bag, by the place in the list. */
static void fill_bag(const struct rotation *r, struct secret_bag *bag)
{
	for (size_t i = 0; i < r->n; i++) {
		autofree char *old = xasprintf("OLD_%zu", i), *new = xasprintf("NEW_%zu", i);

		secret_bag_set(bag, old, r->items[i].old);
		secret_bag_set(bag, new, r->items[i].new);
	}
}

static int put_sealed(const struct rotation *r, const struct locks *locks, struct json_object *o,
	struct error *err)
{
	struct json_object *list = json_object_new_array();
	AUTO(secret_bag) struct secret_bag bag = {0};
	int code = 0;

	json_put(o, "sealed", list);
	fill_bag(r, &bag);
	for (size_t i = 0; i < locks->n && code == 0; i++) {
		AUTO(str) struct str sealed = STR_INIT(SEAL_MAX);
		autofree char *hex = NULL;

		code = secret_seal(&bag, &locks->keys[i], &sealed, err);
		hex = hex_of(str_text(&sealed), sealed.len);
		json_push_str(list, hex);
	}
	return code;
}

int rotation_text(
	const struct rotation *r, const struct workspace *w, char **ret, struct error *err)
{
	autojson struct json_object *o = json_object_new_object();
	struct json_object *secrets = json_object_new_array(), *services = json_object_new_array();
	struct locks locks = {0};
	int code = 0;

	find_locks(r, w, &locks);
	json_put_str(o, "phase", phases[r->phase]);
	json_put(o, "secrets", secrets);
	for (size_t i = 0; i < r->n; i++) {
		struct json_object *item = json_object_new_object();

		json_put_str(item, "name", r->items[i].name);
		if (!locks.n) {
			json_put_str(item, "old", r->items[i].old);
			json_put_str(item, "new", r->items[i].new);
		}
		json_push(secrets, item);
	}
	if (locks.n)
		code = put_sealed(r, &locks, o, err);
	for (size_t i = 0; i < r->services.n; i++)
		json_push_str(services, r->services.items[i]);
	json_put(o, "services", services);
	locks_done(&locks);
	if (code == 0)
		*ret = json_pretty(o);
	return code;
}

/* --- read again */

static int refuse(const char *path, struct error *err)
{
	error_set(err, ERR_INPUT, _("%s is not what \"slipway secrets rotate\" has left"), path);
	return error_hint(err, "%s",
		_("It holds the old and the new value of a secret. Put it right, or take it "
		  "away."));
}

static bool read_item(struct rotation *r, struct json_object *o)
{
	const char *name = json_str(o, "name", NULL), *new = json_str(o, "new", "");

	if (str_empty(name) || (!r->sealed.n && str_empty(new)))
		return false;
	rotation_add(r, name, json_str(o, "old", ""), new);
	return true;
}

static int read_fields(
	struct rotation *r, struct json_object *o, const char *path, struct error *err)
{
	const char *phase = json_str(o, "phase", "");
	struct json_object *services = json_key(o, "services"), *sealed = json_key(o, "sealed");
	struct json_object *secrets = json_key(o, "secrets");
	bool right = true;

	for (size_t i = 1; i < ROTATION_PHASES; i++)
		if (str_eq(phase, phases[i]))
			r->phase = (enum rotation_phase)i;
	for (size_t i = 0; i < json_len(services); i++)
		strv_push(&r->services, json_object_get_string(json_at(services, i)));
	for (size_t i = 0; i < json_len(sealed); i++)
		strv_push(&r->sealed, json_object_get_string(json_at(sealed, i)));
	for (size_t i = 0; i < json_len(secrets); i++)
		right = read_item(r, json_at(secrets, i)) && right;
	/* As it was while there was one secret at a time. */
	if (!secrets)
		right = read_item(r, o);
	if (r->phase && r->n && right)
		return 0;
	rotation_done(r);
	return refuse(path, err);
}

int rotation_load(struct rotation *r, struct host *h, const char *project, struct error *err)
{
	autofree char *path = host_path(project, ".slipway/rotation.json");
	autojson struct json_object *o = NULL;
	AUTO(error) struct error e = ERROR_INIT;
	struct str text = STR_INIT(STR_OUTPUT);
	int code = host_read(h, path, STR_OUTPUT, &text, &e);

	*r = (struct rotation){0};
	if (code == 0 && json_parse(str_text(&text), text.len, &o, NULL))
		code = refuse(path, &e);
	else if (code == 0)
		code = read_fields(r, o, path, &e);
	str_wipe(&text);
	return code == ERR_NOT_FOUND ? 0 : code < 0 ? error_move(err, &e) : 0;
}

/* --- opened */

static int refuse_closed(const struct rotation *r, struct error *err)
{
	error_set(err, ERR_DENIED, _("the values of the rotation of %s cannot be read"),
		r->items[0].name);
	return error_hint(err, "%s",
		_("They are sealed with what opens the store, or with the old and the new value: "
		  "put one "
		  "of these back into its store, then run it again."));
}

static bool take_bag(struct rotation *r, const struct secret_bag *bag)
{
	for (size_t i = 0; i < r->n; i++) {
		autofree char *old = xasprintf("OLD_%zu", i), *new = xasprintf("NEW_%zu", i);

		if (str_empty(secret_bag_get(bag, new)))
			return false;
		secret_free(r->items[i].old);
		secret_free(r->items[i].new);
		r->items[i].old = xstrdup(secret_bag_get(bag, old) ? secret_bag_get(bag, old) : "");
		r->items[i].new = xstrdup(secret_bag_get(bag, new));
	}
	strv_clear(&r->sealed);
	return true;
}

static bool opens(struct rotation *r, const struct secret_key *key)
{
	for (size_t i = 0; i < r->sealed.n; i++) {
		AUTO(secret_bag) struct secret_bag bag = {0};
		AUTO(str) struct str bytes = STR_INIT(SEAL_MAX);

		add_hex(&bytes, r->sealed.items[i]);
		if (secret_unseal(str_text(&bytes), bytes.len, key, &bag, NULL) == 0)
			return take_bag(r, &bag);
	}
	return false;
}

/* What the store of this one says now, be it the old or the new value. */
static char *value_now(const struct rotation_item *i, const struct workspace *w)
{
	const struct setting *s = settings_find(&w->project->settings, i->name);
	char *value = NULL;

	if (!i->file)
		return s && s->kept ? xstrdup(s->dotenv) : NULL;
	rotation_file_value(w->host, i->file, &value, NULL);
	return value;
}

int rotation_open(struct rotation *r, const struct workspace *w, struct error *err)
{
	for (size_t i = 0; i < r->n; i++) {
		free(r->items[i].file);
		r->items[i].file = xstrdup(rotation_file(w->project, r->items[i].name));
	}
	if (!r->sealed.n || opens(r, &w->vault.key))
		return 0;
	for (size_t i = 0; i < r->n; i++) {
		autosecret char *value = value_now(&r->items[i], w);
		struct locks locks = {0};
		bool open;

		lock_with(&locks, value);
		open = locks.n && opens(r, &locks.keys[0]);
		locks_done(&locks);
		if (open)
			return 0;
	}
	return refuse_closed(r, err);
}
