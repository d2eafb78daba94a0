/* SPDX-License-Identifier: MIT */
/*
 * struct state: what was deployed last, from .slipway/state.json: for each service a digest of
 * every key of its resolved definition, so that a plan can name the very keys that changed. The file
 * holds no value: digests are salted with what lies in .slipway/salt.
 *
 *	{"slipway":1,"services":{"web":{"keys":{"image":"…","environment
 * A":"…"},"image_id":"sha256:…"}}}
 *
 * A service whose containers are about to be made is written as {"pending":true} first: should the
 * run be killed, nobody knows any more what its containers were made from.
 */
#ifndef SLIPWAY_PLAN_STATE_H
#define SLIPWAY_PLAN_STATE_H

#include "base/json.h"
#include "config/compose.h"
#include "host/host.h"

struct state {
	char *salt;
	bool new_salt;                /* not on disk yet */
	struct json_object *services; /* object */
};

/* No file, or one that cannot be read as what it is: an empty state. */
int state_load(struct state *s, struct host *h, const char *slipway, struct error *err);
void state_done(struct state *s);
DEFINE_AUTO(state)

/*
 * Snapshot of a service as resolved: its "keys" with their digests. `extra` (may be NULL) is
 * digested with it, key by key. Keys that say nothing about the container (depends_on, profiles,
 * build...) are left out. The caller owns the result.
 */
struct json_object *state_snapshot(const struct state *s, const struct compose *c,
	const struct compose_service *service, struct json_object *extra);
/* Borrowed; NULL: never deployed by Slipway, or interrupted while it was. */
struct json_object *state_find(const struct state *s, const char *service);
/* "environment A, ports changed"; NULL when nothing did. Caller frees. */
char *state_difference(struct json_object *old, struct json_object *new);

void state_set_pending(struct state *s, const char *service);
/* Takes ownership of snapshot; image_id may be NULL. */
void state_set(
	struct state *s, const char *service, struct json_object *snapshot, const char *image_id);
/* Forgets services that are not in names. */
void state_keep(struct state *s, const struct strv *names);
/* The text of state.json, sorted; caller frees. */
char *state_text(const struct state *s);

#endif
