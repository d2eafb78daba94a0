/* SPDX-License-Identifier: MIT */
#include "base/utf8.h"

/* First bytes 0xC2 to 0xF4: length, and the range of the second byte (Unicode, table 3-7). */
struct lead {
	uint8_t first, last;
	uint8_t len, low, high;
};

static const struct lead leads[] = {
	{0xc2, 0xdf, 2, 0x80, 0xbf},
	{0xe0, 0xe0, 3, 0xa0, 0xbf},
	{0xe1, 0xec, 3, 0x80, 0xbf},
	{0xed, 0xed, 3, 0x80, 0x9f},
	{0xee, 0xef, 3, 0x80, 0xbf},
	{0xf0, 0xf0, 4, 0x90, 0xbf},
	{0xf1, 0xf3, 4, 0x80, 0xbf},
	{0xf4, 0xf4, 4, 0x80, 0x8f},
};

static const struct lead *find_lead(unsigned char c)
{
	for (size_t i = 0; i < sizeof(leads) / sizeof(leads[0]); i++) {
		if (c >= leads[i].first && c <= leads[i].last)
			return &leads[i];
	}
	return NULL;
}

size_t utf8_decode(const char *s, size_t n, uint32_t *ret)
{
	const unsigned char *u = (const unsigned char *)s;
	const struct lead *lead;
	uint32_t c;
	size_t i;

	if (u[0] < 0x80) {
		*ret = u[0];
		return 1;
	}
	*ret = UTF8_INVALID;
	lead = find_lead(u[0]);
	if (!lead)
		return 1;
	c = u[0] & (0x7fu >> lead->len);
	for (i = 1; i < lead->len; i++) {
		unsigned char low = i == 1 ? lead->low : 0x80, high = i == 1 ? lead->high : 0xbf;

		if (i >= n || u[i] < low || u[i] > high)
			return i;
		c = c << 6 | (u[i] & 0x3f);
	}
	*ret = c;
	return i;
}

/* Those that translations and tables use. */
char utf8_ascii(uint32_t c)
{
	static const struct {
		uint32_t c;
		char ascii;
	} table[] = {{0xa0, ' '}, {0xb7, '.'}, {0xd7, 'x'}, {0x2013, '-'}, {0x2014, '-'},
		{0x2018, '\''}, {0x2019, '\''}, {0x201c, '"'}, {0x201d, '"'}, {0x201e, '"'},
		{0x2022, '*'}, {0x2026, '~'}, {0x2192, '>'}, {0x2193, 'v'}, {0x2500, '-'},
		{0x27f3, '@'}, {0xfffd, '?'}};

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		if (table[i].c == c)
			return table[i].ascii;
	return 0;
}
