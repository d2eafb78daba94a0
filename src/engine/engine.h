/* SPDX-License-Identifier: MIT */
/*
 * struct engine: what runs services. Every operation is asynchronous (loop/op.h) and concerns one
 * project. The table of engines: compose (Docker), process (child processes).
 */
#ifndef SLIPWAY_ENGINE_ENGINE_H
#define SLIPWAY_ENGINE_ENGINE_H

#include "base/error.h"
#include "base/json.h"
#include "base/strv.h"
#include "config/project.h"
#include "engine/accounts.h"
#include "engine/live.h"
#include "engine/logs.h"
#include "host/host.h"
#include "loop/op.h"

struct engine;

/* What comes while images are pulled or built, containers created...: for bars and plain lines. */
struct engine_progress {
	const char *id;     /* "image postgres:16", "container demo-web-1": stable for one thing */
	const char *parent; /* layer -> image; NULL */
	const char *phase;  /* "pulling", "extracting", "building", "creating", "created"... */
	const char *detail; /* a line of build output; NULL */
	int64_t current, total; /* bytes; 0 unknown */
	bool done;
	const char *error; /* NULL: fine */
};
typedef void engine_progress_fn(void *arg, const struct engine_progress *p);

struct engine_facts {
	char *name;    /* "Docker Engine", "Podman", "process" */
	char *version; /* "26.1.5"; NULL */
	char *api;     /* "1.45" */
	char *compose; /* "2.26.1"; NULL */
	char *socket;  /* where it was found */
	bool rootless;
	struct strv warnings;
};

/* What is on the engine of one service's image. */
struct engine_image {
	char *ref;  /* as in the model */
	char *id;   /* "sha256:..."; NULL: not present */
	char *user; /* Config.User of the image; NULL unknown or empty */
	int64_t size;
	bool builds;
};

/* A question: whose numbers a user: is in an image; and its answer. */
struct engine_who {
	char *ref;  /* of the image */
	char *user; /* as in the model; NULL: as the image itself says, which is filled in */
	bool here;  /* the answer: the image is on the engine */
	struct account account; /* -1: nobody says; */
	struct error err;       /* or, with a code, why that is not known */
};
void engine_who_done(struct engine_who *w);

struct engine_volume {
	char *name;
	char *project, *key; /* labels; NULL */
	int64_t created_ms;
};

struct engine_exec {
	const char *service; /* exec in its first instance; */
	bool run;            /* true: a new one-off container of the service instead */
	const struct strv *argv;
	/* Without run: NAME=value beside the environment it has there; NULL: nothing. The way for a secret:
	 * it is in no argv. */
	const struct strv *env;
	child_output_fn *output;
	void *output_arg;
	/* With run: as root, argv in place of the image's entrypoint, without dependencies or network ports;
	 * and a directory of the host mounted at /slipway (NULL: none). For changing owners without being
	 * root here. */
	bool root;
	const char *bind;
	/* Without run: three descriptors of a terminal that is lent to it (child.h); NULL: no terminal. */
	const int *terminal;
};

struct engine_logs {
	const char *service; /* NULL: all */
	int tail;            /* lines of history for each; -1: all */
	bool follow;
	struct logs *into;
	/* Called after lines were appended, once a turn. */
	void (*changed)(void *arg);
	/* With follow: the connection is lost and why, or (NULL) there again; once each time. NULL:
	 * nobody asks. */
	void (*broken)(void *arg, const struct error *why);
	void *arg;
};

struct engine_ops {
	const char *name;
	const char *title; /* N_() */
	void (*free)(struct engine *e);
	/* Finds and asks the engine. done: ERR_UNREACHABLE (none; why), ERR_DENIED (no permission; remedy as
	 * hint), ERR_INPUT (too old). Then e->facts are there. */
	struct op *(*connect)(struct engine *e, op_done_fn *done, void *arg);
	/* The project as the engine itself resolves it, into e->model, in the shape of compose.h's model.
	 * For compose: `docker compose config --format json`, "$$" undone. */
	struct op *(*resolve)(struct engine *e, op_done_fn *done, void *arg);
	/* Fill e->images and e->volumes (of the whole engine). */
	struct op *(*images)(struct engine *e, op_done_fn *done, void *arg);
	struct op *(*volumes)(struct engine *e, op_done_fn *done, void *arg);
	/* Answers the n questions (borrowed until done) from what is on the engine: nothing is
	 * pulled. What is not known of one image is said with it; done: when the engine itself
	 * fails. NULL: images say nothing here. */
	struct op *(*whose)(
		struct engine *e, struct engine_who *list, size_t n, op_done_fn *done, void *arg);
	struct op *(*pull)(struct engine *e, const struct strv *services, engine_progress_fn *progress,
		op_done_fn *done, void *arg);
	struct op *(*build)(struct engine *e, const struct strv *services, engine_progress_fn *progress,
		op_done_fn *done, void *arg);
	/* Creates containers, networks, volumes without starting anything: `recreate` are made anew, the
	 * others only when missing. NULL services: all active ones. */
	struct op *(*create)(struct engine *e, const struct strv *services, const struct strv *recreate,
		engine_progress_fn *progress, op_done_fn *done, void *arg);
	/* Starts every stopped instance of one service; done when the engine has started it, not when it
	 * is healthy. */
	struct op *(*start)(struct engine *e, const char *service, op_done_fn *done, void *arg);
	struct op *(*stop)(struct engine *e, const char *service, op_done_fn *done, void *arg);
	struct op *(*restart)(struct engine *e, const char *service, op_done_fn *done, void *arg);
	/* Stops and removes everything of the project but volumes; with volumes when asked. */
	struct op *(*down)(struct engine *e, bool volumes, engine_progress_fn *progress, op_done_fn *done, void *arg);
	/* Deletes one volume with everything in it, after stopping and removing the project's
	 * containers that use it. done: 0 also when it is gone; ERR_EXISTS when somebody else uses
	 * it. NULL: there are no volumes. */
	struct op *(*wipe)(struct engine *e, const char *volume, op_done_fn *done, void *arg);
	struct op *(*scale)(struct engine *e, const char *service, int replicas, op_done_fn *done, void *arg);
	struct op *(*exec)(struct engine *e, const struct engine_exec *x, op_done_fn *done, void *arg);
	/* Keeps `live` true until freed. done runs once, when the first full picture is there (or the engine
	 * cannot be reached); afterwards loss and return of the engine show in live->connected. */
	struct op *(*watch)(struct engine *e, struct live *live, op_done_fn *done, void *arg);
	/* Fetches statistics of these services' instances once, into live. */
	struct op *(*stats)(struct engine *e, struct live *live, const struct strv *services, op_done_fn *done, void *arg);
	/* Reads logs until freed (follow) or the end. */
	struct op *(*logs)(struct engine *e, const struct engine_logs *l, op_done_fn *done, void *arg);
};

/* One row an engine, in order of preference. */
struct engine_kind {
	const struct engine_ops *ops;
	int (*open)(struct host *h, struct loop *loop, const struct project *p, struct engine **ret, struct error *err);
	/* Whether the project says enough for this engine (the process engine needs commands). */
	bool (*suits)(const struct project *p);
};
const struct engine_kind *engine_kinds(size_t *n);
const struct engine_kind *engine_kind_find(const char *name);

struct engine {
	const struct engine_ops *ops;
	struct host *host;  /* borrowed */
	struct loop *loop;  /* borrowed */
	const struct project *project; /* borrowed; engine_set_project() after it was read again */
	bool looking; /* set before connect: whoever asks wants to look, not to act. The program that acts is
			 then looked for when it is needed, and is not among the facts before */
	struct engine_facts facts;
	struct json_object *model;   /* after resolve */
	struct engine_image *images; /* after images */
	size_t n_images;
	struct engine_volume *volumes; /* after volumes */
	size_t n_volumes;
};

/* Finding the engine that suits and answers is workspace_connect()'s work (plan/workspace.h). */
void engine_free(struct engine *e);
DEFINE_AUTO_PTR(engine)
/* Whether its services listen on the ports of its host: an Engine that is reached over TCP is somewhere
 * else. False for NULL. */
bool engine_listens_here(const struct engine *e);
void engine_set_project(struct engine *e, const struct project *p);
const struct engine_image *engine_find_image(const struct engine *e, const char *ref);
const struct engine_volume *engine_find_volume(const struct engine *e, const char *name);

/* What a service waits for before it starts: where it runs as a process of its definition, as that
 * says it where it does; else as the compose files do. e NULL: no engine. Borrowed from p. */
struct engine_needs {
	const struct compose_depends *items;
	size_t n;
};
struct engine_needs engine_needs(
	const struct engine *e, const struct project *p, const char *service);

/* For engines: base part of an engine. */
void engine_init(struct engine *e, const struct engine_ops *ops, struct host *h, struct loop *loop,
	const struct project *p);
void engine_done(struct engine *e);
void engine_facts_done(struct engine_facts *f); /* leaves it empty */
void engine_clear_images(struct engine *e);
void engine_clear_volumes(struct engine *e);

#endif
