/* SPDX-License-Identifier: MIT */
#include "engine/docker_stats.h"

#include <string.h>

enum { ANSWER_MS = 10000, MAX_SAMPLES = 4096 };

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
	char *id;
	struct op *call;
	struct asked *next;
};

struct stats {
	struct op op;
	struct docker_samples *samples;
	struct live *live;
	struct asked *asked;
	int running;
};

static void on_stats(void *arg, int code, const struct error *err)
{
	struct asked *a = arg;
	struct stats *s = a->stats;
	struct live_instance *in;

	(void)err;
	if (code == ERR_CANCELLED || s->op.freeing)
		return;
	in = live_find_instance(s->live, a->id, NULL);
	if (code == 0 && in && docker_call_reply(a->call)) {
		docker_stats_read(docker_call_reply(a->call), find_sample(s->samples, a->id), in);
		live_touch(s->live);
	}
	/* An instance that is gone is no failure. */
	if (--s->running == 0)
		op_finish(&s->op, 0, NULL);
}

static void stats_destroy(struct op *op)
{
	struct stats *s = (struct stats *)op;

	while (s->asked) {
		struct asked *a = s->asked;

		s->asked = a->next;
		op_free(a->call);
		free(a->id);
		free(a);
	}
	free(s);
}

static const struct op_class stats_class = {.name = "statistics", .destroy = stats_destroy};

static bool uses_resources(enum live_state state)
{
	return state == LIVE_STARTING || state == LIVE_RUNNING || state == LIVE_HEALTHY ||
	       state == LIVE_UNHEALTHY;
}

static void ask(struct stats *s, struct docker *d, const char *id)
{
	struct asked *a = xcalloc(1, sizeof(*a));
	autofree char *path = xasprintf("/containers/%s/stats?stream=false&one-shot=true", id);
	struct docker_spec spec = {.path = path, .timeout_ms = ANSWER_MS};

	a->stats = s;
	a->id = xstrdup(id);
	a->next = s->asked;
	s->asked = a;
	s->running++;
	a->call = docker_call(d, &spec, on_stats, a);
}

struct op *docker_stats_start(struct docker *d, struct docker_samples *samples, struct live *live,
	const struct strv *services, op_done_fn *done, void *arg)
{
	struct stats *s = xcalloc(1, sizeof(*s));

	op_init(&s->op, &stats_class, d->loop, done, arg);
	s->samples = samples;
	s->live = live;
	for (size_t i = 0; i < services->n; i++) {
		const struct live_service *service = live_find(live, services->items[i]);

		for (size_t k = 0; service && k < service->n_instances; k++)
			if (uses_resources(service->instances[k].state))
				ask(s, d, service->instances[k].id);
	}
	if (!s->running)
		op_finish(&s->op, 0, NULL);
	return &s->op;
}
