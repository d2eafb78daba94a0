/* SPDX-License-Identifier: MIT */
#include "cli/region.h"

#include "base/i18n.h"
#include "base/str.h"
#include "base/text.h"

#include <sys/ioctl.h>
#include <unistd.h>

#define UP "\033[%dA\r"
#define ERASE_LINE "\033[K"
#define ERASE_BELOW "\033[J"

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

void region_draw(struct region *r, const struct strv *lines)
{
	AUTO(str) struct str out = STR_INIT(STR_FILE);
	int width = cli_width(r->cli), most = rows_of(r->cli);
	size_t shown = lines->n > (size_t)most ? (size_t)most - 1 : lines->n;

	add_up(r, &out);
	for (size_t i = 0; i < shown; i++) {
		str_addn(&out, lines->items[i], text_fit(lines->items[i], width, NULL));
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
