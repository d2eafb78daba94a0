/* SPDX-License-Identifier: MIT */
/*
 * Whose numbers users are in images: first every image is inspected, which settles what needs no
 * more than that; then the accounts of the others are read, of all at once and of each once.
 */
#include "base/text.h"
#include "engine/compose_engine.h"
#include "engine/docker_accounts.h"

enum { ANSWER_MS = 60000 };

struct asking;

/* One image, by a reference. */
struct asked_image {
	struct asking *asking;
	const char *ref;
	struct op *call; /* its inspection; keeps the answer */
	bool here;
};

/* One image, by its id: what nobody has read so far. Two questions may read the same at once. */
struct asked_accounts {
	struct asking *asking;
	const char *id;
	struct accounts accounts;
	struct error err;
	struct op *op;
};

struct asking {
	struct op op;
	struct compose_engine *engine;
	struct engine_who *list;
	size_t n;
	struct asked_image *images;
	size_t n_images;
	struct asked_accounts *accounts;
	size_t n_accounts;
	size_t running;
	struct error err;
};

/* --- what was read */

static const struct accounts *find_read(const struct compose_engine *e, const char *id)
{
	for (size_t i = 0; i < e->n_accounts; i++)
		if (str_eq(e->accounts[i].id, id))
			return &e->accounts[i].accounts;
	return NULL;
}

/* For the next question. */
static void keep(struct compose_engine *e, struct asked_accounts *q)
{
	if (find_read(e, q->id))
		return;
	e->accounts = xreallocarray(e->accounts, e->n_accounts + 1, sizeof(*e->accounts));
	e->accounts[e->n_accounts++] =
		(struct compose_accounts){.id = xstrdup(q->id), .accounts = q->accounts};
	accounts_init(&q->accounts);
}

void compose_accounts_free(struct compose_engine *e)
{
	op_free(take(e->removal));
	for (size_t i = 0; i < e->n_accounts; i++) {
		free(e->accounts[i].id);
		accounts_done(&e->accounts[i].accounts);
	}
	free(e->accounts);
}

/* --- answers */

static const struct asked_image *image_of(const struct asking *a, const char *ref)
{
	for (size_t i = 0; i < a->n_images; i++)
		if (str_eq(a->images[i].ref, ref))
			return &a->images[i];
	return NULL;
}

static const char *id_of(const struct asking *a, const struct engine_who *w)
{
	return json_str(docker_call_reply(image_of(a, w->ref)->call), "Id", "");
}

static struct asked_accounts *asked_for(const struct asking *a, const char *id)
{
	for (size_t i = 0; i < a->n_accounts; i++)
		if (str_eq(a->accounts[i].id, id))
			return &a->accounts[i];
	return NULL;
}

static void finish(struct asking *a)
{
	for (size_t i = 0; i < a->n && !a->err.code; i++) {
		struct engine_who *w = &a->list[i];
		const struct asked_accounts *q;

		if (!w->here || account_parse(w->user, &w->account))
			continue;
		q = asked_for(a, id_of(a, w));
		if (q && q->err.code)
			error_copy(&w->err, &q->err);
		else
			accounts_find(
				find_read(a->engine, id_of(a, w)), w->user, &w->account, &w->err);
	}
	op_finish(&a->op, a->err.code, &a->err);
}

static void on_accounts(void *arg, int code, const struct error *err)
{
	struct asked_accounts *q = arg;
	struct asking *a = q->asking;

	if (a->op.freeing)
		return;
	if (code)
		error_copy(&q->err, err);
	else
		keep(a->engine, q);
	if (code == ERR_CANCELLED)
		error_copy(&a->err, err);
	if (--a->running == 0)
		finish(a);
}

static void read_accounts(struct asking *a, const struct engine_who *w)
{
	struct compose_engine *e = a->engine;
	const char *id = id_of(a, w);
	struct asked_accounts *q;

	if (find_read(e, id) || asked_for(a, id))
		return;
	q = &a->accounts[a->n_accounts++];
	*q = (struct asked_accounts){.asking = a, .id = id};
	accounts_init(&q->accounts);
	a->running++;
	q->op = docker_accounts(&e->docker, docker_call_reply(image_of(a, w->ref)->call),
		&q->accounts, &e->removal, on_accounts, q);
}

/* --- images */

static void on_inspected_all(struct asking *a)
{
	for (size_t i = 0; i < a->n && !a->err.code; i++) {
		struct engine_who *w = &a->list[i];
		const struct asked_image *image = image_of(a, w->ref);
		const char *user = json_str(docker_call_reply(image->call), "Config.User", "");

		w->here = image->here;
		if (w->here && !w->user && *user)
			w->user = text_safe_dup(user);
		if (w->here && !account_parse(w->user, &w->account))
			read_accounts(a, w);
	}
	if (!a->running)
		finish(a);
}

static void on_image(void *arg, int code, const struct error *err)
{
	struct asked_image *q = arg;
	struct asking *a = q->asking;

	if (code == ERR_CANCELLED || a->op.freeing)
		return;
	q->here = code == 0;
	if (code && code != ERR_NOT_FOUND && !a->err.code)
		error_copy(&a->err, err);
	if (--a->running == 0)
		on_inspected_all(a);
}

/* --- the operation */

static void asking_cancel(struct op *op)
{
	struct asking *a = (struct asking *)op;

	if (!a->n_accounts)
		op_finish(op, ERR_CANCELLED, NULL);
	/* Each takes its container away first. */
	for (size_t i = 0; i < a->n_accounts; i++)
		op_cancel(a->accounts[i].op);
}

static void asking_destroy(struct op *op)
{
	struct asking *a = (struct asking *)op;

	for (size_t i = 0; i < a->n_accounts; i++) {
		op_free(a->accounts[i].op);
		accounts_done(&a->accounts[i].accounts);
		error_done(&a->accounts[i].err);
	}
	for (size_t i = 0; i < a->n_images; i++)
		op_free(a->images[i].call);
	free(a->accounts);
	free(a->images);
	error_done(&a->err);
	free(a);
}

static const struct op_class asking_class = {
	.name = "users of images", .cancel = asking_cancel, .destroy = asking_destroy};

struct op *compose_whose(
	struct engine *e, struct engine_who *list, size_t n, op_done_fn *done, void *arg)
{
	struct asking *a = xcalloc(1, sizeof(*a));

	op_init(&a->op, &asking_class, e->loop, done, arg);
	a->engine = (struct compose_engine *)e;
	a->list = list;
	a->n = n;
	a->images = xcalloc(n + 1, sizeof(*a->images));
	a->accounts = xcalloc(n + 1, sizeof(*a->accounts));
	for (size_t i = 0; i < n; i++) {
		list[i].account = (struct account){-1, -1};
		if (!image_of(a, list[i].ref))
			a->images[a->n_images++] =
				(struct asked_image){.asking = a, .ref = list[i].ref};
	}
	a->running = a->n_images;
	for (size_t i = 0; i < a->n_images; i++) {
		autofree char *path = compose_image_path(a->images[i].ref);
		struct docker_spec spec = {.path = path, .timeout_ms = ANSWER_MS};

		a->images[i].call = docker_call(&a->engine->docker, &spec, on_image, &a->images[i]);
	}
	if (!a->n_images)
		finish(a);
	return &a->op;
}
