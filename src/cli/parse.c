/* SPDX-License-Identifier: MIT */
#include "cli/parse.h"

#include "base/i18n.h"
#include "base/nearest.h"
#include "base/str.h"

#include <string.h>

/* Where the value of a global option goes. */
struct binding {
	const char *name;
	size_t offset;
};

static const struct binding text_bindings[] = {
	{"directory", offsetof(struct cli, dir)},
	{"stack", offsetof(struct cli, stack)},
	{"engine", offsetof(struct cli, engine)},
	{"project-name", offsetof(struct cli, project_name)},
};

static const struct binding list_bindings[] = {
	{"file", offsetof(struct cli, files)},
	{"profile", offsetof(struct cli, profiles)},
	{"env-file", offsetof(struct cli, env_files)},
};

static const struct binding flag_bindings[] = {
	{"plain", offsetof(struct cli, plain)},
	{"json", offsetof(struct cli, json)},
	{"events", offsetof(struct cli, events)},
	{"yes", offsetof(struct cli, yes)},
	{"reveal", offsetof(struct cli, reveal)},
	{"verbose", offsetof(struct cli, verbose)},
	{"quiet", offsetof(struct cli, quiet)},
};

static void *binding_find(const struct binding *table, size_t n, struct cli *cli, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (!strcmp(table[i].name, name))
			return (char *)cli + table[i].offset;
	return NULL;
}

const struct command *command_find(const char *name)
{
	for (const struct command *const *c = command_table; *c; c++)
		if (!strcmp((*c)->name, name))
			return *c;
	return NULL;
}

const struct command *command_find_sub(const struct command *command, const char *name)
{
	for (const struct command *c = command->sub; c && c->name; c++)
		if (!strcmp(c->name, name))
			return c;
	return NULL;
}

const struct option *option_find(const struct option *table, const char *name)
{
	for (const struct option *o = table; o && o->name; o++)
		if (!strcmp(o->name, name))
			return o;
	return NULL;
}

static const struct option *option_find_letter(const struct option *table, char letter)
{
	for (const struct option *o = table; o && o->name; o++)
		if (o->letter == letter)
			return o;
	return NULL;
}

/* The tables to look an option up in, in order. */
struct scope {
	const struct option *tables[3];
};

static const struct option *scope_find(const struct scope *scope, const char *name, char letter)
{
	for (size_t i = 0; i < ARRAY_SIZE(scope->tables); i++) {
		const struct option *o = name ? option_find(scope->tables[i], name)
					      : option_find_letter(scope->tables[i], letter);

		if (o)
			return o;
	}
	return NULL;
}

/* An option of any command: tells, before the command is known, whether a value follows. */
static const struct option *option_find_anywhere(const char *name, char letter)
{
	struct scope scope = {{global_options}};
	const struct option *o = scope_find(&scope, name, letter);

	for (const struct command *const *c = command_table; *c && !o; c++) {
		scope = (struct scope){{(*c)->options}};
		o = scope_find(&scope, name, letter);
		for (const struct command *sub = (*c)->sub; sub && sub->name && !o; sub++) {
			scope = (struct scope){{sub->options}};
			o = scope_find(&scope, name, letter);
		}
	}
	return o;
}

static void nearest_try_options(struct nearest *n, const struct option *table)
{
	for (const struct option *o = table; o && o->name; o++)
		nearest_try(n, o->name);
}

static int unknown_option(
	const struct cli *cli, const char *given, const char *name, struct error *err)
{
	struct nearest n = NEAREST_TO(name);

	error_set(err, ERR_INPUT, _("unknown option %s"), given);
	nearest_try_options(&n, cli->command ? cli->command->options : NULL);
	nearest_try_options(&n, global_options);
	if (*name && n.name)
		return error_hint(err, _("Did you mean --%s?"), n.name);
	if (cli->command)
		return error_hint(err, _("See \"slipway help %s\"."), cli->command->name);
	return error_hint(err, _("See \"slipway help\"."));
}

static int unknown_command(const char *name, const struct command *parent, struct error *err)
{
	struct nearest n = NEAREST_TO(name);

	if (parent)
		error_set(err, ERR_INPUT, _("unknown command \"%s %s\""), parent->name, name);
	else
		error_set(err, ERR_INPUT, _("unknown command \"%s\""), name);
	for (const struct command *const *c = command_table; *c && !parent; c++)
		if (!(*c)->hidden)
			nearest_try(&n, (*c)->name);
	for (const struct command *c = parent ? parent->sub : NULL; c && c->name; c++)
		nearest_try(&n, c->name);
	if (n.name && parent)
		return error_hint(err, _("Did you mean \"%s %s\"?"), parent->name, n.name);
	if (n.name)
		return error_hint(err, _("Did you mean \"%s\"?"), n.name);
	if (parent)
		return error_hint(err, _("See \"slipway help %s\"."), parent->name);
	return error_hint(err, _("See \"slipway help\"."));
}

/* Walks over an argv; shared by the scan for the command and the parse proper. */
struct walk {
	int argc, next;
	char **argv;
	bool ended; /* after "--" */
};

/* One word as an option: its long name or its letter, and a value that sticks to it. */
struct word {
	const char *given;
	char name[64];
	char letter;
	const char *value; /* NULL: none attached */
};

static bool word_read(const char *arg, struct word *w)
{
	const char *eq = strchr(arg, '=');
	size_t len;

	*w = (struct word){.given = arg};
	if (arg[0] != '-' || !arg[1])
		return false;
	if (arg[1] != '-') {
		w->letter = arg[1];
		w->value = arg[2] ? arg + 2 : NULL;
		return true;
	}
	len = eq ? (size_t)(eq - arg) - 2 : strlen(arg + 2);
	if (len >= sizeof(w->name))
		len = sizeof(w->name) - 1;
	memcpy(w->name, arg + 2, len);
	w->value = eq ? eq + 1 : NULL;
	return true;
}

/* Finds the command's name (and its sub command's), stepping over options and their values. */
static int find_command(struct cli *cli, int argc, char **argv, int ret_place[2], struct error *err)
{
	int found = 0;

	ret_place[0] = ret_place[1] = argc;
	for (int i = 1; i < argc && found < 2; i++) {
		const struct option *o;
		struct word w;

		if (!strcmp(argv[i], "--"))
			break;
		if (word_read(argv[i], &w)) {
			o = option_find_anywhere(w.letter ? NULL : w.name, w.letter);
			if (o && o->kind != OPTION_FLAG && !w.value)
				i++;
			continue;
		}
		if (found == 0) {
			cli->command = command_find(argv[i]);
			if (!cli->command)
				return unknown_command(argv[i], NULL, err);
		} else {
			const struct command *sub = command_find_sub(cli->command, argv[i]);

			if (!sub)
				return unknown_command(argv[i], cli->command, err);
			cli->parent = cli->command;
			cli->command = sub;
		}
		ret_place[found++] = i;
		if (!cli->command->sub)
			break;
	}
	return 0;
}

static int store(
	struct cli *cli, const struct option *o, const char *value, bool own, struct error *err)
{
	const char **text = binding_find(text_bindings, ARRAY_SIZE(text_bindings), cli, o->name);
	struct strv *list = binding_find(list_bindings, ARRAY_SIZE(list_bindings), cli, o->name);
	bool *flag = binding_find(flag_bindings, ARRAY_SIZE(flag_bindings), cli, o->name);

	if (o->kind != OPTION_FLAG && str_empty(value) && o->kind != OPTION_LIST) {
		error_set(err, ERR_INPUT, _("--%s: the value is empty"), o->name);
		return error_hint(err, _("Expected %s."), _(o->value));
	}
	strv_push(&cli->given, o->name);
	strv_push(&cli->given, value);
	if (own)
		return 0;
	if (text)
		*text = value;
	if (list)
		strv_push(list, value);
	if (flag)
		*flag = true;
	return 0;
}

static int parse_option(
	struct cli *cli, struct walk *walk, struct word *w, bool after, struct error *err)
{
	const struct option *own = cli->command ? cli->command->options : NULL;
	struct scope scope = {{after ? own : global_options, after ? global_options : own}};
	const struct option *o = scope_find(&scope, w->letter ? NULL : w->name, w->letter);
	const char *value = w->value;
	bool is_own;

	if (!o)
		return unknown_option(cli, w->given, w->name, err);
	is_own = option_find(own, o->name) == o;
	if (o->kind == OPTION_FLAG) {
		if (value && !w->letter) {
			error_set(err, ERR_INPUT, _("--%s takes no value"), o->name);
			return error_hint(err, _("Write it without \"=%s\"."), value);
		}
		if (store(cli, o, "", is_own, err))
			return ERR_INPUT;
		if (!value)
			return 0;
		/* -yv: the rest is further letters. */
		w->letter = value[0];
		w->value = value[1] ? value + 1 : NULL;
		return parse_option(cli, walk, w, after, err);
	}
	if (!value && walk->next < walk->argc)
		value = walk->argv[walk->next++];
	if (!value) {
		error_set(err, ERR_INPUT, _("--%s needs a value"), o->name);
		return error_hint(err, _("Write --%s %s."), o->name, _(o->value));
	}
	return store(cli, o, value, is_own, err);
}

static int check_args(const struct cli *cli, struct error *err)
{
	const struct command *c = cli->command;

	if (!c)
		return 0;
	if (c->sub && !c->run && option_find(global_options, "help") && !cli_option(cli, "help")) {
		AUTO(strv) struct strv names = STRV_INIT;
		autofree char *joined = NULL;

		for (const struct command *s = c->sub; s->name; s++)
			strv_push(&names, s->name);
		joined = strv_join(&names, ", ");
		error_set(err, ERR_INPUT, _("\"%s\" needs to know what to do"), c->name);
		return error_hint(err, _("One of: %s."), joined);
	}
	if (!c->args && cli->args.n) {
		error_set(err, ERR_INPUT, _("\"%s\" takes no argument, and was given \"%s\""), c->name,
			cli->args.items[0]);
		return error_hint(err, _("See \"slipway help %s\"."),
			cli->parent ? cli->parent->name : c->name);
	}
	return 0;
}

int cli_parse(struct cli *cli, int argc, char **argv, struct error *err)
{
	struct walk walk = {.argc = argc, .next = 1, .argv = argv};
	int place[2];
	int r = find_command(cli, argc, argv, place, err);

	while (!r && walk.next < argc) {
		int at = walk.next++;
		struct word w;

		if (at == place[0] || at == place[1])
			continue;
		if (!walk.ended && !strcmp(argv[at], "--"))
			walk.ended = true;
		else if (!walk.ended && word_read(argv[at], &w))
			r = parse_option(cli, &walk, &w, at > place[0], err);
		else
			strv_push(&cli->args, argv[at]);
	}
	if (r)
		return r;
	if (!cli->command && cli->args.n)
		return unknown_command(cli->args.items[0], NULL, err);
	return check_args(cli, err);
}

void cli_parse_done(struct cli *cli)
{
	strv_done(&cli->args);
	strv_done(&cli->given);
	strv_done(&cli->files);
	strv_done(&cli->profiles);
	strv_done(&cli->env_files);
}

const char *cli_option(const struct cli *cli, const char *name)
{
	for (size_t i = cli->given.n; i >= 2; i -= 2)
		if (!strcmp(cli->given.items[i - 2], name))
			return cli->given.items[i - 1];
	return NULL;
}

void cli_options(const struct cli *cli, const char *name, struct strv *ret)
{
	for (size_t i = 0; i + 1 < cli->given.n; i += 2)
		if (!strcmp(cli->given.items[i], name))
			strv_push(ret, cli->given.items[i + 1]);
}
