/* SPDX-License-Identifier: MIT */
/* Real PostgreSQL and Redis servers for tests: on a free port of 127.0.0.1, in a directory of their
 * own that goes with them. */
#ifndef SLIPWAY_TESTS_REAL_SERVER_H
#define SLIPWAY_TESTS_REAL_SERVER_H

#include "loop/child.h"

#define REAL_USER "slipway"
#define REAL_PASSWORD "a 'word' of s3crecy"

struct real_server;

/* Both wait until the server is ready. NULL when it cannot be had here, with the reason in *why. */
struct real_server *real_postgres_new(struct loop *loop, const char **why);
/* One user besides the default one: REAL_USER with REAL_PASSWORD; everybody else has to use
 * REAL_PASSWORD, too. */
struct real_server *real_redis_new(struct loop *loop, const char **why);
int real_server_port(const struct real_server *s);
void real_server_free(struct real_server *s);

#endif
