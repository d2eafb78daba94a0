/* SPDX-License-Identifier: MIT */
#include "base/i18n.h"
#include "engine/compose_engine.h"

#include <string.h>

/* --- connect: the Engine and the program, at once */

struct connecting {
	struct op op;
	struct compose_engine *engine;
	struct op *docker, *cmd;
	bool docker_done, cmd_done;
	struct error err; /* the Engine's failure goes before the program's */
};

static void connecting_destroy(struct op *op)
{
	struct connecting *c = (struct connecting *)op;

	op_free(c->docker);
	op_free(c->cmd);
	error_done(&c->err);
	free(c);
}

static const struct op_class connecting_class = {.name = "connect", .destroy = connecting_destroy};

static void set_facts(struct compose_engine *e)
{
	struct engine_facts *f = &e->base.facts;

	engine_facts_done(f);
	f->name = xstrdup(e->docker.name);
	f->version = xstrdup(e->docker.version);
	f->api = xstrdup(e->docker.api);
	f->compose = xstrdup(e->cmd.version);
	f->socket = xstrdup(e->docker.socket.url);
	f->rootless = e->docker.socket.rootless;
	if (e->cmd.version && compose_version_compare(e->cmd.version, "2.27.2") < 0)
		strv_pushf(&f->warnings,
			_("Docker Compose %s reads .env of the project directory only; from 2.27.2 "
			  "on, one "
			  "in the current directory goes before it"),
			e->cmd.version);
}

static void finish_if_both(struct connecting *c)
{
	if (!c->docker_done || !c->cmd_done)
		return;
	if (!c->err.code) {
		free(c->engine->cmd.docker_host);
		c->engine->cmd.docker_host = xstrdup(c->engine->docker.socket.url);
		set_facts(c->engine);
	}
	op_finish(&c->op, c->err.code, &c->err);
}

static void on_docker(void *arg, int code, const struct error *err)
{
	struct connecting *c = arg;

	if (code == ERR_CANCELLED || c->op.freeing)
		return;
	c->docker_done = true;
	if (code)
		error_copy(&c->err, err);
	/* Without an Engine the program does not matter. */
	c->cmd_done = c->cmd_done || code;
	finish_if_both(c);
}

static void on_cmd(void *arg, int code, const struct error *err)
{
	struct connecting *c = arg;

	if (code == ERR_CANCELLED || c->op.freeing)
		return;
	c->cmd_done = true;
	if (code && !c->err.code)
		error_copy(&c->err, err);
	finish_if_both(c);
}

struct op *compose_connect(struct engine *e, op_done_fn *done, void *arg)
{
	struct connecting *c = xcalloc(1, sizeof(*c));

	op_init(&c->op, &connecting_class, e->loop, done, arg);
	c->engine = (struct compose_engine *)e;
	c->docker = docker_connect(&c->engine->docker, on_docker, c);
	c->cmd_done = e->looking;
	if (!e->looking)
		c->cmd = compose_cmd_find(&c->engine->cmd, on_cmd, c);
	return &c->op;
}

/* --- resolve */

struct resolving {
	struct op op;
	struct compose_engine *engine;
	struct op *run;
};

static void undo_string(struct json_object *o)
{
	const char *text = json_object_get_string(o);
	size_t n = (size_t)json_object_get_string_len(o);
	autofree char *plain = NULL;
	size_t k = 0;

	if (!memchr(text, '$', n))
		return;
	plain = xmalloc(n + 1);
	for (size_t i = 0; i < n; i++) {
		plain[k++] = text[i];
		i += text[i] == '$' && i + 1 < n && text[i + 1] == '$';
	}
	json_object_set_string_len(o, plain, (int)k);
}

void compose_undo_escapes(struct json_object *model)
{
	switch (json_object_get_type(model)) {
	case json_type_string:
		undo_string(model);
		break;
	case json_type_array:
		for (size_t i = 0; i < json_len(model); i++)
			compose_undo_escapes(json_at(model, i));
		break;
	case json_type_object: {
		json_object_object_foreach(model, key, value)
		{
			(void)key;
			compose_undo_escapes(value);
		}
		break;
	}
	default:
		break;
	}
}

static void resolving_destroy(struct op *op)
{
	struct resolving *r = (struct resolving *)op;

	op_free(r->run);
	free(r);
}

static const struct op_class resolving_class = {.name = "resolve", .destroy = resolving_destroy};

static void on_resolved(void *arg, int code, const struct error *err)
{
	struct resolving *r = arg;
	AUTO(error) struct error said = ERROR_INIT;
	struct json_object *model = NULL;

	if (code == ERR_CANCELLED || r->op.freeing)
		return;
	if (code) {
		error_copy(&said, err);
	} else {
		const struct str *out = compose_run_output(r->run);

		code = json_parse(str_text(out), out->len, &model, &said);
		if (code < 0)
			error_prefix(&said, "docker compose config");
	}
	if (!code) {
		compose_undo_escapes(model);
		json_object_put(r->engine->base.model);
		r->engine->base.model = model;
	}
	op_finish(&r->op, code, &said);
}

struct op *compose_resolve(struct engine *e, op_done_fn *done, void *arg)
{
	struct resolving *r = xcalloc(1, sizeof(*r));
	AUTO(strv) struct strv args = STRV_INIT;
	struct compose_run run = {.args = &args, .plain = true, .keep = STR_FILE};

	op_init(&r->op, &resolving_class, e->loop, done, arg);
	r->engine = (struct compose_engine *)e;
	if (e->project->fresh) {
		/* Nothing is there yet that Compose could read. */
		json_object_put(e->model);
		e->model = json_object_get(e->project->compose->model);
		op_finish(&r->op, 0, NULL);
		return &r->op;
	}
	strv_push_all(&args, "config", "--format=json", NULL);
	r->run = compose_run(&r->engine->cmd, e->project, &run, on_resolved, r);
	return &r->op;
}
