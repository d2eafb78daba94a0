/* SPDX-License-Identifier: MIT */
/* Between the parts of struct project. */
#ifndef SLIPWAY_CONFIG_PROJECT_PARTS_H
#define SLIPWAY_CONFIG_PROJECT_PARTS_H

#include "config/env_file.h"
#include "config/project.h"

/*
 * A host that shows files which are not there yet, so that a project can be read as it will be.
 * Nothing else differs from `base`, which must outlive it; nothing is written.
 */
struct host *project_stage_new(struct host *base);
/* The definition's files, seen in dir (absolute) where there are none of that name. */
int project_stage_stack(
	struct host *stage, const struct stack *stack, const char *dir, struct error *err);
/* A text (copied) that is seen at dir/name, whatever is there. */
void project_stage_text(
	struct host *stage, const char *dir, const char *name, const char *text, size_t n);

/* The example file to begin a .env with; empty where there is none that can be one. */
int project_example(const struct project *p, struct env_file **ret, struct error *err);
/* Gives the setting this value: a new key goes where the file shows it as a comment, else to the end,
 * with its help. */
int dotenv_set(
	struct env_file **f, const struct setting *s, const char *value, struct error *err);
/* Whether the line that is there says already what nobody changed. */
bool dotenv_says_default(const struct env_file *f, const struct setting *s);
/* Whether the directory has compose files that discovery would find. */
bool project_has_compose(struct host *h, const char *dir);
/* The model that these files make together, with everything tolerated. */
int project_read_files(const struct project *p, const struct strv *files, struct compose **ret);
/* Reads the store (p->store, p->secrets), and .env with what it holds (p->dotenv_text). */
int project_store_open(struct project *p, const struct secret_vault *vault, struct error *err);
/* Tells the settings whose values are in it. */
void project_store_mark(struct project *p);

/*
 * Services of a clone may take their environment from a file outside of the project, which is not
 * ours to write. What the definition's own compose files put into the environment of such a service
 * under its own name is handed over by the override instead (setting.pass_to), where somebody gives
 * it another value than the program has by itself.
 */
void project_pass_outside(const struct project *p, struct settings *declared);
/* Moves what the definition declares and what was inferred into p->settings: the definition's pages
 * come first, and what it says wins; what it does not mention follows on the inferred pages, as
 * advanced. */
void project_join(struct project *p, struct settings *inferred);

#endif
