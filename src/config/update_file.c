/* SPDX-License-Identifier: MIT */
#include "config/update_file.h"

#include "base/merge3.h"

#include <string.h>

const char *update_file_name(enum update_file_kind kind)
{
	static const char *const names[] = {"added", "replaced", "merged", "conflict"};

	return names[kind];
}

static void update_file_done(struct update_file *f)
{
	free(f->name);
	str_done(&f->base);
	str_done(&f->ours);
	str_done(&f->theirs);
	str_done(&f->merged);
	free(f->why);
}

void update_files_done(struct update_files *f)
{
	for (size_t i = 0; i < f->n; i++)
		update_file_done(&f->items[i]);
	free(f->items);
	*f = (struct update_files){NULL, 0, 0};
}

int update_seen_read(const struct project *p, const char *name, struct str *out, struct error *err)
{
	autofree char *path = xasprintf("%s/%s/%s", p->dir, UPDATE_SEEN, name);

	return host_read(p->host, path, STR_FILE, out, err);
}

static bool same(const struct str *a, const struct str *b)
{
	return a->len == b->len && (!a->len || memcmp(a->data, b->data, a->len) == 0);
}

static struct merge3_text text_of(const struct str *s)
{
	return (struct merge3_text){str_text(s), s->len};
}

static void judge(struct update_file *f, bool seen)
{
	if (!seen) {
		f->kind = UPDATE_FILE_ADDED;
	} else if (same(&f->base, &f->ours)) {
		f->kind = UPDATE_FILE_REPLACED;
	} else if (merge3(text_of(&f->base), text_of(&f->ours), text_of(&f->theirs), &f->merged,
			   &f->line)) {
		f->kind = UPDATE_FILE_CONFLICT;
		f->decision = ENV_OPEN;
	} else {
		f->kind = UPDATE_FILE_MERGED;
	}
}

/* Reads where there may be nothing; *there says whether there was. */
static int read_present(
	const struct project *p, const char *name, struct str *out, bool *there, struct error *err)
{
	autofree char *path = host_path(p->dir, name);
	AUTO(error) struct error e = ERROR_INIT;
	int code = host_read(p->host, path, STR_FILE, out, &e);

	*there = code == 0;
	return code == ERR_NOT_FOUND || code == 0 ? 0 : error_move(err, &e);
}

static int look(
	const struct project *p, const char *name, struct update_files *ret, struct error *err)
{
	struct update_file f = {.decision = ENV_TAKE,
		.base = STR_INIT(STR_FILE),
		.ours = STR_INIT(STR_FILE),
		.theirs = STR_INIT(STR_FILE),
		.merged = STR_INIT(STR_FILE)};
	bool seen = update_seen_read(p, name, &f.base, NULL) == 0, there = false;
	int code = read_present(p, name, &f.ours, &there, err);

	if (code == 0)
		code = stack_read_file(p->host, p->stack, name, &f.theirs, err);
	/* Nothing new; or a file that is the user's own, or that the user took away. */
	if (code < 0 || seen != there || (seen && same(&f.base, &f.theirs)) ||
		(there && same(&f.ours, &f.theirs))) {
		update_file_done(&f);
		return code;
	}
	judge(&f, seen);
	f.name = xstrdup(name);
	VEC_GROW(ret->items, ret->n, ret->cap);
	ret->items[ret->n++] = f;
	return 0;
}

/* Whether Slipway wrote the compose files of this project. */
static bool is_ours(const struct project *p)
{
	for (size_t i = 0; i < p->stack->files.n; i++) {
		AUTO(str) struct str text = STR_INIT(STR_FILE);

		if (update_seen_read(p, p->stack->files.items[i], &text, NULL) == 0)
			return true;
	}
	return false;
}

int update_files_find(const struct project *p, struct update_files *ret, struct error *err)
{
	const struct strv *lists[2];
	int code = 0;

	if (!p->stack || p->fresh || !is_ours(p))
		return 0;
	lists[0] = &p->stack->files;
	lists[1] = &p->stack->copy;
	for (size_t l = 0; l < ARRAY_SIZE(lists); l++)
		for (size_t i = 0; i < lists[l]->n && code == 0; i++)
			code = look(p, lists[l]->items[i], ret, err);
	return code;
}

const struct str *update_file_text(const struct update_file *f)
{
	if (f->decision != ENV_TAKE)
		return NULL;
	return f->kind == UPDATE_FILE_MERGED ? &f->merged : &f->theirs;
}

void update_file_refuse(struct update_file *f, const struct error *why)
{
	f->kind = UPDATE_FILE_CONFLICT;
	f->decision = ENV_OPEN;
	free(f->why);
	f->why = xstrdup(why->message);
}
