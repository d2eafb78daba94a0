/* SPDX-License-Identifier: MIT */
/*
 * struct crew: a few threads that share work which makes more work of its kind, as the directories
 * of a tree do. Lives inside one blocking call: the caller works along, and nothing is left when
 * crew_finish() returns. The helpers are started with the first item that is given away; they take
 * no signals.
 */
#ifndef SLIPWAY_HOST_LOCAL_CREW_H
#define SLIPWAY_HOST_LOCAL_CREW_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

enum { CREW_HELPERS_MAX = 3, CREW_QUEUE_MAX = 2 * CREW_HELPERS_MAX };

/* Runs on any thread of the crew; owns item. */
typedef void crew_fn(void *arg, void *item);

struct crew {
	crew_fn *fn;
	void *arg;
	atomic_int helpers; /* that there may be */
	int started;
	pthread_t threads[CREW_HELPERS_MAX];
	pthread_mutex_t lock;
	pthread_cond_t changed;
	void *queue[CREW_QUEUE_MAX];
	atomic_int queued;
	int busy; /* helpers at work */
	bool closing;
};

/* At most CREW_HELPERS_MAX helpers; 0: the caller does everything itself. */
void crew_init(struct crew *c, int helpers, crew_fn *fn, void *arg);
/* Whether work would be taken soon. Costs nothing; from any thread of the crew. */
bool crew_wants(struct crew *c);
/* False when there is no room after all: the item stays the caller's. */
bool crew_give(struct crew *c, void *item);
/* Works along until nothing is left, and ends the helpers. */
void crew_finish(struct crew *c);

#endif
