/* SPDX-License-Identifier: MIT */
/*
 * The waiter over an engine that only notes what it is told; the test plays the services' part.
 * Gates are stood in for: they hold when the test says so.
 */
#ifndef SLIPWAY_TESTS_ROLLOUT_STAGE_H
#define SLIPWAY_TESTS_ROLLOUT_STAGE_H

#include "unit.h"

#include "base/str.h"
#include "plan/gate.h"
#include "plan/rollout.h"

#include <string.h>

enum { SERVICES_MOST = 8 };

struct fixture {
	struct loop *loop;
	struct live *live;
	struct compose compose;
	struct compose_service services[SERVICES_MOST];
	struct project project;
	struct stack stack;
	struct engine engine;
	struct strv started; /* in the order the engine was told */
	struct strv restarted;
	struct strv restart; /* asked for */
	struct strv named;   /* asked for; none: all */
	struct op *late;     /* a start of "late" that has not answered yet */
	int64_t timeout_ms, oneshot_ms, steady_ms;
	bool over;
	struct rollout *rollout;
	int done_calls, code;
	char *detail;
	bool idle;
};

struct gate {
	struct op op;
	bool degraded;
};

/* Notes what it is told; "late" answers when the test says so, "broken" does not start. */
extern const struct engine_ops stage_engine;
/* The one that was begun last; NULL: none yet. */
extern struct gate *the_gate;

int stage_setup(void **state);
int stage_teardown(void **state);
/* One more service of the project, and what it waits for. */
struct compose_service *service(struct fixture *f, const char *name);
void needs(struct compose_service *s, const char *name, enum compose_condition condition);
/* Lets everything that is due happen: deferred calls run in turns, a few of them deep. */
void settle(struct fixture *f);
void begin(struct fixture *f);
/* The service's container is in this state now, begun at `started`. */
void becomes(
	struct fixture *f, const char *name, enum live_state state, int64_t started, int exit_code);
/* From then on its image listens on a port. */
void exposes(struct fixture *f, const char *name);
enum rollout_phase phase(struct fixture *f, const char *name);
const char *reason(struct fixture *f, const char *name);

#define TEST(name) cmocka_unit_test_setup_teardown(name, stage_setup, stage_teardown)

#endif
