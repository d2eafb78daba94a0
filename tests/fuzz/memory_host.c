/* SPDX-License-Identifier: MIT */
#include "memory_host.h"

#include <string.h>

enum { MAX_FILES = 16 };

struct memory_file {
	char *path;
	const char *text; /* in memory_host.text */
	size_t n;
};

struct memory_host {
	struct host host;
	char *text, *dir;
	struct memory_file files[MAX_FILES];
	size_t n;
};

static struct memory_host *memory_of(struct host *h)
{
	return (struct memory_host *)h;
}

static void memory_free(struct host *h)
{
	struct memory_host *m = memory_of(h);

	for (size_t i = 0; i < m->n; i++)
		free(m->files[i].path);
	free(m->text);
	free(m->dir);
	free(m);
}

static const struct memory_file *find(const struct memory_host *m, const char *path)
{
	for (size_t i = 0; i < m->n; i++)
		if (!strcmp(m->files[i].path, path))
			return &m->files[i];
	return NULL;
}

static int memory_read(
	struct host *h, const char *path, size_t max, struct str *out, struct error *err)
{
	const struct memory_file *f = find(memory_of(h), path);

	if (!f)
		return error_set(err, ERR_NOT_FOUND, "there is no %s", path);
	if (f->n > max)
		return error_set(err, ERR_LIMIT, "%s is too large", path);
	str_addn(out, f->text, f->n);
	return 0;
}

static int memory_stat(struct host *h, const char *path, struct host_stat *ret, struct error *err)
{
	const struct memory_host *m = memory_of(h);
	const struct memory_file *f = find(m, path);
	const size_t n = strlen(m->dir);

	*ret = (struct host_stat){.type = HOST_DIR, .mode = 0755};
	if (!strncmp(path, m->dir, n) && (!path[n] || !strcmp(path + n, "/.")))
		return 0;
	if (!f)
		return error_set(err, ERR_NOT_FOUND, "there is no %s", path);
	*ret = (struct host_stat){.type = HOST_FILE, .mode = 0644, .size = (int64_t)f->n};
	return 0;
}

static int memory_readlink(struct host *h, const char *path, char **ret, struct error *err)
{
	(void)h;
	(void)ret;
	return error_set(err, ERR_NOT_FOUND, "%s is no link", path);
}

static int memory_list(struct host *h, const char *path, struct strv *names, struct error *err)
{
	const struct memory_host *m = memory_of(h);

	(void)err;
	for (size_t i = 0; i < m->n && !strcmp(path, m->dir); i++)
		strv_push(names, m->files[i].path + strlen(path) + 1);
	strv_sort(names);
	return 0;
}

static int memory_facts(struct host *h, struct host_facts *ret, struct error *err)
{
	(void)h;
	(void)err;
	*ret = (struct host_facts){.name = xstrdup("memory"), .home = xstrdup("/root")};
	return 0;
}

static int memory_environ(struct host *h, struct strv *ret, struct error *err)
{
	(void)h;
	(void)err;
	strv_push_all(ret, "HOME=/root", "A=1", "EMPTY=", NULL);
	return 0;
}

static const struct host_ops ops = {
	.name = "memory",
	.free = memory_free,
	.read = memory_read,
	.stat = memory_stat,
	.readlink = memory_readlink,
	.list = memory_list,
	.facts = memory_facts,
	.environ = memory_environ,
};

static struct memory_file *begin_file(struct memory_host *m, const char *name, size_t n)
{
	struct memory_file *f = &m->files[m->n++];
	autofree char *copy = xstrndup(name, n);

	f->path = host_path(m->dir, copy);
	return f;
}

struct host *memory_host_new(const char *dir, const char *text, size_t n)
{
	struct memory_host *m = xcalloc(1, sizeof(*m));
	const char *line, *end;
	struct memory_file *f;

	m->host = (struct host){.ops = &ops, .label = (char *)"memory"};
	m->dir = xstrdup(dir);
	m->text = xstrndup("", 0);
	m->text = xrealloc(m->text, n + 1);
	memcpy(m->text, text, n);
	m->text[n] = '\0';
	f = begin_file(m, "compose.yaml", 12);
	f->text = m->text;
	for (line = m->text; line < m->text + n; line = end) {
		end = memchr(line, '\n', (size_t)(m->text + n - line));
		end = end ? end + 1 : m->text + n;
		if (end - line > 4 && !memcmp(line, "#= ", 3) && m->n < MAX_FILES) {
			f = begin_file(m, line + 3, (size_t)(end - line) - 4);
			f->text = end;
			continue;
		}
		f->n = (size_t)(end - f->text);
	}
	return &m->host;
}
