/* SPDX-License-Identifier: MIT */
#include "plan/secret_move.h"

#include "base/i18n.h"
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

/* --- a command */

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

/* --- the plan */

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

/* Names that are in .env no more. */
static void moved_names(const struct workspace *w, const struct secret_move *move, struct strv *ret)
{
	if (move->to->kind == STORE_COMMAND)
		strv_extend(ret, &move->to->names);
	else
		secret_move_names(w, ret);
}

static int refuse_readers(
	const struct workspace *w, const struct secret_move *move, struct error *err)
{
	AUTO(strv) struct strv names = STRV_INIT;

	moved_names(w, move, &names);
	return secret_readers_check(w->project->compose, &names, err);
}

static void add_notes(struct plan_build *b)
{
	if (b->move->to->kind == STORE_DOTENV)
		return;
	plan_note(b->plan, "%s",
		_("docker compose by itself lacks the secrets from then on: deploy with slipway up"));
	if (b->project->store.kind == STORE_DOTENV && b->move->keep_backups)
		plan_note(b->plan, "%s",
			_("The backups of earlier runs and of this one (.slipway/backup) hold .env as it "
			  "was, for undo; remove them once you are content."));
}

/* At the very end, when the store has them and .env has not: the copies in the backups go. */
static int add_purge(struct plan_build *b, struct error *err)
{
	AUTO(strv) struct strv names = STRV_INIT;
	struct step *step = NULL;
	int code;

	if (b->move->to->kind == STORE_DOTENV || b->move->keep_backups)
		return 0;
	moved_names(b->w, b->move, &names);
	code = step_purge_new(b->w, &names, plan_find(b->plan, "file:.env") != NULL, &step, err);
	if (code || !step)
		return code;
	plan_after_all(b->plan, step, NULL);
	plan_add(b->plan, step);
	return 0;
}

/* Its values are sealed with what the store of then knows. */
static int refuse_rotation(const struct workspace *w, struct error *err)
{
	AUTO(rotation) struct rotation r = {0};
	int code = rotation_load(&r, w->host, w->project->dir, err);

	return code || r.phase == ROTATION_NONE ? code : rotation_refuse_others(&r, err);
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
	if (code == 0)
		code = refuse_rotation(w, err);
	if (code == 0 && move->to->kind != STORE_DOTENV)
		code = refuse_readers(w, move, err);
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
	code = add_purge(&b, err);
	if (code)
		return code;
	if (plan->changes)
		add_notes(&b);
	*ret = take(plan);
	return 0;
}
