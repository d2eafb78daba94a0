/* SPDX-License-Identifier: MIT */
/* Bringing the secrets of a project from one store to another (config/secret_store.h), as a plan. */
#ifndef SLIPWAY_PLAN_SECRET_MOVE_H
#define SLIPWAY_PLAN_SECRET_MOVE_H

#include "plan/plan.h"

/* All borrowed until the plan is freed. */
struct secret_move {
	const struct secret_store *to; /* STORE_COMMAND: with the names that it has */
	const struct secret_key *key;  /* STORE_ENCRYPTED: what opens it from now on */
	const struct secret_bag *said; /* STORE_COMMAND: what the command says of them */
	bool keep_backups;             /* those of .env stay, with the secrets */
};

/* ERR_INPUT where a service reads .env as a whole (env_file) and would miss one of these, since its
 * environment does not name it: with each such service, and what to write. */
int secret_readers_check(const struct compose *c, const struct strv *names, struct error *err);

/* Appends the names of the secrets that have a value of their own in .env or its store. */
void secret_move_names(const struct workspace *w, struct strv *ret);
/*
 * The plan; the store of today must be open. First the new store is written, then .env, then the
 * old store goes, then the copies of the secrets in .slipway/backup do: undo cannot bring those
 * back. ERR_INPUT where a service reads .env as a whole (it would miss them), where a command says
 * something else than today's value, and for a name that is no secret with a value. Blocks on the
 * host.
 */
int plan_of_move(struct workspace *w, const struct secret_move *move, struct plan **ret,
	struct error *err);

#endif
