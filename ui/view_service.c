/* SPDX-License-Identifier: MIT */
/* Everything about one service: its instances, its health checks, why it is as it is. */
#include "ui/panel.h"

#include "base/i18n.h"
#include "base/text.h"
#include "ui/rows.h"

enum { LAST_ERRORS = 5 };

struct view_service {
	struct rows rows;
	char *service;
};

static struct view_service *of(struct view *v)
{
	return (struct view_service *)v;
}

/* Rows are drawn from `top` on: y counts from the first one there is. */
struct writer {
	const struct panel *panel;
	const struct pane *p;
	int y, top;
};

static void put(struct writer *w, int x, enum role role, const char *said)
{
	autofree char *text = panel_masked(w->panel, said);
	int y = w->y - w->top,
	    rows = draw_wrap(w->p, 0, 0, 1000, w->p->w - x - 1, (enum role)THEME_ROLES, text);

	if (y >= 0 && y < w->p->h)
		draw_wrap(w->p, y, x, w->p->h - y, w->p->w - x - 1, role, text);
	w->y += rows ? rows : 1;
}

static void putf(struct writer *w, int x, enum role role, const char *fmt, ...) ATTR_PRINTF(4, 5);
static void putf(struct writer *w, int x, enum role role, const char *fmt, ...)
{
	autofree char *text = NULL;
	va_list ap;

	va_start(ap, fmt);
	text = xvasprintf(fmt, ap);
	va_end(ap);
	put(w, x, role, text);
}

static void put_time(struct writer *w, const char *label, int64_t ms)
{
	autofree char *ago = NULL;

	if (!ms)
		return;
	ago = text_ago(loop_wall() - ms);
	putf(w, 3, ROLE_TEXT, _("%s %s ago"), label, ago);
}

static void put_probe(struct writer *w, const struct live_probe *pr)
{
	autofree char *ago = text_ago(loop_wall() - pr->end_ms);

	putf(w, 5, pr->exit_code ? ROLE_BAD : ROLE_OK, _("%s ago, %lld ms, exit %d: %s"), ago,
		(long long)(pr->end_ms - pr->start_ms), pr->exit_code,
		str_empty(pr->output) ? _("no output") : pr->output);
}

static void put_health(struct writer *w, const struct live_instance *i)
{
	autofree char *every = text_span(i->health_interval_ms);
	autofree char *most = text_span(i->health_timeout_ms);

	if (i->health_interval_ms)
		putf(w, 3, ROLE_TEXT,
			_("health check every %s, at most %s, %d failures in a row are too many"),
			every, most, i->health_retries);
}

static void put_usage(struct writer *w, const struct live_instance *i)
{
	autofree char *memory = text_size(i->memory > 0 ? i->memory : 0, false);

	if (!i->stats_ms || i->memory < 0)
		return;
	if (i->cpu_percent >= 0)
		putf(w, 3, ROLE_TEXT, _("uses %.1f %% of one core, %s of memory"), i->cpu_percent,
			memory);
	else
		putf(w, 3, ROLE_TEXT, _("uses %s of memory"), memory);
}

static void put_instance(struct writer *w, const struct live_instance *i)
{
	const struct live_state_info *info = live_state_info(i->state);

	w->y++;
	putf(w, 1, ROLE_TITLE, "%s   %s", i->name ? i->name : i->id, _(info->label));
	if (i->image)
		putf(w, 3, ROLE_TEXT, _("image %s"), i->image);
	if (i->ports && *i->ports)
		putf(w, 3, ROLE_TEXT, _("ports %s"), i->ports);
	if (i->pid)
		putf(w, 3, ROLE_TEXT, _("process %d"), i->pid);
	put_usage(w, i);
	put_time(w, _("created"), i->created_ms);
	put_time(w, _("started"), i->started_ms);
	if (i->state == LIVE_STOPPED || i->state == LIVE_FAILED || i->state == LIVE_DONE) {
		autofree char *how = live_exit_text(i->exit_code, i->oom_killed);

		put_time(w, _("ended"), i->finished_ms);
		put(w, 3, ROLE_TEXT, how);
	}
	if (i->restarts)
		putf(w, 3, ROLE_WARN,
			Q_("restarted %d time", "restarted %d times", (unsigned long)i->restarts),
			i->restarts);
	if (!i->has_health) {
		put(w, 3, ROLE_DIM, _("has no health check"));
		return;
	}
	put_health(w, i);
	for (size_t k = i->n_probes; k > 0; k--)
		put_probe(w, &i->probes[k - 1]);
}

static void put_addresses(struct writer *w, const struct panel *panel, const char *service)
{
	AUTO(strv) struct strv addresses = STRV_INIT;

	workspace_addresses(panel->workspace, service, &addresses);
	for (size_t i = 0; i < addresses.n; i++)
		putf(w, 1, ROLE_TEXT, _("to be found at %s"), addresses.items[i]);
}

static void put_depends(struct writer *w, const struct panel *panel, const char *service)
{
	const struct workspace *of = panel->workspace;
	const struct engine_needs needs = engine_needs(of->engine, of->project, service);
	static const char *const words[] = {
		[COMPOSE_STARTED] = N_("started"),
		[COMPOSE_HEALTHY] = N_("healthy"),
		[COMPOSE_COMPLETED] = N_("finished"),
	};

	for (size_t i = 0; i < needs.n; i++)
		putf(w, 1, ROLE_TEXT, _("starts when %s is %s"), needs.items[i].service,
			_(words[needs.items[i].condition]));
}

static void put_errors(struct writer *w, const struct panel *panel, const char *service)
{
	AUTO(strv) struct strv lines = STRV_INIT;

	panel_last_errors(panel, service, LAST_ERRORS, &lines);
	if (!lines.n)
		return;
	w->y++;
	put(w, 1, ROLE_TITLE, _("last errors in its log"));
	for (size_t i = 0; i < lines.n; i++)
		put(w, 3, ROLE_BAD, lines.items[i]);
}

static void put_unchecked(struct writer *w, const struct live_service *s)
{
	AUTO(strv) struct strv lines = STRV_INIT;

	live_explain_unchecked(s, &lines);
	for (size_t i = 0; i < lines.n; i++)
		put(w, 1, ROLE_TEXT, lines.items[i]);
}

static void draw(struct view *v, const struct pane *p)
{
	struct view_service *s = of(v);
	const struct live_service *live = live_find(s->rows.panel->workspace->live, s->service);
	AUTO(strv) struct strv why = STRV_INIT;
	struct writer w = {s->rows.panel, p, 0, (int)s->rows.list.top};

	if (!live)
		return;
	live_why(live, loop_wall(), NULL, &why);
	for (size_t i = 0; i < why.n; i++)
		put(&w, 1, i ? ROLE_TEXT : panel_state_role(live->state), why.items[i]);
	if (live->note)
		put(&w, 1, ROLE_TEXT, live->note);
	if (!why.n)
		put_unchecked(&w, live);
	put_addresses(&w, s->rows.panel, s->service);
	put_depends(&w, s->rows.panel, s->service);
	for (size_t i = 0; i < live->n_instances; i++)
		put_instance(&w, &live->instances[i]);
	if (!live->n_instances)
		put(&w, 1, ROLE_DIM, _("It has not been created yet."));
	put_errors(&w, s->rows.panel, s->service);
	list_count(&s->rows.list, (size_t)w.y);
	s->rows.list.rows = p->h;
	list_scroll(&s->rows.list, 0);
	list_draw_more(&s->rows.list, p, 0, p->w - 1);
}

static void title(struct view *v, struct view_line *line)
{
	const struct live_service *live =
		live_find(of(v)->rows.panel->workspace->live, of(v)->service);

	line->left_role = ROLE_TITLE;
	str_addf(&line->left, "%s   %s", of(v)->rows.panel->workspace->project->compose->name,
		of(v)->service);
	if (live) {
		line->right_role = panel_state_role(live->state);
		str_add(&line->right, _(live_state_info(live->state)->label));
	}
}

static void logs(struct view *v)
{
	view_logs_open(of(v)->rows.panel, of(v)->service);
}

static void destroy(struct view *v)
{
	live_set_focus(of(v)->rows.panel->workspace->live, NULL);
	free(of(v)->service);
	free(v);
}

static const struct key keys[] = {
	{{'l'}, N_("logs"), N_("The logs of this service"), logs, KEY_BAR},
	ROWS_KEYS,
	{{K_ESC, 'q'}, N_("back"), N_("Back to the panel"), screen_pop, KEY_BAR},
	{{0}, NULL, NULL, NULL, 0},
};

static const struct view_ops ops = {
	.name = N_("Service"),
	.keys = keys,
	.draw = draw,
	.title = title,
	.mouse = rows_mouse,
	.free = destroy,
};

void view_service_open(struct panel *panel, const char *service)
{
	struct view_service *s = rows_open(panel, &ops, sizeof(*s), false);

	s->service = xstrdup(service);
	live_set_focus(panel->workspace->live, service);
}
