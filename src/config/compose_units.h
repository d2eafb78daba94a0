/* SPDX-License-Identifier: MIT */
/* Sizes and durations exactly as Compose reads and prints them. */
#ifndef SLIPWAY_CONFIG_COMPOSE_UNITS_H
#define SLIPWAY_CONFIG_COMPOSE_UNITS_H

#include <stdbool.h>
#include <stdint.h>

/* "64m", "1.5 GiB", "512": units of 1024, at most one letter with "b" or "ib". */
bool compose_read_bytes(const char *text, int64_t *ret);
/* "1m30s", "1.5h", "-2us", "0", in nanoseconds. */
bool compose_read_duration(const char *text, int64_t *ret_ns);
/* "1m30s", "500ms", "0s". */
void compose_print_duration(int64_t ns, char out[48]);

#endif
