/* SPDX-License-Identifier: MIT */
/*
 * struct gate: tries a condition of the stack definition again and again until it holds or its time
 * is up. Texts of the definition may hold ${VAR}: they are expanded with the project's values.
 *
 * Every try has a time of its own (a question 5 s, a command 30 s, none longer than what is left of
 * the whole): one that does not answer in it is ended, counts as a try that did not hold, and the
 * next one follows.
 */
#ifndef SLIPWAY_PLAN_GATE_H
#define SLIPWAY_PLAN_GATE_H

#include "config/project.h"
#include "engine/engine.h"
#include "loop/op.h"

struct gate; /* begins with a struct op */

/* After each try that did not hold, and before the next. */
typedef void gate_fn(void *arg);

struct gate_options {
	struct engine *engine; /* commands run in the service's container; sockets are the host's */
	const struct project *project;
	const char *service;
	const struct stack_gate *spec;
	int64_t try_ms; /* of one try; 0: as said above */
	gate_fn *tried;
	void *arg;
};

/* done: 0 it holds; ERR_UNHEALTHY time or tries are up (detail: the last try); ERR_INPUT a text of
 * the definition cannot be expanded; ERR_CANCELLED. */
struct gate *gate_start(
	struct loop *loop, const struct gate_options *o, op_done_fn *done, void *arg);
struct op *gate_op(struct gate *g);
int gate_tries(const struct gate *g);
/* What the last try said, one line; NULL before the first. Borrowed. */
const char *gate_last(const struct gate *g);
/* It holds, although not all is well: gate_last() says why. */
bool gate_degraded(const struct gate *g);
/* Wall clock ms of the next try (0: trying now) and of the end. */
int64_t gate_next_ms(const struct gate *g);
int64_t gate_deadline_ms(const struct gate *g);
/* "GET http://localhost:8080/readyz", "tcp 127.0.0.1:5432": what is tried; caller frees. */
char *gate_text(const struct project *p, const struct stack_gate *spec);

#endif
