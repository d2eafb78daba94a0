/* SPDX-License-Identifier: MIT */
/*
 * struct rooted: owners and modes that only root may change, done without being root: by one-shot
 * root containers of a service's own image, which see nothing but one directory. They are given the
 * very entries to change, so that nothing else is touched, and need nothing in the image but chown
 * (and chmod, where a mode changes).
 *
 * The caller has journalled what is in here. For src/plan only.
 */
#ifndef SLIPWAY_PLAN_ROOTED_H
#define SLIPWAY_PLAN_ROOTED_H

#include "plan/workspace.h"

struct rooted_entry {
	char *path;       /* below the directory; "" is the directory itself */
	int64_t uid, gid; /* -1: leave */
	int mode;         /* -1: leave */
};

struct rooted {
	char *directory; /* absolute */
	char *service;
	struct rooted_entry *entries;
	size_t n, cap;
};

void rooted_done(struct rooted *r);
void rooted_add(struct rooted *r, const char *path, int64_t uid, int64_t gid, int mode);
/* Brings together what asks for the same: fewer commands. */
void rooted_sort(struct rooted *r);
/* The argument list of the container that comes after *at entries have been dealt with by earlier
 * ones; moves *at (0 at first). False: there is none left. */
bool rooted_command(const struct rooted *r, size_t *at, struct strv *argv);
/* Runs them one after another; r is borrowed until the operation has ended. ERR_UNREACHABLE without
 * an engine that has containers. */
struct op *rooted_start(struct workspace *w, const struct rooted *r, op_done_fn *done, void *arg);
/* Whose image lends root for this directory: a service that mounts it, else any; NULL: none.
 * Borrowed. */
const char *rooted_service(const struct compose *c, const char *directory);
/* Whether the workspace has an engine with containers; what to say when not (ERR_UNREACHABLE). */
bool rooted_possible(const struct workspace *w);
int rooted_refuse(const struct workspace *w, const char *directory, struct error *err);

#endif
