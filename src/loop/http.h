/* SPDX-License-Identifier: MIT */
/*
 * HTTP by libcurl's multi interface on the loop; connections are kept and reused. A request may go
 * over a unix socket, or over a byte stream that somebody else opened (an SSH channel): `connect`
 * supplies a connected socket for each new connection (CURLOPT_OPENSOCKETFUNCTION).
 */
#ifndef SLIPWAY_LOOP_HTTP_H
#define SLIPWAY_LOOP_HTTP_H

#include "base/str.h"
#include "base/strv.h"
#include "loop/op.h"

struct http; /* a pool of connections and their settings */

/* Returns a connected stream socket, owned by the caller from then on, or -1. Must not block. */
typedef int http_connect_fn(void *arg);

/* Where a URL leads: its host (without the brackets of an IPv6 address; caller frees) and port (the
 * scheme's own when it names none). ERR_INPUT for what is no http or https URL. */
int http_url_target(const char *url, char **host, int *port, struct error *err);
/* The URL for people: safe, without user, password, query and fragment; caller frees. */
char *http_url_text(const char *url);

struct http_options {
	const char *unix_socket;  /* path; NULL: TCP by URL */
	http_connect_fn *connect; /* NULL: libcurl connects */
	void *connect_arg;
	int64_t connect_timeout_ms; /* 0: 10 s */
};

/* libcurl wakes up by events alone; an idle pool has no timers. */
struct http *http_new(struct loop *loop, const struct http_options *options);
/* All requests must have been freed. NULL is accepted. */
void http_free(struct http *http);

/* A chunk of the body; n > 0. Return false to pause the transfer until http_resume(): the same chunk
 * is then delivered again. */
typedef bool http_body_fn(void *arg, const char *data, size_t n);
/* The head is complete (status and headers known), before any body. */
typedef void http_head_fn(void *arg);

struct http_spec {
	const char *method; /* NULL: GET */
	const char *url;
	const char *body; /* copied, and the copy wiped after it; NULL: none */
	size_t body_len;
	const struct strv *headers; /* "Name: value", borrowed for the call */
	http_head_fn *on_head;      /* may be NULL */
	http_body_fn *on_body;      /* NULL: the body is kept, see http_body() */
	void *stream_arg;
	size_t keep;        /* ceiling of a kept body; 0: STR_FILE; beyond: ERR_LIMIT */
	int64_t timeout_ms; /* whole request; 0: none */
	bool follow;        /* follow redirects (same host only keeps Authorization) */
	bool insecure;      /* do not verify TLS (a probe's choice, never a default) */
	size_t buffer;      /* bytes read at a time, for streams that flood; 0: 16 KiB */
};

struct http_request; /* begins with a struct op */

/*
 * done's code is 0 whenever a complete response came, whatever its status; ERR_UNREACHABLE when no
 * connection could be made (in time); ERR_TIMEOUT; ERR_LIMIT; ERR_FAILED for a broken transfer;
 * ERR_CANCELLED. Messages name the URL without user, password and query. Inside the callbacks
 * everything is allowed: freeing this request or another, starting one, freeing the pool.
 */
int http_start(struct http *http, const struct http_spec *spec, op_done_fn *done, void *arg,
	struct http_request **ret, struct error *err);
struct op *http_op(struct http_request *r);
int http_status(const struct http_request *r);
const struct str *http_body(const struct http_request *r);
/* Value of a response header (case-insensitive), or NULL. Borrowed. */
const char *http_header(const struct http_request *r, const char *name);
/* Delivery goes on from the loop, not before this returns. */
void http_resume(struct http_request *r);

#endif
