/* SPDX-License-Identifier: MIT */
/* How `slipway config update` tells what changed. */
#include "cli/config_update.h"

#include "base/i18n.h"
#include "base/str.h"
#include "base/text.h"
#include "cli/reveal.h"

/* A value as it may be shown; caller: secret_free(). */
static char *shown(
	const struct reveal *r, const struct update *u, const char *key, const char *value)
{
	autosecret char *masked = NULL;

	if (!value)
		return NULL;
	if (!*value || r->all)
		return text_safe_dup(value);
	if (update_is_secret(u, key))
		return xstrdup("***");
	masked = reveal_text(r, value);
	return text_safe_dup(masked);
}

static void print_line(
	struct cli *cli, const struct update *u, const struct env_change *c, const struct reveal *r)
{
	autosecret char *base = shown(r, u, c->key, c->base);
	autosecret char *yours = shown(r, u, c->key, c->yours);
	autosecret char *theirs = shown(r, u, c->key, c->theirs);

	switch (c->kind) {
	case ENV_ADDED:
		cli_print(cli, _("  + %s=%s  new in the stack\n"), c->key, theirs);
		break;
	case ENV_RENAMED:
		cli_print(cli, _("  > %s is called %s now; it keeps its value\n"), c->old_key,
			c->key);
		break;
	case ENV_FOLLOWED:
		cli_print(cli, _("  ~ %s: the default %s, which you had, became %s\n"), c->key,
			base, theirs);
		break;
	case ENV_CONFLICT:
		cli_print(cli, _("  ! %s (.env:%d): yours is %s; the stack had %s and has %s now"),
			c->key, c->line, yours, base, theirs);
		cli_print(cli, "%s\n",
			c->decision == ENV_TAKE   ? _("; the stack's is taken")
			: c->decision == ENV_KEEP ? _("; yours stays")
						  : "");
		break;
	case ENV_REMOVED:
		cli_print(cli,
			c->decision == ENV_TAKE
				? _("  - %s (.env:%d): not in the stack any more\n")
				: _("  - %s (.env:%d): not in the stack any more; it stays "
				    "(--prune takes it out)\n"),
			c->key, c->line);
		break;
	}
}

static void print_file(struct cli *cli, const struct update_file *f)
{
	static const char *const texts[] = {
		[UPDATE_FILE_ADDED] = N_("new in the stack"),
		[UPDATE_FILE_REPLACED] = N_("another in the stack; you did not edit it"),
		[UPDATE_FILE_MERGED] = N_("another in the stack; your edits stay in it"),
		[UPDATE_FILE_CONFLICT] = N_("changed in the stack, and by you in the same place"),
	};

	cli_print(cli, "%s: %s%s\n", f->name, _(texts[f->kind]),
		f->kind != UPDATE_FILE_CONFLICT ? ""
		: f->decision == ENV_TAKE       ? _("; the stack's is taken")
		: f->decision == ENV_KEEP       ? _("; yours stays")
						: "");
}

void config_update_print(struct cli *cli, const struct update *u)
{
	AUTO(reveal) struct reveal r;

	reveal_init(&r, cli->workspace->project, cli->reveal);
	if (!update_known(u) && u->env.n)
		cli_print(cli, "%s\n",
			_("These files were never seen before: every key that .env lacks counts as "
			  "new."));
	for (size_t i = 0; i < u->files.n; i++)
		print_file(cli, &u->files.items[i]);
	if (u->env.n)
		cli_print(cli, ".env\n");
	for (size_t i = 0; i < u->env.n; i++)
		print_line(cli, u, &u->env.items[i], &r);
	if (update_conflicts(u))
		cli_print(cli, "%s\n",
			_("What both changed stays as it is until you decide: --keep NAME, or "
			  "--take "
			  "NAME."));
}

static const char *decision_name(enum env_decision d)
{
	static const char *const names[] = {"open", "keep", "take"};

	return names[d];
}

static struct json_object *change_json(
	const struct update *u, const struct env_change *c, const struct reveal *r)
{
	struct json_object *o = json_put_str(json_object_new_object(), "key", c->key);
	autosecret char *base = shown(r, u, c->key, c->base);
	autosecret char *yours = shown(r, u, c->key, c->yours);
	autosecret char *theirs = shown(r, u, c->key, c->theirs);

	json_put_str(o, "change", env_change_name(c->kind));
	json_put_str(o, "old_key", c->old_key);
	json_put_str(json_put_str(o, "base", base), "yours", yours);
	json_put_str(json_put_str(o, "theirs", theirs), "decision", decision_name(c->decision));
	return json_put_int(o, "line", c->line);
}

struct json_object *config_update_json(const struct cli *cli, const struct update *u)
{
	struct json_object *o = json_object_new_object();
	struct json_object *keys = json_object_new_array(), *files = json_object_new_array();
	AUTO(reveal) struct reveal r;

	reveal_init(&r, cli->workspace->project, cli->reveal);
	for (size_t i = 0; i < u->env.n; i++)
		json_push(keys, change_json(u, &u->env.items[i], &r));
	for (size_t i = 0; i < u->files.n; i++) {
		const struct update_file *f = &u->files.items[i];
		struct json_object *file = json_put_str(json_object_new_object(), "file", f->name);

		json_put_str(file, "change", update_file_name(f->kind));
		json_push(files, json_put_str(file, "decision", decision_name(f->decision)));
	}
	json_put_bool(o, "known", update_known(u));
	json_put_int(o, "conflicts", (int64_t)update_conflicts(u));
	return json_put(json_put(o, "keys", keys), "files", files);
}
