/* SPDX-License-Identifier: MIT */
#include "plan/rollout_judge.h"

#include "base/json.h"
#include "base/strv.h"
#include "config/lint.h"

#include <stddef.h>
#include <string.h>

/* The newest (or oldest) of one time of all instances; offset is that of the member. */
static int64_t extreme(const struct live_service *s, size_t offset, bool newest)
{
	int64_t found = 0;
	bool any = false;

	for (size_t i = 0; s && i < s->n_instances; i++) {
		const int64_t *at = (const int64_t *)((const char *)&s->instances[i] + offset);

		if (s->instances[i].oneoff)
			continue;
		if (!any || (newest ? *at > found : *at < found))
			found = *at;
		any = true;
	}
	return found;
}

bool rollout_serves(const struct compose_service *service, const struct live_service *s)
{
	if (json_key(service->json, "command") || json_key(service->json, "entrypoint"))
		return false;
	for (size_t i = 0; s && i < s->n_instances; i++)
		if (!s->instances[i].oneoff && s->instances[i].exposes)
			return true;
	return false;
}

int64_t rollout_newest_start(const struct live_service *s)
{
	return extreme(s, offsetof(struct live_instance, started_ms), true);
}

int64_t rollout_oldest_start(const struct live_service *s)
{
	return extreme(s, offsetof(struct live_instance, started_ms), false);
}

int64_t rollout_created(const struct live_service *s)
{
	return extreme(s, offsetof(struct live_instance, created_ms), true);
}

int rollout_restarts(const struct live_service *s)
{
	int n = 0;

	for (size_t i = 0; s && i < s->n_instances; i++)
		n += s->instances[i].oneoff ? 0 : s->instances[i].restarts;
	return n;
}

bool rollout_exited_well(const struct live_service *s)
{
	for (size_t i = 0; s && i < s->n_instances; i++)
		if (!s->instances[i].oneoff && s->instances[i].exit_code != 0)
			return false;
	return s && s->n_instances > 0;
}

int64_t rollout_patience(const struct live_service *s, int64_t least)
{
	int64_t longest = 0;

	for (size_t i = 0; s && i < s->n_instances; i++) {
		const struct live_instance *in = &s->instances[i];
		int64_t need =
			in->health_start_period_ms +
			in->health_retries * (in->health_interval_ms + in->health_timeout_ms);

		if (in->has_health && need > longest)
			longest = need;
	}
	return 2 * longest > least ? 2 * longest : least;
}

char *rollout_evidence(const struct live_service *s, const char *last_try)
{
	AUTO(strv) struct strv why = STRV_INIT;

	if (s)
		live_why(s, loop_wall(), NULL, &why);
	/* The note is our own: that it waits for something is no reason why it waits. */
	for (size_t i = 0; i < why.n; i++)
		if (!str_eq(why.items[i], s->note))
			return xstrdup(why.items[i]);
	return xstrdup(last_try ? last_try : why.n ? why.items[0] : NULL);
}

/* The line by which an engine or a shell says that a program is not there (of a page that is
 * missing they speak otherwise); NULL: none. Caller frees. */
static char *lacks_program(const char *output)
{
	static const char *const words[] = {"executable file not found", "command not found",
		"curl: not found", "wget: not found", "nc: not found",
		"exec: no such file or directory"};
	AUTO(strv) struct strv lines = STRV_INIT;

	strv_split(&lines, output ? output : "", '\n');
	for (size_t i = 0; i < lines.n; i++)
		for (size_t k = 0; k < ARRAY_SIZE(words); k++)
			if (strstr(lines.items[i], words[k]))
				return xstrdup(lines.items[i]);
	return NULL;
}

char *rollout_never_healthy(const struct compose *c, const struct compose_service *service,
	const struct live_service *s)
{
	for (size_t i = 0; s && i < s->n_instances; i++) {
		const struct live_instance *in = &s->instances[i];
		const struct live_probe *last = in->n_probes ? &in->probes[in->n_probes - 1] : NULL;

		char *why = last && last->exit_code ? lacks_program(last->output) : NULL;

		if (why)
			return why;
	}
	return lint_health_never(NULL, c, service);
}
