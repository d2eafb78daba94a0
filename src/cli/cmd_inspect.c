/* SPDX-License-Identifier: MIT */
#include "cli/commands.h"

#include "base/i18n.h"
#include "base/str.h"
#include "base/text.h"
#include "cli/column.h"
#include "cli/reveal.h"

#include <string.h>

static const char *const roles[] = {
	[COMPOSE_FILE_COMPOSE] = "compose",
	[COMPOSE_FILE_DOTENV] = "dotenv",
	[COMPOSE_FILE_ENV] = "env_file",
	[COMPOSE_FILE_EXAMPLE] = "example",
};

static struct json_object *names_json(const struct strv *names)
{
	struct json_object *array = json_object_new_array();

	for (size_t i = 0; i < names->n; i++)
		json_push_str(array, names->items[i]);
	return array;
}

/* What makes setup ask for it; NULL: nothing does. Borrowed. */
static const char *required_because(const struct compose_variable *v, const struct setting *s)
{
	if (!v->required && !(s && s->required))
		return NULL;
	if (v->required)
		return v->message && *v->message ? v->message
						 : _("the compose files refuse to be without it");
	return s->required_why  ? s->required_why
	       : s->placeholder ? _("what is written for it is a placeholder")
				: _("its description says so");
}

static struct json_object *variable_json(const struct reveal *r, const struct compose_variable *v)
{
	const struct setting *s = settings_find(&r->project->settings, v->name);
	autosecret char *value = reveal_value(r, s, v->value);
	autosecret char *standard = reveal_value(r, s, v->default_value);
	autofree char *place = NULL;
	struct json_object *o = json_object_new_object();

	json_put_str(o, "name", v->name);
	json_put_str(o, "value", value);
	json_put_str(o, "default", standard);
	json_put_bool(o, "required", v->required || (s && s->required));
	json_put_str(o, "required_because", required_because(v, s));
	json_put_str(o, "message", v->message);
	if (v->place.file)
		place = xasprintf("%s:%d:%d", v->place.file, v->place.line, v->place.column);
	json_put_str(o, "place", place);
	json_put_str(o, "source", compose_source_name(v->source));
	if (v->dotenv_line)
		json_put_int(o, "line", v->dotenv_line);
	json_put(o, "used_by", names_json(&v->used_by));
	json_put_bool(o, "secret", s && setting_is_secret(s));
	return o;
}

static void inspect_json(struct cli *cli)
{
	const struct project *p = cli->workspace->project;
	const struct compose *c = p->compose;
	struct json_object *doc, *variables = json_object_new_array(),
				 *files = json_object_new_array();
	AUTO(reveal) struct reveal reveal;

	reveal_init(&reveal, p, cli->reveal);
	if (cli->reveal) {
		doc = json_object_new_object();
		json_object_object_foreach(c->model, key, value)
			json_put(doc, key, json_object_get(value));
	} else {
		doc = reveal_model(&reveal);
	}
	for (size_t i = 0; i < c->n_variables; i++)
		json_push(variables, variable_json(&reveal, &c->variables[i]));
	for (size_t i = 0; i < c->n_files; i++) {
		struct json_object *f =
			json_put_str(json_object_new_object(), "path", c->files[i].path);

		json_push(files, json_put_str(f, "role", roles[c->files[i].role]));
	}
	json_put(doc, "variables", variables);
	json_put(doc, "files", files);
	json_put(doc, "warnings", names_json(&c->warnings));
	json_put(doc, "notes", names_json(&c->notes));
	cli_print_json(cli, doc);
}

enum { IMAGE_MAX = 40 /* what is longer moves what follows it to the right */ };

static const char *image_text(const struct compose_service *s)
{
	return s->image ? s->image : _("built here");
}

/* Cells of the column of images. */
static int image_cells(const struct compose *c)
{
	int widest = 0;

	for (size_t i = 0; i < c->n_services; i++) {
		int cells = text_width(image_text(&c->services[i]));

		if (cells > widest && cells <= IMAGE_MAX)
			widest = cells;
	}
	return widest + 2;
}

static int service_cells(const struct compose *c)
{
	int widest = 0;

	for (size_t i = 0; i < c->n_services; i++) {
		int cells = text_width(c->services[i].name);

		widest = cells > widest ? cells : widest;
	}
	return column_names(widest, 21);
}

static int variable_cells(const struct compose *c)
{
	int widest = 0;

	for (size_t i = 0; i < c->n_variables; i++) {
		int cells = text_width(c->variables[i].name);

		widest = cells > widest ? cells : widest;
	}
	return column_names(widest, 29);
}

static void print_service(struct cli *cli, const struct compose_service *s, int names, int images)
{
	AUTO(strv) struct strv waits = STRV_INIT;
	autofree char *joined = NULL;
	autofree char *image = text_safe_dup(image_text(s));
	autofree char *name = text_safe_dup(s->name);
	AUTO(str) struct str line = STR_INIT(STR_LINE), rest = STR_INIT(STR_LINE);

	for (size_t i = 0; i < s->n_depends; i++)
		strv_push(&waits, s->depends[i].service);
	joined = strv_join(&waits, ", ");
	str_add(&line, "  ");
	column_put(&line, name, names);
	if (waits.n || !s->active)
		column_put(&line, image, images);
	else
		str_add(&rest, image);
	if (!s->active) {
		autofree char *profiles = strv_join(&s->profiles, ", ");

		str_addf(&rest, _("(inactive: not chosen: profile %s)"), profiles);
		str_add(&rest, waits.n ? "  " : "");
	}
	if (waits.n)
		str_addf(&rest, "%s %s", _("after"), joined);
	column_end(&line, str_text(&rest), cli_width(cli));
	cli_print(cli, "%s", str_text(&line));
}

static void print_variable(
	struct cli *cli, const struct reveal *r, const struct compose_variable *v, int names)
{
	const struct setting *s = settings_find(&cli->workspace->project->settings, v->name);
	autosecret char *value = reveal_value(r, s, v->value);
	autofree char *safe = text_safe_dup(value ? value : "");
	autofree char *users = strv_join(&v->used_by, ", ");
	AUTO(str) struct str line = STR_INIT(STR_FILE), rest = STR_INIT(STR_LINE);

	str_add(&line, "  ");
	column_put(&line, v->name, names);
	column_put(&line, v->value ? safe : _("(unset)"), 25);
	column_add(&line, compose_source_name(v->source), 9);
	str_add(&rest, users ? users : "");
	str_add(&rest, v->required && !v->value ? _("  required") : "");
	column_end(&line, str_text(&rest), cli_width(cli));
	cli_print(cli, "%s", str_text(&line));
	str_wipe(&line);
}

static int run_inspect(struct cli *cli, struct error *err)
{
	AUTO(reveal) struct reveal reveal;
	const struct compose *c = cli->workspace->project->compose;
	AUTO(error) struct error refused = ERROR_INIT;
	autofree char *dir = text_safe_dup(c->dir);

	(void)err;
	/* It is shown all the same: what is wrong can be seen there. */
	if (project_check_dotenv(cli->workspace->project, &refused))
		fprintf(cli->err, "%s %s: %s\n", _("Warning:"), refused.detail, refused.message);
	reveal_init(&reveal, cli->workspace->project, cli->reveal);
	if (cli->json) {
		inspect_json(cli);
		return 0;
	}
	cli_print(cli, _("Project %s in %s\n"), c->name, dir);
	cli_print(cli, "\n%s\n", _("Files:"));
	for (size_t i = 0; i < c->n_files; i++)
		cli_print(cli, "  %s\n", c->files[i].path);
	cli_print(cli, "\n%s\n", _("Services:"));
	for (size_t i = 0; i < c->n_services; i++)
		print_service(cli, &c->services[i], service_cells(c), image_cells(c));
	cli_print(cli, "\n%s\n",
		_("Variables, with their value, where it comes from, and who uses it:"));
	for (size_t i = 0; i < c->n_variables; i++)
		print_variable(cli, &reveal, &c->variables[i], variable_cells(c));
	for (size_t i = 0; i < c->warnings.n; i++)
		cli_print(cli, "%s%s %s\n", i ? "" : "\n", _("Warning:"), c->warnings.items[i]);
	for (size_t i = 0; i < c->notes.n && cli->verbose; i++)
		cli_print(cli, "%s %s\n", _("Note:"), c->notes.items[i]);
	return 0;
}

const struct command cmd_inspect = {
	.name = "inspect",
	.summary = N_("show the project as read: files, services, variables and where each value "
		      "comes from"),
	.about = N_("With --json: services and the top-level maps as docker compose config "
		    "--format json gives them, plus "
		    "variables and files. Values of secrets are *** unless --reveal is given. A "
		    "variable is required when setup asks for it before it deploys: "
		    "required_because says why (the compose files, the example's placeholder, its "
		    "description)."),
	.needs = NEED_PROJECT | NEED_TOLERANT,
	.run = run_inspect,
};
