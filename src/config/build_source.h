/* SPDX-License-Identifier: MIT */
/* What the image of a service is built from, as far as it is on the host. */
#ifndef SLIPWAY_CONFIG_BUILD_SOURCE_H
#define SLIPWAY_CONFIG_BUILD_SOURCE_H

#include "config/compose.h"

/* Path of the service's Dockerfile; NULL: it is not built, from a repository elsewhere, or by what
 * the compose file itself says. Caller frees. */
char *build_dockerfile(const struct compose_service *s);
/* What is missing to build it: the directory it is built in, or else the Dockerfile; NULL: nothing.
 * Caller frees. Blocks on the host. */
char *build_missing(struct host *h, const struct compose_service *s);
/* What is missing for all active services: paths, and beside each who is built from it ("api,
 * web"). Blocks on the host. */
void build_gaps(
	struct host *h, const struct compose *c, struct strv *ret_paths, struct strv *ret_services);
/* Whether the directory is, or holds, what the service is built from, so that an empty one in its
 * place would be of no use. */
bool build_is_source(const struct compose_service *s, const char *dir);

#endif
