/* SPDX-License-Identifier: MIT */
/*
 * struct value_test: whether what a setting says works: the database lets in, the endpoint answers,
 * the token is known. A test advises; nobody has to heed it, and the value stays as it is.
 */
#ifndef SLIPWAY_PROBE_VALUE_TEST_H
#define SLIPWAY_PROBE_VALUE_TEST_H

#include "config/compose.h"
#include "config/setting.h"
#include "probe/probe.h"

enum value_verdict {
	VALUE_WORKS,
	VALUE_FAILS,
	VALUE_LATER, /* it names a service of the project that is not published: once it runs */
};

struct value_test_info {
	const char *name; /* "postgres", as `test:` of a definition names it */
	const char *help; /* N_() what is asked */
};
/* One row a test; ends with a NULL name. */
extern const struct value_test_info *const value_tests[];

struct value_test_spec {
	const struct settings *all; /* where hosts, ports and passwords beside the value stand */
	const struct setting *setting;
	const struct compose
		*compose;      /* names of services and their published ports; may be NULL */
	const char *extension; /* of PostgreSQL, to be looked for; NULL: none */
	int64_t timeout_ms;    /* 0: 5 s */
};

/* Which test fits the setting and its effective value: by the definition, else by name, type and
 * value. NULL: none, or nothing to test. */
const struct value_test_info *value_test_find(const struct value_test_spec *spec);

struct value_test; /* begins with a struct op */

/* Asks. ERR_INPUT when no test fits, or the value cannot be taken apart. done's code is 0 or
 * ERR_CANCELLED. */
int value_test_start(struct host *h, const struct value_test_spec *spec, op_done_fn *done,
	void *arg, struct value_test **ret, struct error *err);
struct op *value_test_op(struct value_test *t);
enum value_verdict value_test_verdict(const struct value_test *t);
/* One line in words, safe for terminals, without any secret. Borrowed. */
const char *value_test_text(const struct value_test *t);

#endif
