/* SPDX-License-Identifier: MIT */
/* The compose engine's row of the engine table; see engine.h. */
#ifndef SLIPWAY_ENGINE_COMPOSE_ENGINE_H
#define SLIPWAY_ENGINE_COMPOSE_ENGINE_H

#include "engine/compose_cmd.h"
#include "engine/docker_api.h"
#include "engine/docker_stats.h"
#include "engine/engine.h"

/* The accounts of one image, read once as long as the engine lives. */
struct compose_accounts {
	char *id;
	struct accounts accounts;
};

struct compose_engine {
	struct engine base;
	struct docker docker;
	struct compose_cmd cmd;
	struct docker_samples samples;
	struct compose_accounts *accounts;
	size_t n_accounts;
	struct op *removal; /* of the container of a question that was given up; NULL */
};

extern const struct engine_ops compose_engine_ops;

/* For engine_kind: makes it, asks nobody yet (compose_connect() does); cannot fail. h, loop and p are
 * borrowed. */
int compose_engine_open(struct host *h, struct loop *loop, const struct project *p,
	struct engine **ret, struct error *err);
/* There is a compose file with a service. */
bool compose_engine_suits(const struct project *p);

/* Name of a service's image: its own, or what Compose calls the one it builds; caller frees. */
char *compose_image_ref(const struct compose *c, const struct compose_service *s);
/* Replaces "$$" by "$" in every string of a model that Compose wrote. */
void compose_undo_escapes(struct json_object *model);

/* The operations of engine.h (struct engine_ops), by the files they are in. compose_inventory.c: what is
 * on the Engine. */
struct op *compose_images(struct engine *e, op_done_fn *done, void *arg);
struct op *compose_volumes(struct engine *e, op_done_fn *done, void *arg);
/* "/images/REF/json"; caller frees. */
char *compose_image_path(const char *ref);
/* compose_whose.c */
struct op *compose_whose(
	struct engine *e, struct engine_who *list, size_t n, op_done_fn *done, void *arg);
void compose_accounts_free(struct compose_engine *e);
/* compose_connect.c */
struct op *compose_connect(struct engine *e, op_done_fn *done, void *arg);
struct op *compose_resolve(struct engine *e, op_done_fn *done, void *arg);
/* compose_create.c */
struct op *compose_create(struct engine *e, const struct strv *services,
	const struct strv *recreate, engine_progress_fn *progress, op_done_fn *done, void *arg);

/* One run of Compose for the engine: args are the command and what belongs to it (copied); plain as in
 * struct compose_run. done: as compose_run(). */
struct op *compose_engine_run(struct compose_engine *e, const struct strv *args, bool plain,
	engine_progress_fn *progress, void *progress_arg, op_done_fn *done, void *arg);

#endif
