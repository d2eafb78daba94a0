/* SPDX-License-Identifier: MIT */
/*
 * struct undo: what taking back one run means: for each path its state before the run and the state
 * the run left. For src/plan and its tests; others use run_undo().
 */
#ifndef SLIPWAY_PLAN_UNDO_H
#define SLIPWAY_PLAN_UNDO_H

#include "plan/ledger.h"
#include "plan/rooted.h"

struct undo_item {
	char *path;
	/* Before the run. */
	bool existed, directory;
	char *backup; /* file with the old bytes; NULL: the bytes did not change */
	char *was;    /* digest of the old bytes; NULL: not known */
	int mode;     /* -1: unknown, leave */
	int64_t uid, gid;
	/* After it. */
	bool removed;
	char *digest; /* of the bytes; NULL: not written */
	int new_mode; /* -1: not set */
	int64_t new_uid, new_gid;
	char *step; /* that changed the owner; NULL: none did */
};

struct undo {
	struct host *host; /* borrowed */
	char *project, *slipway, *id, *title, *salt;
	struct undo_item *items; /* in the order of undoing: newest change first */
	size_t n, cap;
};

/* Reads run `id`. */
int undo_init(
	struct undo *u, struct host *h, const char *project, const char *id, struct error *err);
/* The same of a run as people write its number ("7" is 0007). ERR_INPUT: that is none;
 * ERR_NOT_FOUND: there is no such run; both with a hint. */
int undo_find(
	struct undo *u, struct host *h, const char *project, const char *id, struct error *err);
void undo_done(struct undo *u);
DEFINE_AUTO(undo)
/* Appends the paths that were changed since the run. */
int undo_conflicts(const struct undo *u, struct strv *ret, struct error *err);
/* The bytes before the run; nothing where there is no backup. ERR_FAILED when it is gone or does not
 * hold what was put into it. */
int undo_backup(
	const struct undo *u, const struct undo_item *i, struct str *out, struct error *err);
/* ERR_FAILED when a backup does not hold the bytes that were put into it. */
int undo_check_backups(const struct undo *u, struct error *err);
/* Restores through an open ledger. */
int undo_apply(
	const struct undo *u, struct ledger *l, const atomic_bool *cancelled, struct error *err);
/* Whether nothing but owner and mode is to be restored. */
bool undo_owner_only(const struct undo_item *i);
/* The tree that the step which changed the owner was about; NULL: not known. Caller frees. */
char *undo_tree(const struct undo *u, const struct undo_item *i);

/* What user `uid` needs root for. */
struct undo_rooted {
	struct rooted *items; /* their service is not chosen yet */
	size_t n, cap;
};
int undo_rooted_find(
	const struct undo *u, uint32_t uid, struct undo_rooted *ret, struct error *err);
void undo_rooted_done(struct undo_rooted *r);
DEFINE_AUTO(undo_rooted)
/* Puts what is about to happen into the journal. */
int undo_rooted_intent(const struct undo_rooted *r, struct ledger *l, struct error *err);

/* One line each; a tree whose owners change is one. */
void undo_text(const struct undo *u, struct str *out);

#endif
