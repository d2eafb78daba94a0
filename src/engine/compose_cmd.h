/* SPDX-License-Identifier: MIT */
/*
 * struct compose_cmd: the `docker compose` program of a host. It always runs with /dev/null as
 * input and never with --yes (which deletes volumes), without the COMPOSE_* variables of our own
 * environment, with the project directory, files, profiles and name said explicitly, and with the
 * Engine that was found as its DOCKER_HOST.
 */
#ifndef SLIPWAY_ENGINE_COMPOSE_CMD_H
#define SLIPWAY_ENGINE_COMPOSE_CMD_H

#include "engine/compose_progress.h"
#include "engine/engine.h"

struct compose_cmd {
	struct host *host; /* borrowed */
	struct loop *loop; /* borrowed */
	char *docker_host; /* value for DOCKER_HOST; NULL: the program finds it by itself */
	struct strv base;  /* "docker", "compose"; empty before compose_cmd_find() */
	char *version;     /* "2.26.1" */
	bool json;         /* it knows --progress json */
};

void compose_cmd_init(struct compose_cmd *c, struct host *h, struct loop *loop);
void compose_cmd_done(struct compose_cmd *c);

/* Looks for the program. done: ERR_NOT_FOUND (none), ERR_INPUT (older than 2.24.4), with the
 * remedy. */
struct op *compose_cmd_find(struct compose_cmd *c, op_done_fn *done, void *arg);
/* "2.26.1-4", "v2.27.0" against "2.24.4": negative, 0, positive. */
int compose_version_compare(const char *a, const char *b);

/* The arguments up to the command: program, progress, directory, files, profiles, name. */
void compose_cmd_arguments(
	const struct compose_cmd *c, const struct project *p, bool plain, struct strv *ret);
/* The environment it runs in. */
void compose_cmd_environment(const struct compose_cmd *c, const struct project *p,
	const struct strv *host_environ, struct strv *ret);

struct compose_run {
	const struct strv *args; /* the command and its arguments: "create", "--no-build", ... */
	bool plain;              /* --progress plain whatever the version: builds */
	engine_progress_fn *progress; /* may be NULL */
	void *progress_arg;
	const char *(*image_of)(void *arg, const char *service); /* see compose_progress.h */
	void *image_arg;
	size_t keep; /* ceiling of stdout kept for compose_run_output(); 0: it is progress */
	child_output_fn *output; /* instead of both: raw output */
	void *output_arg;
	const int *terminal; /* lent to it (child.h, inherit): no output comes here; NULL */
};

/* Finds the program first where nobody did; c and p stay until done.
 * done: 0 for exit status 0; ERR_FAILED with what Compose said as the message; the codes of
 * child.h. */
struct op *compose_run(struct compose_cmd *c, const struct project *p,
	const struct compose_run *run, op_done_fn *done, void *arg);
/* Of a pull that failed: which images, for which services of c, why and what to do. failed as in
 * compose_progress.h; reason: its last words. */
void compose_pull_explain(struct error *err, const struct compose *c, const struct strv *failed,
	const char *reason);
/* The same of a build: the service, the base image or the line of the Dockerfile. False when what failed
 * is not told in words that are known. words: of the command, beside its progress. */
bool compose_build_explain(
	struct error *err, const struct compose *c, const struct strv *failed, const char *words);
/* In done and later: what was kept. */
const struct str *compose_run_output(struct op *run);

#endif
