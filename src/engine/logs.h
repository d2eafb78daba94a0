/* SPDX-License-Identifier: MIT */
/*
 * struct logs: log lines of all services, merged by time, in one bounded ring. Text is made safe for
 * terminals before it is stored. Oldest lines give way when the ring is full; memory is taken as it
 * fills. Built for floods: appending a line costs well under a microsecond and never allocates.
 */
#ifndef SLIPWAY_ENGINE_LOGS_H
#define SLIPWAY_ENGINE_LOGS_H

#include "base/str.h"

#include <stdbool.h>
#include <stdint.h>

enum { LOGS_REORDER = 256 }; /* lines a late one may move up */

enum log_level { LOG_UNKNOWN, LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR };

struct log_line {
	uint64_t seq;      /* grows by one a line; never reused */
	int64_t time_ns;   /* since 1970 */
	uint16_t source;   /* see logs_source_name() */
	uint8_t level;     /* enum log_level */
	uint8_t stream;    /* 1 stdout, 2 stderr, 3 engine */
	const char *text;  /* borrowed until the next append; not NUL-terminated */
	size_t len;
};

struct logs;

/* max_bytes 0: 32 MiB of text; else rounded down to a power of two, 64 KiB at least. The index takes
 * another 3/8 of that. */
struct logs *logs_new(size_t max_bytes);
void logs_free(struct logs *logs);

/* Number of a source (a service, or "service-2" for a further instance); made when new. */
int logs_source(struct logs *logs, const char *name);
const char *logs_source_name(const struct logs *logs, int source);
size_t logs_sources(const struct logs *logs);

/* One line without its newline; text as it came, cut at 64 KiB. A late line (time before its
 * predecessors') goes to its place when that is within the last 256 lines, else to the end; the seq
 * of the lines it passes grows by one. */
void logs_append(struct logs *logs, int source, int stream, int64_t time_ns, const char *text, size_t len);

/* Lines in [first, end) by seq are held. */
uint64_t logs_first(const struct logs *logs);
uint64_t logs_end(const struct logs *logs);
/* Lines ever appended, and counts by source (negative: all) and level of what is held. */
uint64_t logs_total(const struct logs *logs);
uint64_t logs_count(const struct logs *logs, int source, enum log_level level);
bool logs_get(const struct logs *logs, uint64_t seq, struct log_line *ret);

/* What is shown. Zeroed: everything. */
struct log_filter {
	const uint8_t *sources; /* one byte a source number, non-zero: shown; NULL: all */
	size_t n_sources;       /* sources beyond are not shown */
	enum log_level min_level;
	const char *text; /* substring, case-insensitive for ASCII; NULL */
	bool invert;      /* lines without `text` */
};
bool log_filter_match(const struct log_filter *f, const struct log_line *line);
/* Next line that matches, from seq (inclusive) upwards (step 1) or downwards (-1), looking at `budget`
 * lines at most. True: found, in *ret, and *seq is its number. False: *seq is where to go on (budget
 * met) or, when there is nothing more, end/first; the first line is then known not to match. */
bool logs_next(const struct logs *logs, const struct log_filter *f, uint64_t *seq, int step, size_t budget,
	struct log_line *ret);

/* First error-level line of a source since time_ns; false when none. */
bool logs_first_error(const struct logs *logs, int source, int64_t since_ns, struct log_line *ret);
/* What a line (already safe for a terminal) says about itself, by where in it a level word stands:
 * line start, [level], :level, "level", level:, LEVEL; two levels in the same place: unknown. */
enum log_level log_level_guess(const char *text, size_t len);
const char *log_level_name(enum log_level level);

#endif
