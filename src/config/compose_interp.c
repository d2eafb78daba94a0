/* SPDX-License-Identifier: MIT */
/* Variables of compose files: expanding them, and remembering where each is used. */
#include "config/compose_load.h"

#include "base/i18n.h"

#include <errno.h>
#include <string.h>

enum { MAX_VARIABLES = 5000 };
enum cast { CAST_INT, CAST_FLOAT, CAST_BOOL };

/* Strings in these places become numbers and booleans. */
static const struct {
	struct val_pattern pattern;
	enum cast cast;
} casts[] = {
	{VAL_PATTERN("services.*.configs.[].mode"), CAST_INT},
	{VAL_PATTERN("services.*.cpu_count"), CAST_INT},
	{VAL_PATTERN("services.*.cpu_percent"), CAST_FLOAT},
	{VAL_PATTERN("services.*.cpu_period"), CAST_INT},
	{VAL_PATTERN("services.*.cpu_quota"), CAST_INT},
	{VAL_PATTERN("services.*.cpu_rt_period"), CAST_INT},
	{VAL_PATTERN("services.*.cpu_rt_runtime"), CAST_INT},
	{VAL_PATTERN("services.*.cpus"), CAST_FLOAT},
	{VAL_PATTERN("services.*.cpu_shares"), CAST_INT},
	{VAL_PATTERN("services.*.init"), CAST_BOOL},
	{VAL_PATTERN("services.*.deploy.replicas"), CAST_INT},
	{VAL_PATTERN("services.*.deploy.update_config.parallelism"), CAST_INT},
	{VAL_PATTERN("services.*.deploy.update_config.max_failure_ratio"), CAST_FLOAT},
	{VAL_PATTERN("services.*.deploy.rollback_config.parallelism"), CAST_INT},
	{VAL_PATTERN("services.*.deploy.rollback_config.max_failure_ratio"), CAST_FLOAT},
	{VAL_PATTERN("services.*.deploy.restart_policy.max_attempts"), CAST_INT},
	{VAL_PATTERN("services.*.deploy.placement.max_replicas_per_node"), CAST_INT},
	{VAL_PATTERN("services.*.healthcheck.retries"), CAST_INT},
	{VAL_PATTERN("services.*.healthcheck.disable"), CAST_BOOL},
	{VAL_PATTERN("services.*.oom_kill_disable"), CAST_BOOL},
	{VAL_PATTERN("services.*.oom_score_adj"), CAST_INT},
	{VAL_PATTERN("services.*.pids_limit"), CAST_INT},
	{VAL_PATTERN("services.*.ports.[].target"), CAST_INT},
	{VAL_PATTERN("services.*.privileged"), CAST_BOOL},
	{VAL_PATTERN("services.*.read_only"), CAST_BOOL},
	{VAL_PATTERN("services.*.scale"), CAST_INT},
	{VAL_PATTERN("services.*.secrets.[].mode"), CAST_INT},
	{VAL_PATTERN("services.*.stdin_open"), CAST_BOOL},
	{VAL_PATTERN("services.*.tty"), CAST_BOOL},
	{VAL_PATTERN("services.*.ulimits.*"), CAST_INT},
	{VAL_PATTERN("services.*.ulimits.*.hard"), CAST_INT},
	{VAL_PATTERN("services.*.ulimits.*.soft"), CAST_INT},
	{VAL_PATTERN("services.*.volumes.[].read_only"), CAST_BOOL},
	{VAL_PATTERN("services.*.volumes.[].volume.nocopy"), CAST_BOOL},
	{VAL_PATTERN("networks.*.external"), CAST_BOOL},
	{VAL_PATTERN("networks.*.internal"), CAST_BOOL},
	{VAL_PATTERN("networks.*.attachable"), CAST_BOOL},
	{VAL_PATTERN("networks.*.enable_ipv4"), CAST_BOOL},
	{VAL_PATTERN("networks.*.enable_ipv6"), CAST_BOOL},
	{VAL_PATTERN("volumes.*.external"), CAST_BOOL},
	{VAL_PATTERN("secrets.*.external"), CAST_BOOL},
	{VAL_PATTERN("configs.*.external"), CAST_BOOL},
};

static const struct {
	const char *word;
	bool value;
} booleans[] = {
	{"true", true},
	{"false", false},
	{"y", true},
	{"yes", true},
	{"on", true},
	{"n", false},
	{"no", false},
	{"off", false},
};

struct walk {
	struct load *l;
	const struct load_scope *scope;
	struct val_path path;
	struct val *at; /* the string that is being expanded */
	int cast;       /* enum cast, or -1 */
	struct val_use *uses;
};

size_t load_variable(struct load *l, const char *name)
{
	size_t i = (size_t)strmap_get(&l->variable_index, name);
	struct compose *c = l->out;

	if (i)
		return i - 1;
	VEC_GROW(c->variables, c->n_variables, l->variables_cap);
	c->variables[c->n_variables++] = (struct compose_variable){.name = xstrdup(name)};
	strmap_put(&l->variable_index, arena_strdup(&l->tree.arena, name), (void *)c->n_variables);
	return c->n_variables - 1;
}

static const char *lookup(void *arg, const char *name)
{
	const struct walk *w = arg;

	return env_values_get(w->scope->env, name);
}

/* Places where an empty value can never be right. */
static bool must_be_filled(const struct walk *w, const struct interp_use *use)
{
	if (use->depth || *use->op)
		return false;
	if (w->cast >= 0)
		return true;
	if (val_path_is(&w->path, "services.*.volumes.[]"))
		return use->offset == 0;
	return (val_path_is(&w->path, "services.*.image") ||
		       val_path_is(&w->path, "services.*.ports.[]")) &&
	       use->offset == 0 &&
	       strlen(w->at->text) <= strlen(use->name) + 3; /* nothing but the variable */
}

static void note_service(struct walk *w, size_t variable)
{
	struct load *l = w->l;
	const char *service =
		w->path.n >= 2 && !strcmp(w->path.parts[0], "services") ? w->path.parts[1] : NULL;

	for (size_t i = l->n_uses; i > 0 && i + 16 > l->n_uses; i--)
		if (l->uses[i - 1].variable == variable && l->uses[i - 1].service == service)
			return;
	VEC_GROW(l->uses, l->n_uses, l->uses_cap);
	l->uses[l->n_uses++] = (struct load_use){w->at->mark.file, service, variable};
}

enum { MAX_PLACES = 20000, MAX_PLACES_OF_ONE = 1000 };

/* One line counts once, however many services it comes to by merging. */
void load_use_at(struct load *l, struct compose_variable *v, const struct yaml_mark *mark)
{
	if (!v->place.file)
		v->place = (struct compose_place){xstrdup(mark->file), mark->line, mark->column};
	for (size_t i = v->n_places; i > 0; i--) {
		const struct compose_place *p = &v->places[i - 1];

		if (p->line == mark->line && str_eq(p->file, mark->file))
			return;
	}
	if (l->n_places == MAX_PLACES || v->n_places == MAX_PLACES_OF_ONE)
		return;
	l->n_places++;
	VEC_GROW(v->places, v->n_places, v->cap_places);
	v->places[v->n_places++] =
		(struct compose_place){xstrdup(mark->file), mark->line, mark->column};
}

static void warn_unset(struct load *l, const char *name)
{
	if (strmap_find(&l->warned, name))
		return;
	strmap_put(&l->warned, arena_strdup(&l->tree.arena, name), NULL);
	strv_pushf(
		&l->out->warnings, _("The variable \"%s\" is not set; it counts as empty."), name);
}

/* What a value that turns out wrong was made of: an empty variable, or one that has a value. */
static void note_use(struct walk *w, const struct interp_use *use, char kind)
{
	const bool empty = !use->value || !*use->value;
	struct val_use *u;

	if (kind == '+' || (empty && kind == '-'))
		return;
	u = arena_alloc(&w->l->tree.arena, sizeof(*u));
	u->name = arena_strdup(&w->l->tree.arena, use->name);
	u->empty = empty;
	u->next = w->uses;
	w->uses = u;
}

static void on_use(void *arg, const struct interp_use *use)
{
	struct walk *w = arg;
	struct load *l = w->l;
	const char kind = *use->op ? use->op[strlen(use->op) - 1] : '\0';
	const size_t variable = load_variable(l, use->name);
	struct compose_variable *v = &l->out->variables[variable];

	note_service(w, variable);
	load_use_at(l, v, &w->at->mark);
	if (kind == '-' && !v->default_value)
		v->default_value = xstrdup(use->operand);
	if (kind == '?') {
		v->required = true;
		if (!v->message && *use->operand)
			v->message = xstrdup(use->operand);
	}
	if (must_be_filled(w, use))
		v->required = true;
	note_use(w, use, kind);
	if (!use->value && kind == '\0')
		warn_unset(l, use->name);
}

static int find_cast(const struct val_path *p)
{
	const size_t i = VAL_PATH_FIND(p, casts);

	return i < ARRAY_SIZE(casts) ? (int)casts[i].cast : -1;
}

static int cast_bool(struct load *l, struct val *v, struct val **ret)
{
	for (size_t i = 0; i < ARRAY_SIZE(booleans); i++) {
		if (strcasecmp(v->text, booleans[i].word))
			continue;
		*ret = val_bool(&l->tree, &v->mark, booleans[i].value);
		return 0;
	}
	return load_bad(l, v, _("expected true or false, not \"%s\""), v->text);
}

static int cast_number(struct load *l, struct val *v, enum cast cast, struct val **ret)
{
	char *end;
	double d;

	if (cast == CAST_INT) {
		long long i;

		errno = 0;
		i = strtoll(v->text, &end, 10);
		if (!*v->text || *end || errno || strchr(" \t\n\r\f\v", *v->text))
			return load_bad(l, v, _("expected a whole number, not \"%s\""), v->text);
		*ret = val_int(&l->tree, &v->mark, i);
		return 0;
	}
	d = strtod(v->text, &end);
	if (!*v->text || *end || strchr(" \t\n\r\f\v", *v->text))
		return load_bad(l, v, _("expected a number, not \"%s\""), v->text);
	*ret = val_float(&l->tree, &v->mark, d);
	return 0;
}

/* *ret NULL: the value is to be left out. */
static int expand_string(struct walk *w, struct val *v, struct val **ret)
{
	struct load *l = w->l;

	w->at = v;
	w->cast = find_cast(&w->path);
	w->uses = NULL;
	*ret = v;
	if (interp_needed(v->text)) {
		AUTO(str) struct str out = STR_INIT(STR_FILE);
		const struct interp in = {.lookup = lookup,
			.lookup_arg = w,
			.use = on_use,
			.use_arg = w,
			.tolerant = l->options->tolerant};
		const int rc = interp_expand(&in, v->text, &out, l->err);

		if (rc) {
			error_prefix(l->err, "%s", val_path_text(&l->tree, &w->path));
			return error_detail(
				l->err, "%s:%d:%d", v->mark.file, v->mark.line, v->mark.column);
		}
		l->expanded += out.len;
		if (l->expanded > STR_OUTPUT)
			return load_limit(
				l, v, _("the values of the project are too long together"));
		if (l->out->n_variables > MAX_VARIABLES)
			return load_limit(
				l, v, _("the project uses more than 5000 variables"));
		*ret = val_str(&l->tree, &v->mark, str_text(&out));
		(*ret)->uses = w->uses;
	}
	if (w->cast < 0)
		return 0;
	v = *ret;
	*ret = NULL;
	if (w->cast == CAST_BOOL)
		return cast_bool(l, v, ret);
	return cast_number(l, v, (enum cast)w->cast, ret);
}

static int walk(struct walk *w, struct val *v, struct val **ret);

static int walk_map(struct walk *w, struct val *map)
{
	for (size_t i = 0; i < map->map.n; i++) {
		struct val *fresh = NULL;
		int rc;

		w->path.parts[w->path.n++] = map->map.entries[i].name;
		rc = walk(w, map->map.entries[i].value, &fresh);
		w->path.n--;
		if (rc)
			return rc;
		if (fresh)
			map->map.entries[i].value = fresh;
		else
			val_remove(map, map->map.entries[i--].name);
	}
	return 0;
}

static int walk_seq(struct walk *w, struct val *seq)
{
	size_t kept = 0;

	w->path.parts[w->path.n++] = "[]";
	for (size_t i = 0; i < seq->seq.n; i++) {
		struct val *fresh = NULL;
		const int rc = walk(w, seq->seq.items[i], &fresh);

		if (rc)
			return rc;
		if (fresh)
			seq->seq.items[kept++] = fresh;
	}
	seq->seq.n = kept;
	w->path.n--;
	return 0;
}

static int walk(struct walk *w, struct val *v, struct val **ret)
{
	*ret = v;
	if (v->kind == VAL_STR)
		return expand_string(w, v, ret);
	if (v->kind == VAL_MAP)
		return walk_map(w, v);
	if (v->kind == VAL_SEQ)
		return walk_seq(w, v);
	return 0;
}

int load_interpolate(struct load *l, const struct load_scope *scope, struct val *dict)
{
	struct walk w = {.l = l, .scope = scope};

	return walk_map(&w, dict);
}
