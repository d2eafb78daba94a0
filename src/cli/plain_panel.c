/* SPDX-License-Identifier: MIT */
/* The panel as lines: every service once, then each change as it comes, until interrupted. */
#include "cli/plain.h"

#include "base/i18n.h"
#include "cli/status.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

struct watching {
	struct workspace *workspace;
	struct reveal reveal;
	struct strv said; /* service and its state, in turn */
	bool left;
};

static void print_line(const struct watching *w, const struct live_service *s)
{
	AUTO(str) struct str line = STR_INIT(STR_LINE);
	char clock[16] = "";
	time_t now = time(NULL);
	struct tm tm;

	if (localtime_r(&now, &tm))
		strftime(clock, sizeof(clock), "%H:%M:%S", &tm);
	status_line(&w->reveal, s, status_cells(w->workspace->live), 0, &line);
	printf("%s %s", clock, str_text(&line));
}

/* A service is spoken of when its state is another than the last time. */
static bool is_news(struct watching *w, const struct live_service *s)
{
	const char *state = live_state_info(s->state)->name;

	for (size_t i = 0; i + 1 < w->said.n; i += 2) {
		if (strcmp(w->said.items[i], s->name) != 0)
			continue;
		if (!strcmp(w->said.items[i + 1], state))
			return false;
		free(w->said.items[i + 1]);
		w->said.items[i + 1] = xstrdup(state);
		return true;
	}
	strv_push(&w->said, s->name);
	strv_push(&w->said, state);
	return true;
}

static void on_change(void *arg)
{
	struct watching *w = arg;
	const struct live *live = w->workspace->live;

	for (size_t i = 0; i < live->n_services; i++)
		if (is_news(w, &live->services[i]))
			print_line(w, &live->services[i]);
	/* Whoever read has gone. */
	if (fflush(stdout))
		w->left = true;
}

static void on_signal(void *arg, int signum)
{
	(void)signum;
	((struct watching *)arg)->left = true;
}

int plain_panel(struct workspace *workspace, struct run *run, bool *ret_back, struct error *err)
{
	struct watching w = {.workspace = workspace};
	struct live_watcher *watcher;
	struct loop_signal *interrupt, *terminate;

	(void)ret_back;
	if (run) {
		int r = op_wait(run_op(run), err);

		if (r)
			return r;
	}
	reveal_init(&w.reveal, workspace->project, workspace->options.reveal);
	on_change(&w);
	if (isatty(STDOUT_FILENO) && !w.left) {
		printf("%s\n", _("Watching; Ctrl-C leaves, the services go on."));
		watcher = live_watch(workspace->live, on_change, &w);
		interrupt = loop_signal_start(workspace->loop, SIGINT, on_signal, &w);
		terminate = loop_signal_start(workspace->loop, SIGTERM, on_signal, &w);
		loop_run_until(workspace->loop, &w.left);
		loop_signal_free(interrupt);
		loop_signal_free(terminate);
		live_unwatch(workspace->live, watcher);
	}
	strv_done(&w.said);
	reveal_done(&w.reveal);
	return 0;
}
