/* SPDX-License-Identifier: MIT */
#include "config/secret_ask.h"

#include "base/i18n.h"
#include "base/text.h"

#include <string.h>

enum { WORDS_MAX = 4096 /* of its stderr */ };

struct ask {
	struct op op;
	struct host *host;
	char *dir;
	const struct secret_store *store;
	const struct strv *names;
	size_t at;
	struct child *child;
	struct str out, words; /* of the run that is on */
	struct secret_bag bag;
};

static void ask_cancel(struct op *op)
{
	op_cancel(child_op(((struct ask *)op)->child));
}

static void ask_destroy(struct op *op)
{
	struct ask *a = (struct ask *)op;

	if (a->child)
		op_free(child_op(a->child));
	str_wipe(&a->out);
	str_wipe(&a->words);
	secret_bag_done(&a->bag);
	free(a->dir);
	free(a);
}

static const struct op_class ask_class = {
	.name = "secret command", .cancel = ask_cancel, .destroy = ask_destroy};

static void on_output(void *arg, enum child_stream stream, const char *data, size_t n)
{
	struct ask *a = arg;

	if (stream == CHILD_ERR) {
		size_t room = WORDS_MAX - a->words.len;

		str_addn(&a->words, data, n < room ? n : room);
		return;
	}
	str_addn(&a->out, data, n);
	if (str_full(&a->out) && a->child)
		op_cancel(child_op(a->child));
}

void secret_ask_argv(const struct strv *words, const char *name, struct strv *ret)
{
	for (size_t i = 0; i < words->n; i++) {
		const char *word = words->items[i], *mark;
		AUTO(str) struct str s = STR_INIT(STR_LINE);

		while ((mark = strstr(word, "{name}")) != NULL) {
			str_addn(&s, word, (size_t)(mark - word));
			str_add(&s, name);
			word = mark + strlen("{name}");
		}
		str_add(&s, word);
		strv_push(ret, str_text(&s));
	}
}

/* "pass show shop/DB_PASSWORD" */
static void make_argv(const struct ask *a, struct strv *ret)
{
	secret_ask_argv(&a->store->command, a->names->items[a->at], ret);
}

static void fail(struct ask *a, int code, const char *why)
{
	AUTO(strv) struct strv argv = STRV_INIT;
	AUTO(error) struct error err = ERROR_INIT;
	autofree char *command = NULL, *words = NULL;

	make_argv(a, &argv);
	command = strv_join(&argv, " ");
	words = text_safe_dup(str_text(&a->words));
	error_set(&err, code, _("%s could not be had: %s"), a->names->items[a->at], why);
	error_detail(&err, "%s%s%s", command, *words ? "\n" : "", words);
	error_hint(&err, _("Try the command by hand. It is said in %s."), STORE_FILE);
	op_finish(&a->op, code, &err);
}

static void next(struct ask *a);

static void on_end(void *arg, int code, const struct error *err)
{
	struct ask *a = arg;

	if (a->op.freeing || (code == ERR_CANCELLED && !str_full(&a->out))) {
		if (!a->op.freeing)
			op_finish(&a->op, code, NULL);
		return;
	}
	op_free(child_op(take(a->child)));
	if (str_full(&a->out)) {
		fail(a, ERR_LIMIT, _("it printed more than 64 KiB"));
		return;
	}
	if (code) {
		fail(a, code, err->message ? err->message : _("it failed"));
		return;
	}
	if (a->out.len && a->out.data[a->out.len - 1] == '\n')
		str_cut(&a->out, a->out.len - 1);
	if (a->out.len && a->out.data[a->out.len - 1] == '\r')
		str_cut(&a->out, a->out.len - 1);
	if (!a->out.len) {
		fail(a, ERR_FAILED, _("it printed nothing"));
	} else if (memchr(a->out.data, '\0', a->out.len)) {
		fail(a, ERR_LIMIT, _("it printed a NUL byte"));
	} else {
		secret_bag_set(&a->bag, a->names->items[a->at], str_text(&a->out));
		a->at++;
		next(a);
	}
}

static void next(struct ask *a)
{
	AUTO(strv) struct strv argv = STRV_INIT;
	AUTO(error) struct error err = ERROR_INIT;
	struct child_spec spec = {.argv = &argv,
		.cwd = a->dir,
		.output = on_output,
		.output_arg = a,
		.timeout_ms = a->store->timeout_ms};
	int code;

	str_wipe(&a->out);
	str_init(&a->out, SECRET_ASK_MAX);
	str_wipe(&a->words);
	str_init(&a->words, WORDS_MAX);
	if (a->at == a->names->n) {
		op_finish(&a->op, 0, NULL);
		return;
	}
	make_argv(a, &argv);
	code = host_exec(a->host, &spec, on_end, a, &a->child, &err);
	if (code)
		fail(a, code, err.message);
}

struct op *secret_ask_start(struct host *h, const char *dir, const struct secret_store *store,
	const struct strv *names, op_done_fn *done, void *arg)
{
	struct ask *a = xcalloc(1, sizeof(*a));

	op_init(&a->op, &ask_class, h->loop, done, arg);
	a->host = h;
	a->dir = xstrdup(dir);
	a->store = store;
	a->names = names;
	next(a);
	return &a->op;
}

void secret_ask_take(struct op *ask, struct secret_bag *ret)
{
	struct ask *a = (struct ask *)ask;

	*ret = a->bag;
	a->bag = (struct secret_bag){0};
}
