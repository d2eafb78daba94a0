/* SPDX-License-Identifier: MIT */
/*
 * What the parts of the compose reader share: the state of one reading. The order of the parts is
 * that of the reference implementation: for each file read, interpolate, extend, include, merge,
 * validate, canonicalise; then defaults, checks, paths, normal form, references. Only compose_*.c
 * use this.
 */
#ifndef SLIPWAY_CONFIG_COMPOSE_LOAD_H
#define SLIPWAY_CONFIG_COMPOSE_LOAD_H

#include "config/compose.h"
#include "config/compose_val.h"
#include "config/env_file.h"

enum { PATH_MAX_DEPTH = 128 };

/* Where in the tree we are: "services", "web", "ports", "[]". */
struct val_path {
	const char *parts[PATH_MAX_DEPTH];
	int n;
};
/* Pattern: parts joined by '.', "*" is any part. */
bool val_path_is(const struct val_path *p, const char *pattern);

/* A row of a table begins with one. Its length is known to the compiler: every value of a project
 * is asked about every row. */
struct val_pattern {
	const char *text;
	size_t n;
};
#define VAL_PATTERN(s)           \
	{                        \
		s, sizeof(s) - 1 \
	}
/* The first of the `n` rows of `size` bytes that the path matches, or n. */
size_t val_path_find(const struct val_path *p, const void *rows, size_t n, size_t size);
#define VAL_PATH_FIND(p, table) val_path_find(p, table, ARRAY_SIZE(table), sizeof((table)[0]))
/* "services.web.ports[]" in the tree's memory. */
const char *val_path_text(struct val_tree *t, const struct val_path *p);

/* One use of a variable in a compose file. */
struct load_use {
	const char *file;    /* the file's mark */
	const char *service; /* NULL: not below a service */
	size_t variable;     /* index into load.variables */
};

/* Service `name` of `in` took over service `ref` of `file`. */
struct load_extends {
	const char *file, *ref, *in, *name;
};

/* An env file that has been parsed. */
struct load_parsed {
	const char *path;
	struct env_file *file;
	bool for_service, answered;
};

/* What a set of compose files is read with: the project itself, or one of its includes. */
struct load_scope {
	const char *dir;              /* absolute: what relative paths mean */
	const struct env_values *env; /* all variables in force here */
};

struct load {
	struct host *host;
	const struct compose_options *options;
	struct val_tree tree;
	struct error *err;
	struct compose *out;
	struct strmap environ;       /* process environment: char * by name */
	struct env_values env_files; /* --env-file */
	struct env_values dotenv;    /* .env with the answers */
	struct env_values env;       /* everything together, strongest first */
	struct load_parsed *parsed;  /* env files, kept for the places of values */
	size_t n_parsed, parsed_cap;
	struct yaml_doc **docs;
	size_t n_docs, docs_cap;
	struct strmap first_docs;  /* the project's own files, parsed but not yet used */
	struct strmap read_files;  /* absolute path -> index + 1 into out->files */
	struct strv compose_paths; /* absolute, in order */
	bool has_env_files;
	bool noted_raw;
	size_t expanded;     /* bytes of all expanded strings */
	size_t parsed_bytes; /* of YAML */
	char *cwd;        /* absolute: where the reading started */
	const char *home; /* HOME, may be NULL */
	size_t variables_cap, files_cap;
	struct strmap variable_index; /* name -> index + 1 */
	struct load_use *uses;
	size_t n_uses, uses_cap;
	size_t n_places; /* of all variables */
	struct load_extends *extends;
	size_t n_extends, extends_cap;
	struct strmap warned; /* variables that have been warned of */
	int depth;            /* of includes and extends */
};

/* compose_find.c: which files, which environment, which name. */
int load_environment(struct load *l);
int load_find_files(struct load *l);
int load_project_name(struct load *l);
/* Reads a file of the project through the host and remembers it in out->files. The text is
 * borrowed. */
int load_read(struct load *l, const char *path, enum compose_file_role role, const char **text,
	size_t *n);
/* How people name a path: relative to the project directory where it is below it. In the tree. */
const char *load_shown(struct load *l, const char *path);
/* Absolute and clean ("a/./b/../c" -> "a/c"); relative ones against base. In the tree. */
const char *load_join(struct load *l, const char *base, const char *path);
/* A leading ~ is the home directory. */
/* The same path without ".", ".." and doubled slashes, as far as text alone can tell. In the tree.
 */
const char *load_clean(struct load *l, const char *path);
const char *load_expand_home(struct load *l, const char *path);
/* for_service: see env_file_parse_for_service(). */
int load_env_file(struct load *l, const char *path, enum compose_file_role role, bool for_service,
	const struct interp *in, struct env_values *values);
/* True for the project's .env when there are answers that stand for its text. */
bool load_answered(struct load *l, const char *path);

/* compose_read.c: one file into the tree. */
struct reset_paths;
int load_file(struct load *l, const char *path, const struct load_scope *scope, bool for_extends,
	struct strv *included, struct val *dict, struct reset_paths *resets);
/* Parses the project's own files and finds their last `name:`, before its variables are expanded.
 */
int load_first_names(struct load *l, const char **ret, struct yaml_mark *mark);
/* All files of a set, merged, checked, with absolute paths. */
int load_set(struct load *l, const struct strv *paths, const struct load_scope *scope,
	struct strv *included, struct val **ret);

/* Paths that !reset and !override marked in one document. */
struct reset_paths {
	struct val_path *items;
	size_t n, cap;
};
/* Deletes what stands at the paths. */
void reset_apply(const struct reset_paths *r, struct val *dict);

/* compose_interp.c: replaces every string by its expanded text, typed where the field is. */
int load_interpolate(struct load *l, const struct load_scope *scope, struct val *dict);
/* The variable of that name, made when it is new. */
size_t load_variable(struct load *l, const char *name);
/* Notes that v is used there. */
void load_use_at(struct load *l, struct compose_variable *v, const struct yaml_mark *mark);

/* compose_extends.c, compose_include.c */
int load_extends(struct load *l, const char *path, const struct load_scope *scope, struct val *dict,
	const struct reset_paths *resets);
int load_includes(
	struct load *l, const struct load_scope *scope, struct strv *included, struct val *dict);

/* compose_merge.c: merges `from` into `into` by the rules of each field; duplicates out of lists.
 */
int load_merge(struct load *l, struct val *into, struct val *from);
int load_merge_service(struct load *l, struct val *base, struct val *service, struct val **ret);
int load_unique(struct load *l, struct val *dict);

/* compose_schema.c: keys and types. */
int load_validate(struct load *l, struct val *dict);

/* compose_canon.c: short forms into long ones; defaults; rules beyond types. */
int load_canonical(struct load *l, struct val *dict);
int load_defaults(struct load *l, struct val *dict);
int load_check(struct load *l, struct val *dict);

/* compose_short.c: "8080:80" and "./a:/b:ro" taken apart; "echo 'a b'" into words. */
int load_parse_ports(struct load *l, const struct val *v, struct val *out_seq);
int load_parse_volume(struct load *l, const struct val *v, struct val **ret);
/* The target a short volume would have; NULL when it is malformed. */
const char *load_volume_target(struct load *l, const char *text);
int load_split_command(struct load *l, const struct val *v, struct val **ret);

/* compose_paths.c */
int load_resolve_paths(struct load *l, const char *dir, struct val *dict);

/* compose_norm.c: implied networks, dependencies, names; environment of list entries without '='.
 */
int load_normalize(struct load *l, struct val *dict);
void load_resolve_environment(struct load *l, const struct load_scope *scope, struct val *dict);

/* compose_bind.c: the tree as JSON in the shape of `docker compose config --format json`. */
int load_bind_service(
	struct load *l, const char *name, const struct val *service, struct json_object **ret);
int load_bind_top(struct load *l, const char *kind, const struct val *v, struct json_object **ret);
struct json_object *load_bind_any(const struct val *v);

/* compose_project.c: profiles, references between the parts, the finished model. */
int load_project(struct load *l, struct val *dict);
/* Whether an entry of depends_on or env_file must be there. */
bool load_is_required(const struct val *entry);

/* compose_circles.c: refuses services that depend on each other in a circle. active: service -> its val. */
int load_check_circles(struct load *l, const struct strmap *active);

/* compose_environ.c: a service's environment and labels with what their files say, in order; what the service
 * says itself wins. */
int load_service_environment(struct load *l, const char *name, struct val *service);
int load_service_labels(struct load *l, struct val *service);

/* compose_consistent.c: what a bound, active service says twice must be alike. */
int load_check_bound(
	struct load *l, const char *name, const struct val *service, struct json_object *o);

/* compose_view.c: fills services, variables and notes of out. */
int load_view(struct load *l, struct val *dict, struct json_object *all_services);

/* Errors with the place of v as detail. fmt is the message. All return the code. */
/* Gives the present error the place of v, unless it has one. */
int load_place(struct load *l, const struct val *v);
/* Whether docker compose would fetch it from a repository or a registry; ERR_INPUT that says so. */
bool load_is_remote(const char *path);
int load_remote(struct load *l, const struct val *at, const char *path);
/* ERR_LIMIT. */
int load_limit(struct load *l, const struct val *v, const char *message);
/* ERR_LIMIT when n more values would be too many; at is whose they are. */
int load_room(struct load *l, const struct val *at, size_t n);
int load_fail(struct load *l, const struct val *v, const char *fmt, ...) ATTR_PRINTF(3, 4);
/*
 * For a value that cannot be right. When variables without a value went into it and the reading is
 * tolerant, they become required, and 0 comes back: the caller leaves the value out; when the
 * reading is lenient, the variables that it is made of are recorded as refused, and 0 comes back,
 * too. Otherwise the error, with a hint that names variables without a value.
 */
int load_bad(struct load *l, const struct val *v, const char *fmt, ...) ATTR_PRINTF(3, 4);

#endif
