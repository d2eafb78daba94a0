/* SPDX-License-Identifier: MIT */
#include "base/text.h"

#include "base/utf8.h"

#include <string.h>

/* A control string (OSC, DCS...) longer than this was never meant to end. */
enum { CONTROL_STRING_MAX = 4096, TAB = 8 };

#define DOT "\u00b7"
#define REPLACEMENT "\ufffd"

struct safe {
	struct str *out;
	const char *p, *end;
	size_t line;     /* where the current line begins in out */
	size_t measured; /* columns are known up to here in out */
	size_t column;   /* width of what was measured on this line */
	bool restart;    /* a '\r' came; the next visible character begins the line again */
	bool keep_newlines;
};

/* Default_Ignorable_Code_Point (Unicode, DerivedCoreProperties): what leaves no mark, bidi
 * controls, zero-width characters, variation selectors and tags among it; and interlinear
 * annotations. */
static const struct {
	uint32_t first, last;
} invisible[] = {
	{0x00ad, 0x00ad},
	{0x034f, 0x034f},
	{0x061c, 0x061c},
	{0x115f, 0x1160},
	{0x17b4, 0x17b5},
	{0x180b, 0x180f},
	{0x200b, 0x200f},
	{0x202a, 0x202e},
	{0x2060, 0x206f},
	{0x3164, 0x3164},
	{0xfe00, 0xfe0f},
	{0xfeff, 0xfeff},
	{0xffa0, 0xffa0},
	{0xfff0, 0xfffb},
	{0x1bca0, 0x1bca3},
	{0x1d173, 0x1d17a},
	{0xe0000, 0xe0fff},
};

static bool is_invisible(uint32_t c)
{
	for (size_t i = 0; i < ARRAY_SIZE(invisible) && c >= invisible[i].first; i++) {
		if (c <= invisible[i].last)
			return true;
	}
	return false;
}

/* Length of the run of printable ASCII at p, eight bytes a turn. */
static size_t plain_run(const char *p, const char *end)
{
	const uint64_t ones = 0x0101010101010101u, high = ones << 7;
	const char *start = p;
	uint64_t w;

	while (end - p >= 8) {
		memcpy(&w, p, 8);
		/* Any byte >= 0x80, < 0x20 or == 0x7f? */
		if ((w | (w - ones * 0x20) | ((w ^ ones * 0x7f) - ones)) & high)
			break;
		p += 8;
	}
	while (p < end && *p >= 0x20 && *p < 0x7f)
		p++;
	return (size_t)(p - start);
}

static void emit(struct safe *s, const char *bytes, size_t n)
{
	if (s->restart) {
		str_cut(s->out, s->line);
		s->measured = s->line;
		s->column = 0;
		s->restart = false;
	}
	str_addn(s->out, bytes, n);
}

static void emit_tab(struct safe *s)
{
	emit(s, "", 0);
	if (s->out->len > s->measured) {
		s->column += (size_t)text_width(s->out->data + s->measured);
		s->measured = s->out->len;
	}
	str_pad(s->out, ' ', TAB - s->column % TAB);
}

static void newline(struct safe *s)
{
	/* "\r\n" is a plain end of line. */
	s->restart = false;
	if (s->keep_newlines) {
		str_addc(s->out, '\n');
		s->measured = s->out->len;
		s->column = 0;
	} else {
		str_add(s->out, DOT);
	}
	s->line = s->out->len;
}

/* ECMA-48, 5.4: parameters, intermediates, one final byte. Anything else breaks it off. */
static void skip_csi(struct safe *s)
{
	while (s->p < s->end && *s->p >= 0x20 && *s->p <= 0x3f)
		s->p++;
	if (s->p < s->end && *s->p >= 0x40 && *s->p <= 0x7e)
		s->p++;
}

/* A string up to ST (ESC \, or the 8-bit 0x9c raw or as UTF-8) or BEL; CAN and SUB break it off,
 * and so does the end of the line. A continuation byte 0x9c inside a character is no ST. */
static void skip_control_string(struct safe *s)
{
	const char *limit = s->end - s->p > CONTROL_STRING_MAX ? s->p + CONTROL_STRING_MAX : s->end;
	uint32_t c;

	while (s->p < limit && *s->p != '\n') {
		unsigned char byte = (unsigned char)*s->p;
		size_t n = utf8_decode(s->p, (size_t)(s->end - s->p), &c);

		if (byte == 0x1b) {
			s->p++;
			if (s->p < s->end && *s->p == '\\')
				s->p++;
			else
				s->p--; /* another sequence begins and ends this one */
			return;
		}
		s->p += n;
		if (c == 0x07 || c == 0x18 || c == 0x1a || c == 0x9c || byte == 0x9c)
			return;
	}
}

/* What follows an introducer; `kind` is the byte after ESC (0x9b is ESC [, 0x9d is ESC ], ...). */
static void skip_sequence(struct safe *s, char kind)
{
	if (kind == '[')
		skip_csi(s);
	else if (kind == ']' || kind == 'P' || kind == 'X' || kind == '^' || kind == '_')
		skip_control_string(s);
}

/* After ESC: intermediates and one final byte, which may introduce more. */
static void skip_escape(struct safe *s)
{
	const char *start = s->p;

	while (s->p < s->end && *s->p >= 0x20 && *s->p <= 0x2f)
		s->p++;
	if (s->p == s->end || *s->p < 0x30 || *s->p > 0x7e)
		return;
	s->p++;
	if (s->p == start + 1)
		skip_sequence(s, *start);
}

static bool c1_introduces(uint32_t c)
{
	return c == 0x90 || c == 0x98 || c == 0x9b || c == 0x9d || c == 0x9e || c == 0x9f;
}

static void control(struct safe *s, char c)
{
	s->p++;
	if (c == 0x1b)
		skip_escape(s);
	else if (c == '\n')
		newline(s);
	else if (c == '\r')
		s->restart = true;
	else if (c == '\t')
		emit_tab(s);
	else
		emit(s, DOT, strlen(DOT));
}

static void beyond_ascii(struct safe *s)
{
	const char *start = s->p;
	uint32_t c;
	size_t n = utf8_decode(start, (size_t)(s->end - start), &c);
	/* A raw C1 byte is no UTF-8, but to a terminal in an 8-bit mode it is the control. */
	uint32_t c1 = c == UTF8_INVALID ? (unsigned char)*start : c;

	s->p += n;
	if (c1_introduces(c1))
		skip_sequence(s, (char)(c1 - 0x40));
	else if (c == UTF8_INVALID)
		emit(s, REPLACEMENT, strlen(REPLACEMENT));
	else if (c < 0xa0 || c == 0x2028 || c == 0x2029)
		emit(s, DOT, strlen(DOT));
	else if (!is_invisible(c))
		emit(s, start, n);
}

void text_safe(struct str *out, const char *text, size_t n, bool keep_newlines)
{
	struct safe s = {.out = out, .keep_newlines = keep_newlines};

	s.line = s.measured = out->len;
	s.p = text;
	s.end = n ? text + n : text;
	while (s.p < s.end) {
		size_t run = plain_run(s.p, s.end);

		if (run) {
			emit(&s, s.p, run);
			s.p += run;
		} else if ((unsigned char)*s.p < 0x80) {
			control(&s, *s.p);
		} else {
			beyond_ascii(&s);
		}
	}
}

char *text_safe_dup(const char *text)
{
	/* A character grows to seven blanks and a half at most (tabs); no input is cut. */
	size_t n = text ? strlen(text) : 0;
	struct str out = STR_INIT(n * TAB);

	text_safe(&out, text, n, false);
	return str_take(&out);
}
