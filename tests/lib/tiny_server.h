/* SPDX-License-Identifier: MIT */
/* A server of one thread for tests: it accepts one connection after the other and lets the test
 * speak for it, with plain blocking calls. */
#ifndef SLIPWAY_TESTS_TINY_SERVER_H
#define SLIPWAY_TESTS_TINY_SERVER_H

#include <stddef.h>
#include <stdatomic.h>

/* Serves one connection (the nth, from 1); the server closes fd. */
typedef void tiny_serve_fn(void *arg, int fd, int nth);

struct tiny_server;

/* On unix_path, or on a free port of 127.0.0.1 when that is NULL. */
struct tiny_server *tiny_server_new(const char *unix_path, tiny_serve_fn *serve, void *arg);
/* Ends the thread; a serve() that waits for its peer is woken by the end of its connection. */
void tiny_server_free(struct tiny_server *s);
int tiny_server_port(const struct tiny_server *s);
int tiny_server_connections(struct tiny_server *s);

/* A port of 127.0.0.1 that refuses connections, and that nobody else gets before *ret_fd is closed.
 */
int tiny_refusing_port(int *ret_fd);

/* Reads up to and with the empty line; what follows it is left unread. 0 at the end of the stream.
 */
size_t tiny_read_head(int fd, char *buf, size_t size);
/* Reads exactly n bytes; 0 when the stream ends before. */
int tiny_read_n(int fd, char *buf, size_t n);
void tiny_send(int fd, const char *text);

#endif
