/* SPDX-License-Identifier: MIT */
/*
 * struct update: what changed in the files of a stack since Slipway saw them last, and what that means
 * for the user's: keys of .env (env_update.h) and, where Slipway wrote them, whole files
 * (update_file.h). Finding changes nothing.
 */
#ifndef SLIPWAY_CONFIG_UPDATE_H
#define SLIPWAY_CONFIG_UPDATE_H

#include "base/i18n.h"
#include "config/update_file.h"

struct update {
	const struct project *project; /* as it is: borrowed, or */
	struct project *own;           /* kept since another took its place; NULL */
	struct project *staged;        /* as it is going to be, with what is decided to begin with;
					  NULL: as it is, or taken */
	struct env_file *base, *ours, *theirs; /* base NULL: never seen; ours NULL: no .env */
	struct env_rename *renames;            /* those that hold here; names borrowed */
	size_t n_renames;
	struct env_changes env;
	struct update_files files;
};

/* Blocks on the host. ERR_INPUT: the project as it is going to be cannot be read. */
int update_open(const struct project *p, struct update **ret, struct error *err);
void update_free(struct update *u);
DEFINE_AUTO_PTR(update)

/* Whether the stack was seen before: else nothing is known of what changed. */
bool update_known(const struct update *u);
/* What would change as decided now; what is open and asks for a decision (removed keys do not). */
size_t update_changes(const struct update *u);
size_t update_conflicts(const struct update *u);
/* Decides about a key, or a file. False: there is nothing to decide about it. */
bool update_decide(struct update *u, const char *name, enum env_decision decision);
/* Decides about every removed key. */
void update_prune(struct update *u);
/* How many changes of .env, or files, are of this kind. */
size_t update_count(const struct update *u, enum env_change_kind kind);
size_t update_count_files(const struct update *u, enum update_file_kind kind);

/* Whether values of this key are not to be shown. */
bool update_is_secret(const struct update *u, const char *key);
/* .env as decided; *ret NULL: there is none. */
int update_dotenv(const struct update *u, struct env_file **ret, struct error *err);
/* The copies to keep, each with its name below UPDATE_SEEN: of .env and of what is decided. Each
 * text of them is told; ERR_* of tell ends it. */
typedef int update_tell_fn(
	void *arg, const char *name, const char *text, size_t n, struct error *err);
int update_seen(const struct update *u, update_tell_fn *tell, void *arg, struct error *err);

/* "2 added, 1 conflict" in words; caller frees. NULL: nothing would change. */
char *update_text(const struct update *u);
/* For who looks at the project: what changed since, in words; caller frees. NULL: nothing did, or
 * nothing is known. Blocks on the host. */
char *update_note(const struct project *p);
/* What to do about it (N_()). */
#define UPDATE_HINT N_("\"slipway config update\" shows it and brings .env along.")

#endif
