/* SPDX-License-Identifier: MIT */
/* The draft: answers without secrets (config/answers.h), in .slipway/draft.yaml (0600). */
#include "plan/setup_state.h"

#include "base/i18n.h"
#include "base/str.h"
#include "config/answers.h"
#include "loop/work.h"

#include <string.h>

/* A secret that was generated is generated again: its value is nowhere. */
static bool take_draft(struct setup *s, struct setting *setting, const struct answer *a)
{
	if (a->generate)
		return !secret_homes_kept(&s->homes, setting->name) &&
		       settings_generate(setup_settings(s), setting, NULL) == 0;
	return !setting_is_secret(setting) && a->value &&
	       setting_answer(setting, a->value, NULL) == 0;
}

void setup_load_draft(struct setup *s)
{
	AUTO(str) struct str text = STR_INIT(ANSWERS_DRAFT_MAX);
	AUTO(answers) struct answers answers = {0};
	autofree char *path = workspace_path(s->workspace, "draft.yaml");

	/* A draft that cannot be read is no draft. */
	if (host_read(s->workspace->host, path, ANSWERS_DRAFT_MAX, &text, NULL) ||
		answers_read(path, str_text(&text), text.len, &answers, NULL))
		return;
	for (size_t i = 0; i < answers.n; i++) {
		const char *name = project_name_now(s->workspace->project, answers.items[i].name);
		struct setting *setting = settings_find(setup_settings(s), name);

		if (setting && take_draft(s, setting, &answers.items[i]))
			s->n_drafted++;
	}
}

size_t setup_drafted(const struct setup *s)
{
	return s->n_drafted;
}

static bool anything_answered(const struct settings *all)
{
	for (size_t i = 0; i < all->n; i++)
		if (all->items[i].answer == ANSWER_VALUE || all->items[i].answer == ANSWER_GENERATE)
			return true;
	return false;
}

/* What the pool writes: copies, but for the host. */
struct draft_job {
	struct host *host;
	char *dir, *path;
	char *text; /* NULL: nothing was answered, the draft goes */
};

/* NULL: nothing was answered. Caller frees. */
static int draft_text(struct setup *s, char **ret, struct error *err)
{
	const struct workspace *w = s->workspace;
	/* Where nothing but the draft says what is being set up. */
	const char *named = w->options.project.stack;
	const char *stack = !w->project->fresh ? NULL
			    : str_empty(named) ? w->project->drafted
					       : named;
	autofree char *name = str_empty(stack) ? NULL : stack_name_anywhere(stack);

	return anything_answered(setup_settings(s))
		       ? answers_text(setup_settings(s), name, ret, err)
		       : 0;
}

static void draft_done(struct draft_job *job)
{
	free(job->dir);
	free(job->path);
	free(job->text);
}

static int draft_init(struct draft_job *job, struct setup *s, struct error *err)
{
	int r;

	*job = (struct draft_job){.host = s->workspace->host,
		.dir = workspace_path(s->workspace, ""),
		.path = workspace_path(s->workspace, "draft.yaml")};
	r = draft_text(s, &job->text, err);
	if (r)
		return r;
	free(s->kept);
	s->kept = xstrdup(job->text);
	return 0;
}

static int draft_drop(const struct draft_job *job, struct error *err)
{
	return host_exists(job->host, job->path) ? host_remove(job->host, job->path, err) : 0;
}

static int draft_write(const struct draft_job *job, struct error *err)
{
	int r;

	if (!job->text) {
		r = draft_drop(job, err);
		/* Whoever drops all answers leaves no trace; what is not empty stays. */
		if (!r)
			(void)host_remove(job->host, job->dir, NULL);
		return r;
	}
	r = host_mkdirs(job->host, job->dir, 0700, err);
	if (!r)
		r = host_write(job->host, job->path, job->text, strlen(job->text), 0600, err);
	return r < 0 ? error_prefix(err, "%s", _("the draft of the answers was not kept")) : 0;
}

int setup_save_draft(struct setup *s, struct error *err)
{
	struct draft_job job;
	int r = draft_init(&job, s, err);

	if (!r)
		r = draft_write(&job, err);
	draft_done(&job);
	return r;
}

static int draft_run(void *data, const atomic_bool *cancelled, struct error *err)
{
	(void)cancelled;
	return draft_write(data, err);
}

static void draft_release(void *data)
{
	draft_done(data);
	free(data);
}

struct op *setup_draft_start(struct setup *s, op_done_fn *done, void *arg)
{
	struct draft_job *job = xcalloc(1, sizeof(*job));

	/* Answers always have a text. */
	draft_init(job, s, NULL);
	return work_op(work_start(s->workspace->loop, draft_run, job, draft_release, done, arg));
}

void setup_draft_mark(struct setup *s)
{
	free(s->kept);
	s->kept = NULL;
	(void)draft_text(s, &s->kept, NULL);
}

bool setup_draft_due(struct setup *s)
{
	autofree char *text = NULL;

	return !draft_text(s, &text, NULL) && !str_eq(text, s->kept);
}

int setup_drop_draft(struct setup *s, struct error *err)
{
	struct draft_job job = {
		.host = s->workspace->host, .path = workspace_path(s->workspace, "draft.yaml")};
	int r = draft_drop(&job, err);

	draft_done(&job);
	return r;
}
