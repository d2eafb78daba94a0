/* SPDX-License-Identifier: MIT */
/* What Docker's own words mean, where they are known: short, with what can be done about it. */
#ifndef SLIPWAY_ENGINE_DOCKER_WORDS_H
#define SLIPWAY_ENGINE_DOCKER_WORDS_H

#include "base/error.h"

/* "a program on the host has the port 8080"; NULL when the text is not known. *ret_hint (may be NULL)
 * says what to do about it. Caller frees. */
char *docker_meaning(const char *text, const char **ret_hint);
/* The message becomes what it means, with its words as detail and the hint; left alone when it is not
 * known. */
void docker_explain(struct error *err);

/* Why an image could not be fetched: "this machine cannot find ghcr.io", "registry-1.docker.io has no such
 * image or tag"; NULL when the text is not known. `ref` names the registry where the text does not (NULL:
 * "the registry"). *ret_hint says what to do about it. Caller frees. */
char *docker_pull_meaning(const char *text, const char *ref, const char **ret_hint);

#endif
