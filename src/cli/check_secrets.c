/* SPDX-License-Identifier: MIT */
/* The files of top-level secrets: whether they are there, and who can read them. */
#include "cli/checkup.h"

#include "base/i18n.h"
#include "base/str.h"
#include "config/lint.h"
#include "config/secret_file.h"
#include "plan/setup.h"

#include <string.h>

static const char subject[] = N_("secret file");

/* Missing: what makes it, or who brings it. */
static void say_missing(struct checkup *c, const struct secret_file *f, const char *shown)
{
	autofree char *name = secret_file_setting(f->name), *home = NULL;
	const struct setting *s = settings_find(setup_settings(c->setup), name);
	enum secret_file_kind kind = secret_file_kind(f, NULL);
	int64_t made_ms;

	home = setup_secret_home(c->setup, name, &made_ms);
	if (home)
		checkup_say(c, subject, CHECK_BAD,
			_("%s of %s is not there, and %s holds the old one: put its value there, "
			  "or "
			  "\"slipway down --volumes\" deletes the data"),
			shown, f->name, home);
	else if (s && setting_can_generate(s))
		checkup_say(c, subject, CHECK_NOTE,
			_("%s of %s is not there: \"slipway setup\" makes it"), shown, f->name);
	else
		checkup_say(c, subject, CHECK_BAD,
			_("%s of %s is not there and has to be brought: %s"), shown, f->name,
			secret_file_kind_text(
				kind == SECRET_FILE_MADE ? SECRET_FILE_FOREIGN : kind));
}

static bool is_about_files(const struct lint_finding *f)
{
	static const char *const rules[] = {
		"empty-secret-file", "secret-file-readable", "secret-file-unreadable"};

	for (size_t i = 0; i < ARRAY_SIZE(rules); i++)
		if (str_eq(f->rule->name, rules[i]))
			return true;
	return false;
}

static bool say_findings(struct checkup *c)
{
	const struct project *p = c->cli->workspace->project;
	AUTO(lint) struct lint lint = {0};
	bool any = false;

	lint_run(&lint, c->cli->host, p->dir, p, NULL, NULL);
	for (size_t i = 0; i < lint.n; i++) {
		const struct lint_finding *f = &lint.findings[i];

		if (!is_about_files(f))
			continue;
		any = true;
		checkup_say(c, subject, f->rule->severity == LINT_ERROR ? CHECK_BAD : CHECK_NOTE,
			"%s. %s", f->message, _(f->rule->hint));
	}
	return any;
}

int check_secret_files(struct checkup *c, struct error *err)
{
	const struct project *p = c->cli->workspace->project;
	AUTO(secret_files) struct secret_files files;
	AUTO(strv) struct strv external = STRV_INIT;
	size_t missing = 0;

	(void)err;
	secret_files_external(p->compose, &external);
	for (size_t i = 0; i < external.n; i++)
		checkup_say(c, subject, CHECK_BAD,
			_("the secret %s is external: it is made by hand (docker secret create), "
			  "and "
			  "only a swarm has such; Compose starts nothing with it"),
			external.items[i]);
	secret_files_find(&files, p->compose);
	for (size_t i = 0; i < files.n; i++) {
		autofree char *shown = secret_file_shown(p->dir, files.items[i].path), *real = NULL;

		if (host_realpath(c->cli->host, files.items[i].path, &real, NULL) != ERR_NOT_FOUND)
			continue;
		missing++;
		say_missing(c, &files.items[i], shown);
	}
	if (files.n && !say_findings(c) && !missing)
		checkup_say(c, subject, CHECK_FINE,
			Q_("%zu, as the services need it", "%zu, as the services need them",
				files.n),
			files.n);
	return 0;
}
