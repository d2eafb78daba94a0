/* SPDX-License-Identifier: MIT */
#include "cli/config_lint.h"

#include "base/i18n.h"
#include "base/str.h"
#include "cli/perform.h"
#include "config/lint.h"

#include <string.h>

/* --- the rules */

static struct json_object *rule_json(const struct lint_rule *r)
{
	struct json_object *o = json_put_str(json_object_new_object(), "rule", r->name);

	json_put_str(json_put_str(o, "severity", lint_severity_name(r->severity)), "finds",
		_(r->summary));
	json_put_str(o, "hint", _(r->hint));
	return json_put_bool(o, "fixable", r->fix || r->chmods);
}

static int list_rules(struct cli *cli)
{
	struct json_object *rules = json_object_new_array();

	for (const struct lint_rule *r = lint_rules; r->name; r++) {
		json_push(rules, rule_json(r));
		if (!cli->json)
			cli_print(cli, "%-22s %-8s %-4s %s\n", r->name,
				lint_severity_name(r->severity), r->fix || r->chmods ? "fix" : "",
				_(r->summary));
	}
	if (cli->json)
		cli_print_json(cli, json_put(json_object_new_object(), "rules", rules));
	else
		json_object_put(rules);
	return 0;
}

static int check_rules(const struct strv *ignore, struct error *err)
{
	for (size_t i = 0; i < ignore->n; i++)
		if (!lint_find_rule(ignore->items[i])) {
			error_set(err, ERR_INPUT, _("there is no rule %s"), ignore->items[i]);
			return error_hint(err, _("\"slipway config lint --rules\" names them all."));
		}
	return 0;
}

/* --- findings */

static struct json_object *finding_json(const struct lint_finding *f)
{
	struct json_object *o = json_put_str(json_object_new_object(), "rule", f->rule->name);

	json_put_str(o, "severity", lint_severity_name(f->rule->severity));
	json_put_str(o, "file", f->file);
	json_put_int(json_put_int(o, "line", f->line), "column", f->column);
	json_put_str(json_put_str(o, "message", f->message), "hint", _(f->rule->hint));
	return json_put_bool(o, "fixable", f->fixable);
}

/* "file:line:column"; caller frees. */
static char *place_text(const struct lint_finding *f)
{
	if (!f->line)
		return xstrdup(f->file);
	if (!f->column)
		return xasprintf("%s:%d", f->file, f->line);
	return xasprintf("%s:%d:%d", f->file, f->line, f->column);
}

static void print_finding(struct cli *cli, const struct lint_finding *f)
{
	autofree char *place = place_text(f);

	cli_print(cli, "%s%s%s: %s [%s]\n    %s\n", place, *place ? ": " : "",
		lint_severity_name(f->rule->severity), f->message, f->rule->name, _(f->rule->hint));
}

static void print_json(struct cli *cli, const struct lint *l)
{
	struct json_object *findings = json_object_new_array();

	for (size_t i = 0; i < l->n; i++)
		json_push(findings, finding_json(&l->findings[i]));
	cli_print_json(cli, json_put(json_object_new_object(), "findings", findings));
}

static void print_findings(struct cli *cli, const struct lint *l)
{
	size_t fixable = lint_fixable(l);

	if (cli->json) {
		print_json(cli, l);
		return;
	}
	for (size_t i = 0; i < l->n; i++)
		print_finding(cli, &l->findings[i]);
	if (cli->quiet)
		return;
	if (!l->n)
		cli_print(cli, "%s\n", _("Nothing to complain about."));
	else
		cli_print(cli, Q_("%zu finding", "%zu findings", l->n), l->n);
	if (l->n && fixable)
		cli_print(cli,
			Q_("; --fix mends %zu of them", "; --fix mends %zu of them", fixable),
			fixable);
	if (l->n)
		cli_print(cli, "\n");
}

static int fix(struct cli *cli, const struct lint *l, struct error *err)
{
	static const struct perform how = {.title = "config lint", .ask_always = true};
	autosecret char *text = NULL;
	struct plan *plan = NULL;
	size_t len = 0;
	int r = lint_fix(l, &text, &len, err);

	if (r < 0)
		return r;
	r = plan_of_dotenv(cli->workspace, text ? text : "", len, &plan, err);
	return r ? r : perform(cli, plan, &how, err);
}

static void look(
	struct cli *cli, const struct error *unreadable, const struct strv *ignore, struct lint *l)
{
	const struct project *p = cli->workspace ? cli->workspace->project : NULL;

	lint_run(l, cli->host, cli->dir ? cli->dir : ".", p, unreadable, ignore);
}

/* Mends, and looks again at what is there now. */
static int mend(struct cli *cli, const struct strv *ignore, struct lint *l, struct error *err)
{
	int r = fix(cli, l, err);

	lint_done(l);
	if (r)
		return r;
	workspace_free(take(cli->workspace));
	r = cli_need(cli, NEED_PROJECT | NEED_TOLERANT | NEED_SECRETS, err);
	if (r)
		return r;
	look(cli, NULL, ignore, l);
	/* The document about what was done has been printed. */
	if (!cli->json)
		print_findings(cli, l);
	return 0;
}

int config_lint(struct cli *cli, struct error *err)
{
	AUTO(strv) struct strv ignore = STRV_INIT;
	AUTO(error) struct error unreadable = ERROR_INIT;
	AUTO(lint) struct lint l = {0};
	int r;

	if (cli_option(cli, "rules"))
		return list_rules(cli);
	cli_options(cli, "ignore", &ignore);
	r = check_rules(&ignore, err);
	if (r)
		return r;
	r = cli_need(cli, NEED_PROJECT | NEED_TOLERANT | NEED_SECRETS, &unreadable);
	/* What is wrong with the files is what is looked for; that there are none is not. */
	if (r && (r != ERR_INPUT || !unreadable.detail))
		return error_move(err, &unreadable);
	r = 0;
	look(cli, &unreadable, &ignore, &l);
	if (cli_option(cli, "fix") && cli->workspace && lint_fixable(&l))
		r = mend(cli, &ignore, &l, err);
	else
		print_findings(cli, &l);
	cli->exit_status = l.n ? 2 : 0;
	return r;
}
