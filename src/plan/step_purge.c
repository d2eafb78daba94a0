/* SPDX-License-Identifier: MIT */
/* Copies in the backups of what lives in a store from now on: in plain text, so they go. */
#include "base/i18n.h"
#include "base/str.h"
#include "config/env_file.h"
#include "plan/plan_build.h"
#include "plan/runner.h"

#include <string.h>

struct purge_step {
	struct step step;
	struct secret_bag secrets; /* their values of today; wiped */
};

enum { VALUE_MIN = 8 /* bytes that are no accident in a text that is no .env */ };

/* As a .env with one of them, whatever its value is, or with a value of today anywhere. */
static bool holds(const struct secret_bag *secrets, const struct str *text)
{
	AUTO_PTR(env_file) struct env_file *env = NULL;
	const char *bytes = str_text(text);

	env_file_parse_for_edit(".env", bytes, text->len, &env, NULL);
	for (size_t i = 0; i < secrets->n; i++) {
		const struct secret_item *s = &secrets->items[i];
		autosecret char *value = env ? env_file_literal(env, s->name) : NULL;
		size_t n = strlen(s->value);

		if (!str_empty(value) || (n >= VALUE_MIN && memmem(bytes, text->len, s->value, n)))
			return true;
	}
	return false;
}

/* Appends the paths of the copies. */
static int find_copies(struct host *h, const char *slipway, const struct secret_bag *secrets,
	struct strv *ret, struct error *err)
{
	autofree char *backups = host_path(slipway, "backup");
	AUTO(strv) struct strv runs = STRV_INIT;
	AUTO(error) struct error e = ERROR_INIT;
	int code = host_list(h, backups, &runs, &e);

	if (code == ERR_NOT_FOUND)
		return 0;
	for (size_t i = 0; i < runs.n && code == 0; i++) {
		autofree char *dir = host_path(backups, runs.items[i]);
		AUTO(strv) struct strv names = STRV_INIT;

		if (!journal_is_id(runs.items[i]))
			continue;
		code = host_list(h, dir, &names, &e);
		for (size_t k = 0; k < names.n && code == 0; k++) {
			autofree char *path = host_path(dir, names.items[k]);
			struct str text = STR_INIT(STR_OUTPUT);

			code = host_read(h, path, STR_OUTPUT, &text, &e);
			if (code == 0 && holds(secrets, &text))
				strv_push(ret, path);
			str_wipe(&text);
		}
	}
	return code < 0 ? error_move(err, &e) : 0;
}

static int purge_run(struct step *step, struct step_context *ctx, const atomic_bool *cancelled,
	struct error *err)
{
	const struct purge_step *p = (struct purge_step *)step;
	autofree char *slipway = workspace_path(ctx->workspace, "");
	AUTO(strv) struct strv copies = STRV_INIT;
	int code = find_copies(ctx->host, slipway, &p->secrets, &copies, err);

	(void)cancelled;
	for (size_t i = 0; i < copies.n && code == 0; i++)
		code = host_remove(ctx->host, copies.items[i], err);
	return code;
}

static void purge_free(struct step *step)
{
	struct purge_step *p = (struct purge_step *)step;

	secret_bag_done(&p->secrets);
	step_done(step);
	free(p);
}

static const struct step_ops purge_ops = {
	.kind = "purge", .glyph = "-", .ascii = "-", .run = purge_run, .free = purge_free};

int step_purge_new(const struct workspace *w, const struct strv *names, bool more,
	struct step **ret, struct error *err)
{
	struct purge_step *p = xcalloc(1, sizeof(*p));
	autofree char *slipway = workspace_path(w, "");
	AUTO(strv) struct strv copies = STRV_INIT;
	int code;

	step_init(&p->step, &purge_ops, "purge:backup", ".slipway/backup");
	for (size_t i = 0; i < names->n; i++) {
		const struct setting *s = settings_find(&w->project->settings, names->items[i]);

		if (s && !str_empty(s->dotenv))
			secret_bag_set(&p->secrets, s->name, s->dotenv);
	}
	code = find_copies(w->host, slipway, &p->secrets, &copies, err);
	/* That of this run is one more. */
	if (code || (!copies.n && !more)) {
		purge_free(&p->step);
		return code;
	}
	p->step.reason =
		xasprintf(Q_("%zu copy of the secrets in plain text: undo cannot bring it back",
				  "%zu copies of the secrets in plain text: undo cannot bring "
				  "them back",
				  copies.n + more),
			copies.n + more);
	*ret = &p->step;
	return 0;
}
