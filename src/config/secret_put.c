/* SPDX-License-Identifier: MIT */
#include "config/secret_put.h"

#include "base/i18n.h"
#include "config/secret_ask.h"

#include <string.h>

struct put {
	struct op op;
	struct host *host;
	char *dir, *value;
	const struct secret_store *store;
	struct strv name; /* one */
	struct child *child;
	struct op *ask;
};

static void put_cancel(struct op *op)
{
	struct put *p = (struct put *)op;

	op_cancel(p->ask ? p->ask : child_op(p->child));
}

static void put_destroy(struct op *op)
{
	struct put *p = (struct put *)op;

	if (p->child)
		op_free(child_op(p->child));
	op_free(p->ask);
	strv_done(&p->name);
	secret_free(p->value);
	free(p->dir);
	free(p);
}

static const struct op_class put_class = {
	.name = "secret write", .cancel = put_cancel, .destroy = put_destroy};

static void fail(struct put *p, int code, const struct error *why)
{
	AUTO(strv) struct strv argv = STRV_INIT;
	AUTO(error) struct error err = ERROR_INIT;
	autofree char *command = NULL;

	secret_ask_argv(&p->store->write, p->name.items[0], &argv);
	command = strv_join(&argv, " ");
	error_set(&err, code, _("%s could not be written to its store: %s"), p->name.items[0],
		why->message ? why->message : _("it failed"));
	error_detail(
		&err, "%s%s%s", command, why->detail ? "\n" : "", why->detail ? why->detail : "");
	error_hint(&err,
		_("Try the command by hand: it gets the value on its standard input. It is said "
		  "in %s."),
		STORE_FILE);
	op_finish(&p->op, code, &err);
}

static void on_asked(void *arg, int code, const struct error *err)
{
	struct put *p = arg;
	AUTO(secret_bag) struct secret_bag said = {0};
	AUTO(error) struct error e = ERROR_INIT;

	if (p->op.freeing)
		return;
	if (code) {
		error_copy(&e, err);
		op_finish(&p->op, code, &e);
		return;
	}
	secret_ask_take(p->ask, &said);
	if (str_eq(secret_bag_get(&said, p->name.items[0]), p->value)) {
		op_finish(&p->op, 0, NULL);
		return;
	}
	error_set(&e, ERR_FAILED, _("it says another value than it was given"));
	fail(p, ERR_FAILED, &e);
}

static void on_written(void *arg, int code, const struct error *err)
{
	struct put *p = arg;

	if (p->op.freeing)
		return;
	if (code == ERR_CANCELLED)
		op_finish(&p->op, code, NULL);
	else if (code)
		fail(p, code, err);
	else
		p->ask = secret_ask_start(p->host, p->dir, p->store, &p->name, on_asked, p);
}

struct op *secret_put_start(struct host *h, const char *dir, const struct secret_store *store,
	const char *name, const char *value, op_done_fn *done, void *arg)
{
	struct put *p = xcalloc(1, sizeof(*p));
	AUTO(strv) struct strv argv = STRV_INIT;
	AUTO(error) struct error err = ERROR_INIT;
	autosecret char *line = xasprintf("%s\n", value);
	struct child_spec spec = {.argv = &argv,
		.cwd = dir,
		.input = line,
		.input_len = strlen(line),
		.timeout_ms = store->timeout_ms};
	int code;

	op_init(&p->op, &put_class, h->loop, done, arg);
	p->host = h;
	p->dir = xstrdup(dir);
	p->value = xstrdup(value);
	p->store = store;
	strv_push(&p->name, name);
	secret_ask_argv(&store->write, name, &argv);
	code = host_exec(h, &spec, on_written, p, &p->child, &err);
	if (code)
		fail(p, code, &err);
	return &p->op;
}
