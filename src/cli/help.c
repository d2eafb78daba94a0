/* SPDX-License-Identifier: MIT */
#include "cli/help.h"

#include "base/i18n.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/parse.h"

#include <string.h>

enum { HELP_COLUMN = 26, HELP_WIDTH = 79 };

const struct exit_row exit_table[] = {
	{0, N_("done, or nothing to do")},
	{1, N_("failed")},
	{2, N_("plan or lint found something, config update a conflict")},
	{3, N_("bad usage or bad input (the place is on standard error), or something that was not "
	       "confirmed")},
	{4, N_("answers are missing; each is named")},
	{5, N_("a service is not healthy")},
	{6, N_("the host or the engine cannot be reached")},
	{7, N_("another run holds the project")},
	{130, N_("interrupted")},
	{0, NULL},
};

const struct help_row help_environment[] = {
	{"SLIPWAY_SET_NAME", N_("Answers the setting NAME for setup.")},
	{"SLIPWAY_TEMPLATES", N_("Directories of stack definitions, separated by colons, before "
				 "the installed ones.")},
	{"DOCKER_HOST, DOCKER_CONTEXT, DOCKER_CONFIG",
		N_("Where the Docker Engine is, as for docker(1).")},
	{"COMPOSE_FILE, COMPOSE_PROFILES, COMPOSE_PROJECT_NAME, COMPOSE_ENV_FILES",
		N_("As for docker compose.")},
	{"NO_COLOR", N_("When set, nothing is coloured.")},
	{"LC_ALL, LC_MESSAGES, LANG, LANGUAGE",
		N_("The language, and whether UTF-8 can be shown.")},
	{NULL, NULL},
};

const struct option global_options[] = {
	{"directory", 'C', OPTION_VALUE, N_("DIR"), N_("work in the project of DIR"), COMPLETE_DIR},
	{"file", 'f', OPTION_LIST, N_("FILE"), N_("use this compose file; may be given again"),
		COMPLETE_FILE},
	{"project-name", 'p', OPTION_VALUE, N_("NAME"), N_("name of the project"), COMPLETE_NONE},
	{"profile", 0, OPTION_LIST, N_("NAME"),
		N_("activate this compose profile; may be given again"), COMPLETE_NONE},
	{"env-file", 0, OPTION_LIST, N_("FILE"), N_("read variables from FILE instead of .env"),
		COMPLETE_FILE},
	{"stack", 0, OPTION_VALUE, N_("NAME"),
		N_("use this stack definition: its name or its path"), COMPLETE_STACK},
	{"engine", 0, OPTION_VALUE, N_("NAME"), N_("run services on compose or process"),
		COMPLETE_ENGINE},
	{"plain", 0, OPTION_FLAG, NULL, N_("ask and report in lines instead of on the screen"),
		COMPLETE_NONE},
	{"json", 0, OPTION_FLAG, NULL, N_("print one JSON document"), COMPLETE_NONE},
	{"events", 0, OPTION_FLAG, NULL, N_("print what happens as JSON, one object a line"),
		COMPLETE_NONE},
	{"yes", 'y', OPTION_FLAG, NULL, N_("do it without asking"), COMPLETE_NONE},
	{"reveal", 0, OPTION_FLAG, NULL, N_("show the values of secrets"), COMPLETE_NONE},
	{"verbose", 'v', OPTION_FLAG, NULL, N_("say more"), COMPLETE_NONE},
	{"quiet", 'q', OPTION_FLAG, NULL, N_("say only what went wrong"), COMPLETE_NONE},
	{"help", 'h', OPTION_FLAG, NULL, N_("show help and leave"), COMPLETE_NONE},
	{"version", 'V', OPTION_FLAG, NULL, N_("show the version and leave"), COMPLETE_NONE},
	{NULL, 0, OPTION_FLAG, NULL, NULL, COMPLETE_NONE},
};

static void add_row(struct str *out, const char *left, const char *right)
{
	int width = text_width(left);

	str_addf(out, "  %s", left);
	if (width + 4 > HELP_COLUMN) {
		str_addc(out, '\n');
		width = -2;
	}
	str_pad(out, ' ', (size_t)(HELP_COLUMN - width - 2));
	text_wrap(out, right, HELP_COLUMN, HELP_WIDTH);
}

static void add_options(struct str *out, const struct option *table)
{
	for (const struct option *o = table; o && o->name; o++) {
		AUTO(str) struct str left = STR_INIT(STR_LINE);

		if (o->letter)
			str_addf(&left, "-%c, ", o->letter);
		else
			str_add(&left, "    ");
		str_addf(&left, "--%s", o->name);
		if (o->value)
			str_addf(&left, " %s", _(o->value));
		add_row(out, str_text(&left), _(o->help));
	}
}

static void add_command(struct str *out, const struct command *c, const struct command *parent)
{
	AUTO(str) struct str left = STR_INIT(STR_LINE);

	if (parent)
		str_addf(&left, "%s ", parent->name);
	str_add(&left, c->name);
	if (c->args)
		str_addf(&left, " %s", _(c->args));
	add_row(out, str_text(&left), _(c->summary));
}

void help_program(struct str *out)
{
	str_add(out, _("Usage: slipway [OPTION...] [COMMAND [ARGUMENT...]]\n"));
	str_add(out, "\n");
	text_wrap(out,
		_("Takes a compose project from a directory of files to a healthy, watched "
		  "deployment. "
		  "Without a command: the guided setup where nothing is set up yet, else the "
		  "panel."),
		0, HELP_WIDTH);
	str_addf(out, "\n%s\n", _("Commands:"));
	for (const struct command *const *c = command_table; *c; c++)
		if (!(*c)->hidden)
			add_command(out, *c, NULL);
	str_addf(out, "\n%s\n", _("Options, anywhere on the line:"));
	add_options(out, global_options);
	str_addf(out, "\n%s\n", _("Exit status:"));
	for (const struct exit_row *row = exit_table; row->meaning; row++) {
		char number[16];

		snprintf(number, sizeof(number), "%d", row->status);
		add_row(out, number, _(row->meaning));
	}
	str_addf(out, "\n%s\n", _("More about one command: slipway help COMMAND"));
}

void help_command(const struct command *c, const struct command *parent, struct str *out)
{
	str_add(out, _("Usage: slipway"));
	str_addf(out, " %s%s%s", parent ? parent->name : "", parent ? " " : "", c->name);
	if (c->sub)
		str_addf(out, " %s", _("COMMAND"));
	if (c->options)
		str_addf(out, " %s", _("[OPTION...]"));
	if (c->args)
		str_addf(out, " %s", _(c->args));
	str_add(out, "\n\n");
	text_wrap(out, _(c->summary), 0, HELP_WIDTH);
	if (c->about) {
		str_addc(out, '\n');
		text_wrap(out, _(c->about), 0, HELP_WIDTH);
	}
	if (c->sub)
		str_addf(out, "\n%s\n", _("Commands:"));
	for (const struct command *s = c->sub; s && s->name; s++)
		add_command(out, s, c);
	if (c->options) {
		str_addf(out, "\n%s\n", _("Options:"));
		add_options(out, c->options);
	}
	str_addf(out, "\n%s\n",
		_("The options of the program belong to every command: slipway help"));
}

static int run_help(struct cli *cli, struct error *err)
{
	AUTO(str) struct str out = STR_INIT(STR_FILE);
	const struct command *parent = NULL, *c;

	if (!cli->args.n) {
		help_program(&out);
		fputs(str_text(&out), cli->out);
		return 0;
	}
	c = command_find(cli->args.items[0]);
	if (c && cli->args.n > 1) {
		parent = c;
		c = command_find_sub(c, cli->args.items[1]);
	}
	if (!c) {
		error_set(err, ERR_INPUT, _("there is no command \"%s\""),
			cli->args.items[cli->args.n > 1]);
		return error_hint(err, _("See \"slipway help\"."));
	}
	help_command(c, parent, &out);
	fputs(str_text(&out), cli->out);
	return 0;
}

static int run_man(struct cli *cli, struct error *err)
{
	AUTO(str) struct str out = STR_INIT(STR_FILE);

	(void)err;
	help_man(&out);
	fputs(str_text(&out), cli->out);
	return 0;
}

static int run_completion(struct cli *cli, struct error *err)
{
	AUTO(str) struct str out = STR_INIT(STR_FILE);
	int r = help_completion(cli->args.n ? cli->args.items[0] : "", &out, err);

	if (!r)
		fputs(str_text(&out), cli->out);
	return r;
}

const struct command cmd_help = {
	.name = "help",
	.args = N_("[COMMAND]"),
	.summary = N_("explain the program or one command"),
	.complete = COMPLETE_COMMAND,
	.run = run_help,
};

const struct command cmd_man = {
	.name = "__man",
	.summary = N_("print the man page"),
	.hidden = true,
	.run = run_man,
};

const struct command cmd_completion = {
	.name = "__completion",
	.args = N_("SHELL"),
	.summary = N_("print the completion script of bash, zsh or fish"),
	.hidden = true,
	.run = run_completion,
};
