/* SPDX-License-Identifier: MIT */
/*
 * A stand-in for a Docker Engine: a thread that answers on a unix socket what the test has put
 * there. Paths are matched without their version ("/v1.44") and without their query, unless the
 * route has one.
 */
#ifndef SLIPWAY_TESTS_FAKE_ENGINE_H
#define SLIPWAY_TESTS_FAKE_ENGINE_H

#include <stddef.h>

struct fake_engine;

struct fake_engine *fake_engine_new(const char *path);
void fake_engine_free(struct fake_engine *f);

/* Answers path with that status and body from now on; type NULL: application/json. */
void fake_engine_put(struct fake_engine *f, const char *path, int status, const char *type,
	const void *body, size_t n);
/* The same for a NUL-terminated body with status 200. */
void fake_engine_put_text(struct fake_engine *f, const char *path, const char *body);
/* Answers path with a stream that stays open: n bytes first, then what is pushed. */
void fake_engine_put_stream(
	struct fake_engine *f, const char *path, const char *type, const void *body, size_t n);
/* Sends to all open streams of path. */
void fake_engine_push(struct fake_engine *f, const char *path, const void *data, size_t n);
/* Ends the open streams of path in order. */
void fake_engine_end(struct fake_engine *f, const char *path);
/* Breaks all connections; while it is down, new ones are refused. */
void fake_engine_down(struct fake_engine *f);
void fake_engine_up(struct fake_engine *f);

/* Requests for path so far; the last query it was asked with (copied into buf, "" when none). */
int fake_engine_asked(struct fake_engine *f, const char *path);
void fake_engine_query(struct fake_engine *f, const char *path, char *buf, size_t size);
int fake_engine_connections(struct fake_engine *f);

#endif
