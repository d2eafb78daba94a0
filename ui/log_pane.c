/* SPDX-License-Identifier: MIT */
#include "ui/log_pane.h"

#include "base/i18n.h"
#include "base/text.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

/* Lines looked at for one frame, so that a filter that matches little never stops the screen. */
enum { FRAME_BUDGET = 200000, FIND_BUDGET = 4000000, COUNT_BUDGET = 20000, SHIFT_STEP_MOST = 4096 };

void log_pane_init(struct log_pane *lp, const struct logs *logs)
{
	*lp = (struct log_pane){.logs = logs, .follow = true};
}

static void set_text(char *field, const char *text)
{
	snprintf(field, LOG_PANE_TEXT, "%s", text ? text : "");
}

bool log_source_is(const char *name, const char *service)
{
	size_t len = strlen(service);

	return strncmp(name, service, len) == 0 &&
	       (!name[len] || (name[len] == '-' && name[len + 1] &&
				      !name[len + 1 + strspn(name + len + 1, "0123456789")]));
}

/* Sources come as services speak for the first time: the filter is made anew for each use. */
static const struct log_filter *filter(struct log_pane *lp)
{
	size_t n = logs_sources(lp->logs);

	lp->filter.text = lp->keep[0] ? lp->keep : NULL;
	lp->filter.sources = lp->only[0] ? lp->shown : NULL;
	lp->filter.n_sources = n < LOG_PANE_SOURCES ? n : LOG_PANE_SOURCES;
	for (size_t i = 0; i < lp->filter.n_sources && lp->only[0]; i++)
		lp->shown[i] = log_source_is(logs_source_name(lp->logs, (int)i), lp->only);
	return &lp->filter;
}

static uint64_t lowest(const struct log_pane *lp)
{
	uint64_t end = logs_end(lp->logs);

	if (lp->follow)
		return end ? end - 1 : 0;
	return lp->bottom < logs_first(lp->logs) ? logs_first(lp->logs) : lp->bottom;
}

static bool empty(const struct log_pane *lp)
{
	return logs_first(lp->logs) == logs_end(lp->logs);
}

/* --- drawing */

static enum role level_role(enum log_level level)
{
	switch (level) {
	case LOG_ERROR:
		return ROLE_BAD;
	case LOG_WARN:
		return ROLE_WARN;
	case LOG_DEBUG:
		return ROLE_DIM;
	default:
		return ROLE_TEXT;
	}
}

static char level_letter(enum log_level level)
{
	return level == LOG_ERROR ? 'E' : level == LOG_WARN ? 'W' : ' ';
}

static int name_width(const struct log_pane *lp, int width)
{
	int most = 0, room = width / 5;

	for (size_t i = 0; i < logs_sources(lp->logs); i++) {
		int w = text_width(logs_source_name(lp->logs, (int)i));

		if (w > most)
			most = w;
	}
	return most < room ? most : room;
}

/* "12:34:56"; lines of one second follow each other, and what a time zone makes of it is dear. */
struct clock {
	time_t second;
	char text[16];
};

static const char *clock_text(struct clock *c, int64_t time_ns)
{
	time_t second = (time_t)(time_ns / 1000000000);
	struct tm tm;

	if (second == c->second && c->text[0])
		return c->text;
	c->second = second;
	localtime_r(&second, &tm);
	strftime(c->text, sizeof(c->text), "%H:%M:%S", &tm);
	return c->text;
}

/* Marks what is searched for within the drawn text. */
static void mark_found(
	const struct log_pane *lp, const struct pane *p, int y, int x, const char *text, size_t len)
{
	size_t n = strlen(lp->search);
	const char *at = text;

	while (n && len - (size_t)(at - text) >= n) {
		autofree char *before = NULL;
		const char *hit = NULL;

		for (const char *c = at; c + n <= text + len && !hit; c++)
			if (strncasecmp(c, lp->search, n) == 0)
				hit = c;
		if (!hit)
			return;
		before = xstrndup(text, (size_t)(hit - text));
		if (x + text_width(before) >= p->w)
			return;
		draw_textn(p, y, x + text_width(before), -1, ROLE_MATCH, hit, n);
		at = hit + n;
	}
}

static void draw_line(const struct log_pane *lp, const struct pane *p, int y, int names,
	struct clock *clock, const struct log_line *line)
{
	char letter[2] = {level_letter(line->level), '\0'};
	autofree char *whole = xstrndup(line->text, line->len);
	autofree char *masked = lp->mask ? mask_dup(lp->mask, whole) : NULL;
	const char *text = masked ? masked : whole;
	size_t len = strlen(text);
	int x = 1;

	draw_text(p, y, x, 8, ROLE_DIM, clock_text(clock, line->time_ns));
	x += 9;
	if (!lp->only[0]) {
		draw_text(p, y, x, names, (enum role)(ROLE_HUE + line->source % THEME_HUES),
			logs_source_name(lp->logs, line->source));
		x += names + 1;
	}
	draw_text(p, y, x, 1, level_role(line->level), letter);
	x += 2;
	if (lp->shift) {
		size_t skip = text_fit(text, lp->shift, NULL);

		text += skip;
		len -= skip < len ? skip : len;
	}
	draw_textn(p, y, x, -1, level_role(line->level), text, len);
	if (lp->search[0])
		mark_found(lp, p, y, x, text, len);
}

/* --- lines that came and went between two frames */

/* Shown lines within [from, to), as far as the budget goes. */
static uint64_t count_between(struct log_pane *lp, uint64_t from, uint64_t to)
{
	const struct log_filter *f = filter(lp);
	struct log_line line;
	uint64_t n = 0;

	if (!f->sources && !f->text && !f->min_level)
		return to - from;
	for (uint64_t seq = from; seq < to; seq++) {
		if (!logs_next(lp->logs, f, &seq, 1, COUNT_BUDGET, &line) || line.seq >= to)
			break;
		n++;
	}
	return n;
}

/* seqs: the lines of this frame, the newest first. Returns the row the mark takes; -1: none. */
static int place_mark(struct log_pane *lp, uint64_t *seqs, int *n, int rows)
{
	uint64_t before = lp->seen, end = logs_end(lp->logs);
	bool running = lp->mark_shown;

	lp->mark_shown = false;
	lp->seen = lp->follow ? end : 0;
	if (!lp->follow)
		lp->mark = 0;
	else if (before && *n == rows && rows > 2 && seqs[*n - 1] > before) {
		/* The row of the mark costs one more. */
		uint64_t top = seqs[*n - 2], more = count_between(lp, before, top);

		/* A burst a little longer than the pane is no flood: a look upwards shows it. */
		lp->skipped = (running ? lp->skipped : 0) + more;
		lp->mark = more && lp->skipped >= (uint64_t)rows ? top : 0;
	}
	for (int i = 0; lp->mark && i < *n; i++) {
		if (seqs[i] != lp->mark)
			continue;
		if (*n == rows && i + 1 == rows)
			return -1;
		*n -= *n == rows;
		return *n - 1 - i;
	}
	return -1;
}

static void draw_mark_row(const struct log_pane *lp, const struct pane *p, int y)
{
	autofree char *text = xasprintf(Q_("%llu line skipped: it came too fast to be seen",
						"%llu lines skipped: they came too fast to be seen",
						(unsigned long)lp->skipped),
		(unsigned long long)lp->skipped);
	int x = 1 + draw_glyph(p, y, 1, ROLE_WARN, GLYPH_MORE) + 1;

	draw_text(p, y, x, -1, ROLE_WARN, text);
}

/* --- which lines */

/* Adds shown lines from `from` down to `floor`, which is held. *ret_low: the lowest one looked at.
 */
static int walk_down(struct log_pane *lp, uint64_t from, uint64_t floor, uint64_t *seqs, int n,
	int want, uint64_t *ret_low)
{
	const struct log_filter *f = filter(lp);
	uint64_t budget = f->text ? FRAME_BUDGET : FIND_BUDGET;
	struct log_line line;
	uint64_t seq = from;

	*ret_low = from + 1;
	while (n < want && seq >= floor) {
		uint64_t most = seq - floor + 1 < budget ? seq - floor + 1 : budget;

		if (!logs_next(lp->logs, f, &seq, -1, most, &line)) {
			*ret_low = seq == logs_first(lp->logs) ? seq : seq + 1;
			break;
		}
		if (line.seq < floor)
			break;
		seqs[n++] = *ret_low = line.seq;
		if (line.seq == floor)
			break;
		seq = line.seq - 1;
	}
	return n;
}

static bool is_known(const struct log_pane *lp)
{
	const struct log_pane_known *k = &lp->known;

	return k->high > logs_first(lp->logs) && k->level == lp->filter.min_level &&
	       k->n_sources == logs_sources(lp->logs) && strcmp(k->only, lp->only) == 0 &&
	       strcmp(k->keep, lp->keep) == 0;
}

/* Late lines still move what is newer than that. */
static void remember(struct log_pane *lp, const uint64_t *seqs, int n, uint64_t low)
{
	struct log_pane_known *k = &lp->known;
	uint64_t first = logs_first(lp->logs), end = logs_end(lp->logs);

	k->high = end - first > LOGS_REORDER ? end - LOGS_REORDER : first;
	k->low = low < k->high ? low : k->high;
	k->level = lp->filter.min_level;
	k->n_sources = logs_sources(lp->logs);
	set_text(k->only, lp->only);
	set_text(k->keep, lp->keep);
	k->n = 0;
	for (int i = 0; i < n; i++)
		if (seqs[i] < k->high)
			k->seqs[k->n++] = seqs[i];
}

int log_pane_lines(struct log_pane *lp, uint64_t *seqs, int rows)
{
	const struct log_filter *f = filter(lp);
	uint64_t first = logs_first(lp->logs), bottom = lowest(lp), floor = first, low;
	bool known = is_known(lp) && lp->known.high <= bottom + 1;
	int n;

	if (empty(lp))
		return 0;
	if (!lp->follow || (!f->sources && !f->text && !f->min_level))
		return walk_down(lp, bottom, first, seqs, 0, rows, &low);
	if (known)
		floor = lp->known.high;
	n = walk_down(lp, bottom, floor, seqs, 0, rows, &low);
	if (known && low <= floor) {
		for (int i = 0; i < lp->known.n && n < rows && lp->known.seqs[i] >= first; i++)
			seqs[n++] = lp->known.seqs[i];
		/* With all rows full the last one is as far as is known to be needed. */
		low = n == rows ? seqs[n - 1] : lp->known.low > first ? lp->known.low : first;
		if (n < rows && low > first)
			n = walk_down(lp, low - 1, first, seqs, n, rows, &low);
	}
	remember(lp, seqs, n, low);
	return n;
}

void log_pane_draw(struct log_pane *lp, const struct pane *p)
{
	uint64_t seqs[LOG_PANE_ROWS];
	int want = p->h < LOG_PANE_ROWS ? p->h : LOG_PANE_ROWS, names = name_width(lp, p->w);
	int n = log_pane_lines(lp, seqs, want), mark = place_mark(lp, seqs, &n, want), y = 0;
	struct clock clock = {0};
	struct log_line line;

	lp->rows = p->h;
	lp->cells = p->w - 12 - (lp->only[0] ? 0 : names + 1);
	for (int i = n - 1; i >= 0; i--) {
		if (mark == n - 1 - i) {
			lp->mark_shown = true;
			draw_mark_row(lp, p, y++);
		}
		if (logs_get(lp->logs, seqs[i], &line))
			draw_line(lp, p, y, names, &clock, &line);
		y++;
	}
	if (!n)
		draw_text(p, 0, 1, -1, ROLE_DIM,
			logs_total(lp->logs) && (lp->keep[0] || lp->filter.min_level > LOG_DEBUG)
				? _("no line that fits what is asked for")
				: _("no output yet"));
}

/* --- moving */

/* The next shown line from `from` (exclusive); false at the end. */
static bool neighbour(struct log_pane *lp, uint64_t from, int step, uint64_t *ret)
{
	struct log_line line;
	uint64_t seq = step < 0 ? from - 1 : from + 1;

	if ((step < 0 && from <= logs_first(lp->logs)) || (step > 0 && seq >= logs_end(lp->logs)))
		return false;
	if (!logs_next(lp->logs, filter(lp), &seq, step, FIND_BUDGET, &line))
		return false;
	*ret = line.seq;
	return true;
}

void log_pane_scroll(struct log_pane *lp, int rows)
{
	int step = rows < 0 ? -1 : 1;
	uint64_t at = lowest(lp);

	if (empty(lp) || (step > 0 && lp->follow))
		return;
	for (int left = rows * step; left > 0; left--) {
		if (neighbour(lp, at, step, &at))
			continue;
		lp->follow = step > 0;
		break;
	}
	if (step < 0)
		lp->follow = false;
	lp->bottom = at;
}

void log_pane_page(struct log_pane *lp, int direction)
{
	log_pane_scroll(lp, direction * (lp->rows > 1 ? lp->rows - 1 : 1));
}

void log_pane_first(struct log_pane *lp)
{
	if (empty(lp))
		return;
	lp->follow = false;
	lp->bottom = logs_first(lp->logs);
	/* The first screenful, not one line at the bottom. */
	log_pane_scroll(lp, lp->rows - 1);
}

void log_pane_last(struct log_pane *lp)
{
	lp->follow = true;
}

void log_pane_shift(struct log_pane *lp, int cells)
{
	lp->shift += cells;
	if (lp->shift < 0)
		lp->shift = 0;
	if (lp->shift > SHIFT_STEP_MOST)
		lp->shift = SHIFT_STEP_MOST;
}

void log_pane_only(struct log_pane *lp, const char *service)
{
	set_text(lp->only, service);
}

void log_pane_keep(struct log_pane *lp, const char *text)
{
	set_text(lp->keep, text);
}

void log_pane_search(struct log_pane *lp, const char *text)
{
	set_text(lp->search, text);
}

void log_pane_next_level(struct log_pane *lp)
{
	static const enum log_level after[] = {
		[LOG_UNKNOWN] = LOG_INFO,
		[LOG_DEBUG] = LOG_INFO,
		[LOG_INFO] = LOG_WARN,
		[LOG_WARN] = LOG_ERROR,
		[LOG_ERROR] = LOG_UNKNOWN,
	};

	lp->filter.min_level = after[lp->filter.min_level];
}

/* Long lines are scrolled so far that the hit is in view. */
static void show_hit(struct log_pane *lp, const struct log_line *line)
{
	autofree char *whole = xstrndup(line->text, line->len);
	autofree char *masked = lp->mask ? mask_dup(lp->mask, whole) : NULL;
	const char *text = masked ? masked : whole, *hit = strcasestr(text, lp->search);
	autofree char *before = hit ? xstrndup(text, (size_t)(hit - text)) : NULL;
	int at = before ? text_width(before) : 0, wide = text_width(lp->search);

	if (!before || (at >= lp->shift && at + wide <= lp->shift + lp->cells))
		return;
	lp->shift = 0;
	if (at + wide > lp->cells)
		log_pane_shift(lp, at - lp->cells / 2);
}

bool log_pane_find(struct log_pane *lp, enum log_level level, int step)
{
	struct log_filter f = *filter(lp);
	struct log_line line;
	uint64_t seq = lowest(lp);

	if (empty(lp) || (level == LOG_UNKNOWN && !lp->search[0]))
		return false;
	if (step < 0 ? seq == logs_first(lp->logs) : seq + 1 >= logs_end(lp->logs))
		return false;
	/* Two texts are wanted where a filter is in force: the scarcer one decides line by line. */
	for (seq += (uint64_t)(int64_t)step;; seq += (uint64_t)(int64_t)step) {
		if (!logs_next(lp->logs, &f, &seq, step, FIND_BUDGET, &line))
			return false;
		if (level != LOG_UNKNOWN
				? line.level >= level
				: log_filter_match(&(struct log_filter){.text = lp->search}, &line))
			break;
		if (step < 0 && seq == logs_first(lp->logs))
			return false;
	}
	lp->bottom = line.seq;
	lp->follow = false;
	if (level == LOG_UNKNOWN)
		show_hit(lp, &line);
	return true;
}

/* Lines held of a source, from a level on. */
static uint64_t lines_of(const struct log_pane *lp, int source, enum log_level from)
{
	uint64_t n = 0;

	for (enum log_level l = from; l <= LOG_ERROR; l++)
		n += logs_count(lp->logs, source, l);
	return n;
}

static void add_counts(struct log_pane *lp, struct str *out)
{
	const struct log_filter *f = filter(lp);
	uint64_t n = 0, errors = 0, warnings = 0;

	for (size_t i = 0; i < logs_sources(lp->logs); i++) {
		if (f->sources && (i >= f->n_sources || !f->sources[i]))
			continue;
		n += lines_of(lp, (int)i, f->min_level);
		errors += logs_count(lp->logs, (int)i, LOG_ERROR);
		warnings += logs_count(lp->logs, (int)i, LOG_WARN);
	}
	str_addf(out, " \u00b7 ");
	str_addf(out, Q_("%llu line", "%llu lines", (unsigned long)n), (unsigned long long)n);
	str_addf(out, " \u00b7 e %llu  w %llu", (unsigned long long)errors,
		(unsigned long long)warnings);
}

/* The first `most` cells of a text (0: all), with a mark where there was more. Caller frees. */
static char *cut(const char *text, int most)
{
	if (!most || text_width(text) <= most)
		return xstrdup(text);
	return xasprintf("%.*s\u2026", (int)text_fit(text, most - 1, NULL), text);
}

/* One way to say it, from all there is to what must be known. */
static void summarise(struct log_pane *lp, bool counts, bool search, int most, struct str *out)
{
	autofree char *keep = cut(lp->keep, most), *wanted = cut(lp->search, most);

	str_add(out, lp->follow ? _("follow") : _("stopped here"));
	if (counts)
		add_counts(lp, out);
	if (lp->filter.min_level > LOG_DEBUG)
		str_addf(out, _(" \u00b7 %s and worse"), log_level_name(lp->filter.min_level));
	if (lp->keep[0])
		str_addf(out, _(" \u00b7 with \"%s\""), keep);
	if (search && lp->search[0])
		str_addf(out, _(" \u00b7 / %s"), wanted);
}

void log_pane_summary(struct log_pane *lp, int cells, struct str *out)
{
	enum { SHORT = 8 };
	static const struct {
		bool counts, search;
		int most;
	} ways[] = {{true, true, 0}, {false, true, 0}, {false, true, SHORT}, {false, false, SHORT}};

	for (size_t i = 0; i < ARRAY_SIZE(ways); i++) {
		AUTO(str) struct str way = STR_INIT(STR_LINE);

		summarise(lp, ways[i].counts, ways[i].search, ways[i].most, &way);
		if (cells && i + 1 < ARRAY_SIZE(ways) && text_width(str_text(&way)) > cells)
			continue;
		str_add(out, str_text(&way));
		return;
	}
}
