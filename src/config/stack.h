/* SPDX-License-Identifier: MIT */
/*
 * A stack definition (templates/NAME/stack.yaml): what compose cannot say about a stack. Validated
 * on load; a mistake is ERR_INPUT with file:line:column and what was expected.
 */
#ifndef SLIPWAY_CONFIG_STACK_H
#define SLIPWAY_CONFIG_STACK_H

#include "base/error.h"
#include "base/strv.h"
#include "config/compose.h"
#include "config/env_update.h"
#include "config/secret_store.h"
#include "config/setting.h"
#include "config/stack_mention.h"
#include "host/host.h"

/* How what is kept is saved; what runs it comes later. */
struct stack_backup {
	const char *method; /* static: "postgres_dump", "tar", "qdrant_snapshot", "redis_save",
			       "object_sync", "none"; NULL: not said */
	const char *format; /* postgres_dump: static, "custom" or "plain"; NULL: not said */
	char *service;      /* that is asked for it; NULL: the one that mounts it */
	char *user, *database; /* postgres_dump; may hold ${VAR}; NULL */
	struct strv stop;      /* services that stand still meanwhile */
};

/* What is said of a directory or a volume beside whose it is. */
struct stack_kept {
	char *about;    /* NULL */
	bool critical;  /* what is in it cannot be computed anew */
	bool read_only; /* for the services that mount it */
	int64_t size;   /* bytes that it grows to, about; 0: not said */
	struct stack_backup backup;
};

/* Owner and mode that a directory must have. */
struct stack_directory {
	char *path;       /* relative to the project; may hold ${VAR} */
	int64_t uid, gid; /* -1: leave */
	int mode;         /* -1: leave */
	bool recursive;
	struct stack_kept kept;
};

enum stack_gate_kind { GATE_HTTP, GATE_TCP, GATE_POSTGRES, GATE_REDIS, GATE_COMMAND, GATE_HEALTH };

/* A condition under which a service counts as ready. Texts may hold ${VAR}. */
struct stack_gate {
	enum stack_gate_kind kind;
	char *url;         /* http */
	int expect;        /* http status; 0: any 2xx */
	char *json_path;   /* http: "ready" ... */
	char *json_equals; /* ... must equal this ... */
	char *json_not;    /* ... or anything but this */
	struct strv degraded; /* values of it that will do, although not all is well */
	char *bearer;         /* http: token of an Authorization header; NULL */
	struct strv headers;  /* http: "Name: value" */
	char *host;        /* tcp, postgres, redis */
	char *port;        /* may be ${VAR} */
	char *user, *password, *database, *query;
	struct strv command; /* run in the service's container, or beside a process */
	int64_t interval_ms; /* between tries; 1 s unless said */
	int64_t timeout_ms;  /* for all tries together; 2 min unless said */
	int64_t start_period_ms; /* before that: tries that do not hold in it count for nothing */
	int retries;         /* 0: as many as fit into timeout_ms */
};

/* How the process engine runs a service. */
struct stack_process {
	struct strv command;     /* argv; texts may hold ${VAR} */
	struct strv environment; /* NAME=value */
	char *dir;               /* working directory, relative to the project; NULL: the project */
	struct strv health;      /* argv of the health check; empty: none */
	int64_t interval_ms, timeout_ms, start_period_ms;
	int retries;
	char *restart; /* "no", "on-failure", "always", "unless-stopped" */
	bool oneshot;
	struct compose_depends *depends;
	size_t n_depends;
};

enum stack_service_kind {
	SERVICE_CONTAINER, /* of the compose files */
	SERVICE_HOST,      /* a program on the host that they do not know */
	SERVICE_JOB,       /* of the compose files; runs once and is done */
};

struct stack_service {
	char *name;
	char *about;                   /* NULL */
	enum stack_service_kind kind;
	const char *only_on;           /* static: "linux", "macos"; NULL: everywhere */
	bool test_only;                /* nobody needs it but tests */
	struct stack_gate *ready;      /* NULL: health check or running */
	struct stack_process *process; /* NULL: cannot run without containers */
};

/* A value that choosing a feature or an environment gives a variable. */
struct stack_set {
	char *name, *value;
};

/*
 * A part of a stack that is chosen: a feature (on or off, several of them) or an environment (one
 * of them). Choosing it adds its profiles to COMPOSE_PROFILES, those of its files that are there to
 * COMPOSE_FILE, and sets variables; see config/feature.h.
 */
struct stack_feature {
	char *name;        /* "cuda"; `when` of a setting may name it */
	char *title;       /* never NULL */
	char *help;        /* NULL */
	struct strv files; /* the definition's own names and those of the stack's repository */
	struct strv profiles;
	struct stack_set *sets;
	size_t n_sets;
	bool initial;   /* on in a new project, where the host has what it needs */
	bool needs_gpu; /* of NVIDIA */
};

/* A named volume of the compose files. */
struct stack_volume {
	char *name;       /* key under `volumes` */
	int64_t uid, gid; /* who owns its files; -1: not said */
	int mode;         /* of its root; -1: not said */
	struct stack_kept kept;
};

/* A file of a model. */
struct stack_model_file {
	char *path;
	int64_t size; /* bytes; 0: not said */
	char *sha256; /* 64 small hex digits; NULL */
};

/* How much memory a model takes in a quantisation. */
struct stack_model_memory {
	char *quantisation; /* "float16"; NULL: whatever it is */
	int64_t bytes;
};

/* How many dimensions its vectors have. */
struct stack_dimensions {
	char *model; /* one of several that may be chosen; NULL: the model itself */
	int count;
};

/* How much there is to download of one of several that may be chosen. */
struct stack_model_size {
	char *model;
	int64_t bytes;
};

/* A model that services load; what fetches it comes later. Texts may hold ${VAR}. */
struct stack_model {
	const char *from;   /* static: "huggingface", "ollama", "playwright" */
	char *name;         /* repository, tag or browser */
	char *revision;     /* commit, branch or tag; NULL: the newest */
	char *into;         /* directory; NULL */
	char *volume;       /* or key of a volume; NULL */
	const char *layout; /* static: "hub" (the cache of the Hugging Face Hub), "flat" (the files
			       as they are named), NULL: as its source has it */
	char *at;           /* address of the Ollama that keeps it; NULL */
	char *same_as;      /* another spelling of the same model; NULL */
	char *when;         /* as of a setting; NULL */
	int64_t size;       /* bytes to download, about; 0: not said */
	struct stack_model_size *sizes; /* or of each that may be chosen */
	size_t n_sizes;
	bool optional;
	struct stack_model_file *files;
	size_t n_files;
	struct stack_model_memory *memory;
	size_t n_memory;
	char *quantisation; /* setting that says in which one it is loaded; NULL */
	struct stack_dimensions *dimensions;
	size_t n_dimensions;
};

/* How the shape of a database follows its program; what runs it comes later. */
struct stack_migration {
	const char *how; /* static: "start" (by itself, when the service starts), "run", "exec", "files",
			    "helm_hook" */
	char *about;     /* NULL */
	char *service;   /* NULL with helm_hook only */
	struct strv command;       /* run, exec */
	struct strv current, head; /* commands that print what is there, and what there should be */
	struct strv files;         /* in the order of their names; may hold ${VAR} and wildcards */
	char *user, *database;     /* files; NULL */
	struct strv hook;          /* helm_hook: "pre-install", ... */
	bool destructive;          /* data is lost */
};

/* A service and how many of it, for a step `scale`. */
struct stack_count {
	char *service;
	int count;
};

/* One step of a runbook, checked; what runs them comes later. Which members count depends on the
 * kind; texts may hold ${VAR}. */
struct stack_step {
	const char *kind; /* static: "up", "run", "http", ...; NULL: another runbook */
	char *runbook;    /* its name */
	int line;         /* in the definition */
	struct strv services; /* that it names: at most one but for up, stop, restart and volume_tar */
	struct stack_count *counts; /* scale */
	size_t n_counts;
	struct strv command, entrypoint; /* run, exec: argv */
	struct strv state, head; /* and those that show what there is, and what there should be */
	struct strv environment;                /* NAME=value */
	struct strv ask;                        /* names of variables that people are asked for */
	bool destructive;                       /* data is lost: run, exec, sql, sql_files */
	char *url;                              /* http */
	bool post;
	char *body;           /* JSON, or as it stands; NULL */
	int status;           /* expected; 0: any 2xx */
	char *json_path;      /* what the answer must hold there ... */
	char *json_equals;    /* ... is this ... */
	char *json_not;       /* ... or is not this */
	char *bearer;         /* NULL */
	struct strv headers;  /* "Name: value" */
	char *query, *answer; /* sql: what is asked, and expected; NULL */
	struct strv files;    /* sql_files */
	char *user, *database;
	const char *format;       /* postgres_dump: static, "custom" or "plain" */
	char *volume;             /* volume_tar */
	struct strv collections;  /* qdrant_snapshot: empty: all of them */
	char *api_key;
	char *typed, *text;       /* confirm: what must be typed; the question */
	int64_t wait_ms;
};

struct stack_runbook {
	char *name;
	struct stack_step *steps;
	size_t n_steps;
};

/* A kernel setting of the host: exactly this, or at least. */
struct stack_kernel {
	char *name; /* "vm.max_map_count" */
	bool least;
	int64_t value;
};

/* What the host must have; zero and NULL: whatever it has. */
struct stack_requires {
	int cpus;
	int64_t memory, disk;   /* bytes; disk: free, where the project is */
	char *engine, *compose; /* oldest version: "20.10", written ">=20.10" */
	struct strv commands;   /* "git", or a plugin: "docker buildx" */
	struct stack_kernel *kernel;
	size_t n_kernel;
};

struct stack {
	char *name, *title, *about;
	char *source;      /* path of stack.yaml */
	bool on_host;      /* a path on the project's host: the definition is part of the project;
			      else on the machine the program runs on */
	struct strv files; /* compose files of the definition's own directory to be written into an
			      empty project; relative */
	struct strv copy;  /* other files to be written beside them */
	enum secret_store_kind store; /* where its secrets should live: a suggestion; STORE_DOTENV: none */
	struct strv notes;     /* what its own documents say otherwise, and what else to know */
	struct strv recognise;    /* services that a project of this stack has; empty: not recognised */
	struct stack_feature *features, *environments;
	size_t n_features, n_environments;
	struct stack_volume *volumes;
	size_t n_volumes;
	struct stack_model *models;
	size_t n_models;
	struct stack_migration *migrations;
	size_t n_migrations;
	struct stack_runbook *runbooks;
	size_t n_runbooks;
	struct env_rename *renames; /* what variables were called before */
	size_t n_renames;
	struct stack_requires requires;
	struct settings settings; /* as declared; joined with the inferred ones by project_open() */
	struct stack_directory *directories;
	size_t n_directories;
	struct stack_service *services;
	size_t n_services;
	struct mentions mentions; /* what it names, and where, for stack_lint() */
};

/* `language` is a locale's name or a list of them ("de_DE.UTF-8", "de:en"); the first counts. */
int stack_load(const char *path, const char *text, size_t n, const char *language,
	struct stack **ret, struct error *err);
void stack_free(struct stack *s);
DEFINE_AUTO_PTR(stack)
/* By name among n features or environments; NULL. */
const struct stack_feature *stack_find_feature(
	const struct stack_feature *features, size_t n, const char *name);
const struct stack_service *stack_find_service(const struct stack *s, const char *name);

/* What a variable is called now; the name itself when it did not change. s may be NULL. */
const char *stack_renamed(const struct stack *s, const char *name);

/* The language of the user, by the locale in force and $LANGUAGE; "en" in the C locale. */
const char *stack_language(void);

/* Definitions that come with the program, and those in the user's own directory. */
struct stack_ref {
	char *name, *title, *about, *path;
};
struct stack_refs {
	struct stack_ref *items;
	size_t n;
};
void stack_refs_done(struct stack_refs *refs);
DEFINE_AUTO(stack_refs)
/* $SLIPWAY_TEMPLATES (colon separated), then the installed ones. */
int stack_list(struct stack_refs *ret, struct error *err);
/* A file of the definition's own directory (one of files or copy), appended to out: of the project's
 * host h where the definition lies there. */
int stack_read_file(struct host *h, const struct stack *s, const char *name, struct str *out,
	struct error *err);
/* The name or path given for stack_open(), such that it means the same in any directory; caller frees. */
char *stack_name_anywhere(const char *name);
/* Loads by name, or by path of a stack.yaml or its directory. */
int stack_open(const char *name, struct stack **ret, struct error *err);

#endif
