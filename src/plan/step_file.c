/* SPDX-License-Identifier: MIT */
/* Files that Slipway writes: .env, the override, the compose files of a stack. */
#include "base/i18n.h"
#include "config/env_file.h"
#include "plan/ledger.h"
#include "config/mask.h"
#include "plan/plan_build.h"
#include "plan/runner.h"
#include "plan/secret_record.h"

#include <stdio.h>
#include <string.h>

struct file_step {
	struct step step;
	struct host *host;
	char *project, *path;
	char *text;
	size_t len;
	int mode, dir_mode;
	struct host_own own; /* uid -1: nobody's in particular */
	struct strv meant; /* key and value in turn */
	struct strv renewed; /* secrets that change: the same */
	struct ledger_seen seen;
};

static int read_back(const struct file_step *f, struct str *text, struct error *err)
{
	autofree char *real = ledger_resolve(f->host, f->project, f->path);

	return host_read(f->host, real, STR_OUTPUT, text, err);
}

static bool same_bytes(const struct file_step *f, const struct str *text)
{
	return text->len == f->len && (!f->len || memcmp(text->data, f->text, f->len) == 0);
}

static int file_check(struct step *step, struct error *err)
{
	struct file_step *f = (struct file_step *)step;
	autofree char *real = ledger_resolve(f->host, f->project, f->path);
	AUTO(error) struct error e = ERROR_INIT;
	struct str text = STR_INIT(STR_OUTPUT);
	struct host_stat st;
	int code = host_stat(f->host, real, &st, &e);

	if (code == ERR_NOT_FOUND)
		return ledger_unchanged(&f->seen, f->path, real, NULL, 0, err);
	if (code == 0)
		code = host_read(f->host, real, STR_OUTPUT, &text, &e);
	if (code == 0 && same_bytes(f, &text))
		code = (f->mode < 0 || st.mode == (uint32_t)f->mode) &&
		       (f->own.uid < 0 || st.uid == (uint32_t)f->own.uid);
	else if (code == 0)
		code = ledger_unchanged(&f->seen, f->path, real, str_text(&text), text.len, &e);
	str_wipe(&text);
	return code < 0 ? error_move(err, &e) : code;
}

/* Every value as it was meant, in the words of Compose's own grammar. */
static int compare_values(const struct file_step *f, const char *text, size_t n, struct error *err)
{
	AUTO_PTR(env_file) struct env_file *env = NULL;
	int code = env_file_parse(f->path, text, n, &env, err);

	if (code < 0)
		return code;
	for (size_t i = 0; i + 1 < f->meant.n; i += 2) {
		autosecret char *value = env_file_literal(env, f->meant.items[i]);

		if (!value || !str_eq(value, f->meant.items[i + 1])) {
			error_set(err, ERR_FAILED, _("%s does not hold %s as it was meant"),
				f->path, f->meant.items[i]);
			return error_hint(err, "%s", _("\"slipway undo\" brings the old file back."));
		}
	}
	return 0;
}

static int give(struct file_step *f, struct step_context *ctx, const atomic_bool *cancelled,
	struct error *err)
{
	autofree char *real = ledger_resolve(f->host, f->project, f->path);

	return step_own(ctx, &f->step, real, &f->own, cancelled, err);
}

static int file_run(struct step *step, struct step_context *ctx, const atomic_bool *cancelled,
	struct error *err)
{
	struct file_step *f = (struct file_step *)step;
	struct ledger_file put = {
		.path = f->path, .data = f->text, .n = f->len, .mode = f->mode, .seen = &f->seen};
	struct str text = STR_INIT(STR_OUTPUT);
	char *slash = strrchr(f->path, '/');
	int code = 0;

	if (slash) {
		autofree char *dir = xstrndup(f->path, (size_t)(slash - f->path));

		code = *dir ? step_make_dir(ctx, step, dir, f->dir_mode, err) : 0;
	}
	if (code == 0)
		code = ledger_put(run_ledger(ctx->run), step->id, &put, err);
	if (code == 0)
		code = read_back(f, &text, err);
	if (code == 0 && !same_bytes(f, &text)) {
		error_set(err, ERR_FAILED,
			_("%s was changed by somebody else while it was written"), f->path);
		code = error_hint(err, "%s",
			_("Nothing more was done. Look at the file, then run it again."));
	}
	if (code == 0 && f->meant.n)
		code = compare_values(f, text.data ? text.data : "", text.len, err);
	if (code == 0 && f->own.uid >= 0)
		code = give(f, ctx, cancelled, err);
	if (code == 0)
		code = secret_record(run_ledger(ctx->run), step->id, &f->renewed, err);
	str_wipe(&text);
	return code;
}

static void file_free(struct step *step)
{
	struct file_step *f = (struct file_step *)step;

	strv_wipe(&f->meant);
	strv_wipe(&f->renewed);
	ledger_seen_done(&f->seen);
	mem_wipe(f->text, f->len);
	free(f->text);
	free(f->project);
	free(f->path);
	step_done(step);
	free(f);
}

static const struct step_ops file_edit_ops = {.kind = "file",
	.glyph = "~",
	.ascii = "~",
	.check = file_check,
	.run = file_run,
	.free = file_free};
static const struct step_ops file_new_ops = {.kind = "file",
	.glyph = "+",
	.ascii = "+",
	.check = file_check,
	.run = file_run,
	.free = file_free};
static const struct step_ops secret_edit_ops = {.kind = "secret",
	.glyph = "~",
	.ascii = "~",
	.check = file_check,
	.run = file_run,
	.free = file_free};
static const struct step_ops secret_new_ops = {.kind = "secret",
	.glyph = "+",
	.ascii = "+",
	.check = file_check,
	.run = file_run,
	.free = file_free};

static const struct step_ops *ops_of(const struct file_spec *spec)
{
	if (spec->secret)
		return spec->old ? &secret_edit_ops : &secret_new_ops;
	return spec->old ? &file_edit_ops : &file_new_ops;
}

/* --- what the review shows */

/* "5 set, 1 added, 30 untouched" */
static char *count_values(const struct file_spec *spec)
{
	AUTO_PTR(env_file) struct env_file *old = NULL;
	AUTO_PTR(env_file) struct env_file *new = NULL;
	size_t set = 0, added = 0, untouched = 0;

	if (env_file_parse_for_edit(
		    spec->path, spec->old ? spec->old : "", spec->old_len, &old, NULL) < 0 ||
		env_file_parse_for_edit(spec->path, spec->text, spec->len, &new, NULL) < 0)
		return NULL;
	for (size_t i = 0; i < new->n; i++) {
		const struct env_entry *e = &new->entries[i];
		const struct env_entry *before = env_file_find(old, e->key);

		if (env_file_find(new, e->key) != e)
			continue;
		if (!before)
			added++;
		else if (before->quote != e->quote || !str_eq(before->raw, e->raw))
			set++;
		else
			untouched++;
	}
	if (!spec->old)
		return xasprintf(Q_("new, %zu value", "new, %zu values", added), added);
	return xasprintf(_("%zu set, %zu added, %zu untouched"), set, added, untouched);
}

static size_t count_lines(const char *text, size_t len)
{
	size_t n = 0;

	for (size_t i = 0; i < len; i++)
		n += text[i] == '\n' || i + 1 == len;
	return n;
}

static char *describe(const struct file_spec *spec, int old_mode)
{
	size_t lines;
	bool same = spec->old && spec->old_len == spec->len &&
		    memcmp(spec->old, spec->text, spec->len) == 0;

	if (same)
		return xasprintf(_("mode %04o → %04o, others can read it"), (unsigned)old_mode,
			(unsigned)spec->mode);
	if (spec->secrets) {
		char *counts = count_values(spec);

		if (counts)
			return counts;
	}
	if (spec->old)
		return xstrdup(_("changed"));
	lines = count_lines(spec->text, spec->len);
	return xasprintf(Q_("new, %zu line", "new, %zu lines", lines), lines);
}

static char *shown(const struct file_spec *spec, const char *text, size_t n)
{
	autosecret char *masked =
		spec->secrets ? mask_dotenv(text, n, spec->secrets) : xstrndup(text, n);
	struct str out = STR_INIT(STR_OUTPUT);

	mask_text(spec->mask, masked, MASK_DOTS, &out);
	return str_take(&out);
}

static void set_change(struct file_step *f, const struct file_spec *spec)
{
	const char *old = spec->old ? spec->old : "";
	autosecret char *before = shown(spec, old, spec->old_len);
	autosecret char *after = shown(spec, spec->text, spec->len);
	struct step *s = &f->step;

	if (spec->change) {
		s->change = *spec->change ? xstrdup(spec->change) : NULL;
		return;
	}
	s->change = mask_diff(spec->path, old, spec->old_len, before, spec->text, spec->len, after);
	s->change_revealed =
		mask_diff(spec->path, old, spec->old_len, old, spec->text, spec->len, spec->text);
	if (str_eq(s->change, s->change_revealed)) {
		secret_free(s->change_revealed);
		s->change_revealed = NULL;
	}
}

struct step *step_file_new(struct host *h, const char *project, const struct file_spec *spec)
{
	struct file_step *f = xcalloc(1, sizeof(*f));
	autofree char *id = xasprintf("file:%s", spec->path);
	autofree char *real = ledger_resolve(h, project, spec->path);
	struct host_stat st = {0};

	step_init(&f->step, ops_of(spec), id, spec->path);
	f->host = h;
	f->project = xstrdup(project);
	f->path = xstrdup(spec->path);
	f->text = xmalloc(spec->len + 1);
	memcpy(f->text, spec->text, spec->len);
	f->text[spec->len] = '\0';
	f->len = spec->len;
	f->mode = spec->mode;
	f->dir_mode = spec->secret ? 0700 : 0755;
	f->own = spec->own ? *spec->own : (struct host_own){.uid = -1};
	ledger_see(&f->seen, h, project, spec->path, spec->old, spec->old_len);
	if (spec->meant)
		strv_extend(&f->meant, spec->meant);
	if (spec->renewed)
		strv_extend(&f->renewed, spec->renewed);
	else if (spec->secrets)
		secret_record_changes(spec->secrets,
			&(struct dotenv_text){spec->old, spec->old_len},
			&(struct dotenv_text){spec->text, spec->len}, &f->renewed);
	if (spec->old)
		host_stat(h, real, &st, NULL);
	f->step.reason = spec->reason ? xstrdup(spec->reason) : describe(spec, (int)st.mode);
	set_change(f, spec);
	return &f->step;
}
