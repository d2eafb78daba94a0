/* SPDX-License-Identifier: MIT */
/*
 * struct compose_progress: reads what `docker compose` says while it works and tells it as struct
 * engine_progress. Understood, line by line and mixed:
 *	--progress json of Compose v5
 *({"id","parent_id","status":"Working|Done|Warning|Error","text", "details","current","total"}) and
 * of v2 (phase in "status", layers with "text");
 *	--progress plain of Compose v2 (" Container demo-web-1  Created", " a1b2c3 Downloading [=> ]
 *1MB/2MB"); BuildKit's plain output ("#6 [web 2/4] RUN ...", "#6 0.1 text", "#6 DONE 0.2s"). What
 * is none of these is kept as the last words, for the message when the command fails, but for the
 * warnings of Compose's logger, which say nothing about a failure. All text is
 * made safe for a terminal before it is told.
 */
#ifndef SLIPWAY_ENGINE_COMPOSE_PROGRESS_H
#define SLIPWAY_ENGINE_COMPOSE_PROGRESS_H

#include "base/str.h"
#include "engine/engine.h"

struct compose_step;

struct compose_progress {
	engine_progress_fn *fn; /* NULL: only the last words are wanted */
	void *arg;
	/* Name of the image of a service (Compose v2 names pulls by service); NULL: the service's
	 * name. */
	const char *(*image_of)(void *arg, const char *service);
	void *image_arg;
	struct str lines[2];        /* begun lines of stdout and stderr */
	struct str words;           /* lines that were no progress: the last 4 KiB of them */
	char *error;                /* what an error event said; NULL */
	struct strv failed;         /* in pairs: what failed ("image redis:7"), and why */
	struct compose_step *steps; /* BuildKit's, by number */
	size_t n_steps, cap_steps;
};

void compose_progress_init(struct compose_progress *p, engine_progress_fn *fn, void *arg);
void compose_progress_done(struct compose_progress *p);
DEFINE_AUTO(compose_progress)
/* A chunk of one of the streams (child_output_fn's shape but for its first argument). */
void compose_progress_feed(
	struct compose_progress *p, enum child_stream stream, const char *data, size_t n);
/* The output has ended: a last line without newline counts. */
void compose_progress_end(struct compose_progress *p);
/* One line that says best why the command failed; NULL when it said nothing. Caller frees. */
char *compose_progress_reason(const struct compose_progress *p);

/* For the parts of the parser. */
struct engine_progress;
void compose_progress_tell(struct compose_progress *p, struct engine_progress *e);
/* One line of BuildKit's plain output; false: it is none. */
bool compose_build_line(struct compose_progress *p, const char *line);
void compose_build_done(struct compose_progress *p);
/* "1.234MB", "17kB", "512B": decimal units as Docker prints sizes; *end is behind them. -1: no
 * size. */
int64_t compose_human_size(const char *text, const char **end);

#endif
