/* SPDX-License-Identifier: MIT */
/* Finding definitions: the program's own data on the machine it runs on, hence plain file access.
 */
#include "config/stack.h"

#include "base/i18n.h"
#include "base/str.h"

#include <dirent.h>
#include <errno.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

const char *stack_language(void)
{
	const char *locale = setlocale(LC_MESSAGES, NULL), *list = getenv("LANGUAGE");

	if (!locale || str_eq(locale, "C") || str_eq(locale, "POSIX") || str_starts(locale, "C."))
		return "en";
	return str_empty(list) ? locale : list;
}

static int read_text(const char *path, struct str *out, struct error *err)
{
	FILE *f = fopen(path, "re");
	struct stat st;
	char buffer[8192];
	size_t n;

	if (!f)
		return error_errno(err, errno, _("cannot read %s"), path);
	if (fstat(fileno(f), &st) || !S_ISREG(st.st_mode)) {
		fclose(f);
		return error_set(err, ERR_INPUT, _("cannot read %s: it is no regular file"), path);
	}
	while ((n = fread(buffer, 1, sizeof(buffer), f)) > 0)
		str_addn(out, buffer, n);
	fclose(f);
	if (str_full(out))
		return error_set(err, ERR_LIMIT, _("cannot read %s: it is too large"), path);
	return 0;
}

int stack_read_file(struct host *h, const struct stack *s, const char *name, struct str *out,
	struct error *err)
{
	const char *slash = strrchr(s->source, '/');
	autofree char *path =
		xasprintf("%.*s%s", slash ? (int)(slash - s->source) + 1 : 0, s->source, name);

	return s->on_host ? host_read(h, path, STR_FILE, out, err) : read_text(path, out, err);
}

static int load_file(const char *path, struct stack **ret, struct error *err)
{
	AUTO(str) struct str text = STR_INIT(STR_FILE);
	int code = read_text(path, &text, err);

	return code ? code : stack_load(path, str_text(&text), text.len, stack_language(), ret, err);
}

/* $SLIPWAY_TEMPLATES, the user's own, the installed ones. */
static void template_dirs(struct strv *dirs)
{
	const char *list = getenv("SLIPWAY_TEMPLATES"), *data = getenv("XDG_DATA_HOME"),
		   *home = getenv("HOME");

	if (!str_empty(list))
		strv_split(dirs, list, ':');
	if (!str_empty(data))
		strv_pushf(dirs, "%s/slipway/templates", data);
	else if (!str_empty(home))
		strv_pushf(dirs, "%s/.local/share/slipway/templates", home);
	strv_push(dirs, TEMPLATEDIR);
}

void stack_refs_done(struct stack_refs *refs)
{
	for (size_t i = 0; i < refs->n; i++) {
		free(refs->items[i].name);
		free(refs->items[i].title);
		free(refs->items[i].about);
		free(refs->items[i].path);
	}
	free(refs->items);
	*refs = (struct stack_refs){NULL, 0};
}

/* A definition with a mistake is listed with the mistake: it must not hide the others, nor itself.
 */
static void add_ref(struct stack_refs *refs, const char *name, const char *path)
{
	AUTO_PTR(stack) struct stack *stack = NULL;
	AUTO(error) struct error err = ERROR_INIT;
	struct stack_ref *ref;

	for (size_t i = 0; i < refs->n; i++)
		if (strcmp(refs->items[i].name, name) == 0)
			return;
	refs->items = xreallocarray(refs->items, refs->n + 1, sizeof(*refs->items));
	ref = &refs->items[refs->n++];
	*ref = (struct stack_ref){xstrdup(name), NULL, NULL, xstrdup(path)};
	if (load_file(path, &stack, &err)) {
		ref->title = xstrdup(name);
		ref->about = xasprintf("%s (%s)", err.message, err.detail ? err.detail : path);
		return;
	}
	ref->title = take(stack->title);
	ref->about = take(stack->about);
}

static bool is_file(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISREG(st.st_mode);
}

static void list_dir(struct stack_refs *refs, const char *dir)
{
	struct dirent **entries = NULL;
	int n = scandir(dir, &entries, NULL, alphasort);

	for (int i = 0; i < n; i++) {
		autofree char *path = xasprintf("%s/%s/stack.yaml", dir, entries[i]->d_name);

		if (entries[i]->d_name[0] != '.' && is_file(path))
			add_ref(refs, entries[i]->d_name, path);
		free(entries[i]);
	}
	free(entries);
}

int stack_list(struct stack_refs *ret, struct error *err)
{
	AUTO(strv) struct strv dirs = STRV_INIT;

	(void)err;
	*ret = (struct stack_refs){NULL, 0};
	template_dirs(&dirs);
	for (size_t i = 0; i < dirs.n; i++)
		if (*dirs.items[i])
			list_dir(ret, dirs.items[i]);
	return 0;
}

char *stack_name_anywhere(const char *name)
{
	/* A path must mean the same from wherever the next command is given. */
	autofree char *path = strchr(name, '/') && *name != '/' ? realpath(name, NULL) : NULL;

	return path ? take(path) : xstrdup(name);
}

static int not_found(const char *name, struct error *err)
{
	AUTO(stack_refs) struct stack_refs refs = {NULL, 0};
	AUTO(str) struct str known = STR_INIT(STR_LINE);

	stack_list(&refs, NULL);
	for (size_t i = 0; i < refs.n; i++)
		str_addf(&known, "%s%s", i ? ", " : "", refs.items[i].name);
	error_set(err, ERR_NOT_FOUND, _("there is no stack %s"), name);
	return error_hint(err, _("Known stacks: %s. A path of a stack.yaml is accepted, too."),
		known.len ? str_text(&known) : _("none"));
}

int stack_open(const char *name, struct stack **ret, struct error *err)
{
	AUTO(strv) struct strv dirs = STRV_INIT;

	if (strchr(name, '/') || str_ends(name, ".yaml") || str_ends(name, ".yml")) {
		autofree char *inside = xasprintf("%s/stack.yaml", name);

		return load_file(is_file(inside) ? inside : name, ret, err);
	}
	template_dirs(&dirs);
	for (size_t i = 0; i < dirs.n; i++) {
		autofree char *path = xasprintf("%s/%s/stack.yaml", dirs.items[i], name);

		if (*dirs.items[i] && *name != '.' && is_file(path))
			return load_file(path, ret, err);
	}
	return not_found(name, err);
}
