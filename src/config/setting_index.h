/* SPDX-License-Identifier: MIT */
/* The index of struct settings: what setting.c makes of it and asks it. */
#ifndef SLIPWAY_CONFIG_SETTING_INDEX_H
#define SLIPWAY_CONFIG_SETTING_INDEX_H

#include "config/setting.h"

/* Of the items as they are. */
void setting_index_make(struct settings *s);
/* The next setting that may have gifts, beginning with the at-th of those; NULL: no more. */
const struct setting *setting_index_giver(const struct settings *s, size_t at);

#endif
