/* SPDX-License-Identifier: MIT */
#include "cli/commands.h"

#include "base/i18n.h"
#include "base/str.h"
#include "base/text.h"
#include "cli/stack_draft.h"
#include "cli/stack_show.h"
#include "config/stack_lint.h"

#include <string.h>

static struct json_object *ref_json(const struct stack_ref *ref)
{
	struct json_object *o = json_put_str(json_object_new_object(), "name", ref->name);

	json_put_str(o, "title", ref->title);
	json_put_str(o, "about", ref->about);
	return json_put_str(o, "path", ref->path);
}

static int run_stack_list(struct cli *cli, struct error *err)
{
	AUTO(stack_refs) struct stack_refs refs = {0};
	struct json_object *array;
	int r = stack_list(&refs, err);

	if (r)
		return r;
	if (cli->json) {
		array = json_object_new_array();
		for (size_t i = 0; i < refs.n; i++)
			json_push(array, ref_json(&refs.items[i]));
		cli_print_json(cli, json_put(json_object_new_object(), "stacks", array));
		return 0;
	}
	for (size_t i = 0; i < refs.n; i++)
		stack_show_named(cli, "", refs.items[i].name, 17, refs.items[i].about);
	return 0;
}

static int one_argument(const struct cli *cli, struct error *err)
{
	if (cli->args.n == 1)
		return 0;
	error_set(err, ERR_INPUT, _("\"stack %s\" needs the name or the path of one definition"),
		cli->command->name);
	return error_hint(err, _("\"slipway stack list\" names them."));
}

static int run_stack_show(struct cli *cli, struct error *err)
{
	AUTO_PTR(stack) struct stack *stack = NULL;
	int r = one_argument(cli, err);

	if (!r)
		r = stack_open(cli->args.items[0], &stack, err);
	if (r)
		return r == ERR_NOT_FOUND ? ERR_INPUT : r;
	if (cli->json)
		cli_print_json(cli, stack_show_json(stack));
	else
		stack_show(cli, stack);
	return 0;
}

static struct json_object *finding_json(const struct stack_finding *f)
{
	struct json_object *o = json_object_new_object();

	json_put_int(json_put_int(o, "line", f->line), "column", f->column);
	return json_put_str(json_put_str(o, "message", f->message), "hint", f->hint);
}

static void print_finding(struct cli *cli, const struct stack *s, const struct stack_finding *f)
{
	if (f->line)
		cli_print(cli, "%s:%d:%d: %s\n", s->source, f->line, f->column, f->message);
	else
		cli_print(cli, "%s: %s\n", s->source, f->message);
	if (f->hint)
		cli_print(cli, "  %s\n", f->hint);
}

/* What it names is looked for in its own compose files. */
static int lint_names(struct cli *cli, const struct stack *stack, struct error *err)
{
	AUTO_PTR(compose) struct compose *compose = NULL;
	AUTO(stack_findings) struct stack_findings findings = {0};
	int r = stack_lint_compose(cli->host, stack, &compose, err);

	if (r)
		return r;
	stack_lint(stack, compose, &findings);
	cli->exit_status = findings.n ? 2 : 0;
	if (cli->json) {
		struct json_object *list = json_object_new_array();

		for (size_t i = 0; i < findings.n; i++)
			json_push(list, finding_json(&findings.items[i]));
		cli_print_json(cli, json_put(json_put_str(stack_show_json(stack), "outcome",
						     findings.n ? "findings" : "fine"),
					    "findings", list));
		return 0;
	}
	for (size_t i = 0; i < findings.n; i++)
		print_finding(cli, stack, &findings.items[i]);
	if (!findings.n && !cli->quiet)
		cli_print(cli, _("%s: nothing to complain about\n"), stack->source);
	return 0;
}

/* Bad definitions are what lint looks for; that there is none at all is bad usage. */
static int run_stack_lint(struct cli *cli, struct error *err)
{
	AUTO_PTR(stack) struct stack *stack = NULL;
	AUTO(error) struct error found = ERROR_INIT;
	int r = one_argument(cli, err);

	if (r)
		return r;
	r = stack_open(cli->args.items[0], &stack, &found);
	if (r == ERR_NOT_FOUND) {
		error_move(err, &found);
		return err ? (err->code = ERR_INPUT) : ERR_INPUT;
	}
	if (r == ERR_INPUT || r == ERR_LIMIT) {
		cli_print_error(cli, &found);
		cli->exit_status = 2;
		return 0;
	}
	if (r)
		return error_move(err, &found);
	return lint_names(cli, stack, err);
}

static int confirm_init(struct cli *cli, const char *path, const char *text, struct error *err)
{
	autofree char *question = xasprintf(_("Write this to %s?"), path);
	AUTO(str) struct str safe = STR_INIT(STR_FILE);

	if (cli->yes)
		return 0;
	text_safe(&safe, text, strlen(text), true);
	fputs(str_text(&safe), cli_can_ask(cli) ? cli->out : cli->err);
	if (!cli_can_ask(cli)) {
		error_set(err, ERR_INPUT, _("nothing was written: it was not confirmed"));
		return error_hint(err, _("Add --yes to do it without being asked."));
	}
	return cli_confirm(cli, question) ? 0
					  : error_set(err, ERR_CANCELLED, _("nothing was done"));
}

static int run_stack_init(struct cli *cli, struct error *err)
{
	const struct project *p = cli->workspace->project;
	autofree char *path = host_path(p->dir, "slipway.yaml");
	autofree char *text = NULL;
	int r;

	if (host_exists(cli->host, path)) {
		error_set(err, ERR_EXISTS, _("%s is there already"), path);
		return error_hint(err, _("Move it away to have it written anew."));
	}
	r = stack_draft(p, &text, err);
	if (!r)
		r = confirm_init(cli, path, text, err);
	if (!r)
		r = host_write(cli->host, path, text, strlen(text), 0644, err);
	if (r)
		return r;
	if (cli->json)
		cli_print_json(cli, json_put_str(json_object_new_object(), "path", path));
	else if (!cli->quiet)
		cli_print(cli,
			_("Wrote %s. Refine it, and check it with \"slipway stack lint %s\".\n"),
			path, path);
	return 0;
}

static const struct command subs[] = {
	{.name = "list",
		.summary = N_("list the stack definitions that are there"),
		.run = run_stack_list},
	{.name = "show",
		.args = N_("NAME"),
		.summary = N_("show a definition: its settings and services"),
		.complete = COMPLETE_STACK,
		.run = run_stack_show},
	{.name = "init",
		.summary = N_("write down as slipway.yaml what was inferred about this project"),
		.needs = NEED_PROJECT | NEED_TOLERANT,
		.run = run_stack_init},
	{.name = "lint",
		.args = N_("NAME"),
		.summary = N_("check a definition; exit status 2 when something is wrong with it"),
		.complete = COMPLETE_STACK,
		.run = run_stack_lint},
	{.name = NULL},
};

const struct command cmd_stack = {
	.name = "stack",
	.summary = N_("list, show, write or check stack definitions"),
	.sub = subs,
};
