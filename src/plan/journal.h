/* SPDX-License-Identifier: MIT */
/*
 * struct journal: what one run is about to change and what came of it, one JSON object a line:
 *
 *	{"type":"run","id":"0007","title":"deploy","at":MS,"steps":N,"undoes":"0006"}
 *	{"type":"begin","step":"file:.env","at":MS}
 *	{"type":"change","step":...,"path":...,"kind":"file","existed":true,"backup":"1","was":...,
 *	 "digest":...,"mode":384,"uid":0,"gid":0}      "paths":[...] for several that differ in nothing else; a path
 *	                                  that is no UTF-8 is {"hex":"..."}
 *	{"type":"end","step":...,"at":MS,"code":0,"message":...}
 *	{"type":"services",...}   phases with their times (run.c)
 *	{"type":"done"|"failed"|"cancelled","at":MS,"message":...}
 *
 * Each line is on disk (fsync) before journal_* returns. A line that a crash cut off is ignored
 * when reading. Paths are relative to the project where they lie below it. No value of a setting
 * enters a journal: bytes are known by their salted digest, the salt lies beside the backups.
 */
#ifndef SLIPWAY_PLAN_JOURNAL_H
#define SLIPWAY_PLAN_JOURNAL_H

#include "base/json.h"
#include "base/strv.h"
#include "host/host.h"

enum change_kind {
	CHANGE_FILE,   /* bytes (and mode) of a file, new or replaced */
	CHANGE_MKDIR,  /* a directory that was not there */
	CHANGE_OWN,    /* owner or mode of something */
	CHANGE_REMOVE, /* a file or empty directory goes (an undo only) */
};

struct journal_change {
	enum change_kind kind;
	char *path;
	char *step;
	bool existed;  /* before */
	bool internal; /* Slipway's own book-keeping: neither listed nor undone */
	bool directory;
	char *backup; /* name in the run's backup directory; NULL: no bytes were replaced */
	char *was;    /* salted digest of the bytes in the backup; NULL */
	char *digest; /* salted, of the new bytes; NULL */
	/* Before; mode -1: did not exist. */
	int mode;
	int64_t uid, gid;
	/* After a CHANGE_OWN; new_mode also of a CHANGE_MKDIR. */
	int new_mode;
	int64_t new_uid, new_gid;
};
void journal_change_done(struct journal_change *c);

/* A journal as read back. */
struct journal {
	char *id, *title;
	char *undoes;  /* the run this one takes back; NULL */
	char *outcome; /* "done", "failed", "cancelled"; NULL: it never ended */
	char *failure; /* why it failed; NULL */
	int64_t started_ms, ended_ms;
	size_t steps;
	struct journal_change *changes;
	size_t n, cap;
	struct json_object *services; /* NULL: none recorded */
};
void journal_done(struct journal *j);
DEFINE_AUTO(journal)
/* `slipway` is the path of the project's .slipway directory. */
int journal_read(struct host *h, const char *slipway, const char *id, struct journal *ret,
	struct error *err);
/* Ids of all runs, oldest first. No .slipway: none. */
int journal_ids(struct host *h, const char *slipway, struct strv *ids, struct error *err);
bool journal_is_id(const char *name);

struct journals {
	struct journal *items;
	size_t n;
};
void journals_done(struct journals *js);
DEFINE_AUTO(journals)
/* All of these, in their order, several with one question to the host. */
int journals_read(struct host *h, const char *slipway, const struct strv *ids, struct journals *ret,
	struct error *err);
/* Those of the runs that did not come to their end since the last one that did and changed files,
 * newest first; none: everything did. */
int journals_unfinished(
	struct host *h, const char *slipway, struct journals *ret, struct error *err);

/* Writing one. */
struct journal_writer {
	struct host *host; /* borrowed */
	char *path;
	bool torn; /* the last append failed: the next one begins a line of its own */
};
void journal_writer_init(
	struct journal_writer *w, struct host *h, const char *slipway, const char *id);
void journal_writer_done(struct journal_writer *w);
/* Takes ownership of record (an object made with journal_record). */
int journal_append(struct journal_writer *w, struct json_object *record, struct error *err);
/* {"type": type, "at": now}. */
struct json_object *journal_record(const char *type);
/* All of changes with one write. */
int journal_append_changes(struct journal_writer *w, const struct journal_change *changes, size_t n,
	struct error *err);

#endif
