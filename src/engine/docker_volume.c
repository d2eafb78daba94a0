/* SPDX-License-Identifier: MIT */
#include "engine/docker_volume.h"

#include "base/i18n.h"
#include "base/text.h"
#include "engine/docker_container.h"

#include <string.h>

/* A container is given the time that it asks for to stop. */
enum { ANSWER_MS = 60000 };

/* List; of each container stop, remove; the volume: one call after the other. */
struct wipe {
	struct op op;
	struct docker *docker;
	char *project, *volume;
	struct strv paths; /* what is called, in order: a method and a path in turn */
	size_t at;
	struct op *call;
};

static bool go_on(struct wipe *w, int code, const struct error *err)
{
	AUTO(error) struct error said = ERROR_INIT;

	if (code == ERR_CANCELLED || w->op.freeing)
		return false;
	/* What is gone needs not be taken away. */
	if (!code || code == ERR_NOT_FOUND)
		return true;
	error_copy(&said, err);
	error_prefix(&said, _("cannot delete the volume %s"), w->volume);
	op_finish(&w->op, said.code, &said);
	return false;
}

static void call_next(struct wipe *w);

static void on_called(void *arg, int code, const struct error *err)
{
	struct wipe *w = arg;

	if (!go_on(w, code, err))
		return;
	call_next(w);
}

static void call_next(struct wipe *w)
{
	struct docker_spec spec = {0};

	op_free(take(w->call));
	if (w->at >= w->paths.n) {
		op_finish(&w->op, 0, NULL);
		return;
	}
	spec.method = w->paths.items[w->at++];
	spec.path = w->paths.items[w->at++];
	w->call = docker_call(w->docker, &spec, on_called, w);
}

static void refuse(struct wipe *w, struct json_object *entry)
{
	const char *name = json_object_get_string(json_at(json_get(entry, "Names"), 0));
	AUTO(error) struct error err = ERROR_INIT;
	autofree char *safe = text_safe_dup(name ? name + (name[0] == '/') : "?");

	error_set(&err, ERR_EXISTS, _("the volume %s is not deleted: the container %s uses it"),
		w->volume, safe);
	error_hint(&err, "%s", _("It is none of this project. Nothing was stopped or removed."));
	op_finish(&w->op, ERR_EXISTS, &err);
}

static void on_listed(void *arg, int code, const struct error *err)
{
	struct wipe *w = arg;
	struct json_object *list;
	autofree char *escaped = docker_escape(w->volume);

	if (!go_on(w, code, err))
		return;
	list = docker_call_reply(w->call);
	for (size_t i = 0; i < json_len(list); i++) {
		struct json_object *entry = json_at(list, i);
		const char *id = json_str(entry, "Id", "");

		if (!str_eq(docker_label(json_get(entry, "Labels"), "com.docker.compose.project"),
			    w->project)) {
			refuse(w, entry);
			return;
		}
		strv_push(&w->paths, "POST");
		strv_pushf(&w->paths, "/containers/%s/stop", id);
		strv_push(&w->paths, "DELETE");
		strv_pushf(&w->paths, "/containers/%s?force=1", id);
	}
	strv_push(&w->paths, "DELETE");
	strv_pushf(&w->paths, "/volumes/%s", escaped);
	call_next(w);
}

static void wipe_destroy(struct op *op)
{
	struct wipe *w = (struct wipe *)op;

	op_free(w->call);
	strv_done(&w->paths);
	free(w->project);
	free(w->volume);
	free(w);
}

static const struct op_class wipe_class = {.name = "volume", .destroy = wipe_destroy};

struct op *docker_volume_wipe(
	struct docker *d, const char *project, const char *volume, op_done_fn *done, void *arg)
{
	struct wipe *w = xcalloc(1, sizeof(*w));
	autojson struct json_object *filter = json_object_new_object();
	struct json_object *names = json_object_new_array();
	autofree char *text = NULL, *escaped = NULL, *path = NULL;
	struct docker_spec spec = {.timeout_ms = ANSWER_MS};

	op_init(&w->op, &wipe_class, d->loop, done, arg);
	w->docker = d;
	w->project = xstrdup(project);
	w->volume = xstrdup(volume);
	json_push_str(names, volume);
	json_put(filter, "volume", names);
	text = json_text(filter);
	escaped = docker_escape(text);
	path = xasprintf("/containers/json?all=1&filters=%s", escaped);
	spec.path = path;
	w->call = docker_call(d, &spec, on_listed, w);
	return &w->op;
}
