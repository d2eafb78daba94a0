/* SPDX-License-Identifier: MIT */
#include "ui/panel.h"

#include "base/i18n.h"
#include "base/text.h"

/* Log lines looked at for one frame. */
enum { LAST_ERRORS_BUDGET = 50000 };

/* First error line of the service's log since it started, made into a line of evidence. */
static char *first_error(const struct panel *panel, const struct live_service *s)
{
	const struct logs *logs = panel->workspace->logs;
	int64_t since = s->n_instances ? live_evidence_since(&s->instances[0]) * 1000000 : 0;
	struct log_line line;

	for (size_t i = 0; i < logs_sources(logs); i++)
		if (str_eq(logs_source_name(logs, (int)i), s->name) &&
			logs_first_error(logs, (int)i, since, &line))
			return xstrndup(line.text, line.len);
	return NULL;
}

static bool is_source_of(const struct logs *logs, size_t source, const char *service)
{
	return log_source_is(logs_source_name(logs, (int)source), service);
}

void panel_last_errors(
	const struct panel *panel, const char *service, size_t most, struct strv *lines)
{
	const struct logs *logs = panel->workspace->logs;
	uint8_t shown[LOG_PANE_SOURCES];
	struct log_filter f = {.sources = shown, .min_level = LOG_ERROR};
	uint64_t seq = logs_end(logs);
	struct log_line line;

	f.n_sources = logs_sources(logs) < LOG_PANE_SOURCES ? logs_sources(logs) : LOG_PANE_SOURCES;
	for (size_t i = 0; i < f.n_sources; i++)
		shown[i] = is_source_of(logs, i, service);
	while (lines->n < most && seq > logs_first(logs)) {
		autofree char *ago = NULL;
		autofree char *text = NULL;

		seq--;
		if (!logs_next(logs, &f, &seq, -1, LAST_ERRORS_BUDGET, &line))
			return;
		ago = text_ago(loop_wall() - line.time_ns / 1000000);
		text = xstrndup(line.text, line.len);
		strv_push_take(lines, xasprintf(_("%s ago: %s"), ago, text));
	}
}

static const struct rollout_service *rollout_of(const struct panel *panel, const char *service)
{
	const struct rollout *r = panel->run ? run_rollout(panel->run) : NULL;

	return r ? rollout_find(r, service) : NULL;
}

/* "3 tries, next in 8 s; fails for good in 1 min 20 s" */
static char *tries_text(const struct rollout_service *r, int64_t now)
{
	AUTO(str) struct str out = STR_INIT(STR_LINE);

	str_addf(&out, Q_("%d try", "%d tries", (unsigned long)r->tries), r->tries);
	/* "in 0 s" would be no news. */
	if (r->next_try_ms >= now + 1000) {
		autofree char *next = text_ago(r->next_try_ms - now);

		str_addf(&out, _(", next in %s"), next);
	}
	if (r->deadline_ms >= now + 1000) {
		autofree char *end = text_ago(r->deadline_ms - now);

		str_addf(&out, _("; fails for good in %s"), end);
	}
	return str_take(&out);
}

char *panel_masked(const struct panel *p, const char *text)
{
	return p->workspace->options.reveal ? xstrdup(text) : mask_dup(&p->mask, text);
}

/* What stands above as the failure of the deployment is not said again of each service. */
static void drop_told(const struct panel *panel, struct strv *lines)
{
	const struct plan *plan = panel->failure_told ? run_plan(panel->run) : NULL;

	for (size_t i = 0; plan && i < plan->n; i++) {
		const struct step *step = plan->steps[i];

		if (step->state != STEP_FAILED || str_eq(step->ops->kind, "service") ||
			str_empty(step->err.message))
			continue;
		for (size_t k = lines->n; k-- > 0;)
			if (strstr(lines->items[k], step->err.message))
				strv_remove(lines, k);
	}
}

static void evidence(const struct panel *panel, const struct live_service *s, struct strv *lines)
{
	const struct rollout_service *r = rollout_of(panel, s->name);
	autofree char *error = first_error(panel, s);
	int64_t now = loop_wall();

	if (r && r->last_try && r->phase <= ROLLOUT_STARTED) {
		strv_push(lines, r->last_try);
		strv_push_take(lines, tries_text(r, now));
	}
	live_why(s, now, error, lines);
	drop_told(panel, lines);
	if (r && r->phase >= ROLLOUT_FAILED && r->reason && !strv_has(lines, r->reason))
		strv_push(lines, r->reason);
	for (size_t i = 0; i < lines->n; i++) {
		char *masked = panel_masked(panel, lines->items[i]);

		free(lines->items[i]);
		lines->items[i] = masked;
	}
}

static char *heading(const struct live_service *s)
{
	switch (s->state) {
	case LIVE_FAILED:
		return xasprintf(_("why %s failed"), s->name);
	case LIVE_STARTING:
		return xasprintf(_("why %s is not healthy yet"), s->name);
	case LIVE_ABSENT:
	case LIVE_CREATED:
	case LIVE_STOPPED:
	case LIVE_PAUSED:
		return xasprintf(_("why %s does not run"), s->name);
	default:
		return xasprintf(_("why %s is not healthy"), s->name);
	}
}

int panel_draw_why(struct panel *panel, const struct pane *p, int y, int rows)
{
	const struct live_service *s = panel_concern(panel);
	AUTO(strv) struct strv lines = STRV_INIT;
	autofree char *title = NULL;
	int used = 0;

	if (!s || rows < 3)
		return 0;
	evidence(panel, s, &lines);
	if (!lines.n)
		return 0;
	title = heading(s);
	draw_hline(p, y, 1, p->w - 2);
	draw_text(p, y + 1, 1, -1, ROLE_TITLE, title);
	used = 2;
	for (size_t i = 0; i < lines.n && used < rows; i++)
		used += draw_wrap(p, y + used, 3, rows - used > 2 ? 2 : 1, p->w - 4,
			i == 0 ? panel_state_role(s->state) : ROLE_TEXT, lines.items[i]);
	return used;
}
