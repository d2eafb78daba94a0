/* SPDX-License-Identifier: MIT */
#include "engine/compose_cmd.h"

#include "base/i18n.h"
#include "base/text.h"

#include <stdio.h>
#include <string.h>

/* !override came with the first, a machine's progress with the second. */
static const char oldest[] = "2.24.4", first_json[] = "2.30.0";

enum { VERSION_MAX = 64 * 1024, ANSWER_MS = 30000 };

void compose_cmd_init(struct compose_cmd *c, struct host *h, struct loop *loop)
{
	*c = (struct compose_cmd){.host = h, .loop = loop, .base = STRV_INIT};
}

void compose_cmd_done(struct compose_cmd *c)
{
	strv_done(&c->base);
	free(c->docker_host);
	free(c->version);
}

int compose_version_compare(const char *a, const char *b)
{
	int x[3] = {0}, y[3] = {0};

	sscanf(a + (a[0] == 'v'), "%d.%d.%d", &x[0], &x[1], &x[2]);
	sscanf(b + (b[0] == 'v'), "%d.%d.%d", &y[0], &y[1], &y[2]);
	for (int i = 0; i < 3; i++)
		if (x[i] != y[i])
			return x[i] - y[i];
	return 0;
}

/* --- arguments */

/* A profile whose services are all active may be named without activating anything else. */
static bool is_in_force(const struct compose *c, const char *profile)
{
	for (size_t i = 0; i < c->n_services; i++)
		if (!c->services[i].active && strv_has(&c->services[i].profiles, profile))
			return false;
	return true;
}

static void add_profiles(const struct compose *c, struct strv *ret)
{
	AUTO(strv) struct strv named = STRV_INIT;

	for (size_t i = 0; i < c->n_services; i++) {
		const struct compose_service *s = &c->services[i];

		for (size_t k = 0; s->active && k < s->profiles.n; k++)
			if (is_in_force(c, s->profiles.items[k]) &&
				strv_add_once(&named, s->profiles.items[k]))
				strv_pushf(ret, "--profile=%s", s->profiles.items[k]);
	}
}

void compose_cmd_arguments(
	const struct compose_cmd *c, const struct project *p, bool plain, struct strv *ret)
{
	static const struct {
		enum compose_file_role role;
		const char *option;
	} options[] = {{COMPOSE_FILE_COMPOSE, "--file"}, {COMPOSE_FILE_ENV, "--env-file"}};

	strv_extend(ret, &c->base);
	strv_pushf(ret, "--progress=%s", c->json && !plain ? "json" : "plain");
	strv_pushf(ret, "--project-directory=%s", p->dir);
	strv_pushf(ret, "--project-name=%s", p->compose->name);
	for (size_t k = 0; k < ARRAY_SIZE(options); k++)
		for (size_t i = 0; i < p->compose->n_files; i++) {
			const struct compose_file *f = &p->compose->files[i];
			autofree char *path = host_path(p->dir, f->path);

			if (f->own && f->role == options[k].role)
				strv_pushf(ret, "%s=%s", options[k].option, path);
		}
	add_profiles(p->compose, ret);
}

static bool names_files(const struct project *p)
{
	for (size_t i = 0; i < p->compose->n_files; i++)
		if (p->compose->files[i].own && p->compose->files[i].role == COMPOSE_FILE_COMPOSE)
			return true;
	return false;
}

void compose_cmd_environment(const struct compose_cmd *c, const struct project *p,
	const struct strv *host_environ, struct strv *ret)
{
	for (size_t i = 0; i < host_environ->n; i++) {
		const char *e = host_environ->items[i];

		/* Where the files are not named, they are found as they were found before. */
		if (str_starts(e, "COMPOSE_") &&
			(names_files(p) || !str_starts(e, "COMPOSE_FILE=")))
			continue;
		if (str_starts(e, "PWD=") ||
			(c->docker_host && (str_starts(e, "DOCKER_HOST=") ||
						   str_starts(e, "DOCKER_CONTEXT="))))
			continue;
		strv_push(ret, e);
	}
	strv_pushf(ret, "PWD=%s", p->dir);
	strv_push(ret, "COMPOSE_MENU=0");
	strv_push(ret, "COMPOSE_ANSI=never");
	if (c->docker_host)
		strv_pushf(ret, "DOCKER_HOST=%s", c->docker_host);
}

/* --- finding it */

static const char *const candidates[][3] = {
	{"docker", "compose", NULL},
	{"docker-compose", NULL, NULL},
};

struct finding {
	struct op op;
	struct compose_cmd *cmd;
	size_t next;
	struct child *child;
	struct strv argv, environ;
	char *too_old;
};

static void try_next(struct finding *f);

static void finding_destroy(struct op *op)
{
	struct finding *f = (struct finding *)op;

	if (f->child)
		op_free(child_op(f->child));
	strv_done(&f->argv);
	strv_done(&f->environ);
	free(f->too_old);
	free(f);
}

static const struct op_class finding_class = {.name = "docker compose", .destroy = finding_destroy};

static void give_up(struct finding *f)
{
	AUTO(error) struct error err = ERROR_INIT;

	if (f->too_old) {
		error_set(&err, ERR_INPUT, _("Docker Compose %s is too old"), f->too_old);
		error_detail(&err, _("at least %s is needed"), oldest);
	} else {
		error_set(&err, ERR_NOT_FOUND, _("there is no Docker Compose on %s"),
			f->cmd->host->label);
	}
	error_hint(&err,
		_("Install the Compose plugin: docker-compose-plugin of Docker's own packages, or "
		  "docker-compose of Debian 13."));
	op_finish(&f->op, err.code, &err);
}

/* "2.26.1-4\n" -> "2.26.1"; NULL: it says something else. */
static char *read_version(const struct str *out)
{
	const char *text = str_text(out);
	size_t n;

	text += strspn(text, " \n");
	text += *text == 'v';
	n = strspn(text, "0123456789.");
	return n && memchr(text, '.', n) ? xstrndup(text, n) : NULL;
}

static void on_version(void *arg, int code, const struct error *err)
{
	struct finding *f = arg;
	struct compose_cmd *c = f->cmd;
	autofree char *version = NULL;

	(void)err;
	if (code == ERR_CANCELLED)
		return;
	if (code == 0)
		version = read_version(child_out(f->child));
	op_free(child_op(take(f->child)));
	if (!version) {
		try_next(f);
		return;
	}
	if (compose_version_compare(version, oldest) < 0) {
		if (!f->too_old)
			f->too_old = take(version);
		try_next(f);
		return;
	}
	strv_clear(&c->base);
	strv_extend(&c->base, &f->argv);
	strv_remove(&c->base, c->base.n - 1);
	strv_remove(&c->base, c->base.n - 1);
	free(c->version);
	c->json = compose_version_compare(version, first_json) >= 0;
	c->version = take(version);
	op_finish(&f->op, 0, NULL);
}

static void try_next(struct finding *f)
{
	struct child_spec spec = {
		.argv = &f->argv, .env = &f->environ, .keep = VERSION_MAX, .timeout_ms = ANSWER_MS};

	while (f->next < ARRAY_SIZE(candidates)) {
		const char *const *words = candidates[f->next++];

		strv_clear(&f->argv);
		for (size_t i = 0; words[i]; i++)
			strv_push(&f->argv, words[i]);
		strv_push_all(&f->argv, "version", "--short", NULL);
		if (host_exec(f->cmd->host, &spec, on_version, f, &f->child, NULL) == 0)
			return;
	}
	give_up(f);
}

struct op *compose_cmd_find(struct compose_cmd *c, op_done_fn *done, void *arg)
{
	struct finding *f = xcalloc(1, sizeof(*f));
	AUTO(error) struct error err = ERROR_INIT;
	int code;

	op_init(&f->op, &finding_class, c->loop, done, arg);
	f->cmd = c;
	code = host_environ(c->host, &f->environ, &err);
	if (code < 0)
		op_finish(&f->op, code, &err);
	else
		try_next(f);
	return &f->op;
}
