/* SPDX-License-Identifier: MIT */
#include "ui/draw.h"

#include "base/text.h"
#include "base/utf8.h"

#include <curses.h>
#include <wchar.h>

struct pane pane_screen(const struct theme *theme, int *cursor_y, int *cursor_x)
{
	return (struct pane){.theme = theme,
		.h = getmaxy(stdscr),
		.w = getmaxx(stdscr),
		.cursor_y = cursor_y,
		.cursor_x = cursor_x};
}

static int clamp(int n, int low, int high)
{
	if (n > high)
		n = high;
	return n < low ? low : n;
}

struct pane pane_sub(const struct pane *p, int y, int x, int h, int w)
{
	struct pane sub = *p;
	int top = clamp(y, 0, p->h), left = clamp(x, 0, p->w);

	sub.y = p->y + top;
	sub.x = p->x + left;
	sub.h = clamp(h < 0 ? p->h + h + 1 - top : h, 0, p->h - top);
	sub.w = clamp(w < 0 ? p->w + w + 1 - left : w, 0, p->w - left);
	return sub;
}

static char ascii_for(uint32_t c)
{
	char ascii = utf8_ascii(c);

	return ascii ? ascii : '?';
}

/* A character with what combines with it, of `cells` width, at an absolute position. */
static void put_cluster(
	const struct pane *p, int y, int x, int cells, uint32_t attr, const char *s, size_t n)
{
	wchar_t wide[CCHARW_MAX + 1];
	uint32_t c;
	cchar_t cell;
	int k = 0;

	if (!p->theme->utf8) {
		utf8_decode(s, n, &c);
		for (int i = 0; i < cells; i++)
			mvaddch(y, x + i,
				(chtype)(unsigned char)(c < 0x80 ? (char)c : ascii_for(c)) | attr);
		return;
	}
	for (size_t i = 0; i < n && k < CCHARW_MAX; k++) {
		i += utf8_decode(s + i, n - i, &c);
		wide[k] = (wchar_t)c;
	}
	wide[k] = L'\0';
	setcchar(&cell, wide, attr & ~A_COLOR, (short)PAIR_NUMBER(attr), NULL);
	mvadd_wch(y, x, &cell);
}

/* Safe text that is known to fit. */
static int put(const struct pane *p, int y, int x, uint32_t attr, const char *s, size_t n)
{
	int start = x;

	attrset((int)attr);
	for (size_t i = 0; i < n;) {
		size_t run = i, end;
		int cells = 0;

		while (run < n && (unsigned char)s[run] < 0x80)
			run++;
		if (run > i) {
			mvaddnstr(p->y + y, p->x + x, s + i, (int)(run - i));
			x += (int)(run - i);
			i = run;
			continue;
		}
		/* The longest prefix of the first character's width takes its combining ones along.
		 */
		for (int want = 1; want <= 2 && !cells; want++) {
			end = i + text_fit(s + i, want, &cells);
			if (end > n)
				end = n;
		}
		if (end <= i)
			end = i + 1;
		if (cells)
			put_cluster(p, p->y + y, p->x + x, cells, attr, s + i, end - i);
		x += cells;
		i = end;
	}
	attrset(A_NORMAL);
	return x - start;
}

int draw_textn(
	const struct pane *p, int y, int x, int cells, enum role role, const char *text, size_t n)
{
	AUTO(str) struct str safe = STR_INIT(STR_LINE);
	const char *more = theme_glyph(p->theme, GLYPH_MORE);
	uint32_t attr = p->theme->attr[role];
	size_t len;
	int room = p->w - x, width;

	if (y < 0 || y >= p->h || x < 0 || room <= 0 || !cells)
		return 0;
	if (cells < 0 || cells > room)
		cells = room;
	text_safe(&safe, text, n, false);
	if (!safe.len)
		return 0;
	len = text_fit(safe.data, cells, &width);
	if (len == safe.len)
		return put(p, y, x, attr, safe.data, len);
	len = text_fit(safe.data, cells - 1, &width);
	width = put(p, y, x, attr, safe.data, len);
	return width + put(p, y, x + width, attr, more, strlen(more));
}

int draw_text(const struct pane *p, int y, int x, int cells, enum role role, const char *text)
{
	return text ? draw_textn(p, y, x, cells, role, text, strlen(text)) : 0;
}

int draw_textf(const struct pane *p, int y, int x, int cells, enum role role, const char *fmt, ...)
{
	AUTO(str) struct str s = STR_INIT(STR_LINE);
	va_list ap;

	va_start(ap, fmt);
	str_addvf(&s, fmt, ap);
	va_end(ap);
	return draw_textn(p, y, x, cells, role, str_text(&s), s.len);
}

int draw_right(const struct pane *p, int y, int x, int cells, enum role role, const char *text)
{
	autofree char *safe = text_safe_dup(text ? text : "");
	int width = text_width(safe);

	if (width > cells)
		width = cells;
	return draw_text(p, y, x + cells - width, width, role, safe);
}

/* Length in bytes of the next row of at most `cells`, *skip what separates it from the one after.
 */
static size_t wrap_row(const char *s, int cells, size_t *skip)
{
	size_t line = strcspn(s, "\n"), fit, cut;

	*skip = s[line] == '\n';
	fit = text_fit(s, cells, NULL);
	if (fit >= line)
		return line;
	for (cut = fit; cut && s[cut] != ' '; cut--)
		;
	*skip = 0;
	if (!cut)
		return fit ? fit : 1;
	while (s[cut + *skip] == ' ')
		++*skip;
	return cut;
}

int draw_wrap(
	const struct pane *p, int y, int x, int rows, int cells, enum role role, const char *text)
{
	AUTO(str) struct str safe = STR_INIT(STR_LINE);
	const char *s;
	int row = 0;

	if (!text || cells <= 0)
		return 0;
	text_safe(&safe, text, strlen(text), true);
	for (s = str_text(&safe); *s; row++) {
		size_t skip, len = wrap_row(s, cells, &skip);

		if (role == ROLE_NONE) {
			s += len + skip;
			continue;
		}
		if (row == rows)
			break;
		if (row == rows - 1 && s[len + skip]) {
			/* Too long on purpose: shows the ellipsis. There is nothing behind it. */
			draw_textn(p, y + row, x, cells, role, s, strcspn(s, "\n"));
			return rows;
		}
		draw_textn(p, y + row, x, cells, role, s, len);
		s += len + skip;
	}
	return row;
}

int draw_glyph(const struct pane *p, int y, int x, enum role role, enum glyph g)
{
	return draw_text(p, y, x, -1, role, theme_glyph(p->theme, g));
}

int draw_mark(const struct pane *p, int y, int x, enum mark m)
{
	return draw_text(p, y, x, -1, mark_info(m)->role, theme_mark(p->theme, m));
}

void draw_hline(const struct pane *p, int y, int x, int cells)
{
	const char *g = theme_glyph(p->theme, GLYPH_HLINE);

	if (y < 0 || y >= p->h || x < 0)
		return;
	if (cells < 0 || cells > p->w - x)
		cells = p->w - x;
	for (int i = 0; i < cells; i++)
		put(p, y, x + i, p->theme->attr[ROLE_LINE], g, strlen(g));
}

void draw_vline(const struct pane *p, int y, int x, int rows)
{
	for (int i = 0; i < rows; i++)
		draw_glyph(p, y + i, x, ROLE_LINE, GLYPH_VLINE);
}

void draw_clear(const struct pane *p)
{
	attrset(A_NORMAL);
	for (int y = 0; y < p->h; y++)
		mvhline(p->y + y, p->x, ' ', p->w);
}

void draw_box(const struct pane *p, const char *title)
{
	const char *corners = theme_glyph(p->theme, GLYPH_CORNERS);
	size_t each = strlen(corners) / 4;
	uint32_t attr = p->theme->attr[ROLE_LINE];

	if (p->h < 2 || p->w < 2)
		return;
	draw_hline(p, 0, 1, p->w - 2);
	draw_hline(p, p->h - 1, 1, p->w - 2);
	draw_vline(p, 1, 0, p->h - 2);
	draw_vline(p, 1, p->w - 1, p->h - 2);
	put(p, 0, 0, attr, corners, each);
	put(p, 0, p->w - 1, attr, corners + each, each);
	put(p, p->h - 1, 0, attr, corners + 2 * each, each);
	put(p, p->h - 1, p->w - 1, attr, corners + 3 * each, each);
	if (title && p->w > 8) {
		int n = draw_text(p, 0, 3, p->w - 6, ROLE_TITLE, title);

		put(p, 0, 2, attr, " ", 1);
		put(p, 0, 3 + n, attr, " ", 1);
	}
}

void draw_bar(const struct pane *p, int y, int x, int cells, enum role role, double part)
{
	int full = (int)(part * cells + 0.5);

	for (int i = 0; i < cells; i++)
		draw_glyph(p, y, x + i, i < full ? role : ROLE_LINE,
			i < full ? GLYPH_BAR : GLYPH_BAR_REST);
}

void draw_cursor(const struct pane *p, int y, int x)
{
	if (y < 0 || y >= p->h || x < 0 || x >= p->w)
		return;
	*p->cursor_y = p->y + y;
	*p->cursor_x = p->x + x;
}
