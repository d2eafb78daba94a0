/* SPDX-License-Identifier: MIT */
#include "engine/accounts.h"

#include "base/i18n.h"

#include <string.h>

void accounts_init(struct accounts *a)
{
	str_init(&a->passwd, ACCOUNTS_FILE);
	str_init(&a->group, ACCOUNTS_FILE);
}

void accounts_done(struct accounts *a)
{
	str_done(&a->passwd);
	str_done(&a->group);
}

/* A piece of a line; nothing in it is terminated. */
struct field {
	const char *text;
	size_t n;
};

/* -1: not all of it is digits, or it is beyond what the Engine takes. */
static int64_t number(struct field f)
{
	int64_t value = 0;

	if (!f.n)
		return -1;
	for (size_t i = 0; i < f.n; i++) {
		if (f.text[i] < '0' || f.text[i] > '9')
			return -1;
		value = value * 10 + (f.text[i] - '0');
		if (value > INT32_MAX)
			return -1;
	}
	return value;
}

static bool is(struct field f, struct field name)
{
	return f.n == name.n && memcmp(f.text, name.text, f.n) == 0;
}

/* "user:group" */
struct wanted {
	struct field user, group;
	bool grouped;
};

static struct wanted split(const char *user)
{
	size_t n = user ? strcspn(user, ":") : 0;
	struct wanted w = {.user = {user, n}};

	if (n && user[n] == ':' && user[n + 1]) {
		w.group = (struct field){user + n + 1, strlen(user + n + 1)};
		w.grouped = true;
	}
	return w;
}

bool account_parse(const char *user, struct account *ret)
{
	struct wanted w = split(user);

	*ret = (struct account){-1, -1};
	if (!w.user.n)
		return true;
	ret->uid = is(w.user, (struct field){"root", 4}) ? 0 : number(w.user);
	ret->gid = number(w.group);
	return ret->uid == 0 || (ret->uid > 0 && ret->gid >= 0);
}

/* --- lines */

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\v' || c == '\f';
}

/* The next line of what is left, blanks at its ends left out; false: there is none. */
static bool next_line(struct field *rest, struct field *line)
{
	const char *end;

	if (!rest->n)
		return false;
	end = memchr(rest->text, '\n', rest->n);
	*line = (struct field){rest->text, end ? (size_t)(end - rest->text) : rest->n};
	rest->text += line->n + (end != NULL);
	rest->n -= line->n + (end != NULL);
	while (line->n && is_blank(line->text[0])) {
		line->text++;
		line->n--;
	}
	while (line->n && is_blank(line->text[line->n - 1]))
		line->n--;
	return true;
}

/* Field at of "name:password:number:...", empty where the line is shorter. */
static struct field part(struct field line, int at)
{
	for (;; at--) {
		const char *end = memchr(line.text, ':', line.n);
		size_t n = end ? (size_t)(end - line.text) : line.n;

		if (at == 0)
			return (struct field){line.text, n};
		if (!end)
			return (struct field){line.text + line.n, 0};
		line.text += n + 1;
		line.n -= n + 1;
	}
}

enum { NAME = 0, ID = 2, GROUP_OF_USER = 3 };

/* The first line of that name, or with that number. */
static int find_line(const struct str *file, const char *file_name, struct field wanted,
	struct field *ret, struct error *err)
{
	struct field rest = {str_text(file), file->len}, line;
	int64_t id = number(wanted);

	while (next_line(&rest, &line)) {
		if (line.n > ACCOUNTS_LINE)
			return error_set(err, ERR_LIMIT, _("%s has a line of more than %d bytes"),
				file_name, ACCOUNTS_LINE);
		if (id >= 0 ? number(part(line, ID)) != id : !is(part(line, NAME), wanted))
			continue;
		*ret = line;
		return 0;
	}
	return ERR_NOT_FOUND;
}

static int take_number(
	struct field line, int at, const char *file_name, int64_t *ret, struct error *err)
{
	*ret = number(part(line, at));
	if (*ret >= 0)
		return 0;
	return error_set(err, ERR_INPUT, _("%s says no number of it that can be one"), file_name);
}

static int find_user(
	const struct accounts *a, struct field user, struct account *ret, struct error *err)
{
	struct field line;
	int code = find_line(&a->passwd, "/etc/passwd", user, &line, err);

	if (code == 0 && (code = take_number(line, ID, "/etc/passwd", &ret->uid, err)) == 0)
		return take_number(line, GROUP_OF_USER, "/etc/passwd", &ret->gid, err);
	if (code != ERR_NOT_FOUND)
		return code;
	ret->uid = number(user);
	if (ret->uid >= 0)
		return 0;
	if (!a->passwd.len)
		return error_set(err, code, _("it has no /etc/passwd"));
	return error_set(err, code, _("its /etc/passwd has no user %.*s"), (int)user.n, user.text);
}

static int find_group(
	const struct accounts *a, struct field group, struct account *ret, struct error *err)
{
	struct field line;
	int code;

	ret->gid = number(group);
	if (ret->gid >= 0)
		return 0;
	code = find_line(&a->group, "/etc/group", group, &line, err);
	if (code == 0)
		return take_number(line, ID, "/etc/group", &ret->gid, err);
	if (code != ERR_NOT_FOUND)
		return code;
	if (!a->group.len)
		return error_set(err, code, _("it has no /etc/group"));
	return error_set(
		err, code, _("its /etc/group has no group %.*s"), (int)group.n, group.text);
}

int accounts_find(
	const struct accounts *a, const char *user, struct account *ret, struct error *err)
{
	struct wanted w = split(user);
	struct account found = {-1, -1};
	int code;

	if (account_parse(user, &found)) {
		*ret = found;
		return 0;
	}
	code = find_user(a, w.user, &found, err);
	if (code == 0 && w.grouped)
		code = find_group(a, w.group, &found, err);
	if (code == 0)
		*ret = found;
	return code;
}
