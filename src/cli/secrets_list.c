/* SPDX-License-Identifier: MIT */
#include "cli/secrets_list.h"

#include "base/i18n.h"
#include "base/str.h"
#include "base/text.h"
#include "cli/column.h"
#include "cli/reveal.h"
#include "cli/secrets_files.h"
#include "config/secret_age.h"
#include "plan/setup.h"

/* Whether the data that remembers a secret was made with today's value. */
enum match { MATCH_NONE /* nothing remembers it */, MATCH_UNKNOWN, MATCH_KNOWN };

static const char *const match_names[] = {NULL, "unknown", "known"};

/* One secret as it is told; the texts are its own. */
struct row {
	const struct setting *setting;
	char *value, *where, *age, *users, *home;
	int64_t since_s; /* 0: unknown */
	enum match match;
	bool wanted; /* setup makes it */
};

enum { COLUMNS = 5 };

static void row_done(struct row *r)
{
	secret_free(r->value);
	free(r->where);
	free(r->age);
	free(r->users);
	free(r->home);
}

/* Data that was made after the secret got its value was made with it. */
static enum match match_of(const struct row *r, int64_t made_ms)
{
	if (!r->home)
		return MATCH_NONE;
	return r->since_s && made_ms >= r->since_s * 1000 ? MATCH_KNOWN : MATCH_UNKNOWN;
}

static bool is_set(const struct setting *s)
{
	return !str_empty(s->current) && !s->placeholder;
}

static void row_init(struct row *r, const struct setup *setup, const struct reveal *reveal,
	const struct secret_ages *ages, const struct setting *s)
{
	bool sealed = s->kept && setup_workspace(setup)->project->sealed;
	int64_t made_ms;

	*r = (struct row){.setting = s};
	r->value = reveal_value(reveal, s, s->current);
	r->where = xstrdup(s->kept ? s->kept : compose_source_name(s->source));
	r->since_s = is_set(s) ? secret_ages_since(ages, s->name, sealed ? NULL : s->current) : 0;
	r->age = r->since_s ? text_ago(loop_wall() - r->since_s * 1000) : xstrdup(_("unknown"));
	r->users = strv_join(&s->used_by, ", ");
	r->home = setup_secret_home(setup, s->name, &made_ms);
	r->match = match_of(r, made_ms);
}

static struct json_object *row_json(const struct row *r)
{
	const struct setting *s = r->setting;
	struct json_object *o = json_object_new_object(), *users = json_object_new_array();

	json_put_str(o, "name", s->name);
	json_put_str(o, "value", r->value);
	json_put_bool(o, "set", is_set(s));
	json_put_bool(o, "placeholder", s->placeholder);
	json_put_str(o, "source", compose_source_name(s->source));
	json_put_str(o, "where", r->where);
	if (r->since_s)
		json_put_int(o, "since", r->since_s);
	else
		json_put(o, "since", NULL);
	json_put_str(o, "format", secret_rule_makes(&s->rule) ? secret_format_name(s->rule.format)
							      : NULL);
	json_put_str(o, "kept_in", r->home);
	json_put_str(o, "matches", match_names[r->match]);
	json_put_str(o, "note", s->note);
	for (size_t i = 0; i < s->used_by.n; i++)
		json_push_str(users, s->used_by.items[i]);
	return json_put(o, "used_by", users);
}

/* What is to be said of the data that remembers it, else how one that is missing is made. Who made a
 * value that is there is not known: it may have been typed. */
static const char *row_note(const struct row *r)
{
	if (r->match == MATCH_KNOWN)
		return _("its volume was made with this value");
	if (r->setting->note)
		return r->setting->note;
	if (is_set(r->setting))
		return "";
	if (r->wanted)
		return _("not set: \"slipway setup\" makes it");
	return r->setting->required ? _("not set") : _("not set: nothing requires it");
}

static const char *row_cell(const struct row *r, int column)
{
	switch (column) {
	case 0:
		return r->setting->name;
	case 1:
		return r->setting->placeholder ? _("placeholder") : r->value ? r->value : _("(unset)");
	case 2:
		return r->where;
	case 3:
		return r->age;
	default:
		return r->users;
	}
}

static void print_rows(struct cli *cli, const struct row *rows, size_t n)
{
	static const char *const titles[COLUMNS] = {
		N_("NAME"), N_("VALUE"), N_("WHERE"), N_("AGE"), N_("USED BY")};
	int cells[COLUMNS];
	AUTO(str) struct str line = STR_INIT(STR_LINE);

	for (int c = 0; c < COLUMNS; c++) {
		cells[c] = text_width(_(titles[c]));
		for (size_t i = 0; i < n; i++)
			if (text_width(row_cell(&rows[i], c)) > cells[c])
				cells[c] = text_width(row_cell(&rows[i], c));
		column_add(&line, _(titles[c]), cells[c] + 2);
	}
	column_end(&line, _("NOTE"), cli_width(cli));
	cli_print(cli, "%s", str_text(&line));
	for (size_t i = 0; i < n; i++) {
		str_clear(&line);
		for (int c = 0; c < COLUMNS; c++)
			column_add(&line, row_cell(&rows[i], c), cells[c] + 2);
		column_end(&line, row_note(&rows[i]), cli_width(cli));
		cli_print(cli, "%s", str_text(&line));
	}
}

static void print_all(
	struct cli *cli, const struct secret_ages *ages, const struct row *rows, size_t n)
{
	struct json_object *list;

	if (!cli->json) {
		if (n)
			print_rows(cli, rows, n);
		if (!secrets_files_print(cli, ages, n > 0) && !n && !cli->quiet)
			cli_print(cli, "%s\n", _("This project has no secrets."));
		return;
	}
	list = json_object_new_array();
	for (size_t i = 0; i < n; i++)
		json_push(list, row_json(&rows[i]));
	cli_print_json(cli, json_put(json_put(json_object_new_object(), "secrets", list), "files",
				    secrets_files(cli, ages)));
}

int run_secrets_list(struct cli *cli, struct error *err)
{
	AUTO_PTR(setup) struct setup *setup = setup_new(cli->workspace);
	const struct settings *all = setup_settings(setup);
	AUTO(reveal) struct reveal reveal;
	AUTO(secret_ages) struct secret_ages ages = {0};
	autofree char *slipway = workspace_path(cli->workspace, "");
	struct row *rows = xcalloc(all->n + 1, sizeof(*rows));
	size_t n = 0;
	int r = cli_wait(cli, setup_probe(setup, NULL, NULL), err);

	reveal_init(&reveal, cli->workspace->project, cli->reveal);
	if (!r)
		r = secret_ages_load(&ages, cli->host, slipway, err);
	for (size_t i = 0; !r && i < all->n; i++) {
		if (!setting_is_secret(&all->items[i]) || all->items[i].file)
			continue;
		row_init(&rows[n], setup, &reveal, &ages, &all->items[i]);
		rows[n++].wanted = settings_wants(all, &all->items[i]);
	}
	if (!r)
		print_all(cli, &ages, rows, n);
	for (size_t i = 0; i < n; i++)
		row_done(&rows[i]);
	free(rows);
	return r;
}
