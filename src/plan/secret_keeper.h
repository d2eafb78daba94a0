/* SPDX-License-Identifier: MIT */
/*
 * Programs that take a secret when their data is made, and know only that one afterwards: which
 * image keeps which variable in which directory. Sources: the documentation of each image. What
 * reads its secret at every start (Redis, Qdrant, Meilisearch, Pi-hole) is not here.
 */
#ifndef SLIPWAY_PLAN_SECRET_KEEPER_H
#define SLIPWAY_PLAN_SECRET_KEEPER_H

#include "config/compose.h"

enum { KEEPER_WORDS = 10 };

struct secret_keeper {
	const char *program;                 /* "PostgreSQL" */
	const char *images[KEEPER_WORDS];    /* words in the last part of an image's name */
	const char *variables[KEEPER_WORDS]; /* patterns (fnmatch) of names inside the container */
	const char *directories[KEEPER_WORDS]; /* where its data is, or the directories above it */
	const char *directory_variable;        /* names another data directory; NULL */
	const char *marker; /* a name that is in the data directory once data was made; NULL */
	bool database;      /* every volume of it that is not for something else holds data */
};

const struct secret_keeper *secret_keepers(size_t *ret_n);
/* By its image, or by its name where that says nothing; NULL. */
const struct secret_keeper *secret_keeper_of(const struct compose_service *service);
/* By a directory that holds nothing but such data ("/var/lib/mysql", not "/data"); NULL. */
const struct secret_keeper *secret_keeper_by_directory(const char *target);
bool secret_keeper_takes(const struct secret_keeper *k, const char *variable);
/* target is a data directory, or is below or above one. */
bool secret_keeper_stores(const struct secret_keeper *k, const char *target);
/* target of a mount is for something else than data: configuration, scripts, logs, backups. */
bool secret_keeper_is_aside(const char *target);

#endif
