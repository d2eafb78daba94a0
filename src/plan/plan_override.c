/* SPDX-License-Identifier: MIT */
/*
 * The override that Slipway generates (config/override.h): what was adjusted, and, for a service
 * that reserves an NVIDIA GPU on a host that has none (the engine would refuse to start it), that
 * it runs without. On the pool.
 */
#include "base/i18n.h"
#include "config/override_pass.h"
#include "config/lint.h"
#include "config/override_settings.h"
#include "config/override_words.h"
#include "plan/plan_build.h"

#include <string.h>

void plan_override_done(struct plan_override *o)
{
	free(o->text);
	free(o->reason);
	str_done(&o->old);
	strv_done(&o->files);
	strv_done(&o->volumes);
	for (size_t i = 0; i < o->env.n; i++)
		mem_wipe(o->env.items[i], strlen(o->env.items[i]));
	strv_done(&o->env);
}

/* --- GPUs */

static void drop_gpus(struct plan_build *b, const struct compose *base, struct override *want)
{
	int has = -1;

	for (size_t i = 0; i < base->n_services; i++) {
		const struct compose_service *service = &base->services[i];

		if (!service->active || !compose_reserves_gpu(service, "nvidia") ||
			override_get(want, service->name, OVERRIDE_GPU))
			continue;
		has = has < 0 ? host_has_nvidia(b->host) : has;
		if (has)
			return;
		override_set(want, service->name, OVERRIDE_GPU, "off");
		plan_note(b->plan,
			_("%s reserves an NVIDIA GPU, but there is none here: it runs without"),
			service->name);
	}
}

/* --- health checks that cannot pass */

/* The command that the definition knows a service to be ready by, in one line; NULL: it knows none.
 * Caller frees. */
static char *own_check(const struct project *p, const char *service)
{
	const struct stack_service *s = p->stack ? stack_find_service(p->stack, service) : NULL;

	return s && s->ready && s->ready->kind == GATE_COMMAND ? words_join(&s->ready->command, "")
							       : NULL;
}

/* With these, whatever waits for the service to be healthy waits for ever. */
static void mend_checks(struct plan_build *b, const struct compose *base, struct override *want)
{
	for (size_t i = 0; i < base->n_services; i++) {
		const struct compose_service *s = &base->services[i];
		autofree char *check = own_check(b->project, s->name);
		autofree char *why = NULL;

		if (!s->active || !check || override_get(want, s->name, OVERRIDE_HEALTH))
			continue;
		why = lint_health_never(b->host, base, s);
		if (!why)
			continue;
		override_set(want, s->name, OVERRIDE_HEALTH, check);
		plan_note(b->plan,
			_("the health check of the compose files cannot pass (%s): %s has it "
			  "checked by \"%s\""),
			why, OVERRIDE_FILE, check);
	}
}

/* --- what the compose files of a clone do not pass */

static void pass_settings(struct plan_build *b, const struct compose *base, struct override *want)
{
	AUTO(strv) struct strv passed = STRV_INIT;
	autofree char *list = NULL;

	override_pass(want, &b->project->settings, base, &passed);
	if (!passed.n)
		return;
	list = strv_join(&passed, ", ");
	plan_note(b->plan,
		_("the compose files do not pass what the services need: %s hands over %s"),
		OVERRIDE_FILE, list);
}

/* --- COMPOSE_FILE */

/* "${BASE}:more.yaml" cannot be edited as a list without making it another one. */
static int refuse_variable(const struct env_file *env, struct error *err)
{
	const struct env_entry *e = env_file_find(env, "COMPOSE_FILE");

	error_set(err, ERR_INPUT,
		_("%s cannot be added to COMPOSE_FILE: its value holds a variable"), OVERRIDE_FILE);
	error_detail(err, ".env:%d:%d", e->line, e->column);
	return error_hint(err, _("Write the files into .env as they are."));
}

static int list_file(struct env_file *env, const struct compose *base, bool wanted,
	struct strv *others, struct error *err)
{
	autofree char *present = env_file_literal(env, "COMPOSE_FILE");
	autofree char *separator = env_file_literal(env, "COMPOSE_PATH_SEPARATOR");
	autofree char *value = override_compose_file(base, present, separator, wanted);
	autofree char *all = override_compose_file(base, present, separator, true);

	if (!present && env_file_find(env, "COMPOSE_FILE"))
		return refuse_variable(env, err);
	if (others) {
		strv_split(others, all, str_empty(separator) ? ':' : *separator);
		strv_remove(others, others->n - 1);
	}
	if (!value)
		return env_file_remove(env, "COMPOSE_FILE", err);
	return env_file_set(env, "COMPOSE_FILE", value,
		_("The compose files in force; the last one is Slipway's own."), err);
}

/* The .env to be, as far as it says which files there are. */
static int open_dotenv(struct plan_build *b, struct env_file **env, struct error *err)
{
	autosecret char *text = NULL;
	size_t len = 0;
	int code = project_dotenv(b->project, &text, &len, err);

	return code ? code : env_file_parse(".env", text, len, env, err);
}

/* --- what Compose is asked with */

static const char *from_environ(void *arg, const char *name)
{
	const struct strv *environ = arg;
	size_t n = strlen(name);

	for (size_t i = 0; i < environ->n; i++)
		if (strncmp(environ->items[i], name, n) == 0 && environ->items[i][n] == '=')
			return environ->items[i] + n + 1;
	return NULL;
}

/* The values of the .env to be, as variables: it is not there yet, and what the shell has wins. */
static int fill_environment(struct plan_build *b, const struct env_file *env, struct error *err)
{
	AUTO(strv) struct strv own = STRV_INIT;
	AUTO(env_values) struct env_values values = {0};
	const struct interp in = {.lookup = from_environ, .lookup_arg = &own, .tolerant = true};
	int code = host_environ(b->host, &own, err);

	if (code == 0)
		code = env_file_eval(env, &in, &values, err);
	if (from_environ(&own, "COMPOSE_FILE") &&
		!strstr(from_environ(&own, "COMPOSE_FILE"), OVERRIDE_FILE))
		plan_note(b->plan,
			_("COMPOSE_FILE of the shell goes before the one in .env: %s is not read"),
			OVERRIDE_FILE);
	for (size_t i = 0; code == 0 && i < own.n; i++)
		if (!str_starts(own.items[i], "COMPOSE_"))
			strv_push(&b->override.env, own.items[i]);
	for (size_t i = 0; code == 0 && i < values.n; i++) {
		const char *key = values.items[i].key;

		if ((str_starts(key, "COMPOSE_") && !str_eq(key, "COMPOSE_PROFILES")) ||
			from_environ(&own, key))
			continue;
		strv_pushf(&b->override.env, "%s=%s", key, values.items[i].value);
	}
	return code;
}

/* --- what it becomes */

static int resolve_with_text(
	struct plan_build *b, const struct compose *base, bool tolerant, struct error *err)
{
	AUTO_PTR(env_file) struct env_file *env = NULL;
	int code = open_dotenv(b, &env, err);

	if (code == 0)
		code = list_file(env, base, true, &b->override.files, err);
	if (code == 0 && b->override.becomes == OVERRIDE_WRITTEN)
		code = fill_environment(b, env, err);
	return code ? code
		    : project_resolve_as(b->project, tolerant, env->text, env->len,
			      b->override.text, &b->compose, err);
}

static bool same_text(const struct plan_override *o)
{
	return o->exists && o->old.len == strlen(o->text) &&
	       memcmp(str_text(&o->old), o->text, o->old.len) == 0;
}

static int become(struct plan_build *b, const struct override *want, struct compose **base,
	bool tolerant, struct error *err)
{
	struct plan_override *o = &b->override;
	int code;

	if (override_empty(want)) {
		o->becomes = o->exists ? OVERRIDE_REMOVED : OVERRIDE_LEFT;
		b->compose = take(*base);
		return 0;
	}
	code = override_text(want, *base, &o->text, err);
	if (code)
		return code;
	o->becomes = same_text(o) ? OVERRIDE_KEPT : OVERRIDE_WRITTEN;
	o->reason = override_summary(want);
	return resolve_with_text(b, *base, tolerant, err);
}

/* Which volumes it may mount directories in place of, where the definition has a say in those. */
static void note_volumes(struct plan_build *b, const struct compose *base)
{
	for (size_t i = 0; b->project->stack && b->project->stack->n_volumes && i < base->n_services;
		i++) {
		const struct compose_service *s = &base->services[i];

		for (size_t k = 0; k < s->n_mounts; k++)
			if (s->mounts[k].type == COMPOSE_VOLUME && s->mounts[k].source)
				strv_push_all(&b->override.volumes, s->name, s->mounts[k].target,
					s->mounts[k].source, NULL);
	}
}

static int read_file(struct plan_build *b, struct error *err)
{
	autofree char *path = host_path(b->project->dir, OVERRIDE_FILE);
	AUTO(error) struct error e = ERROR_INIT;
	int code;

	str_init(&b->override.old, STR_FILE);
	code = host_read(b->host, path, STR_FILE, &b->override.old, &e);
	b->override.exists = code == 0;
	return code == 0 || code == ERR_NOT_FOUND ? 0 : error_move(err, &e);
}

static int refuse_files(struct error *err)
{
	error_set(err, ERR_INPUT, _("nothing can be adjusted where -f names the compose files"));
	return error_hint(err, _("Let COMPOSE_FILE name them."));
}

int plan_override_resolve(struct plan_build *b, bool tolerant, struct error *err)
{
	struct plan_override *o = &b->override;
	AUTO(override) struct override present = {NULL, 0}, want = {NULL, 0};
	AUTO_PTR(compose) struct compose *base = NULL;
	int code;

	override_settings_take(&b->project->settings, &want);
	/* Files named on the command line are all there is: nothing would read ours. */
	if (b->project->files.n)
		return override_empty(&want)
			       ? project_resolve(b->project, tolerant, &b->compose, err)
			       : refuse_files(err);
	code = read_file(b, err);
	if (code)
		return code;
	if (o->exists)
		override_read(&present, str_text(&o->old), o->old.len, &o->edited);
	override_done(&want);
	override_copy(&want, &present);
	override_settings_take(&b->project->settings, &want);
	code = o->exists ? project_resolve_as(
				   b->project, tolerant, NULL, 0, "services: {}\n", &base, err)
			 : project_resolve(b->project, tolerant, &base, err);
	if (code)
		return code;
	note_volumes(b, base);
	drop_gpus(b, base, &want);
	mend_checks(b, base, &want);
	pass_settings(b, base, &want);
	if (o->edited && override_equal(&want, &present)) {
		plan_note(b->plan,
			_("%s was edited by hand; it stays as it is until something is adjusted"),
			OVERRIDE_FILE);
		return project_resolve(b->project, tolerant, &b->compose, err);
	}
	return become(b, &want, &base, tolerant, err);
}

/* --- steps */

/* What somebody wrote into the file goes into one beside it before it is replaced. */
static void keep_edited(struct plan_build *b)
{
	static const char name[] = OVERRIDE_FILE ".edited";
	autofree char *path = host_path(b->project->dir, name);
	AUTO(str) struct str before = STR_INIT(STR_FILE);
	const struct plan_override *o = &b->override;
	struct file_spec spec = {.path = name, .mode = FILE_KEEP_MODE, .mask = &b->mask};

	if (!o->edited)
		return;
	plan_note(b->plan, _("%s was edited by hand: what it says now is kept in %s"),
		OVERRIDE_FILE, name);
	if (host_read(b->host, path, STR_FILE, &before, NULL) == 0) {
		spec.old = str_text(&before);
		spec.old_len = before.len;
	}
	spec.text = str_text(&o->old);
	spec.len = o->old.len;
	if (!spec.old || spec.len != spec.old_len || memcmp(spec.old, spec.text, spec.len) != 0)
		plan_add(b->plan, step_file_new(b->host, b->project->dir, &spec));
}

int plan_build_override(struct plan_build *b, struct env_file *env, struct error *err)
{
	const struct plan_override *o = &b->override;
	struct file_spec spec = {.path = OVERRIDE_FILE, .mode = FILE_KEEP_MODE, .mask = &b->mask};

	if (o->becomes == OVERRIDE_LEFT)
		return 0;
	if (o->becomes == OVERRIDE_WRITTEN) {
		keep_edited(b);
		spec.old = o->exists ? str_text(&o->old) : NULL;
		spec.old_len = o->old.len;
		spec.text = o->text;
		spec.len = strlen(o->text);
		spec.reason = o->reason;
		plan_add(b->plan, step_file_new(b->host, b->project->dir, &spec));
	}
	return list_file(env, b->compose, o->becomes != OVERRIDE_REMOVED, NULL, err);
}

void plan_build_override_end(struct plan_build *b)
{
	const struct plan_override *o = &b->override;
	autofree char *shown = NULL;

	if (o->becomes != OVERRIDE_REMOVED)
		return;
	shown = mask_dup(&b->mask, str_text(&o->old));
	keep_edited(b);
	plan_add(b->plan,
		step_remove_new(b->host, b->project->dir, OVERRIDE_FILE, str_text(&o->old), shown));
}
