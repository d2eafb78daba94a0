/* SPDX-License-Identifier: MIT */
#include "cli/editor.h"

#include "base/i18n.h"
#include "base/str.h"
#include "config/secret.h"
#include "host/host.h"

#include <signal.h>
#include <string.h>
#include <unistd.h>

void editor_init(struct editor *e, struct cli *cli)
{
	*e = (struct editor){.cli = cli, .here = host_local_new(cli->loop)};
}

static void remove_text(struct editor *e)
{
	AUTO(strv) struct strv names = STRV_INIT;

	/* Editors leave copies beside it. */
	(void)host_list(e->here, e->dir, &names, NULL);
	for (size_t i = 0; i < names.n; i++) {
		autofree char *path = host_path(e->dir, names.items[i]);

		(void)host_remove(e->here, path, NULL);
	}
	(void)host_remove(e->here, e->dir, NULL);
}

void editor_done(struct editor *e)
{
	if (e->dir && !e->keep)
		remove_text(e);
	free(e->dir);
	free(e->path);
	host_free(e->here);
	*e = (struct editor){0};
}

/* --- the place */

static int make_below(struct editor *e, const char *parent, struct error *err)
{
	static const struct secret_rule rule = {.format = SECRET_ALNUM, .length = 12};
	autosecret char *name = NULL;
	autofree char *dir = NULL;
	int code = secret_generate(&rule, &name, err);

	if (code)
		return code;
	dir = xasprintf("%s/slipway-edit-%s", parent, name);
	code = host_mkdir(e->here, dir, 0700, err);
	if (!code)
		e->dir = take(dir);
	return code;
}

static int make_dir(struct editor *e, struct error *err)
{
	autofree char *runtime = host_env(e->here, "XDG_RUNTIME_DIR");
	autofree char *temporary = host_env(e->here, "TMPDIR");
	const char *const parents[] = {runtime, "/dev/shm", temporary, "/tmp"};
	int code = ERR_NOT_FOUND;

	for (size_t i = 0; i < ARRAY_SIZE(parents) && code; i++)
		if (!str_empty(parents[i]))
			code = make_below(e, parents[i], err);
	if (!code && err)
		error_done(err);
	return code;
}

int editor_put(struct editor *e, const char *name, const char *text, size_t n, struct error *err)
{
	int code = e->dir ? 0 : make_dir(e, err);

	if (code)
		return code;
	if (!e->path)
		e->path = host_path(e->dir, name);
	return host_write(e->here, e->path, text, n, 0600, err);
}

int editor_text(struct editor *e, struct str *out, struct error *err)
{
	return host_read(e->here, e->path, STR_FILE, out, err);
}

/* --- the program */

struct running {
	bool ended;
	int code;
	struct error *err;
};

static void ended(void *arg, int code, const struct error *err)
{
	struct running *r = arg;

	r->code = code;
	if (code && r->err)
		error_copy(r->err, err);
	r->ended = true;
}

/* It belongs to the editor, which has the terminal. */
static void nothing(void *arg, int signum)
{
	(void)arg;
	(void)signum;
}

static int run(struct editor *e, const struct strv *argv, struct error *err)
{
	static const int terminal[] = {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO};
	struct child_spec spec = {.argv = argv, .inherit = terminal};
	struct running r = {.err = err};
	struct child *child = NULL;
	/* Before it can print anything. */
	struct loop_signal *interrupt = loop_signal_start(e->cli->loop, SIGINT, nothing, NULL);
	struct loop_signal *quit = loop_signal_start(e->cli->loop, SIGQUIT, nothing, NULL);
	int code = host_exec(e->here, &spec, ended, &r, &child, err);

	if (!code) {
		loop_run_until(e->cli->loop, &r.ended);
		op_free(child_op(child));
	}
	loop_signal_free(interrupt);
	loop_signal_free(quit);
	return code ? code : r.code;
}

int editor_run(struct editor *e, struct error *err)
{
	static const char *const usual[] = {"sensible-editor", "editor", "nano", "vi"};
	autofree char *visual = host_env(e->here, "VISUAL");
	autofree char *plain = host_env(e->here, "EDITOR");
	const char *wanted = str_empty(visual) ? plain : visual;
	int code = ERR_NOT_FOUND;

	if (!str_empty(wanted)) {
		AUTO(strv) struct strv argv = STRV_INIT;

		/* These variables hold words of a shell ("code --wait"): that is how others read
		 * them (POSIX, crontab and more). */
		strv_push(&argv, "sh");
		strv_push(&argv, "-c");
		strv_pushf(&argv, "exec %s \"$1\"", wanted);
		strv_push(&argv, "sh");
		strv_push(&argv, e->path);
		return run(e, &argv, err);
	}
	for (size_t i = 0; i < ARRAY_SIZE(usual) && code == ERR_NOT_FOUND; i++) {
		AUTO(strv) struct strv argv = STRV_INIT;

		strv_push(&argv, usual[i]);
		strv_push(&argv, e->path);
		code = run(e, &argv, err);
	}
	if (code != ERR_NOT_FOUND)
		return code;
	error_set(err, ERR_NOT_FOUND, _("there is no editor"));
	return error_hint(err, "%s",
		_("Name one in VISUAL or EDITOR, or change single settings with \"slipway config set "
		  "NAME=VALUE\"."));
}
