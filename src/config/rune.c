/* SPDX-License-Identifier: MIT */
#include "config/rune.h"

#include <ctype.h>
#include <locale.h>
#include <pthread.h>
#include <wctype.h>

size_t rune_decode(const char *s, const char *end, uint32_t *ret)
{
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
	const unsigned char *p = (const unsigned char *)s;
	const size_t n = *p < 0x80   ? 1
			 : *p < 0xc2 ? 0
			 : *p < 0xe0 ? 2
			 : *p < 0xf0 ? 3
			 : *p < 0xf5 ? 4
				     : 0;
	uint32_t c;

	*ret = 0xfffd;
	if (n == 0 || n > (size_t)(end - s))
		return 1;
	if (n == 1) {
		*ret = *p;
		return 1;
	}
	c = *p & (0xffu >> (n + 1));
	for (size_t i = 1; i < n; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 1;
		c = c << 6 | (p[i] & 0x3f);
	}
	if (c < least[n] || c > 0x10ffff || (c >= 0xd800 && c < 0xe000))
		return 1;
	*ret = c;
	return n;
}

bool rune_is_blank(uint32_t c)
{
	return c == '\t' || c == '\v' || c == '\f' || c == '\r' || c == ' ' || c == 0x85 ||
	       c == 0xa0;
}

bool rune_is_space(uint32_t c)
{
	return c == '\n' || rune_is_blank(c) || c == 0x1680 || (c >= 0x2000 && c <= 0x200a) ||
	       c == 0x2028 || c == 0x2029 || c == 0x202f || c == 0x205f || c == 0x3000;
}

/* The classes of the user's own locale would make the same file good here and bad there. Made once:
 * that costs more than all else, and a file may ask for every character. */
static locale_t utf8;
static pthread_once_t utf8_once = PTHREAD_ONCE_INIT;

static void make_utf8(void)
{
	utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
}

bool rune_is_word(uint32_t c)
{

	if (c < 0x80)
		return isalnum((int)c);
	if (c == 0xfffd)
		return false;
	pthread_once(&utf8_once, make_utf8);
	if (!utf8)
		return c >= 0xc0 && !rune_is_space(c);
	return iswalnum_l(c, utf8) != 0;
}

int rune_count(const char *s, const char *end)
{
	uint32_t c;
	int n = 0;

	for (; s < end; n++)
		s += rune_decode(s, end, &c);
	return n;
}
