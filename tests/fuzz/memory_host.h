/* SPDX-License-Identifier: MIT */
/* A host whose only files are those of one text: what stands before the first line "#= NAME" is
 * DIR/compose.yaml, each such line begins DIR/NAME. It can be read and nothing else. */
#ifndef SLIPWAY_TESTS_MEMORY_HOST_H
#define SLIPWAY_TESTS_MEMORY_HOST_H

#include "host/host.h"

struct host *memory_host_new(const char *dir, const char *text, size_t n);

#endif
