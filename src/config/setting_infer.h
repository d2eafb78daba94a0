/* SPDX-License-Identifier: MIT */
/* Between the parts of settings_infer(). */
#ifndef SLIPWAY_CONFIG_SETTING_INFER_H
#define SLIPWAY_CONFIG_SETTING_INFER_H

#include "config/setting.h"
#include "config/setting_doc.h"

/* Where a setting was found in an env file; one for each item of the settings, in the same order.
 */
struct setting_origin {
	const struct setting_doc *doc; /* NULL: only the compose files use it */
	int heading[HEADING_LEVELS];   /* as in struct setting_doc_item */
};

/* Gives every setting a page: by the headings of the files, else by who uses it; at most
 * SETTING_PAGES_MAX of them, none with very many settings where it can be divided. */
void setting_pages(struct settings *all, const struct setting_origin *origins);
enum { SETTING_PAGES_MAX = 16 };

#endif
