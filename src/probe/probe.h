/* SPDX-License-Identifier: MIT */
/*
 * struct probe: asks something once whether it works. Everything goes through struct host, so that a
 * service is asked from where it runs.
 */
#ifndef SLIPWAY_PROBE_PROBE_H
#define SLIPWAY_PROBE_PROBE_H

#include "base/strv.h"
#include "host/host.h"
#include "loop/op.h"

enum probe_kind {
	PROBE_HTTP,     /* GET url */
	PROBE_TCP,      /* connect to host:port */
	PROBE_POSTGRES, /* log in; where there is a query, it holds unless it fails, gives no row, or its
			   first value is false */
	PROBE_REDIS,    /* AUTH where there is a password; PING */
	PROBE_COMMAND,  /* run argv on the host; exit status 0 */
	PROBE_SMTP,     /* the greeting of a mail server: 220 */
};

/* Borrowed for the call of probe_start() only. */
struct probe_spec {
	enum probe_kind kind;
	const char *url;
	int expect;              /* HTTP status; 0: any of 200-299 */
	bool answers;            /* HTTP: any status below 500 will do, a refusal too */
	bool s3;                 /* HTTP: and it is a server that speaks S3 */
	const char *bearer;      /* HTTP: token of an Authorization header; never shown */
	const char *json_path;   /* "services.database"; NULL: the body does not matter */
	const char *json_equals; /* "ok", "true", "3"; NULL: the value must only be there */
	const char *json_not;    /* any value but this; NULL */
	const struct strv *json_degraded; /* values that will do, although not all is well; NULL */
	const struct strv *headers;       /* HTTP: "Name: value"; the values are never shown */
	const char *host;        /* NULL: localhost */
	int port;                /* 0: the kind's own (5432, 6379) */
	const char *user, *password, *database;
	const char *query;
	const struct strv *argv;
	const struct strv *env; /* of the command; NULL: the host's */
	const char *cwd;
	int64_t timeout_ms;      /* 0: 5 s */
};

struct probe; /* begins with a struct op */

/* done's code is 0 when the question was asked and answered, one way or the other: see probe_ok().
 * Otherwise ERR_CANCELLED, or ERR_INPUT for a specification that cannot be asked. */
int probe_start(struct host *h, const struct probe_spec *spec, op_done_fn *done, void *arg, struct probe **ret,
	struct error *err);
struct op *probe_op(struct probe *p);
bool probe_ok(const struct probe *p);
/* It holds by a value that will do, although not all is well; the text says which. */
bool probe_degraded(const struct probe *p);
/* It answered, and did not let this password in: PostgreSQL, Redis. */
bool probe_refused(const struct probe *p);
/* One line of evidence, at most 4 KiB, safe for terminals, without the specification's password:
 * "GET http://localhost:8080/readyz -> 503 {"ready":false}". Borrowed. */
const char *probe_text(const struct probe *p);
int64_t probe_latency_ms(const struct probe *p);
/* What is asked, without the answer: "GET http://localhost:8080/readyz"; a command with its arguments,
 * as they are. Caller frees. */
char *probe_describe(const struct probe_spec *spec);

#endif
