/* SPDX-License-Identifier: MIT */
/*
 * struct job: an operation of the process engine: requests to the supervisor, one after the other.
 * It connects first when that is needed. One that may start a supervisor is not stopped by the end
 * of another: it waits for it (a minute at most) and begins again with the next one.
 */
#ifndef SLIPWAY_ENGINE_PROCESS_JOB_H
#define SLIPWAY_ENGINE_PROCESS_JOB_H

#include "engine/process_client.h"
#include "engine/process_engine.h"

struct job;

/* Makes the next request (job_ask()); NULL: that was all, or it failed and said so in job_error().
 */
typedef struct op *job_next_fn(struct job *j);

struct job_spec {
	job_next_fn *next;
	enum process_spawn spawn;
	const char *verb;    /* for job_next_service() */
	const char *service; /* first of the services; NULL: none yet */
	bool lost_is_ok;     /* the supervisor's end is what we want */
	bool define_unknown; /* a service that the supervisor does not know is defined, then asked
				for again */
};

struct job *job_new(struct engine *e, const struct job_spec *spec, op_done_fn *done, void *arg);
/* keep: a service that is defined already stays as it is. */
void job_add(struct job *j, const char *service, bool keep);
/* The job is an op from now on, and its owner's. */
struct op *job_start(struct job *j);
/* The same, of one that has nothing to do or cannot be done: takes the contents of err (may be
 * NULL). */
struct op *job_end(struct job *j, struct error *err);

/* For next functions. */
bool job_first(struct job *j); /* true once in each attempt */
struct op *job_ask(struct job *j, const char *verb, struct json_object *fields);
job_next_fn job_next_service; /* the verb for each service */
job_next_fn job_next_define;
/* Nothing to ask; the connection was all. */
job_next_fn job_next_nothing;

#endif
