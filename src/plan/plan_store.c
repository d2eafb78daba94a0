/* SPDX-License-Identifier: MIT */
/* What a plan writes into the store that holds the secrets of a project instead of .env. */
#include "base/i18n.h"
#include "plan/plan_build.h"

#include <string.h>

enum { PRIVATE = 0600 };

bool plan_store_takes(const struct env_file *env, const struct setting *s)
{
	autosecret char *value = NULL;

	if (!setting_is_secret(s) || s->service || s->file || s->choice || s->placeholder)
		return false;
	value = env_file_literal(env, s->name);
	return !str_empty(value);
}

static int read_old(struct plan_build *b, const char *path, struct str *out, bool *exists,
	struct error *err)
{
	autofree char *real = host_path(b->project->dir, path);
	AUTO(error) struct error e = ERROR_INIT;
	int code = host_read(b->host, real, SEAL_MAX, out, &e);

	*exists = code == 0;
	return code == 0 || code == ERR_NOT_FOUND ? 0 : error_move(err, &e);
}

/* --- the sealed file */

/* "+DB_PASSWORD", "~API_KEY": which secrets come and change; and how many are as they were. */
static size_t describe(const struct secret_bag *old, const struct secret_bag *new, struct str *change,
	struct strv *renewed)
{
	size_t same = 0;

	for (size_t i = 0; i < new->n; i++) {
		const char *was = secret_bag_get(old, new->items[i].name);

		if (str_eq(was, new->items[i].value)) {
			same++;
			continue;
		}
		str_addf(change, "%c%s\n", was ? '~' : '+', new->items[i].name);
		strv_push(renewed, new->items[i].name);
		strv_push(renewed, new->items[i].value);
	}
	for (size_t i = 0; i < old->n; i++)
		if (!secret_bag_get(new, old->items[i].name))
			str_addf(change, "-%s\n", old->items[i].name);
	return same;
}

/* A secret that only moves is as old as before. */
static void keep_known(const struct project *p, struct strv *renewed)
{
	for (size_t i = 0; i + 1 < renewed->n;) {
		const struct setting *s = settings_find(&p->settings, renewed->items[i]);

		if (!s || !str_eq(s->dotenv, renewed->items[i + 1])) {
			i += 2;
			continue;
		}
		mem_wipe(renewed->items[i + 1], strlen(renewed->items[i + 1]));
		strv_remove(renewed, i);
		strv_remove(renewed, i);
	}
}

int plan_add_sealed(struct plan_build *b, const struct secret_bag *bag, const struct secret_key *key,
	struct error *err)
{
	struct strv renewed = STRV_INIT;
	AUTO(str) struct str change = STR_INIT(STR_OUTPUT), old = STR_INIT(SEAL_MAX),
			     sealed = STR_INIT(SEAL_MAX);
	static const struct secret_bag none = {0};
	bool sealed_now = b->project->store.kind == STORE_ENCRYPTED;
	size_t same = describe(sealed_now ? &b->project->secrets : &none, bag, &change, &renewed);
	autofree char *reason = xasprintf(Q_("%zu secret, %zu as before", "%zu secrets, %zu as before", bag->n), bag->n, same);
	struct file_spec spec = {.path = STORE_SEALED,
		.mode = PRIVATE,
		.reason = reason,
		.change = str_text(&change),
		.renewed = &renewed};
	bool exists = false;
	int code = read_old(b, STORE_SEALED, &old, &exists, err);

	if (code == 0)
		code = secret_seal(bag, key, &sealed, err);
	keep_known(b->project, &renewed);
	spec.old = exists ? str_text(&old) : NULL;
	spec.old_len = old.len;
	spec.text = str_text(&sealed);
	spec.len = sealed.len;
	if (code == 0)
		plan_add(b->plan, step_file_new(b->host, b->project->dir, &spec));
	strv_wipe(&renewed);
	return code;
}

int plan_add_store(struct plan_build *b, const struct secret_store *store, struct error *err)
{
	AUTO(str) struct str old = STR_INIT(SEAL_MAX);
	autofree char *text = secret_store_text(store);
	struct file_spec spec = {
		.path = STORE_FILE, .mode = PRIVATE, .text = text, .len = strlen(text)};
	bool exists = false;
	struct step *step;
	int code = read_old(b, STORE_FILE, &old, &exists, err);

	if (code || (exists && str_eq(str_text(&old), text)))
		return code;
	spec.old = exists ? str_text(&old) : NULL;
	spec.old_len = old.len;
	step = step_file_new(b->host, b->project->dir, &spec);
	/* What it names is in the store before. */
	if (plan_find(b->plan, "file:" STORE_SEALED))
		strv_push(&step->after, "file:" STORE_SEALED);
	plan_add(b->plan, step);
	return 0;
}

/* --- a change of values */

static int refuse_command(const struct project *p, const char *name, struct error *err)
{
	autofree char *command = strv_join(&p->store.command, " ");

	error_set(err, ERR_INPUT, _("%s does not live where Slipway can write it"), name);
	error_detail(err, _("it is asked from: %s"), command);
	error_hint(err,
		_("Say which program writes there, it gets the value on its standard input: "
		  "slipway "
		  "secrets move --to command --write \"pass insert -m -f {name}\" -- %s. Or change "
		  "it "
		  "there; or bring the secrets back first: slipway secrets move --to env."),
		command);
	return ERR_INPUT;
}

/* One that a program keeps, and that is another one from now on. */
static int tell_program(
	struct plan_build *b, const char *name, const char *value, struct error *err)
{
	if (!b->project->store.write.n)
		return refuse_command(b->project, name, err);
	plan_add(b->plan, step_store_new(b->project, name, value));
	plan_note(b->plan, "%s",
		_("What a program keeps is not taken back by \"slipway undo\": there is no copy of "
		  "it."));
	return 0;
}

/* What the store holds after it: with the secrets that are new or have stood in .env. */
static int collect(struct plan_build *b, const struct env_file *env, struct secret_bag *bag,
	bool *changed, struct error *err)
{
	const struct project *p = b->project;
	bool writes = b->move || p->store.kind == STORE_ENCRYPTED;
	int code = 0;

	secret_bag_copy(bag, &p->secrets);
	*changed = b->move != NULL;
	for (size_t i = 0; i < p->settings.n && code == 0; i++) {
		const struct setting *s = &p->settings.items[i];
		bool held = secret_bag_get(bag, s->name) != NULL;
		autosecret char *value = NULL;

		if (!plan_store_takes(env, s) || (!held && !writes))
			continue;
		value = env_file_literal(env, s->name);
		if (!secret_bag_set(bag, s->name, value))
			continue;
		if (!writes)
			code = tell_program(b, s->name, value, err);
		*changed = true;
	}
	return code;
}

static int write_store(struct plan_build *b, const struct secret_store *to,
	const struct secret_bag *bag, const struct strv *names, bool changed, struct error *err)
{
	struct secret_store store = *to; /* its lists are borrowed */
	int code = 0;

	if (to->kind == STORE_ENCRYPTED) {
		store.names = *names;
		if (changed)
			code = plan_add_sealed(
				b, bag, b->move ? b->move->key : &b->w->vault.key, err);
	}
	return code ? code : plan_add_store(b, &store, err);
}

int plan_build_store(struct plan_build *b, const char *text, size_t len, struct str *ret,
	struct strv *names, struct error *err)
{
	const struct project *p = b->project;
	const struct secret_store *to = b->move ? b->move->to : &p->store;
	AUTO(secret_bag) struct secret_bag bag = {0};
	AUTO_PTR(env_file) struct env_file *env = NULL;
	bool changed = false;
	int code;

	if (to->kind == STORE_DOTENV) {
		str_addn(ret, text, len);
		return 0;
	}
	code = project_unsealed(p, err);
	if (code == 0)
		code = env_file_parse_for_edit(".env", text, len, &env, err);
	if (code == 0)
		code = collect(b, env, &bag, &changed, err);
	if (to->kind == STORE_ENCRYPTED)
		secret_bag_names(&bag, names);
	else
		strv_extend(names, &to->names);
	if (code == 0)
		code = write_store(b, to, &bag, names, changed, err);
	return code ? code : secret_store_hide(names, text, len, ret, err);
}
