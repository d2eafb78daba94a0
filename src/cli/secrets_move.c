/* SPDX-License-Identifier: MIT */
#include "cli/secrets_move.h"

#include "base/i18n.h"
#include "base/str.h"
#include "base/text.h"
#include "cli/perform.h"
#include "cli/unlock.h"
#include "config/override_words.h"
#include "config/secret_ask.h"
#include "config/secret_trust.h"
#include "plan/secret_move.h"

#include <string.h>

const struct option secrets_move_options[] = {
	{"to", 0, OPTION_VALUE, N_("STORE"), N_("env, encrypted or command"), COMPLETE_NONE},
	{"key-file", 0, OPTION_VALUE, N_("FILE"),
		N_("encrypted: what opens it, instead of a passphrase"), COMPLETE_FILE},
	{"only", 0, OPTION_LIST, N_("NAME"),
		N_("command: the secrets it has; all of them without this"), COMPLETE_SETTING},
	{"write", 0, OPTION_VALUE, N_("COMMAND"),
		N_("command: what takes a new value, on its standard input"), COMPLETE_NONE},
	{"timeout", 0, OPTION_VALUE, N_("SECONDS"), N_("command: how long one answer may take; 10"),
		COMPLETE_NONE},
	{"keep-backups", 0, OPTION_FLAG, NULL,
		N_("leave the secrets in the backups of .env, so that undo can bring them back"),
		COMPLETE_NONE},
	{"dry-run", 0, OPTION_FLAG, NULL, N_("show what would be done and leave"), COMPLETE_NONE},
	{NULL, 0, OPTION_FLAG, NULL, NULL, COMPLETE_NONE},
};

struct moving {
	struct secret_store to;
	struct secret_key key;
	struct secret_bag said;
};

static void moving_done(struct moving *m)
{
	secret_store_done(&m->to);
	secret_key_done(&m->key);
	secret_bag_done(&m->said);
}

static int unknown_store(const char *name, struct error *err)
{
	AUTO(strv) struct strv known = STRV_INIT;
	autofree char *all = NULL;

	for (int i = 0; i < STORE_KINDS; i++) {
		const struct secret_store_info *s = secret_store_info((enum secret_store_kind)i);

		strv_pushf(&known, "%s: %s", s->name, _(s->help));
	}
	all = strv_join(&known, "\n");
	if (name)
		error_set(err, ERR_INPUT, _("there is no store \"%s\""), name);
	else
		error_set(err, ERR_INPUT, _("say where the secrets go: --to STORE"));
	return error_hint(err, "%s", all);
}

static int read_options(struct cli *cli, struct moving *m, struct error *err)
{
	const char *name = cli_option(cli, "to"), *timeout = cli_option(cli, "timeout");
	const char *write = cli_option(cli, "write");
	const char *key_file = cli_option(cli, "key-file");
	int kind = name ? secret_store_find(name) : -1;
	int64_t seconds = 10;

	if (kind < 0)
		return unknown_store(name, err);
	m->to.kind = (enum secret_store_kind)kind;
	if (timeout && text_to_int(timeout, 1, 600, &seconds, err))
		return error_prefix(err, "--timeout");
	m->to.timeout_ms = seconds * 1000;
	if ((kind == STORE_COMMAND) != (cli->args.n > 0)) {
		error_set(err, ERR_INPUT,
			kind == STORE_COMMAND ? _("the command is missing")
					      : _("only --to command takes a command"));
		return error_hint(err, "slipway secrets move --to command -- pass show '{name}'");
	}
	strv_extend(&m->to.command, &cli->args);
	if (write && kind != STORE_COMMAND)
		return error_set(err, ERR_INPUT, _("only --to command takes a command"));
	if (write && words_split(write, "", &m->to.write, err))
		return error_prefix(err, "--write");
	cli_options(cli, "only", &m->to.names);
	if (key_file && kind == STORE_ENCRYPTED) {
		AUTO(host_facts) struct host_facts facts = {0};
		int r = host_facts(cli->host, &facts, err);

		if (r)
			return r;
		m->to.key_file = host_path(facts.cwd, key_file);
	}
	return 0;
}

static int ask_command(struct cli *cli, struct moving *m, struct error *err)
{
	struct workspace *w = cli->workspace;
	struct op *op;
	int r;

	if (!m->to.names.n)
		secret_move_names(w, &m->to.names);
	strv_sort(&m->to.names);
	op = secret_ask_start(w->host, w->project->dir, &m->to, &m->to.names, NULL, NULL);
	r = cli_wait_keep(cli, op, err);
	if (!r)
		secret_ask_take(op, &m->said);
	op_free(op);
	return r;
}

/* Where it goes is known; what that needs is asked for. */
static int move_there(
	struct cli *cli, struct moving *m, bool keep_backups, bool dry_run, struct error *err)
{
	const struct perform how = {
		.title = "secrets move", .ask_always = true, .dry_run = dry_run};
	const struct secret_move move = {
		.to = &m->to, .key = &m->key, .said = &m->said, .keep_backups = keep_backups};
	struct plan *plan = NULL;
	int r = unlock_project(cli, err);

	if (!r && m->to.kind == STORE_ENCRYPTED)
		r = unlock_key(cli,
			&(struct unlock){.what = STORE_SEALED,
				.key_file = m->to.key_file,
				.ret_key_file = &m->to.key_file,
				.fresh = true},
			&m->key, err);
	if (!r && m->to.kind == STORE_COMMAND)
		r = ask_command(cli, m, err);
	if (!r)
		r = plan_of_move(cli->workspace, &move, &plan, err);
	return r ? r : perform(cli, plan, &how, err);
}

int run_secrets_move(struct cli *cli, struct error *err)
{
	struct moving m = {0};
	int r = read_options(cli, &m, err);

	/* Who names a program here wants it to be run. */
	if (!r && m.to.kind == STORE_COMMAND)
		r = secret_trust_add(cli->host, cli->workspace->project->dir, &m.to, err);
	if (!r)
		r = move_there(cli, &m, cli_option(cli, "keep-backups") != NULL,
			cli_option(cli, "dry-run") != NULL, err);
	moving_done(&m);
	return r;
}

/* Whether the definition would have them encrypted, and they are not. */
static bool is_suggested(const struct workspace *w)
{
	AUTO(strv) struct strv names = STRV_INIT;

	if (!w->project->stack || w->project->stack->store != STORE_ENCRYPTED ||
		w->project->store.kind != STORE_DOTENV)
		return false;
	secret_move_names(w, &names);
	return names.n > 0;
}

int secrets_move_offer(struct cli *cli, struct error *err)
{
	struct moving m = {.to = {.kind = STORE_ENCRYPTED}};
	struct project *now = NULL;
	int r = cli_can_ask(cli) ? workspace_read_again(cli->workspace, &now, err) : 0;

	if (now)
		workspace_take_over(cli->workspace, now);
	if (r || !now || !is_suggested(cli->workspace) ||
		!cli_confirm(cli,
			_("This stack suggests that its secrets are encrypted. Move them now?")))
		return r;
	r = move_there(cli, &m, false, false, err);
	moving_done(&m);
	return r;
}
