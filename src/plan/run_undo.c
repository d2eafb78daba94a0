/* SPDX-License-Identifier: MIT */
#include "plan/run.h"

#include "base/i18n.h"
#include "plan/ledger.h"
#include "plan/undo.h"

#include "loop/work.h"

#include <string.h>

struct undo_job {
	struct host *host;
	char *project, *id;
	bool force;
};

static void release_job(void *data)
{
	struct undo_job *j = data;

	free(j->project);
	free(j->id);
	free(j);
}

/* The newest run that is neither undone nor itself an undo: asking twice goes further back. */
static int newest(struct host *h, const char *slipway, char **ret, struct error *err)
{
	AUTO(strv) struct strv ids = STRV_INIT;
	AUTO(strv) struct strv undone = STRV_INIT;
	int code = journal_ids(h, slipway, &ids, err);

	for (size_t i = ids.n; code == 0 && i-- > 0;) {
		AUTO(journal) struct journal j = {0};
		bool taken_back = strv_has(&undone, ids.items[i]);

		if ((code = journal_read(h, slipway, ids.items[i], &j, err)) < 0)
			return code;
		if (j.undoes) {
			if (!taken_back && str_eq(j.outcome, "done"))
				strv_push(&undone, j.undoes);
			continue;
		}
		for (size_t k = 0; k < j.n && !taken_back; k++) {
			if (!j.changes[k].internal) {
				*ret = xstrdup(ids.items[i]);
				return 0;
			}
		}
	}
	if (code < 0)
		return code;
	error_set(err, ERR_NOT_FOUND, "%s", _("there is no run to undo"));
	return error_hint(err, "%s", _("`slipway runs` lists what was done here."));
}

static int load(
	struct undo *u, struct host *h, const char *project, const char *id, struct error *err)
{
	autofree char *slipway = host_path(project, ".slipway");
	autofree char *chosen = NULL;
	int code;

	if (!id && (code = newest(h, slipway, &chosen, err)) < 0)
		return code;
	if (id && !journal_is_id(id)) {
		error_set(err, ERR_INPUT, _("%s is not the number of a run"), id);
		return error_hint(err, "%s", _("`slipway runs` lists them."));
	}
	code = undo_init(u, h, project, id ? id : chosen, err);
	if (code == ERR_NOT_FOUND && id) {
		error_set(err, ERR_NOT_FOUND, _("there is no run %s"), id);
		return error_hint(err, "%s", _("`slipway runs` lists them."));
	}
	return code;
}

static int refuse_changed(const struct undo *u, struct error *err)
{
	AUTO(strv) struct strv changed = STRV_INIT;
	autofree char *names = NULL;
	int code = undo_conflicts(u, &changed, err);

	if (code < 0 || !changed.n)
		return code;
	names = strv_join(&changed, ", ");
	error_set(err, ERR_EXISTS, _("run %s cannot be undone: changed since"), u->id);
	error_detail(err, "%s", names);
	return error_hint(err, "%s",
		_("Look at what changed; with --force the old state replaces it (a backup of "
		  "what is there now is kept)."));
}

static int work_undo(void *data, const atomic_bool *cancelled, struct error *err)
{
	const struct undo_job *j = data;
	AUTO(undo) struct undo u = {0};
	AUTO(error) struct error e = ERROR_INIT;
	autofree char *title = NULL;
	struct ledger l;
	int code = load(&u, j->host, j->project, j->id, err);

	if (code < 0 || (!j->force && (code = refuse_changed(&u, err)) < 0))
		return code;
	title = xasprintf("undo %s", u.id);
	if ((code = ledger_open(&l, j->host, j->project, title, u.n, u.id, err)) < 0)
		return code;
	code = undo_apply(&u, &l, cancelled, &e);
	if (code < 0)
		ledger_close(&l, code == ERR_CANCELLED ? "cancelled" : "failed", &e, NULL);
	else
		code = ledger_close(&l, "done", NULL, &e);
	ledger_done(&l);
	return code < 0 ? error_move(err, &e) : 0;
}

struct op *run_undo(struct workspace *w, const char *id, bool force, op_done_fn *done, void *arg)
{
	struct undo_job *j = xcalloc(1, sizeof(*j));

	*j = (struct undo_job){.host = w->host, .force = force};
	j->project = xstrdup(w->project->dir);
	j->id = xstrdup(id);
	return work_op(work_start(w->loop, work_undo, j, release_job, done, arg));
}

int run_undo_text(struct workspace *w, const char *id, struct str *out, struct error *err)
{
	AUTO(undo) struct undo u = {0};
	int code = load(&u, w->host, w->project->dir, id, err);

	if (code < 0)
		return code;
	str_addf(out, _("run %s (%s) would be taken back:\n"), u.id, u.title);
	undo_text(&u, out);
	return 0;
}
