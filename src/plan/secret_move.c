/* SPDX-License-Identifier: MIT */
#include "plan/secret_move.h"

#include "base/i18n.h"
#include "base/yaml.h"
#include "plan/plan_build.h"

#include <string.h>

void secret_move_names(const struct workspace *w, struct strv *ret)
{
	const struct project *p = w->project;
	AUTO_PTR(env_file) struct env_file *env = NULL;

	if (!p->dotenv_text ||
		env_file_parse_for_edit(".env", p->dotenv_text, p->dotenv_len, &env, NULL))
		return;
	for (size_t i = 0; i < p->settings.n; i++)
		if (plan_store_takes(env, &p->settings.items[i]))
			strv_push(ret, p->settings.items[i].name);
}

/* --- who reads .env as a whole -------------------------------------------------------------------- */

static bool is_dotenv(const char *path)
{
	return str_eq(path, ".env") || str_eq(path, "./.env");
}

static bool takes_dotenv(const struct yaml_node *files)
{
	if (files && is_dotenv(yaml_text(files, "")))
		return true;
	for (size_t k = 0; files && files->kind == YAML_SEQ && k < files->n; k++) {
		const struct yaml_node *item = files->items[k];

		if (is_dotenv(yaml_text(item, yaml_get_text(item, "path", ""))))
			return true;
	}
	return false;
}

static int refuse_readers(const struct compose *c, struct error *err)
{
	for (size_t i = 0; i < c->n_files; i++) {
		const struct compose_file *f = &c->files[i];
		AUTO_PTR(yaml_doc) struct yaml_doc *doc = NULL;
		const struct yaml_node *services;

		if (f->role != COMPOSE_FILE_COMPOSE ||
			yaml_parse(f->path, f->text, f->len, &doc, NULL))
			continue;
		services = yaml_get(yaml_root(doc), "services");
		for (size_t k = 0; services && services->kind == YAML_MAP && k < services->n; k++) {
			if (!takes_dotenv(yaml_get(services->pairs[k].value, "env_file")))
				continue;
			error_set(err, ERR_INPUT,
				_("%s reads .env as a whole (env_file): it would miss the secrets"),
				services->pairs[k].key->text);
			error_detail(err, "%s:%d:%d", f->path, services->pairs[k].key->mark.line,
				services->pairs[k].key->mark.column);
			return error_hint(err, _("Name the variables it needs under environment: "
						 "NAME: ${NAME}"));
		}
	}
	return 0;
}

/* --- a command ------------------------------------------------------------------------------------ */

/* What runs was made with today's values; another one would lock services out of their data. */
static int compare_said(const struct workspace *w, const struct secret_move *m, struct error *err)
{
	AUTO(strv) struct strv names = STRV_INIT;

	secret_move_names(w, &names);
	for (size_t i = 0; i < m->to->names.n; i++) {
		const char *name = m->to->names.items[i];
		const struct setting *s = settings_find(&w->project->settings, name);

		if (!strv_has(&names, name))
			return error_set(
				err, ERR_INPUT, _("%s is no secret of this project with a value"), name);
		if (str_eq(secret_bag_get(m->said, name), s->dotenv))
			continue;
		error_set(err, ERR_INPUT, _("the command says another value of %s than is in force"),
			name);
		return error_hint(err,
			_("Put today's value there first (slipway secrets list --reveal shows it), or "
			  "change it here and deploy."));
	}
	return 0;
}

/* --- the plan ------------------------------------------------------------------------------------- */

static void add_removal(struct plan_build *b, const char *path, const char *shown)
{
	autofree char *real = host_path(b->project->dir, path);
	AUTO(str) struct str text = STR_INIT(SEAL_MAX);
	struct step *step;

	if (host_read(b->host, real, SEAL_MAX, &text, NULL))
		return;
	step = step_remove_new(
		b->host, b->project->dir, path, str_text(&text), shown ? shown : str_text(&text));
	plan_after_all(b->plan, step, NULL);
	plan_add(b->plan, step);
}

static void add_notes(struct plan_build *b)
{
	if (b->move->to->kind == STORE_DOTENV)
		return;
	plan_note(b->plan, "%s",
		_("docker compose by itself lacks the secrets from then on: deploy with slipway up"));
	if (b->project->store.kind == STORE_DOTENV)
		plan_note(b->plan, "%s",
			_("The backups of earlier runs and of this one (.slipway/backup) hold .env as it "
			  "was, for undo; remove them once you are content."));
}

int plan_of_move(struct workspace *w, const struct secret_move *move, struct plan **ret,
	struct error *err)
{
	const struct project *p = w->project;
	AUTO_PTR(plan) struct plan *plan = xcalloc(1, sizeof(*plan));
	struct plan_build b = {
		.w = w, .project = p, .host = w->host, .plan = plan, .move = move};
	int code = project_unsealed(p, err);

	plan->workspace = w;
	plan->scope = PLAN_WRITE;
	if (code == 0 && move->to->kind != STORE_DOTENV)
		code = refuse_readers(p->compose, err);
	if (code == 0 && move->to->kind == STORE_COMMAND)
		code = compare_said(w, move, err);
	if (code == 0)
		code = plan_build_dotenv(&b, p->dotenv_text ? p->dotenv_text : "", p->dotenv_len, err);
	if (code)
		return code;
	if (move->to->kind == STORE_DOTENV)
		add_removal(&b, STORE_FILE, NULL);
	if (move->to->kind != STORE_ENCRYPTED)
		add_removal(&b, STORE_SEALED, "");
	if (plan->changes)
		add_notes(&b);
	*ret = take(plan);
	return 0;
}
