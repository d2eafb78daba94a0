/* SPDX-License-Identifier: MIT */
#include "engine/logs.h"

#include "base/mem.h"

#include <ctype.h>
#include <endian.h>
#include <string.h>
#include <strings.h>

enum {
	SCAN = 400, /* bytes looked at: a level stands near the start of its line */
	MARKS = SCAN / 64 + 1,
};

const char *log_level_name(enum log_level level)
{
	static const char *const names[] = {
		[LOG_UNKNOWN] = "unknown",
		[LOG_DEBUG] = "debug",
		[LOG_INFO] = "info",
		[LOG_WARN] = "warn",
		[LOG_ERROR] = "error",
	};

	return (unsigned)level < ARRAY_SIZE(names) ? names[level] : names[0];
}

/* Words for levels. `shouted`: counts in capitals only, since it is an everyday word otherwise. */
static const struct word {
	const char *text;
	uint8_t len;
	uint8_t level;
	bool shouted;
} words[] = {
	{"alert", 5, LOG_ERROR, true},
	{"crit", 4, LOG_ERROR, false},
	{"critical", 8, LOG_ERROR, false},
	{"dbg", 3, LOG_DEBUG, false},
	{"debug", 5, LOG_DEBUG, false},
	{"emerg", 5, LOG_ERROR, false},
	{"emergency", 9, LOG_ERROR, false},
	{"err", 3, LOG_ERROR, false},
	{"error", 5, LOG_ERROR, false},
	{"fatal", 5, LOG_ERROR, false},
	{"inf", 3, LOG_INFO, false},
	{"info", 4, LOG_INFO, false},
	{"information", 11, LOG_INFO, false},
	{"log", 3, LOG_INFO, true},
	{"notice", 6, LOG_INFO, false},
	{"panic", 5, LOG_ERROR, false},
	{"severe", 6, LOG_ERROR, false},
	{"trace", 5, LOG_DEBUG, false},
	{"trc", 3, LOG_DEBUG, false},
	{"verbose", 7, LOG_DEBUG, false},
	{"warn", 4, LOG_WARN, false},
	{"warning", 7, LOG_WARN, false},
	{"wrn", 3, LOG_WARN, false},
};

/* First word of `words` by first letter + 1; 0: none. */
static const uint8_t first_word[26] = {
	['a' - 'a'] = 1,
	['c' - 'a'] = 2,
	['d' - 'a'] = 4,
	['e' - 'a'] = 6,
	['f' - 'a'] = 10,
	['i' - 'a'] = 11,
	['l' - 'a'] = 14,
	['n' - 'a'] = 15,
	['p' - 'a'] = 16,
	['s' - 'a'] = 17,
	['t' - 'a'] = 18,
	['v' - 'a'] = 20,
	['w' - 'a'] = 21,
};

/* The lengths of the words with that first letter, a bit each. */
static const uint16_t lengths[26] = {
	['a' - 'a'] = 1 << 5,
	['c' - 'a'] = 1 << 4 | 1 << 8,
	['d' - 'a'] = 1 << 3 | 1 << 5,
	['e' - 'a'] = 1 << 3 | 1 << 5 | 1 << 9,
	['f' - 'a'] = 1 << 5,
	['i' - 'a'] = 1 << 3 | 1 << 4 | 1 << 11,
	['l' - 'a'] = 1 << 3,
	['n' - 'a'] = 1 << 6,
	['p' - 'a'] = 1 << 5,
	['s' - 'a'] = 1 << 6,
	['t' - 'a'] = 1 << 3 | 1 << 5,
	['v' - 'a'] = 1 << 7,
	['w' - 'a'] = 1 << 3 | 1 << 4 | 1 << 7,
};

/* Where a level may stand, the more certain first. */
enum tier { PREFIX, BRACKETED, AFTER_COLON, QUOTED, BEFORE_COLON, SHOUTED, TIERS };

static inline bool is_letter(char c)
{
	return (unsigned char)((c | 0x20) - 'a') < 26;
}

static inline bool is_digit(char c)
{
	return (unsigned char)(c - '0') < 10;
}

static const struct word *find_word(const char *text, size_t len)
{
	char first = (char)(text[0] | 0x20);

	/* Most words are none of these: their first letter and length say so. */
	if (!(lengths[first - 'a'] & 1u << len))
		return NULL;
	for (unsigned at = first_word[first - 'a'] - 1u;
		at < ARRAY_SIZE(words) && words[at].text[0] == first; at++) {
		const struct word *w = &words[at];

		if (w->len == len && (text[1] | 0x20) == w->text[1] &&
			!strncasecmp(w->text, text, len))
			return w;
	}
	return NULL;
}

static bool is_shouted(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (text[i] & 0x20)
			return false;
	return true;
}

/* Length of a time stamp at the start, with the brackets and blanks around it; 0: none. */
static size_t stamp_length(const char *text, size_t len)
{
	bool bracket = len && text[0] == '[';
	size_t i = bracket;
	size_t digits = 0;

	if (i >= len || !is_digit(text[i]))
		return 0;
	for (; i < len; i++) {
		if (is_digit(text[i]))
			digits++;
		else if (!text[i] || !strchr("-:/.,+TZ ", text[i]))
			break;
	}
	if (digits < 6)
		return 0;
	if (i + 3 < len && (!memcmp(text + i, "UTC", 3) || !memcmp(text + i, "GMT", 3)))
		i += 3;
	if (bracket && i < len && text[i] == ']')
		i++;
	while (i < len && text[i] == ' ')
		i++;
	return i;
}

/* "E0102 15:04:05.6" of Kubernetes' programs. */
static enum log_level klog_level(const char *text, size_t len)
{
	static const char letters[] = "IWEF";
	static const uint8_t levels[] = {LOG_INFO, LOG_WARN, LOG_ERROR, LOG_ERROR};
	const char *at;

	if (len < 6 || text[5] != ' ' || !(at = memchr(letters, text[0], 4)))
		return LOG_UNKNOWN;
	for (size_t i = 1; i < 5; i++)
		if (!is_digit(text[i]))
			return LOG_UNKNOWN;
	return levels[at - letters];
}

/* "1:M 02 Jan 2026 15:04:05.678 * Ready" of Redis: the sign after the time. */
static enum log_level redis_level(const char *text, size_t len)
{
	static const char signs[] = ".-*#";
	static const uint8_t levels[] = {LOG_DEBUG, LOG_DEBUG, LOG_INFO, LOG_WARN};
	size_t i = 0;
	int blanks = 0;
	const char *at;

	while (i < len && is_digit(text[i]))
		i++;
	if (!i || i + 2 >= len || text[i] != ':' || !strchr("MSCX", text[i + 1]) ||
		text[i + 2] != ' ')
		return LOG_UNKNOWN;
	for (; i + 2 < len && i < 48 && blanks < 5; i++)
		if (text[i] == ' ')
			blanks++;
	if (blanks < 5 || text[i + 1] != ' ' || !(at = memchr(signs, text[i], 4)))
		return LOG_UNKNOWN;
	return levels[at - signs];
}

/* "psycopg2.OperationalError: ...", "Traceback (most recent call last):". */
static bool is_exception(const char *text, size_t len)
{
	static const char traceback[] = "Traceback (";
	size_t i = 0;

	if (len >= sizeof(traceback) - 1 && !memcmp(text, traceback, sizeof(traceback) - 1))
		return true;
	while (i < len &&
		(is_letter(text[i]) || is_digit(text[i]) || text[i] == '.' || text[i] == '_'))
		i++;
	if (i >= len || text[i] != ':')
		return false;
	return (i > 5 && !memcmp(text + i - 5, "Error", 5)) ||
	       (i > 9 && !memcmp(text + i - 9, "Exception", 9));
}

/* "level":30 as pino writes it: tens from 10 (trace) to 60 (fatal). */
static enum log_level numeric_level(const char *text, size_t len)
{
	static const uint8_t levels[] = {
		LOG_UNKNOWN, LOG_DEBUG, LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR, LOG_ERROR};

	if (len < 5 || text[0] != '"' || text[1] != ':' || text[2] < '1' || text[2] > '6' ||
		text[3] != '0' || is_digit(text[4]))
		return LOG_UNKNOWN;
	return levels[text[2] - '0'];
}

static bool is_blank_or(char c, char other)
{
	return c == ' ' || c == other;
}

/* The tier of a level word at [start, end) of a line that begins at `begin`; TIERS: it is just a
 * word. */
static enum tier tier_of(const char *text, size_t len, size_t begin, size_t start, size_t end)
{
	char before = start > begin ? text[start - 1] : '\0';
	char after = end < len ? text[end] : '\0';

	if (start == begin && !isalnum((unsigned char)after) && after != '_' && after != '-')
		return PREFIX;
	if (before == '[' || (before == ' ' && start > begin + 1 && text[start - 2] == '['))
		return is_blank_or(after, ']') ? BRACKETED : TIERS;
	if (before == '<' && after == '>')
		return BRACKETED;
	if (before == ':' && is_blank_or(after, ':'))
		return AFTER_COLON;
	if (before == '"' && after == '"')
		return end + 1 < len && text[end + 1] == ':' ? TIERS : QUOTED;
	/* level=info, severity=WARN */
	if (before == '=' && start > begin + 3 && !isalnum((unsigned char)after) &&
		(!strncasecmp(text + start - 4, "vel", 3) ||
			!strncasecmp(text + start - 4, "ity", 3) ||
			!strncasecmp(text + start - 4, "lvl", 3)))
		return QUOTED;
	if ((before == ' ' || before == '\t' || before == ']') && after == ':')
		return BEFORE_COLON;
	if (is_blank_or(before, '|') && (is_blank_or(after, '|') || !after) &&
		is_shouted(text + start, end - start))
		return SHOUTED;
	return TIERS;
}

/* --- the words of a line. Every line of every log passes here: eight bytes at a time. */

/* Which of eight bytes, the first one lowest, are letters: a bit each. */
static inline uint64_t letters_of(uint64_t bytes)
{
	const uint64_t each = 0x0101010101010101;
	uint64_t low = (bytes | 0x20 * each) & 0x7f * each;
	uint64_t from_a = low + (0x80 - 'a') * each;
	uint64_t past_z = low + (0x80 - 'z' - 1) * each;
	uint64_t found = from_a & ~past_z & ~bytes & 0x80 * each;

	/* Brings the bits, eight apart, together. */
	return (found >> 7) * 0x0102040810204080 >> 56;
}

static void mark_letters(const char *text, size_t len, uint64_t marks[MARKS])
{
	uint64_t bytes;
	size_t i = 0;

	memset(marks, 0, MARKS * sizeof(marks[0]));
	for (; i + 8 <= len; i += 8) {
		memcpy(&bytes, text + i, 8);
		marks[i / 64] |= letters_of(le64toh(bytes)) << i % 64;
	}
	bytes = 0;
	memcpy(&bytes, text + i, len - i);
	marks[i / 64] |= letters_of(le64toh(bytes)) << i % 64;
}

/* Notes the level of one word, as a bit of its tier; true when nothing else counts. */
static bool note_word(
	const char *text, size_t len, size_t begin, size_t start, size_t end, uint8_t seen[TIERS])
{
	const struct word *w;
	enum tier tier;

	if (end - start == 5 && (text[start] | 0x20) == 'l' && !seen[QUOTED] &&
		!strncasecmp(text + start, "level", 5))
		seen[QUOTED] |= (uint8_t)(1u << numeric_level(text + end, len - end));
	w = find_word(text + start, end - start);
	if (!w || (w->shouted && !is_shouted(text + start, end - start) &&
			  text[start - (start > begin)] != '['))
		return false;
	tier = tier_of(text, len, begin, start, end);
	if (tier != TIERS)
		seen[tier] |= (uint8_t)(1u << w->level);
	return tier == PREFIX;
}

static void scan_words(const char *text, size_t len, size_t begin, uint8_t seen[TIERS])
{
	uint64_t marks[MARKS], carry = 0;
	size_t start = 0;
	bool inside = false;

	mark_letters(text, len, marks);
	for (size_t k = 0; k < begin / 64; k++)
		marks[k] = 0;
	marks[begin / 64] &= ~(uint64_t)0 << begin % 64;
	for (size_t k = begin / 64; k <= len / 64; k++) {
		/* A bit where a word begins, and one behind its end. */
		uint64_t edges = marks[k] ^ (marks[k] << 1 | carry);

		carry = marks[k] >> 63;
		for (; edges; edges &= edges - 1) {
			size_t at = k * 64 + (size_t)__builtin_ctzll(edges);

			if (!inside)
				start = at;
			else if (at - start >= 3 && at - start <= 11 &&
				 note_word(text, len, begin, start, at, seen))
				return;
			inside = !inside;
		}
	}
}

enum log_level log_level_guess(const char *text, size_t len)
{
	uint8_t seen[TIERS] = {0};
	enum log_level level;
	size_t begin;

	if (len > SCAN)
		len = SCAN;
	if ((level = klog_level(text, len)) || (level = redis_level(text, len)))
		return level;
	begin = stamp_length(text, len);
	if (is_exception(text + begin, len - begin))
		return LOG_ERROR;
	scan_words(text, len, begin, seen);
	for (size_t i = 0; i < TIERS; i++) {
		uint8_t set = seen[i] & (uint8_t)~1u;

		if (set)
			/* Two levels in the same place say nothing. */
			return set & (set - 1) ? LOG_UNKNOWN : (enum log_level)__builtin_ctz(set);
	}
	return LOG_UNKNOWN;
}
