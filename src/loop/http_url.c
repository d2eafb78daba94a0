/* SPDX-License-Identifier: MIT */
#include "loop/http.h"

#include "base/i18n.h"
#include "base/text.h"

#include <curl/curl.h>
#include <string.h>

static void url_cleanup(CURLU **url)
{
	curl_url_cleanup(*url);
}

static void part_cleanup(char **part)
{
	curl_free(*part);
}

#define autourl __attribute__((cleanup(url_cleanup)))
#define autopart __attribute__((cleanup(part_cleanup)))

int http_url_target(const char *text, char **host, int *port, struct error *err)
{
	autofree char *safe = http_url_text(text);
	autourl CURLU *url = curl_url();
	autopart char *scheme = NULL, *h = NULL, *p = NULL;
	CURLUcode rc = curl_url_set(url, CURLUPART_URL, text ? text : "", 0);
	size_t n;
	int64_t number;

	if (rc)
		return error_set(
			err, ERR_INPUT, _("%s is not a URL: %s"), safe, curl_url_strerror(rc));
	if (curl_url_get(url, CURLUPART_SCHEME, &scheme, 0) ||
		curl_url_get(url, CURLUPART_HOST, &h, 0) ||
		curl_url_get(url, CURLUPART_PORT, &p, CURLU_DEFAULT_PORT) ||
		(strcmp(scheme, "http") != 0 && strcmp(scheme, "https") != 0))
		return error_set(err, ERR_INPUT, _("%s is no http or https URL"), safe);
	if (text_to_int(p, 1, 65535, &number, err) < 0)
		return ERR_INPUT;
	n = strlen(h);
	*host = n > 2 && h[0] == '[' ? xstrndup(h + 1, n - 2) : xstrdup(h);
	*port = (int)number;
	return 0;
}

char *http_url_text(const char *text)
{
	static const CURLUPart secrets[] = {
		CURLUPART_USER, CURLUPART_PASSWORD, CURLUPART_QUERY, CURLUPART_FRAGMENT};
	autourl CURLU *url = curl_url();
	autopart char *shown = NULL;

	if (curl_url_set(url, CURLUPART_URL, text ? text : "", CURLU_NON_SUPPORT_SCHEME) == 0) {
		for (size_t i = 0; i < ARRAY_SIZE(secrets); i++)
			curl_url_set(url, secrets[i], NULL, 0);
		curl_url_get(url, CURLUPART_URL, &shown, 0);
	}
	/* What cannot be taken apart may hold a password anywhere behind its scheme. */
	if (!shown)
		return text && !strpbrk(text, "@?") ? text_safe_dup(text) : xstrdup("***");
	return text_safe_dup(shown);
}
