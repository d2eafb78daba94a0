/* SPDX-License-Identifier: MIT */
/* Between http.c (the pool: libcurl's multi handle on the loop) and http_request.c. */
#ifndef SLIPWAY_LOOP_HTTP_POOL_H
#define SLIPWAY_LOOP_HTTP_POOL_H

#include "loop/http.h"
#include "loop/http_deaf.h"

#include <curl/curl.h>

/* What libcurl works on. Outlives its request while libcurl is on the stack: an easy handle must not
 * be released inside its own callbacks. */
struct transfer {
	CURL *easy;
	struct curl_slist *headers, *connect_to;
	struct http *http;
	struct http_request *request; /* NULL: nobody waits any more */
	char *body;                   /* what libcurl sends from; wiped */
	size_t body_len;
	bool added;
	struct transfer *next; /* in one of the pool's lists */
	char text[CURL_ERROR_SIZE];
};

struct http {
	struct loop *loop;
	CURLM *multi; /* NULL until the first request */
	struct timer *timer;
	char *unix_path; /* as the caller named it */
	char *unix_short;
	int unix_dir;
	http_connect_fn *connect;
	void *connect_arg;
	struct http_deaf deaf;
	int64_t connect_timeout_ms;
	int inside;                   /* libcurl is on the stack */
	bool closing;                 /* freed meanwhile */
	struct transfer *start, *end; /* to add and to release, once it is not */
};

/* Before the first request, and before each. */
void http_begin(struct http *http);
/* Around every call of libcurl that may call back. The pool may be gone after http_leave(). */
void http_enter(struct http *http);
void http_leave(struct http *http);
/* Hands the transfer to libcurl, or takes it back and releases it: now or as soon as that is allowed. */
void http_add(struct transfer *t);
void http_drop(struct transfer *t);

/* The transfer has ended with libcurl's result; called with libcurl off the stack. */
void http_request_ended(struct transfer *t, CURLcode result);
/* Releases what t holds; t is in no list and not added. */
void http_transfer_free(struct transfer *t);

#endif
