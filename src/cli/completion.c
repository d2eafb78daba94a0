/* SPDX-License-Identifier: MIT */
/* Completion scripts of the three shells. Names of services, settings and stacks are asked of the
 * program itself when Tab is pressed (slipway __names KIND). */
#include "cli/help.h"

#include "base/i18n.h"

#include <string.h>

/* What `slipway __names` is asked for; indexed by enum option_complete. */
static const char *const kinds[] = {
	[COMPLETE_NONE] = NULL,
	[COMPLETE_FILE] = "@file",
	[COMPLETE_DIR] = "@dir",
	[COMPLETE_STACK] = "stacks",
	[COMPLETE_SERVICE] = "services",
	[COMPLETE_SETTING] = "settings",
	[COMPLETE_ENGINE] = "engines",
	[COMPLETE_COMMAND] = "commands",
};

/* Text inside single quotes of a shell. */
static void quoted(struct str *out, const char *text)
{
	str_addc(out, '\'');
	for (const char *p = text; *p; p++)
		if (*p == '\'')
			str_add(out, "'\\''");
		else
			str_addc(out, *p);
	str_addc(out, '\'');
}

static void words_of_options(struct str *out, const struct option *table)
{
	for (const struct option *o = table; o && o->name; o++) {
		if (o->letter)
			str_addf(out, " -%c", o->letter);
		str_addf(out, " --%s", o->name);
	}
}

static void words_of_subs(struct str *out, const struct command *c)
{
	for (const struct command *s = c->sub; s && s->name; s++)
		str_addf(out, " %s", s->name);
}

static void bash_values(struct str *out, const struct option *table)
{
	for (const struct option *o = table; o && o->name; o++) {
		const char *kind = kinds[o->complete];

		if (o->kind == OPTION_FLAG)
			continue;
		str_add(out, "\t");
		if (o->letter)
			str_addf(out, "-%c|", o->letter);
		str_addf(out, "--%s) ", o->name);
		if (!kind)
			str_add(out, "COMPREPLY=(); return");
		else if (!strcmp(kind, "@file"))
			str_add(out, "COMPREPLY=($(compgen -f -- \"$cur\")); return");
		else if (!strcmp(kind, "@dir"))
			str_add(out, "COMPREPLY=($(compgen -d -- \"$cur\")); return");
		else
			str_addf(out,
				"COMPREPLY=($(compgen -W \"$(slipway __names %s 2>/dev/null)\" -- "
				"\"$cur\")); return",
				kind);
		str_add(out, " ;;\n");
	}
}

static void bash_command(struct str *out, const struct command *c)
{
	const char *kind = kinds[c->complete];

	str_addf(out, "\t%s) words=\"", c->name);
	words_of_options(out, c->options);
	words_of_subs(out, c);
	for (const struct command *s = c->sub; s && s->name; s++) {
		words_of_options(out, s->options);
		kind = kind ? kind : kinds[s->complete];
	}
	if (kind && kind[0] != '@')
		str_addf(out, " $(slipway __names %s 2>/dev/null)", kind);
	str_add(out, "\" ;;\n");
}

static void bash(struct str *out)
{
	str_add(out,
		"# bash completion for slipway\n_slipway()\n{\n"
		"\tlocal cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} command= "
		"words= i\n"
		"\tfor ((i = 1; i < COMP_CWORD; i++)); do\n\t\tcase ${COMP_WORDS[i]} in\n\t\t");
	for (const struct command *const *c = command_table; *c; c++)
		if (!(*c)->hidden)
			str_addf(out, "%s%s", c == command_table ? "" : "|", (*c)->name);
	str_add(out, ") command=${COMP_WORDS[i]}; break ;;\n\t\tesac\n\tdone\n\tcase $prev in\n");
	for (const struct command *const *c = command_table; *c; c++) {
		bash_values(out, (*c)->options);
		for (const struct command *s = (*c)->sub; s && s->name; s++)
			bash_values(out, s->options);
	}
	bash_values(out, global_options);
	str_add(out, "\tesac\n\tcase $command in\n");
	for (const struct command *const *c = command_table; *c; c++)
		if (!(*c)->hidden)
			bash_command(out, *c);
	str_add(out, "\t*) words=\"");
	for (const struct command *const *c = command_table; *c; c++)
		if (!(*c)->hidden)
			str_addf(out, " %s", (*c)->name);
	str_add(out, "\" ;;\n\tesac\n\twords+=\"");
	words_of_options(out, global_options);
	str_add(out, "\"\n\tCOMPREPLY=($(compgen -W \"$words\" -- \"$cur\"))\n}\ncomplete -F "
		     "_slipway slipway\n");
}

/* 'spec[help]:value:action' of _arguments. */
static void zsh_option(
	struct str *out, const struct option *o, const char *name, const char *dashes)
{
	AUTO(str) struct str spec = STR_INIT(STR_LINE);
	const char *kind = kinds[o->complete];

	str_addf(&spec, "%s%s%s[", o->kind == OPTION_LIST ? "*" : "", dashes, name);
	for (const char *p = _(o->help); *p; p++) {
		if (strchr("[]:\\", *p))
			str_addc(&spec, '\\');
		str_addc(&spec, *p);
	}
	str_addc(&spec, ']');
	if (o->kind != OPTION_FLAG) {
		str_addf(&spec, ":%s:", _(o->value));
		if (kind && !strcmp(kind, "@file"))
			str_add(&spec, "_files");
		else if (kind && !strcmp(kind, "@dir"))
			str_add(&spec, "_files -/");
		else if (kind)
			str_addf(&spec, "($(slipway __names %s 2>/dev/null))", kind);
	}
	str_add(out, " \\\n\t\t");
	quoted(out, str_text(&spec));
}

static void zsh_options(struct str *out, const struct option *table)
{
	for (const struct option *o = table; o && o->name; o++) {
		char letter[2] = {o->letter, 0};

		zsh_option(out, o, o->name, "--");
		if (o->letter)
			zsh_option(out, o, letter, "-");
	}
}

static void zsh_command(struct str *out, const struct command *c)
{
	const char *kind = kinds[c->complete];

	str_addf(out, "\t(%s)\n\t\t_arguments -s", c->name);
	zsh_options(out, c->options);
	for (const struct command *s = c->sub; s && s->name; s++) {
		zsh_options(out, s->options);
		kind = kind ? kind : kinds[s->complete];
	}
	zsh_options(out, global_options);
	if (c->sub) {
		str_add(out, " \\\n\t\t'1: :(");
		words_of_subs(out, c);
		str_add(out, " )'");
	}
	if (kind && kind[0] != '@')
		str_addf(out, " \\\n\t\t'*: :($(slipway __names %s 2>/dev/null))'", kind);
	str_add(out, "\n\t\t;;\n");
}

static void zsh(struct str *out)
{
	str_add(out, "#compdef slipway\n# zsh completion for slipway\n"
		     "local context state state_descr line\ntypeset -A opt_args\n_arguments -C");
	zsh_options(out, global_options);
	str_add(out, " \\\n\t\t'1: :->command' '*:: :->rest'\ncase $state in\n(command)\n\tlocal "
		     "-a commands\n\tcommands=(");
	for (const struct command *const *c = command_table; *c; c++) {
		autofree char *item = xasprintf("%s:%s", (*c)->name, _((*c)->summary));

		if ((*c)->hidden)
			continue;
		str_add(out, "\n\t\t");
		quoted(out, item);
	}
	str_add(out, "\n\t)\n\t_describe command commands\n\t;;\n(rest)\n\tcase $line[1] in\n");
	for (const struct command *const *c = command_table; *c; c++)
		if (!(*c)->hidden)
			zsh_command(out, *c);
	str_add(out, "\tesac\n\t;;\nesac\n");
}

static void fish_options(struct str *out, const struct option *table, const char *condition)
{
	for (const struct option *o = table; o && o->name; o++) {
		const char *kind = kinds[o->complete];

		str_addf(out, "complete -c slipway%s -l %s", condition, o->name);
		if (o->letter)
			str_addf(out, " -s %c", o->letter);
		if (kind && kind[0] == '@')
			str_add(out, " -r -F");
		else if (kind)
			str_addf(out, " -x -a '(slipway __names %s 2>/dev/null)'", kind);
		else if (o->kind != OPTION_FLAG)
			str_add(out, " -x");
		str_add(out, " -d ");
		quoted(out, _(o->help));
		str_addc(out, '\n');
	}
}

static void fish_command(struct str *out, const struct command *c)
{
	autofree char *in = xasprintf(" -n '__fish_seen_subcommand_from %s'", c->name);

	str_addf(out, "complete -c slipway -n __fish_use_subcommand -a %s -d ", c->name);
	quoted(out, _(c->summary));
	str_addc(out, '\n');
	fish_options(out, c->options, in);
	if (kinds[c->complete] && kinds[c->complete][0] != '@')
		str_addf(out, "complete -c slipway%s -a '(slipway __names %s 2>/dev/null)'\n", in,
			kinds[c->complete]);
	for (const struct command *s = c->sub; s && s->name; s++) {
		str_addf(out, "complete -c slipway%s -a %s -d ", in, s->name);
		quoted(out, _(s->summary));
		str_addc(out, '\n');
		fish_options(out, s->options, in);
		if (kinds[s->complete] && kinds[s->complete][0] != '@')
			str_addf(out,
				"complete -c slipway%s -a '(slipway __names %s 2>/dev/null)'\n", in,
				kinds[s->complete]);
	}
}

static void fish(struct str *out)
{
	str_add(out, "# fish completion for slipway\ncomplete -c slipway -f\n");
	fish_options(out, global_options, "");
	for (const struct command *const *c = command_table; *c; c++)
		if (!(*c)->hidden)
			fish_command(out, *c);
}

static const struct {
	const char *shell;
	void (*write)(struct str *out);
} shells[] = {
	{"bash", bash},
	{"zsh", zsh},
	{"fish", fish},
};

int help_completion(const char *shell, struct str *out, struct error *err)
{
	for (size_t i = 0; i < ARRAY_SIZE(shells); i++)
		if (!strcmp(shells[i].shell, shell)) {
			shells[i].write(out);
			return 0;
		}
	error_set(err, ERR_INPUT, _("no completion for the shell \"%s\""), shell);
	return error_hint(err, _("One of: %s."), "bash, zsh, fish");
}
