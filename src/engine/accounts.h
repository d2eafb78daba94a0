/* SPDX-License-Identifier: MIT */
/*
 * struct accounts: the users and groups of an image, as its /etc/passwd and /etc/group have them;
 * and what the Engine makes of a user: by them. The files are anybody's: every byte of them is
 * data.
 */
#ifndef SLIPWAY_ENGINE_ACCOUNTS_H
#define SLIPWAY_ENGINE_ACCOUNTS_H

#include "base/error.h"
#include "base/str.h"

#include <stdbool.h>
#include <stdint.h>

enum {
	ACCOUNTS_FILE = 1024 * 1024, /* bytes of either file at most */
	ACCOUNTS_LINE = 64 * 1024,   /* as the Engine's own reader: it starts nothing beyond */
};

struct accounts {
	struct str passwd, group; /* empty: the image has no such file */
};

struct account {
	int64_t uid, gid; /* -1: nothing says it */
};

void accounts_init(struct accounts *a);
void accounts_done(struct accounts *a);

/* Whether user ("1000:1000", "" or NULL, "root") says its numbers by itself; ret has those that it
 * says: of "1000" the group depends on the image. */
bool account_parse(const char *user, struct account *ret);
/*
 * By the rules of the Engine (moby/sys/user, GetExecUser): a number is never a name; the first line
 * that fits counts; without a group it is that of the user's line. A number without a line keeps
 * gid -1. ERR_NOT_FOUND: there is no such user or group; ERR_INPUT: its line has no number that can
 * be one; ERR_LIMIT: a line that is too long.
 */
int accounts_find(
	const struct accounts *a, const char *user, struct account *ret, struct error *err);

#endif
