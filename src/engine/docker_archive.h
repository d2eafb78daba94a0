/* SPDX-License-Identifier: MIT */
/* One file out of a container, which need not run: GET /containers/ID/archive. */
#ifndef SLIPWAY_ENGINE_DOCKER_ARCHIVE_H
#define SLIPWAY_ENGINE_DOCKER_ARCHIVE_H

#include "engine/docker_api.h"

/*
 * Appends the file's bytes to ret, whose ceiling is the file's (ERR_LIMIT). done: as docker_call();
 * ERR_NOT_FOUND: there is no such file; ERR_INPUT: it is no file (a link is not followed), or what
 * came is no archive. ret is borrowed until then.
 */
struct op *docker_archive_read(struct docker *d, const char *container, const char *path,
	struct str *ret, op_done_fn *done, void *arg);

/* The same out of the bytes of the archive (POSIX ustar, with the headers of pax and of GNU tar
 * passed over). */
int docker_archive_file(const char *tar, size_t n, struct str *ret, struct error *err);

#endif
