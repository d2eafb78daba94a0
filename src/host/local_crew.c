/* SPDX-License-Identifier: MIT */
#include "host/local_crew.h"

#include <signal.h>

void crew_init(struct crew *c, int helpers, crew_fn *fn, void *arg)
{
	*c = (struct crew){.fn = fn, .arg = arg};
	c->helpers = helpers < 0 ? 0 : helpers > CREW_HELPERS_MAX ? CREW_HELPERS_MAX : helpers;
	pthread_mutex_init(&c->lock, NULL);
	pthread_cond_init(&c->changed, NULL);
}

/* With the lock held. The last one given first: it is the deepest, and its parents' descriptors go
 * with it. */
static void *next_item(struct crew *c)
{
	return c->queued ? c->queue[--c->queued] : NULL;
}

static void work_on(struct crew *c, void *item)
{
	c->busy++;
	pthread_mutex_unlock(&c->lock);
	c->fn(c->arg, item);
	pthread_mutex_lock(&c->lock);
	c->busy--;
	pthread_cond_broadcast(&c->changed);
}

static void *help(void *arg)
{
	struct crew *c = arg;

	pthread_mutex_lock(&c->lock);
	while (!c->closing || c->queued) {
		void *item = next_item(c);

		if (item)
			work_on(c, item);
		else
			pthread_cond_wait(&c->changed, &c->lock);
	}
	pthread_mutex_unlock(&c->lock);
	return NULL;
}

/* With the lock held. Where no thread can be had the others do its part. */
static void start_helpers(struct crew *c)
{
	sigset_t all, old;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	while (c->started < c->helpers) {
		if (pthread_create(&c->threads[c->started], NULL, help, c) != 0)
			c->helpers = c->started;
		else
			c->started++;
	}
	pthread_sigmask(SIG_SETMASK, &old, NULL);
}

bool crew_wants(struct crew *c)
{
	return atomic_load_explicit(&c->queued, memory_order_relaxed) < 2 * c->helpers;
}

bool crew_give(struct crew *c, void *item)
{
	bool taken;

	pthread_mutex_lock(&c->lock);
	if (c->started < c->helpers)
		start_helpers(c);
	taken = c->helpers && c->queued < 2 * c->helpers;
	if (taken) {
		c->queue[c->queued++] = item;
		pthread_cond_signal(&c->changed);
	}
	pthread_mutex_unlock(&c->lock);
	return taken;
}

void crew_finish(struct crew *c)
{
	pthread_mutex_lock(&c->lock);
	while (c->queued || c->busy) {
		void *item = next_item(c);

		if (item)
			work_on(c, item);
		else
			pthread_cond_wait(&c->changed, &c->lock);
	}
	c->closing = true;
	pthread_cond_broadcast(&c->changed);
	pthread_mutex_unlock(&c->lock);
	for (int i = 0; i < c->started; i++)
		pthread_join(c->threads[i], NULL);
	pthread_cond_destroy(&c->changed);
	pthread_mutex_destroy(&c->lock);
}
