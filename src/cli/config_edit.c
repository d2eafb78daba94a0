/* SPDX-License-Identifier: MIT */
/* .env in the user's editor: what comes back is read as Compose will read it before anything is
 * written, and what was typed is not lost where it is wrong. */
#include "cli/config_edit.h"

#include "base/i18n.h"
#include "base/str.h"
#include "base/text.h"
#include "cli/editor.h"
#include "cli/perform.h"
#include "cli/plain.h"

#include <string.h>

const char config_edit_about[] = N_(
	"Opens a private copy of .env (where there is none, of what a new one begins with) "
	"in $VISUAL or $EDITOR. What comes back is read as Compose reads it and checked by the "
	"rules of the settings; a mistake is named with its line, and the editor opens again. Then "
	"the change is shown, confirmed and written as every other one: with a backup that "
	"\"slipway undo\" restores. Secrets of a store are in the copy and go back there.");

static int refuse(const struct cli *cli, struct error *err)
{
	const struct project *p = cli->workspace->project;

	if (p->env_files.n) {
		error_set(err, ERR_INPUT, _("\"config edit\" is about .env, not about --env-file"));
		return error_hint(err, _("Run it without --env-file."));
	}
	if (p->fresh) {
		error_set(err, ERR_INPUT, _("nothing is set up here yet"));
		return error_hint(err, _("\"slipway setup\" makes .env, and what belongs to it."));
	}
	return project_unsealed(p, err);
}

/* --- what came back */

/* What had a value, needs one, and has none any more. */
static int check_lost(const struct settings *before, const struct settings *after, struct error *err)
{
	for (size_t i = 0; i < after->n; i++) {
		const struct setting *s = &after->items[i], *old = settings_find(before, s->name);

		if (!setting_unanswered(s) || !setting_asked(after, s) || !old ||
			setting_unanswered(old))
			continue;
		error_set(err, ERR_ANSWERS, _("%s has no value any more, and needs one"), s->name);
		return s->required_why ? error_detail(err, "%s", s->required_why) : ERR_ANSWERS;
	}
	return 0;
}

/* ret_rule: a rule of the settings is broken, and Compose would take it all the same. */
static int check(struct cli *cli, const struct str *text, bool *ret_rule, struct error *err)
{
	struct project_text staged = {".env", str_text(text), text->len};
	struct project_options o = cli->workspace->options.project;
	AUTO_PTR(project) struct project *p = NULL;
	int code;

	*ret_rule = false;
	o.dir = cli->workspace->project->dir;
	o.texts = &staged;
	o.n_texts = 1;
	o.lenient = false;
	code = project_open(cli->host, &o, &p, err);
	if (code)
		return code;
	code = project_check(p, err);
	if (!code)
		code = check_lost(&cli->workspace->project->settings, &p->settings, err);
	*ret_rule = code != 0;
	return code;
}

enum next { NEXT_EDIT, NEXT_WRITE, NEXT_LEAVE };

static enum next ask(struct cli *cli, bool rule)
{
	struct line_reader reader;
	AUTO(str) struct str line = STR_INIT(STR_LINE);
	enum next next = NEXT_LEAVE;

	cli_print(cli, "%s ",
		rule ? _("e edit again, w write it all the same, q leave it:")
		     : _("e edit again, q leave it:"));
	fflush(cli->out);
	line_reader_init(&reader, cli->loop, STDIN_FILENO);
	if (line_reader_next(&reader, &line)) {
		const char *answer = str_text(&line);

		next = str_empty(answer) || str_eq(answer, "e") ? NEXT_EDIT
		       : rule && str_eq(answer, "w")            ? NEXT_WRITE
								: NEXT_LEAVE;
	}
	line_reader_done(&reader);
	return next;
}

/* The editor's text outlives the failure; what the error itself advises comes first. */
static int leave(struct editor *e, struct error *err)
{
	autofree char *advice = err->hint ? xasprintf("%s ", err->hint) : xstrdup("");

	e->keep = true;
	return error_hint(err, _("%sNothing was written to .env. What you typed is in %s."), advice,
		e->path);
}

/* Until it is right, or nobody wants it any more. */
static int edit(struct editor *e, struct str *text, struct error *err)
{
	for (;;) {
		AUTO(error) struct error wrong = ERROR_INIT;
		enum next next;
		bool rule;
		int code = editor_run(e, err);

		str_wipe(text);
		str_init(text, STR_FILE);
		if (!code)
			code = editor_text(e, text, err);
		if (code)
			return code;
		code = check(e->cli, text, &rule, &wrong);
		if (!code)
			return 0;
		if (!cli_can_ask(e->cli)) {
			error_move(err, &wrong);
			return leave(e, err);
		}
		cli_print_error(e->cli, &wrong);
		next = ask(e->cli, rule);
		if (next == NEXT_WRITE)
			return 0;
		if (next == NEXT_LEAVE) {
			error_set(err, ERR_CANCELLED, _("nothing was done"));
			return leave(e, err);
		}
	}
}

/* --- the command */

/* .env as it is; where there is none what a new one begins with: the example, what must be answered
 * empty. */
static int read_begun(const struct cli *cli, struct str *ret, struct error *err)
{
	const struct project *p = cli->workspace->project;
	AUTO_PTR(env_file) struct env_file *f = NULL;
	int code = p->dotenv_text ? 0 : project_pristine(p, &f, err);

	if (!code && f)
		str_addn(ret, f->text, f->len);
	else if (!code)
		str_addn(ret, p->dotenv_text, p->dotenv_len);
	return code;
}

static int carry_out(struct cli *cli, struct editor *e, const struct str *text, struct error *err)
{
	static const struct perform how = {.title = "config edit", .ask_always = true};
	struct plan *plan = NULL;
	int code = plan_of_dotenv(cli->workspace, str_text(text), text->len, &plan, err);

	if (!code)
		code = perform(cli, plan, &how, err);
	if (code)
		leave(e, err);
	return code;
}

int config_edit(struct cli *cli, struct error *err)
{
	AUTO(editor) struct editor e;
	struct str begun = STR_INIT(STR_FILE), text = STR_INIT(STR_FILE);
	int code;

	editor_init(&e, cli);
	code = refuse(cli, err);
	if (!code)
		code = read_begun(cli, &begun, err);
	if (!code)
		code = editor_put(&e, ".env", str_text(&begun), begun.len, err);
	if (!code)
		code = edit(&e, &text, err);
	if (!code && text.len == begun.len && !memcmp(str_text(&text), str_text(&begun), text.len)) {
		if (cli->json)
			cli_print_json(cli,
				json_put_str(json_object_new_object(), "outcome", "unchanged"));
		else if (!cli->quiet)
			cli_print(cli, "%s\n", _("Nothing was changed."));
	} else if (!code) {
		code = carry_out(cli, &e, &text, err);
	}
	str_wipe(&begun);
	str_wipe(&text);
	return code;
}
