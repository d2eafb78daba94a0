/* SPDX-License-Identifier: MIT */
#include "base/i18n.h"
#include "config/lint_parts.h"
#include "config/update.h"

const struct lint_rule lint_rules[] = {
	/* Lines of .env. */
	{"unreadable", LINT_ERROR, N_("a file that Compose refuses"),
		N_("Mend the line; nothing else can be judged before."), lint_unreadable, NULL,
		false},
	{"duplicate-key", LINT_WARNING, N_("a key that is there twice"),
		N_("Remove the earlier line: the last one counts."), lint_duplicate,
		lint_fix_duplicate, false},
	{"bad-delimiter", LINT_WARNING, N_("\":\" between key and value, or a second \"=\""),
		N_("Write NAME=value: shells and most other readers know nothing else."),
		lint_delimiter, lint_fix_separator, false},
	{"blank-around-equals", LINT_WARNING, N_("blanks before or after the \"=\""),
		N_("Write NAME=value: a shell that sources the file stops there."), lint_blanks,
		lint_fix_separator, false},
	{"missing-quotes", LINT_WARNING,
		N_("a bare value with blanks or with characters that a shell acts on"),
		N_("Quote the value."), lint_quotes, lint_fix_quotes, false},
	{"comment-as-value", LINT_WARNING, N_("a comment that is taken for the value"),
		N_("Move the comment to a line of its own, or quote the value if it is one."),
		lint_comment_value, NULL, false},
	{"dollar-in-value", LINT_WARNING, N_("a $ that begins the name of no variable"),
		N_("Put the value in single quotes, or write $$ for a dollar sign."), lint_dollar,
		NULL, false},
	{"shell-differs", LINT_NOTE, N_("a value that a shell sourcing the file reads differently"),
		N_("Compose reads it as it is meant; scripts that source .env do not."), lint_shell,
		NULL, false},
	{"no-final-newline", LINT_NOTE, N_("a last line without a newline"),
		N_("End the file with a newline: what appends to it would spoil the last line."),
		lint_newline, lint_fix_newline, false},
	/* Values. */
	{"unset-required", LINT_ERROR, N_("a setting that must have a value and has none"),
		N_("\"slipway setup\" asks for it, and makes it where it is a secret."), lint_unset,
		NULL, false},
	{"placeholder", LINT_ERROR, N_("a value that only shows where one belongs"),
		N_("Enter a value of your own; \"slipway setup\" makes secrets."), lint_placeholder,
		NULL, false},
	{"optional-placeholder", LINT_WARNING, N_("a placeholder in a setting that needs no value"),
		N_("Enter a value of your own, or take the line out."), lint_optional_placeholder,
		NULL, false},
	{"weak-secret", LINT_WARNING, N_("a secret that is a common word, or its own name"),
		N_("Let Slipway make one; when a volume holds the old one, change it there first."),
		lint_weak, NULL, false},
	{"short-secret", LINT_WARNING, N_("a secret of fewer than 12 characters"),
		N_("Let Slipway make one; when a volume holds the old one, change it there first."),
		lint_short, NULL, false},
	{"reused-secret", LINT_WARNING, N_("one secret for two purposes"),
		N_("Give each its own: who learns one knows the other."), lint_reused, NULL, false},
	{"broken-rule", LINT_ERROR, N_("a value against the type or the rules of its setting"),
		N_("\"slipway setup\" shows what is expected."), lint_broken, NULL, false},
	{"secret-breaks-url", LINT_ERROR,
		N_("a secret with @ : / ? % & or # that a compose file puts into an address"),
		N_("Choose one of letters, digits, - and _. Percent-encoding is right where "
		   "nothing but addresses uses it."),
		lint_breaks_url, NULL, false},
	{"shell-overrides", LINT_WARNING,
		N_("a value of .env that the present environment overrides"),
		N_("Unset the variable, or know that .env is not what counts here."),
		lint_overridden, NULL, false},
	{"plaintext-production", LINT_NOTE, N_("secrets in plain text in production"),
		N_("Keep them in files under \"secrets:\" or in a store, and .env for the rest."),
		lint_production, NULL, false},
	{"unused-setting", LINT_NOTE, N_("a line of .env that nothing uses"),
		N_("Remove it, or look for a name that is spelled differently."), lint_unused, NULL,
		false},
	{"dead-variable", LINT_NOTE, N_("a line of the example file that nothing uses"),
		N_("Who fills it in will wonder why nothing happens: use it or remove it."),
		lint_dead, NULL, false},
	{"undocumented-variable", LINT_NOTE,
		N_("a variable without a default that the example file does not mention"),
		N_("Add it to the example file, with a comment."), lint_undocumented, NULL, false},
	{"stack-changed", LINT_NOTE,
		N_("a stack whose example or definition is another than the one .env was made "
		   "from"),
		UPDATE_HINT, lint_stack_changed, NULL, false},
	/* Files. */
	{"readable-by-others", LINT_ERROR, N_("a .env with secrets that others may read"),
		N_("Mode 0600 is enough: Compose runs as you."), lint_readable, NULL, true},
	{"tracked-by-git", LINT_ERROR,
		N_("a .env, an env_file or a file of \"secrets:\" with secrets that git keeps"),
		N_("\"git rm --cached FILE\", name it in .gitignore, and change the secrets: the "
		   "history keeps them."),
		lint_tracked, NULL, false},
	{"committed-secret", LINT_WARNING, N_("a secret written into a compose file"),
		N_("Write ${NAME} there and the value into .env."), lint_committed, NULL, false},
	{"default-secret", LINT_WARNING,
		N_("a secret whose default, for everybody to read, is in force"),
		N_("Set it in .env; write ${NAME:?} so that nobody runs without."),
		lint_default_secret, NULL, false},
	{"missing-bind-source", LINT_WARNING,
		N_("a file that is mounted, or a directory to read, that is not there"),
		N_("Make it before the first start: Docker makes an empty directory of that name, "
		   "or, with \"create_host_path: false\", does not start the service."),
		lint_mounts, NULL, false},
	{"missing-env-file", LINT_ERROR, N_("an env_file that is not there"),
		N_("Make the file, or write \"required: false\" beside its path: Compose starts "
		   "nothing without it."),
		lint_env_files, NULL, false},
	{"missing-build-source", LINT_WARNING,
		N_("a build without its directory or its Dockerfile"),
		N_("Clone the whole repository, or correct \"build:\": until then the image cannot "
		   "be built here."),
		lint_build, NULL, false},
	{"missing-secret-file", LINT_ERROR, N_("a file of \"secrets:\" that is not there"),
		N_("\"slipway setup\" makes it, or says what has to be brought; what needs it does "
		   "not start without."),
		lint_secret_files, NULL, false},
	{"empty-secret-file", LINT_WARNING, N_("a file of \"secrets:\" without content"),
		N_("Write the secret into it."), NULL, NULL, false},
	{"secret-file-readable", LINT_WARNING,
		N_("a file of \"secrets:\" that everybody on this machine can read"),
		N_("Put it into a directory of mode 0700. The file itself keeps its owner and mode "
		   "in the container, whose user must be able to read it."),
		NULL, NULL, false},
	{"secret-file-unreadable", LINT_ERROR,
		N_("a file of \"secrets:\" that the user of a container cannot read"),
		N_("Compose hands it over with its owner and mode as they are here: give it to the "
		   "user the service runs as (chown). \"slipway apply\" does it as root."),
		NULL, NULL, false},
	{"bind-outside", LINT_WARNING, N_("a mount from somebody's home directory"),
		N_("Write a path relative to the project, or a variable."), lint_outside, NULL,
		false},
	{"gpu-not-here", LINT_WARNING, N_("a GPU reservation on a host without one"),
		N_("Take the reservation away with \"deploy: !reset null\" in an override."),
		lint_gpu, NULL, false},
	/* Services. */
	{"latest-tag", LINT_NOTE, N_("an image without a version"),
		N_("Name a version: the next pull may bring another program."), lint_latest, NULL,
		false},
	{"image-downgrade", LINT_WARNING, N_("an override with an older image than its base"),
		N_("Name the same version in both, or take it out of the override."),
		lint_downgrade, NULL, false},
	{"database-exposed", LINT_WARNING, N_("a database that listens on all addresses"),
		N_("Write 127.0.0.1: before the port; Docker's rules go past the firewall."),
		lint_database, NULL, false},
	{"database-not-awaited", LINT_NOTE,
		N_("a service that does not wait until its database answers"),
		N_("Give the database a health check, and the wait \"condition: "
		   "service_healthy\"."),
		lint_not_awaited, NULL, false},
	{"empty-override", LINT_WARNING, N_("an empty list in an override, which changes nothing"),
		N_("Write \"!reset []\" to take the base's entries away."), lint_empty_override,
		NULL, false},
	{"nothing-enabled", LINT_WARNING, N_("a project none of whose services is enabled"),
		N_("Name a profile in COMPOSE_PROFILES, or take \"profiles:\" from what always "
		   "runs."),
		lint_nothing_enabled, NULL, false},
	{"probe-tool-missing", LINT_WARNING, N_("a health check by a tool that the image lacks"),
		N_("Use a tool of the image: its own client, bash's /dev/tcp, a few lines of its "
		   "language."),
		lint_probe_tool, NULL, false},
	{"always-healthy", LINT_WARNING, N_("a health check that cannot fail"),
		N_("Let the exit status of the check count: curl needs -f for that, requests of "
		   "Python raise_for_status(), node a look at the status. Where the status is "
		   "always "
		   "200, a definition says what the body must hold (\"json\" of \"ready\")."),
		lint_always_healthy, NULL, false},
	{"wrong-health-path", LINT_WARNING,
		N_("a health check of a path or a port that the image lacks"),
		N_("It fails for ever: ask for what the program documents."), lint_health_path,
		NULL, false},
	{"scrape-target", LINT_WARNING, N_("a scrape target that names no service"),
		N_("Name a service of the project, or take the target out."), lint_scrape, NULL,
		false},
	{"rule-files", LINT_WARNING, N_("rules of Prometheus that are in no mount"),
		N_("Mount the file where the configuration looks for it: without it no rule is "
		   "loaded, "
		   "and no alarm ever comes."),
		NULL, NULL, false},
	{"two-spellings", LINT_WARNING, N_("one model spelled in two ways"),
		N_("Spell it alike: programs that look it up find one of them only."),
		lint_spellings, NULL, false},
	{NULL, LINT_NOTE, NULL, NULL, NULL, NULL, false},
};

const char *lint_severity_name(enum lint_severity severity)
{
	static const char *const names[] = {"error", "warning", "note"};

	return names[severity];
}

const struct lint_rule *lint_find_rule(const char *name)
{
	for (const struct lint_rule *r = lint_rules; r->name; r++)
		if (str_eq(r->name, name))
			return r;
	return NULL;
}
