/* SPDX-License-Identifier: MIT */
/*
 * struct log_pane: a window on the log lines of all services: follows the newest, or stays where
 * the reader is while lines keep coming; shows all services or one, from a level up, lines with a
 * text; finds text and errors. When lines come faster than they can be shown, a row says how many
 * were passed over; they are held like all others. Both the panel's lower part and the full log view are one.
 */
#ifndef SLIPWAY_UI_LOG_PANE_H
#define SLIPWAY_UI_LOG_PANE_H

#include "config/mask.h"
#include "engine/logs.h"
#include "ui/draw.h"

enum { LOG_PANE_SOURCES = 1024, LOG_PANE_TEXT = 256, LOG_PANE_ROWS = 512 };

/* What is known of the lines in [low, high): those that are shown, the newest first. A filter that
 * lets little through is not asked again about every line for each frame. */
struct log_pane_known {
	char only[LOG_PANE_TEXT], keep[LOG_PANE_TEXT];
	enum log_level level;
	size_t n_sources;
	uint64_t low, high;
	uint64_t seqs[LOG_PANE_ROWS];
	int n;
};

struct log_pane {
	const struct logs *logs; /* borrowed */
	const struct mask *mask; /* borrowed; what is not to be shown. NULL: everything is */
	struct log_filter filter;
	uint8_t shown[LOG_PANE_SOURCES];
	bool follow;
	struct log_pane_known known;
	uint64_t seen;              /* following: end of the lines when last drawn; 0: not yet */
	uint64_t skipped, mark;     /* so many lines came and went unseen above the one with that
				       seq; 0: none */
	bool mark_shown;            /* in the last frame */
	uint64_t bottom;            /* not following: seq of the lowest line shown */
	int shift;                  /* cells scrolled to the right */
	int rows;                   /* as last drawn */
	int cells;                  /* of a line's text, as last drawn */
	char only[LOG_PANE_TEXT];   /* the service shown; "": all */
	char keep[LOG_PANE_TEXT];   /* lines with this text; "": all */
	char search[LOG_PANE_TEXT]; /* what is looked for and marked; "": nothing */
};

/* Whether a source is the service or an instance of it: "web" has the sources "web", "web-2". */
bool log_source_is(const char *name, const char *service);

void log_pane_init(struct log_pane *lp, const struct logs *logs);
/* Numbers of the lines to show in at most LOG_PANE_ROWS rows, the newest first; returns how many. */
int log_pane_lines(struct log_pane *lp, uint64_t *seqs, int rows);
void log_pane_draw(struct log_pane *lp, const struct pane *p);
/* Rows up (negative) or down; reaching the end follows again. */
void log_pane_scroll(struct log_pane *lp, int rows);
void log_pane_page(struct log_pane *lp, int direction);
void log_pane_first(struct log_pane *lp);
void log_pane_last(struct log_pane *lp);
void log_pane_shift(struct log_pane *lp, int cells);
/* service NULL: all. */
void log_pane_only(struct log_pane *lp, const char *service);
void log_pane_keep(struct log_pane *lp, const char *text);
void log_pane_search(struct log_pane *lp, const char *text);
/* all, info, warnings, errors, all... */
void log_pane_next_level(struct log_pane *lp);
/* Moves to the next line (step 1 down, -1 up) that holds the searched text, or, with a level, one
 * of at least that level. False when there is none. */
bool log_pane_find(struct log_pane *lp, enum log_level level, int step);
/* "follow", "214 lines · e 1  w 3" and what narrows it, for a heading's right side; the lines of
 * the services and levels shown. Where that is wider than `cells` (0: whatever it takes), the counts go
 * first, then what is searched for; level and filter stay, cut. */
void log_pane_summary(struct log_pane *lp, int cells, struct str *out);

#endif
