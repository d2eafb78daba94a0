/* SPDX-License-Identifier: MIT */
#include "config/env_update.h"

#include "base/i18n.h"
#include "base/str.h"

#include <string.h>

const char *env_change_name(enum env_change_kind kind)
{
	static const char *const names[] = {"added", "renamed", "followed", "conflict", "removed"};

	return names[kind];
}

static void env_change_done(struct env_change *c)
{
	free(c->key);
	free(c->old_key);
	secret_free(c->base);
	secret_free(c->yours);
	secret_free(c->theirs);
}

void env_changes_done(struct env_changes *c)
{
	for (size_t i = 0; i < c->n; i++)
		env_change_done(&c->items[i]);
	free(c->items);
	*c = (struct env_changes){NULL, 0, 0};
}

struct env_change *env_changes_find(const struct env_changes *c, const char *key)
{
	for (size_t i = 0; i < c->n; i++)
		if (str_eq(c->items[i].key, key) || str_eq(c->items[i].old_key, key))
			return &c->items[i];
	return NULL;
}

/* --- finding */

/* What the value means, whatever its quotes: texts that differ only in them are equal. */
static char *meaning(const struct env_entry *e)
{
	AUTO(str) struct str out = STR_INIT(STR_FILE);
	autosecret char *text = e ? env_entry_unquoted(e) : NULL;

	if (!e || e->inherits)
		return NULL;
	for (const char *p = text; *p; p++) {
		if (e->quote == '\'' && *p == '$')
			str_addc(&out, '$');
		str_addc(&out, *p);
	}
	return str_take(&out);
}

static bool same_value(const struct env_entry *a, const struct env_entry *b)
{
	autosecret char *left = meaning(a), *right = meaning(b);

	return left && right ? strcmp(left, right) == 0 : !left && !right;
}

static const struct env_entry *find(const struct env_file *f, const char *key)
{
	return f ? env_file_find(f, key) : NULL;
}

static const struct env_rename *renamed_to(const struct env_update *u, const char *key)
{
	for (size_t i = 0; i < u->n_renames; i++)
		if (str_eq(u->renames[i].to, key))
			return &u->renames[i];
	return NULL;
}

static const struct env_rename *renamed_from(const struct env_update *u, const char *key)
{
	for (size_t i = 0; i < u->n_renames; i++)
		if (str_eq(u->renames[i].from, key))
			return &u->renames[i];
	return NULL;
}

/* Whether the user's value is to get another name: the new one is free, and the old one no name of
 * the stack any more. */
static bool renames(const struct env_update *u, const struct env_rename *r)
{
	return find(u->ours, r->from) && !find(u->ours, r->to);
}

struct sides {
	const struct env_entry *base, *yours, *theirs;
};

static struct env_change *add(
	struct env_changes *ret, enum env_change_kind kind, const char *key, const struct sides *s)
{
	struct env_change *c;

	VEC_GROW(ret->items, ret->n, ret->cap);
	c = &ret->items[ret->n++];
	*c = (struct env_change){.kind = kind,
		.decision = kind == ENV_CONFLICT || kind == ENV_REMOVED ? ENV_OPEN : ENV_TAKE,
		.key = xstrdup(key)};
	c->base = s->base ? env_entry_unquoted(s->base) : NULL;
	c->yours = s->yours ? env_entry_unquoted(s->yours) : NULL;
	c->theirs = s->theirs ? env_entry_unquoted(s->theirs) : NULL;
	c->line = s->yours ? s->yours->line : 0;
	return c;
}

/* The default moved: does the value? */
static void judge_value(
	const struct env_update *u, const char *key, const struct sides *s, struct env_changes *ret)
{
	enum env_hold hold = u->hold ? u->hold(u->arg, key) : ENV_FREE;
	bool untouched;

	if (!s->base || !s->yours || !s->theirs || s->yours->inherits || s->theirs->inherits ||
		hold == ENV_SECRET || same_value(s->base, s->theirs) ||
		same_value(s->yours, s->theirs))
		return;
	untouched = same_value(s->base, s->yours);
	add(ret, untouched && hold == ENV_FREE ? ENV_FOLLOWED : ENV_CONFLICT, key, s);
}

static void judge_key(const struct env_update *u, const char *key, struct env_changes *ret)
{
	const struct env_rename *r = renamed_to(u, key);
	struct sides s = {find(u->base, key), find(u->ours, key), find(u->theirs, key)};

	if (r && !s.base)
		s.base = find(u->base, r->from);
	if (r && renames(u, r)) {
		s.yours = find(u->ours, r->from);
		add(ret, ENV_RENAMED, key, &s)->old_key = xstrdup(r->from);
	}
	if (!s.yours && !s.base && s.theirs)
		add(ret, ENV_ADDED, key, &s);
	judge_value(u, key, &s, ret);
}

/* A name that the stack does not have in its example, only in its compose files. */
static void judge_renames(const struct env_update *u, struct env_changes *ret)
{
	for (size_t i = 0; i < u->n_renames; i++)
		if (!find(u->theirs, u->renames[i].to) && renames(u, &u->renames[i]))
			judge_key(u, u->renames[i].to, ret);
}

void env_update_find(const struct env_update *u, struct env_changes *ret)
{
	for (size_t i = 0; i < u->theirs->n; i++) {
		const struct env_entry *e = &u->theirs->entries[i];

		if (env_file_find(u->theirs, e->key) == e)
			judge_key(u, e->key, ret);
	}
	judge_renames(u, ret);
	for (size_t i = 0; u->base && i < u->base->n; i++) {
		const struct env_entry *e = &u->base->entries[i];
		const struct sides s = {e, find(u->ours, e->key), NULL};
		const struct env_rename *r = renamed_from(u, e->key);

		if (env_file_find(u->base, e->key) == e && s.yours && !find(u->theirs, e->key) &&
			!(r && renames(u, r)) && !(u->knows && u->knows(u->arg, e->key)))
			add(ret, ENV_REMOVED, e->key, &s);
	}
}

/* --- doing */

static int copy(const struct env_file *f, struct env_file **ret, struct error *err)
{
	return env_file_parse_for_edit(f->name, f->text, f->len, ret, err);
}

/* How many statements from this one on are to be added together. */
static size_t added_with(const struct env_update *u, const struct env_changes *changes,
	const struct env_entry *first)
{
	const struct env_entry *e = first, *end = u->theirs->entries + u->theirs->n;

	for (; e < end; e++) {
		const struct env_change *c = env_changes_find(changes, e->key);

		if (!c || c->kind != ENV_ADDED || c->decision != ENV_TAKE ||
			env_file_find(u->theirs, e->key) != e)
			break;
	}
	return e > first ? (size_t)(e - first) : 1;
}

static int apply(const struct env_update *u, const struct env_changes *changes,
	const struct env_change *c, struct env_file *f, struct error *err)
{
	const struct env_entry *theirs = find(u->theirs, c->key);

	if (c->decision != ENV_TAKE)
		return 0;
	switch (c->kind) {
	case ENV_ADDED:
		return env_file_insert(f, u->theirs, theirs, added_with(u, changes, theirs), err);
	case ENV_RENAMED:
		return env_file_rename(f, c->old_key, c->key, err);
	case ENV_FOLLOWED:
	case ENV_CONFLICT:
		/* Its new name may have been refused. */
		return env_file_find(f, c->key) ? env_file_set_as(f, c->key, u->theirs, theirs, err)
						: 0;
	case ENV_REMOVED:
		return env_file_remove(f, c->key, err);
	}
	return 0;
}

int env_update_apply(const struct env_update *u, const struct env_changes *changes,
	struct env_file **ret, struct error *err)
{
	AUTO_PTR(env_file) struct env_file *f = NULL;
	int code = copy(u->ours, &f, err);

	for (size_t i = 0; i < changes->n && code == 0; i++)
		code = apply(u, changes, &changes->items[i], f, err);
	if (code == 0)
		*ret = take(f);
	return code;
}

/* A conflict that nobody decided stands as long as the base has its old value; a key that the user
 * still has can be taken out as long as the base has it. */
static int leave_open(const struct env_update *u, const struct env_change *c, struct env_file *f,
	struct error *err)
{
	const struct env_entry *base = find(u->base, c->key);

	if (c->decision != ENV_OPEN)
		return 0;
	if (!base) {
		const struct env_rename *r = renamed_to(u, c->key);

		base = r ? find(u->base, r->from) : NULL;
	}
	if (!base || base->inherits)
		return 0;
	return env_file_find(f, c->key) ? env_file_set_as(f, c->key, u->base, base, err)
					: env_file_insert(f, u->base, base, 1, err);
}

int env_update_base(const struct env_update *u, const struct env_changes *changes,
	struct env_file **ret, struct error *err)
{
	AUTO_PTR(env_file) struct env_file *f = NULL;
	int code = copy(u->theirs, &f, err);

	for (size_t i = 0; i < changes->n && code == 0; i++)
		code = leave_open(u, &changes->items[i], f, err);
	if (code == 0)
		*ret = take(f);
	return code;
}
