/* SPDX-License-Identifier: MIT */
#include "engine/docker_stats.h"

#include "base/strv.h"

#include <string.h>

/* A screen of fifty services asks for as many answers every other second: a few at a time need no
 * more connections than that, and no room for more answers. */
enum { ANSWER_MS = 10000, MAX_SAMPLES = 4096, MAX_ASKED = 8, ANSWER_SIZE = 4096 };

struct docker_known_sample {
	char *id;
	struct docker_sample sample;
};

void docker_samples_done(struct docker_samples *s)
{
	for (size_t i = 0; i < s->n; i++)
		free(s->items[i].id);
	free(s->items);
}

static struct docker_sample *find_sample(struct docker_samples *s, const char *id)
{
	for (size_t i = 0; i < s->n; i++)
		if (str_eq(s->items[i].id, id))
			return &s->items[i].sample;
	/* Containers come and go: their samples are forgotten all at once. */
	if (s->n == MAX_SAMPLES) {
		docker_samples_done(s);
		*s = (struct docker_samples){0};
	}
	VEC_GROW(s->items, s->n, s->cap);
	s->items[s->n] = (struct docker_known_sample){.id = xstrdup(id)};
	return &s->items[s->n++].sample;
}

struct stats;

struct asked {
	struct stats *stats;
	const char *id;  /* of stats->ids */
	struct op *call; /* NULL: nothing is asked here now */
};

struct stats {
	struct op op;
	struct docker *docker;
	struct docker_samples *samples;
	struct live *live;
	struct strv ids;
	size_t next; /* of ids */
	struct asked asked[MAX_ASKED];
};

static void ask_on(struct stats *s);

static void on_stats(void *arg, int code, const struct error *err)
{
	struct asked *a = arg;
	struct stats *s = a->stats;
	struct live_instance *in;

	(void)err;
	if (code == ERR_CANCELLED || s->op.freeing || s->op.finished)
		return;
	in = live_find_instance(s->live, a->id, NULL);
	/* An instance that is gone is no failure. */
	if (code == 0 && in && docker_call_reply(a->call)) {
		docker_stats_read(docker_call_reply(a->call), find_sample(s->samples, a->id), in);
		live_touch(s->live);
	}
	op_free(take(a->call));
	ask_on(s);
}

static void stats_destroy(struct op *op)
{
	struct stats *s = (struct stats *)op;

	for (size_t i = 0; i < MAX_ASKED; i++)
		op_free(s->asked[i].call);
	strv_done(&s->ids);
	free(s);
}

static const struct op_class stats_class = {.name = "statistics", .destroy = stats_destroy};

static bool uses_resources(enum live_state state)
{
	return state == LIVE_STARTING || state == LIVE_RUNNING || state == LIVE_HEALTHY ||
	       state == LIVE_UNHEALTHY;
}

static void ask(struct stats *s, struct asked *a)
{
	autofree char *path = NULL;
	struct docker_spec spec = {.timeout_ms = ANSWER_MS, .buffer = ANSWER_SIZE};

	a->stats = s;
	a->id = s->ids.items[s->next++];
	path = xasprintf("/containers/%s/stats?stream=false&one-shot=true", a->id);
	spec.path = path;
	a->call = docker_call(s->docker, &spec, on_stats, a);
}

/* Asks for as many as may be under way; ends the operation when none is left. */
static void ask_on(struct stats *s)
{
	bool busy = false;

	for (size_t i = 0; i < MAX_ASKED; i++) {
		if (!s->asked[i].call && s->next < s->ids.n)
			ask(s, &s->asked[i]);
		busy = busy || s->asked[i].call;
	}
	if (!busy)
		op_finish(&s->op, 0, NULL);
}

struct op *docker_stats_start(struct docker *d, struct docker_samples *samples, struct live *live,
	const struct strv *services, op_done_fn *done, void *arg)
{
	struct stats *s = xcalloc(1, sizeof(*s));

	op_init(&s->op, &stats_class, d->loop, done, arg);
	s->docker = d;
	s->samples = samples;
	s->live = live;
	for (size_t i = 0; i < services->n; i++) {
		const struct live_service *service = live_find(live, services->items[i]);

		for (size_t k = 0; service && k < service->n_instances; k++)
			if (uses_resources(service->instances[k].state))
				strv_push(&s->ids, service->instances[k].id);
	}
	ask_on(s);
	return &s->op;
}
