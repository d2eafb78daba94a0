/* SPDX-License-Identifier: MIT */
/* A question that is answered by typing one given word: what cannot be taken back is not done by a
 * key that was hit by mistake. */
#include "ui/overlay.h"

#include "base/i18n.h"
#include "base/text.h"

enum { WIDTH = 60, WORD_MAX = 512 };

struct typing {
	struct view view;
	char *title, *text, *word;
	struct input input;
	void (*done)(void *arg, bool typed);
	void *arg;
};

static struct typing *of(struct view *v)
{
	return (struct typing *)v;
}

static int text_rows(const struct typing *t, int width)
{
	struct pane none = {.theme = NULL};

	return draw_wrap(&none, 0, 0, 0, width, ROLE_NONE, t->text) + 1;
}

static void typing_draw(struct view *v, const struct pane *p)
{
	struct typing *t = of(v);
	int y = text_rows(t, p->w);

	draw_wrap(p, 0, 0, y - 1, p->w, ROLE_TEXT, t->text);
	draw_glyph(p, y, 0, ROLE_ACCENT, GLYPH_HERE);
	input_draw(&t->input, p, y, 2, p->w - 2, false);
}

static void typing_size(struct view *v, int h, int w, int *ret_h, int *ret_w)
{
	(void)h;
	*ret_w = WIDTH < w ? WIDTH : w;
	*ret_h = text_rows(of(v), *ret_w) + 1;
}

static void typing_title(struct view *v, struct view_line *line)
{
	str_add(&line->left, of(v)->title);
}

static struct input *typing_input(struct view *v)
{
	return &of(v)->input;
}

static void typing_edited(struct view *v)
{
	screen_dirty(v->screen);
}

static void typing_free(struct view *v)
{
	struct typing *t = of(v);

	input_done(&t->input);
	free(t->title);
	free(t->text);
	free(t->word);
	free(t);
}

static void finish(struct view *v, bool typed)
{
	struct typing *t = of(v);

	screen_pop(v);
	t->done(t->arg, typed);
}

static void do_accept(struct view *v)
{
	if (str_eq(input_text(&of(v)->input), of(v)->word))
		finish(v, true);
	else
		screen_note(v->screen, ROLE_BAD, "%s", _("that is not what was asked for"));
}

static void do_cancel(struct view *v)
{
	finish(v, false);
}

static const struct key typing_keys[] = {
	{{K_ENTER}, N_("do it"), N_("Do it, if the word was typed"), do_accept, KEY_BAR},
	{{K_ESC}, N_("back"), N_("Back without doing it"), do_cancel, KEY_BAR},
	{{0}, NULL, NULL, NULL, 0},
};

static const struct view_ops typing_ops = {
	.name = N_("Question"),
	.keys = typing_keys,
	.overlay = true,
	.draw = typing_draw,
	.size = typing_size,
	.title = typing_title,
	.input = typing_input,
	.edited = typing_edited,
	.free = typing_free,
};

void overlay_type(struct screen *s, const struct typed_word *w)
{
	struct typing *t = xcalloc(1, sizeof(*t));

	t->view.ops = &typing_ops;
	t->title = xstrdup(w->title);
	t->text = xstrdup(w->text);
	t->word = xstrdup(w->word);
	t->done = w->done;
	t->arg = w->arg;
	input_init(&t->input, "", WORD_MAX);
	screen_push(s, &t->view);
}
