/* SPDX-License-Identifier: MIT */
/*
 * Files that services take their environment from and that are not there: Compose refuses the whole
 * project over one. Made of the example beside it inside of the project; else named. On the pool.
 */
#include "base/i18n.h"
#include "base/str.h"
#include "config/compose_env_files.h"
#include "plan/ledger.h"
#include "plan/plan_build.h"

enum { ENV_FILE_MODE = 0600 };

/* The text of "NAME.example" or another such; its name, NULL where there is none. */
static char *read_example(struct plan_build *b, const char *path, struct str *text)
{
	static const char *const ends[] = {".example", ".sample", ".template", ".dist"};

	for (size_t i = 0; i < ARRAY_SIZE(ends); i++) {
		autofree char *example = xasprintf("%s%s", path, ends[i]);

		if (host_read(b->host, example, STR_FILE, text, NULL) == 0)
			return take(example);
		str_clear(text);
	}
	return NULL;
}

static void add(struct plan_build *b, const struct compose_env_file *f, const char *shown)
{
	AUTO(str) struct str text = STR_INIT(STR_FILE);
	autofree char *example = f->outside ? NULL : read_example(b, f->path, &text);
	autofree char *from = example ? ledger_relative(b->project->dir, example) : NULL;
	struct file_spec spec = {.path = shown, .mode = ENV_FILE_MODE, .mask = &b->mask};

	if (!from) {
		plan_note(b->plan,
			_("%s takes its environment from %s, which does not exist. Write that "
			  "file: Compose starts nothing without it."),
			f->service, shown);
		return;
	}
	spec.text = str_text(&text);
	spec.len = text.len;
	plan_add(b->plan, step_file_new(b->host, b->project->dir, &spec));
	plan_note(b->plan, _("%s is made of %s: look through its values before the first start"),
		shown, from);
}

void plan_build_env_files(struct plan_build *b)
{
	AUTO(compose_env_files) struct compose_env_files files = {NULL, 0, 0};
	AUTO(strv) struct strv said = STRV_INIT;

	compose_env_files_missing(&files, b->compose ? b->compose : b->project->compose);
	for (size_t i = 0; i < files.n; i++) {
		const struct compose_env_file *f = &files.items[i];
		autofree char *shown = ledger_relative(b->project->dir, f->path);
		autofree char *id = xasprintf("file:%s", shown);

		if (strv_has(&said, f->path) || plan_find(b->plan, id) ||
			host_exists(b->host, f->path))
			continue;
		strv_push(&said, f->path);
		add(b, f, shown);
	}
}
