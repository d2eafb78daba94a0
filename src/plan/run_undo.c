/* SPDX-License-Identifier: MIT */
#include "plan/run.h"

#include "base/i18n.h"
#include "base/text.h"
#include "plan/ledger.h"
#include "plan/rotation.h"
#include "plan/undo.h"

#include "loop/work.h"

#include <string.h>

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
	return error_hint(err, "%s", _("\"slipway runs\" lists what was done here."));
}

/* Taking back twice would take away what came since. */
static int refuse_undone(struct host *h, const char *slipway, const char *id, struct error *err)
{
	AUTO(strv) struct strv ids = STRV_INIT;
	AUTO(strv) struct strv undone = STRV_INIT;
	int code = journal_ids(h, slipway, &ids, err);

	for (size_t i = ids.n; code == 0 && i-- > 0;) {
		AUTO(journal) struct journal j = {0};

		/* Another's trouble is told where it is looked at. */
		if (strv_has(&undone, ids.items[i]) ||
			journal_read(h, slipway, ids.items[i], &j, NULL) < 0 || !j.undoes ||
			!str_eq(j.outcome, "done"))
			continue;
		if (str_eq(j.undoes, id)) {
			error_set(err, ERR_EXISTS, _("run %s was taken back already, by run %s"),
				id, ids.items[i]);
			return error_hint(
				err, _("\"slipway undo %s\" brings it back."), ids.items[i]);
		}
		strv_push(&undone, j.undoes);
	}
	return code;
}

static int load(
	struct undo *u, struct host *h, const char *project, const char *id, struct error *err)
{
	autofree char *slipway = host_path(project, ".slipway");
	autofree char *chosen = NULL;
	int code;

	if (!id && (code = newest(h, slipway, &chosen, err)) < 0)
		return code;
	if (!id)
		return undo_init(u, h, project, chosen, err);
	code = undo_find(u, h, project, id, err);
	if (code == 0 && (code = refuse_undone(h, slipway, u->id, err)) < 0)
		undo_done(u);
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

/* Its old .env would hold a password that the service does not take any more. */
static int refuse_rotation(const struct undo *u, struct error *err)
{
	if (!u->title || !str_starts(u->title, ROTATION_TITLE))
		return 0;
	error_set(err, ERR_EXISTS,
		_("run %s cannot be undone: it changed a secret inside its service, too"), u->id);
	return error_hint(err, "%s",
		_("\"slipway secrets rotate\" gives it another value; --force restores the files "
		  "alone."));
}

/* Its old .env would hold a password that the new volume was not made with. */
static int refuse_wipe(const struct undo *u, struct error *err)
{
	if (!u->title || !str_starts(u->title, ROTATION_WIPE_TITLE))
		return 0;
	error_set(err, ERR_EXISTS, _("run %s cannot be undone: it deleted the volume %s"), u->id,
		u->title + strlen(ROTATION_WIPE_TITLE));
	return error_hint(err, "%s",
		_("What was in it is gone; --force restores the files alone, with a secret that "
		  "the new volume does not know."));
}

/* Why it cannot be taken back; force: not because something would be lost. */
static int refuse(const struct undo *u, bool force, uint32_t uid, struct error *err)
{
	int code = undo_check_backups(u, err);

	if (code == 0 && !force)
		code = refuse_rotation(u, err);
	if (code == 0 && !force)
		code = refuse_wipe(u, err);
	if (code == 0 && !force)
		code = refuse_changed(u, err);
	if (code == ERR_DENIED && uid != 0 && err && !err->hint)
		error_hint(err, _("Run it as root: sudo slipway undo %s"), u->id);
	return code;
}

/* --- the operation: look, find an engine where one is needed, look again under the lock, root's
 * part, ours
 * ------------------------------------------------------------------------------------------- */

struct undoing {
	struct op op;
	struct workspace *workspace;
	struct host *host;
	char *project, *id;
	const struct compose *compose;
	bool force;
	uint32_t uid; /* whom we are there */
	struct undo undo;
	struct undo_rooted rooted;
	size_t at; /* of rooted */
	struct ledger ledger;
	struct error failure; /* of root's part, until it is in the journal */
	struct op *now;
};

static void undoing_destroy(struct op *op)
{
	struct undoing *u = (struct undoing *)op;

	op_free(u->now);
	ledger_done(&u->ledger);
	undo_rooted_done(&u->rooted);
	undo_done(&u->undo);
	error_done(&u->failure);
	free(u->project);
	free(u->id);
	free(u);
}

static void undoing_cancel(struct op *op)
{
	op_cancel(((struct undoing *)op)->now);
}

static const struct op_class undoing_class = {
	.name = "undo", .cancel = undoing_cancel, .destroy = undoing_destroy};

/* Ends it when there is an error. */
static bool ended(struct undoing *u, int code, const struct error *err)
{
	AUTO(error) struct error e = ERROR_INIT;

	if (code) {
		error_copy(&e, err);
		op_finish(&u->op, code, &e);
	}
	op_free(take(u->now));
	return code != 0;
}

static int judge(struct undoing *u, struct error *err)
{
	int code;

	undo_done(&u->undo);
	undo_rooted_done(&u->rooted);
	code = load(&u->undo, u->host, u->project, u->id, err);
	if (code == 0)
		code = refuse(&u->undo, u->force, u->uid, err);
	if (code == 0)
		code = undo_rooted_find(&u->undo, u->uid, &u->rooted, err);
	for (size_t i = 0; code == 0 && i < u->rooted.n; i++)
		u->rooted.items[i].service =
			xstrdup(rooted_service(u->compose, u->rooted.items[i].directory));
	if (code == ERR_DENIED && u->uid != 0 && err && !err->hint)
		error_hint(err, _("Run it as root: sudo slipway undo %s"),
			u->undo.id ? u->undo.id : "");
	return code;
}

static int work_look(void *data, const atomic_bool *cancelled, struct error *err)
{
	struct undoing *u = data;
	AUTO(host_facts) struct host_facts facts = {0};
	int code = host_facts(u->host, &facts, err);

	(void)cancelled;
	u->uid = facts.uid;
	if (code == 0)
		code = judge(u, err);
	/* What was looked at is what will be undone. */
	if (code == 0 && !u->id)
		u->id = xstrdup(u->undo.id);
	return code;
}

static int work_open(void *data, const atomic_bool *cancelled, struct error *err)
{
	struct undoing *u = data;
	autofree char *title = xasprintf("undo %s", u->id);
	int code = ledger_lock(&u->ledger, u->host, u->project, title, err);

	(void)cancelled;
	/* Until now somebody else may have been at work. */
	if (code == 0)
		code = judge(u, err);
	if (code == 0 && u->rooted.n && !rooted_possible(u->workspace))
		code = rooted_refuse(u->workspace, u->rooted.items[0].directory, err);
	if (code == 0)
		code = ledger_books(&u->ledger, title, u->undo.n, u->undo.id, err);
	if (code < 0)
		ledger_done(&u->ledger);
	return code;
}

static int work_intent(void *data, const atomic_bool *cancelled, struct error *err)
{
	struct undoing *u = data;

	(void)cancelled;
	return undo_rooted_intent(&u->rooted, &u->ledger, err);
}

static int work_apply(void *data, const atomic_bool *cancelled, struct error *err)
{
	struct undoing *u = data;
	AUTO(error) struct error e = ERROR_INIT;
	int code = error_move(&e, &u->failure);

	if (code == 0)
		code = undo_apply(&u->undo, &u->ledger, cancelled, &e);
	if (code < 0)
		ledger_close(&u->ledger, code == ERR_CANCELLED ? "cancelled" : "failed", &e, NULL);
	else
		code = ledger_close(&u->ledger, "done", NULL, &e);
	ledger_done(&u->ledger);
	return code < 0 ? error_move(err, &e) : 0;
}

static void work(struct undoing *u, work_fn *fn, op_done_fn *done)
{
	u->now = work_op(work_start(u->workspace->loop, fn, u, NULL, done, u));
}

static void applied(void *arg, int code, const struct error *err)
{
	struct undoing *u = arg;

	if (!u->op.freeing && !ended(u, code, err))
		op_finish(&u->op, 0, NULL);
}

static void next_rooted(struct undoing *u);

/* A failure goes into the journal before it is told. */
static void rooted_ended(void *arg, int code, const struct error *err)
{
	struct undoing *u = arg;

	if (u->op.freeing)
		return;
	if (code)
		error_copy(&u->failure, err);
	op_free(take(u->now));
	if (code)
		work(u, work_apply, applied);
	else
		next_rooted(u);
}

static void next_rooted(struct undoing *u)
{
	if (u->at == u->rooted.n)
		work(u, work_apply, applied);
	else
		u->now = rooted_start(u->workspace, &u->rooted.items[u->at++], rooted_ended, u);
}

static void opened(void *arg, int code, const struct error *err)
{
	struct undoing *u = arg;

	if (u->op.freeing || ended(u, code, err))
		return;
	if (u->rooted.n)
		work(u, work_intent, rooted_ended);
	else
		work(u, work_apply, applied);
}

static void connected(void *arg, int code, const struct error *err)
{
	struct undoing *u = arg;

	(void)err; /* the workspace keeps it, and it is told if an engine is needed after all */
	if (u->op.freeing)
		return;
	op_free(take(u->now));
	if (code == ERR_CANCELLED)
		op_finish(&u->op, code, NULL);
	else
		work(u, work_open, opened);
}

static void looked(void *arg, int code, const struct error *err)
{
	struct undoing *u = arg;

	if (u->op.freeing || ended(u, code, err))
		return;
	if (u->rooted.n && !u->workspace->engine)
		u->now = workspace_connect(u->workspace, connected, u);
	else
		work(u, work_open, opened);
}

struct op *run_undo(struct workspace *w, const char *id, bool force, op_done_fn *done, void *arg)
{
	struct undoing *u = xcalloc(1, sizeof(*u));

	op_init(&u->op, &undoing_class, w->loop, done, arg);
	u->workspace = w;
	u->host = w->host;
	u->project = xstrdup(w->project->dir);
	u->compose = w->project->compose;
	u->id = xstrdup(id);
	u->force = force;
	u->ledger.lock = -1;
	work(u, work_look, looked);
	return &u->op;
}

static int rooted_text(
	struct workspace *w, const struct undo *u, uint32_t uid, struct str *out, struct error *err)
{
	AUTO(undo_rooted) struct undo_rooted r = {0};
	int code = undo_rooted_find(u, uid, &r, err);

	for (size_t i = 0; code == 0 && i < r.n; i++) {
		const char *service = rooted_service(w->project->compose, r.items[i].directory);
		autofree char *path = ledger_relative(u->project, r.items[i].directory);
		autofree char *safe = text_safe_dup(path);

		if (service)
			str_addf(out,
				Q_("as root in a container of %s, which sees only %s: the owner of "
				   "%zu entry\n",
					"as root in a container of %s, which sees only %s: the "
					"owner of %zu entries\n",
					r.items[i].n),
				service, safe, r.items[i].n);
		else
			str_addf(out, _("%s needs root, and no service lends it: run it as root\n"),
				safe);
	}
	return code;
}

int run_undo_text(struct workspace *w, const char *id, bool force, enum plan_tone tone,
	char **ret_id, struct str *out, struct error *err)
{
	AUTO(undo) struct undo u = {0};
	AUTO(host_facts) struct host_facts facts = {0};
	autofree char *title = NULL;
	int code = load(&u, w->host, w->project->dir, id, err);

	if (code == 0)
		code = host_facts(w->host, &facts, err);
	if (code == 0)
		code = refuse(&u, force, facts.uid, err);
	if (code < 0)
		return code;
	title = text_safe_dup(u.title ? u.title : "");
	if (tone == PLAN_PROPOSED)
		str_addf(out, _("run %s (%s) would be taken back:\n"), u.id, title);
	else
		str_addf(out, _("run %s (%s) is taken back:\n"), u.id, title);
	undo_text(&u, out);
	code = rooted_text(w, &u, facts.uid, out, err);
	if (code == 0 && ret_id)
		*ret_id = xstrdup(u.id);
	return code;
}

bool run_undo_takes_compose(struct workspace *w, const char *id)
{
	AUTO(undo) struct undo u = {0};
	const struct compose *c = w->project->compose;

	if (!c || load(&u, w->host, w->project->dir, id, NULL) < 0)
		return false;
	for (size_t i = 0; i < u.n; i++)
		for (size_t k = 0; k < c->n_files && !u.items[i].existed; k++)
			if (c->files[k].role == COMPOSE_FILE_COMPOSE &&
				str_eq(c->files[k].path, u.items[i].path))
				return true;
	return false;
}
