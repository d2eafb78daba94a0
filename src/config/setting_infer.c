/* SPDX-License-Identifier: MIT */
#include "config/setting_infer.h"

#include "base/i18n.h"
#include "base/str.h"
#include "config/env_file.h"
#include "config/setting_guess.h"
#include "config/setting_published.h"

#include <string.h>

/* Settings without a definition that express shows though they are answered. */
enum { SHOWN_AT_ONCE = 16 };

/* What is known of one variable before it becomes a setting. */
struct find {
	const struct setting_doc_item *item; /* NULL: only in the compose files */
	const struct compose_variable *var;  /* NULL: only in env files */
	bool in_force;                       /* some line of it is not commented out */
	struct strv seen;                    /* values of repeated commented-out lines */
	struct setting_origin origin;
};

struct infer {
	const struct compose *c;
	struct settings *all;
	struct find *finds; /* one for each of all->items */
	struct setting_doc example, dotenv;
	struct env_file *present; /* .env; NULL: none, or one that compose refuses */
	struct env_values values; /* its values */
	bool has_dotenv;
	struct written written; /* secrets in plain text */
};

/* Variables of the machine or of Slipway itself, nothing to be asked for. */
static bool is_managed(const char *name)
{
	static const char *const names[] = {"COMPOSE_FILE", "COMPOSE_PATH_SEPARATOR",
		"COMPOSE_ENV_FILES", "HOME", "PWD", "PATH", "USER", "HOSTNAME", "SHELL", NULL};

	for (size_t i = 0; names[i]; i++)
		if (strcmp(names[i], name) == 0)
			return true;
	return false;
}

static struct find *add_find(struct infer *in, const char *name)
{
	struct find *f;

	settings_add(in->all, name);
	in->finds = xreallocarray(in->finds, in->all->n, sizeof(*in->finds));
	f = &in->finds[in->all->n - 1];
	*f = (struct find){
		.origin = {NULL, {-1, -1, -1}}, .var = compose_find_variable(in->c, name)};
	return f;
}

static void add_item(
	struct infer *in, const struct setting_doc *doc, const struct setting_doc_item *item)
{
	struct setting *known = settings_find(in->all, item->key);
	struct find *f;

	if (is_managed(item->key))
		return;
	f = known ? &in->finds[known - in->all->items] : add_find(in, item->key);
	if (item->commented)
		strv_add_once(&f->seen, item->value);
	f->in_force = f->in_force || !item->commented;
	/* The example explains what .env only holds. Within a file a line in force says more than
	 * one that is commented out, and of two the later one counts. */
	if (known && (f->origin.doc != doc || item->commented))
		return;
	f->item = item;
	f->origin.doc = doc;
	memcpy(f->origin.heading, item->heading, sizeof(item->heading));
}

static void add_doc(struct infer *in, const struct setting_doc *doc, bool commented)
{
	for (size_t i = 0; i < doc->n; i++)
		if (commented || !doc->items[i].commented)
			add_item(in, doc, &doc->items[i]);
}

static const char *no_lookup(void *arg, const char *name)
{
	(void)arg;
	(void)name;
	return NULL;
}

static void read_files(struct infer *in)
{
	const struct compose_file *example = compose_find_file(in->c, COMPOSE_FILE_EXAMPLE);
	const struct compose_file *dotenv = compose_find_file(in->c, COMPOSE_FILE_DOTENV);
	const struct interp interp = {.lookup = no_lookup, .tolerant = true};

	if (example)
		setting_doc_read(&in->example, example->text, example->len);
	if (!dotenv)
		return;
	in->has_dotenv = true;
	setting_doc_read(&in->dotenv, dotenv->text, dotenv->len);
	if (env_file_parse(".env", dotenv->text, dotenv->len, &in->present, NULL) == 0)
		env_file_eval(in->present, &interp, &in->values, NULL);
}

static void collect(struct infer *in)
{
	add_doc(in, &in->example, true);
	add_doc(in, &in->dotenv, in->example.n == 0);
	for (size_t i = 0; i < in->c->n_variables; i++) {
		const struct compose_variable *v = &in->c->variables[i];

		if (!is_managed(v->name) && !settings_find(in->all, v->name))
			add_find(in, v->name);
	}
}

/* Where a value stands in .env, in characters from 1. */
static int column_of(const struct env_file *f, const char *key)
{
	const struct env_entry *e = env_file_find(f, key);
	size_t start = e ? e->value_start : 0;
	int column = 1;

	while (start > 0 && f->text[start - 1] != '\n')
		column += ((unsigned char)f->text[--start] & 0xc0) != 0x80;
	return column;
}

static void fill_current(struct infer *in, struct setting *s, const struct find *f)
{
	const struct env_value *value = env_values_find(&in->values, s->name);

	if (value) {
		s->dotenv = xstrdup(value->value);
		s->line = value->line;
		s->column = column_of(in->present, s->name);
	}
	if (f->var) {
		s->current = xstrdup(f->var->value);
		s->source = f->var->source;
		strv_extend(&s->used_by, &f->var->used_by);
		s->required_why = xstrdup(f->var->message);
		s->refused = xstrdup(f->var->refused);
		s->refused_at = xstrdup(f->var->refused_at);
	} else if (value) {
		s->current = xstrdup(value->value);
		s->source = COMPOSE_DOTENV;
	}
}

/* Alternatives that are all commented out, as "# PROVIDER=a", "# PROVIDER=b", "# PROVIDER=c". */
static void guess_alternatives(struct setting *s, const struct find *f)
{
	if (s->type != SETTING_TEXT || f->seen.n < 3 || !f->item || !f->item->commented)
		return;
	for (size_t i = 0; i < f->seen.n; i++)
		if (!*f->seen.items[i] || strpbrk(f->seen.items[i], " \t/:"))
			return;
	s->type = SETTING_ENUM;
	strv_extend(&s->choices, &f->seen);
}

/* "(uncomment to enable)": the line shows what to choose, not what holds without it; so does one
 * that the compose files would read, and have no default for. */
static bool is_offer(const struct setting *s, const struct find *f, const char *value)
{
	bool truth;

	return f->var || str_starts(s->name, "COMPOSE_") ||
	       (s->help && strcasestr(s->help, "uncomment")) || setting_bool(value, &truth) == 0;
}

/* Whether the example decides what there is: a new .env will begin as a copy of it. */
static bool from_example(const struct infer *in, const struct find *f)
{
	return !in->has_dotenv && f->item && !f->item->commented && *f->item->value;
}

static void fill_default(const struct infer *in, struct setting *s, const struct find *f)
{
	const char *shown = f->item && *f->item->value ? f->item->value : NULL;
	const char *preset = f->var ? f->var->default_value : NULL;
	bool commented = f->item && f->item->commented;

	if (shown && f->origin.doc == &in->example)
		s->example = xstrdup(shown);
	if (str_empty(preset) || setting_is_placeholder(s, preset))
		preset = NULL;
	/* A new .env is made from the example, so that its placeholder hides the compose file's
	 * default. */
	if (from_example(in, f))
		preset = NULL;
	if (!s->example || setting_is_placeholder(s, shown) || setting_is_example_host(s, shown) ||
		(commented && is_offer(s, f, shown)))
		shown = NULL;
	/* Where there is an .env, what it leaves out was left out by somebody. */
	s->implied = in->has_dotenv || commented || !shown;
	s->default_value = xstrdup(shown && !(s->implied && preset) ? shown : preset);
}

static const char *heading_about(const struct find *f)
{
	for (int i = 0; f->origin.doc && i < HEADING_LEVELS; i++)
		if (f->origin.heading[i] >= 0)
			return f->origin.doc->headings[f->origin.heading[i]].about;
	return NULL;
}

static void judge(const struct infer *in, struct setting *s, const struct find *f)
{
	bool commented = f->item && !f->in_force;
	bool preset = s->source == COMPOSE_DEFAULT && from_example(in, f);
	const char *value = s->current && !preset ? s->current : s->example;
	bool empty = str_empty(value);

	s->in_example = from_example(in, f);
	s->placeholder = value == s->current && s->source != COMPOSE_DEFAULT
				 ? setting_is_untouched(s, value)
				 : setting_is_placeholder(s, value) ||
					   (s->in_example && setting_is_example_host(s, value));
	s->advanced = commented || (!f->item && f->var && f->var->default_value);
	s->required = f->var && f->var->required;
	if (commented && !s->current)
		return;
	if (s->placeholder && setting_can_generate(s))
		s->required = true;
	/* Text may stay as it is ("yourUser" works); where somebody lives and listens may not. */
	if (s->placeholder && !setting_hides(s, value) && s->type != SETTING_TEXT && f->var &&
		!s->default_value && !setting_is_mail_server(s->name, value))
		s->required = true;
	if ((empty || s->placeholder) && setting_says_required(s->help))
		s->required = true;
	if (empty && setting_can_generate(s) && setting_says_required(heading_about(f)))
		s->required = true;
	/* What must be there cannot be implied by a line that is only an example. */
	if (s->required && !(f->var && f->var->default_value))
		s->implied = false;
}

/* A guess that the present value contradicts was wrong, unless the type is plain from its very
 * form. */
static void doubt(struct setting *s)
{
	bool sure = s->type == SETTING_INT || s->type == SETTING_BOOL || s->type == SETTING_ENUM ||
		    s->type == SETTING_SECRET;
	autosecret char *mended = NULL;

	/* What Compose refuses, too, says nothing against the guess. */
	if (sure || s->refused || str_empty(s->current) || setting_is_placeholder(s, s->current) ||
		setting_type_info(s->type)->check(s, s->current, NULL) == 0)
		return;
	/* Something else than an address lets somebody in as well. */
	if (s->type == SETTING_DSN) {
		mended = setting_mended(s, s->current);
		s->type = mended ? SETTING_DSN : SETTING_SECRET;
		return;
	}
	/* "127.0.0.1:8080" and "8000-8010" are ports to Compose, too. */
	if (s->type != SETTING_PORT || strpbrk(s->current, ":-"))
		s->type = SETTING_TEXT;
}

static void fill(struct infer *in, struct setting *s, struct find *f)
{
	const char *value;

	if (f->item)
		s->help = xstrdup(f->item->help);
	fill_current(in, s, f);
	value = f->item && *f->item->value ? f->item->value : s->current;
	if (str_empty(value) && f->var)
		value = f->var->default_value;
	setting_guess(s, value);
	if (f->var && f->var->secret && s->type != SETTING_SECRET) {
		/* Nothing says what it holds. */
		s->type = SETTING_SECRET;
		s->rule = (struct secret_rule){SECRET_HEX, 0, 0};
	}
	guess_alternatives(s, f);
	doubt(s);
	fill_default(in, s, f);
	judge(in, s, f);
}

/* A value that nobody but the files of the stack has given, and where it stands. */
static void publish(struct infer *in, struct setting *s, const struct find *f)
{
	const struct compose_file *example = compose_find_file(in->c, COMPOSE_FILE_EXAMPLE);
	autofree char *place = NULL;

	/* A placeholder of the example counts as none without that. */
	if (s->dotenv || (from_example(in, f) && s->placeholder))
		return;
	if (from_example(in, f)) {
		place = xasprintf("%s:%d", example->path, f->item->line);
		setting_publish(s, s->example, place, in->c, &in->written);
	} else if (s->source == COMPOSE_DEFAULT && f->var) {
		place = xasprintf("%s:%d", f->var->place.file, f->var->place.line);
		setting_publish(s, s->current, place, in->c, &in->written);
	}
}

/* Where it listens, lives and is reached, and what is a choice, is looked at by whoever sets it up;
 * any other value that the stack's own files give will do. */
static bool settled(const struct setting *s)
{
	static const bool looked_at[SETTING_TYPES] = {
		[SETTING_SECRET] = true,
		[SETTING_PORT] = true,
		[SETTING_URL] = true,
		[SETTING_HOST] = true,
		[SETTING_EMAIL] = true,
		[SETTING_DIRECTORY] = true,
		[SETTING_ENUM] = true,
		[SETTING_DSN] = true,
		[SETTING_KEYS] = true,
	};

	return !looked_at[s->type] && !str_empty(s->default_value);
}

/* A handful is looked through at once; of many only what must be answered or looked at is shown
 * before somebody asks for all. */
static void spare_the_settled(struct settings *s)
{
	size_t shown = 0;

	for (size_t i = 0; i < s->n; i++)
		shown += !s->items[i].advanced;
	if (shown <= SHOWN_AT_ONCE)
		return;
	for (size_t i = 0; i < s->n; i++)
		if (settled(&s->items[i]) && !s->items[i].required)
			s->items[i].advanced = true;
}

void settings_infer(struct settings *s, const struct compose *c)
{
	struct infer in = {.c = c, .all = s};
	struct setting_origin *origins;

	*s = (struct settings){0};
	read_files(&in);
	collect(&in);
	origins = xcalloc(s->n ? s->n : 1, sizeof(*origins));
	for (size_t i = 0; i < s->n; i++) {
		fill(&in, &s->items[i], &in.finds[i]);
		publish(&in, &s->items[i], &in.finds[i]);
		origins[i] = in.finds[i].origin;
		strv_done(&in.finds[i].seen);
	}
	settings_find_kin(s, c);
	spare_the_settled(s);
	setting_pages(s, origins);
	free(origins);
	free(in.finds);
	setting_doc_done(&in.example);
	setting_doc_done(&in.dotenv);
	env_values_done(&in.values);
	env_file_free(in.present);
	written_done(&in.written);
}
