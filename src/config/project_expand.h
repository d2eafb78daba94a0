/* SPDX-License-Identifier: MIT */
/* Texts of a stack definition that hold ${VAR}, expanded with a project's values. */
#ifndef SLIPWAY_CONFIG_PROJECT_EXPAND_H
#define SLIPWAY_CONFIG_PROJECT_EXPAND_H

#include "base/str.h"
#include "config/project.h"

/* Value of a name: the setting's effective value, else the compose variable's, else the one in
 * environ (NAME=value; may be NULL); NULL when nowhere. Borrowed. */
const char *project_value(const struct project *p, const struct strv *environ, const char *name);
/* Appends the expanded text; errors as interp_expand(). */
int project_expand(const struct project *p, const struct strv *environ, const char *text,
	struct str *out, struct error *err);
/* Each of `from`, appended to out. */
int project_expand_all(const struct project *p, const struct strv *environ, const struct strv *from,
	struct strv *out, struct error *err);

#endif
