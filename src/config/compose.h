/* SPDX-License-Identifier: MIT */
/*
 * A compose project as read: files, merged and interpolated model, services, variables.
 *
 * Follows the Compose specification and, where that is silent, what `docker compose config` does.
 */
#ifndef SLIPWAY_CONFIG_COMPOSE_H
#define SLIPWAY_CONFIG_COMPOSE_H

#include "base/error.h"
#include "base/json.h"
#include "base/strv.h"
#include "host/host.h"

#include <stdbool.h>

enum compose_source {
	COMPOSE_UNSET,    /* no value anywhere */
	COMPOSE_DEFAULT,  /* the default written in the compose file */
	COMPOSE_DOTENV,   /* .env of the project directory */
	COMPOSE_ENV_FILE, /* --env-file */
	COMPOSE_SHELL,    /* process environment */
};
/* "unset", "default", ".env", "env-file", "shell"; for JSON and screens. */
const char *compose_source_name(enum compose_source source);

struct compose_place {
	char *file; /* as people name it: relative to the project directory where it is below it */
	int line, column;
};

/* One ${VAR} name of the project's compose files. */
struct compose_variable {
	char *name;
	char *value;         /* effective; NULL when unset */
	char *default_value; /* the first default written down, expanded; NULL: none */
	bool required; /* some use has ${VAR:?...} or ${VAR?...}, or sits where nothing would be
			  invalid */
	char *message; /* of the :? form; NULL: none */
	bool secret;   /* a top-level secret is made of it (`environment:`) */
	/* Why its value cannot be right where it is used, and where that is (file:line:column);
	 * NULL. Only of a lenient reading. */
	char *refused, *refused_at;
	enum compose_source source;
	struct compose_place place; /* first use; for COMPOSE_DOTENV see dotenv_line */
	/* Every line that uses it, in the order of reading, the first one among them: at most 1000 of
	 * one variable, 20000 of a project. */
	struct compose_place *places;
	size_t n_places, cap_places;
	int dotenv_line;            /* line of the value in .env, 0: not there */
	struct strv used_by;        /* service names, sorted */
};

enum compose_condition { COMPOSE_STARTED, COMPOSE_HEALTHY, COMPOSE_COMPLETED };

struct compose_depends {
	char *service;
	enum compose_condition condition;
	bool required;
	bool restart;
};

struct compose_port {
	char *host_ip;     /* NULL: all addresses */
	int published;     /* 0: chosen by the engine */
	int published_end; /* of a range; else == published */
	int target;
	char *protocol; /* "tcp", "udp" */
};

enum compose_mount_type { COMPOSE_BIND, COMPOSE_VOLUME, COMPOSE_TMPFS, COMPOSE_MOUNT_OTHER };

struct compose_mount {
	enum compose_mount_type type;
	char *source; /* absolute path, or key of the top-level volume; NULL: anonymous */
	char *target;
	bool read_only;
	bool must_exist; /* a bind: the engine refuses to make it (create_host_path: false) */
};

struct compose_service {
	char *name;
	struct json_object *json; /* borrowed from model */
	char *image;              /* NULL: built only */
	bool builds;
	struct compose_depends *depends;
	size_t n_depends;
	struct compose_port *ports;
	size_t n_ports;
	struct compose_mount *mounts;
	size_t n_mounts;
	struct strv profiles;
	bool active;       /* by the profiles in force */
	bool health_check; /* defined in compose and not disabled (an image may bring its own) */
	bool oneshot;  /* somebody waits for its completion, or restart "no"/unset and nobody else's
			  condition needs it running and it has no ports and no health check */
	char *user;    /* NULL: the image's */
	char *restart; /* policy; NULL: "no" */
	struct compose_place place;
};

enum compose_file_role {
	COMPOSE_FILE_COMPOSE,
	COMPOSE_FILE_DOTENV,
	COMPOSE_FILE_ENV,
	COMPOSE_FILE_EXAMPLE
};

struct compose_file {
	char *path; /* relative to the project directory where it is below it */
	enum compose_file_role role;
	bool own;   /* named by -f, --env-file, COMPOSE_FILE or discovery: not by include, extends,
		       env_file */
	char *text; /* as read (NUL-terminated); wiped on release */
	size_t len;
};

/* An env_file that Compose refuses the project over: required, of an active service, not there. */
struct compose_missing {
	char *service, *path; /* the path is absolute */
};

struct compose {
	char *dir;  /* absolute project directory */
	char *name; /* project name */
	/* Keys and shapes of `docker compose config --format json`; values not re-escaped ("$", not
	 * "$$"). */
	struct json_object *model;
	struct compose_service *services; /* in file order; inactive ones too */
	size_t n_services;
	struct compose_variable *variables; /* sorted by name */
	size_t n_variables;
	struct compose_file *files;
	size_t n_files;
	struct compose_missing *missing; /* only where the reading was tolerant */
	size_t n_missing;
	struct strv warnings; /* "variable X is not set" and the like, in words */
	struct strv notes;    /* where this reading cannot be certain without Docker */
};

struct compose_options {
	const char *dir;             /* NULL: "." */
	const struct strv *files;    /* -f; NULL or empty: COMPOSE_FILE, then discovery */
	const struct strv *profiles; /* --profile; NULL or empty: COMPOSE_PROFILES */
	const struct strv *env_files;
	const char *project_name;   /* -p */
	const struct strv *environ; /* NAME=value; NULL: the host's environment */
	/* Values that count as if .env held them already (the wizard's answers), NAME=value; may be
	 * NULL. */
	const struct strv *answers;
	bool tolerant; /* required variables without a value are recorded instead of failing */
	bool lenient;  /* and so are variables whose value is refused: what they make is left out */
};

/* ERR_NOT_FOUND: no compose file; ERR_INPUT with file:line:column for everything wrong in them. */
int compose_load(struct host *h, const struct compose_options *options, struct compose **ret,
	struct error *err);
void compose_free(struct compose *c);
DEFINE_AUTO_PTR(compose)

/* ERR_INPUT when there is nothing to run: no service at all, or none that an active profile holds; then the
 * hint says what enables one. 0 otherwise. */
int compose_check_enabled(const struct compose *c, struct error *err);
/* Borrowed; NULL when absent. */
struct compose_service *compose_find_service(const struct compose *c, const char *name);
/* The profiles that services have, each once, in file order; appended. */
void compose_profiles(const struct compose *c, struct strv *ret);
/* The first service that mounts this volume (a top-level key) and may write to it. */
const struct compose_service *compose_volume_user(const struct compose *c, const char *key);
struct compose_variable *compose_find_variable(const struct compose *c, const char *name);
/* Whether the service asks the engine for a GPU, which then refuses to start it where there is none: a
 * reserved device, gpus:, or NVIDIA's runtime. driver: only one of that driver ("nvidia", which is also
 * meant where no driver is named); NULL: any. */
bool compose_reserves_gpu(const struct compose_service *service, const char *driver);
const struct compose_file *compose_find_file(const struct compose *c, enum compose_file_role role);
/* Path of the example env file beside the compose files (.env.example, .env.template, env.example,
 * .env.sample, example.env, env.template, .env.dist, .env.docker.example, .env.prod.example,
 * .env.production.example, or the only .env*example), NULL when there is none; caller frees.
 * compose_load() has read it into files. */
char *compose_find_example(struct host *h, const char *dir);
/* The numbers of `user:`, "1000:1000"; -1 for what it does not say, and for a name, which says
 * nothing without the image's own /etc/passwd. */
struct compose_owner {
	int64_t uid, gid;
};
struct compose_owner compose_owner_of(const char *user);
/* Name of the volume on the engine for a top-level volume key ("<project>_<key>", its name: or the
 * external name); caller frees. */
char *compose_volume_name(const struct compose *c, const char *key);

#endif
