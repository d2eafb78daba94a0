/* SPDX-License-Identifier: MIT */
#include "base/i18n.h"
#include "base/mem.h"
#include "base/str.h"
#include "base/text.h"
#include "engine/live.h"

static const struct live_state_info infos[] = {
	[LIVE_ABSENT] = {"absent", N_("not created"), "○", "[--]", false, true},
	[LIVE_CREATED] = {"created", N_("not started"), "○", "[--]", false, true},
	[LIVE_STARTING] = {"starting", N_("starting"), "◐", "[..]", false, false},
	[LIVE_RUNNING] = {"running", N_("unchecked"), "?", "[??]", true, true},
	[LIVE_HEALTHY] = {"healthy", N_("healthy"), "●", "[ok]", true, true},
	[LIVE_UNHEALTHY] = {"unhealthy", N_("unhealthy"), "✖", "[!!]", false, false},
	[LIVE_RESTARTING] = {"restarting", N_("restarting"), "✖", "[!!]", false, false},
	[LIVE_PAUSED] = {"paused", N_("paused"), "○", "[--]", false, true},
	[LIVE_STOPPED] = {"stopped", N_("stopped"), "○", "[--]", false, true},
	[LIVE_DONE] = {"done", N_("done"), "✓", "[ok]", true, true},
	[LIVE_FAILED] = {"failed", N_("failed"), "✖", "[!!]", false, true},
};

const struct live_state_info *live_state_info(enum live_state state)
{
	return &infos[(size_t)state < ARRAY_SIZE(infos) ? state : LIVE_ABSENT];
}

int live_state_cells(void)
{
	int most = 0;

	for (size_t i = 0; i < ARRAY_SIZE(infos); i++) {
		int cells = text_width(_(infos[i].label));

		most = cells > most ? cells : most;
	}
	return most;
}

static bool probed_since_start(const struct live_instance *i)
{
	return i->n_probes && i->probes[i->n_probes - 1].start_ms >= i->started_ms;
}

static enum live_state judge_running(const struct live_instance *i, const char *health)
{
	if (str_empty(health) || str_eq(health, "none"))
		return LIVE_RUNNING;
	if (str_eq(health, "healthy"))
		return LIVE_HEALTHY;
	/* The engine says unhealthy of its own accord when a monitor ends, and keeps saying it
	 * until the next one begins: only a probe of this run counts. */
	if (str_eq(health, "unhealthy") && probed_since_start(i))
		return LIVE_UNHEALTHY;
	return LIVE_STARTING;
}

static enum live_state judge_exited(const struct live_instance *i, bool oneshot)
{
	enum { INTERRUPTED = 128 + 2, TERMINATED = 128 + 15 };
	bool asked = i->stop_asked || i->exit_code == INTERRUPTED || i->exit_code == TERMINATED;

	if (i->exit_code == 0)
		return oneshot ? LIVE_DONE : LIVE_STOPPED;
	return asked && !i->oom_killed ? LIVE_STOPPED : LIVE_FAILED;
}

enum live_state live_judge(
	const struct live_instance *i, const char *engine_state, const char *health, bool oneshot)
{
	if (str_eq(engine_state, "running"))
		return judge_running(i, health);
	if (str_eq(engine_state, "restarting"))
		return LIVE_RESTARTING;
	if (str_eq(engine_state, "paused"))
		return LIVE_PAUSED;
	if (str_eq(engine_state, "created"))
		return str_empty(i->error) ? LIVE_CREATED : LIVE_FAILED;
	if (str_eq(engine_state, "removing"))
		return LIVE_STOPPED;
	if (str_eq(engine_state, "dead"))
		return LIVE_FAILED;
	return judge_exited(i, oneshot);
}
