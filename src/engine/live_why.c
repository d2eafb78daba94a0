/* SPDX-License-Identifier: MIT */
#include "base/i18n.h"
#include "base/mem.h"
#include "base/str.h"
#include "base/strv.h"
#include "base/text.h"
#include "engine/live.h"

#include <string.h>

enum { OUTPUT_LINES = 3, OUTPUT_WIDTH = 400 };

/* Only what means the same everywhere: 1 and 2 are what each program makes of them. */
static const struct exit_word {
	int code;
	const char *text;
} exit_words[] = {
	{126, N_("the command cannot be executed")},
	{127, N_("the command was not found")},
	{129, N_("hung up (SIGHUP)")},
	{130, N_("interrupted (SIGINT)")},
	{131, N_("quit (SIGQUIT)")},
	{132, N_("illegal instruction (SIGILL)")},
	{134, N_("aborted itself (SIGABRT)")},
	{135, N_("bus error (SIGBUS)")},
	{136, N_("arithmetic error (SIGFPE)")},
	{137, N_("killed (SIGKILL)")},
	{139, N_("crashed (SIGSEGV)")},
	{141, N_("wrote to a closed pipe (SIGPIPE)")},
	{143, N_("asked to end (SIGTERM)")},
};

char *live_exit_text(int code, bool oom_killed)
{
	if (oom_killed)
		return xasprintf(_("exited with %d: killed (out of memory)"), code);
	for (size_t i = 0; i < ARRAY_SIZE(exit_words); i++)
		if (exit_words[i].code == code)
			return xasprintf(_("exited with %d: %s"), code, _(exit_words[i].text));
	return xasprintf(_("exited with %d"), code);
}

struct why {
	const struct live_service *service;
	const struct live_instance *instance;
	int64_t now_ms;
	struct strv *ret;
};

/* A line of evidence; instances are named when there are several. */
static void __attribute__((format(printf, 2, 3))) say(struct why *w, const char *fmt, ...)
{
	autofree char *text = NULL;
	va_list ap;

	va_start(ap, fmt);
	text = xvasprintf(fmt, ap);
	va_end(ap);
	if (w->service->n_instances > 1 && w->instance && w->instance->name)
		strv_pushf(w->ret, "%s: %s", w->instance->name, text);
	else
		strv_push(w->ret, text);
}

/* The first lines of a probe's output that say something. */
static size_t say_output(struct why *w, const char *output)
{
	AUTO(strv) struct strv lines = STRV_INIT;
	size_t said = 0;

	strv_split(&lines, output ? output : "", '\n');
	for (size_t i = 0; i < lines.n && said < OUTPUT_LINES; i++) {
		const char *line = lines.items[i] + strspn(lines.items[i], " \t\r");

		if (!*line)
			continue;
		say(w, "%.*s", (int)text_fit(line, OUTPUT_WIDTH, NULL), line);
		said++;
	}
	return said;
}

static void say_exit_of_probe(struct why *w, const struct live_probe *p)
{
	/* The engine's own way to say that it gave up or could not run the check: no status of a
	 * program. */
	if (p->exit_code < 0)
		say(w, _("the health check did not answer in time or could not be run"));
	else
		say(w, _("the health check says nothing and exits with %d"), p->exit_code);
}

static const struct live_probe *last_failure(const struct live_instance *in)
{
	for (size_t k = in->n_probes; k > 0; k--)
		if (in->probes[k - 1].exit_code != 0 &&
			in->probes[k - 1].start_ms >= in->started_ms)
			return &in->probes[k - 1];
	return NULL;
}

/* "next in 8 s"; "next one now" when it is due. */
static char *next_text(int64_t ms)
{
	autofree char *ago = text_ago(ms);

	return ms < 1000 ? xstrdup(_("next one now")) : xasprintf(_("next in %s"), ago);
}

/* "2 of 3 tries, next in 8 s; fails for good in 1 min 20 s". */
static void say_tries(struct why *w, const struct live_probe *last)
{
	const struct live_instance *in = w->instance;
	int64_t next = last->end_ms + in->health_interval_ms - w->now_ms;
	int left = in->health_retries - in->failing_streak;
	autofree char *next_one = next_text(next);
	autofree char *end_text = NULL;
	int64_t grace = in->started_ms + in->health_start_period_ms - w->now_ms;
	int64_t end;

	if (!in->health_interval_ms || !in->health_retries)
		return;
	if (in->state == LIVE_UNHEALTHY) {
		say(w, _("%d tries failed (%d allowed), %s"), in->failing_streak,
			in->health_retries, next_one);
		return;
	}
	/* While it starts, failures do not count. */
	end = grace > 0
		      ? grace + in->health_retries * in->health_interval_ms
		      : (next > 0 ? next : 0) + (left > 1 ? left - 1 : 0) * in->health_interval_ms;
	end_text = text_ago(end);
	if (end < 1000)
		say(w, _("%d of %d tries, %s; fails for good with it"), in->failing_streak,
			in->health_retries, next_one);
	else
		say(w, _("%d of %d tries, %s; fails for good in %s"), in->failing_streak,
			in->health_retries, next_one, end_text);
}

static void why_starting(struct why *w)
{
	const struct live_instance *in = w->instance;
	const struct live_probe *p = last_failure(in);
	autofree char *interval = text_span(in->health_interval_ms);

	if (!p) {
		if (in->health_interval_ms)
			say(w,
				_("waits for its health check, which has not answered yet (every "
				  "%s)"),
				interval);
		else
			say(w, _("waits for its health check, which has not answered yet"));
		return;
	}
	if (!say_output(w, p->output))
		say_exit_of_probe(w, p);
	say_tries(w, p);
}

static void why_exited(struct why *w)
{
	autofree char *text = live_exit_text(w->instance->exit_code, w->instance->oom_killed);

	if (!str_empty(w->instance->error))
		say_output(w, w->instance->error);
	/* Of what could not even be started the engine makes a status up. */
	if (str_empty(w->instance->error) || w->instance->started_ms > 0)
		say(w, "%s", text);
	if (w->instance->restarts > 0)
		say(w,
			Q_("restarted %d time", "restarted %d times",
				(unsigned long)w->instance->restarts),
			w->instance->restarts);
}

static void why_restarting(struct why *w)
{
	autofree char *text = live_exit_text(w->instance->exit_code, w->instance->oom_killed);

	say(w, _("%s; the engine starts it again and again"), text);
	if (w->instance->restarts > 0)
		say(w,
			Q_("restarted %d time", "restarted %d times",
				(unsigned long)w->instance->restarts),
			w->instance->restarts);
	if (!str_empty(w->instance->error))
		say_output(w, w->instance->error);
}

static void why_stopped(struct why *w)
{
	autofree char *text = live_exit_text(w->instance->exit_code, w->instance->oom_killed);

	say(w, _("was stopped; %s"), text);
}

static void why_created(struct why *w)
{
	if (!w->service->note)
		say(w, _("was created, but not started"));
}

static void why_paused(struct why *w)
{
	say(w, _("is paused: its processes are frozen"));
}

typedef void why_fn(struct why *w);
static why_fn *const by_state[] = {
	[LIVE_CREATED] = why_created,
	[LIVE_STARTING] = why_starting,
	[LIVE_UNHEALTHY] = why_starting,
	[LIVE_RESTARTING] = why_restarting,
	[LIVE_PAUSED] = why_paused,
	[LIVE_STOPPED] = why_stopped,
	[LIVE_FAILED] = why_exited,
};

static bool is_early(enum live_state state)
{
	return state == LIVE_ABSENT || state == LIVE_CREATED || state == LIVE_STARTING;
}

void live_why(
	const struct live_service *s, int64_t now_ms, const char *first_error, struct strv *ret)
{
	struct why w = {.service = s, .now_ms = now_ms, .ret = ret};
	int there = (int)live_instances(s);

	if (live_state_info(s->state)->ok && there >= s->wanted)
		return;
	/* What it waited for tells nothing any more once it has come to an end of its own. */
	if (s->note && is_early(s->state))
		strv_push(ret, s->note);
	for (size_t i = 0; i < s->n_instances; i++) {
		enum live_state state = s->instances[i].state;

		w.instance = &s->instances[i];
		if (!w.instance->oneoff && state < ARRAY_SIZE(by_state) && by_state[state])
			by_state[state](&w);
	}
	/* "waits for its health check" and the same with more: the latter says it all. */
	if (ret->n > 1 && s->note && str_eq(ret->items[0], s->note) &&
		str_starts(ret->items[1], s->note))
		strv_remove(ret, 0);
	w.instance = NULL;
	if (!there && !s->note && s->wanted > 0)
		say(&w, _("has not been created yet"));
	else if (there && there < s->wanted)
		say(&w, _("%d of %d instances exist"), there, s->wanted);
	if (s->note && !ret->n)
		strv_push(ret, s->note);
	if (!str_empty(first_error))
		say(&w, _("first error since start: %s"), first_error);
}

void live_explain_unchecked(const struct live_service *s, struct strv *ret)
{
	if (s->state != LIVE_RUNNING)
		return;
	if (s->oneshot) {
		strv_push(ret,
			_("runs; if it is meant to end, it is done when it does so with status "
			  "0. If not, nothing tells whether it works: it has no health check."));
		return;
	}
	strv_push(
		ret, _("runs, but nothing tells whether it works: it has no health check. That is "
		       "no fault; what waits for it waits only until it runs."));
	strv_push(ret,
		_("To have it checked: healthcheck: {test: [CMD, ...]} in the compose file, or "
		  "ready: {http: ...} in slipway.yaml."));
}

int64_t live_evidence_since(const struct live_instance *i)
{
	/* Docker notes the start when it has happened: the first lines are milliseconds older. */
	enum { SLACK_MS = 500 };

	return i->restarts || !i->started_ms ? i->created_ms : i->started_ms - SLACK_MS;
}

char *live_unattended_text(const struct live *live)
{
	if (!live->unattended)
		return NULL;
	return xasprintf(Q_("%zu process runs unattended: its supervisor was killed",
				 "%zu processes run unattended: their supervisor was killed",
				 live->unattended),
		live->unattended);
}
