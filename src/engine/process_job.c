/* SPDX-License-Identifier: MIT */
#include "engine/process_job.h"

#include "base/i18n.h"
#include "engine/process_spec.h"

enum {
	AGAIN_MS = 100,
	ENDING_MOST_MS = 60 * 1000, /* a supervisor's end: the longest grace period, mostly */
	LOST_MOST = 3,              /* supervisors that vanish under us */
};

struct job_service {
	char *name;
	bool keep;
};

struct job {
	struct op op;
	struct process_engine *e;
	struct job_spec spec;
	struct op *step;
	struct timer *again;
	struct job_service *services;
	size_t n, cap, at;
	bool begun;    /* job_first() was asked in this attempt */
	bool defining; /* a service was unknown, and has been defined or is being so */
	int lost;
	int64_t ending_since; /* loop_now(); 0: not yet */
	struct error err;
};

static void job_destroy(struct op *op)
{
	struct job *j = (struct job *)op;

	op_free(j->step);
	timer_free(j->again);
	for (size_t i = 0; i < j->n; i++)
		free(j->services[i].name);
	free(j->services);
	error_done(&j->err);
	free(j);
}

static const struct op_class job_class = {"process-job", NULL, job_destroy};

static void fail(struct job *j, const struct error *err)
{
	error_copy(&j->err, err);
	op_finish(&j->op, j->err.code, &j->err);
}

/* --- attempts */

static void begin(void *arg);

/* Whatever the supervisor that goes had been told is forgotten: from the first request again. */
static bool try_again(struct job *j, int code)
{
	int64_t now = loop_now(j->op.loop);

	if (j->spec.spawn != PROCESS_SPAWN)
		return false;
	if (code == ERR_LOCKED && !j->ending_since)
		j->ending_since = now;
	if (code == ERR_LOCKED ? now - j->ending_since > ENDING_MOST_MS
			       : code != ERR_UNREACHABLE || ++j->lost > LOST_MOST)
		return false;
	j->at = 0;
	j->begun = j->defining = false;
	j->again = timer_start(j->op.loop, AGAIN_MS, 0, begin, j);
	return true;
}

static void made(struct job *j, struct op *step)
{
	AUTO(error) struct error err = ERROR_INIT;

	j->step = step;
	if (step)
		return;
	error_move(&err, &j->err);
	j->err = (struct error)ERROR_INIT;
	if (err.code == ERR_UNREACHABLE && j->spec.lost_is_ok)
		op_finish(&j->op, 0, NULL);
	else if (!err.code || !try_again(j, err.code))
		op_finish(&j->op, err.code, &err);
}

static void step_done(void *arg, int code, const struct error *err)
{
	struct job *j = arg;
	AUTO(error) struct error e = ERROR_INIT;

	if (code == ERR_CANCELLED)
		return;
	error_copy(&e, err); /* it belongs to the step */
	op_free(take(j->step));
	if (code == ERR_NOT_FOUND && j->spec.define_unknown && !j->defining && j->at > 0) {
		j->at--;
		j->defining = true;
		made(j, job_next_define(j));
		if (j->step)
			j->at--;
		return;
	}
	if (code == ERR_UNREACHABLE && j->spec.lost_is_ok)
		code = 0;
	if (code && try_again(j, code))
		return;
	if (code)
		fail(j, &e);
	else
		made(j, j->spec.next(j));
}

static void connected(void *arg, int code, const struct error *err)
{
	struct job *j = arg;
	struct op *connect = j->step;

	if (code == ERR_CANCELLED)
		return;
	if (code == 0 && !j->e->client)
		process_engine_adopt(j->e, connect);
	j->step = NULL;
	if (code == 0)
		made(j, j->spec.next(j));
	else if (code == ERR_NOT_FOUND)
		op_finish(&j->op, 0, NULL); /* nothing runs: nothing to do */
	else
		fail(j, err);
	op_free(connect);
}

static void begin(void *arg)
{
	struct job *j = arg;

	timer_free(take(j->again));
	if (j->e->client)
		made(j, j->spec.next(j));
	else
		j->step = process_client_connect(j->e->base.host, j->e->base.loop,
			j->e->base.project->dir, j->spec.spawn, j->e->self, connected, j);
}

struct job *job_new(struct engine *e, const struct job_spec *spec, op_done_fn *done, void *arg)
{
	struct job *j = xcalloc(1, sizeof(*j));

	op_init(&j->op, &job_class, e->loop, done, arg);
	j->e = (struct process_engine *)e;
	j->spec = *spec;
	if (spec->service)
		job_add(j, spec->service, true);
	return j;
}

void job_add(struct job *j, const char *service, bool keep)
{
	VEC_GROW(j->services, j->n, j->cap);
	j->services[j->n++] = (struct job_service){xstrdup(service), keep};
}

struct op *job_start(struct job *j)
{
	begin(j);
	return &j->op;
}

struct op *job_end(struct job *j, struct error *err)
{
	op_finish(&j->op, err ? err->code : 0, err);
	return &j->op;
}

/* --- requests */

bool job_first(struct job *j)
{
	bool first = !j->begun;

	j->begun = true;
	return first;
}

struct op *job_ask(struct job *j, const char *verb, struct json_object *fields)
{
	/* It can vanish between the answer to one request and the next one. */
	if (!j->e->client) {
		json_object_put(fields);
		error_set(&j->err, ERR_UNREACHABLE, _("the supervisor has ended"));
		return NULL;
	}
	return process_client_request(j->e->client, verb, fields, step_done, j);
}

struct op *job_next_service(struct job *j)
{
	const char *name;

	if (j->at >= j->n)
		return NULL;
	name = j->services[j->at++].name;
	return job_ask(j, j->spec.verb, json_put_str(json_object_new_object(), "service", name));
}

struct op *job_next_define(struct job *j)
{
	AUTO(process_spec) struct process_spec spec = {0};
	const struct job_service *s;
	struct json_object *fields;

	if (j->at >= j->n)
		return NULL;
	s = &j->services[j->at++];
	if (process_spec_make(j->e->base.project, &j->e->environ, s->name, &spec, &j->err) < 0)
		return NULL;
	fields = json_put(json_object_new_object(), "spec", process_spec_json(&spec));
	return job_ask(j, "define", json_put_bool(fields, "keep", s->keep));
}

struct op *job_next_nothing(struct job *j)
{
	(void)j;
	return NULL;
}
