/* SPDX-License-Identifier: MIT */
#include "cli/config_update.h"

#include "base/i18n.h"
#include "base/str.h"
#include "cli/perform.h"
#include "cli/setup_answers.h"
#include "plan/plan_update.h"

#include <string.h>

const struct option config_update_options[] = {
	{"dry-run", 0, OPTION_FLAG, NULL, N_("show what would change and leave"), COMPLETE_NONE},
	{"keep", 0, OPTION_LIST, N_("NAME"),
		N_("of a conflict, a key or a file: yours stays; may be given again"),
		COMPLETE_SETTING},
	{"take", 0, OPTION_LIST, N_("NAME"),
		N_("of a conflict, a key or a file: as the stack has it; may be given again"),
		COMPLETE_SETTING},
	{"prune", 0, OPTION_FLAG, NULL,
		N_("take keys out of .env that the stack does not have any more"), COMPLETE_NONE},
	{"set", 0, OPTION_LIST, N_("NAME=VALUE"), N_("answer a new key; may be given again"),
		COMPLETE_SETTING},
	{NULL, 0, OPTION_FLAG, NULL, NULL, COMPLETE_NONE},
};

static int open_update(struct cli *cli, struct update **ret, struct error *err)
{
	const struct project *p = cli->workspace->project;

	if (p->env_files.n) {
		error_set(err, ERR_INPUT, _("\"config update\" is about .env, not about --env-file"));
		return error_hint(err, _("Run it without --env-file."));
	}
	if (p->fresh || !p->dotenv_text) {
		error_set(err, ERR_INPUT, _("there is no .env yet that could be brought along"));
		return error_hint(err, _("\"slipway setup\" makes one."));
	}
	return update_open(p, ret, err);
}

static int decide(struct cli *cli, struct update *u, const char *option, enum env_decision decision,
	struct error *err)
{
	AUTO(strv) struct strv names = STRV_INIT;

	cli_options(cli, option, &names);
	for (size_t i = 0; i < names.n; i++)
		if (!update_decide(u, names.items[i], decision)) {
			error_set(err, ERR_INPUT, _("--%s %s: nothing is to be decided about it"),
				option, names.items[i]);
			return error_hint(
				err, _("\"slipway config update --dry-run\" lists what changed."));
		}
	return 0;
}

static int decide_all(struct cli *cli, struct update *u, struct error *err)
{
	int r = decide(cli, u, "keep", ENV_KEEP, err);

	if (cli_option(cli, "prune"))
		update_prune(u);
	return r ? r : decide(cli, u, "take", ENV_TAKE, err);
}

/* Only what is new is asked about here. */
static int check_answered(const struct update *u, const struct settings *all, struct error *err)
{
	for (size_t i = 0; i < all->n; i++) {
		const struct setting *s = &all->items[i];
		const struct env_change *c = env_changes_find(&u->env, s->name);

		if (s->answer == ANSWER_NONE || (c && c->kind == ENV_ADDED))
			continue;
		error_set(err, ERR_INPUT, _("--set %s: it is not new"), s->name);
		return error_hint(err, _("Write \"slipway config set NAME=VALUE\"."));
	}
	return 0;
}

/* Which secrets a volume remembers must be known before one is made. */
static int probe(struct cli *cli, const struct update *u, struct setup *setup, struct error *err)
{
	for (size_t i = 0; i < u->env.n; i++) {
		const struct setting *s = settings_find(setup_settings(setup), u->env.items[i].key);

		if (u->env.items[i].kind == ENV_ADDED && s && setting_is_secret(s))
			return cli_wait(cli, setup_probe(setup, NULL, NULL), err);
	}
	return 0;
}

static bool can_ask(const struct cli *cli)
{
	return cli_can_ask(cli) && !cli->yes && !cli->quiet && !cli_option(cli, "dry-run");
}

/* What only a person can say. */
static int ask(struct cli *cli, struct update *u, struct setup *setup, bool missing, bool *ret_go,
	struct error *err)
{
	const struct front *front = cli_front(cli);
	bool removed = front == cli->lines && update_count(u, ENV_REMOVED) && update_changes(u);

	*ret_go = true;
	if (!can_ask(cli) || !(missing || removed || update_conflicts(u)))
		return 0;
	/* On the screen a conflict stands at what happens by itself. */
	for (size_t i = 0; front != cli->lines && i < u->env.n; i++)
		if (u->env.items[i].kind == ENV_CONFLICT && u->env.items[i].decision == ENV_OPEN)
			u->env.items[i].decision = ENV_KEEP;
	for (size_t i = 0; front != cli->lines && i < u->files.n; i++)
		if (u->files.items[i].decision == ENV_OPEN)
			u->files.items[i].decision = ENV_KEEP;
	return front->update(u, setup, ret_go, err);
}

static int answer(
	struct cli *cli, struct update *u, struct setup *setup, bool *ret_go, struct error *err)
{
	AUTO(strv) struct strv missing = STRV_INIT;
	int r;

	setup_forget(setup);
	r = setup_answers_apply(cli, setup, err);
	if (!r)
		r = check_answered(u, setup_settings(setup), err);
	if (!r)
		r = probe(cli, u, setup, err);
	if (!r)
		r = update_answer(u, setup, &missing, err);
	if (!r)
		r = ask(cli, u, setup, missing.n > 0, ret_go, err);
	if (!r && missing.n && !can_ask(cli) && !cli_option(cli, "dry-run"))
		r = setup_answers_name(setup, &missing, err);
	return r;
}

/* Nothing is written, and yet not everything is as the stack has it. */
static int only_conflicts(struct cli *cli, const struct update *u, struct plan *plan)
{
	struct json_object *doc = plan_json(plan, cli->reveal);

	plan_free(plan);
	if (!cli->json) {
		json_object_put(doc);
		return 0;
	}
	json_put(doc, "update", config_update_json(cli, u));
	cli_print_json(cli, json_put_str(doc, "outcome", "unchanged"));
	return 0;
}

static int carry_out(struct cli *cli, const struct update *u, struct error *err)
{
	struct perform how = {.title = "config update",
		.ask_always = true,
		.dry_run = cli_option(cli, "dry-run") != NULL};
	struct plan *plan = NULL;
	int r = plan_of_update(cli->workspace, u, &plan, err);

	if (r)
		return r;
	if (!cli->json && !cli->events && !cli->quiet)
		config_update_print(cli, u);
	if (!plan->changes && update_conflicts(u))
		return only_conflicts(cli, u, plan);
	how.more = cli->json ? config_update_json(cli, u) : NULL;
	how.more_name = "update";
	return perform(cli, plan, &how, err);
}

int config_update(struct cli *cli, struct error *err)
{
	AUTO_PTR(update) struct update *u = NULL;
	AUTO_PTR(setup) struct setup *setup = NULL;
	bool go = true;
	int r = open_update(cli, &u, err);

	if (!r)
		r = decide_all(cli, u, err);
	if (r)
		return r;
	update_take_over(cli->workspace, u);
	setup = setup_new(cli->workspace);
	r = answer(cli, u, setup, &go, err);
	if (!r && !go)
		return error_set(err, ERR_CANCELLED, _("nothing was done"));
	if (!r)
		r = carry_out(cli, u, err);
	if (!r && update_conflicts(u))
		cli->exit_status = 2;
	return r;
}
