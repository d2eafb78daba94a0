/* SPDX-License-Identifier: MIT */
/* Between the files that change a struct env_file. */
#ifndef SLIPWAY_CONFIG_ENV_PARTS_H
#define SLIPWAY_CONFIG_ENV_PARTS_H

#include "config/env_file.h"

/* Replaces f's text by text (and parses it), or leaves f alone. A last line that Compose would not
 * take gets its newline. */
int env_file_replace(struct env_file *f, struct str *text, struct error *err);
/* Whether a bare value can stand before `rest`, which follows it on its line. */
bool env_bare_fits(const char *rest, bool empty);

#endif
