/* SPDX-License-Identifier: MIT */
/* A project on a real Engine, for screen tests; where there is none its tests are skipped with the
 * reason. Include after unit.h. */
#ifndef SLIPWAY_TESTS_ENGINE_STAGE_H
#define SLIPWAY_TESTS_ENGINE_STAGE_H

#include "screen.h"

#include "base/strv.h"

struct engine_stage {
	char *dir, *slipway;
	struct strv env; /* that leads to the Engine */
	char *why_not;   /* why there is none */
};

/* Group setup: *state is a struct engine_stage, with these services deployed; `slipway up` ends
 * with that status. */
int engine_stage_begin(void **state, const char *services, int status);
int engine_stage_end(void **state);
/* Skips the test where there is no Engine. */
void engine_stage_need(const struct engine_stage *s);
/* Runs the program for its exit status; what it prints is dropped. */
int engine_stage_run(const struct engine_stage *s, const char *args);
/* Output of a command of a shell; caller frees; its exit status in *ret_status. */
char *engine_stage_output(const struct engine_stage *s, const char *command, int *ret_status);
/* A command of the program on a terminal. */
struct tty *engine_stage_open(
	const struct engine_stage *s, int rows, int cols, const char *command);

#endif
