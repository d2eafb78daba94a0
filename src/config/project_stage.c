/* SPDX-License-Identifier: MIT */
#include "config/project_parts.h"

#include "base/str.h"

#include <string.h>

struct staged {
	char *path; /* absolute */
	struct str text;
	bool hides; /* what the real host has there */
};

struct stage {
	struct host host;
	struct host_ops ops; /* the base's own, but for read and stat */
	struct host *base;
	struct staged *files;
	size_t n;
};

static struct stage *stage_of(struct host *h)
{
	return (struct stage *)h;
}

static void stage_free(struct host *h)
{
	struct stage *s = stage_of(h);

	for (size_t i = 0; i < s->n; i++) {
		free(s->files[i].path);
		str_wipe(&s->files[i].text);
	}
	free(s->files);
	free(s);
}

/* The staged file that is seen at path; NULL: what the real host has. */
static const struct staged *find_staged(const struct stage *s, const char *path)
{
	for (size_t i = 0; i < s->n; i++)
		if (strcmp(s->files[i].path, path) == 0)
			return s->files[i].hides || !host_exists(s->base, path) ? &s->files[i]
										: NULL;
	return NULL;
}

static int stage_read(
	struct host *h, const char *path, size_t max, struct str *out, struct error *err)
{
	struct stage *s = stage_of(h);
	const struct staged *f = find_staged(s, path);

	if (!f)
		return host_read(s->base, path, max, out, err);
	str_addn(out, str_text(&f->text), f->text.len);
	return 0;
}

static int stage_stat(struct host *h, const char *path, struct host_stat *ret, struct error *err)
{
	struct stage *s = stage_of(h);
	const struct staged *f = find_staged(s, path);

	if (!f)
		return host_stat(s->base, path, ret, err);
	*ret = (struct host_stat){.type = HOST_FILE, .mode = 0644, .size = (int64_t)f->text.len};
	return 0;
}

/* What reading a project needs beside the files. The rest of the table stays empty on purpose: a
 * write through a stage would be a mistake in the program. */
static int stage_list(struct host *h, const char *path, struct strv *names, struct error *err)
{
	return host_list(stage_of(h)->base, path, names, err);
}

static int stage_readlink(struct host *h, const char *path, char **ret, struct error *err)
{
	return host_readlink(stage_of(h)->base, path, ret, err);
}

static int stage_realpath(struct host *h, const char *path, char **ret, struct error *err)
{
	return host_realpath(stage_of(h)->base, path, ret, err);
}

static int stage_facts(struct host *h, struct host_facts *ret, struct error *err)
{
	return host_facts(stage_of(h)->base, ret, err);
}

static int stage_environ(struct host *h, struct strv *ret, struct error *err)
{
	return host_environ(stage_of(h)->base, ret, err);
}

static struct str *add_file(struct stage *s, const char *dir, const char *name, bool hides)
{
	s->files = xreallocarray(s->files, s->n + 1, sizeof(*s->files));
	s->files[s->n] = (struct staged){host_path(dir, name), STR_INIT(STR_FILE), hides};
	return &s->files[s->n++].text;
}

struct host *project_stage_new(struct host *base)
{
	struct stage *s = xcalloc(1, sizeof(*s));

	s->base = base;
	s->ops = (struct host_ops){
		.name = "stage",
		.free = stage_free,
		.read = stage_read,
		.stat = stage_stat,
		.list = stage_list,
		.readlink = stage_readlink,
		.realpath = stage_realpath,
		.facts = stage_facts,
		.environ = stage_environ,
	};
	s->host = (struct host){&s->ops, base->loop, base->label};
	return &s->host;
}

int project_stage_stack(
	struct host *stage, const struct stack *stack, const char *dir, struct error *err)
{
	const struct strv *lists[] = {&stack->files, &stack->copy};

	for (size_t l = 0; l < ARRAY_SIZE(lists); l++)
		for (size_t i = 0; i < lists[l]->n; i++) {
			const char *name = lists[l]->items[i];
			int code = stack_read_file(stage_of(stage)->base, stack, name,
				add_file(stage_of(stage), dir, name, false), err);

			if (code)
				return code;
		}
	return 0;
}

void project_stage_text(
	struct host *stage, const char *dir, const char *name, const char *text, size_t n)
{
	str_addn(add_file(stage_of(stage), dir, name, true), text, n);
}
