/* SPDX-License-Identifier: MIT */
/* Between lint.c, which has the table of rules, and the files that look. */
#ifndef SLIPWAY_CONFIG_LINT_PARTS_H
#define SLIPWAY_CONFIG_LINT_PARTS_H

#include "base/yaml.h"
#include "config/lint.h"

typedef void lint_run_fn(struct lint *l, const struct lint_rule *rule);
typedef bool lint_fix_fn(struct env_file **f);

/* Adds a finding, unless the rule is ignored; the pointer is good until the next one. */
struct lint_finding *lint_add(struct lint *l, const struct lint_rule *rule, const char *file,
	int line, int column, const char *fmt, ...) ATTR_PRINTF(6, 7);
/* The same at a node of a compose file, and at an entry of an env file. */
void lint_add_node(struct lint *l, const struct lint_rule *rule, const struct yaml_node *node,
	const char *fmt, ...) ATTR_PRINTF(4, 5);
struct lint_finding *lint_add_entry(struct lint *l, const struct lint_rule *rule,
	const struct env_file *f, const struct env_entry *e, size_t offset, const char *fmt, ...)
	ATTR_PRINTF(6, 7);
/* At a setting's line in .env, or where the compose files use it first. */
void lint_add_setting(struct lint *l, const struct lint_rule *rule, const struct setting *s,
	const char *fmt, ...) ATTR_PRINTF(4, 5);

/* The compose files that are there as trees, the last one first: the nth of them;
 * NULL after the last. */
const struct yaml_node *lint_root(const struct lint *l, size_t n);
/* services.NAME.KEY in the last file that has it, or the service itself where no file has it; NULL.
 */
const struct yaml_node *lint_service_node(
	const struct lint *l, const char *service, const char *key);
/* Takes "file:line:column" apart; the file for the caller to free, "" and 0 where there is none. */
char *lint_place(const char *place, int *ret_line, int *ret_column);
/* Whether a word stands in a text as a word of its own. */
bool lint_has_word(const char *text, const char *word);
/* "registry/image" of "registry/image:tag@digest" (caller frees), and its tag ("" for none). */
char *lint_image_name(const char *image, const char **ret_tag);
/* The same without the registry, and the folder that is meant where none is named: "postgres" of
 * "docker.io/library/postgres:16", "minio/minio" of "quay.io/minio/minio". */
char *lint_image_plain(const char *image, const char **ret_tag);
/* Whether a variable is secret by its name, whatever it holds. */
bool lint_is_secret_name(const char *name, const char *value);

/* lint_env.c: lines of .env. */
lint_run_fn lint_unreadable, lint_duplicate, lint_delimiter, lint_blanks, lint_quotes,
	lint_comment_value, lint_dollar, lint_shell, lint_newline;
bool lint_wants_quotes(const struct env_entry *e);
/* lint_fix.c */
lint_fix_fn lint_fix_duplicate, lint_fix_separator, lint_fix_quotes, lint_fix_newline;
/* The value as it would be written in quotes; NULL where that is not plain. Caller: secret_free().
 */
char *lint_quoted(const struct env_entry *e);
/* Whether the entry can be taken out without any other change. */
bool lint_can_remove(const struct env_file *f, size_t index);
/* lint_setting.c: values. */
lint_run_fn lint_unset, lint_placeholder, lint_optional_placeholder, lint_weak, lint_short, lint_reused, lint_broken,
	lint_overridden, lint_production, lint_breaks_url;
/* lint_unused.c */
lint_run_fn lint_unused, lint_dead, lint_undocumented;
/* lint_file.c: files beside the values. */
lint_run_fn lint_readable, lint_tracked, lint_mounts, lint_env_files, lint_outside, lint_gpu;
/* lint_build.c */
lint_run_fn lint_build;
/* lint_secret_file.c */
lint_run_fn lint_secret_files;
/* lint_image.c */
lint_run_fn lint_latest, lint_downgrade;
/* lint_service.c */
lint_run_fn lint_database, lint_not_awaited, lint_empty_override, lint_nothing_enabled;
/* lint_health.c */
lint_run_fn lint_probe_tool, lint_always_healthy;
/* The test as one text: its words with blanks between, without CMD and CMD-SHELL. Caller frees. */
char *lint_health_test(const struct compose_service *s);
/* lint_health_path.c */
lint_run_fn lint_health_path;
/* Why what the service's check asks for is not there; appended to ret. */
void lint_wrong_paths(const struct compose *c, const struct compose_service *s, struct strv *ret);
/* The gate of the definition that looks into the answer where the test of the service asks for the
 * same path and looks at the status only; NULL: none. *ret_path: caller frees. */
const struct stack_gate *lint_gate_of_body(const struct compose *c, const struct stack *stack,
	const struct compose_service *s, const char *test, char **ret_path);
/* lint_credential.c */
lint_run_fn lint_committed, lint_default_secret;
/* lint_update.c */
lint_run_fn lint_stack_changed;
/* lint_scrape.c, lint_model.c */
lint_run_fn lint_scrape, lint_spellings;

#endif
