/* SPDX-License-Identifier: MIT */
#include "plan/rooted.h"

#include "base/i18n.h"

#include <stdio.h>
#include <string.h>

/* Of the paths of one command: well below what Linux takes (execve(2): 2 MiB as a rule). */
enum { COMMAND_SIZE = 512 * 1024 };

#define MOUNT "/slipway"

void rooted_done(struct rooted *r)
{
	for (size_t i = 0; i < r->n; i++)
		free(r->entries[i].path);
	free(r->entries);
	free(r->directory);
	free(r->service);
	*r = (struct rooted){0};
}

void rooted_add(struct rooted *r, const char *path, int64_t uid, int64_t gid, int mode)
{
	VEC_GROW(r->entries, r->n, r->cap);
	r->entries[r->n++] = (struct rooted_entry){xstrdup(path), uid, gid, mode};
}

/* What an entry asks of chown (first round) or chmod (second); NULL: nothing. */
static char *wish(const struct rooted_entry *e, bool modes)
{
	if (modes)
		return e->mode >= 0 ? xasprintf("%04o", (unsigned)e->mode) : NULL;
	if (e->uid >= 0 && e->gid >= 0)
		return xasprintf("%lld:%lld", (long long)e->uid, (long long)e->gid);
	if (e->gid >= 0)
		return xasprintf(":%lld", (long long)e->gid);
	return e->uid >= 0 ? xasprintf("%lld", (long long)e->uid) : NULL;
}

/* Neighbours that ask for the same share a command. Owners first: a change of owner takes set-id
 * bits away. */
bool rooted_command(const struct rooted *r, size_t *at, struct strv *argv)
{
	autofree char *first = NULL;
	size_t size = 0;

	for (; *at < 2 * r->n; (*at)++) {
		bool modes = *at >= r->n;
		const struct rooted_entry *e = &r->entries[modes ? *at - r->n : *at];
		autofree char *wanted = wish(e, modes);

		if (first && *at == r->n)
			return true;
		if (!wanted)
			continue;
		if (first && (!str_eq(wanted, first) || size > COMMAND_SIZE))
			return true;
		if (!first) {
			strv_push_all(argv, modes ? "chmod" : "chown", modes ? wanted : "-h", NULL);
			if (!modes)
				strv_push(argv, wanted);
			first = take(wanted);
		}
		strv_pushf(argv, "%s%s%s", MOUNT, *e->path ? "/" : "", e->path);
		size += strlen(e->path) + sizeof(MOUNT) + 1;
	}
	return first != NULL;
}

static int by_wish(const void *a, const void *b)
{
	const struct rooted_entry *x = a, *y = b;

	if (x->uid != y->uid)
		return x->uid < y->uid ? -1 : 1;
	if (x->gid != y->gid)
		return x->gid < y->gid ? -1 : 1;
	return x->mode != y->mode ? (x->mode < y->mode ? -1 : 1) : strcmp(x->path, y->path);
}

void rooted_sort(struct rooted *r)
{
	if (r->n)
		qsort(r->entries, r->n, sizeof(r->entries[0]), by_wish);
}

static bool mounts(const struct compose_service *s, const char *directory)
{
	for (size_t i = 0; i < s->n_mounts; i++) {
		const char *source = s->mounts[i].source;
		size_t n = source ? strlen(source) : 0;

		if (s->mounts[i].type == COMPOSE_BIND && n && strncmp(directory, source, n) == 0 &&
			(directory[n] == '\0' || directory[n] == '/'))
			return true;
	}
	return false;
}

const char *rooted_service(const struct compose *c, const char *directory)
{
	const char *any = NULL;

	for (size_t i = 0; c && i < c->n_services; i++) {
		const struct compose_service *s = &c->services[i];

		if (s->active && mounts(s, directory))
			return s->name;
		if (s->active && !any)
			any = s->name;
	}
	return any;
}

bool rooted_possible(const struct workspace *w)
{
	return w->engine && w->engine->ops->exec && !str_eq(w->engine->ops->name, "process");
}

/* --- the operation */

struct rooting {
	struct op op;
	struct workspace *workspace;
	const struct rooted *rooted;
	size_t at;
	struct strv argv;
	struct op *now;
};

static void rooting_destroy(struct op *op)
{
	struct rooting *r = (struct rooting *)op;

	op_free(r->now);
	strv_done(&r->argv);
	free(r);
}

static void rooting_cancel(struct op *op)
{
	op_cancel(((struct rooting *)op)->now);
}

static const struct op_class rooting_class = {
	.name = "root container", .cancel = rooting_cancel, .destroy = rooting_destroy};

static void next_command(struct rooting *r);

static void command_done(void *arg, int code, const struct error *err)
{
	struct rooting *r = arg;
	AUTO(error) struct error e = ERROR_INIT;

	if (r->op.freeing)
		return;
	op_free(take(r->now));
	if (code == 0) {
		next_command(r);
		return;
	}
	error_copy(&e, err);
	error_prefix(
		&e, _("cannot change the owner of %s through a container"), r->rooted->directory);
	if (!e.hint)
		error_hint(&e, "%s", _("Run the same as root, then no container is needed."));
	op_finish(&r->op, code, &e);
}

static void next_command(struct rooting *r)
{
	struct engine *e = r->workspace->engine;
	struct engine_exec x = {.service = r->rooted->service,
		.run = true,
		.root = true,
		.bind = r->rooted->directory,
		.argv = &r->argv};

	strv_clear(&r->argv);
	if (rooted_command(r->rooted, &r->at, &r->argv))
		r->now = e->ops->exec(e, &x, command_done, r);
	else
		op_finish(&r->op, 0, NULL);
}

int rooted_refuse(const struct workspace *w, const char *directory, struct error *err)
{
	error_set(err, ERR_UNREACHABLE,
		_("the owner of %s cannot be changed: only root may, or a container, and there is "
		  "no Engine"),
		directory);
	if (w->engine_error.message)
		error_detail(err, "%s", w->engine_error.message);
	return error_hint(err, "%s", _("Start the Engine and run it again, or run it as root."));
}

struct op *rooted_start(
	struct workspace *w, const struct rooted *rooted, op_done_fn *done, void *arg)
{
	struct rooting *r = xcalloc(1, sizeof(*r));
	AUTO(error) struct error e = ERROR_INIT;

	op_init(&r->op, &rooting_class, w->loop, done, arg);
	r->workspace = w;
	r->rooted = rooted;
	if (rooted_possible(w) && rooted->service) {
		next_command(r);
		return &r->op;
	}
	op_finish(&r->op, rooted_refuse(w, rooted->directory, &e), &e);
	return &r->op;
}
