/* SPDX-License-Identifier: MIT */
#include "cli/commands.h"

#include "base/i18n.h"
#include "cli/secrets_export.h"
#include "cli/secrets_import.h"
#include "cli/secrets_list.h"
#include "cli/secrets_move.h"
#include "cli/secrets_rotate.h"

static const struct command subs[] = {
	{.name = "list",
		.summary =
			N_("list the secrets: where each lives, how old it is, who uses it, which "
			   "volume remembers it"),
		.about = N_(
			"The age is the time since Slipway made or last changed the value; it is "
			"unknown for what was there before, or was changed by hand. Where a volume "
			"remembers a secret, \"matches\" says whether it was made with the value "
			"of "
			"today, as far as that is known. Values are shown only with --reveal. Then "
			"come the files of \"secrets:\" in the compose files: where, their mode, "
			"their age, who uses them."),
		.needs = NEED_PROJECT | NEED_TOLERANT,
		.run = run_secrets_list},
	{.name = "rotate",
		.args = N_("NAME..."),
		.summary = N_(
			"give secrets new values: in the service, in .env, in all that uses them"),
		.about = secrets_rotate_about,
		.options = secrets_rotate_options,
		.needs = NEED_PROJECT | NEED_TOLERANT,
		.complete = COMPLETE_SETTING,
		.run = secrets_rotate},
	{.name = "move",
		.args = N_("[-- COMMAND...]"),
		.summary = N_("bring the secrets into another store"),
		.about = N_(
			"The stores: env (in .env, as without this), encrypted (in a file that a "
			"passphrase or a key file opens), command (a program is asked for each "
			"when "
			"it is needed; \"{name}\" in its arguments is the secret's name, no shell "
			"is "
			"involved; with --write another one gets new values on its standard input: "
			"pass insert -m -f, vault kv put secret/x value=-). Compose gets the "
			"values in memory, for the time it reads them. A "
			"passphrase is asked on the terminal, or taken from SLIPWAY_PASSPHRASE or "
			"from the descriptor SLIPWAY_PASSPHRASE_FD. With encrypted, where the "
			"secrets "
			"are encrypted already, the passphrase is changed. At the end the copies "
			"of the "
			"secrets in .slipway/backup are removed, as the plan says: what they are "
			"the "
			"backup of cannot be undone any more; \"secrets move --to env\" brings the "
			"secrets back."),
		.options = secrets_move_options,
		.needs = NEED_PROJECT | NEED_TOLERANT,
		.run = run_secrets_move},
	{.name = "export",
		.args = N_("FILE|-"),
		.summary = N_("write all secrets into one file, encrypted"),
		.about = N_(
			"The file (0600) opens with a passphrase or a key file; \"secrets import\" "
			"reads it, here or on another machine. Its passphrase comes from where "
			"that "
			"of the store does, and without a terminal it is the same one: --key-file "
			"takes another key. With - it goes to standard output, never onto a "
			"terminal. A secret whose value does not stand in .env or the store, such "
			"as a default of a compose file, is left out and named."),
		.options = secrets_export_options,
		.needs = NEED_PROJECT | NEED_TOLERANT | NEED_LENIENT,
		.run = run_secrets_export},
	{.name = "import",
		.args = N_("FILE|-"),
		.summary = N_("take over the secrets of such a file"),
		.about = N_(
			"Says of each whether it is new, differs or is the same, shows what would "
			"be written, asks, and is undone by \"slipway undo\". They go to where the "
			"secrets of this project live. With a name that is no setting of the "
			"project nothing is written. A volume that was made with another value "
			"still knows that one: what services are given changes, not what their "
			"data remembers. With - it is read from standard input, so that nobody can "
			"be "
			"asked: --yes, and SLIPWAY_PASSPHRASE or --key-file."),
		.options = secrets_import_options,
		.needs = NEED_PROJECT | NEED_TOLERANT | NEED_LENIENT | NEED_SECRETS,
		.run = run_secrets_import},
	{.name = NULL},
};

const struct command cmd_secrets = {
	.name = "secrets",
	.summary = N_("look after the secrets of the project"),
	.sub = subs,
};
