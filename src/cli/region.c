/* SPDX-License-Identifier: MIT */
#include "cli/region.h"

#include "base/i18n.h"
#include "base/str.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define UP "\033[%dA\r"
#define ERASE_LINE "\033[K"
#define ERASE_BELOW "\033[J"
#define PLAIN "\033[m"

enum { ROWS_LEAST = 3, ROWS_UNKNOWN = 24 };

bool region_suits(const struct cli *cli)
{
	return !cli->plain && !cli->json && !cli->events && !cli->quiet && !cli_dumb() &&
	       cli_width(cli) > 0;
}

/* The line of the cursor is one of the terminal's. */
static int rows_of(const struct cli *cli)
{
	struct winsize size;
	int rows = ioctl(fileno(cli->out), TIOCGWINSZ, &size) == 0 && size.ws_row ? size.ws_row
										  : ROWS_UNKNOWN;

	return rows > ROWS_LEAST ? rows - 1 : ROWS_LEAST;
}

static void add_up(struct region *r, struct str *out)
{
	if (r->rows)
		str_addf(out, UP, r->rows);
	r->rows = 0;
}

static void put(struct region *r, const struct str *out)
{
	fputs(str_text(out), r->cli->out);
	fflush(r->cli->out);
}

void region_add(struct region_rows *rows, enum region_tint tint, const char *line)
{
	size_t n = rows->lines.n;

	VEC_GROW(rows->tints, n, rows->cap);
	rows->tints[n] = tint;
	strv_push(&rows->lines, line);
}

void region_rows_done(struct region_rows *rows)
{
	strv_done(&rows->lines);
	free(rows->tints);
}

/* By enum region_tint. */
static const char *const tints[] = {
	[TINT_NONE] = NULL,
	[TINT_GOOD] = "\033[32m",
	[TINT_BUSY] = "\033[33m",
	[TINT_BAD] = "\033[31m",
	[TINT_DIM] = "\033[2m",
};

/* The line as far as it fits, its first word in the tint. */
static void add_row(struct str *out, const char *line, enum region_tint tint, int width)
{
	size_t fits = text_fit(line, width, NULL), begin = strspn(line, " ");
	size_t end = begin + strcspn(line + begin, " ");

	if (!tints[tint] || !cli_colour() || end > fits) {
		str_addn(out, line, fits);
		return;
	}
	str_addn(out, line, begin);
	str_add(out, tints[tint]);
	str_addn(out, line + begin, end - begin);
	str_add(out, PLAIN);
	str_addn(out, line + end, fits - end);
}

void region_draw(struct region *r, const struct region_rows *rows)
{
	const struct strv *lines = &rows->lines;
	AUTO(str) struct str out = STR_INIT(STR_FILE);
	int width = cli_width(r->cli), most = rows_of(r->cli);
	size_t shown = lines->n > (size_t)most ? (size_t)most - 1 : lines->n;

	add_up(r, &out);
	for (size_t i = 0; i < shown; i++) {
		add_row(&out, lines->items[i], rows->tints[i], width);
		str_add(&out, ERASE_LINE "\n");
	}
	r->rows = (int)shown;
	if (shown < lines->n) {
		str_addf(&out, Q_("  and %zu more", "  and %zu more", lines->n - shown),
			lines->n - shown);
		str_add(&out, ERASE_LINE "\n");
		r->rows++;
	}
	str_add(&out, ERASE_BELOW);
	put(r, &out);
}

void region_clear(struct region *r)
{
	AUTO(str) struct str out = STR_INIT(STR_LINE);

	if (!r->rows)
		return;
	add_up(r, &out);
	str_add(&out, ERASE_BELOW);
	put(r, &out);
}

void region_leave(struct region *r)
{
	r->rows = 0;
}
