/* SPDX-License-Identifier: MIT */
/* The files that services take their environment from (env_file), as the compose files write them.
 */
#ifndef SLIPWAY_CONFIG_COMPOSE_ENV_FILES_H
#define SLIPWAY_CONFIG_COMPOSE_ENV_FILES_H

#include "config/compose.h"

struct compose_env_file {
	char *service;
	char *path; /* absolute */
	bool required;
	bool outside; /* of the project's directory, as the path is written */
};

struct compose_env_files {
	struct compose_env_file *items;
	size_t n, cap;
};

/* In the order of the files; a path with variables in it is left out. */
void compose_env_files_find(struct compose_env_files *ret, const struct compose *c);
/* Those that Compose refuses the project over, as a tolerant reading found them; by then variables
 * are expanded, and paths are those of the files that are included or extended. */
void compose_env_files_missing(struct compose_env_files *ret, const struct compose *c);
void compose_env_files_done(struct compose_env_files *f);
DEFINE_AUTO(compose_env_files)

#endif
