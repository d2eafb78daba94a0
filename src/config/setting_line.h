/* SPDX-License-Identifier: MIT */
/* The lines of an env file as people wrote them: what setting_doc_read() puts together. */
#ifndef SLIPWAY_CONFIG_SETTING_LINE_H
#define SLIPWAY_CONFIG_SETTING_LINE_H

#include "base/str.h"

enum setting_line_kind { LINE_BLANK, LINE_TEXT, LINE_EMPTY, LINE_RULER, LINE_TITLE, LINE_KEY };

/* One line, classified. */
struct setting_line {
	enum setting_line_kind kind;
	char *text; /* LINE_TEXT, LINE_TITLE: without markers */
	char *key, *value, *beside;
	bool commented;
	int hashes;
	int number;
};

/* Reads the line at p into l (zeroed); returns where it ends: its newline, or end. A quoted value
 * may span lines. */
const char *setting_line_read(const char *p, const char *end, struct setting_line *l);
void setting_line_done(struct setting_line *l);
/* Without white space around; caller frees. */
char *setting_line_trim(const char *s, size_t n);

#endif
