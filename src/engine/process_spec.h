/* SPDX-License-Identifier: MIT */
/*
 * What the supervisor of the process engine must know of one service: everything expanded, so that
 * it reads no file. Travels as JSON over the supervisor's socket and is never stored.
 */
#ifndef SLIPWAY_ENGINE_PROCESS_SPEC_H
#define SLIPWAY_ENGINE_PROCESS_SPEC_H

#include "base/error.h"
#include "base/json.h"
#include "base/strv.h"
#include "config/project.h"

#include <stdbool.h>
#include <stdint.h>

enum process_restart { PROCESS_NO, PROCESS_ON_FAILURE, PROCESS_ALWAYS, PROCESS_UNLESS_STOPPED };

/* Defaults of a health check, as Docker's. */
enum { PROCESS_INTERVAL_MS = 30000, PROCESS_TIMEOUT_MS = 30000, PROCESS_RETRIES = 3 };
/* As Docker's. */
enum { PROCESS_STOP_MS = 10000 };

struct process_spec {
	char *name;
	struct strv argv;
	struct strv env;    /* NAME=value, complete */
	char *dir;          /* absolute */
	struct strv health; /* argv; empty: none */
	int64_t interval_ms, timeout_ms, start_period_ms;
	int retries;
	enum process_restart restart;
	int restart_most; /* of PROCESS_ON_FAILURE ("on-failure:5"); 0: no limit */
	int stop_signal;
	int64_t stop_ms; /* after the stop signal; then SIGKILL */
	bool oneshot;
};

/* "on-failure" and the like, in Compose's words; unknown ones and NULL mean no. *most is the number
 * of "on-failure:5", else 0. */
enum process_restart process_restart_find(const char *text, int *most);
/* "SIGINT", "INT", "2"; SIGTERM for NULL and what is none. */
int process_signal_find(const char *text);

void process_spec_done(struct process_spec *s);
DEFINE_AUTO(process_spec)

/* The service as the project's definition says, ${VAR} expanded with the settings' effective values
 * and environ, the host's environment (NULL: asked for here); stop_signal and stop_grace_period are
 * those of its compose file. ERR_INPUT when the definition has no process for it or a text cannot
 * be expanded. (process_expand.c) */
int process_spec_make(const struct project *p, const struct strv *environ, const char *service,
	struct process_spec *ret, struct error *err);

/* The caller owns the object. `env` holds secrets: the text goes to the socket only. */
struct json_object *process_spec_json(const struct process_spec *s);
int process_spec_parse(struct json_object *o, struct process_spec *ret, struct error *err);

#endif
