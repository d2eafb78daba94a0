/* SPDX-License-Identifier: MIT */
/*
 * A project whose services really run (process engine), for tests of the panel. What a service says
 * and how it fares is steered by files below the project: NAME.txt is its log, check.sh the health
 * check of `sick`. Include after unit.h.
 */
#ifndef SLIPWAY_TESTS_PANEL_STAGE_H
#define SLIPWAY_TESTS_PANEL_STAGE_H

#include "screen.h"

/* One project for all tests of a program: its services go on running from test to test. */
struct stage {
	char *dir, *slipway;
};

extern const char stage_compose[];

/* Setup and teardown of a group: *state is a struct stage, deployed as far as it gets. */
int stage_begin(void **state);
int stage_end(void **state);

void put(const struct stage *s, const char *name, const void *data, size_t n, bool append);
void put_text(const struct stage *s, const char *name, const char *text);
/* A service says a line. */
void say(const struct stage *s, const char *service, const char *text);
/* Runs the program for its exit status (-1: a signal); what it prints is dropped. */
int run(const struct stage *s, const char *const *args);
#define RUN(s, ...) run(s, (const char *const[]){__VA_ARGS__, NULL})

struct tty *panel_of(const struct stage *s, int rows, int cols, const char *const *env);
/* The panel with its first full picture. */
struct tty *open_panel(const struct stage *s);
/* The log view of all services, with 200 numbered lines of talk. */
struct tty *open_logs(const struct stage *s);
/* Quits it, which is no failure. */
void leave(struct tty *t);
/* Selects a service from wherever the selection is. */
void select_service(struct tty *t, const char *name);

#endif
