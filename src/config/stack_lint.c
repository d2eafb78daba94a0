/* SPDX-License-Identifier: MIT */
#include "config/stack_lint.h"

#include "base/i18n.h"
#include "base/json.h"
#include "base/str.h"
#include "config/project_parts.h"

#include <string.h>

struct lint {
	const struct stack *s;
	const struct compose *c; /* NULL */
	struct strv *findings;
};

static void check_service(struct lint *l, const char *where, const char *name)
{
	if (l->c && !compose_find_service(l->c, name))
		strv_pushf(l->findings, _("%s: there is no service %s"), where, name);
}

static bool has_volume(const struct compose *c, const char *name)
{
	return json_key(json_key(c->model, "volumes"), name) != NULL;
}

static void check_volume(struct lint *l, const char *where, const char *name)
{
	if (l->c && !has_volume(l->c, name))
		strv_pushf(l->findings, _("%s: there is no volume %s"), where, name);
}

/* A condition names a feature or a setting. */
static void check_condition(struct lint *l, const char *where, const char *condition)
{
	autofree char *name = NULL;

	if (!condition)
		return;
	name = xstrndup(condition, strcspn(condition, "=!"));
	if (!settings_find(&l->s->settings, name) && strcmp(name, "environment") != 0 &&
		!stack_find_feature(l->s->features, l->s->n_features, name))
		strv_pushf(l->findings, _("%s: there is neither a setting nor a feature %s"), where,
			name);
}

/* Somebody must be told of a secret that is rotated. */
static void check_rotate(struct lint *l, const struct setting *s)
{
	if (s->rotate.service)
		check_service(l, s->name, s->rotate.service);
	else if (l->c && secret_rotate_says(&s->rotate) && !compose_volume_user(l->c, s->lives_in))
		strv_pushf(l->findings, _("%s: no service mounts the volume %s, so none is told of a new value"),
			s->name, s->lives_in);
}

static void check_settings(struct lint *l)
{
	for (size_t i = 0; i < l->s->settings.n; i++) {
		const struct setting *s = &l->s->settings.items[i];

		for (size_t k = 0; k < s->used_by.n; k++)
			check_service(l, s->name, s->used_by.items[k]);
		for (size_t k = 0; k < s->pass_to.n; k++)
			check_service(l, s->name, s->pass_to.items[k]);
		if (s->lives_in)
			check_volume(l, s->name, s->lives_in);
		check_rotate(l, s);
		check_condition(l, s->name, s->when);
		for (size_t k = 0; k < s->n_rules; k++)
			check_condition(l, s->name, s->rules[k].when);
		if (l->c && !compose_find_variable(l->c, s->name))
			strv_pushf(l->findings, _("%s: no compose file reads it"), s->name);
	}
}

/* A new name is one that the stack has, an old one is none. */
static void check_renames(struct lint *l)
{
	for (size_t i = 0; i < l->s->n_renames; i++) {
		const struct env_rename *r = &l->s->renames[i];
		const char *now = stack_renamed(l->s, r->from);

		if (settings_find(&l->s->settings, r->from))
			strv_pushf(l->findings, _("renames: %s is still a setting"), r->from);
		if (settings_find(&l->s->settings, now) || (l->c && compose_find_variable(l->c, now)))
			continue;
		if (str_eq(now, r->from) || stack_renamed(l->s, now) != now)
			strv_pushf(l->findings, _("renames: %s leads in a circle"), r->from);
		else if (l->c || l->s->settings.n)
			strv_pushf(l->findings,
				_("renames: %s becomes %s, which is neither a setting nor used in "
				  "the compose files"),
				r->from, now);
	}
}

static bool has_profile(const struct compose *c, const char *profile)
{
	for (size_t i = 0; i < c->n_services; i++)
		if (strv_has(&c->services[i].profiles, profile))
			return true;
	return false;
}

/* Of profiles and files one is enough: the others are those of the stack's repository. */
static void check_choice(struct lint *l, const struct stack_feature *f)
{
	bool profile = f->profiles.n == 0, file = f->files.n == 0;

	for (size_t i = 0; l->c && i < f->profiles.n; i++)
		profile = profile || has_profile(l->c, f->profiles.items[i]);
	for (size_t i = 0; i < f->files.n; i++)
		file = file || strv_has(&l->s->copy, f->files.items[i]) ||
		       strv_has(&l->s->files, f->files.items[i]);
	if (l->c && !profile)
		strv_pushf(l->findings, _("%s: no service has one of its profiles"), f->name);
	if (l->s->files.n && !file)
		strv_pushf(
			l->findings, _("%s: none of its files comes with the definition"), f->name);
	for (size_t i = 0; i < f->n_sets; i++)
		if (!settings_find(&l->s->settings, f->sets[i].name))
			strv_pushf(l->findings, _("%s: it sets %s, which is no setting"), f->name,
				f->sets[i].name);
	if (!f->profiles.n && !f->files.n && !f->n_sets)
		strv_pushf(l->findings, _("%s: choosing it changes nothing"), f->name);
}

static void check_kept(struct lint *l)
{
	const struct stack *s = l->s;

	for (size_t i = 0; i < s->n_volumes; i++)
		check_volume(l, "volumes", s->volumes[i].name);
	for (size_t i = 0; i < s->n_models; i++) {
		if (s->models[i].volume)
			check_volume(l, s->models[i].name, s->models[i].volume);
		check_condition(l, s->models[i].name, s->models[i].when);
	}
}

static void check_runbooks(struct lint *l)
{
	for (size_t i = 0; i < l->s->n_runbooks; i++) {
		const struct stack_runbook *r = &l->s->runbooks[i];

		for (size_t k = 0; k < r->n_steps; k++) {
			autofree char *where = xasprintf("%s:%d", r->name, r->steps[k].line);

			for (size_t n = 0; n < r->steps[k].services.n; n++)
				check_service(l, where, r->steps[k].services.items[n]);
		}
	}
}

void stack_lint(const struct stack *s, const struct compose *c, struct strv *findings)
{
	struct lint l = {s, c, findings};

	for (size_t i = 0; i < s->recognise.n; i++)
		check_service(&l, "recognise", s->recognise.items[i]);
	check_settings(&l);
	check_renames(&l);
	for (size_t i = 0; i < s->n_features; i++)
		check_choice(&l, &s->features[i]);
	for (size_t i = 0; i < s->n_environments; i++)
		check_choice(&l, &s->environments[i]);
	check_kept(&l);
	for (size_t i = 0; i < s->n_services; i++)
		check_service(&l, "services", s->services[i].name);
	check_runbooks(&l);
}

/* The compose files and those that choosing something adds, as one project. */
static void all_files(const struct stack *s, struct strv *ret)
{
	const struct stack_feature *lists[] = {s->features, s->environments};
	const size_t counts[] = {s->n_features, s->n_environments};

	strv_extend(ret, &s->files);
	for (size_t n = 0; n < ARRAY_SIZE(lists); n++)
		for (size_t i = 0; i < counts[n]; i++)
			for (size_t k = 0; k < lists[n][i].files.n; k++)
				if (strv_has(&s->copy, lists[n][i].files.items[k]))
					strv_add_once(ret, lists[n][i].files.items[k]);
}

int stack_lint_compose(
	struct host *h, const struct stack *s, struct compose **ret, struct error *err)
{
	AUTO_PTR(host) struct host *stage = project_stage_new(h);
	AUTO(strv) struct strv files = STRV_INIT, profiles = STRV_INIT, paths = STRV_INIT;
	/* Nowhere: nothing that lies around, an .env say, takes part. */
	static const char dir[] = "/nonexistent/stack";
	struct compose_options options = {
		.dir = dir, .files = &paths, .profiles = &profiles, .tolerant = true};
	int code = project_stage_stack(stage, s, dir, err);

	all_files(s, &files);
	for (size_t i = 0; i < files.n; i++)
		strv_push_take(&paths, host_path(dir, files.items[i]));
	strv_push(&profiles, "*");
	return code ? code : compose_load(stage, &options, ret, err);
}
