/* SPDX-License-Identifier: MIT */
/*
 * The supervisor of the process engine: a daemon, one a project, that keeps the services running
 * when nobody looks. It listens on a unix socket in .slipway/ (0700) and speaks JSON lines
 *(process_wire.h):
 *
 *	{"id": 1, "op": "define", "spec": {...}}       make a service, or give it another
 * definition: what runs is ended first, gently; with "keep": true one that is known stays as it is
 *	{"id": 2, "op": "start|stop|restart|remove", "service": "web"}
 *	{"id": 3, "op": "stats"}                       {"stats": [{service, cpu_ms, memory}]}
 *	{"id": 4, "op": "watch"}                       {"unit": {...}} now for each, and on each
 * change;
 *	                                               {"removed": "web"}
 *	{"id": 5, "op": "logs", "service": null, "tail": 100, "follow": true}
 *	                                               {"line": {service, stream, time_ns, text}}...
 *	{"id": 6, "op": "shutdown"}                    stops everything and ends
 *
 * Each is answered by {"reply": id, "ok": true} or {"reply": id, "error": "...", "code": "..."}:
 * define, stop, restart and remove when the run that was under way has ended, shutdown when
 * everything has, logs at its end. While it ends nothing begins: define, start and restart are
 * refused with the code "ending"; a new supervisor takes over when this one has gone. The code
 *"unknown": no such service.
 *
 * What it starts is marked (process_family.h), so that whatever a killed supervisor left behind is
 * found and ended by the next one, gently, before it answers. Of the log the last 8 MiB are kept, in
 * memory. It ends when the directory of the project is removed.
 */
#ifndef SLIPWAY_ENGINE_PROCESS_SUPER_H
#define SLIPWAY_ENGINE_PROCESS_SUPER_H

#include "base/error.h"

/* Names below the project directory. The socket is there as long as a supervisor has not ended in
 * order. */
#define PROCESS_SOCKET ".slipway/process.sock"
#define PROCESS_LOCK ".slipway/process.lock"

/* Becomes a daemon for the project in dir: returns 0 in the calling process once the socket accepts
 * connections (or one already did); the daemon itself never returns from this call. May wait for
 * the end of the one before. */
int process_supervise(const char *dir, struct error *err);

#endif
