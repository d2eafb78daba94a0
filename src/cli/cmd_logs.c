/* SPDX-License-Identifier: MIT */
#include "cli/commands.h"

#include "base/i18n.h"
#include "base/str.h"
#include "base/text.h"
#include "cli/reveal.h"
#include "cli/services.h"
#include "cli/tail.h"

#include <string.h>
#include <sys/stat.h>

struct tailer {
	struct cli *cli;
	struct logs *logs;
	struct reveal reveal;
	uint64_t next; /* first line that was not printed */
	struct op *op;
	bool json, closed, printed;
};

static const char *const streams[] = {"", "stdout", "stderr", "engine"};

static void print_json_line(struct tailer *t, const struct log_line *line, const char *shown)
{
	autojson struct json_object *o = json_object_new_object();
	autofree char *text = NULL;

	json_put_int(o, "time", line->time_ns / 1000000);
	json_put_str(o, "service", logs_source_name(t->logs, line->source));
	json_put_str(o, "stream", streams[line->stream < ARRAY_SIZE(streams) ? line->stream : 0]);
	json_put_str(o, "level", log_level_name(line->level));
	json_put(o, "text", json_object_new_string(shown));
	text = json_text(o);
	fprintf(t->cli->out, "%s\n", text);
}

/* "web-2" is an instance of web. */
static bool is_wanted(const struct tailer *t, int source)
{
	const char *name = logs_source_name(t->logs, source);

	for (size_t i = 0; i < t->cli->args.n; i++) {
		const char *wanted = t->cli->args.items[i];
		size_t n = strlen(wanted);

		if (!strncmp(name, wanted, n) &&
			(!name[n] || (name[n] == '-' && name[n + 1] &&
					     !name[n + 1 + strspn(name + n + 1, "0123456789")])))
			return true;
	}
	return !t->cli->args.n;
}

static void print_line(struct tailer *t, const struct log_line *line)
{
	autofree char *text = xstrndup(line->text, line->len);
	autofree char *shown = reveal_text(&t->reveal, text);

	t->printed = true;
	if (t->json)
		print_json_line(t, line, shown);
	else
		fprintf(t->cli->out, "%-16s | %s\n", logs_source_name(t->logs, line->source),
			shown);
}

static void print_new(void *arg)
{
	struct tailer *t = arg;
	uint64_t end = logs_end(t->logs);
	struct log_line line;

	if (t->next < logs_first(t->logs))
		t->next = logs_first(t->logs);
	for (; t->next < end; t->next++) {
		if (!logs_get(t->logs, t->next, &line) || !is_wanted(t, line.source))
			continue;
		print_line(t, &line);
	}
	/* Nobody reads any more: `slipway logs | head`. */
	if (fflush(t->cli->out))
		op_cancel(t->op);
}

/* On stderr, so that the lines stay lines. */
static void print_broken(void *arg, const struct error *why)
{
	struct tailer *t = arg;

	if (why) {
		autofree char *safe = text_safe_dup(why->message);

		fprintf(t->cli->err, _("slipway: connection lost, trying again: %s\n"), safe);
	} else {
		fputs(_("slipway: connected again, the logs go on\n"), t->cli->err);
	}
}

/* The reading end of a pipe was closed: no line will tell when none comes. */
static void on_closed(void *arg, int events)
{
	struct tailer *t = arg;

	(void)events;
	t->closed = true;
	op_cancel(t->op);
}

static struct loop_poll *watch_reader(struct tailer *t)
{
	struct stat st;

	if (fstat(STDOUT_FILENO, &st) || !S_ISFIFO(st.st_mode))
		return NULL;
	return loop_poll_start(t->cli->loop, STDOUT_FILENO, LOOP_READ, on_closed, t);
}

/* Silence would leave open whether something is wrong. On stderr: it is no line of a log. */
static void say_none(struct cli *cli, bool follow)
{
	if (cli->quiet)
		return;
	if (services_none_deployed(cli))
		fprintf(cli->err, "%s\n", _("Nothing is deployed yet: \"slipway up\" does it."));
	else if (!follow)
		fprintf(cli->err, "%s\n", _("There are no log lines yet."));
}

static int run_logs(struct cli *cli, struct error *err)
{
	struct engine *e = cli->workspace->engine;
	struct tailer t = {
		.cli = cli, .logs = cli->workspace->logs, .json = cli->json || cli->events};
	struct engine_logs wanted = {.tail = -1,
		.follow = cli_option(cli, "follow") != NULL,
		.into = t.logs,
		.changed = print_new,
		.broken = print_broken,
		.arg = &t};
	struct loop_poll *reader;
	int r = services_check(cli, err);

	if (!r)
		r = cli_tail(cli, &wanted.tail, err);
	if (r)
		return r;
	if (cli->args.n == 1)
		wanted.service = cli->args.items[0];
	/* Who follows waits, and is to know for what. */
	if (wanted.follow)
		say_none(cli, true);
	reveal_init(&t.reveal, cli->workspace->project, cli->reveal);
	t.op = e->ops->logs(e, &wanted, NULL, NULL);
	reader = watch_reader(&t);
	r = cli_wait_keep(cli, t.op, err);
	loop_poll_free(reader);
	if (!t.closed && !ferror(cli->out))
		print_new(&t);
	op_free(t.op);
	reveal_done(&t.reveal);
	if (t.closed || ferror(cli->out))
		return 0;
	if (!r && !t.printed && !wanted.follow && wanted.tail)
		say_none(cli, false);
	return r;
}

static const struct option options[] = {
	{"follow", 'f', OPTION_FLAG, NULL, N_("go on with new lines until interrupted"),
		COMPLETE_NONE},
	{"tail", 'n', OPTION_VALUE, N_("LINES"),
		N_("begin with this many lines of each service; all of them without it"),
		COMPLETE_NONE},
	{NULL, 0, OPTION_FLAG, NULL, NULL, COMPLETE_NONE},
};

const struct command cmd_logs = {
	.name = "logs",
	.args = N_("[SERVICE...]"),
	.summary = N_("print log lines, merged by time and safe for the terminal"),
	.about = N_("Values of secrets are *** unless --reveal is given. With --json one object a "
		    "line: time, service, stream, level, text."),
	.options = options,
	.needs = NEED_PROJECT | NEED_TOLERANT | NEED_ENGINE | NEED_LOOK,
	.complete = COMPLETE_SERVICE,
	.run = run_logs,
};
