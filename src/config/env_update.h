/* SPDX-License-Identifier: MIT */
/*
 * The three-way update of a .env: what the stack's example was when it was last seen (base), what it
 * is now (theirs), and what the user has (ours). Pure: texts in, changes and texts out.
 *
 *	base	ours	theirs
 *	-	-	A	ENV_ADDED	as it stands there, with its comment, where it has it
 *	A	A	B	ENV_FOLLOWED	the user never chose: the new default
 *	A	B	C	ENV_CONFLICT	both did
 *	A	any	-	ENV_REMOVED	reported; taken out only when asked for
 *	OLD	OLD	NEW	ENV_RENAMED	by the table of names; the value stays
 *
 * Everything else stays as the user has it. What is not known to have changed, has not: without a
 * base only keys that are missing are added, and names changed.
 */
#ifndef SLIPWAY_CONFIG_ENV_UPDATE_H
#define SLIPWAY_CONFIG_ENV_UPDATE_H

#include "config/env_file.h"

enum env_change_kind { ENV_ADDED, ENV_RENAMED, ENV_FOLLOWED, ENV_CONFLICT, ENV_REMOVED };
enum { ENV_CHANGE_KINDS = ENV_REMOVED + 1 };
/* "added", "renamed", "followed", "conflict", "removed"; for JSON. */
const char *env_change_name(enum env_change_kind kind);

enum env_decision {
	ENV_OPEN, /* nobody decided: .env keeps what it has, and it comes up again next time */
	ENV_KEEP, /* .env keeps what it has; that was the answer */
	ENV_TAKE, /* as the stack has it now */
};

struct env_change {
	enum env_change_kind kind;
	enum env_decision decision; /* TAKE to begin with; of conflicts and removed keys OPEN */
	char *key;                  /* of ENV_RENAMED the new name */
	char *old_key;              /* of ENV_RENAMED; else NULL */
	char *base, *yours, *theirs; /* as written, without quotes; NULL: not there; wiped */
	int line;                   /* of the user's; 0 */
};

struct env_changes {
	struct env_change *items; /* in the order of theirs, what was removed last */
	size_t n, cap;
};
void env_changes_done(struct env_changes *c);
DEFINE_AUTO(env_changes)
/* NULL when there is none of the key (old or new name). */
struct env_change *env_changes_find(const struct env_changes *c, const char *key);

struct env_rename {
	char *from, *to;
	char *since; /* version of the stack; NULL */
};

/* How much a key's default may move a value that the user left alone. */
enum env_hold {
	ENV_FREE,   /* it follows */
	ENV_HELD,   /* data was made with it: asked about as a conflict */
	ENV_SECRET, /* never: not even asked */
};

struct env_update {
	const struct env_file *base; /* NULL: not known */
	const struct env_file *ours, *theirs;
	const struct env_rename *renames; /* those that hold here */
	size_t n_renames;
	enum env_hold (*hold)(void *arg, const char *key); /* NULL: all are free */
	/* Whether the stack knows a key that its example lacks: it is not removed then. NULL: none. */
	bool (*knows)(void *arg, const char *key);
	void *arg;
};

/* Finds what changed; an empty list when there is nothing to do. */
void env_update_find(const struct env_update *u, struct env_changes *ret);
/* The user's file with the changes that were decided on. Only their lines change. */
int env_update_apply(const struct env_update *u, const struct env_changes *changes,
	struct env_file **ret, struct error *err);
/* What is the base from then on: theirs, but for what is still open. */
int env_update_base(const struct env_update *u, const struct env_changes *changes,
	struct env_file **ret, struct error *err);

#endif
