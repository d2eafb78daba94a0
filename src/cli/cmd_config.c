/* SPDX-License-Identifier: MIT */
#include "cli/commands.h"

#include "base/i18n.h"
#include "base/str.h"
#include "base/text.h"
#include "cli/column.h"
#include "cli/config_diff.h"
#include "cli/config_edit.h"
#include "cli/config_lint.h"
#include "cli/config_update.h"
#include "cli/perform.h"
#include "cli/reveal.h"
#include "cli/setup_answers.h"

#include <string.h>

static struct json_object *setting_json(const struct reveal *r, const struct setting *s)
{
	autosecret char *value = reveal_value(r, s, s->current);
	struct json_object *o = json_object_new_object();

	json_put_str(o, "name", s->name);
	json_put_str(o, "value", value);
	json_put_str(o, "source", compose_source_name(s->source));
	json_put_bool(o, "secret", setting_is_secret(s));
	return o;
}

static int name_cells(const struct settings *all)
{
	int widest = 0;

	for (size_t i = 0; i < all->n; i++) {
		int cells = all->items[i].service ? 0 : text_width(all->items[i].name);

		widest = cells > widest ? cells : widest;
	}
	return column_names(widest, 33);
}

static void print_setting(
	struct cli *cli, const struct reveal *r, const struct setting *s, int cells)
{
	autosecret char *value = reveal_value(r, s, s->current);
	autofree char *safe = text_safe_dup(value ? value : "");

	AUTO(str) struct str line = STR_INIT(STR_FILE);
	autosecret char *shown = xasprintf("%s%s", value ? safe : _("(unset)"),
		s->published ? _("  everybody can read this default")
		: setting_left(s) && setting_is_given(s)
			? _("  placeholder: nothing asks for it, but services get it as it is")
		: s->placeholder && setting_is_given(s) ? _("  placeholder: counts as unset")
							: "");

	column_put(&line, s->name, cells);
	column_add(&line, compose_source_name(s->source), 9);
	column_end(&line, shown, cli_width(cli));
	cli_print(cli, "%s", str_text(&line));
	str_wipe(&line);
}

/* The numbers of the wizard. */
static void print_count(struct cli *cli)
{
	AUTO_PTR(setup) struct setup *setup = setup_new(cli->workspace);
	struct setup_count count;
	size_t others = 0;

	setup_forget(setup);
	count = setup_count(setup);
	for (size_t i = 0; i < setup_settings(setup)->n; i++)
		others += !setup_settings(setup)->items[i].service;
	cli_print(cli, "\n# ");
	cli_print(cli, Q_("%zu setting", "%zu settings", count.settings), count.settings);
	cli_print(cli, ", ");
	cli_print(cli, _("%zu to answer"), count.unanswered);
	if (others > count.settings)
		cli_print(cli, _("; %zu not asked for at present"), others - count.settings);
	cli_print(cli, "\n");
}

static int run_config_list(struct cli *cli, struct error *err)
{
	const struct settings *all = &cli->workspace->project->settings;
	AUTO(reveal) struct reveal reveal;
	struct json_object *variables;
	size_t page = SIZE_MAX;
	int cells = name_cells(all);

	(void)err;
	reveal_init(&reveal, cli->workspace->project, cli->reveal);
	if (cli->json) {
		variables = json_object_new_array();
		for (size_t i = 0; i < all->n; i++)
			if (!all->items[i].choice)
				json_push(variables, setting_json(&reveal, &all->items[i]));
		cli_print_json(cli, json_put(json_object_new_object(), "variables", variables));
		return 0;
	}
	for (size_t i = 0; i < all->n; i++) {
		const struct setting *s = &all->items[i];

		if (s->page != page && s->page < all->n_pages)
			cli_print(cli, "%s# %s\n", i ? "\n" : "", all->pages[s->page].title);
		page = s->page;
		print_setting(cli, &reveal, s, cells);
	}
	print_count(cli);
	return 0;
}

static int run_config_get(struct cli *cli, struct error *err)
{
	AUTO(reveal) struct reveal reveal;
	autosecret char *value = NULL;
	const struct setting *s;

	reveal_init(&reveal, cli->workspace->project, cli->reveal);
	if (cli->args.n != 1)
		return error_set(err, ERR_INPUT, _("\"config get\" needs the name of one setting"));
	s = settings_find(&cli->workspace->project->settings, cli->args.items[0]);
	if (!s)
		return settings_unknown(
			&cli->workspace->project->settings, cli->args.items[0], err);
	if (cli->json) {
		cli_print_json(cli, setting_json(&reveal, s));
		return 0;
	}
	if (!s->current)
		return error_set(err, ERR_NOT_FOUND, _("%s has no value"), s->name);
	value = reveal_value(&reveal, s, s->current);
	/* To a pipe the bytes as they are, to a terminal what is safe there. */
	if (isatty(STDOUT_FILENO)) {
		autofree char *safe = text_safe_dup(value);

		cli_print(cli, "%s\n", safe);
	} else {
		cli_print(cli, "%s\n", value);
	}
	return 0;
}

static int answer_one(struct setup *setup, const char *assignment, struct error *err)
{
	const char *equals = strchr(assignment, '=');
	autofree char *name = NULL;

	if (!equals || equals == assignment) {
		error_set(err, ERR_INPUT,
			_("\"config set\" was given something that is no NAME=VALUE"));
		return error_hint(err, _("Write \"slipway config set NAME=VALUE\"."));
	}
	name = xstrndup(assignment, (size_t)(equals - assignment));
	return setup_answer(setup, name, equals + 1, err);
}

/* Only who keeps the data knows whether the new one fits it. */
static int try_secrets(struct cli *cli, struct setup *setup, struct error *err)
{
	const struct settings *all = setup_settings(setup);
	bool wanted = false;
	int r = 0;

	for (size_t i = 0; i < all->n; i++)
		wanted = wanted || (all->items[i].answer == ANSWER_VALUE &&
					   setting_is_secret(&all->items[i]));
	if (wanted)
		r = cli_wait(cli, setup_probe(setup, NULL, NULL), err);
	if (wanted && !r)
		r = cli_wait(cli, setup_try(setup, NULL, NULL, NULL), err);
	return r;
}

static int run_config_set(struct cli *cli, struct error *err)
{
	static const struct perform how = {.title = "config set", .ask_always = true};
	AUTO_PTR(setup) struct setup *setup = NULL;
	int r = 0;

	if (!cli->args.n)
		return error_set(err, ERR_INPUT, _("\"config set\" needs at least one NAME=VALUE"));
	setup = setup_new(cli->workspace);
	setup_forget(setup);
	for (size_t i = 0; i < cli->args.n && !r; i++)
		r = answer_one(setup, cli->args.items[i], err);
	if (!r)
		r = try_secrets(cli, setup, err);
	return r ? r : setup_answers_write(cli, setup, &how, err);
}

static const struct option lint_options[] = {
	{"fix", 0, OPTION_FLAG, NULL,
		N_("mend what can be mended without changing any value; shown first, undone by "
		   "\"slipway undo\""),
		COMPLETE_NONE},
	{"ignore", 0, OPTION_LIST, N_("RULE"), N_("leave a rule out; may be given again"),
		COMPLETE_NONE},
	{"rules", 0, OPTION_FLAG, NULL, N_("list the rules and leave"), COMPLETE_NONE},
	{NULL, 0, OPTION_FLAG, NULL, NULL, COMPLETE_NONE},
};

static const struct command subs[] = {
	{.name = "list",
		.summary = N_("list every setting with its value and where that comes from"),
		.needs = NEED_PROJECT | NEED_TOLERANT,
		.run = run_config_list},
	{.name = "get",
		.args = N_("NAME"),
		.summary = N_("print the value of one setting"),
		.needs = NEED_PROJECT | NEED_TOLERANT,
		.complete = COMPLETE_SETTING,
		.run = run_config_get},
	{.name = "set",
		.args = N_("NAME=VALUE..."),
		.summary = N_("change settings in .env; nothing else of it changes"),
		.needs = NEED_PROJECT | NEED_TOLERANT | NEED_LENIENT | NEED_SECRETS,
		.complete = COMPLETE_SETTING,
		.run = run_config_set},
	{.name = "edit",
		.summary = N_("change .env in your editor; what is wrong in it is said before it "
			      "is written"),
		.about = config_edit_about,
		.needs = NEED_PROJECT | NEED_TOLERANT | NEED_LENIENT | NEED_SECRETS,
		.run = config_edit},
	{.name = "diff",
		.args = N_("[RUN]"),
		.summary = N_("show what differs from what the stack ships, or from before a run"),
		.about = config_diff_about,
		.needs = NEED_PROJECT | NEED_TOLERANT,
		.run = config_diff},
	{.name = "lint",
		.summary = N_("look for mistakes in .env and the compose files; exit status 2 when "
			      "there are some"),
		.about = N_("Each finding has its rule, its place, the reason, and what to do. It "
			    "works without an engine, and also where a mistake keeps Compose from "
			    "reading the project at all."),
		.options = lint_options,
		.run = config_lint},
	{.name = "update",
		.summary = N_("bring .env along when the stack's own files changed; exit status 2 "
			      "where both changed"),
		.about = N_("What is new in the stack since Slipway saw it last: keys of its example "
			    "come with their comment to the place where the example has them; "
			    "defaults that you did not change follow; keys with another name keep "
			    "their value; compose files that Slipway wrote are merged with your "
			    "edits, those of a checkout are left to git. Where you and the stack "
			    "changed the same, yours stays until you decide. Nothing is written "
			    "before it was shown and confirmed."),
		.options = config_update_options,
		.needs = NEED_PROJECT | NEED_TOLERANT | NEED_LENIENT,
		.run = config_update},
	{.name = NULL},
};

const struct command cmd_config = {
	.name = "config",
	.summary = N_("list, get, set, edit, compare, check or update the settings of the project"),
	.sub = subs,
};
