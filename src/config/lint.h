/* SPDX-License-Identifier: MIT */
/*
 * struct lint: what is wrong, or will be, with the files of a project. A table of rules; each
 * finding has a place, the reason, and what to do. Looking changes nothing and never runs a
 * program.
 */
#ifndef SLIPWAY_CONFIG_LINT_H
#define SLIPWAY_CONFIG_LINT_H

#include "base/error.h"
#include "config/env_file.h"
#include "config/project.h"

enum lint_severity {
	LINT_ERROR,   /* does not work, or gives a secret away */
	LINT_WARNING, /* will hurt */
	LINT_NOTE,    /* may be meant */
};
/* "error", "warning", "note"; for JSON and screens. */
const char *lint_severity_name(enum lint_severity severity);

struct lint;

struct lint_rule {
	const char *name; /* "duplicate-key" */
	enum lint_severity severity;
	const char *summary; /* N_() what it finds */
	const char *hint;    /* N_() what to do about it, sentences */
	void (*run)(struct lint *l,
		const struct lint_rule *rule); /* NULL: another rule's run adds it */
	/* Mends one place of .env without changing any value; false when there is none (left).
	 * NULL: the rule has no safe mend. */
	bool (*fix)(struct env_file **f);
	bool chmods; /* mended by taking the rights of others on .env away */
};

/* All rules, in the order in which findings of one place are shown; ends with a NULL name. */
extern const struct lint_rule lint_rules[];
const struct lint_rule *lint_find_rule(const char *name); /* NULL */

struct lint_finding {
	const struct lint_rule *rule;
	char *file;       /* as people name it */
	int line, column; /* from 1; 0: the file as a whole */
	char *message;    /* one line; never a secret */
	bool fixable;
};

struct lint {
	struct host *host;             /* borrowed */
	const struct project *project; /* borrowed; NULL: it cannot be read */
	const struct strv *ignore;     /* names of rules that are left out; NULL: none */
	char *dir;
	struct env_file *dotenv;     /* NULL: none, or one that Compose refuses */
	struct env_file **env_files; /* those of services that have Compose's grammar */
	size_t n_env_files;
	struct yaml_doc *
		*docs; /* of project->compose->files that are compose files; NULL where not */
	struct lint_finding *findings; /* by file, line, column */
	size_t n, cap;
};

/* Looks. `unreadable` (may be NULL) is why there is no project; then only .env and that are judged.
 * Blocks on the host. */
void lint_run(struct lint *l, struct host *h, const char *dir, const struct project *p,
	const struct error *unreadable, const struct strv *ignore);
void lint_done(struct lint *l);
DEFINE_AUTO(lint)
size_t lint_fixable(const struct lint *l);
/* The text that .env has with every safe mend; 1 when that is what it has, ERR_FAILED when a value
 * would change (then nothing may be written). Caller releases with secret_free(). */
int lint_fix(const struct lint *l, char **ret, size_t *ret_len, struct error *err);
/* Why the health check of the service can never pass: its image lacks the tool, or it asks for what
 * the program does not have. NULL: it may. Caller frees. Blocks on the host; without one (NULL)
 * what an image is built from is not looked at. */
char *lint_health_never(struct host *h, const struct compose *c, const struct compose_service *s);
/* Puts quotes around the bare values that the rule missing-quotes would name, where their meaning
 * stays; *f is replaced by what was parsed anew. */
void lint_quote_values(struct env_file **f);

#endif
