/* SPDX-License-Identifier: MIT */
#include "base/i18n.h"
#include "base/text.h"
#include "engine/docker_api.h"
#include "loop/work.h"

#include <stdio.h>
#include <string.h>

/* 1.41 is Engine 20.10 (and Podman's); beyond 1.44 nothing is used here. */
static const char oldest[] = "1.41", newest[] = "1.44";

enum { ANSWER_MS = 10000 };

static bool read_version(const char *text, int *major, int *minor)
{
	return text && sscanf(text, "%d.%d", major, minor) == 2 && *major >= 0 && *minor >= 0;
}

static int compare_versions(const char *a, const char *b)
{
	int a1, a2, b1, b2;

	if (!read_version(a, &a1, &a2) || !read_version(b, &b1, &b2))
		return 0;
	return a1 != b1 ? a1 - b1 : a2 - b2;
}

char *docker_negotiate(const char *server, const char *server_min)
{
	int major, minor;

	if (!read_version(server, &major, &minor) || compare_versions(server, oldest) < 0)
		return NULL;
	if (compare_versions(server, newest) < 0)
		return xasprintf("%d.%d", major, minor);
	/* An Engine so new that it does not speak ours any more: its own oldest is the nearest. */
	if (read_version(server_min, &major, &minor) && compare_versions(server_min, newest) > 0)
		return xasprintf("%d.%d", major, minor);
	return xstrdup(newest);
}

struct connecting {
	struct op op;
	struct docker *docker;
	struct op *step;
};

/* What the pool thread works on. */
struct search {
	struct host *host;
	struct docker_socket found;
	char *user;
};

static void connecting_destroy(struct op *op)
{
	struct connecting *c = (struct connecting *)op;

	op_free(c->step);
	free(c);
}

static const struct op_class connecting_class = {.name = "docker", .destroy = connecting_destroy};

static void fail(struct connecting *c, const struct error *err)
{
	AUTO(error) struct error said = ERROR_INIT;

	error_copy(&said, err);
	op_finish(&c->op, said.code, &said);
}

/* What gives no sound answer to the first question is no Engine that can be reached, whatever it
 * sends. */
static void fail_unsound(struct connecting *c, const char *why)
{
	AUTO(error) struct error said = ERROR_INIT;

	error_set(&said, ERR_UNREACHABLE, _("the Docker Engine at %s does not answer as it should"),
		c->docker->socket.url);
	error_detail(&said, "%s", why);
	error_hint(&said, _("Restart it: sudo systemctl restart docker"));
	op_finish(&c->op, said.code, &said);
}

static const char *engine_name(struct json_object *version)
{
	struct json_object *parts = json_get(version, "Components");

	for (size_t i = 0; i < json_len(parts); i++)
		if (str_starts(json_str(json_at(parts, i), "Name", ""), "Podman"))
			return "Podman";
	return "Docker Engine";
}

static void on_version(void *arg, int code, const struct error *err)
{
	struct connecting *c = arg;
	struct docker *d = c->docker;
	AUTO(error) struct error said = ERROR_INIT;
	struct json_object *v;
	const char *api;

	if (code) {
		if (code == ERR_UNREACHABLE || code == ERR_DENIED)
			fail(c, err);
		else if (code != ERR_CANCELLED)
			fail_unsound(c, err->message);
		return;
	}
	v = docker_call_reply(c->step);
	api = json_str(v, "ApiVersion", "");
	if (!*api) {
		fail_unsound(c, _("It names no version of the Engine API."));
		return;
	}
	free(d->version);
	free(d->name);
	d->version = text_safe_dup(json_str(v, "Version", ""));
	d->name = xstrdup(engine_name(v));
	d->api = docker_negotiate(api, json_str(v, "MinAPIVersion", ""));
	if (d->api) {
		op_finish(&c->op, 0, NULL);
		return;
	}
	error_set(&said, ERR_INPUT, _("%s %s is too old"), d->name, d->version);
	error_detail(&said, _("it speaks version %s of the Engine API, at least %s is needed"), api,
		oldest);
	error_hint(&said, _("Update Docker to 20.10 or later."));
	op_finish(&c->op, said.code, &said);
}

static void ask_version(struct connecting *c)
{
	struct docker_spec spec = {
		.path = "/version", .unversioned = true, .timeout_ms = ANSWER_MS};

	c->step = docker_call(c->docker, &spec, on_version, c);
}

/* On a pool thread. */
static int search_run(void *data, const atomic_bool *cancelled, struct error *err)
{
	struct search *s = data;
	AUTO(host_facts) struct host_facts facts = {0};

	(void)cancelled;
	if (host_facts(s->host, &facts, NULL) == 0)
		s->user = xstrdup(facts.user);
	return docker_socket_find(s->host, &s->found, err);
}

static void search_release(void *data)
{
	struct search *s = data;

	docker_socket_done(&s->found);
	free(s->user);
	free(s);
}

struct searching {
	struct connecting *connecting;
	struct search *search;
};

static void on_found(void *arg, int code, const struct error *err)
{
	struct searching *s = arg;
	struct connecting *c = s->connecting;
	struct docker *d = c->docker;

	if (code == 0) {
		docker_socket_done(&d->socket);
		d->socket = s->search->found;
		s->search->found = (struct docker_socket){0};
		free(d->user);
		d->user = take(s->search->user);
	}
	free(s);
	if (code == ERR_CANCELLED)
		return;
	if (code) {
		fail(c, err);
		return;
	}
	op_free(take(c->step));
	ask_version(c);
}

struct op *docker_connect(struct docker *d, op_done_fn *done, void *arg)
{
	struct connecting *c = xcalloc(1, sizeof(*c));
	struct searching *s = xcalloc(1, sizeof(*s));
	struct search *search = xcalloc(1, sizeof(*search));

	op_init(&c->op, &connecting_class, d->loop, done, arg);
	c->docker = d;
	free(take(d->api));
	search->host = d->host;
	s->connecting = c;
	s->search = search;
	c->step = work_op(work_start(d->loop, search_run, search, search_release, on_found, s));
	return &c->op;
}
