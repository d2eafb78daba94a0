/* SPDX-License-Identifier: MIT */
/*
 * struct secret_trial: whether a value is the one that data was made with. Who keeps the data is
 * asked, as it runs: by a port that it publishes (libpq, or the protocol of Redis), else by its own
 * client in the container, at the address that other containers use. Both ways a password is asked
 * for; where any other one is let in, too, that is said, since it proves nothing. Nothing is
 * started for it.
 */
#ifndef SLIPWAY_PLAN_SECRET_TRIAL_H
#define SLIPWAY_PLAN_SECRET_TRIAL_H

#include "plan/rotation.h"
#include "plan/workspace.h"

enum trial_verdict {
	TRIAL_NONE,     /* not tried */
	TRIAL_ACCEPTED, /* it is let in, and another one is not */
	TRIAL_REFUSED,
	TRIAL_UNKNOWN, /* nothing was proved; the reason says why */
};

struct secret_trial; /* begins with a struct op */

/* The workspace must be connected and watched; value is not empty. Takes the way over. done's code
 * is 0, or ERR_CANCELLED; it comes within 15 s. */
struct secret_trial *secret_trial_start(struct workspace *w, struct rotation_way *way,
	const char *value, op_done_fn *done, void *arg);
struct op *secret_trial_op(struct secret_trial *t);
enum trial_verdict secret_trial_verdict(const struct secret_trial *t);
/* "PostgreSQL: authentication failed", "db does not run"; safe for terminals. Borrowed; NULL where
 * it is accepted. */
const char *secret_trial_reason(const struct secret_trial *t);

#endif
