/* SPDX-License-Identifier: MIT */
/*
 * struct docker: the Engine API of one Engine, over connections that the host dials. Replies are
 * JSON documents, or streams of bytes or of JSON lines. The version is negotiated once: the smaller
 * of ours and the Engine's, never below what the Engine still speaks.
 */
#ifndef SLIPWAY_ENGINE_DOCKER_API_H
#define SLIPWAY_ENGINE_DOCKER_API_H

#include "base/json.h"
#include "engine/docker_socket.h"
#include "host/host.h"
#include "loop/http.h"
#include "loop/op.h"

struct docker_call;
struct docker_line; /* a connection that is being made or waits for its use */

struct docker {
	struct host *host; /* borrowed */
	struct loop *loop; /* borrowed */
	struct docker_socket socket;
	char *user;    /* who we are on the host; for remedies */
	char *api;     /* "1.44"; NULL before docker_connect() */
	char *version; /* "26.1.5" */
	char *name;    /* "Docker Engine", "Podman" */
	struct http *http;
	struct docker_line *lines;
	struct docker_call *waiting; /* for a connection */
	int unheaded;                /* calls that may still take a connection */
};

void docker_init(struct docker *d, struct host *h, struct loop *loop);
/* All calls must have been freed. */
void docker_done(struct docker *d);

/*
 * Finds the Engine, asks it for its versions. done: ERR_UNREACHABLE (also when what answers, or breaks
 * off, or says nothing in time is no Engine), ERR_DENIED, ERR_INPUT (too old, or an address that
 * cannot be used), each with its remedy.
 */
struct op *docker_connect(struct docker *d, op_done_fn *done, void *arg);

/* The version to speak; NULL: the Engine is too old (or newer than all that is known here). */
char *docker_negotiate(const char *server, const char *server_min);

/* A chunk of a stream; false pauses it until docker_call_resume(), which delivers it again. */
typedef bool docker_data_fn(void *arg, const char *data, size_t n);
/* One line of a stream of JSON documents; borrowed. */
typedef void docker_json_fn(void *arg, struct json_object *o);
/* The response's head has come, with a status below 300. */
typedef void docker_head_fn(void *arg, const char *content_type);

struct docker_spec {
	const char *method; /* NULL: GET */
	const char *path;   /* "/containers/json?all=1", parts escaped with docker_escape() */
	bool unversioned;
	struct json_object *body; /* borrowed for the call; NULL: none */
	int64_t timeout_ms;       /* 0: none */
	size_t buffer;            /* bytes read at a time; 0: few */
	docker_head_fn *on_head;  /* may be NULL */
	docker_data_fn *on_data;  /* a stream of bytes ... */
	docker_json_fn
		*on_json; /* ... or of JSON lines, 4 MiB each at most; both NULL: a document */
	void *stream_arg;
};

/*
 * done: 0 for a status below 400; ERR_NOT_FOUND (404), ERR_DENIED (401, 403), ERR_FAILED (others)
 * with what the Engine said; ERR_UNREACHABLE when no answer came, or none that is sound
 * (docker_socket_broke()); before docker_connect() the codes of http.h, ERR_INPUT for what is no
 * JSON.
 */
struct op *docker_call(
	struct docker *d, const struct docker_spec *spec, op_done_fn *done, void *arg);
/* Of a finished call (in done, too): the document (borrowed; NULL: none), the status, a header. */
struct json_object *docker_call_reply(struct op *call);
int docker_call_status(struct op *call);
const char *docker_call_header(struct op *call, const char *name);
void docker_call_resume(struct op *call);

/* A part of a path or the value of a query, percent-encoded; caller frees. */
char *docker_escape(const char *text);
/* The value of filters= for the project (and one service of it): "%7B%22label%22..."; caller frees.
 */
char *docker_label_filter(const char *project, const char *service);

#endif
