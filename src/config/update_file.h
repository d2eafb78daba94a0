/* SPDX-License-Identifier: MIT */
/*
 * Files that Slipway wrote from a definition, and that are others in it now: the three-way merge of
 * each. Only files whose pristine copy is kept below .slipway/seen are Slipway's to change; those of a
 * checkout are not.
 */
#ifndef SLIPWAY_CONFIG_UPDATE_FILE_H
#define SLIPWAY_CONFIG_UPDATE_FILE_H

#include "config/env_update.h"
#include "config/project.h"

enum update_file_kind {
	UPDATE_FILE_ADDED,    /* new in the stack */
	UPDATE_FILE_REPLACED, /* nobody edited it */
	UPDATE_FILE_MERGED,   /* the user's edits stay */
	UPDATE_FILE_CONFLICT, /* both changed the same lines */
};
/* "added", "replaced", "merged", "conflict"; for JSON. */
const char *update_file_name(enum update_file_kind kind);

struct update_file {
	enum update_file_kind kind;
	enum env_decision decision;
	char *name;                    /* relative to the project */
	struct str base, ours, theirs; /* base and ours empty where there are none */
	struct str merged;             /* without conflict */
	size_t line;                   /* of ours, with the first conflict */
	char *why;                     /* of a conflict that is not about lines; NULL */
};

struct update_files {
	struct update_file *items;
	size_t n, cap;
};
void update_files_done(struct update_files *f);
DEFINE_AUTO(update_files)

#define UPDATE_SEEN ".slipway/seen" /* as the stack had it when it was last seen */
#define UPDATE_NEW ".slipway/new"   /* what could not be merged */
#define UPDATE_ENV ".env"           /* the one among them that is no file of the stack */

/* Reads a file below UPDATE_SEEN; ERR_NOT_FOUND where there is none. */
int update_seen_read(const struct project *p, const char *name, struct str *out, struct error *err);
/* Blocks on the host. */
int update_files_find(const struct project *p, struct update_files *ret, struct error *err);
/* What the file is going to hold as decided; NULL: it stays. Borrowed. */
const struct str *update_file_text(const struct update_file *f);
/* It is in the way of reading the project: what was merged becomes a conflict. */
void update_file_refuse(struct update_file *f, const struct error *why);

#endif
