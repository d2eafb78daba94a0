/* SPDX-License-Identifier: MIT */
#include "cli/commands.h"

#include "base/i18n.h"
#include "base/str.h"
#include "cli/reveal.h"

static struct json_object *secret_json(const struct reveal *r, const struct setting *s)
{
	autosecret char *value = reveal_value(r, s, s->current);
	struct json_object *o = json_object_new_object(), *users = json_object_new_array();

	json_put_str(o, "name", s->name);
	json_put_str(o, "value", value);
	json_put_bool(o, "set", !str_empty(s->current) && !s->placeholder);
	json_put_bool(o, "placeholder", s->placeholder);
	json_put_str(o, "source", compose_source_name(s->source));
	json_put_str(o, "note", s->note);
	for (size_t i = 0; i < s->used_by.n; i++)
		json_push_str(users, s->used_by.items[i]);
	return json_put(o, "used_by", users);
}

static void print_secret(struct cli *cli, const struct reveal *r, const struct setting *s)
{
	autosecret char *value = reveal_value(r, s, s->current);
	autofree char *rule = secret_rule_text(&s->rule);
	autofree char *users = strv_join(&s->used_by, ", ");
	const char *state = s->placeholder ? _("placeholder") : value ? value : _("(unset)");

	cli_print(cli, "%-32s %-12s %-8s %-24s %s\n", s->name, state,
		compose_source_name(s->source), users, s->note ? s->note : rule);
}

static int run_secrets_list(struct cli *cli, struct error *err)
{
	AUTO_PTR(setup) struct setup *setup = setup_new(cli->workspace);
	const struct settings *all = setup_settings(setup);
	AUTO(reveal) struct reveal reveal;
	struct json_object *secrets;
	int r = cli_wait(cli, setup_probe(setup, NULL, NULL), err);

	reveal_init(&reveal, cli->workspace->project, cli->reveal);
	if (r)
		return r;
	secrets = json_object_new_array();
	for (size_t i = 0; i < all->n; i++) {
		if (!setting_is_secret(&all->items[i]))
			continue;
		json_push(secrets, secret_json(&reveal, &all->items[i]));
		if (!cli->json)
			print_secret(cli, &reveal, &all->items[i]);
	}
	secrets = json_put(json_object_new_object(), "secrets", secrets);
	if (cli->json)
		cli_print_json(cli, secrets);
	else
		json_object_put(secrets);
	return 0;
}

static const struct command subs[] = {
	{.name = "list",
		.summary = N_("list the secrets: whether they are set, who uses them, which volume "
			      "remembers them"),
		.needs = NEED_PROJECT | NEED_TOLERANT,
		.run = run_secrets_list},
	{.name = NULL},
};

const struct command cmd_secrets = {
	.name = "secrets",
	.summary = N_("look after the secrets of the project"),
	.sub = subs,
};
