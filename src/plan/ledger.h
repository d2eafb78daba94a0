/* SPDX-License-Identifier: MIT */
/*
 * struct ledger: the open books of one run: the project's lock, its journal and its backups. The
 * only way a run changes anything: each ledger_* function first puts what it replaces and what it
 * intends on disk, then changes. After a crash at any instant a file has its old or its new bytes,
 * and the journal names it.
 *
 * Blocking on the host; one call at a time.
 */
#ifndef SLIPWAY_PLAN_LEDGER_H
#define SLIPWAY_PLAN_LEDGER_H

#include "host/host.h"
#include "plan/journal.h"

#include <stdatomic.h>

struct ledger {
	struct host *host; /* borrowed */
	char *project;     /* directory of the project */
	char *slipway;     /* its .slipway */
	char *id;          /* "0007" */
	char *backups;     /* .slipway/backup/0007 */
	char *salt;        /* of the digests of this run */
	struct journal_writer journal;
	int lock;        /* -1: not held */
	unsigned backup; /* last number given to a backup */
	bool open;
};

/*
 * Takes the lock (ERR_LOCKED, the detail names the holder), makes .slipway (0700), removes
 * temporary files that interrupted runs left, and writes the run record. `undoes` may be NULL.
 */
int ledger_open(struct ledger *l, struct host *h, const char *project, const char *title,
	size_t steps, const char *undoes, struct error *err);
/* The two halves of it, for who must look once more before there is a run: ledger_lock() leaves no
 * trace but .slipway/lock. After a failure l is released. */
int ledger_lock(struct ledger *l, struct host *h, const char *project, const char *title,
	struct error *err);
int ledger_books(
	struct ledger *l, const char *title, size_t steps, const char *undoes, struct error *err);
/* Writes the outcome ("done", "failed", "cancelled") with the message of cause (may be NULL), and
 * lets go of the lock whatever happens. */
int ledger_close(
	struct ledger *l, const char *outcome, const struct error *cause, struct error *err);
/* Lets go of the lock and releases; of an open ledger this leaves an interrupted run. */
void ledger_done(struct ledger *l);

/* Marks of a step in the journal. */
int ledger_begin(struct ledger *l, const char *step, struct error *err);
int ledger_end(
	struct ledger *l, const char *step, int code, const struct error *cause, struct error *err);

enum { LEDGER_INTERNAL = 1 /* Slipway's own book-keeping: never listed, never undone */ };

/* What was at a path when its change was shown: nobody's later work may be lost by it. */
struct ledger_seen {
	bool existed;
	char *real; /* what the path named, links followed */
	size_t len;
	char digest[65]; /* of the bytes */
};
void ledger_see(struct ledger_seen *seen, struct host *h, const char *project, const char *path,
	const char *text, size_t n); /* text NULL: there was no such file */
void ledger_seen_done(struct ledger_seen *seen);
/* Whether `text` (NULL: nothing there) at what is now `real` is what was seen: 0, or ERR_EXISTS
 * with what differs. */
int ledger_unchanged(const struct ledger_seen *seen, const char *path, const char *real,
	const char *text, size_t n, struct error *err);

struct ledger_file {
	const char *path; /* relative to the project, or absolute. A link is followed and stays */
	const void *data;
	size_t n;
	int mode; /* -1: as host_write() */
	unsigned flags;
	const struct ledger_seen *seen; /* ERR_EXISTS when it is not so any more; NULL: no matter */
};
/* ERR_UNSYNCED: replaced, journalled, but perhaps not lasting; see host_write(). */
int ledger_put(struct ledger *l, const char *step, const struct ledger_file *f, struct error *err);
/* The same. */
int ledger_write(struct ledger *l, const char *step, const char *path, const void *data, size_t n,
	int mode, unsigned flags, struct error *err);
/* Makes the directory and what is missing above it; an existing directory is left alone. */
int ledger_mkdir(struct ledger *l, const char *step, const char *path, int mode, struct error *err);
/* Owner and mode of root (and below), see host_own(). */
int ledger_own(struct ledger *l, const char *step, const char *root, const struct host_own *want,
	const atomic_bool *cancelled, struct error *err);
/* What differs, and what it should be. The entry's path is below root. */
typedef void ledger_own_fn(
	void *arg, const struct host_entry *entry, const struct host_stat *wanted);
/* Only the journal's part of ledger_own(), for an owner that somebody else will change: what
 * differs is on disk before this returns, and each (may be NULL) was told of it. */
int ledger_own_intent(struct ledger *l, const char *step, const char *root,
	const struct host_own *want, ledger_own_fn *each, void *arg, struct error *err);
/* Owner and mode of single entries. */
struct ledger_wish {
	const char *path, *step;
	const char *below; /* nothing between this directory and the entry may be a link (it could
			      have been put there to lead elsewhere); NULL: anything may */
	int64_t uid, gid;
	int mode; /* -1: leave */
};
/* Writes down what differs and then, with change, changes it; what is gone is left out. ERR_EXISTS
 * where a link is in the way. */
int ledger_own_list(struct ledger *l, const struct ledger_wish *wishes, size_t n, bool change,
	const atomic_bool *cancelled, struct error *err);
/* Removes a file (after a backup) or an empty directory. */
int ledger_remove(struct ledger *l, const char *step, const char *path, struct error *err);

enum { LEDGER_SALT = 32 /* characters */ };
/* Salted digest as the journal holds it. */
void ledger_digest(const char *salt, const void *data, size_t n, char ret[65]);
/* Whether the entry differs from what is wanted; the values it should have (may be NULL). */
bool ledger_differs(
	const struct host_entry *entry, const struct host_own *want, struct host_stat *ret);
/* Absolute path of what `path` names, relative ones below dir, links followed to their end; caller
 * frees. */
char *ledger_resolve(struct host *h, const char *dir, const char *path);
/* "./data" for what lies below dir, else the path itself; caller frees. */
char *ledger_relative(const char *dir, const char *path);
/* Removes leftover temporary files of interrupted writes in a directory; returns how many. */
size_t ledger_sweep(struct host *h, const char *dir);

#endif
