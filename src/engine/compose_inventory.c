/* SPDX-License-Identifier: MIT */
#include "base/i18n.h"
#include "base/text.h"
#include "engine/compose_engine.h"
#include "engine/docker_container.h"
#include "engine/docker_log.h"

#include <string.h>

enum { ANSWER_MS = 60000, HTTP_BAD_REQUEST = 400 };

char *compose_image_ref(const struct compose *c, const struct compose_service *s)
{
	return s->image ? xstrdup(s->image) : xasprintf("%s-%s", c->name, s->name);
}

/* --- images */

struct inventory;

struct question {
	struct inventory *inventory;
	const struct compose_service *service; /* the first that has it */
	struct engine_image image;
	struct op *call;
};

struct inventory {
	struct op op;
	struct engine *engine;
	struct op *call; /* volumes */
	struct question *questions;
	size_t n;
	size_t running;
	struct error err;
};

static void image_done(struct engine_image *i)
{
	free(i->ref);
	free(i->id);
	free(i->user);
}

static void inventory_destroy(struct op *op)
{
	struct inventory *v = (struct inventory *)op;

	op_free(v->call);
	for (size_t i = 0; i < v->n; i++) {
		op_free(v->questions[i].call);
		image_done(&v->questions[i].image);
	}
	free(v->questions);
	error_done(&v->err);
	free(v);
}

static const struct op_class inventory_class = {.name = "inventory", .destroy = inventory_destroy};

/* Parts of nothing but dots lead elsewhere in a path. */
static bool climbs(const char *ref)
{
	for (const char *p = ref;; p++) {
		size_t n = strcspn(p, "/");

		if (n == strspn(p, "."))
			return true;
		p += n;
		if (!*p)
			return false;
	}
}

/* Whose image it is, where that is said, and what to do. */
static void explain_image(
	struct error *err, const struct compose_service *s, const char *ref, const char *why)
{
	autofree char *safe = text_safe_dup(ref);

	error_set(err, ERR_INPUT, _("the image of %s cannot be used: %s"), s->name, why);
	if (s->place.file)
		error_detail(err, _("image \"%s\", at %s:%d"), safe, s->place.file, s->place.line);
	else
		error_detail(err, _("image \"%s\""), safe);
	error_hint(err,
		_("Write it as NAME:TAG or REGISTRY/NAME:TAG, in lower case, as in "
		  "\"postgres:16\"; a variable in it may have a wrong value."));
}

/* Characters that no name of an image has; the rest of its grammar the Engine knows better. */
static int check_ref(const struct compose_service *s, const char *ref, struct error *err)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
				      "0123456789._-/:@+";

	if (*ref != '-' && !climbs(ref) && !ref[strspn(ref, letters)])
		return 0;
	explain_image(err, s, ref, _("that is no name of an image"));
	return err->code;
}

/* All answers are there: they become the engine's. */
static void finish_images(struct inventory *v)
{
	struct engine *e = v->engine;

	if (v->running)
		return;
	if (!v->err.code) {
		engine_clear_images(e);
		e->images = xcalloc(v->n + 1, sizeof(*e->images));
		for (size_t i = 0; i < v->n; i++) {
			e->images[e->n_images++] = v->questions[i].image;
			v->questions[i].image = (struct engine_image){0};
		}
	}
	op_finish(&v->op, v->err.code, &v->err);
}

static void on_image(void *arg, int code, const struct error *err)
{
	struct question *q = arg;
	struct inventory *v = q->inventory;
	struct json_object *o;
	const char *user;

	if (code == ERR_CANCELLED || v->op.freeing)
		return;
	if (code == 0) {
		o = docker_call_reply(q->call);
		user = json_str(o, "Config.User", "");
		q->image.id = xstrdup(json_str(o, "Id", NULL));
		q->image.user = *user ? text_safe_dup(user) : NULL;
		q->image.size = json_int(o, "Size", 0);
	} else if (code != ERR_NOT_FOUND && !v->err.code) {
		error_copy(&v->err, err);
		if (docker_call_status(q->call) == HTTP_BAD_REQUEST)
			explain_image(&v->err, q->service, q->image.ref, err->message);
	}
	v->running--;
	finish_images(v);
}

static bool is_asked(const struct inventory *v, const char *ref)
{
	for (size_t i = 0; i < v->n; i++)
		if (str_eq(v->questions[i].image.ref, ref))
			return true;
	return false;
}

/* The reference as a path: slashes and colons stay as they are. */
char *compose_image_path(const char *ref)
{
	const char *kept = climbs(ref) ? ":@" : "/:@";
	AUTO(str) struct str s = STR_INIT(STR_LINE);

	str_add(&s, "/images/");
	for (const char *p = ref; *p; p++) {
		char one[2] = {*p, '\0'};
		autofree char *escaped = strchr(kept, *p) ? xstrdup(one) : docker_escape(one);

		str_add(&s, escaped);
	}
	str_add(&s, "/json");
	return str_take(&s);
}

struct op *compose_images(struct engine *e, op_done_fn *done, void *arg)
{
	struct inventory *v = xcalloc(1, sizeof(*v));
	const struct compose *c = e->project->compose;

	op_init(&v->op, &inventory_class, e->loop, done, arg);
	v->engine = e;
	v->questions = xcalloc(c->n_services + 1, sizeof(*v->questions));
	for (size_t i = 0; i < c->n_services; i++) {
		const struct compose_service *s = &c->services[i];
		autofree char *ref = compose_image_ref(c, s);

		if (!s->active || is_asked(v, ref))
			continue;
		if (check_ref(s, ref, &v->err))
			break;
		v->questions[v->n++] = (struct question){.inventory = v,
			.service = s,
			.image = {.ref = take(ref), .builds = s->builds}};
	}
	v->running = v->err.code ? 0 : v->n;
	for (size_t i = 0; i < v->running; i++) {
		struct question *q = &v->questions[i];
		autofree char *path = compose_image_path(q->image.ref);
		struct docker_spec spec = {.path = path, .timeout_ms = ANSWER_MS};

		q->call = docker_call(&((struct compose_engine *)e)->docker, &spec, on_image, q);
	}
	finish_images(v);
	return &v->op;
}

/* --- volumes */

static void on_volumes(void *arg, int code, const struct error *err)
{
	struct inventory *v = arg;
	struct engine *e = v->engine;
	struct json_object *list;
	size_t n;

	if (code == ERR_CANCELLED || v->op.freeing)
		return;
	if (code) {
		error_copy(&v->err, err);
		op_finish(&v->op, code, &v->err);
		return;
	}
	list = json_get(docker_call_reply(v->call), "Volumes");
	n = json_len(list);
	engine_clear_volumes(e);
	e->volumes = xcalloc(n + 1, sizeof(*e->volumes));
	for (size_t i = 0; i < n; i++) {
		struct json_object *o = json_at(list, i);
		struct json_object *labels = json_get(o, "Labels");

		e->volumes[e->n_volumes++] = (struct engine_volume){
			.name = xstrdup(json_str(o, "Name", "")),
			.project = xstrdup(docker_label(labels, "com.docker.compose.project")),
			.key = xstrdup(docker_label(labels, "com.docker.compose.volume")),
			.created_ms = docker_time_ms(json_str(o, "CreatedAt", NULL)),
		};
	}
	op_finish(&v->op, 0, NULL);
}

struct op *compose_volumes(struct engine *e, op_done_fn *done, void *arg)
{
	struct inventory *v = xcalloc(1, sizeof(*v));
	struct docker_spec spec = {.path = "/volumes", .timeout_ms = ANSWER_MS};

	op_init(&v->op, &inventory_class, e->loop, done, arg);
	v->engine = e;
	v->call = docker_call(&((struct compose_engine *)e)->docker, &spec, on_volumes, v);
	return &v->op;
}
