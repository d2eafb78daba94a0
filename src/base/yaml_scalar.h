/* SPDX-License-Identifier: MIT */
/*
 * Plain YAML scalars: which type one has (words, integers with 0x, 0o, 0b and leading-zero octal,
 * floats, dates), as the reference implementation of Compose resolves them.
 */
#ifndef SLIPWAY_BASE_YAML_SCALAR_H
#define SLIPWAY_BASE_YAML_SCALAR_H

#include "base/yaml.h"

struct yaml_time {
	int year, month, day, hour, minute, second;
	int nanoseconds;
	int offset_minutes; /* east of Greenwich */
};

/* The type of a plain scalar without an explicit tag. */
enum yaml_type yaml_scalar_type(const char *text);
/* Reads "2024-01-31", "2024-1-31 10:20:30.5" or "2024-01-31T10:20:30+01:00". */
bool yaml_scalar_time(const char *text, struct yaml_time *ret);

#endif
