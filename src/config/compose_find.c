/* SPDX-License-Identifier: MIT */
/* Which compose files, which env files, which name. */
#include "config/compose_load.h"

#include "base/i18n.h"

#include <ctype.h>
#include <string.h>

static const char *const names[] = {
	"compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml"};
static const char *const overrides[] = {"compose.override.yml", "compose.override.yaml",
	"docker-compose.override.yml", "docker-compose.override.yaml"};
static const char *const examples[] = {".env.example", ".env.template", "env.example",
	".env.sample", "example.env", "env.template", ".env.dist", ".env.docker.example",
	".env.prod.example", ".env.production.example"};

/* ---- paths ---- */

const char *load_clean(struct load *l, const char *path)
{
	AUTO(strv) struct strv parts = STRV_INIT, kept = STRV_INIT;
	const bool absolute = *path == '/';
	autofree char *joined = NULL;

	strv_split(&parts, path, '/');
	for (size_t i = 0; i < parts.n; i++) {
		const char *part = parts.items[i];
		const bool up = !strcmp(part, "..");

		if (!*part || !strcmp(part, "."))
			continue;
		if (up && kept.n && strcmp(kept.items[kept.n - 1], "..") != 0)
			strv_remove(&kept, kept.n - 1);
		else if (!up || !absolute)
			strv_push(&kept, part);
	}
	joined = strv_join(&kept, "/");
	return arena_printf(&l->tree.arena, "%s%s", absolute ? "/" : !*joined ? "." : "", joined);
}

const char *load_join(struct load *l, const char *base, const char *path)
{
	autofree char *both = *path == '/' ? xstrdup(path) : xasprintf("%s/%s", base, path);

	return load_clean(l, both);
}

const char *load_expand_home(struct load *l, const char *path)
{
	if (*path != '~' || !l->home)
		return path;
	return load_clean(l, arena_printf(&l->tree.arena, "%s/%s", l->home, path + 1));
}

const char *load_shown(struct load *l, const char *path)
{
	const char *dir = l->out->dir ? l->out->dir : l->cwd;
	const size_t n = strlen(dir);

	if (n > 1 && !strncmp(path, dir, n) && path[n] == '/')
		return arena_strdup(&l->tree.arena, path + n + 1);
	return arena_strdup(&l->tree.arena, path);
}

static const char *directory_of(struct load *l, const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash == path ? "/" : arena_strndup(&l->tree.arena, path, (size_t)(slash - path));
}

/* The directory relative paths of the options mean. */
static int find_cwd(struct load *l)
{
	const char *dir = l->options->dir ? l->options->dir : ".";
	AUTO(host_facts) struct host_facts facts = {0};
	int rc = 0;

	if (*dir == '/') {
		l->cwd = xstrdup(load_clean(l, dir));
		return 0;
	}
	rc = host_facts(l->host, &facts, l->err);
	if (!rc)
		l->cwd = xstrdup(load_join(l, facts.cwd ? facts.cwd : "/", dir));
	return rc;
}

/* ---- reading ---- */

int load_read(
	struct load *l, const char *path, enum compose_file_role role, const char **text, size_t *n)
{
	const size_t known = (size_t)strmap_get(&l->read_files, path);
	struct compose *c = l->out;
	struct compose_file *f = known ? &c->files[known - 1] : NULL;
	struct str data = STR_INIT(STR_FILE);
	int rc;

	if (!f) {
		rc = host_read(l->host, path, STR_FILE, &data, l->err);
		if (rc) {
			str_wipe(&data);
			return rc;
		}
		VEC_GROW(c->files, c->n_files, l->files_cap);
		f = &c->files[c->n_files++];
		*f = (struct compose_file){
			.path = xstrdup(load_shown(l, path)),
			.role = role,
			.own = strv_has(&l->compose_paths, path),
			.len = data.len};
		f->text = str_take(&data);
		strmap_put(&l->read_files, arena_strdup(&l->tree.arena, path), (void *)c->n_files);
	}
	*text = f->text;
	*n = f->len;
	return 0;
}

/* The answers count as if the file held them already. */
static int apply_answers(struct load *l, struct env_file *f)
{
	for (size_t i = 0; l->options->answers && i < l->options->answers->n; i++) {
		const char *answer = l->options->answers->items[i];
		autofree char *key = xstrndup(answer, strcspn(answer, "="));
		int rc;

		if (!answer[strlen(key)])
			continue;
		rc = env_file_set(f, key, answer + strlen(key) + 1, NULL, l->err);
		if (rc)
			return rc;
	}
	return 0;
}

/* Many services may share one env file. */
static struct env_file *parsed_before(const struct load *l, const char *path, bool for_service)
{
	for (size_t i = 0; i < l->n_parsed; i++)
		if (l->parsed[i].for_service == for_service && !l->parsed[i].answered &&
			!strcmp(l->parsed[i].path, path))
			return l->parsed[i].file;
	return NULL;
}

static int eval_text(struct load *l, const char *path, const char *text, size_t n, bool answers,
	bool for_service, const struct interp *in, struct env_values *values)
{
	const char *shown = load_shown(l, path);
	struct env_file *f = answers ? NULL : parsed_before(l, path, for_service);
	int rc = 0;

	if (f)
		return env_file_eval(f, in, values, l->err);
	if (answers)
		rc = env_file_parse_for_edit(shown, text, n, &f, l->err);
	else if (for_service)
		rc = env_file_parse_for_service(shown, text, n, &f, l->err);
	else
		rc = env_file_parse(shown, text, n, &f, l->err);
	if (rc)
		return rc;
	VEC_GROW(l->parsed, l->n_parsed, l->parsed_cap);
	l->parsed[l->n_parsed++] =
		(struct load_parsed){arena_strdup(&l->tree.arena, path), f, for_service, answers};
	if (answers)
		rc = apply_answers(l, f);
	return rc ? rc : env_file_eval(f, in, values, l->err);
}

bool load_answered(struct load *l, const char *path)
{
	const char *dir = l->out->dir ? l->out->dir : l->cwd;

	return l->options->answers && l->options->answers->n &&
	       !strcmp(path, load_join(l, dir, ".env"));
}

int load_env_file(struct load *l, const char *path, enum compose_file_role role, bool for_service,
	const struct interp *in, struct env_values *values)
{
	const char *text = "";
	size_t n = 0;
	const bool answered = load_answered(l, path);
	int rc = load_read(l, path, role, &text, &n);

	if (rc == ERR_NOT_FOUND && answered) {
		error_done(l->err);
		rc = 0;
	}
	if (rc == ERR_NOT_FOUND)
		error_set(l->err, rc, _("there is no env file %s"), load_shown(l, path));
	return rc ? rc : eval_text(l, path, text, n, answered, for_service, in, values);
}

/* ---- environment ---- */

static const char *from_process(void *arg, const char *name)
{
	const struct load *l = arg;

	return strmap_get(&l->environ, name);
}

static bool is_file(struct load *l, const char *path)
{
	autofree char *inside = xasprintf("%s/.", path);
	struct host_stat st;

	if (host_stat(l->host, path, &st, NULL))
		return false;
	/* A link to a directory is none, and that shows only behind it. */
	return st.type == HOST_FILE ||
	       (st.type == HOST_LINK && host_stat(l->host, inside, &st, NULL));
}

static bool dotenv_disabled(struct load *l, int *rc)
{
	static const char *const yes[] = {"1", "t", "T", "true", "TRUE", "True"};
	static const char *const no[] = {"0", "f", "F", "false", "FALSE", "False"};
	const char *value = strmap_get(&l->environ, "COMPOSE_DISABLE_ENV_FILE");

	for (size_t i = 0; value && i < ARRAY_SIZE(yes); i++) {
		if (!strcmp(value, yes[i]))
			return true;
		if (!strcmp(value, no[i]))
			return false;
	}
	if (value)
		*rc = error_set(
			l->err, ERR_INPUT, _("COMPOSE_DISABLE_ENV_FILE is neither true nor false"));
	return false;
}

static int read_dotenv(struct load *l, const char *dir)
{
	const struct interp in = {
		.lookup = from_process, .lookup_arg = l, .tolerant = l->options->tolerant};
	const char *path = load_join(l, dir, ".env");
	AUTO(env_values) struct env_values values = {0};
	int rc = 0;
	const bool off = dotenv_disabled(l, &rc);

	if (rc || off)
		return rc;
	if (is_file(l, path) || load_answered(l, path))
		rc = load_env_file(l, path, COMPOSE_FILE_DOTENV, false, &in, &values);
	if (rc == ERR_NOT_FOUND) { /* a link to nowhere */
		error_done(l->err);
		rc = 0;
	}
	/* A .env read before (of the directory we are in) wins over the project's. */
	for (size_t i = 0; i < values.n && !rc; i++)
		if (!env_values_find(&l->dotenv, values.items[i].key))
			env_values_set(&l->dotenv, values.items[i].key, values.items[i].value,
				values.items[i].file, values.items[i].line);
	return rc;
}

static void add_env(struct load *l, const struct env_values *values)
{
	for (size_t i = 0; i < values->n; i++)
		if (!env_values_find(&l->env, values->items[i].key))
			env_values_set(&l->env, values->items[i].key, values->items[i].value,
				values->items[i].file, values->items[i].line);
}

/* The docker program tells its plug-ins, and so every compose file, which command it runs. */
static void add_cli_attributes(struct load *l)
{
	static const char name[] = "OTEL_RESOURCE_ATTRIBUTES";
	static const char own[] = "docker.cli.cobra.command_path=docker%20compose";
	const char *value = strmap_get(&l->environ, name);

	strmap_put(&l->environ, name,
		arena_printf(&l->tree.arena, "%s%s%s", value ? value : "", value ? "," : "", own));
}

static int take_environ(struct load *l)
{
	AUTO(strv) struct strv own = STRV_INIT;
	const struct strv *env = l->options->environ;
	int rc = env ? 0 : host_environ(l->host, &own, l->err);

	if (!env)
		env = &own;
	for (size_t i = 0; i < env->n && !rc; i++) {
		const size_t n = strcspn(env->items[i], "=");

		if (!n || !env->items[i][n])
			continue;
		strmap_put(&l->environ, arena_strndup(&l->tree.arena, env->items[i], n),
			arena_strdup(&l->tree.arena, env->items[i] + n + 1));
	}
	add_cli_attributes(l);
	for (size_t i = 0; i < l->environ.n; i++)
		env_values_set(
			&l->env, l->environ.entries[i].name, l->environ.entries[i].value, NULL, 0);
	l->home = strmap_get(&l->environ, "HOME");
	return rc;
}

int load_environment(struct load *l)
{
	const struct interp in = {
		.lookup = from_process, .lookup_arg = l, .tolerant = l->options->tolerant};
	AUTO(strv) struct strv files = STRV_INIT;
	int rc = take_environ(l);

	if (!rc)
		rc = find_cwd(l);
	if (rc)
		return rc;
	if (l->options->env_files && l->options->env_files->n)
		strv_extend(&files, l->options->env_files);
	else if (strmap_get(&l->environ, "COMPOSE_ENV_FILES"))
		strv_split(&files, strmap_get(&l->environ, "COMPOSE_ENV_FILES"), ',');
	for (size_t i = 0; i < files.n && !rc; i++)
		rc = load_env_file(l, load_join(l, l->cwd, files.items[i]), COMPOSE_FILE_ENV, false,
			&in, &l->env_files);
	if (!rc && !files.n)
		rc = read_dotenv(l, l->cwd);
	l->has_env_files = files.n > 0;
	if (rc)
		return rc;
	for (size_t i = 0; i < l->out->n_files; i++)
		l->out->files[i].own = true;
	add_env(l, &l->env_files);
	add_env(l, &l->dotenv);
	return 0;
}

/* ---- compose files ---- */

static const char *first_of(
	struct load *l, const char *dir, const char *const *candidates, size_t n)
{
	const char *found = NULL;

	for (size_t i = 0; i < n; i++) {
		const char *path = load_join(l, dir, candidates[i]);

		if (!is_file(l, path))
			continue;
		if (found)
			strv_pushf(&l->out->warnings,
				_("There are %s and %s; the first one is used."),
				load_shown(l, found), candidates[i]);
		else
			found = path;
	}
	return found;
}

static int discover(struct load *l)
{
	for (const char *dir = l->cwd;; dir = directory_of(l, dir)) {
		const char *main = first_of(l, dir, names, ARRAY_SIZE(names)), *over;

		if (main) {
			over = first_of(l, dir, overrides, ARRAY_SIZE(overrides));
			strv_push(&l->compose_paths, main);
			if (over)
				strv_push(&l->compose_paths, over);
			return 0;
		}
		if (!strcmp(dir, "/"))
			break;
	}
	error_set(l->err, ERR_NOT_FOUND, _("there is no compose file in %s"), l->cwd);
	error_detail(
		l->err, _("looked for %s, %s, %s and %s"), names[0], names[1], names[2], names[3]);
	return error_hint(
		l->err, _("Go to the directory of a compose project, or name it with -C."));
}

static void listed_files(struct load *l, struct strv *list)
{
	const char *separator = env_values_get(&l->env, "COMPOSE_PATH_SEPARATOR");
	const char *value = env_values_get(&l->env, "COMPOSE_FILE"), *next;

	if (l->options->files && l->options->files->n) {
		strv_extend(list, l->options->files);
		return;
	}
	if (!value)
		return;
	if (!separator || !*separator)
		separator = ":";
	while ((next = strstr(value, separator))) {
		strv_push_take(list, xstrndup(value, (size_t)(next - value)));
		value = next + strlen(separator);
	}
	strv_push(list, value);
}

/* What was read before the project directory was known was named from elsewhere. */
static void rename_files(struct load *l)
{
	for (size_t i = 0; i < l->read_files.n; i++) {
		struct compose_file *f = &l->out->files[(size_t)l->read_files.entries[i].value - 1];

		free(f->path);
		f->path = xstrdup(load_shown(l, l->read_files.entries[i].name));
	}
}

int load_find_files(struct load *l)
{
	AUTO(strv) struct strv list = STRV_INIT;
	const bool fixed = l->options->dir && l->options->files && l->options->files->n;
	int rc = 0;

	listed_files(l, &list);
	for (size_t i = 0; i < list.n; i++) {
		const char *path = load_join(l, l->cwd, list.items[i]);

		if (!is_file(l, path)) {
			error_set(l->err, ERR_NOT_FOUND, _("there is no compose file %s"), path);
			return error_hint(
				l->err, _("Check COMPOSE_FILE in .env and in the environment."));
		}
		strv_push(&l->compose_paths, path);
	}
	if (!list.n)
		rc = discover(l);
	if (rc)
		return rc;
	l->out->dir = xstrdup(fixed ? l->cwd : directory_of(l, l->compose_paths.items[0]));
	if (strcmp(l->out->dir, l->cwd) != 0)
		rename_files(l);
	if (!l->has_env_files && strcmp(l->out->dir, l->cwd) != 0) {
		rc = read_dotenv(l, l->out->dir);
		if (!rc)
			add_env(l, &l->dotenv);
	}
	return rc;
}

/* ---- name ---- */

/* Lower case, only [a-z0-9_-], beginning with a letter or digit. */
static char *normal_name(const char *text)
{
	AUTO(str) struct str out = STR_INIT(STR_LINE);

	for (; *text; text++) {
		const char c = (char)tolower((unsigned char)*text);

		if (strchr("_-", c) ? out.len > 0
				    : isalnum((unsigned char)c) && (unsigned char)c < 0x80)
			str_addc(&out, c);
	}
	return str_take(&out);
}

static int explicit_name(struct load *l, const char *name)
{
	const struct env_value *from = env_values_find(&l->env, "COMPOSE_PROJECT_NAME");
	autofree char *normal = normal_name(name);

	if (!strcmp(normal, name)) {
		l->out->name = take(normal);
		return 0;
	}
	error_set(l->err, ERR_INPUT, _("\"%s\" is no name for a project"), name);
	if (from && from->file)
		error_detail(l->err, "%s:%d:1", from->file->name, from->line);
	return error_hint(l->err,
		_("Use lower-case letters, digits, - and _, beginning with a letter or digit."));
}

static int name_from_files(struct load *l, const char *text, const struct yaml_mark *mark)
{
	const struct load_scope scope = {l->out->dir, &l->env};
	struct val *dict = val_new(&l->tree, VAL_MAP, mark);
	int rc;

	val_set(dict, "name", val_str(&l->tree, mark, text));
	rc = load_interpolate(l, &scope, dict);
	if (!rc)
		l->out->name = normal_name(val_get_str(dict, "name"));
	return rc;
}

int load_project_name(struct load *l)
{
	const char *env = env_values_get(&l->env, "COMPOSE_PROJECT_NAME"), *text = NULL;
	struct yaml_mark mark = {0};
	int rc = load_first_names(l, &text, &mark);

	if (rc)
		return rc;
	if (l->options->project_name && *l->options->project_name)
		rc = explicit_name(l, l->options->project_name);
	else if (env && *env)
		rc = explicit_name(l, env);
	else if (text)
		rc = name_from_files(l, text, &mark);
	else
		l->out->name = normal_name(strrchr(l->out->dir, '/') + 1);
	if (!rc && !*l->out->name) {
		rc = error_set(l->err, ERR_INPUT, _("the project has no name"));
		error_hint(l->err, _("Set COMPOSE_PROJECT_NAME in .env."));
	}
	if (!rc)
		env_values_set(&l->env, "COMPOSE_PROJECT_NAME", l->out->name, NULL, 0);
	return rc;
}

/* ".env.NAME.example" and ".env-example", where there is but one. */
static char *find_named_example(struct host *h, const char *dir)
{
	AUTO(strv) struct strv entries = STRV_INIT;
	const char *found = NULL;

	if (host_list(h, dir, &entries, NULL))
		return NULL;
	for (size_t i = 0; i < entries.n; i++) {
		if (!str_starts(entries.items[i], ".env") || !str_ends(entries.items[i], "example"))
			continue;
		if (found)
			return NULL;
		found = entries.items[i];
	}
	return found ? host_path(dir, found) : NULL;
}

char *compose_find_example(struct host *h, const char *dir)
{
	for (size_t i = 0; i < ARRAY_SIZE(examples); i++) {
		char *path = host_path(dir, examples[i]);
		struct host_stat st;

		if (!host_stat(h, path, &st, NULL) &&
			(st.type == HOST_FILE || st.type == HOST_LINK))
			return path;
		free(path);
	}
	return find_named_example(h, dir);
}
