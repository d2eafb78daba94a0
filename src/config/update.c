/* SPDX-License-Identifier: MIT */
#include "config/update.h"

#include "base/i18n.h"
#include "base/str.h"
#include "config/setting_guess.h"

#include <fnmatch.h>
#include <string.h>

void update_free(struct update *u)
{
	if (!u)
		return;
	project_free(u->staged);
	project_free(u->own);
	env_file_free(u->base);
	env_file_free(u->ours);
	env_file_free(u->theirs);
	free(u->renames);
	env_changes_done(&u->env);
	update_files_done(&u->files);
	free(u);
}

/* --- what may follow a new default */

/* Data was made with these, or lies where they say: another value is another, empty place. */
static const char *const held[] = {"COMPOSE_PROJECT_NAME", "*POSTGRES*USER*", "*POSTGRES*DB*",
	"*POSTGRES*DATABASE*", "PGUSER", "PGDATABASE", "PGDATA", "*MYSQL*USER*", "*MYSQL*DATABASE*",
	"*MARIADB*USER*", "*MARIADB*DATABASE*", "*MONGO*USER*", "*MONGO*DATABASE*", "*DB_USER*",
	"*DB_NAME*", "*DB_DATABASE*", "*DATABASE_NAME*", "*DATABASE_USER*", "*MINIO*USER*",
	"*DATA_DIR*", "*DATA_PATH*", "*DATA_FOLDER*", "*DATA_LOCATION*", "*VOLUME*"};

static enum env_hold hold(void *arg, const char *key)
{
	const struct update *u = arg;
	const struct project *p = u->staged ? u->staged : u->project;
	const struct setting *s = settings_find(&p->settings, key);
	const struct env_entry *theirs = env_file_find(u->theirs, key);
	autosecret char *value = theirs ? env_entry_unquoted(theirs) : NULL;

	/* What only stands for a value is no default that one could follow, nor is what counts as none.
	 */
	if ((s && (setting_is_secret(s) || (value && strv_has(&s->reject, value)))) ||
		secret_is_stand_in(value ? value : ""))
		return ENV_SECRET;
	for (size_t i = 0; i < ARRAY_SIZE(held); i++)
		if (fnmatch(held[i], key, 0) == 0)
			return ENV_HELD;
	return ENV_FREE;
}

/* A default that the compose files in force have as well needs no line, and is still one. */
static bool knows(void *arg, const char *key)
{
	const struct update *u = arg;
	const struct project *p = u->staged ? u->staged : u->project;

	return compose_find_variable(p->compose, key) != NULL;
}

/* --- finding */

static struct env_update env_of(const struct update *u)
{
	return (struct env_update){.base = u->base,
		.ours = u->ours,
		.theirs = u->theirs,
		.renames = u->renames,
		.n_renames = u->n_renames,
		.hold = hold,
		.knows = knows,
		.arg = (void *)u};
}

static int read_seen(struct update *u, struct error *err)
{
	AUTO(str) struct str text = STR_INIT(STR_FILE);
	AUTO(error) struct error e = ERROR_INIT;
	int code = update_seen_read(u->project, UPDATE_ENV, &text, &e);

	if (code == ERR_NOT_FOUND)
		return 0;
	if (code == 0)
		code = env_file_parse_for_edit(
			UPDATE_SEEN "/" UPDATE_ENV, str_text(&text), text.len, &u->base, &e);
	return code ? error_move(err, &e) : 0;
}

static int read_ours(struct update *u, struct error *err)
{
	const struct project *p = u->project;

	return p->dotenv_text ? env_file_parse_for_edit(
					".env", p->dotenv_text, p->dotenv_len, &u->ours, err)
			      : 0;
}

/* A name is renamed here only where the stack that lies here knows the new one: the definition may
 * be newer than the checkout. */
static void find_renames(struct update *u)
{
	const struct stack *stack = u->project->stack;
	const struct project *p = u->staged ? u->staged : u->project;

	if (!stack)
		return;
	u->renames = xcalloc(stack->n_renames + 1, sizeof(*u->renames));
	for (size_t i = 0; i < stack->n_renames; i++) {
		const struct env_rename *r = &stack->renames[i];
		const char *now = stack_renamed(stack, r->from);

		if (env_file_find(u->theirs, now) || compose_find_variable(p->compose, now))
			u->renames[u->n_renames++] =
				(struct env_rename){r->from, (char *)now, r->since};
	}
}

/* Opens the project with the files as decided, and with this .env; NULL: the one that is there. */
static int stage(struct update *u, const struct env_file *dotenv, struct error *err)
{
	const struct stack *stack = u->project->stack;
	autofree struct project_text *texts = xcalloc(u->files.n + 1, sizeof(*texts));
	struct project_options o = {.dir = u->project->dir,
		.stack = stack && !stack->on_host ? stack->source : NULL,
		.files = u->project->files.n ? &u->project->files : NULL,
		.profiles = u->project->profiles.n ? &u->project->profiles : NULL,
		.name = u->project->name,
		.texts = texts,
		.tolerant = true,
		.lenient = true};
	struct project *p = NULL;
	int code;

	for (size_t i = 0; i < u->files.n; i++) {
		const struct str *text = update_file_text(&u->files.items[i]);

		if (text)
			texts[o.n_texts++] = (struct project_text){
				u->files.items[i].name, text->data, text->len};
	}
	if (dotenv)
		texts[o.n_texts++] = (struct project_text){".env", dotenv->text, dotenv->len};
	if (!o.n_texts)
		return 0;
	code = project_open(u->project->host, &o, &p, err);
	if (code)
		return code;
	project_free(u->staged);
	u->staged = p;
	return 0;
}

/* A merge that Compose cannot read is none. */
static int stage_files(struct update *u, struct error *err)
{
	AUTO(error) struct error why = ERROR_INIT;
	size_t merged = 0;

	if (!stage(u, NULL, &why))
		return 0;
	for (size_t i = 0; i < u->files.n; i++) {
		if (u->files.items[i].kind != UPDATE_FILE_MERGED)
			continue;
		update_file_refuse(&u->files.items[i], &why);
		merged++;
	}
	return merged ? stage(u, NULL, err) : error_move(err, &why);
}

static int find_env(struct update *u, struct error *err)
{
	AUTO_PTR(env_file) struct env_file *dotenv = NULL;
	struct env_update env;
	int code = project_pristine(u->staged ? u->staged : u->project, &u->theirs, err);

	if (code || !u->ours)
		return code;
	find_renames(u);
	env = env_of(u);
	env_update_find(&env, &u->env);
	if (!u->env.n)
		return 0;
	code = env_update_apply(&env, &u->env, &dotenv, err);
	return code ? code : stage(u, dotenv, err);
}

int update_open(const struct project *p, struct update **ret, struct error *err)
{
	AUTO_PTR(update) struct update *u = xcalloc(1, sizeof(*u));
	int code;

	u->project = p;
	code = read_seen(u, err);
	if (code == 0)
		code = read_ours(u, err);
	if (code == 0)
		code = update_files_find(p, &u->files, err);
	if (code == 0)
		code = stage_files(u, err);
	if (code == 0)
		code = find_env(u, err);
	if (code == 0)
		*ret = take(u);
	return code;
}

/* --- deciding */

bool update_known(const struct update *u)
{
	return u->base != NULL;
}

size_t update_changes(const struct update *u)
{
	size_t n = 0;

	for (size_t i = 0; i < u->env.n; i++)
		n += u->env.items[i].decision == ENV_TAKE;
	for (size_t i = 0; i < u->files.n; i++)
		n += u->files.items[i].decision == ENV_TAKE;
	return n;
}

size_t update_conflicts(const struct update *u)
{
	size_t n = 0;

	for (size_t i = 0; i < u->env.n; i++)
		n += u->env.items[i].kind == ENV_CONFLICT && u->env.items[i].decision == ENV_OPEN;
	for (size_t i = 0; i < u->files.n; i++)
		n += u->files.items[i].decision == ENV_OPEN;
	return n;
}

bool update_decide(struct update *u, const char *name, enum env_decision decision)
{
	bool found = false;

	for (size_t i = 0; i < u->files.n; i++)
		if (str_eq(u->files.items[i].name, name)) {
			u->files.items[i].decision = decision;
			found = true;
		}
	for (size_t i = 0; i < u->env.n; i++) {
		struct env_change *c = &u->env.items[i];

		if (!str_eq(c->key, name) && !str_eq(c->old_key, name))
			continue;
		/* Of a name that changed with its default it is the value that is decided. */
		if (c->kind != ENV_RENAMED || i + 1 == u->env.n ||
			!str_eq(u->env.items[i + 1].key, c->key))
			c->decision = decision;
		found = true;
	}
	return found;
}

void update_prune(struct update *u)
{
	for (size_t i = 0; i < u->env.n; i++)
		if (u->env.items[i].kind == ENV_REMOVED)
			u->env.items[i].decision = ENV_TAKE;
}

size_t update_count(const struct update *u, enum env_change_kind kind)
{
	size_t n = 0;

	for (size_t i = 0; i < u->env.n; i++)
		n += u->env.items[i].kind == kind;
	return n;
}

size_t update_count_files(const struct update *u, enum update_file_kind kind)
{
	size_t n = 0;

	for (size_t i = 0; i < u->files.n; i++)
		n += u->files.items[i].kind == kind;
	return n;
}

bool update_is_secret(const struct update *u, const char *key)
{
	const struct project *both[] = {u->project, u->staged};
	AUTO(settings) struct settings guess = {0};
	struct setting *s;

	for (size_t i = 0; i < ARRAY_SIZE(both); i++) {
		const struct setting *known =
			both[i] ? settings_find(&both[i]->settings, key) : NULL;

		if (known)
			return setting_is_secret(known);
	}
	s = settings_add(&guess, key);
	setting_guess(s, NULL);
	return setting_is_secret(s);
}

int update_dotenv(const struct update *u, struct env_file **ret, struct error *err)
{
	const struct env_update env = env_of(u);

	*ret = NULL;
	return u->ours ? env_update_apply(&env, &u->env, ret, err) : 0;
}

int update_seen(const struct update *u, update_tell_fn *tell, void *arg, struct error *err)
{
	const struct env_update env = env_of(u);
	AUTO_PTR(env_file) struct env_file *base = NULL;
	int code = u->ours ? env_update_base(&env, &u->env, &base, err) : 0;

	if (code == 0 && base)
		code = tell(arg, UPDATE_ENV, base->text, base->len, err);
	for (size_t i = 0; i < u->files.n && code == 0; i++) {
		const struct update_file *f = &u->files.items[i];

		if (f->decision != ENV_OPEN)
			code = tell(arg, f->name, str_text(&f->theirs), f->theirs.len, err);
	}
	return code;
}

/* --- telling */

static void add_count(struct str *out, size_t n, const char *text)
{
	if (n)
		str_addf(out, "%s%zu %s", out->len ? ", " : "", n, text);
}

char *update_text(const struct update *u)
{
	AUTO(str) struct str out = STR_INIT(STR_LINE);
	size_t files = u->files.n - update_count_files(u, UPDATE_FILE_CONFLICT);
	size_t conflicts =
		update_count(u, ENV_CONFLICT) + update_count_files(u, UPDATE_FILE_CONFLICT);

	add_count(&out, update_count(u, ENV_ADDED), _("new"));
	add_count(&out, update_count(u, ENV_RENAMED), _("renamed"));
	add_count(&out, update_count(u, ENV_FOLLOWED), _("with another default"));
	add_count(&out, files, Q_("file", "files", files));
	add_count(&out, conflicts, Q_("conflict", "conflicts", conflicts));
	return out.len ? str_take(&out) : NULL;
}

char *update_note(const struct project *p)
{
	AUTO_PTR(update) struct update *u = NULL;
	autofree char *text = NULL;

	/* With other env files it is not known what .env is to them. */
	if (!p->dotenv_text || p->fresh || p->env_files.n || update_open(p, &u, NULL) ||
		!update_known(u) || !(text = update_text(u)))
		return NULL;
	return xasprintf(_("the stack's files changed since they were last seen: %s"), text);
}
