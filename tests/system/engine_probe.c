/* SPDX-License-Identifier: MIT */
/*
 * Runs an engine's operations one after the other, for the system tests: engine_probe DIR WORD...
 * Each word is an operation ("create", "start=web", "until=web:healthy", ...); see the table below.
 * What comes is printed as lines; the first failure ends it with the code's exit status.
 */
#include "base/mem.h"
#include "base/strv.h"
#include "base/text.h"
#include "config/project.h"
#include "engine/engine.h"
#include "host/host.h"
#include "loop/loop.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { PATIENCE_MS = 60000 };

struct probe {
	struct loop *loop;
	struct host *host;
	struct project *project;
	struct engine *engine;
	struct live *live;
	struct logs *logs;
	struct op *watch, *reading;
	bool pictured, read;
	/* What until= and lines= wait for. */
	char *service;
	enum live_state state;
	uint64_t lines;
	bool gone;
	bool met, late;
	struct strv said; /* last state told of each service */
};

static void on_progress(void *arg, const struct engine_progress *p)
{
	(void)arg;
	printf("progress %s: %s%s%s\n", p->id, p->phase, p->error ? ": " : "",
		p->error ? p->error : "");
}

static void tell_states(struct probe *p)
{
	for (size_t i = 0; i < p->live->n_services; i++) {
		const struct live_service *s = &p->live->services[i];
		autofree char *now = xasprintf(
			"live %s %s %zu", s->name, live_state_info(s->state)->name, s->n_instances);

		while (p->said.n <= i)
			strv_push(&p->said, "");
		if (str_eq(p->said.items[i], now))
			continue;
		puts(now);
		free(p->said.items[i]);
		p->said.items[i] = take(now);
	}
}

static void check(struct probe *p)
{
	const struct live_service *s = p->service ? live_find(p->live, p->service) : NULL;

	if (p->service)
		p->met = s && s->state == p->state;
	else if (p->gone)
		p->met = !p->live->connected;
	else
		p->met = logs_total(p->logs) >= p->lines;
}

static void on_live(void *arg)
{
	tell_states(arg);
	check(arg);
}

static void on_lines(void *arg)
{
	check(arg);
}

static void on_late(void *arg)
{
	((struct probe *)arg)->late = ((struct probe *)arg)->met = true;
}

static int wait_until(struct probe *p, struct error *err)
{
	struct timer *t = timer_start(p->loop, PATIENCE_MS, 0, on_late, p);

	p->met = p->late = false;
	check(p);
	loop_run_until(p->loop, &p->met);
	timer_free(t);
	if (p->late)
		return error_set(err, ERR_TIMEOUT, "waited too long for %s",
			p->service ? p->service : "lines");
	return 0;
}

/* Waits for an operation and frees it. */
static int settle(struct op *op, struct error *err)
{
	int code = op_wait(op, err);

	op_free(op);
	return code;
}

static void on_read(void *arg, int code, const struct error *err)
{
	(void)code;
	(void)err;
	((struct probe *)arg)->read = true;
}

/* --- words */

static int do_facts(struct probe *p, const char *value, struct error *err)
{
	const struct engine_facts *f = &p->engine->facts;

	(void)value;
	(void)err;
	printf("facts %s %s api %s compose %s at %s\n", f->name, f->version, f->api, f->compose,
		f->socket);
	return 0;
}

static int do_resolve(struct probe *p, const char *value, struct error *err)
{
	autofree char *text = NULL;
	int code = settle(p->engine->ops->resolve(p->engine, NULL, NULL), err);

	(void)value;
	if (code < 0)
		return code;
	text = json_text(p->engine->model);
	printf("model %s\n", text);
	return 0;
}

static int do_images(struct probe *p, const char *value, struct error *err)
{
	int code = settle(p->engine->ops->images(p->engine, NULL, NULL), err);

	(void)value;
	for (size_t i = 0; i < p->engine->n_images; i++) {
		const struct engine_image *im = &p->engine->images[i];

		printf("image %s %s user %s size %" PRId64 "\n", im->ref,
			im->id ? "present" : "absent", im->user ? im->user : "-", im->size);
	}
	return code;
}

static int do_volumes(struct probe *p, const char *value, struct error *err)
{
	int code = settle(p->engine->ops->volumes(p->engine, NULL, NULL), err);

	(void)value;
	for (size_t i = 0; i < p->engine->n_volumes; i++)
		printf("volume %s of %s key %s\n", p->engine->volumes[i].name,
			p->engine->volumes[i].project ? p->engine->volumes[i].project : "-",
			p->engine->volumes[i].key ? p->engine->volumes[i].key : "-");
	return code;
}

static int do_pull(struct probe *p, const char *value, struct error *err)
{
	AUTO(strv) struct strv v = STRV_INIT;

	strv_split(&v, value, ',');
	return settle(p->engine->ops->pull(p->engine, &v, on_progress, NULL, NULL), err);
}

static int do_build(struct probe *p, const char *value, struct error *err)
{
	AUTO(strv) struct strv v = STRV_INIT;

	strv_split(&v, value, ',');
	return settle(p->engine->ops->build(p->engine, &v, on_progress, NULL, NULL), err);
}

static int do_create(struct probe *p, const char *value, struct error *err)
{
	(void)value;
	return settle(p->engine->ops->create(p->engine, NULL, NULL, on_progress, NULL, NULL), err);
}

static int do_recreate(struct probe *p, const char *value, struct error *err)
{
	AUTO(strv) struct strv v = STRV_INIT;

	strv_split(&v, value, ',');
	return settle(p->engine->ops->create(p->engine, NULL, &v, on_progress, NULL, NULL), err);
}

static int do_start(struct probe *p, const char *value, struct error *err)
{
	return settle(p->engine->ops->start(p->engine, value, NULL, NULL), err);
}

static int do_stop(struct probe *p, const char *value, struct error *err)
{
	return settle(p->engine->ops->stop(p->engine, value, NULL, NULL), err);
}

static int do_restart(struct probe *p, const char *value, struct error *err)
{
	return settle(p->engine->ops->restart(p->engine, value, NULL, NULL), err);
}

static int do_down(struct probe *p, const char *value, struct error *err)
{
	return settle(
		p->engine->ops->down(p->engine, str_eq(value, "volumes"), on_progress, NULL, NULL),
		err);
}

/* scale=SERVICE:N */
static int do_scale(struct probe *p, const char *value, struct error *err)
{
	autofree char *service = xstrndup(value, strcspn(value, ":"));
	int64_t n;
	int code = text_to_int(value + strcspn(value, ":") + 1, 0, 100, &n, err);

	return code < 0
		       ? code
		       : settle(p->engine->ops->scale(p->engine, service, (int)n, NULL, NULL), err);
}

static void on_output(void *arg, enum child_stream stream, const char *data, size_t n)
{
	(void)arg;
	printf("output %d %.*s", (int)stream, (int)n, data);
}

static int execute(struct probe *p, const char *value, bool run, struct error *err)
{
	autofree char *service = xstrndup(value, strcspn(value, ":"));
	AUTO(strv) struct strv argv = STRV_INIT;
	struct engine_exec x = {.service = service, .argv = &argv, .run = run, .output = on_output};

	strv_push_all(&argv, "sh", "-c", value + strcspn(value, ":") + 1, NULL);
	x.root = run;
	return settle(p->engine->ops->exec(p->engine, &x, NULL, NULL), err);
}

static int do_exec(struct probe *p, const char *value, struct error *err)
{
	return execute(p, value, false, err);
}

static int do_run(struct probe *p, const char *value, struct error *err)
{
	return execute(p, value, true, err);
}

static void on_pictured(void *arg, int code, const struct error *err)
{
	struct probe *p = arg;

	if (code)
		printf("watch failed: %s\n", err->message);
	p->pictured = true;
}

static int do_watch(struct probe *p, const char *value, struct error *err)
{
	(void)value;
	(void)err;
	live_set_services(p->live, p->project->compose);
	live_watch(p->live, on_live, p);
	p->watch = p->engine->ops->watch(p->engine, p->live, on_pictured, p);
	loop_run_until(p->loop, &p->pictured);
	tell_states(p);
	return 0;
}

/* until=SERVICE:STATE, until=gone */
static int do_until(struct probe *p, const char *value, struct error *err)
{
	const char *state = strchr(value, ':');

	free(take(p->service));
	p->gone = !state;
	if (state) {
		p->service = xstrndup(value, (size_t)(state - value));
		for (p->state = LIVE_ABSENT; p->state < LIVE_FAILED; p->state++)
			if (str_eq(live_state_info(p->state)->name, state + 1))
				break;
	}
	return wait_until(p, err);
}

static int do_stats(struct probe *p, const char *value, struct error *err)
{
	AUTO(strv) struct strv v = STRV_INIT;
	const struct live_service *s = live_find(p->live, value);
	int code;

	strv_push(&v, value);
	code = settle(p->engine->ops->stats(p->engine, p->live, &v, NULL, NULL), err);
	if (code == 0 && s && s->n_instances)
		printf("stats %s cpu %.1f memory %" PRId64 " of %" PRId64 "\n", value,
			s->instances[0].cpu_percent, s->instances[0].memory,
			s->instances[0].memory_limit);
	return code;
}

static int do_why(struct probe *p, const char *value, struct error *err)
{
	AUTO(strv) struct strv lines = STRV_INIT;

	(void)err;
	live_why(live_find(p->live, value), loop_wall(), NULL, &lines);
	for (size_t i = 0; i < lines.n; i++)
		printf("why %s: %s\n", value, lines.items[i]);
	return 0;
}

/* history=TAIL, follow=TAIL; follow=TAIL goes on beside the words that follow. */
static int read_logs(struct probe *p, const char *value, bool follow, struct error *err)
{
	struct engine_logs l = {.follow = follow, .into = p->logs, .changed = on_lines, .arg = p};
	int64_t tail;
	int code = text_to_int(value, -1, INT32_MAX, &tail, err);

	if (code < 0)
		return code;
	l.tail = (int)tail;
	p->reading = p->engine->ops->logs(p->engine, &l, on_read, p);
	if (follow)
		return 0;
	code = op_wait(p->reading, err);
	op_free(take(p->reading));
	return code;
}

static int do_history(struct probe *p, const char *value, struct error *err)
{
	return read_logs(p, value, false, err);
}

static int do_follow(struct probe *p, const char *value, struct error *err)
{
	return read_logs(p, value, true, err);
}

static int do_lines(struct probe *p, const char *value, struct error *err)
{
	int64_t n;
	int code = text_to_int(value, 0, INT64_MAX, &n, err);

	if (code < 0)
		return code;
	free(take(p->service));
	p->gone = false;
	p->lines = (uint64_t)n;
	return wait_until(p, err);
}

static int do_print(struct probe *p, const char *value, struct error *err)
{
	(void)value;
	(void)err;
	printf("held %" PRIu64 " of %" PRIu64 "\n", logs_end(p->logs) - logs_first(p->logs),
		logs_total(p->logs));
	for (uint64_t s = logs_first(p->logs); s < logs_end(p->logs); s++) {
		struct log_line line;

		logs_get(p->logs, s, &line);
		printf("log %s %d %s %.*s\n", logs_source_name(p->logs, line.source), line.stream,
			log_level_name(line.level), (int)line.len, line.text);
	}
	return 0;
}

/* The lines of each source are "line N" with N counting up by one; by_time: and times never fall.
 */
static int check_lines(struct probe *p, bool by_time, struct error *err)
{
	int64_t last[64] = {0}, last_ns = 0;

	for (uint64_t s = logs_first(p->logs); s < logs_end(p->logs); s++) {
		struct log_line line;
		int64_t n;
		autofree char *text = NULL;

		logs_get(p->logs, s, &line);
		text = xstrndup(line.text, line.len);
		if (!str_starts(text, "line "))
			continue;
		text[5 + strspn(text + 5, "0123456789")] = '\0';
		if (text_to_int(text + 5, 0, INT64_MAX, &n, err) < 0)
			return ERR_FAILED;
		if (last[line.source % 64] && n != last[line.source % 64] + 1)
			return error_set(err, ERR_FAILED,
				"line %" PRId64 " of %s follows line %" PRId64, n,
				logs_source_name(p->logs, line.source), last[line.source % 64]);
		if (by_time && line.time_ns < last_ns)
			return error_set(err, ERR_FAILED,
				"line %" PRId64 " of %s is older than the one before", n,
				logs_source_name(p->logs, line.source));
		last[line.source % 64] = n;
		last_ns = line.time_ns;
	}
	puts(by_time ? "ordered" : "complete");
	return 0;
}

static int do_ordered(struct probe *p, const char *value, struct error *err)
{
	(void)value;
	return check_lines(p, true, err);
}

static int do_complete(struct probe *p, const char *value, struct error *err)
{
	(void)value;
	return check_lines(p, false, err);
}

static const struct word {
	const char *name;
	int (*run)(struct probe *p, const char *value, struct error *err);
} words[] = {
	{"facts", do_facts},
	{"resolve", do_resolve},
	{"images", do_images},
	{"volumes", do_volumes},
	{"pull", do_pull},
	{"build", do_build},
	{"create", do_create},
	{"recreate", do_recreate},
	{"start", do_start},
	{"stop", do_stop},
	{"restart", do_restart},
	{"down", do_down},
	{"scale", do_scale},
	{"exec", do_exec},
	{"run", do_run},
	{"watch", do_watch},
	{"until", do_until},
	{"stats", do_stats},
	{"why", do_why},
	{"history", do_history},
	{"follow", do_follow},
	{"lines", do_lines},
	{"print", do_print},
	{"ordered", do_ordered},
	{"complete", do_complete},
};

static int run_word(struct probe *p, const char *word, struct error *err)
{
	size_t n = strcspn(word, "=");

	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (strlen(words[i].name) == n && !strncmp(words[i].name, word, n))
			return words[i].run(p, word[n] ? word + n + 1 : "", err);
	return error_set(err, ERR_INPUT, "no such word: %s", word);
}

static int open_all(struct probe *p, const char *dir, struct error *err)
{
	struct project_options o = {.dir = dir};
	int code;

	p->loop = loop_new();
	p->host = host_local_new(p->loop);
	code = project_open(p->host, &o, &p->project, err);
	if (code == 0)
		code = engine_kind_find("compose")->open(
			p->host, p->loop, p->project, &p->engine, err);
	if (code == 0)
		code = settle(p->engine->ops->connect(p->engine, NULL, NULL), err);
	if (code < 0)
		return code;
	p->live = live_new(p->loop, p->project->compose->name);
	p->logs = logs_new(0);
	return 0;
}

static void close_all(struct probe *p)
{
	op_free(p->reading);
	op_free(p->watch);
	live_free(p->live);
	logs_free(p->logs);
	engine_free(p->engine);
	project_free(p->project);
	host_free(p->host);
	loop_free(p->loop);
	strv_done(&p->said);
	free(p->service);
}

int main(int argc, char **argv)
{
	struct probe p = {0};
	AUTO(error) struct error err = ERROR_INIT;
	int code;

	setvbuf(stdout, NULL, _IOLBF, 0);
	if (argc < 2)
		return 3;
	code = open_all(&p, argv[1], &err);
	for (int i = 2; i < argc && code == 0; i++)
		code = run_word(&p, argv[i], &err);
	if (code < 0)
		printf("error %d: %s\ndetail: %s\nhint: %s\n", code, err.message,
			err.detail ? err.detail : "", err.hint ? err.hint : "");
	close_all(&p);
	return error_exit_status(code);
}
