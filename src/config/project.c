/* SPDX-License-Identifier: MIT */
#include "config/project.h"

#include "base/i18n.h"
#include "base/str.h"
#include "config/answers.h"
#include "config/feature.h"
#include "config/override.h"
#include "config/project_parts.h"

#include <ctype.h>
#include <string.h>

void project_free(struct project *p)
{
	if (!p)
		return;
	settings_done(&p->settings);
	settings_done(&p->declared_files);
	compose_free(p->compose);
	host_free(p->stage);
	stack_free(p->stack);
	if (p->dotenv_text)
		mem_wipe(p->dotenv_text, p->dotenv_len);
	free(p->dotenv_text);
	secret_store_done(&p->store);
	secret_bag_done(&p->secrets);
	strv_done(&p->feature_files);
	strv_done(&p->files);
	strv_done(&p->profiles);
	strv_done(&p->env_files);
	free(p->name);
	free(p->recognised);
	free(p->drafted);
	free(p->dir);
	free(p);
}

static int absolute_dir(struct host *h, const char *dir, char **ret, struct error *err)
{
	AUTO(host_facts) struct host_facts facts = {0};
	int code = 0;

	dir = str_empty(dir) || strcmp(dir, ".") == 0 ? "" : dir;
	if (*dir != '/')
		code = host_facts(h, &facts, err);
	if (code == 0 && *dir != '/' && !facts.cwd) {
		error_set(err, ERR_INPUT, _("the current directory was removed"));
		return error_hint(err, _("Go to one that is there, or name it with -C."));
	}
	if (code == 0)
		*ret = *dir ? host_path(facts.cwd, dir) : xstrdup(facts.cwd);
	return code;
}

/* The stack that the project was set up from, as .slipway/stack says. */
static char *recorded_stack(struct host *h, const char *dir)
{
	AUTO(str) struct str text = STR_INIT(STR_LINE);
	autofree char *path = host_path(dir, ".slipway/stack");

	if (host_read(h, path, STR_LINE, &text, NULL) || !text.len)
		return NULL;
	text.data[strcspn(text.data, "\r\n")] = '\0';
	return *text.data ? xstrdup(text.data) : NULL;
}

bool project_has_compose(struct host *h, const char *dir)
{
	static const char *const names[] = {
		"compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml"};

	AUTO(strv) struct strv present = STRV_INIT;

	if (host_list(h, dir, &present, NULL))
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (strv_has(&present, names[i]))
			return true;
	return false;
}

/* The stack of a setup that was left before it wrote anything. */
static char *drafted_stack(struct host *h, const char *dir)
{
	AUTO(str) struct str text = STR_INIT(ANSWERS_DRAFT_MAX);
	AUTO(answers) struct answers draft = {0};
	autofree char *path = host_path(dir, ANSWERS_DRAFT);

	/* A draft that cannot be read is no draft. */
	if (project_has_compose(h, dir) || host_read(h, path, ANSWERS_DRAFT_MAX, &text, NULL) ||
		answers_read(path, str_text(&text), text.len, &draft, NULL))
		return NULL;
	return take(draft.stack);
}

static int open_stack(struct host *h, const char *chosen, const char *dir, struct stack **ret,
	char **drafted, struct error *err)
{
	AUTO(str) struct str text = STR_INIT(STR_FILE);
	autofree char *recorded = recorded_stack(h, dir), *own = host_path(dir, PROJECT_DEFINITION);
	int code;

	if (str_eq(str_empty(chosen) ? recorded : chosen, STACK_NONE))
		return 0;
	if (!str_empty(chosen))
		return stack_open(chosen, ret, err);
	if (recorded) {
		code = stack_open(recorded, ret, err);
		return code ? error_prefix(err, "%s", ".slipway/stack") : 0;
	}
	if (!host_exists(h, own)) {
		*drafted = drafted_stack(h, dir);
		return *drafted ? stack_open(*drafted, ret, err) : 0;
	}
	code = host_read(h, own, STR_FILE, &text, err);
	if (!code)
		code = stack_load(own, str_text(&text), text.len, stack_language(), ret, err);
	if (!code)
		(*ret)->on_host = true;
	return code;
}

static struct compose_options compose_options_of(const struct project *p, bool tolerant)
{
	return (struct compose_options){
		.dir = p->dir,
		.files = p->files.n ? &p->files : NULL,
		.profiles = p->profiles.n ? &p->profiles : NULL,
		.env_files = p->env_files.n ? &p->env_files : NULL,
		.project_name = p->name,
		.tolerant = tolerant,
	};
}

/* Texts that count as if they were in their files already; NULL: what is there. */
struct staged_texts {
	const char *dotenv;
	size_t dotenv_len;
	const char *override;
};

static struct host *reading_host(const struct project *p)
{
	return p->stage ? p->stage : p->host;
}

/* Reads the compose files, from the definition where they are not there yet. */
static int load_compose(const struct project *p, const struct compose_options *options,
	const struct staged_texts *given, struct compose **ret, struct error *err)
{
	AUTO_PTR(host) struct host *stage = NULL;
	struct staged_texts with_secrets = *given;
	const struct staged_texts *texts = &with_secrets;

	if (!given->dotenv && p->secrets.n) {
		with_secrets.dotenv = p->dotenv_text;
		with_secrets.dotenv_len = p->dotenv_len;
	}

	if (!p->fresh && !texts->dotenv && !texts->override)
		return compose_load(reading_host(p), options, ret, err);
	stage = project_stage_new(reading_host(p));
	if (texts->dotenv)
		project_stage_text(stage, p->dir, ".env", texts->dotenv, texts->dotenv_len);
	if (texts->override)
		project_stage_text(
			stage, p->dir, OVERRIDE_FILE, texts->override, strlen(texts->override));
	if (p->fresh) {
		int code = project_stage_stack(stage, p->stack, p->dir, err);

		if (code)
			return code;
	}
	return compose_load(stage, options, ret, err);
}

enum { BELOW_LOOKED_AT = 200, BELOW_NAMED = 5 };

/* Directories one level down that have compose files: many repositories keep theirs aside. */
static void look_below(const struct project *p, struct strv *ret)
{
	AUTO(strv) struct strv names = STRV_INIT;

	if (host_list(p->host, p->dir, &names, NULL))
		return;
	for (size_t i = 0; i < names.n && i < BELOW_LOOKED_AT && ret->n < BELOW_NAMED; i++) {
		autofree char *dir = host_path(p->dir, names.items[i]);

		if (*names.items[i] != '.' && project_has_compose(p->host, dir))
			strv_push(ret, names.items[i]);
	}
}

/* As a shell takes it. */
static bool is_plain_word(const char *text)
{
	for (const char *c = text; *c; c++)
		if (!isalnum((unsigned char)*c) && !strchr("._-", *c))
			return false;
	return *text != '-';
}

/* Which of them is meant is for people to say. */
static int name_below(const struct strv *below, struct error *err)
{
	AUTO(str) struct str commands = STR_INIT(STR_LINE);

	for (size_t i = 0; i < below->n; i++)
		if (is_plain_word(below->items[i]))
			str_addf(&commands, "%sslipway -C %s setup", commands.len ? "; " : "",
				below->items[i]);
	return commands.len
		       ? error_hint(err, _("There is one further down: %s"), str_text(&commands))
		       : 0;
}

static int no_project(const struct project *p, struct error *err)
{
	AUTO(strv) struct strv below = STRV_INIT;
	AUTO(stack_refs) struct stack_refs refs = {NULL, 0};
	AUTO(str) struct str known = STR_INIT(STR_LINE);

	if (!host_exists(p->host, p->dir)) {
		error_set(err, ERR_NOT_FOUND, _("there is no directory %s"), p->dir);
		return error_hint(err, _("Look at what -C names."));
	}
	stack_list(&refs, NULL);
	for (size_t i = 0; i < refs.n; i++)
		str_addf(&known, "%s%s", i ? ", " : "", refs.items[i].name);
	error_set(err, ERR_NOT_FOUND, _("there is no compose file in %s"), p->dir);
	look_below(p, &below);
	if (name_below(&below, err))
		return ERR_NOT_FOUND;
	if (!known.len)
		return error_hint(
			err, _("Go to a directory with a compose.yaml, or name one with -C."));
	return error_hint(err,
		_("Go to a directory with a compose.yaml, name one with -C, or begin with a stack: "
		  "slipway setup "
		  "--stack NAME. Known stacks: %s."),
		str_text(&known));
}

int project_read_files(const struct project *p, const struct strv *files, struct compose **ret)
{
	struct compose_options options = compose_options_of(p, true);

	options.files = files;
	options.lenient = true;
	return load_compose(p, &options, &(struct staged_texts){0}, ret, NULL);
}

static int read_compose(struct project *p, const struct project_options *opened, struct error *err)
{
	struct compose_options options = compose_options_of(p, opened->tolerant);
	const struct compose_file *dotenv;
	int code;

	options.lenient = opened->lenient;
	code = project_store_open(p, opened->vault, err);
	if (code)
		return code;
	code = load_compose(p, &options, &(struct staged_texts){0}, &p->compose, err);

	if (code == ERR_NOT_FOUND && !p->compose && !p->files.n &&
		!project_has_compose(p->host, p->dir))
		return no_project(p, err);
	if (code)
		return code;
	/* The compose file may have been found further up. */
	if (p->compose->dir && !str_eq(p->compose->dir, p->dir)) {
		free(p->dir);
		p->dir = xstrdup(p->compose->dir);
	}
	dotenv = compose_find_file(p->compose, COMPOSE_FILE_DOTENV);
	if (dotenv && !p->secrets.n) {
		p->dotenv_text = xmalloc(dotenv->len + 1);
		memcpy(p->dotenv_text, dotenv->text, dotenv->len);
		p->dotenv_text[dotenv->len] = '\0';
		p->dotenv_len = dotenv->len;
	}
	return 0;
}

static bool has_services(const struct compose *c, const struct strv *names)
{
	for (size_t i = 0; i < names->n; i++)
		if (!compose_find_service(c, names->items[i]))
			return false;
	return names->n > 0;
}

struct stack *project_known(const struct project *p, char **ret_name)
{
	autofree char *recorded = recorded_stack(p->host, p->dir);
	AUTO(stack_refs) struct stack_refs refs = {NULL, 0};
	struct stack *known = NULL;

	/* Somebody has said which it is, or that it is none. */
	if (recorded)
		return NULL;
	stack_list(&refs, NULL);
	for (size_t i = 0; i < refs.n; i++) {
		AUTO_PTR(stack) struct stack *stack = NULL;

		if (stack_open(refs.items[i].path, &stack, NULL) ||
			!has_services(p->compose, &stack->recognise) ||
			(known && known->recognise.n >= stack->recognise.n))
			continue;
		stack_free(known);
		known = take(stack);
		free(*ret_name);
		*ret_name = xstrdup(refs.items[i].name);
	}
	return known;
}

static void copy_options(struct project *p, const struct project_options *options)
{
	if (options->files)
		strv_extend(&p->files, options->files);
	if (options->profiles)
		strv_extend(&p->profiles, options->profiles);
	if (options->env_files)
		strv_extend(&p->env_files, options->env_files);
	p->name = xstrdup(options->name);
}

static void stage_texts(struct project *p, const struct project_options *options)
{
	if (!options->n_texts)
		return;
	p->stage = project_stage_new(p->host);
	for (size_t i = 0; i < options->n_texts; i++)
		project_stage_text(p->stage, p->dir, options->texts[i].name, options->texts[i].text,
			options->texts[i].n);
}

/* Nothing of the user's is read: neither files nor environment can fail it. */
static int open_records(struct host *h, const struct project_options *options, struct project **ret)
{
	static const char nothing[] = "services: {}\n";
	AUTO_PTR(project) struct project *p = xcalloc(1, sizeof(*p));
	AUTO_PTR(host) struct host *stage = NULL;
	AUTO(strv) struct strv none = STRV_INIT, files = STRV_INIT;
	struct compose_options compose = {.files = &files, .environ = &none, .tolerant = true};
	autofree char *journal = NULL;
	int code;

	p->host = h;
	code = absolute_dir(h, options->dir, &p->dir, NULL);
	if (code)
		return code;
	journal = host_path(p->dir, ".slipway/journal");
	if (!host_exists(h, journal))
		return ERR_NOT_FOUND;
	stage = project_stage_new(h);
	project_stage_text(stage, p->dir, "compose.yaml", nothing, strlen(nothing));
	project_stage_text(stage, p->dir, ".env", "", 0);
	strv_push(&files, "compose.yaml");
	compose.dir = p->dir;
	compose.project_name = "records";
	code = compose_load(stage, &compose, &p->compose, NULL);
	if (code == 0)
		*ret = take(p);
	return code;
}

static int open_whole(struct host *h, const struct project_options *options, struct project **ret,
	struct error *err)
{
	AUTO_PTR(project) struct project *p = xcalloc(1, sizeof(*p));
	AUTO(settings) struct settings inferred = {0};
	int code;

	p->host = h;
	copy_options(p, options);
	code = absolute_dir(h, options->dir, &p->dir, err);
	if (code == 0)
		stage_texts(p, options);
	if (code == 0)
		code = open_stack(h, options->stack, p->dir, &p->stack, &p->drafted, err);
	if (code)
		return code;
	p->fresh = p->stack && p->stack->files.n && !p->files.n && !project_has_compose(h, p->dir);
	code = read_compose(p, options, err);
	if (code)
		return code;
	if (options->recognise && !p->stack && str_empty(options->stack))
		p->stack = project_known(p, &p->recognised);
	settings_infer(&inferred, p->compose);
	features_look(p);
	features_gather(p, &inferred);
	project_join(p, &inferred);
	features_join(p);
	settings_sort(&p->settings);
	project_store_mark(p);
	*ret = take(p);
	return 0;
}

int project_open(struct host *h, const struct project_options *options, struct project **ret,
	struct error *err)
{
	AUTO(error) struct error e = ERROR_INIT;
	int code = open_whole(h, options, ret, &e);

	if (code && options->records && open_records(h, options, ret) == 0)
		return 0;
	return code ? error_move(err, &e) : 0;
}

int project_resolve_as(const struct project *p, bool tolerant, const char *dotenv, size_t n,
	const char *override, struct compose **ret, struct error *err)
{
	const struct compose_options options = compose_options_of(p, tolerant);
	struct staged_texts texts = {.dotenv = dotenv, .dotenv_len = n, .override = override};
	autosecret char *text = NULL;
	size_t len = 0;
	int code = dotenv ? 0 : project_dotenv(p, &text, &len, err);

	/* An .env that there neither is nor will be must not appear. */
	if (code == 0 && !dotenv && (p->dotenv_text || len)) {
		texts.dotenv = text;
		texts.dotenv_len = len;
	}
	return code ? code : load_compose(p, &options, &texts, ret, err);
}

int project_resolve(const struct project *p, bool tolerant, struct compose **ret, struct error *err)
{
	return project_resolve_as(p, tolerant, NULL, 0, NULL, ret, err);
}

int project_check_dotenv(const struct project *p, struct error *err)
{
	AUTO_PTR(compose) struct compose *c = NULL;
	AUTO(error) struct error e = ERROR_INIT;

	/* Only a reference can be refused: most files need not be read for that. */
	if (!p->dotenv_text || !memmem(p->dotenv_text, p->dotenv_len, "${", 2) ||
		project_resolve(p, false, &c, &e) != ERR_INPUT || !e.detail ||
		!str_starts(e.detail, ".env:"))
		return 0;
	return error_move(err, &e);
}

int project_base(const struct project *p, bool tolerant, struct compose **ret, struct error *err)
{
	const struct staged_texts texts = {.override = "services: {}\n"};
	struct compose_options options = compose_options_of(p, tolerant);

	options.lenient = tolerant;
	return load_compose(p, &options, &texts, ret, err);
}

int project_check(const struct project *p, struct error *err)
{
	for (size_t i = 0; i < p->settings.n; i++) {
		const struct setting *s = &p->settings.items[i];

		/* That nothing was answered is told with the other settings that lack an answer. */
		if (s->problem.code && setting_asked(&p->settings, s) &&
			!(s->broken && s->broken->kind == RULE_ONE_OF))
			return error_copy(err, &s->problem);
	}
	return 0;
}
