/* SPDX-License-Identifier: MIT */
#include "config/lint_parts.h"

#include "base/i18n.h"
#include "base/str.h"
#include "base/text.h"
#include "config/setting_guess.h"
#include "config/update.h"

#include <ctype.h>
#include <string.h>

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

/* --- findings */

static struct lint_finding *add(struct lint *l, const struct lint_rule *rule, const char *file,
	int line, int column, const char *fmt, va_list ap)
{
	autofree char *message = xvasprintf(fmt, ap);

	VEC_GROW(l->findings, l->n, l->cap);
	l->findings[l->n] = (struct lint_finding){
		rule, text_safe_dup(file ? file : ""), line, column, text_safe_dup(message), false};
	return &l->findings[l->n++];
}

struct lint_finding *lint_add(struct lint *l, const struct lint_rule *rule, const char *file,
	int line, int column, const char *fmt, ...)
{
	struct lint_finding *f;
	va_list ap;

	va_start(ap, fmt);
	f = add(l, rule, file, line, column, fmt, ap);
	va_end(ap);
	return f;
}

void lint_add_node(struct lint *l, const struct lint_rule *rule, const struct yaml_node *node,
	const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	add(l, rule, node ? node->mark.file : "", node ? node->mark.line : 0,
		node ? node->mark.column : 0, fmt, ap);
	va_end(ap);
}

struct lint_finding *lint_add_entry(struct lint *l, const struct lint_rule *rule,
	const struct env_file *f, const struct env_entry *e, size_t offset, const char *fmt, ...)
{
	struct lint_finding *finding;
	size_t from = offset;
	int column = 1, line = e->line;
	va_list ap;

	/* The value of a later line of the entry begins there. */
	for (size_t i = e->start; i < offset; i++)
		line += f->text[i] == '\n';
	while (from > 0 && f->text[from - 1] != '\n')
		column += ((unsigned char)f->text[--from] & 0xc0) != 0x80;
	va_start(ap, fmt);
	finding = add(l, rule, f->name, line, column, fmt, ap);
	va_end(ap);
	return finding;
}

void lint_add_setting(
	struct lint *l, const struct lint_rule *rule, const struct setting *s, const char *fmt, ...)
{
	const struct compose_variable *v = compose_find_variable(l->project->compose, s->name);
	va_list ap;

	va_start(ap, fmt);
	if (s->line)
		add(l, rule, ".env", s->line, s->column, fmt, ap);
	else if (v && v->place.line)
		add(l, rule, v->place.file, v->place.line, v->place.column, fmt, ap);
	else
		add(l, rule, ".env", 0, 0, fmt, ap);
	va_end(ap);
}

static int by_place(const void *a, const void *b)
{
	const struct lint_finding *x = a, *y = b;
	int order = strcmp(x->file, y->file);

	if (!order)
		order = x->line - y->line;
	if (!order)
		order = x->column - y->column;
	if (!order)
		order = x->rule < y->rule ? -1 : x->rule > y->rule;
	return order ? order : strcmp(x->message, y->message);
}

static void finding_done(struct lint_finding *f)
{
	free(f->file);
	free(f->message);
}

/* Rules that come upon the same thing on two ways say it once. */
static void drop_repeated(struct lint *l)
{
	size_t n = 0;

	for (size_t i = 0; i < l->n; i++)
		if (n && l->findings[n - 1].rule == l->findings[i].rule &&
			by_place(&l->findings[n - 1], &l->findings[i]) == 0)
			finding_done(&l->findings[i]);
		else
			l->findings[n++] = l->findings[i];
	l->n = n;
}

/* --- helpers of the rules */

const struct yaml_node *lint_root(const struct lint *l, size_t n)
{
	for (size_t i = l->project ? l->project->compose->n_files : 0; i > 0; i--)
		if (l->docs[i - 1] && n-- == 0)
			return yaml_root(l->docs[i - 1]);
	return NULL;
}

const struct yaml_node *lint_service_node(
	const struct lint *l, const char *service, const char *key)
{
	const struct yaml_node *root, *any = NULL;

	for (size_t n = 0; (root = lint_root(l, n)) != NULL; n++) {
		const struct yaml_node *node = yaml_get(yaml_get(root, "services"), service);

		if (yaml_get(node, key))
			return yaml_get(node, key);
		any = any ? any : node;
	}
	return any;
}

/* Takes ":NUMBER" off the end; 0 where there is none. */
static int cut_number(char *text)
{
	char *colon = strrchr(text, ':');
	int number = colon ? (int)strtol(colon + 1, NULL, 10) : 0;

	if (!colon || !colon[1] || colon[1 + strspn(colon + 1, "0123456789")])
		return 0;
	*colon = '\0';
	return number;
}

char *lint_place(const char *place, int *ret_line, int *ret_column)
{
	char *file = xstrdup(place ? place : "");

	*ret_column = cut_number(file);
	*ret_line = cut_number(file);
	if (*ret_column && !*ret_line) {
		*ret_line = *ret_column;
		*ret_column = 0;
	}
	if (!*ret_line)
		*file = '\0';
	return file;
}

bool lint_has_word(const char *text, const char *word)
{
	size_t n = strlen(word);

	for (const char *p = text; n && (p = strstr(p, word)) != NULL; p++) {
		bool before = p > text && (isalnum((unsigned char)p[-1]) || p[-1] == '_');

		if (!before && !isalnum((unsigned char)p[n]) && p[n] != '_')
			return true;
	}
	return false;
}

char *lint_image_name(const char *image, const char **ret_tag)
{
	const char *at = strchr(image, '@'), *slash = strrchr(image, '/');
	const char *colon = strchr(slash ? slash : image, ':');
	size_t n = at ? (size_t)(at - image) : strlen(image);

	if (colon && (size_t)(colon - image) < n)
		n = (size_t)(colon - image);
	else
		colon = NULL;
	*ret_tag = colon ? colon + 1 : "";
	return xstrndup(image, n);
}

char *lint_image_plain(const char *image, const char **ret_tag)
{
	autofree char *name = lint_image_name(image, ret_tag);
	const char *plain = name, *slash = strchr(name, '/');

	/* A first part with a dot or a port is a registry, which may be a mirror. */
	if (slash && strcspn(name, ".:") < (size_t)(slash - name))
		plain = slash + 1;
	if (str_starts(plain, "library/"))
		plain += strlen("library/");
	return xstrdup(plain);
}

bool lint_is_secret_name(const char *name, const char *value)
{
	AUTO(settings) struct settings all = {0};
	struct setting *s = settings_add(&all, name);

	setting_guess(s, value);
	return setting_hides(s, value);
}

/* --- looking */

static void open_docs(struct lint *l)
{
	const struct compose *c = l->project->compose;

	l->docs = xcalloc(c->n_files ? c->n_files : 1, sizeof(struct yaml_doc *));
	for (size_t i = 0; i < c->n_files; i++) {
		const struct compose_file *f = &c->files[i];

		if (f->role == COMPOSE_FILE_COMPOSE)
			(void)yaml_parse(f->path, f->text, f->len, &l->docs[i], NULL);
	}
}

static void open_dotenv(struct lint *l)
{
	AUTO(str) struct str text = STR_INIT(STR_FILE);
	autofree char *path = host_path(l->dir, ".env");

	if (host_read(l->host, path, STR_FILE, &text, NULL) == 0)
		(void)env_file_parse_for_edit(".env", str_text(&text), text.len, &l->dotenv, NULL);
	str_wipe(&text);
}

/* The files that a service takes as they are, word by word. */
static void find_raw(const struct lint *l, struct strv *ret)
{
	const struct compose *c = l->project->compose;

	for (size_t i = 0; i < c->n_services; i++) {
		const struct yaml_node *files =
			lint_service_node(l, c->services[i].name, "env_file");

		for (size_t k = 0; files && files->kind == YAML_SEQ && k < files->n; k++) {
			const char *path = yaml_get_text(files->items[k], "path", "");

			if (str_eq(yaml_get_text(files->items[k], "format", NULL), "raw"))
				strv_push(ret, path + (str_starts(path, "./") ? 2 : 0));
		}
	}
}

static void open_env_files(struct lint *l)
{
	const struct compose *c = l->project->compose;
	AUTO(strv) struct strv raw = STRV_INIT;

	find_raw(l, &raw);
	l->env_files = xcalloc(c->n_files ? c->n_files : 1, sizeof(struct env_file *));
	for (size_t i = 0; i < c->n_files; i++) {
		const struct compose_file *f = &c->files[i];

		if (f->role == COMPOSE_FILE_ENV && !strv_has(&raw, f->path) &&
			env_file_parse_for_service(
				f->path, f->text, f->len, &l->env_files[l->n_env_files], NULL) == 0)
			l->n_env_files++;
	}
}

void lint_run(struct lint *l, struct host *h, const char *dir, const struct project *p,
	const struct error *unreadable, const struct strv *ignore)
{
	*l = (struct lint){
		.host = h, .project = p, .ignore = ignore, .dir = xstrdup(p ? p->dir : dir)};
	open_dotenv(l);
	if (p) {
		open_docs(l);
		open_env_files(l);
	}
	if (unreadable && unreadable->code) {
		int line, column;
		autofree char *file = lint_place(unreadable->detail, &line, &column);

		lint_add(l, &lint_rules[0], file, line, column, "%s", unreadable->message);
	}
	for (const struct lint_rule *r = lint_rules; r->name; r++)
		if (r->run && !(ignore && strv_has(ignore, r->name)))
			r->run(l, r);
	if (l->n)
		qsort(l->findings, l->n, sizeof(*l->findings), by_place);
	drop_repeated(l);
}

void lint_done(struct lint *l)
{
	for (size_t i = 0; i < l->n; i++)
		finding_done(&l->findings[i]);
	free(l->findings);
	for (size_t i = 0; l->docs && i < l->project->compose->n_files; i++)
		yaml_doc_free(l->docs[i]);
	free(l->docs);
	for (size_t i = 0; i < l->n_env_files; i++)
		env_file_free(l->env_files[i]);
	free(l->env_files);
	env_file_free(l->dotenv);
	free(l->dir);
	*l = (struct lint){0};
}

size_t lint_fixable(const struct lint *l)
{
	size_t n = 0;

	for (size_t i = 0; i < l->n; i++)
		n += l->findings[i].fixable;
	return n;
}
