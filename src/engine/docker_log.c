/* SPDX-License-Identifier: MIT */
#include "engine/docker_log.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum {
	STREAMS = 4,
	SECOND = 19,        /* "2026-11-21T03:04:05" */
	LAST_YEAR = 2261,   /* whose nanoseconds since 1970 an int64_t holds */
	FULL_FRAME = 16000, /* the Engine cuts messages at 16 KiB: shorter ones are complete */
};

/* --- times */

static bool read_number(const char *p, int digits, int64_t *ret)
{
	int64_t v = 0;

	for (int i = 0; i < digits; i++) {
		if (p[i] < '0' || p[i] > '9')
			return false;
		v = v * 10 + (p[i] - '0');
	}
	*ret = v;
	return true;
}

/* Days since 1970 of a date of the Gregorian calendar. */
static int64_t days_of(int64_t y, int64_t m, int64_t d)
{
	int64_t era, of_era, of_year;

	y -= m <= 2;
	era = y / 400;
	of_era = y - era * 400;
	of_year = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
	return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

static bool read_second(const char *p, int64_t *ret_s)
{
	int64_t y, mo, d, h, mi, s;

	if (!read_number(p, 4, &y) || p[4] != '-' || !read_number(p + 5, 2, &mo) || p[7] != '-' ||
		!read_number(p + 8, 2, &d) || (p[10] != 'T' && p[10] != ' ') ||
		!read_number(p + 11, 2, &h) || p[13] != ':' || !read_number(p + 14, 2, &mi) ||
		p[16] != ':' || !read_number(p + 17, 2, &s))
		return false;
	if (y > LAST_YEAR || mo < 1 || mo > 12 || d < 1 || d > 31 || h > 23 || mi > 59 || s > 60)
		return false;
	*ret_s = days_of(y, mo, d) * 86400 + h * 3600 + mi * 60 + s;
	return true;
}

/* The fraction and the zone behind the second at p; the length of both, 0: malformed. */
static size_t read_rest(const char *p, size_t len, int64_t *ret_ns)
{
	size_t i = 0;
	int64_t ns = 0, unit = 1000000000, h, m;

	if (i < len && p[i] == '.')
		for (i++; i < len && p[i] >= '0' && p[i] <= '9'; i++) {
			unit /= 10;
			ns += (p[i] - '0') * unit;
		}
	*ret_ns = ns;
	if (i < len && p[i] == 'Z')
		return i + 1;
	if (i + 6 > len || (p[i] != '+' && p[i] != '-') || !read_number(p + i + 1, 2, &h) ||
		p[i + 3] != ':' || !read_number(p + i + 4, 2, &m))
		return 0;
	*ret_ns += (p[i] == '+' ? -1 : 1) * (h * 3600 + m * 60) * 1000000000;
	return i + 6;
}

bool docker_time(const char *text, size_t len, int64_t *ret_ns, size_t *ret_len)
{
	int64_t s, ns;
	size_t rest;

	if (len < SECOND + 1 || !read_second(text, &s))
		return false;
	rest = read_rest(text + SECOND, len - SECOND, &ns);
	if (!rest)
		return false;
	*ret_ns = s < 0 ? 0 : s * 1000000000 + ns;
	*ret_len = SECOND + rest;
	return true;
}

int64_t docker_time_ms(const char *text)
{
	int64_t ns;
	size_t len;

	return text && docker_time(text, strlen(text), &ns, &len) ? ns / 1000000 : 0;
}

/* As docker_time, but a second that was read before is not read again: lines come by thousands of
 * the same second. */
static size_t line_time(struct docker_log *l, const char *text, size_t len, int64_t *ret_ns)
{
	int64_t ns;
	size_t n;

	if (len > SECOND && !memcmp(text, l->second, SECOND)) {
		n = read_rest(text + SECOND, len - SECOND, &ns);
		if (!n)
			return 0;
		*ret_ns = l->second_ns + ns;
		n += SECOND;
	} else {
		if (!docker_time(text, len, ret_ns, &n))
			return 0;
		if (read_second(text, &ns) && ns >= 0) {
			memcpy(l->second, text, SECOND);
			l->second_ns = ns * 1000000000;
		}
	}
	return n < len && text[n] == ' ' ? n + 1 : 0;
}

/* --- lines */

void docker_log_init(struct docker_log *l, docker_line_fn *fn, void *arg)
{
	*l = (struct docker_log){.fn = fn, .arg = arg};
	for (int i = 0; i < STREAMS; i++)
		str_init(&l->begun[i], STR_LINE);
}

void docker_log_done(struct docker_log *l)
{
	for (int i = 0; i < STREAMS; i++)
		str_done(&l->begun[i]);
}

static void tell_line(struct docker_log *l, int stream, int64_t ns, const char *text, size_t len)
{
	if (l->skip) {
		if (ns <= l->last_ns) {
			l->skip -= ns == l->last_ns;
			return;
		}
		l->skip = 0;
	}
	if (ns > l->last_ns) {
		l->last_ns = ns;
		l->same = 1;
	} else if (ns == l->last_ns) {
		l->same++;
	}
	if (len && text[len - 1] == '\r')
		len--;
	l->fn(l->arg, stream ? stream : 1, ns, text, len);
}

/* What a begun line lacks; beyond its ceiling the rest is dropped. */
static void add_begun(struct str *begun, const char *text, size_t len)
{
	size_t room = begun->max - begun->len;

	str_addn(begun, text, len < room ? len : room);
}

static void end_begun(struct docker_log *l, int stream)
{
	struct str *begun = &l->begun[stream];
	int64_t ns = l->begun_ns[stream];
	size_t stamp;

	if (!l->prefixed[stream] && (stamp = line_time(l, str_text(begun), begun->len, &ns)))
		tell_line(l, stream, ns, begun->data + stamp, begun->len - stamp);
	else
		tell_line(l, stream, ns, str_text(begun), begun->len);
	str_clear(begun);
	l->prefixed[stream] = false;
	l->begun_ns[stream] = 0;
}

/* Takes the time off the first piece of a message. A further frame of a begun line has one of its
 * own, which is no part of the line. */
static void begin_piece(struct docker_log *l, int stream, const char **text, size_t *len)
{
	int64_t ns;
	size_t stamp = line_time(l, *text, *len, &ns);

	if (!stamp)
		return;
	if (!l->prefixed[stream])
		l->begun_ns[stream] = ns;
	l->prefixed[stream] = true;
	*text += stamp;
	*len -= stamp;
}

static void take_text(struct docker_log *l, int stream, const char *text, size_t len, bool start)
{
	struct str *begun = &l->begun[stream];

	while (len) {
		const char *newline = memchr(text, '\n', len);
		size_t n = newline ? (size_t)(newline - text) : len;
		size_t stamp;
		int64_t ns;

		if (newline && !begun->len && !l->prefixed[stream] &&
			(stamp = line_time(l, text, n, &ns))) {
			/* The common case: a whole line in one piece. */
			tell_line(l, stream, ns, text + stamp, n - stamp);
		} else {
			const char *piece = text;
			size_t rest = n;

			if (start || (l->raw && !begun->len))
				begin_piece(l, stream, &piece, &rest);
			add_begun(begun, piece, rest);
			if (newline)
				end_begun(l, stream);
		}
		start = false;
		n += newline != NULL;
		text += n;
		len -= n;
	}
}

/* Collects the start of a frame until its time is complete; false while it is not. */
static bool hold_start(struct docker_log *l, const char **text, size_t *len, bool end)
{
	size_t room = sizeof(l->held) - l->held_len;
	size_t n = *len < room ? *len : room;

	memcpy(l->held + l->held_len, *text, n);
	l->held_len += n;
	*text += n;
	*len -= n;
	return end || l->held_len == sizeof(l->held) || memchr(l->held, ' ', l->held_len);
}

static void take_piece(void *arg, int stream, const char *text, size_t len, bool start, bool end)
{
	struct docker_log *l = arg;
	bool cut = !l->raw && start && !end && len < sizeof(l->held) && !memchr(text, ' ', len);

	if (start)
		l->frame_len = 0;
	l->frame_len += len;
	if (cut || l->held_len) {
		if (!hold_start(l, &text, &len, end))
			return;
		take_text(l, stream, l->held, l->held_len, true);
		l->held_len = 0;
		start = false;
	}
	take_text(l, stream, text, len, start);
	if (end && l->frame_len < FULL_FRAME && (l->begun[stream].len || l->prefixed[stream]))
		end_begun(l, stream);
}

void docker_log_begin(struct docker_log *l, bool raw)
{
	l->raw = raw;
	l->skip = l->same;
	l->held_len = 0;
	for (int i = 0; i < STREAMS; i++) {
		str_clear(&l->begun[i]);
		l->prefixed[i] = false;
	}
	docker_frames_init(&l->frames, raw, take_piece, l);
}

bool docker_log_feed(struct docker_log *l, const char *data, size_t n)
{
	return docker_frames_feed(&l->frames, data, n);
}

void docker_log_end(struct docker_log *l)
{
	for (int i = 0; i < STREAMS; i++)
		if (l->begun[i].len || l->prefixed[i])
			end_begun(l, i);
}

void docker_log_since(const struct docker_log *l, char ret[32])
{
	ret[0] = '\0';
	if (l->last_ns > 0)
		snprintf(ret, 32, "%" PRId64 ".%09" PRId64, l->last_ns / 1000000000,
			l->last_ns % 1000000000);
}
