/* SPDX-License-Identifier: MIT */
/* Between probe.c, which knows what all probes have in common, and the kinds. */
#ifndef SLIPWAY_PROBE_PROBE_KIND_H
#define SLIPWAY_PROBE_PROBE_KIND_H

#include "probe/probe.h"

struct probe_kind_ops {
	const char *name;
	int port; /* where it usually listens; 0: the specification says */
	/* 0 or ERR_INPUT. */
	int (*check)(const struct probe_spec *spec, struct error *err);
	char *(*describe)(const struct probe_spec *spec);
	/* Begins; the outcome comes by probe_answer(), not before this returns. An error is an
	 * answer. */
	int (*start)(struct probe *p, struct error *err);
	/* Time is up: false where the kind has nothing better to say than that. NULL: it never has.
	 */
	bool (*late)(struct probe *p);
	/* Ends what start began and releases p->state; p->step has been freed. */
	void (*stop)(struct probe *p);
};

struct probe {
	struct op op;
	const struct probe_kind_ops *kind;
	struct host *host;
	struct probe_spec spec; /* with copies of everything */
	struct strv argv, env, degraded, headers;
	struct op *step; /* what runs now: a connection, a child, ... */
	void *state;     /* the kind's */
	char *label;
	char *text;
	bool ok;
	bool refused; /* to let the password in: set before the answer */
	bool is_degraded; /* it will do, although not all is well: set before the answer */
	uint64_t began_ns;
	int64_t latency_ms;
	struct timer *timeout;
};

extern const struct probe_kind_ops probe_http, probe_tcp, probe_postgres, probe_redis,
	probe_command, probe_smtp;

/* The outcome: "<label> -> <evidence>". Everything that still runs is stopped. */
void probe_answer(struct probe *p, bool ok, const char *fmt, ...) ATTR_PRINTF(3, 4);
/* The same for an operation that failed: the reason alone where the error has one. */
void probe_answer_error(struct probe *p, const struct error *err);

/* Connects to the specification's host and port (or the given ones) as p->step. */
int probe_dial(struct probe *p, const char *host, int port, op_done_fn *done, struct error *err);
/* "localhost:5432", for labels; caller frees. */
char *probe_address(const struct probe_spec *spec, int default_port);
/* One line of what somebody said: blanks of all kinds become one blank. */
void probe_add_line(struct str *out, const char *text, size_t n, size_t max);

#endif
