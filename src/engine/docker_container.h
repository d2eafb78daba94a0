/* SPDX-License-Identifier: MIT */
/* What the Engine says about one container, read into the live model. */
#ifndef SLIPWAY_ENGINE_DOCKER_CONTAINER_H
#define SLIPWAY_ENGINE_DOCKER_CONTAINER_H

#include "base/json.h"
#include "engine/live.h"

/* Reads the answer of GET /containers/ID/json; everything but statistics is replaced. `oneshot` as
 * for live_judge(). in->stop_asked is only ever set here: it is the caller's to clear on a start.
 */
void docker_container_read(struct json_object *inspect, bool oneshot, struct live_instance *in);

/* Of an entry of GET /containers/json, or of an event's Actor.Attributes: borrowed, NULL when
 * absent. */
const char *docker_label(struct json_object *labels, const char *key);
/* "healthy", "unhealthy", "starting" or "" of an entry of the list: Engines before API 1.52 say it
 * within Status only. */
const char *docker_list_health(struct json_object *entry);

struct docker_sample {
	uint64_t cpu_total, cpu_system; /* ns */
	bool known;
};

/* Reads the answer of GET /containers/ID/stats: memory as docker stats counts it; the share of
 * processor time since *previous, which is replaced. cpu_percent stays negative at the first
 * sample. */
void docker_stats_read(
	struct json_object *stats, struct docker_sample *previous, struct live_instance *in);

#endif
