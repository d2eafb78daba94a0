/* SPDX-License-Identifier: MIT */
/* A stand-in for the Engine that can do what no real one does on demand (tests/lib/fake_engine.h):
 * go away, lose events, be of another age; and what talks with it. */
#ifndef SLIPWAY_TESTS_DOCKER_FIXTURE_H
#define SLIPWAY_TESTS_DOCKER_FIXTURE_H

#include "unit.h"

#include "base/json.h"
#include "base/mem.h"
#include "base/str.h"
#include "engine/docker_api.h"
#include "engine/docker_stream.h"
#include "engine/live.h"
#include "engine/logs.h"
#include "../lib/fake_engine.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct fixture {
	char dir[64];
	char path[96];
	struct fake_engine *fake;
	struct loop *loop;
	struct host *host;
	struct docker docker;
	struct live *live;
	struct logs *logs;
	bool done;
	int code;
	bool (*wanted)(struct fixture *f);
	bool met;
	uint64_t lines;
	const char *service;
	enum live_state state;
	struct docker_stream *stream;
};

#define ENGINE_VERSION(api, min) \
	"{\"Version\":\"26.1.5\",\"ApiVersion\":\"" api "\",\"MinAPIVersion\":\"" min "\"}"
#define LABELS(service)                                                                      \
	"{\"com.docker.compose.project\":\"demo\",\"com.docker.compose.service\":\"" service \
	"\",\"com.docker.compose.container-number\":\"1\"}"
#define ENTRY(id, service, state, status)                                           \
	"{\"Id\":\"" id "\",\"Names\":[\"/demo-" service "-1\"],\"State\":\"" state \
	"\",\"Status\":\"" status "\",\"Labels\":" LABELS(service) "}"
#define INSPECT(service, state, more)                                                          \
	"{\"Id\":\"x\",\"Name\":\"/demo-" service "-1\",\"Created\":\"2026-11-21T03:00:00Z\"," \
	"\"State\":{\"Status\":\"" state "\"," more                                            \
	"\"StartedAt\":\"2026-11-21T03:04:05Z\"},\"Config\":{\"Labels\":" LABELS(service) "}}"

static inline int setup(void **state)
{
	struct fixture *f = xcalloc(1, sizeof(*f));

	snprintf(f->dir, sizeof(f->dir), "/tmp/slipway-docker-test.XXXXXX");
	assert_non_null(mkdtemp(f->dir));
	snprintf(f->path, sizeof(f->path), "%s/docker.sock", f->dir);
	f->fake = fake_engine_new(f->path);
	f->loop = loop_new();
	f->host = host_local_new(f->loop);
	docker_init(&f->docker, f->host, f->loop);
	f->docker.socket.url = xasprintf("unix://%s", f->path);
	f->docker.socket.unix_socket = xstrdup(f->path);
	f->docker.socket.origin = xstrdup("DOCKER_HOST");
	f->docker.api = xstrdup("1.44");
	f->live = live_new(f->loop, "demo");
	f->logs = logs_new(64 * 1024);
	*state = f;
	return 0;
}

static inline int teardown(void **state)
{
	struct fixture *f = *state;

	live_free(f->live);
	logs_free(f->logs);
	docker_done(&f->docker);
	host_free(f->host);
	loop_free(f->loop);
	fake_engine_free(f->fake);
	rmdir(f->dir);
	free(f);
	return 0;
}

static inline void on_change(void *arg)
{
	struct fixture *f = arg;

	f->met = f->met || f->wanted(f);
}

static inline void wait_until(struct fixture *f, bool (*wanted)(struct fixture *f))
{
	/* What no watcher tells (counters of the stand-in) is looked at now and then. */
	struct timer *t = timer_start(f->loop, 5, 5, on_change, f);

	f->wanted = wanted;
	f->met = wanted(f);
	loop_run_until(f->loop, &f->met);
	timer_free(t);
}

#define WITH_ENGINE(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

#endif
