/* SPDX-License-Identifier: MIT */
#include "base/i18n.h"

#include "base/str.h"
#include "base/strmap.h"
#include "base/utf8.h"

#include <langinfo.h>
#include <pthread.h>

bool i18n_plain_only;

/* Texts are few, and kept until the end: what gettext() returns is, too. Errors are worded on the pool
 * as well. */
static struct strmap plain_texts = STRMAP_INIT;
static pthread_mutex_t plain_lock = PTHREAD_MUTEX_INITIALIZER;

void i18n_init(void)
{
	i18n_plain_only = !str_eq(nl_langinfo(CODESET), "UTF-8");
}

static bool is_plain(const char *text)
{
	while (*text && (unsigned char)*text < 0x80)
		text++;
	return !*text;
}

static char *make_plain(const char *text)
{
	struct str out = STR_INIT(STR_LINE);
	size_t n = strlen(text);

	for (size_t i = 0; i < n;) {
		uint32_t c;
		size_t len = utf8_decode(text + i, n - i, &c);
		char ascii = c < 0x80 ? (char)c : utf8_ascii(c);

		/* What the catalogue has in the user's own encoding stays. */
		if (ascii)
			str_addc(&out, ascii);
		else
			str_addn(&out, text + i, len);
		i += len;
	}
	return str_take(&out);
}

const char *i18n_plain(const char *text)
{
	const char *plain;

	if (is_plain(text))
		return text;
	pthread_mutex_lock(&plain_lock);
	plain = strmap_get(&plain_texts, text);
	if (!plain) {
		strmap_put(&plain_texts, text, make_plain(text));
		plain = strmap_get(&plain_texts, text);
	}
	pthread_mutex_unlock(&plain_lock);
	return plain;
}
