/* SPDX-License-Identifier: MIT */
/*
 * Addresses of databases and queues, part by part (RFC 3986, 3.2; libpq "Connection URIs" for lists
 * of hosts): scheme://[user[:password]@]host[:port][,host...][/path][?name=value&...].
 */
#include "config/setting_parts.h"

#include "base/i18n.h"
#include "base/str.h"
#include "base/text.h"

#include <ctype.h>
#include <string.h>

/* What user and password may hold unescaped: unreserved and sub-delims. */
static bool is_plain(char c)
{
	return isalnum((unsigned char)c) || (c && strchr("-._~!$&'()*+,;=", c));
}

static bool is_escape(const char *p, const char *end)
{
	return *p == '%' && end - p > 2 && isxdigit((unsigned char)p[1]) &&
	       isxdigit((unsigned char)p[2]);
}

struct dsn {
	const struct setting *s;
	const char *value;
	struct error *err;
};

static int refuse(const struct dsn *d, const char *at, const char *what)
{
	return setting_refuse_at(d->s, d->value, (size_t)(at - d->value), d->err, "%s", what);
}

/* "Write @ as %40": of the secret nothing is said but one character that is no letter or digit. */
static int refuse_raw(const struct dsn *d, const char *at, const char *what)
{
	char text[32];

	setting_refuse_at(d->s, d->value, (size_t)(at - d->value), d->err, "%s: %s", what,
		setting_char_text(at, text));
	return error_hint(d->err, _("Percent-encode it: write %%%02X in its place."),
		(unsigned)(unsigned char)*at);
}

static int check_escaped(const struct dsn *d, const char *p, const char *end, const char *part)
{
	for (; p < end; p++)
		if (!is_escape(p, end) && !is_plain(*p))
			return refuse_raw(d, p, part);
	return 0;
}

static int check_user(const struct dsn *d, const char *p, const char *at)
{
	const char *colon = memchr(p, ':', (size_t)(at - p)), *end = colon ? colon : at;

	if (check_escaped(d, p, end, _("in the user name")))
		return ERR_INPUT;
	return colon ? check_escaped(d, colon + 1, at, _("in the password")) : 0;
}

static int check_host(const struct dsn *d, const char *p, const char *end)
{
	const char *colon = NULL, *host_end;
	char port[8] = "";
	int64_t number;

	if (p < end && *p == '[') {
		const char *close = memchr(p, ']', (size_t)(end - p));

		if (!close)
			return refuse(d, p, _("the bracket is never closed"));
		host_end = close + 1;
		colon = host_end < end && *host_end == ':' ? host_end : NULL;
		if (!setting_is_host(p + 1, (size_t)(close - p - 1)) || (host_end < end && !colon))
			return refuse(d, p, _("here an IPv6 address in brackets is expected"));
	} else {
		colon = memchr(p, ':', (size_t)(end - p));
		host_end = colon ? colon : end;
		if (!setting_is_host(p, (size_t)(host_end - p)))
			return refuse(d, p, _("here the name of a host is expected"));
	}
	if (!colon)
		return 0;
	if (end - colon - 1 > 0 && end - colon - 1 < 6)
		memcpy(port, colon + 1, (size_t)(end - colon - 1));
	if (text_to_int(port, 1, 65535, &number, NULL))
		return refuse(d, colon + 1, _("here a port from 1 to 65535 is expected"));
	return 0;
}

static int check_hosts(const struct dsn *d, const char *p, const char *end)
{
	while (p <= end) {
		const char *comma = memchr(p, ',', (size_t)(end - p));

		if (check_host(d, p, comma ? comma : end))
			return ERR_INPUT;
		if (!comma)
			break;
		p = comma + 1;
	}
	return 0;
}

static int check_query(const struct dsn *d, const char *p)
{
	while (*p && *p != '#') {
		size_t n = strcspn(p, "&#"), name = strcspn(p, "=&#");

		if (name == n || name == 0)
			return refuse(d, p, _("here name=value is expected"));
		p += n + (p[n] == '&');
	}
	return 0;
}

static int check_scheme(const struct dsn *d, const char **ret)
{
	const char *end = strstr(d->value, "://");
	size_t n = strcspn(d->value, "+:");
	autofree char *scheme = xstrndup(d->value, n), *list = NULL;

	if (!end || end == d->value || !isalpha((unsigned char)*d->value))
		return setting_refuse_type(d->s, d->value, d->err);
	for (const char *p = d->value; p < end; p++)
		if (!isalnum((unsigned char)*p) && !strchr("+.-", *p))
			return refuse(d, p, _("a scheme has letters, digits and + . - only"));
	if (d->s->choices.n && !strv_has(&d->s->choices, scheme)) {
		list = strv_join(&d->s->choices, ", ");
		return setting_refuse_at(
			d->s, d->value, 0, d->err, _("the scheme is none of %s"), list);
	}
	*ret = end + 3;
	return 0;
}

/* Whether a host with its port begins here: no password looks like that by chance. */
static bool is_host_and_port(const char *p)
{
	size_t n = strcspn(p, ":/?#,@"), digits = p[n] == ':' ? strspn(p + n + 1, "0123456789") : 0;

	return digits && (!p[n + 1 + digits] || strchr("/?#,", p[n + 1 + digits])) &&
	       setting_is_host(p, n);
}

/* The last @ of the value, but for one in a query. */
static const char *last_at(const char *authority)
{
	const char *at = strrchr(authority, '@');
	const char *query = at ? memchr(authority, '?', (size_t)(at - authority)) : NULL;

	if (!query || !memchr(query, '=', (size_t)(at - query)))
		return at;
	for (at = query; at > authority && *at != '@'; at--)
		;
	return *at == '@' ? at : NULL;
}

/* A # is no part of an address, and a database has no @ in its name; the path of a page may. */
static bool is_cut(const char *value, const char *end, const char *at)
{
	if (memchr(end, '#', (size_t)(at - end)))
		return true;
	return *end == '/' && !str_starts(value, "http") && !memchr(end, '?', (size_t)(at - end));
}

/* The last @ before the path ends the user, although those before it should have been encoded. A
 * password with a raw / ? or # has its @ behind that: where no host can be in front of it
 * (host:5432/x@y is fine, the port tells), or where a host stands behind it and what is in front is
 * cut by a #. */
static const char *find_at(const char *value, const char *authority, const char **ret_end)
{
	const char *end = authority + strcspn(authority, "/?#"), *at = NULL, *late, *colon;

	for (const char *p = authority; p < end; p++)
		if (*p == '@')
			at = p;
	*ret_end = end;
	late = last_at(authority);
	if (!late || late < end)
		return at;
	colon = memchr(authority, ':', (size_t)(end - authority));
	if (at ? is_host_and_port(at + 1) ||
			 !(is_host_and_port(late + 1) || is_cut(value, end, late))
	       : !colon || (strspn(colon + 1, "0123456789") == (size_t)(end - colon - 1) &&
				   !is_cut(value, end, late)))
		return at;
	*ret_end = late + 1 + strcspn(late + 1, "/?#");
	return late;
}

int setting_check_dsn(const struct setting *s, const char *value, struct error *err)
{
	const struct dsn d = {s, value, err};
	const char *authority = value, *at, *end, *query, *bad = value + strcspn(value, " \t\n");
	char text[32];

	if (*bad || (bad = setting_control(value, false)) != NULL)
		return setting_refuse_at(
			s, value, (size_t)(bad - value), err, "%s", setting_char_text(bad, text));
	if (check_scheme(&d, &authority))
		return ERR_INPUT;
	at = find_at(value, authority, &end);
	/* sqlite:///data/app.db, and the socket directories of libpq. */
	if (!at && end == authority && *end == '/' && end[1])
		return 0;
	if (at && check_user(&d, authority, at))
		return ERR_INPUT;
	if (check_hosts(&d, at ? at + 1 : authority, end))
		return ERR_INPUT;
	query = strchr(end, '?');
	return query ? check_query(&d, query + 1) : 0;
}

/* What has a meaning of its own is encoded, what is encoded already stays. */
static void encode(struct str *out, const char *p, const char *end)
{
	for (; p < end; p++) {
		if (is_escape(p, end) || is_plain(*p))
			str_addc(out, *p);
		else
			str_addf(out, "%%%02X", (unsigned)(unsigned char)*p);
	}
}

char *setting_mend_dsn(const struct setting *s, const char *value)
{
	const char *authority = strstr(value, "://"), *end, *at, *colon;
	struct str out = STR_INIT(STR_LINE);
	char *mended;

	if (!authority || !(at = find_at(value, authority + 3, &end)))
		return NULL;
	authority += 3;
	colon = memchr(authority, ':', (size_t)(at - authority));
	str_addn(&out, value, (size_t)(authority - value));
	encode(&out, authority, colon ? colon : at);
	if (colon) {
		str_addc(&out, ':');
		encode(&out, colon + 1, at);
	}
	str_add(&out, at);
	mended = xstrdup(str_text(&out));
	str_wipe(&out);
	if (!str_eq(mended, value) && setting_check_dsn(s, mended, NULL) == 0)
		return mended;
	secret_free(mended);
	return NULL;
}
