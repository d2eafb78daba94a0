/* SPDX-License-Identifier: MIT */
/* Host names, URLs and mail addresses. */
#include "config/setting_parts.h"

#include "base/i18n.h"
#include "base/str.h"
#include "base/text.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <string.h>

bool setting_is_host(const char *host, size_t n)
{
	char text[256];
	unsigned char address[16];

	if (n == 0 || n >= sizeof(text))
		return false;
	memcpy(text, host, n);
	text[n] = '\0';
	if (inet_pton(AF_INET6, text, address) == 1)
		return true;
	for (size_t i = 0; i < n; i++) {
		bool edge = i == 0 || i + 1 == n || text[i - 1] == '.' || text[i + 1] == '.';

		if (isalnum((unsigned char)text[i]) || (unsigned char)text[i] >= 0x80)
			continue;
		if (text[i] == '.' ? i == 0 || text[i - 1] == '.' : !strchr("-_", text[i]) || edge)
			return false;
	}
	return true;
}

int setting_check_host(const struct setting *s, const char *value, struct error *err)
{
	const char *bad = strpbrk(value, " \t\n/:@");
	char text[32];

	if (setting_is_host(value, strlen(value)))
		return 0;
	if (!bad || strchr(value, '['))
		return setting_refuse_type(s, value, err);
	setting_refuse_at(s, value, (size_t)(bad - value), err, "%s", setting_char_text(bad, text));
	if (*bad == '/' || *bad == ':')
		return error_hint(err, _("Only the name of the host belongs here."));
	return ERR_INPUT;
}

/* [user[:password]@]host[:port] of a URL. */
static bool is_authority(const char *text, size_t n)
{
	const char *end = text + n, *at = NULL, *colon = NULL;

	for (const char *p = text; p < end; p++)
		if (*p == '@')
			at = p;
	if (at)
		text = at + 1;
	if (text < end && *text == '[') {
		const char *close = memchr(text, ']', (size_t)(end - text));

		return close && setting_is_host(text + 1, (size_t)(close - text - 1));
	}
	for (const char *p = text; p < end; p++)
		if (*p == ':')
			colon = p;
	if (colon) {
		char port[8] = "";
		int64_t number;

		if (end - colon - 1 < 1 || end - colon - 1 > 5)
			return false;
		memcpy(port, colon + 1, (size_t)(end - colon - 1));
		if (text_to_int(port, 1, 65535, &number, NULL))
			return false;
		end = colon;
	}
	return setting_is_host(text, (size_t)(end - text));
}

int setting_check_url(const struct setting *s, const char *value, struct error *err)
{
	const char *scheme_end = strstr(value, "://"), *authority, *bad;
	char text[32];
	size_t n;

	if ((bad = strpbrk(value, " \t\n")) != NULL ||
		(bad = setting_control(value, false)) != NULL)
		return setting_refuse_at(
			s, value, (size_t)(bad - value), err, "%s", setting_char_text(bad, text));
	if (!scheme_end || scheme_end == value || !isalpha((unsigned char)*value))
		return setting_refuse_type(s, value, err);
	for (const char *p = value; p < scheme_end; p++)
		if (!isalnum((unsigned char)*p) && !strchr("+.-", *p))
			return setting_refuse_type(s, value, err);
	authority = scheme_end + 3;
	n = strcspn(authority, "/?#");
	/* unix:///run/x.sock and file:///x have none; lists of hosts (mongodb://a,b) are a matter
	 * of the program that reads them. */
	if ((n == 0 && *authority == '/' && authority[1]) || memchr(authority, ',', n) ||
		is_authority(authority, n))
		return 0;
	return setting_refuse_type(s, value, err);
}

int setting_check_email(const struct setting *s, const char *value, struct error *err)
{
	const char *at = strrchr(value, '@');

	if (!at || at == value || strpbrk(value, " \t\n,;<>()\"") ||
		memchr(value, '@', (size_t)(at - value)) ||
		!setting_is_host(at + 1, strlen(at + 1)))
		return setting_refuse_type(s, value, err);
	return 0;
}
