/* SPDX-License-Identifier: MIT */
/* Copies of what the stack's files were when they were last seen: below .slipway/seen. */
#include "base/i18n.h"
#include "config/update.h"
#include "plan/plan_build.h"
#include "plan/runner.h"

#include <string.h>

struct seen_file {
	char *path; /* relative to the project */
	char *text;
	size_t len;
};

struct seen_step {
	struct step step;
	struct host *host;
	char *project;
	struct seen_file *files;
	size_t n, cap;
};

static bool is_there(const struct seen_step *s, const struct seen_file *f)
{
	autofree char *path = host_path(s->project, f->path);
	AUTO(str) struct str text = STR_INIT(STR_FILE);

	return host_read(s->host, path, STR_FILE, &text, NULL) == 0 && text.len == f->len &&
	       (!f->len || memcmp(text.data, f->text, f->len) == 0);
}

static int seen_check(struct step *step, struct error *err)
{
	struct seen_step *s = (struct seen_step *)step;

	(void)err;
	for (size_t i = 0; i < s->n; i++)
		if (!is_there(s, &s->files[i]))
			return 0;
	return 1;
}

static int seen_run(struct step *step, struct step_context *ctx, const atomic_bool *cancelled,
	struct error *err)
{
	struct seen_step *s = (struct seen_step *)step;
	int code = 0;

	(void)cancelled;
	for (size_t i = 0; i < s->n && code == 0; i++) {
		const struct seen_file *f = &s->files[i];
		autofree char *dir = xstrndup(f->path, (size_t)(strrchr(f->path, '/') - f->path));

		code = step_make_dir(ctx, step, dir, 0700, err);
		if (code == 0)
			code = ledger_write(run_ledger(ctx->run), step->id, f->path, f->text,
				f->len, 0600, 0, err);
	}
	return code;
}

static void seen_free(struct step *step)
{
	struct seen_step *s = (struct seen_step *)step;

	for (size_t i = 0; i < s->n; i++) {
		free(s->files[i].path);
		free(s->files[i].text);
	}
	free(s->files);
	free(s->project);
	step_done(step);
	free(s);
}

static const struct step_ops seen_ops = {.kind = "seen",
	.glyph = "+",
	.ascii = "+",
	.check = seen_check,
	.run = seen_run,
	.free = seen_free};

struct step *step_seen_new(struct host *h, const char *project)
{
	struct seen_step *s = xcalloc(1, sizeof(*s));

	step_init(&s->step, &seen_ops, "seen", UPDATE_SEEN);
	s->step.reason = xstrdup(_("the stack's files as they are now, for the next update"));
	s->step.changes = false;
	s->host = h;
	s->project = xstrdup(project);
	return &s->step;
}

void step_seen_add(struct step *step, const char *name, const char *text, size_t n)
{
	struct seen_step *s = (struct seen_step *)step;
	struct seen_file f = {xasprintf("%s/%s", UPDATE_SEEN, name), xmalloc(n + 1), n};

	memcpy(f.text, text, n);
	f.text[n] = '\0';
	VEC_GROW(s->files, s->n, s->cap);
	s->files[s->n++] = f;
	s->step.changes = s->step.changes || !is_there(s, &f);
}
