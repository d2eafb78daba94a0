/* SPDX-License-Identifier: MIT */
#include "engine/docker_accounts.h"

#include "base/i18n.h"
#include "engine/docker_archive.h"

#include <sys/random.h>

enum {
	ANSWER_MS = 60000,
	PATIENCE_MS = 5000,
	LEFT_OVER_S = 600, /* an older one belongs to nobody any more */
};

static const char *const file_names[] = {"/etc/passwd", "/etc/group"};

/* Make a container, read its files, remove it: one after the other; beside it, what others left. */
enum stage { MAKING, READING, REMOVING, REMOVED };

struct looking {
	struct op op;
	struct docker *docker;
	struct accounts *ret;
	char *container; /* its name, which is known before its id is; then that */
	struct op *call;
	struct op *list;        /* of what others left */
	struct op **removal;    /* the owner's */
	struct timer *patience; /* of an early end */
	size_t file;
	enum stage stage;
	struct error err;
};

static struct op *start_removal(
	struct docker *d, const char *container, op_done_fn *done, void *arg)
{
	/* With the volumes that it was given for nothing. */
	autofree char *path = xasprintf("/containers/%s?force=1&v=1", container);
	struct docker_spec spec = {.method = "DELETE", .path = path, .timeout_ms = ANSWER_MS};

	return docker_call(d, &spec, done, arg);
}

static void on_removed(void *arg, int code, const struct error *err)
{
	struct looking *l = arg;

	(void)code;
	(void)err;
	if (l->op.freeing)
		return;
	l->stage = REMOVED;
	op_finish(&l->op, l->err.code, &l->err);
}

/* Whatever it ends with, the container goes first. */
static void end(struct looking *l)
{
	l->stage = REMOVING;
	op_free(take(l->call));
	l->call = start_removal(l->docker, l->container, on_removed, l);
}

/* --- the files */

static void read_next(struct looking *l);

static void on_file(void *arg, int code, const struct error *err)
{
	struct looking *l = arg;

	if (l->op.freeing || code == ERR_CANCELLED)
		return;
	/* An image need not have them. */
	if (code && code != ERR_NOT_FOUND) {
		error_copy(&l->err, err);
		error_prefix(&l->err, "%s", file_names[l->file]);
		end(l);
		return;
	}
	l->file++;
	op_free(take(l->call));
	read_next(l);
}

static void read_next(struct looking *l)
{
	struct str *to[] = {&l->ret->passwd, &l->ret->group};

	if (l->file == ARRAY_SIZE(file_names)) {
		end(l);
		return;
	}
	l->call = docker_archive_read(
		l->docker, l->container, file_names[l->file], to[l->file], on_file, l);
}

/* --- what others left */

static void on_listed(void *arg, int code, const struct error *err)
{
	struct looking *l = arg;
	struct json_object *all;
	int64_t newest = 0;

	(void)err;
	if (l->op.freeing || code)
		return;
	all = docker_call_reply(l->list);
	/* By the Engine's own clock: ours is among them. */
	for (size_t i = 0; i < json_len(all); i++) {
		int64_t created = json_int(json_at(all, i), "Created", 0);

		newest = created > newest ? created : newest;
	}
	for (size_t i = 0; i < json_len(all); i++) {
		struct json_object *o = json_at(all, i);

		if (json_int(o, "Created", newest) < newest - LEFT_OVER_S) {
			op_free(take(*l->removal));
			*l->removal = start_removal(l->docker, json_str(o, "Id", ""), NULL, NULL);
			return; /* one each time is enough to get rid of them */
		}
	}
}

static void list_others(struct looking *l)
{
	struct docker_spec spec = {.path = "/containers/json?all=1&filters="
					   "%7B%22label%22%3A%5B%22" DOCKER_ACCOUNTS_LABEL
					   "%22%5D%2C%22status%22%3A%5B%22created%22%5D%7D",
		.timeout_ms = ANSWER_MS};

	l->list = docker_call(l->docker, &spec, on_listed, l);
}

/* --- the container */

static void on_made(void *arg, int code, const struct error *err)
{
	struct looking *l = arg;

	if (l->op.freeing || code == ERR_CANCELLED)
		return;
	if (code && !l->err.code)
		error_copy(&l->err, err);
	/* What the Engine refused it did not make; what broke off it may have made. */
	if (docker_call_status(l->call) >= 400) {
		on_removed(l, 0, NULL);
	} else if (l->err.code) {
		end(l);
	} else {
		l->stage = READING;
		free(l->container);
		l->container = xstrdup(json_str(docker_call_reply(l->call), "Id", ""));
		op_free(take(l->call));
		list_others(l);
		read_next(l);
	}
}

/* Whatever the image says of itself that would make the Engine do more than lay out its files is
 * taken back: the labels by which Compose counts it to a project, and the volumes, which would be
 * filled. */
static struct json_object *container_spec(struct json_object *image)
{
	struct json_object *spec = json_object_new_object(), *cmd = json_object_new_array(),
			   *labels = json_object_new_object(), *host = json_object_new_object(),
			   *mounts = json_object_new_array(),
			   *volumes = json_get(image, "Config.Volumes"),
			   *image_labels = json_get(image, "Config.Labels");

	json_put_str(spec, "Image", json_str(image, "Id", ""));
	/* Never run; but without one the Engine makes none of an image that names none. */
	json_push_str(cmd, "none");
	json_put(spec, "Cmd", cmd);
	if (json_object_is_type(image_labels, json_type_object)) {
		json_object_object_foreach(image_labels, key, value)
		{
			(void)value;
			if (str_starts(key, "com.docker.compose."))
				json_put_str(labels, key, "");
		}
	}
	json_put_str(labels, DOCKER_ACCOUNTS_LABEL, "1");
	json_put(spec, "Labels", labels);
	if (json_object_is_type(volumes, json_type_object)) {
		json_object_object_foreach(volumes, target, value)
		{
			struct json_object *mount;

			(void)value;
			if (*target != '/' || !target[1] || str_starts("/etc/passwd", target))
				continue;
			mount = json_object_new_object();
			json_put_str(mount, "Type", "tmpfs");
			json_put_str(mount, "Target", target);
			json_push(mounts, mount);
		}
	}
	json_put_str(host, "NetworkMode", "none");
	json_put(host, "Mounts", mounts);
	json_put(spec, "HostConfig", host);
	return spec;
}

static void make_container(struct looking *l, struct json_object *image)
{
	autojson struct json_object *body = container_spec(image);
	autofree char *path = xasprintf("/containers/create?name=%s", l->container);
	struct docker_spec spec = {
		.method = "POST", .path = path, .body = body, .timeout_ms = ANSWER_MS};

	l->call = docker_call(l->docker, &spec, on_made, l);
}

/* --- the operation */

static void on_patience(void *arg)
{
	struct looking *l = arg;

	op_finish(&l->op, l->err.code, &l->err);
}

static void looking_cancel(struct op *op)
{
	struct looking *l = (struct looking *)op;

	if (l->patience)
		return;
	error_set(&l->err, ERR_CANCELLED, _("looking for the users of an image was interrupted"));
	l->patience = timer_start(op->loop, PATIENCE_MS, 0, on_patience, l);
	/* Being made, it can only be waited for; being removed, too. */
	if (l->stage == READING)
		end(l);
}

static void looking_destroy(struct op *op)
{
	struct looking *l = (struct looking *)op;

	op_free(l->call);
	op_free(l->list);
	timer_free(l->patience);
	if (l->stage != REMOVED) {
		op_free(take(*l->removal));
		*l->removal = start_removal(l->docker, l->container, NULL, NULL);
	}
	free(l->container);
	error_done(&l->err);
	free(l);
}

static const struct op_class looking_class = {
	.name = "accounts", .cancel = looking_cancel, .destroy = looking_destroy};

struct op *docker_accounts(struct docker *d, struct json_object *image, struct accounts *ret,
	struct op **removal, op_done_fn *done, void *arg)
{
	struct looking *l = xcalloc(1, sizeof(*l));
	uint64_t random = (uint64_t)loop_wall();

	op_init(&l->op, &looking_class, d->loop, done, arg);
	l->docker = d;
	l->ret = ret;
	l->removal = removal;
	(void)!getrandom(&random, sizeof(random), GRND_NONBLOCK);
	l->container = xasprintf("slipway-accounts-%016llx", (unsigned long long)random);
	make_container(l, image);
	return &l->op;
}
