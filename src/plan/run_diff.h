/* SPDX-License-Identifier: MIT */
/* How the files of a project differ from what they were before a run wrote them. */
#ifndef SLIPWAY_PLAN_RUN_DIFF_H
#define SLIPWAY_PLAN_RUN_DIFF_H

#include "plan/workspace.h"

struct run_diff_file {
	char *path;   /* below the project's directory */
	char *change; /* unified diff, from the backup of the run to what is there; wiped on release */
};

struct run_diff {
	char *id; /* "0007" */
	struct run_diff_file *items; /* those that differ, in the order in which they were written */
	size_t n, cap;
};
/*
 * Compares with run `id` ("7" and "0007" are the same). Secrets are dots unless `reveal`; Slipway's
 * own records are left out. ERR_INPUT: that is no number; ERR_NOT_FOUND: there is no such run, with
 * the hint what lists them; ERR_FAILED: a backup is gone or damaged. Blocks on the host.
 */
int run_diff_init(struct run_diff *d, struct workspace *w, const char *id, bool reveal,
	struct error *err);
void run_diff_done(struct run_diff *d);
DEFINE_AUTO(run_diff)

#endif
