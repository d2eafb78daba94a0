/* SPDX-License-Identifier: MIT */
#include "ui/view.h"

#include "base/i18n.h"
#include "base/text.h"
#include "ui/frame.h"
#include "ui/overlay.h"
#include "ui/screen.h"

#include <signal.h>

/* Between frames that nobody asked for, and before the picture of a key. */
enum { FRAME_MS = 33, KEY_FRAME_MS = 8 };

const char *view_why_not(const struct view *v, const struct key *row)
{
	unsigned needs = row->flags & ~(unsigned)(KEY_NEEDS - 1);

	return needs && v->ops->cannot ? v->ops->cannot(v, needs) : NULL;
}

bool view_can(const struct view *v, const struct key *row)
{
	return !view_why_not(v, row);
}

void view_do(struct view *v, const struct key *row)
{
	const char *why = view_why_not(v, row);

	if (why)
		screen_note(v->screen, ROLE_WARN, "%s", why);
	else
		row->fn(v);
}

/* --- keys of every view */

static void do_help(struct view *v)
{
	overlay_help(v);
}

static void do_palette(struct view *v)
{
	overlay_palette(v);
}

static void do_leave(struct view *v)
{
	struct screen *s = v->screen;

	while (v && !v->ops->leave)
		v = v->below;
	if (v)
		v->ops->leave(v);
	else
		screen_stop(s);
}

static void do_suspend(struct view *v)
{
	term_suspend(v->screen->term);
}

static void do_repaint(struct view *v)
{
	term_repaint(v->screen->term);
}

static void do_mouse(struct view *v)
{
	struct screen *s = v->screen;

	s->mouse = !s->mouse;
	term_mouse(s->term, s->mouse);
	screen_note(s, ROLE_DIM, "%s",
		s->mouse ? _("mouse on") : _("mouse off: the terminal selects text now"));
}

const struct key screen_keys[] = {
	{{'?', K_F1}, N_("help"), N_("What the keys do here"), do_help, 0},
	{{':'}, N_("commands"), N_("Find a command by its name"), do_palette, 0},
	{{K_CTRL('c')}, N_("leave"), N_("Leave Slipway, after asking"), do_leave, 0},
	{{K_CTRL('z')}, N_("suspend"), N_("Back to the shell; fg continues"), do_suspend, 0},
	{{K_CTRL('l')}, N_("redraw"), N_("Draw the whole screen again"), do_repaint, 0},
	{{K_F12}, N_("mouse"), N_("Mouse on or off (off lets the terminal select text)"), do_mouse,
		0},
	{{0}, NULL, NULL, NULL, 0},
};

/* --- frames */

static void frame_due(void *arg)
{
	struct screen *s = arg;

	timer_free(take(s->frame_timer));
	if (!s->dirty || !term_active(s->term))
		return;
	s->dirty = false;
	s->last_frame = loop_now(s->loop);
	frame_draw(s);
}

/* At the next frame, at the earliest `after` ms behind the last one. */
static void draw_after(struct screen *s, int64_t after)
{
	int64_t wait = s->last_frame + after - loop_now(s->loop);

	s->dirty = true;
	if (s->frame_timer && after >= s->frame_after)
		return;
	timer_free(take(s->frame_timer));
	s->frame_after = after;
	s->frame_timer = wait > 0 ? timer_start(s->loop, wait, 0, frame_due, s)
				  : loop_defer(s->loop, frame_due, s);
}

void screen_dirty(struct screen *s)
{
	s->dirty = true;
	if (!s->in_event)
		draw_after(s, FRAME_MS);
}

void screen_note(struct screen *s, enum role role, const char *fmt, ...)
{
	va_list ap;

	str_clear(&s->note);
	va_start(ap, fmt);
	str_addvf(&s->note, fmt, ap);
	va_end(ap);
	s->note_role = role;
	screen_dirty(s);
}

void screen_note_error(struct screen *s, const struct error *err)
{
	const char *message = err->message ? err->message : _("it failed");
	autofree char *all = err->hint ? xasprintf("%s. %s", message, err->hint) : xstrdup(message);

	if (err->detail || text_width(all) > term_width(s->term) - 2)
		overlay_error(s, err);
	else
		screen_note(s, ROLE_BAD, "%s", all);
}

/* --- the stack */

struct view *screen_top(const struct screen *s)
{
	return s->top;
}

void screen_push(struct screen *s, struct view *v)
{
	v->screen = s;
	v->below = s->top;
	s->top = v;
	screen_dirty(s);
}

void screen_pop(struct view *v)
{
	struct screen *s = v->screen;
	struct view *end = v->below;

	while (s->top && s->top != end) {
		struct view *gone = s->top;

		s->top = gone->below;
		gone->below = s->gone;
		s->gone = gone;
	}
	screen_dirty(s);
	if (!s->in_event && !s->bury)
		s->bury = loop_defer(s->loop, screen_bury, s);
}

void screen_bury(void *arg)
{
	struct screen *s = arg;

	timer_free(take(s->bury));
	while (s->gone) {
		struct view *v = s->gone;

		s->gone = v->below;
		if (v->ops->free)
			v->ops->free(v);
		else
			free(v);
	}
}

/* --- events */

const struct key *view_keys(const struct view *v)
{
	return v->keys ? v->keys : v->ops->keys;
}

struct input *view_input(struct view *v)
{
	return v->ops->input ? v->ops->input(v) : NULL;
}

int screen_key(const struct screen *s)
{
	return s->key;
}

static void edited(struct view *v)
{
	if (v->ops->edited)
		v->ops->edited(v);
}

/* The row that can be used now; where none can, the first that has the code. */
static const struct key *usable(const struct view *v, int code, bool *ret_can)
{
	const struct key *first = key_find(view_keys(v), code);

	*ret_can = true;
	for (const struct key *row = first; row; row = key_find(row + 1, code))
		if (view_can(v, row))
			return row;
	*ret_can = false;
	return first;
}

static void on_key(struct screen *s, int code)
{
	struct view *v = s->top;
	const struct key *row;

	struct input *input = view_input(v);
	bool can;

	str_clear(&s->note);
	s->key = code;
	row = usable(v, code, &can);
	if (input && (key_types(code) || !can) && input_key(input, code)) {
		edited(v);
		return;
	}
	if (!row)
		row = key_find(screen_keys, code);
	if (row)
		view_do(v, row);
}

/* Only what leads out of a window that is too small. */
static void on_key_too_small(struct screen *s, int code)
{
	if (code == K_CTRL('z'))
		do_suspend(s->top);
	else if (code == K_CTRL('c'))
		screen_stop(s);
}

static void on_paste(struct screen *s, const char *text)
{
	struct view *v = s->top;

	struct input *input = view_input(v);

	if (input) {
		input_insert(input, text);
		edited(v);
	} else {
		screen_note(s, ROLE_DIM, "%s", _("nothing here takes text"));
	}
}

static void on_mouse(struct screen *s, const struct term_event *e)
{
	struct view *v = s->top;
	const struct pane *p = &v->body;
	const struct key *row = e->wheel ? NULL : frame_key_at(s, e->y, e->x);

	str_clear(&s->note);
	s->key = row ? row->codes[0] : 0;
	if (row)
		view_do(v, row);
	else if (v->ops->mouse && e->y >= p->y && e->y < p->y + p->h && e->x >= p->x &&
		 e->x < p->x + p->w)
		v->ops->mouse(v, e->y - p->y, e->x - p->x, e->wheel);
}

static void on_quit(struct screen *s, int signum)
{
	s->signum = signum;
	screen_stop(s);
}

static void on_event(void *arg, const struct term_event *e)
{
	struct screen *s = arg;

	if (e->kind == TERM_QUIT) {
		on_quit(s, e->signum);
		return;
	}
	if (!s->top || e->kind == TERM_IDLE)
		return;
	s->in_event = true;
	if (frame_too_small(s)) {
		if (e->kind == TERM_KEY)
			on_key_too_small(s, e->key);
	} else if (e->kind == TERM_KEY) {
		on_key(s, e->key);
	} else if (e->kind == TERM_PASTE) {
		on_paste(s, e->text);
	} else if (e->kind == TERM_MOUSE) {
		on_mouse(s, e);
	}
	s->in_event = false;
	screen_bury(s);
	/* Who pressed a key waits for what comes of it, however much else there is to show. */
	draw_after(s, KEY_FRAME_MS);
}

/* --- life */

int screen_open(struct loop *loop, struct screen **ret, struct error *err)
{
	struct screen *s = xcalloc(1, sizeof(*s));
	int code;

	s->loop = loop;
	s->mouse = true;
	str_init(&s->note, STR_LINE);
	code = term_open(loop, on_event, s, &s->term, err);
	if (code != 0) {
		str_done(&s->note);
		free(s);
		return code;
	}
	theme_init(&s->theme, term_utf8(s->term), term_colours(s->term));
	*ret = s;
	return 0;
}

void screen_close(struct screen *s)
{
	if (!s)
		return;
	while (s->top) {
		struct view *v = s->top;

		s->top = v->below;
		v->below = s->gone;
		s->gone = v;
		screen_bury(s);
	}
	screen_bury(s);
	timer_free(s->frame_timer);
	term_close(s->term);
	str_done(&s->note);
	free(s);
}

int screen_run(struct screen *s, struct error *err)
{
	s->signum = 0;
	screen_dirty(s);
	loop_run(s->loop);
	if (s->signum)
		return error_set(err, ERR_CANCELLED, _("ended by %s"),
			s->signum == SIGTERM  ? "SIGTERM"
			: s->signum == SIGHUP ? "SIGHUP"
					      : "SIGINT");
	return 0;
}

void screen_stop(struct screen *s)
{
	loop_stop(s->loop);
}

struct loop *screen_loop(const struct screen *s)
{
	return s->loop;
}

const struct theme *screen_theme(const struct screen *s)
{
	return &s->theme;
}

struct term *screen_term(const struct screen *s)
{
	return s->term;
}
