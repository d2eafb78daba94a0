/* SPDX-License-Identifier: MIT */
#include "cli/stack_show.h"

#include "base/i18n.h"
#include "base/str.h"
#include "base/text.h"
#include "cli/column.h"

static const char *const kinds[] = {[SERVICE_CONTAINER] = "container",
	[SERVICE_HOST] = "host",
	[SERVICE_JOB] = "job"};

void stack_show_named(
	struct cli *cli, const char *margin, const char *name, int cells, const char *about)
{
	autofree char *safe_name = text_safe_dup(name), *safe_about = text_safe_dup(about ? about : "");
	AUTO(str) struct str line = STR_INIT(STR_LINE);

	str_add(&line, margin);
	column_add(&line, safe_name, cells);
	column_end(&line, safe_about, cli_width(cli));
	cli_print(cli, "%s", str_text(&line));
}

/* --- words */

/* Takes the text, where there is one. */
static void add(struct strv *words, char *text)
{
	if (text)
		strv_push_take(words, text);
}

static char *owner(int64_t uid, int64_t gid)
{
	if (uid < 0)
		return NULL;
	return gid < 0 ? xasprintf("%lld", (long long)uid)
		       : xasprintf("%lld:%lld", (long long)uid, (long long)gid);
}

/* "label: text", where there is one. */
static void add_labelled(struct strv *words, const char *label, const char *text)
{
	if (text)
		add(words, xasprintf("%s: %s", label, text));
}

static void add_kept(struct strv *words, const struct stack_kept *k)
{
	autofree char *size = k->size ? text_size(k->size, false) : NULL;

	if (k->critical)
		add(words, xstrdup(_("critical")));
	if (k->read_only)
		add(words, xstrdup(_("read only")));
	add_labelled(words, _("size"), size);
	add_labelled(words, _("backup"), k->backup.method);
	add(words, xstrdup(k->backup.format));
	add(words, xstrdup(k->about));
}

static void print_words(struct cli *cli, const char *name, struct strv *words)
{
	autofree char *text = strv_join(words, ", ");

	stack_show_named(cli, "  ", name, 21, text);
	strv_clear(words);
}

static void add_command(struct strv *words, const char *label, const struct strv *command)
{
	autofree char *line = command->n ? strv_join(command, " ") : NULL;

	if (label)
		add_labelled(words, label, line);
	else
		add(words, xstrdup(line));
}

/* --- in lines */

static void print_setting(struct cli *cli, const struct setting *s)
{
	AUTO(str) struct str line = STR_INIT(STR_LINE);
	autofree char *when =
		s->required_when ? xasprintf(_("required with %s"), s->required_when) : NULL;

	str_add(&line, "  ");
	column_add(&line, s->name, 29);
	column_add(&line, setting_type_info(s->type)->name, 11);
	column_add(&line, s->default_value ? s->default_value : "", 21);
	column_end(&line, when ? when : s->required ? _("required") : "", cli_width(cli));
	cli_print(cli, "%s", str_text(&line));
}

static void print_heading(struct cli *cli, size_t n, const char *heading)
{
	if (n)
		cli_print(cli, "\n%s\n", heading);
}

static void print_services(struct cli *cli, const struct stack *s)
{
	AUTO(strv) struct strv words = STRV_INIT;

	print_heading(cli, s->n_services, _("Services"));
	for (size_t i = 0; i < s->n_services; i++) {
		const struct stack_service *service = &s->services[i];

		if (service->kind == SERVICE_HOST)
			add(&words, xstrdup(_("on the host")));
		if (service->kind == SERVICE_JOB)
			add(&words, xstrdup(_("runs once")));
		if (service->only_on)
			add(&words, xasprintf(_("only on %s"), service->only_on));
		if (service->test_only)
			add(&words, xstrdup(_("for tests only")));
		add(&words, xstrdup(service->about));
		print_words(cli, service->name, &words);
	}
}

static void print_kept(struct cli *cli, const struct stack *s)
{
	AUTO(strv) struct strv words = STRV_INIT;

	print_heading(cli, s->n_volumes, _("Volumes"));
	for (size_t i = 0; i < s->n_volumes; i++) {
		const struct stack_volume *v = &s->volumes[i];

		add(&words, owner(v->uid, v->gid));
		add(&words, v->mode < 0 ? NULL : xasprintf("%04o", (unsigned)v->mode));
		add_kept(&words, &v->kept);
		print_words(cli, v->name, &words);
	}
	print_heading(cli, s->n_directories, _("Directories"));
	for (size_t i = 0; i < s->n_directories; i++) {
		const struct stack_directory *d = &s->directories[i];

		add(&words, owner(d->uid, d->gid));
		add(&words, d->mode < 0 ? NULL : xasprintf("%04o", (unsigned)d->mode));
		add_kept(&words, &d->kept);
		print_words(cli, d->path, &words);
	}
}

static void print_model(struct cli *cli, const struct stack_model *m, struct strv *words)
{
	add(words, xstrdup(m->from));
	add(words, xstrdup(m->revision));
	add(words, m->size ? text_size(m->size, false) : NULL);
	for (size_t i = 0; i < m->n_sizes; i++) {
		autofree char *size = text_size(m->sizes[i].bytes, false);

		add(words, xasprintf("%s (%s)", size, m->sizes[i].model));
	}
	if (m->into || m->volume)
		/* Translators: the directory or the volume that a model is put into. */
		add(words, xasprintf(_("into %s"), m->into ? m->into : m->volume));
	add(words, xstrdup(m->layout));
	if (m->n_files)
		add(words, xasprintf(Q_("%zu file", "%zu files", (unsigned long)m->n_files), m->n_files));
	for (size_t i = 0; i < m->n_memory; i++) {
		autofree char *size = text_size(m->memory[i].bytes, false);
		const char *quantisation = m->memory[i].quantisation;

		add(words, quantisation ? xasprintf(_("%s of memory (%s)"), size, quantisation)
					: xasprintf(_("%s of memory"), size));
	}
	for (size_t i = 0; i < m->n_dimensions; i++)
		add(words, m->dimensions[i].model
				   ? xasprintf(_("%d dimensions (%s)"), m->dimensions[i].count,
					     m->dimensions[i].model)
				   : xasprintf(_("%d dimensions"), m->dimensions[i].count));
	if (m->optional)
		add(words, xstrdup(_("optional")));
	if (m->when)
		add(words, xasprintf(_("with %s"), m->when));
	print_words(cli, m->name, words);
}

static void print_migration(struct cli *cli, const struct stack_migration *m, struct strv *words)
{
	add(words, xstrdup(m->how));
	add_command(words, NULL, &m->command);
	add_command(words, NULL, &m->files);
	add_command(words, NULL, &m->hook);
	add_command(words, _("state"), &m->current);
	add_command(words, _("newest"), &m->head);
	if (m->destructive)
		add(words, xstrdup(_("data is lost")));
	add(words, xstrdup(m->about));
	print_words(cli, m->service ? m->service : "", words);
}

static void print_runs(struct cli *cli, const struct stack *s)
{
	AUTO(strv) struct strv words = STRV_INIT;

	print_heading(cli, s->n_models, _("Models"));
	for (size_t i = 0; i < s->n_models; i++)
		print_model(cli, &s->models[i], &words);
	print_heading(cli, s->n_migrations, _("Migrations"));
	for (size_t i = 0; i < s->n_migrations; i++)
		print_migration(cli, &s->migrations[i], &words);
	print_heading(cli, s->n_runbooks, _("Runbooks"));
	for (size_t i = 0; i < s->n_runbooks; i++) {
		const struct stack_runbook *r = &s->runbooks[i];

		for (size_t k = 0; k < r->n_steps; k++)
			add(&words, xstrdup(r->steps[k].kind ? r->steps[k].kind
							      : r->steps[k].runbook));
		print_words(cli, r->name, &words);
	}
}

void stack_show(struct cli *cli, const struct stack *s)
{
	cli_print(cli, "%s: %s\n", s->name, s->title ? s->title : s->name);
	if (s->about)
		cli_print(cli, "%s\n", s->about);
	cli_print(cli, "%s\n", s->source);
	for (size_t page = 0; page < s->settings.n_pages; page++) {
		cli_print(cli, "\n%s\n", s->settings.pages[page].title);
		for (size_t i = 0; i < s->settings.n; i++)
			if (s->settings.items[i].page == page)
				print_setting(cli, &s->settings.items[i]);
	}
	print_services(cli, s);
	print_kept(cli, s);
	print_runs(cli, s);
	print_heading(cli, s->notes.n, _("Notes"));
	for (size_t i = 0; i < s->notes.n; i++)
		cli_print(cli, "- %s\n", s->notes.items[i]);
}

/* --- in JSON */

static struct json_object *list_json(const struct strv *list)
{
	struct json_object *array = json_object_new_array();

	for (size_t i = 0; i < list->n; i++)
		json_push_str(array, list->items[i]);
	return array;
}

/* What is not said is left out. */
static void put_mode(struct json_object *o, int mode)
{
	autofree char *text = mode < 0 ? NULL : xasprintf("%04o", (unsigned)mode);

	if (text)
		json_put_str(o, "mode", text);
}

static void put_owner(struct json_object *o, int64_t uid, int64_t gid)
{
	autofree char *text = owner(uid, gid);

	if (text)
		json_put_str(o, "owner", text);
}

static void put_list(struct json_object *o, const char *key, const struct strv *list)
{
	if (list->n)
		json_put(o, key, list_json(list));
}

static void put_str(struct json_object *o, const char *key, const char *text)
{
	if (text)
		json_put_str(o, key, text);
}

static struct json_object *kept_json(struct json_object *o, const struct stack_kept *k)
{
	put_str(o, "about", k->about);
	json_put_bool(json_put_bool(o, "critical", k->critical), "read_only", k->read_only);
	if (k->size)
		json_put_int(o, "size", k->size);
	put_str(o, "backup", k->backup.method);
	put_str(o, "format", k->backup.format);
	return o;
}

static struct json_object *settings_json(const struct settings *all)
{
	struct json_object *array = json_object_new_array();

	for (size_t i = 0; i < all->n; i++) {
		const struct setting *s = &all->items[i];
		struct json_object *o = json_put_str(json_object_new_object(), "name", s->name);

		json_put_str(o, "type", setting_type_info(s->type)->name);
		json_put_str(o, "default", s->default_value);
		put_str(o, "required_when", s->required_when);
		json_push(array, json_put_bool(o, "required", s->required));
	}
	return array;
}

static struct json_object *service_json(const struct stack_service *s)
{
	struct json_object *o = json_put_str(json_object_new_object(), "name", s->name);

	put_str(o, "about", s->about);
	json_put_str(o, "kind", kinds[s->kind]);
	put_str(o, "only_on", s->only_on);
	return json_put_bool(o, "test_only", s->test_only);
}

static struct json_object *model_json(const struct stack_model *m)
{
	struct json_object *o = json_put_str(json_object_new_object(), "from", m->from);
	struct json_object *files = json_object_new_array(), *memory = json_object_new_object(),
			   *dimensions = json_object_new_object(), *sizes = json_object_new_object();

	json_put_str(o, "name", m->name);
	put_str(o, "revision", m->revision);
	put_str(o, "into", m->into);
	put_str(o, "volume", m->volume);
	put_str(o, "layout", m->layout);
	put_str(o, "when", m->when);
	json_put_bool(json_put_int(o, "size", m->size), "optional", m->optional);
	for (size_t i = 0; i < m->n_files; i++) {
		struct json_object *f =
			json_put_str(json_object_new_object(), "path", m->files[i].path);

		put_str(f, "sha256", m->files[i].sha256);
		json_push(files, json_put_int(f, "size", m->files[i].size));
	}
	for (size_t i = 0; i < m->n_sizes; i++)
		json_put_int(sizes, m->sizes[i].model, m->sizes[i].bytes);
	json_put(o, "sizes", sizes);
	for (size_t i = 0; i < m->n_memory; i++)
		json_put_int(memory, m->memory[i].quantisation ? m->memory[i].quantisation : "any",
			m->memory[i].bytes);
	for (size_t i = 0; i < m->n_dimensions; i++)
		json_put_int(dimensions, m->dimensions[i].model ? m->dimensions[i].model : m->name,
			m->dimensions[i].count);
	return json_put(json_put(json_put(o, "files", files), "memory", memory), "dimensions",
		dimensions);
}

static struct json_object *migration_json(const struct stack_migration *m)
{
	struct json_object *o = json_put_str(json_object_new_object(), "how", m->how);

	put_str(o, "service", m->service);
	put_str(o, "about", m->about);
	put_list(o, "command", &m->command);
	put_list(o, "current", &m->current);
	put_list(o, "head", &m->head);
	put_list(o, "files", &m->files);
	put_list(o, "hook", &m->hook);
	return json_put_bool(o, "destructive", m->destructive);
}

static struct json_object *runbook_json(const struct stack_runbook *r)
{
	struct json_object *o = json_put_str(json_object_new_object(), "name", r->name),
			   *steps = json_object_new_array();

	for (size_t i = 0; i < r->n_steps; i++)
		json_push_str(steps, r->steps[i].kind ? r->steps[i].kind : r->steps[i].runbook);
	return json_put(o, "steps", steps);
}

struct json_object *stack_show_json(const struct stack *s)
{
	struct json_object *o = json_put_str(json_object_new_object(), "name", s->name);
	struct json_object *services = json_object_new_array(), *volumes = json_object_new_array(),
			   *directories = json_object_new_array(), *models = json_object_new_array(),
			   *migrations = json_object_new_array(), *runbooks = json_object_new_array(),
			   *patterns = json_object_new_array();

	json_put_str(json_put_str(o, "title", s->title), "about", s->about);
	json_put_str(o, "path", s->source);
	for (size_t i = 0; i < s->n_services; i++)
		json_push(services, service_json(&s->services[i]));
	for (size_t i = 0; i < s->n_volumes; i++) {
		struct json_object *v =
			json_put_str(json_object_new_object(), "name", s->volumes[i].name);

		put_owner(v, s->volumes[i].uid, s->volumes[i].gid);
		put_mode(v, s->volumes[i].mode);
		json_push(volumes, kept_json(v, &s->volumes[i].kept));
	}
	for (size_t i = 0; i < s->n_directories; i++) {
		struct json_object *d =
			json_put_str(json_object_new_object(), "path", s->directories[i].path);

		put_owner(d, s->directories[i].uid, s->directories[i].gid);
		put_mode(d, s->directories[i].mode);
		json_push(directories, kept_json(d, &s->directories[i].kept));
	}
	for (size_t i = 0; i < s->n_models; i++)
		json_push(models, model_json(&s->models[i]));
	for (size_t i = 0; i < s->n_migrations; i++)
		json_push(migrations, migration_json(&s->migrations[i]));
	for (size_t i = 0; i < s->n_runbooks; i++)
		json_push(runbooks, runbook_json(&s->runbooks[i]));
	for (size_t i = 0; i < s->settings.n_patterns; i++)
		json_push_str(patterns, s->settings.patterns[i].name);
	json_put(json_put(o, "settings", settings_json(&s->settings)), "patterns", patterns);
	json_put(o, "services", services);
	json_put(json_put(o, "volumes", volumes), "directories", directories);
	json_put(o, "notes", list_json(&s->notes));
	return json_put(json_put(json_put(o, "models", models), "migrations", migrations),
		"runbooks", runbooks);
}
