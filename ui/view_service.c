/* SPDX-License-Identifier: MIT */
/* Everything about one service: its instances, its health checks, why it is as it is. */
#include "ui/panel.h"

#include "base/i18n.h"
#include "base/text.h"

struct view_service {
	struct view view;
	struct panel *panel;
	char *service;
	int top, rows, height; /* first row in view; rows there are; rows in view */
};

static struct view_service *of(struct view *v)
{
	return (struct view_service *)v;
}

/* Rows are drawn from `top` on: y counts from the first one there is. */
struct writer {
	const struct pane *p;
	int y, top;
};

static void put(struct writer *w, int x, enum role role, const char *text)
{
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
		put(w, 3, ROLE_DIM, _("has no health check: that it runs is all that is known"));
		return;
	}
	putf(w, 3, ROLE_TEXT,
		_("health check every %lld s, at most %lld s, %d failures in a row are too many"),
		(long long)i->health_interval_ms / 1000, (long long)i->health_timeout_ms / 1000,
		i->health_retries);
	for (size_t k = i->n_probes; k > 0; k--)
		put_probe(w, &i->probes[k - 1]);
}

static void put_depends(struct writer *w, const struct panel *panel, const char *service)
{
	const struct compose_service *c =
		compose_find_service(panel->workspace->project->compose, service);
	static const char *const words[] = {
		[COMPOSE_STARTED] = N_("started"),
		[COMPOSE_HEALTHY] = N_("healthy"),
		[COMPOSE_COMPLETED] = N_("finished"),
	};

	for (size_t i = 0; c && i < c->n_depends; i++)
		putf(w, 1, ROLE_TEXT, _("starts when %s is %s"), c->depends[i].service,
			_(words[c->depends[i].condition]));
}

static void draw(struct view *v, const struct pane *p)
{
	struct view_service *s = of(v);
	const struct live_service *live = live_find(s->panel->workspace->live, s->service);
	AUTO(strv) struct strv why = STRV_INIT;
	struct writer w = {p, 0, s->top};

	if (!live)
		return;
	live_why(live, loop_wall(), NULL, &why);
	for (size_t i = 0; i < why.n; i++)
		put(&w, 1, i ? ROLE_TEXT : panel_state_role(live->state), why.items[i]);
	if (live->note)
		put(&w, 1, ROLE_TEXT, live->note);
	put_depends(&w, s->panel, s->service);
	for (size_t i = 0; i < live->n_instances; i++)
		put_instance(&w, &live->instances[i]);
	if (!live->n_instances)
		put(&w, 1, ROLE_DIM, _("It has not been created yet."));
	s->rows = w.y;
	s->height = p->h;
}

static void title(struct view *v, struct view_line *line)
{
	const struct live_service *live = live_find(of(v)->panel->workspace->live, of(v)->service);

	line->left_role = ROLE_TITLE;
	str_addf(&line->left, "%s   %s", of(v)->panel->workspace->project->compose->name,
		of(v)->service);
	if (live) {
		line->right_role = panel_state_role(live->state);
		str_add(&line->right, _(live_state_info(live->state)->label));
	}
}

static void scroll(struct view *v, int by)
{
	struct view_service *s = of(v);
	int most = s->rows - s->height;

	s->top += by;
	if (s->top > most)
		s->top = most;
	if (s->top < 0)
		s->top = 0;
	screen_dirty(v->screen);
}

static void up(struct view *v)
{
	scroll(v, -1);
}

static void down(struct view *v)
{
	scroll(v, 1);
}

static void page_up(struct view *v)
{
	scroll(v, -of(v)->height);
}

static void page_down(struct view *v)
{
	scroll(v, of(v)->height);
}

static void logs(struct view *v)
{
	view_logs_open(of(v)->panel, of(v)->service);
}

static void mouse(struct view *v, int y, int x, int wheel)
{
	(void)y;
	(void)x;
	scroll(v, 3 * wheel);
}

static void destroy(struct view *v)
{
	free(of(v)->service);
	free(v);
}

static const struct key keys[] = {
	{{'l'}, N_("logs"), N_("The logs of this service"), logs, KEY_BAR},
	{{K_UP, 'k'}, N_("up"), N_("One line back"), up, 0},
	{{K_DOWN, 'j'}, N_("down"), N_("One line on"), down, 0},
	{{K_PAGE_UP}, N_("page up"), N_("One page back"), page_up, 0},
	{{K_PAGE_DOWN, ' '}, N_("page down"), N_("One page on"), page_down, 0},
	{{K_ESC, 'q'}, N_("back"), N_("Back to the panel"), screen_pop, KEY_BAR},
	{{0}, NULL, NULL, NULL, 0},
};

static const struct view_ops ops = {
	.name = N_("Service"),
	.keys = keys,
	.draw = draw,
	.title = title,
	.mouse = mouse,
	.free = destroy,
};

void view_service_open(struct panel *panel, const char *service)
{
	struct view_service *s = xcalloc(1, sizeof(*s));

	s->view.ops = &ops;
	s->panel = panel;
	s->service = xstrdup(service);
	screen_push(panel->view.screen, &s->view);
}
