/* SPDX-License-Identifier: MIT */
/* What changed in a stack's own files: a row each, of the selected one what it was, what the user
 * has and what the stack has, and which of them stays. */
#include "ui/ui.h"

#include "base/i18n.h"
#include "base/text.h"
#include "ui/list.h"
#include "ui/overlay.h"
#include "ui/view.h"

enum { DETAIL_ROWS = 7, NAME_CELLS = 30, LABEL_CELLS = 17, VALUE_MAX = 64 * 1024 };

struct update_view {
	struct view view;
	struct update *update;
	struct setup *setup;
	struct list list; /* files, then keys */
	struct input input;
	bool editing;
	bool done; /* decided: go on */
};

static struct update_view *of(const struct view *v)
{
	return (struct update_view *)v;
}

/* The selected file or key: one of them is NULL. */
static void focus(
	const struct update_view *u, size_t i, struct update_file **file, struct env_change **key)
{
	size_t n = u->update->files.n;

	*file = i < n ? &u->update->files.items[i] : NULL;
	*key = i >= n && i - n < u->update->env.n ? &u->update->env.items[i - n] : NULL;
}

/* The setting that a new key must be answered for; NULL. */
static const struct setting *asked(const struct update_view *u, const struct env_change *key)
{
	return key ? update_asked(key, u->setup) : NULL;
}

/* --- drawing */

static const char *kind_text(const struct update_file *file, const struct env_change *key)
{
	static const char *const keys[] = {
		[ENV_ADDED] = N_("new"),
		[ENV_RENAMED] = N_("renamed"),
		[ENV_FOLLOWED] = N_("another default"),
		[ENV_CONFLICT] = N_("both changed"),
		[ENV_REMOVED] = N_("not in the stack any more"),
	};
	static const char *const files[] = {
		[UPDATE_FILE_ADDED] = N_("new"),
		[UPDATE_FILE_REPLACED] = N_("another in the stack"),
		[UPDATE_FILE_MERGED] = N_("merged with your edits"),
		[UPDATE_FILE_CONFLICT] = N_("both changed"),
	};

	return file ? _(files[file->kind]) : _(keys[key->kind]);
}

/* What becomes of it. */
static const char *outcome(const struct update_view *u, const struct update_file *file,
	const struct env_change *key, enum role *ret_role)
{
	enum env_decision d = file ? file->decision : key->decision;
	const struct setting *s = asked(u, key);

	*ret_role = d == ENV_TAKE ? ROLE_ACCENT : ROLE_TEXT;
	if (s && setting_unanswered(s)) {
		*ret_role = ROLE_WARN;
		return _("needs an answer");
	}
	if (key && key->kind == ENV_REMOVED)
		return d == ENV_TAKE ? _("taken out") : _("stays");
	if (key && key->kind == ENV_ADDED)
		return d == ENV_TAKE ? _("added") : _("left out");
	return d == ENV_TAKE ? _("the stack's") : _("yours stays");
}

static void draw_row(const struct update_view *u, const struct pane *p, int y, size_t i)
{
	struct update_file *file;
	struct env_change *key;
	enum role role;
	const char *text;
	bool here = i == u->list.at;
	int name = p->w * 2 / 5 > NAME_CELLS ? NAME_CELLS : p->w * 2 / 5;

	focus(u, i, &file, &key);
	text = outcome(u, file, key, &role);
	if (here)
		draw_glyph(p, y, 1, ROLE_ACCENT, GLYPH_HERE);
	draw_text(p, y, 3, name, here ? ROLE_SELECTED : ROLE_TEXT, file ? file->name : key->key);
	draw_text(p, y, 5 + name, p->w - name - 22, ROLE_DIM, kind_text(file, key));
	draw_text(p, y, p->w - 16, 15, role, text);
}

static void draw_value(const struct update_view *u, const struct pane *p, int y, const char *label,
	const struct env_change *key, const char *value)
{
	bool hidden = value && *value && update_is_secret(u->update, key->key);
	autofree char *safe = text_safe_dup(!value   ? _("(not there)")
					    : hidden ? "••••••••"
						     : value);

	draw_text(p, y, 1, LABEL_CELLS, ROLE_DIM, label);
	draw_text(p, y, 2 + LABEL_CELLS, p->w - LABEL_CELLS - 3, ROLE_TEXT, safe);
}

static void draw_answer(struct update_view *u, const struct pane *p, int y, const struct setting *s)
{
	const char *value = setting_effective(s);
	autofree char *safe = text_safe_dup(value && !setting_is_secret(s) ? value : "");

	draw_text(p, y, 1, LABEL_CELLS, ROLE_DIM, _("answer"));
	if (u->editing)
		input_draw(&u->input, p, y, 2 + LABEL_CELLS, p->w - LABEL_CELLS - 3,
			setting_is_secret(s));
	else if (s->answer != ANSWER_NONE && setting_is_secret(s))
		draw_text(p, y, 2 + LABEL_CELLS, -1, ROLE_ACCENT, "••••••••");
	else
		draw_text(p, y, 2 + LABEL_CELLS, p->w - LABEL_CELLS - 3, ROLE_ACCENT, safe);
	if (s->help)
		draw_wrap(p, y + 1, 1, 2, p->w - 2, ROLE_DIM, s->help);
}

static void draw_key(struct update_view *u, const struct pane *p, const struct env_change *key)
{
	const struct setting *s = asked(u, key);

	draw_value(u, p, 1, _("the stack had"), key, key->base);
	draw_value(u, p, 2, _("you have"), key, key->yours);
	draw_value(u, p, 3, _("it has now"), key, key->theirs);
	if (s)
		draw_answer(u, p, 4, s);
	else if (key->kind == ENV_RENAMED)
		draw_textf(p, 4, 1, -1, ROLE_DIM, _("called %s before; it keeps its value"),
			key->old_key);
}

static void draw_file(const struct pane *p, const struct update_file *file)
{
	if (file->kind != UPDATE_FILE_CONFLICT)
		draw_wrap(p, 1, 1, 3, p->w - 2, ROLE_TEXT,
			file->kind == UPDATE_FILE_MERGED
				? _("What you changed in it stays, and what changed in the stack "
				    "comes in.")
				: _("You did not edit it: it becomes what the stack has."));
	else if (file->why)
		draw_wrap(p, 1, 1, 5, p->w - 2, ROLE_TEXT, file->why);
	else
		draw_textf(p, 1, 1, -1, ROLE_TEXT,
			_("From line %zu on, what you changed changed in the stack as well."),
			file->line);
}

static void update_draw(struct view *v, const struct pane *p)
{
	struct update_view *u = of(v);
	int rows = p->h > DETAIL_ROWS + 1 ? p->h - DETAIL_ROWS : p->h;
	struct pane detail = pane_sub(p, rows, 0, -1, -1);
	struct update_file *file;
	struct env_change *key;

	list_fit(&u->list, rows);
	for (int y = 0; y < rows && u->list.top + (size_t)y < u->list.n; y++)
		draw_row(u, p, y, u->list.top + (size_t)y);
	list_draw_more(&u->list, p, 0, p->w - 1);
	if (rows == p->h || !u->list.n)
		return;
	draw_hline(&detail, 0, 1, p->w - 2);
	focus(u, u->list.at, &file, &key);
	if (file)
		draw_file(&detail, file);
	else
		draw_key(u, &detail, key);
}

static void update_title(struct view *v, struct view_line *line)
{
	struct update_view *u = of(v);

	line->left_role = ROLE_TITLE;
	str_addf(&line->left, "%s   ", u->update->project->compose->name);
	str_add(&line->left, _("The stack's files changed. Nothing has been written yet."));
}

static void update_state(struct view *v, struct view_line *line)
{
	autofree char *text = update_text(of(v)->update);

	line->left_role = ROLE_DIM;
	str_add(&line->left, text ? text : "");
}

/* --- keys */

static void decide(struct view *v, enum env_decision d)
{
	struct update_view *u = of(v);
	struct update_file *file;
	struct env_change *key;

	focus(u, u->list.at, &file, &key);
	if (file)
		file->decision = d;
	else if (key)
		key->decision = d;
	screen_dirty(v->screen);
}

static void do_yours(struct view *v)
{
	decide(v, ENV_KEEP);
}

static void do_stack(struct view *v)
{
	decide(v, ENV_TAKE);
}

static void do_toggle(struct view *v)
{
	struct update_view *u = of(v);
	struct update_file *file;
	struct env_change *key;

	focus(u, u->list.at, &file, &key);
	decide(v, (file ? file->decision : key->decision) == ENV_TAKE ? ENV_KEEP : ENV_TAKE);
}

static void stop_editing(struct update_view *u)
{
	input_done(&u->input);
	u->editing = false;
	screen_dirty(u->view.screen);
}

static void accept_answer(struct update_view *u, const struct setting *s)
{
	AUTO(error) struct error err = ERROR_INIT;
	autosecret char *value = xstrdup(input_text(&u->input));

	if (setup_answer(u->setup, s->name, value, &err)) {
		/* What was refused does not stay. */
		setup_undo(u->setup, NULL);
		screen_note_error(u->view.screen, &err);
		return;
	}
	stop_editing(u);
}

static void do_enter(struct view *v)
{
	struct update_view *u = of(v);
	struct update_file *file;
	struct env_change *key;
	const struct setting *s;

	focus(u, u->list.at, &file, &key);
	s = asked(u, key);
	if (s && u->editing) {
		accept_answer(u, s);
	} else if (s) {
		input_init(&u->input, "", VALUE_MAX);
		u->editing = true;
		screen_dirty(v->screen);
	} else {
		do_toggle(v);
	}
}

static void move(struct view *v, long by)
{
	struct update_view *u = of(v);

	if (u->editing)
		stop_editing(u);
	list_move(&u->list, by);
	screen_dirty(v->screen);
}

static void do_up(struct view *v)
{
	move(v, -1);
}

static void do_down(struct view *v)
{
	move(v, 1);
}

static void do_go(struct view *v)
{
	struct update_view *u = of(v);

	for (size_t i = 0; i < u->list.n; i++) {
		struct update_file *file;
		struct env_change *key;
		const struct setting *s;

		focus(u, i, &file, &key);
		s = asked(u, key);
		if (!s || !setting_unanswered(s))
			continue;
		list_select(&u->list, i);
		screen_note(v->screen, ROLE_WARN, _("%s needs an answer"), s->name);
		return;
	}
	u->done = true;
	screen_stop(v->screen);
}

static void do_leave(struct view *v)
{
	if (of(v)->editing)
		stop_editing(of(v));
	else
		screen_stop(v->screen);
}

static const struct key update_keys[] = {
	{{K_ENTER}, N_("choose"), N_("The other choice; or an answer for what needs one"), do_enter,
		KEY_BAR},
	{{'y'}, N_("yours"), N_("What you have stays"), do_yours, KEY_BAR},
	{{'s'}, N_("the stack's"), N_("As the stack has it now"), do_stack, KEY_BAR},
	{{' '}, N_("choose"), N_("The other choice"), do_toggle, KEY_SECRET},
	{{'w'}, N_("go on"), N_("Show what would be written, and ask"), do_go, KEY_BAR},
	{{K_UP, 'k'}, N_("up"), N_("One line back"), do_up, 0},
	{{K_DOWN, 'j'}, N_("down"), N_("One line on"), do_down, 0},
	{{K_ESC, 'q'}, N_("leave"), N_("Leave; nothing is written"), do_leave, KEY_BAR},
	{{0}, NULL, NULL, NULL, 0},
};

static struct input *update_input(struct view *v)
{
	return of(v)->editing ? &of(v)->input : NULL;
}

static void update_edited(struct view *v)
{
	screen_dirty(v->screen);
}

static void update_mouse(struct view *v, int y, int x, int wheel)
{
	(void)x;
	if (wheel)
		move(v, wheel);
	else if (list_click(&of(v)->list, y))
		screen_dirty(v->screen);
}

static void update_view_free(struct view *v)
{
	if (of(v)->editing)
		input_done(&of(v)->input);
	free(v);
}

static const struct view_ops update_ops = {
	.name = N_("What changed in the stack"),
	.keys = update_keys,
	.draw = update_draw,
	.title = update_title,
	.state = update_state,
	.input = update_input,
	.edited = update_edited,
	.mouse = update_mouse,
	.free = update_view_free,
};

/* Where a decision or an answer is wanted. */
static size_t first_open(const struct update_view *u)
{
	for (size_t i = 0; i < u->list.n; i++) {
		struct update_file *file;
		struct env_change *key;
		const struct setting *s;

		focus(u, i, &file, &key);
		s = asked(u, key);
		if ((file && file->kind == UPDATE_FILE_CONFLICT) ||
			(key && key->kind == ENV_CONFLICT) || (s && setting_unanswered(s)))
			return i;
	}
	return 0;
}

int ui_update(struct update *update, struct setup *setup, bool *ret_go, struct error *err)
{
	AUTO_PTR(screen) struct screen *screen = NULL;
	struct update_view *u;
	int code = screen_open(setup_workspace(setup)->loop, &screen, err);

	if (code)
		return code;
	u = xcalloc(1, sizeof(*u));
	u->view.ops = &update_ops;
	u->update = update;
	u->setup = setup;
	list_count(&u->list, update->files.n + update->env.n);
	list_select(&u->list, first_open(u));
	screen_push(screen, &u->view);
	code = screen_run(screen, err);
	*ret_go = u->done;
	return code;
}
