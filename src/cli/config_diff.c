/* SPDX-License-Identifier: MIT */
/* What somebody decided: the settings that are not as the stack ships them, or the files that are not
 * as they were before a run. */
#include "cli/config_diff.h"

#include "base/i18n.h"
#include "base/str.h"
#include "base/text.h"
#include "cli/column.h"
#include "cli/reveal.h"
#include "plan/run_diff.h"

#include <string.h>

const char config_diff_about[] = N_(
	"Without RUN: the settings whose value is not the one that the stack ships (its example "
	"file, its definition, the compose files), with both. With RUN, a number of \"slipway "
	"runs\": the files that it wrote as a unified diff, from what they were before it to what "
	"they are now. Secrets are masked unless --reveal is given. Exit status 2 when something "
	"differs.");

/* --- settings */

static const char *shipped(const struct setting *s)
{
	return s->service ? s->otherwise : s->default_value;
}

/* A placeholder is nobody's decision. */
static bool is_other(const struct setting *s)
{
	const char *old = shipped(s);

	return !s->choice && s->current && !s->placeholder &&
	       !str_eq(s->current, old ? old : "");
}

static struct json_object *setting_json(const struct reveal *r, const struct setting *s)
{
	autosecret char *value = reveal_value(r, s, s->current);
	struct json_object *o = json_object_new_object();

	json_put_str(o, "name", s->name);
	json_put_str(o, "default", shipped(s));
	json_put_str(o, "value", value);
	json_put_str(o, "source", compose_source_name(s->source));
	json_put_bool(o, "secret", setting_is_secret(s));
	return o;
}

static void print_setting(struct cli *cli, const struct reveal *r, const struct setting *s, int cells)
{
	AUTO(str) struct str line = STR_INIT(STR_FILE);
	autosecret char *value = reveal_value(r, s, s->current);
	autofree char *safe = text_safe_dup(value);
	autofree char *old = text_safe_dup(str_empty(shipped(s)) ? _("(none)") : shipped(s));
	autosecret char *change = xasprintf("%s → %s", old, *safe ? safe : _("(empty)"));

	column_add(&line, s->name, cells);
	column_add(&line, compose_source_name(s->source), 9);
	column_end(&line, change, cli_width(cli));
	cli_print(cli, "%s", str_text(&line));
	str_wipe(&line);
}

static void print_settings(struct cli *cli, const struct settings *all, const struct reveal *r)
{
	enum { WIDEST = 40 };
	int cells = 0;

	for (size_t i = 0; i < all->n; i++)
		if (is_other(&all->items[i]) && text_width(all->items[i].name) > cells)
			cells = text_width(all->items[i].name);
	for (size_t i = 0; i < all->n; i++)
		if (is_other(&all->items[i]))
			print_setting(cli, r, &all->items[i], cells < WIDEST ? cells + 2 : WIDEST);
}

static void diff_settings(struct cli *cli)
{
	const struct settings *all = &cli->workspace->project->settings;
	struct json_object *list = json_object_new_array();
	AUTO(reveal) struct reveal reveal;
	size_t n = 0;

	reveal_init(&reveal, cli->workspace->project, cli->reveal);
	for (size_t i = 0; i < all->n; i++)
		if (is_other(&all->items[i])) {
			n++;
			json_push(list, setting_json(&reveal, &all->items[i]));
		}
	if (cli->json) {
		cli_print_json(cli, json_put(json_object_new_object(), "settings", list));
	} else {
		json_object_put(list);
		print_settings(cli, all, &reveal);
		if (!n && !cli->quiet)
			cli_print(cli, "%s\n", _("Every setting is as the stack ships it."));
	}
	cli->exit_status = n ? 2 : 0;
}

/* --- files */

static void print_files(struct cli *cli, const struct run_diff *d)
{
	for (size_t i = 0; i < d->n; i++) {
		struct str safe = STR_INIT(STR_OUTPUT);

		text_safe(&safe, d->items[i].change, strlen(d->items[i].change), true);
		cli_print(cli, "%s", str_text(&safe));
		str_wipe(&safe);
	}
	if (!d->n && !cli->quiet)
		cli_print(cli, _("The files are what they were before run %s.\n"), d->id);
}

static int diff_files(struct cli *cli, const char *id, struct error *err)
{
	AUTO(run_diff) struct run_diff d = {0};
	int r = run_diff_init(&d, cli->workspace, id, cli->reveal, err);

	if (r)
		return r;
	if (cli->json) {
		struct json_object *files = json_object_new_array();

		for (size_t i = 0; i < d.n; i++)
			json_push(files,
				json_put_str(json_put_str(json_object_new_object(), "path",
						     d.items[i].path),
					"change", d.items[i].change));
		cli_print_json(cli,
			json_put(json_put_str(json_object_new_object(), "run", d.id), "files",
				files));
	} else {
		print_files(cli, &d);
	}
	cli->exit_status = d.n ? 2 : 0;
	return 0;
}

int config_diff(struct cli *cli, struct error *err)
{
	if (cli->args.n > 1)
		return error_set(err, ERR_INPUT, _("\"config diff\" takes one RUN at most"));
	if (cli->args.n)
		return diff_files(cli, cli->args.items[0], err);
	diff_settings(cli);
	return 0;
}
