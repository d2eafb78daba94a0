/* SPDX-License-Identifier: MIT */
/* What the last deployment failed of, told where it is looked for: at the services it did not
 * start. */
#include "plan/run_failure.h"

#include "base/i18n.h"
#include "plan/journal.h"
#include "plan/run.h"

/* Journals looked at, newest first. */
enum { JOURNALS_MOST = 20 };

static bool is_deployment(const struct journal *j)
{
	return !j->undoes && (str_eq(j->title, "deploy") || str_eq(j->title, "apply"));
}

/* The newest deployment, when it failed and nothing was taken down since. */
static int find(struct workspace *w, struct journal *ret)
{
	autofree char *slipway = workspace_path(w, "");
	AUTO(strv) struct strv ids = STRV_INIT;

	if (journal_ids(w->host, slipway, &ids, NULL))
		return ERR_NOT_FOUND;
	for (size_t i = ids.n; i > 0 && ids.n - i < JOURNALS_MOST; i--) {
		AUTO(journal) struct journal j = {0};

		if (journal_read(w->host, slipway, ids.items[i - 1], &j, NULL) ||
			str_eq(j.title, "down"))
			return ERR_NOT_FOUND;
		if (!is_deployment(&j))
			continue;
		if (!str_eq(j.outcome, "failed") || !j.failure)
			return ERR_NOT_FOUND;
		*ret = j;
		j = (struct journal){0};
		return 0;
	}
	return ERR_NOT_FOUND;
}

static const char *said_of(struct json_object *services, const char *name)
{
	for (size_t i = 0; i < json_len(services); i++) {
		struct json_object *o = json_at(services, i);

		if (str_eq(json_str(o, "service", ""), name))
			return json_str(o, "reason", NULL);
	}
	return NULL;
}

bool run_failure_concerns(const struct live_service *s)
{
	return s->state == LIVE_ABSENT || s->state == LIVE_CREATED;
}

char *run_failure_text(const char *title, const char *id, const char *message)
{
	return xasprintf(_("%s %s failed: %s"), title, id, message);
}

void run_note_failure(struct workspace *w)
{
	AUTO(journal) struct journal j = {0};
	autofree char *text = NULL;

	if (!w->live || find(w, &j))
		return;
	text = run_failure_text(j.title, j.id, j.failure);
	for (size_t i = 0; i < w->live->n_services; i++) {
		const struct live_service *s = &w->live->services[i];
		const char *said = said_of(j.services, s->name);

		if (run_failure_concerns(s) && !s->note)
			live_set_note(w->live, s->name, said ? said : text);
	}
}
