/* SPDX-License-Identifier: MIT */
/*
 * What an env file says to people: keys in file order, commented-out ones too, each with the
 * comments above and beside it and the headings it stands under. Headings are found as people write
 * them:
 *
 *	boxed between rulers, underlined by one, framed by empty comment lines	HEADING_STRONG
 *	decorated (--- Title ---, [Title]), one # less than the lines below it, or alone with ##
 *						HEADING_MEDIUM
 *	a few words above a group of keys			HEADING_WEAK
 *
 * Reading never fails: a line that is none of this is left out. Values are kept as written, without
 * quotes; variables in them are not expanded.
 */
#ifndef SLIPWAY_CONFIG_SETTING_DOC_H
#define SLIPWAY_CONFIG_SETTING_DOC_H

#include "base/str.h"

enum setting_heading_level { HEADING_WEAK, HEADING_MEDIUM, HEADING_STRONG, HEADING_LEVELS };

struct setting_heading {
	char *title;
	char *about; /* NULL: none */
	enum setting_heading_level level;
};

struct setting_doc_item {
	char *key;
	char *value;    /* "" for none */
	char *help;     /* paragraphs separated by empty lines; NULL: none */
	bool commented; /* "# KEY=value" */
	int line;
	int heading[HEADING_LEVELS]; /* index of the last heading of each level above it; -1: none
				      */
};

struct setting_doc {
	struct setting_doc_item *items;
	size_t n, cap;
	struct setting_heading *headings;
	size_t n_headings, headings_cap;
};

void setting_doc_read(struct setting_doc *doc, const char *text, size_t n);
void setting_doc_done(struct setting_doc *doc); /* wipes values */
DEFINE_AUTO(setting_doc)

#endif
