/* SPDX-License-Identifier: MIT */
#include "plan/last_run.h"

#include "base/i18n.h"
#include "loop/work.h"
#include "plan/journal.h"

/* Journals looked at, newest first: most are of deployments. */
enum { JOURNALS_MOST = 50 };

void last_run_done(struct last_run *l)
{
	for (size_t i = 0; i < l->n; i++)
		free(l->services[i].name);
	free(l->services);
	free(l->id);
	*l = (struct last_run){0};
}

int64_t last_run_service(const struct last_run *l, const char *service)
{
	for (size_t i = 0; i < l->n; i++)
		if (str_eq(l->services[i].name, service))
			return l->services[i].ms;
	return -1;
}

/* What the pool works on: nothing of it is shared. */
struct search {
	struct host *host;
	char *slipway; /* path of .slipway */
	struct last_run found;
};

struct finding {
	struct op op;
	struct op *work;
	struct search *search; /* the work's */
	struct last_run *ret;
};

static void add_services(struct last_run *l, struct json_object *services)
{
	size_t n = json_len(services);

	l->services = xcalloc(n + 1, sizeof(*l->services));
	for (size_t i = 0; i < n; i++) {
		struct json_object *o = json_at(services, i);
		int64_t started = json_int(o, "started_ms", 0), ready = json_int(o, "ready_ms", 0);

		if (!started || ready < started)
			continue;
		l->services[l->n].name = xstrdup(json_str(o, "service", ""));
		l->services[l->n++].ms = ready - started;
	}
}

static bool is_finished_deployment(const struct journal *j)
{
	return j->services && json_len(j->services) &&
	       (str_eq(j->outcome, "done") || str_eq(j->outcome, "failed"));
}

static int search_run(void *data, const atomic_bool *cancelled, struct error *err)
{
	struct search *s = data;
	AUTO(strv) struct strv ids = STRV_INIT;
	int code = journal_ids(s->host, s->slipway, &ids, err);

	if (code < 0)
		return code;
	for (size_t i = ids.n; i > 0 && ids.n - i < JOURNALS_MOST && !*cancelled; i--) {
		AUTO(journal) struct journal j = {0};
		AUTO(error) struct error ignored = ERROR_INIT;

		if (journal_read(s->host, s->slipway, ids.items[i - 1], &j, &ignored) < 0 ||
			!is_finished_deployment(&j))
			continue;
		s->found.id = xstrdup(j.id);
		s->found.ms = str_eq(j.outcome, "done") ? j.ended_ms - j.started_ms : -1;
		add_services(&s->found, j.services);
		return 0;
	}
	return error_set(err, ERR_NOT_FOUND, _("there is no earlier deployment"));
}

static void search_release(void *data)
{
	struct search *s = data;

	last_run_done(&s->found);
	free(s->slipway);
	free(s);
}

static void searched(void *arg, int code, const struct error *err)
{
	struct finding *f = arg;
	AUTO(error) struct error said = ERROR_INIT;

	if (f->op.freeing)
		return;
	if (code)
		error_copy(&said, err);
	if (!code) {
		*f->ret = f->search->found;
		f->search->found = (struct last_run){0};
	}
	op_finish(&f->op, code, &said);
}

static void finding_cancel(struct op *op)
{
	op_cancel(((struct finding *)op)->work);
}

static void finding_destroy(struct op *op)
{
	op_free(((struct finding *)op)->work);
	free(op);
}

static const struct op_class finding_class = {
	.name = N_("earlier deployment"), .cancel = finding_cancel, .destroy = finding_destroy};

struct op *last_run_find(struct workspace *w, struct last_run *ret, op_done_fn *done, void *arg)
{
	struct finding *f = xcalloc(1, sizeof(*f));
	struct search *s = xcalloc(1, sizeof(*s));

	op_init(&f->op, &finding_class, w->loop, done, arg);
	f->ret = ret;
	f->search = s;
	s->host = w->host;
	s->slipway = host_path(w->project->dir, ".slipway");
	f->work = work_op(work_start(w->loop, search_run, s, search_release, searched, f));
	return &f->op;
}
