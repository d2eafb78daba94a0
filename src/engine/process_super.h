/* SPDX-License-Identifier: MIT */
/*
 * The supervisor of the process engine: a daemon, one a project, that keeps the services running
 *when nobody looks. It listens on a unix socket in .slipway/ (0700) and speaks JSON lines
 *(process_wire.h):
 *
 *	{"id": 1, "op": "define", "spec": {...}}      make or replace a service (stops a running one
 *first)
 *	{"id": 2, "op": "start|stop|restart|remove", "service": "web"}
 *	{"id": 3, "op": "stats"}                       {"stats": [{service, cpu_ms, memory}]}
 *	{"id": 4, "op": "watch"}                       {"unit": {...}} now for each, and on each
 *change
 *	{"id": 5, "op": "logs", "service": null, "tail": 100, "follow": true}
 *	                                               {"line": {service, stream, time_ns, text}}...
 *	{"id": 6, "op": "shutdown"}                    stops everything and ends
 *
 * Each is answered by {"reply": id, "ok": true} or {"reply": id, "error": "..."}; stop, restart and
 *remove when the service has ended, logs at its end.
 *
 * The groups it runs are noted in .slipway/process.pids, so that what a killed supervisor left
 *behind is found and ended by the next one (or by `down`).
 */
#ifndef SLIPWAY_ENGINE_PROCESS_SUPER_H
#define SLIPWAY_ENGINE_PROCESS_SUPER_H

#include "base/error.h"

/* Names below the project directory. */
#define PROCESS_SOCKET ".slipway/process.sock"
#define PROCESS_PIDS ".slipway/process.pids"

/* Becomes a daemon for the project in dir: returns 0 in the calling process once the socket accepts
 * connections (or one already did); the daemon itself never returns from this call. */
int process_supervise(const char *dir, struct error *err);
/* Ends process groups that a killed supervisor left behind; returns how many. */
int process_reap_leftovers(const char *dir);

#endif
