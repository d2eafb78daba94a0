/* SPDX-License-Identifier: MIT */
/* Replies of Redis (RESP, "Redis serialization protocol specification"), one at a time. */
#ifndef SLIPWAY_PROBE_RESP_H
#define SLIPWAY_PROBE_RESP_H

#include "base/str.h"
#include "base/strv.h"

enum resp_kind { RESP_TEXT, RESP_ERROR, RESP_INTEGER, RESP_NIL, RESP_OTHER };

struct resp_reply {
	enum resp_kind kind;
	const char *text; /* into the data; not NUL-terminated; NULL for RESP_NIL and RESP_OTHER */
	size_t len;
};

/* Reads the reply at the start of data. Returns the bytes it takes, 0 when more are needed, -1 for
 * what is no reply (or one of more than 1 MiB). Aggregates are recognised by their first line only:
 * they are RESP_OTHER, and nothing behind them can be read. */
long resp_parse(const char *data, size_t n, struct resp_reply *ret);
/* Appends a command as an array of bulk strings; its words may hold anything. */
void resp_command(struct str *out, const struct strv *words);

#endif
