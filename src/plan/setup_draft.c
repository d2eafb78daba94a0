/* SPDX-License-Identifier: MIT */
/* The draft: answers without secrets (config/answers.h), in .slipway/draft.yaml (0600). */
#include "plan/setup_state.h"

#include "base/i18n.h"
#include "base/str.h"
#include "config/answers.h"

#include <string.h>

enum { DRAFT_MAX = 1024 * 1024 };

void setup_load_draft(struct setup *s)
{
	AUTO(str) struct str text = STR_INIT(DRAFT_MAX);
	AUTO(answers) struct answers answers = {0};
	autofree char *path = workspace_path(s->workspace, "draft.yaml");

	/* A draft that cannot be read is no draft. */
	if (host_read(s->workspace->host, path, DRAFT_MAX, &text, NULL) ||
		answers_read(path, str_text(&text), text.len, &answers, NULL))
		return;
	for (size_t i = 0; i < answers.n; i++) {
		struct setting *setting = settings_find(setup_settings(s), answers.items[i].name);

		if (setting && !setting_is_secret(setting))
			(void)setting_answer(setting, answers.items[i].value, NULL);
	}
}

static bool anything_answered(const struct settings *all)
{
	for (size_t i = 0; i < all->n; i++)
		if (all->items[i].answer == ANSWER_VALUE || all->items[i].answer == ANSWER_GENERATE)
			return true;
	return false;
}

int setup_save_draft(struct setup *s, struct error *err)
{
	autofree char *dir = workspace_path(s->workspace, "");
	autofree char *path = workspace_path(s->workspace, "draft.yaml");
	autofree char *text = NULL;
	int r;

	if (!anything_answered(setup_settings(s)))
		return setup_drop_draft(s, err);
	r = answers_text(setup_settings(s), NULL, &text, err);
	if (!r)
		r = host_mkdirs(s->workspace->host, dir, 0700, err);
	if (!r)
		r = host_write(s->workspace->host, path, text, strlen(text), 0600, err);
	return r < 0 ? error_prefix(err, "%s", _("the draft of the answers was not kept")) : 0;
}

int setup_drop_draft(struct setup *s, struct error *err)
{
	autofree char *path = workspace_path(s->workspace, "draft.yaml");

	if (!host_exists(s->workspace->host, path))
		return 0;
	return host_remove(s->workspace->host, path, err);
}
