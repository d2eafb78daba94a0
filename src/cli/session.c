/* SPDX-License-Identifier: MIT */
/* What a command needs before it runs, and how it waits for what it started. */
#include "cli/command.h"

#include "base/i18n.h"
#include "base/str.h"
#include "engine/engine.h"
#include "cli/unlock.h"
#include "plan/deployed.h"

#include <errno.h>
#include <signal.h>
#include <string.h>

static void on_signal(void *arg, int signum)
{
	(void)signum;
	op_cancel(arg);
}

int cli_wait_keep(struct cli *cli, struct op *op, struct error *err)
{
	static const int signals[] = {SIGINT, SIGTERM, SIGHUP};
	struct loop_signal *watched[ARRAY_SIZE(signals)];
	int r;

	for (size_t i = 0; i < ARRAY_SIZE(signals); i++)
		watched[i] = loop_signal_start(cli->loop, signals[i], on_signal, op);
	r = op_wait(op, err);
	for (size_t i = 0; i < ARRAY_SIZE(signals); i++)
		loop_signal_free(watched[i]);
	return r;
}

int cli_wait(struct cli *cli, struct op *op, struct error *err)
{
	int r = cli_wait_keep(cli, op, err);

	op_free(op);
	return r;
}

static int check_engine_name(const struct cli *cli, struct error *err)
{
	AUTO(str) struct str known = STR_INIT(STR_LINE);
	size_t n;
	const struct engine_kind *kinds = engine_kinds(&n);

	if (!cli->engine || engine_kind_find(cli->engine))
		return 0;
	for (size_t i = 0; i < n; i++)
		str_addf(&known, "%s%s", i ? ", " : "", kinds[i].ops->name);
	error_set(err, ERR_INPUT, _("there is no engine %s"), cli->engine);
	return error_hint(err, _("Known engines: %s."), str_text(&known));
}

/* Compose refuses a value where it is used; it is mended where it is written. */
static void blame_value(struct cli *cli, struct workspace_options o, struct error *err)
{
	AUTO_PTR(workspace) struct workspace *w = NULL;
	AUTO(error) struct error value = ERROR_INIT;

	if (!err || (err->detail && str_starts(err->detail, ".env:")))
		return;
	o.project.lenient = o.project.tolerant = true;
	if (workspace_open(cli->loop, cli->host, &o, &w, NULL) ||
		project_check(w->project, &value) != ERR_INPUT || !value.detail ||
		!str_starts(value.detail, ".env:"))
		return;
	if (err->detail)
		error_detail(&value, _("%s, used at %s"), value.detail, err->detail);
	error_move(err, &value);
}

static int open_workspace(struct cli *cli, unsigned needs, struct error *err)
{
	struct workspace_options o = {
		.project = {.dir = cli->dir ? cli->dir : ".",
			.stack = cli->stack,
			.files = cli->files.n ? &cli->files : NULL,
			.profiles =
				cli->profiles.n && !(needs & NEED_PROFILES) ? &cli->profiles : NULL,
			.env_files = cli->env_files.n ? &cli->env_files : NULL,
			.name = cli->project_name,
			.tolerant = (needs & NEED_TOLERANT) != 0,
			.lenient = (needs & NEED_LENIENT) != 0,
			.recognise = (needs & NEED_LENIENT) != 0,
			.records = (needs & NEED_RECORDS) != 0},
		.engine = cli->engine,
		.reveal = cli->reveal,
	};
	int r;

	if (!cli->loop && !(cli->loop = loop_new())) {
		error_errno(err, errno, _("cannot begin"));
		return error_hint(err, _("Allow more open files: ulimit -n 1024"));
	}
	if (!cli->host)
		cli->host = host_local_new(cli->loop);
	if (!(needs & NEED_PROJECT) || cli->workspace)
		return 0;
	r = workspace_open(cli->loop, cli->host, &o, &cli->workspace, err);
	if (r == ERR_INPUT)
		blame_value(cli, o, err);
	/* A directory that holds no project is the wrong directory: bad input. */
	if (r == ERR_NOT_FOUND) {
		r = ERR_INPUT;
		if (err)
			err->code = r;
	}
	return r;
}

/* What people did not wait for, rather than the name that it has in here. */
static int interrupted(int r, struct error *err)
{
	if (r == ERR_CANCELLED)
		error_set(err, r, _("interrupted while the engine was asked what runs"));
	return r;
}

/* What is looked at with --engine is not all that runs of the project. */
static void say_elsewhere(struct cli *cli)
{
	const struct workspace *w = cli->workspace;

	if (!deployed_elsewhere(w) || cli->said_elsewhere)
		return;
	cli->said_elsewhere = true;
	fprintf(cli->err,
		_("The project is still deployed on the engine %s; this is about the engine %s.\n"),
		w->deployed, w->engine->ops->name);
}

int cli_need(struct cli *cli, unsigned needs, struct error *err)
{
	struct workspace *w;
	int r = check_engine_name(cli, err);

	if (!r)
		r = open_workspace(cli, needs, err);
	if (!r && cli->workspace && (needs & NEED_SECRETS || cli->reveal))
		r = unlock_project(cli, err);
	if (r || !(needs & (NEED_ENGINE | NEED_LIVE)))
		return r;
	w = cli->workspace;
	w->options.looking = (needs & NEED_LOOK) != 0;
	if (!w->engine)
		r = interrupted(cli_wait(cli, workspace_connect(w, NULL, NULL), err), err);
	if (!r)
		say_elsewhere(cli);
	/* Who may not talk to it does not reach it. */
	if (r == ERR_DENIED) {
		r = ERR_UNREACHABLE;
		if (err)
			err->code = r;
	}
	/* The watch goes on after its first picture; the workspace owns it. */
	if (!r && (needs & NEED_LIVE) && !w->watch)
		r = interrupted(cli_wait_keep(cli, workspace_watch(w, NULL, NULL), err), err);
	return r;
}

void cli_close(struct cli *cli)
{
	workspace_free(cli->workspace);
	host_free(cli->host);
	loop_free(cli->loop);
	secret_free(take(cli->passphrase));
}
