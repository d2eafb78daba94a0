/* SPDX-License-Identifier: MIT */
/* Socket addresses: the small print. */
#ifndef SLIPWAY_LOOP_SOCK_H
#define SLIPWAY_LOOP_SOCK_H

/*
 * A path to the same socket that fits into sockaddr_un (107 bytes): path itself, or
 * "/proc/self/fd/N/name" where *dirfd is set to a descriptor of its directory, which must stay open
 * as long as the path is used. *dirfd is -1 otherwise. NULL with errno when the directory cannot be
 * opened or the name alone is too long. Caller frees.
 */
char *sock_short_path(const char *path, int *dirfd);

#endif
