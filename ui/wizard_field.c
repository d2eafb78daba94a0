/* SPDX-License-Identifier: MIT */
#include "ui/wizard.h"

#include "base/i18n.h"
#include "base/text.h"
#include "config/override.h"
#include "config/project.h"
#include "config/setting_guess.h"

enum { DOTS = 16, EXAMPLE_CELLS = 40 };

const char *field_label(const struct setting *s)
{
	return s->title ? s->title : s->name;
}

/* The first line of a text, for where only one fits. */
static char *first_line(const char *text)
{
	return xstrndup(text, strcspn(text, "\n"));
}

char *field_problem(const struct setting *s, const struct error *problem)
{
	const char *text = problem->message ? problem->message : _("cannot be right");
	size_t n = strlen(s->name);

	if (str_starts(text, s->name) && str_starts(text + n, ": "))
		text += n + 2;
	return xstrdup(text);
}

/* Whether a secret's file is there, will be made, or is for people to bring. */
static char *file_note(const struct setting *s, enum role *ret_role)
{
	if (s->answer == ANSWER_VALUE || s->answer == ANSWER_GENERATE) {
		*ret_role = ROLE_ACCENT;
		return first_line(s->note ? s->note : s->there ? _("changed") : _("new"));
	}
	if (s->there)
		return first_line(s->note ? s->note : _("is there"));
	*ret_role = ROLE_WARN;
	if (s->note)
		return first_line(s->note);
	return xstrdup(setting_can_generate(s) ? _("will be made") : _("to be brought"));
}

char *field_note(const struct wizard *w, const struct setting *s, enum role *ret_role)
{
	const char *value = setting_effective(s);

	*ret_role = ROLE_DIM;
	if (w->editing && s == wizard_focus(w) && w->wrong.code) {
		*ret_role = ROLE_BAD;
		return field_problem(s, &w->wrong);
	}
	if (s->making) {
		*ret_role = ROLE_ACCENT;
		return xstrdup(_("Esc stops it"));
	}
	if (s->problem.code) {
		*ret_role = ROLE_BAD;
		return field_problem(s, &s->problem);
	}
	if (s->file)
		return file_note(s, ret_role);
	if (s->required && str_empty(value)) {
		*ret_role = ROLE_WARN;
		return s->required_why ? xasprintf(_("required: %s"), s->required_why)
				       : xstrdup(_("required"));
	}
	if (s->note) {
		*ret_role = s->type == SETTING_PORT || setup_tried(w->setup, s) == TRIAL_REFUSED
				    ? ROLE_WARN
				    : ROLE_ACCENT;
		return first_line(s->note);
	}
	if (setting_left(s)) {
		*ret_role = ROLE_WARN;
		return xstrdup(_("placeholder"));
	}
	if (setting_changes(s) && s->answer != ANSWER_NONE) {
		*ret_role = ROLE_ACCENT;
		return xstrdup(s->dotenv || s->current ? _("changed") : _("new"));
	}
	if (s->service)
		return xstrdup(str_empty(value) ? "" : _("adjusted"));
	if (s->source == COMPOSE_SHELL && s->answer == ANSWER_NONE)
		return xstrdup(_("from the shell"));
	if (s->answer == ANSWER_NONE && value && value == s->default_value)
		return xstrdup(_("default"));
	return xstrdup("");
}

const char *field_left_text(void)
{
	return _("A placeholder of the stack's files. It stays in .env unless you enter something "
		 "else; nothing else needs it.");
}

void field_draw_value(const struct pane *p, int y, int x, int cells, const struct setting *s,
	bool reveal, bool here)
{
	const char *value = setting_effective(s);
	enum role role = here ? ROLE_SELECTED : ROLE_TEXT;

	if (s->answer == ANSWER_NONE && value && value == s->default_value && !here)
		role = ROLE_DIM;
	if (setting_left(s)) {
		value = setting_left(s);
		role = here ? ROLE_SELECTED : ROLE_DIM;
	}
	if (s->making) {
		draw_text(p, y, x, cells, ROLE_ACCENT, _("being generated..."));
		return;
	}
	if (str_empty(value)) {
		if (s->service)
			draw_text(p, y, x, cells, ROLE_DIM,
				s->otherwise ? s->otherwise : _("(as it is)"));
		else if (!s->required && !s->file)
			draw_text(p, y, x, cells, ROLE_DIM, _("(empty)"));
		if (!s->file || !s->there)
			return;
	}
	if (setting_is_secret(s) && (!reveal || str_empty(value))) {
		for (int i = 0; i < DOTS && i < cells; i++)
			draw_glyph(p, y, x + i, role, GLYPH_DOT);
		return;
	}
	draw_text(p, y, x, cells, role, value);
}

static void add_part(struct str *out, const struct wizard *w, const char *part)
{
	if (out->len)
		str_addf(out, " %s ", theme_glyph(screen_theme(w->view.screen), GLYPH_SEP));
	str_add(out, part);
}

/* A value for a line of facts: never a secret's, short, and said when it is nothing. */
static char *fact(const struct setting *s, const char *value)
{
	autofree char *safe = NULL;

	if (!value)
		return xstrdup(_("none"));
	if (!*value)
		return xstrdup(_("empty"));
	safe = text_safe_dup(value);
	if (text_width(safe) <= EXAMPLE_CELLS || setting_is_secret(s))
		return take(safe);
	safe[text_fit(safe, EXAMPLE_CELLS - 1, NULL)] = '\0';
	return xasprintf("%s…", safe);
}

char *field_source(const struct wizard *w, const struct setting *s)
{
	struct str out = STR_INIT(STR_LINE);
	autofree char *now = NULL, *usual = NULL, *example = NULL;

	if (s->service)
		now = s->current ? xasprintf(_("now in %s"), OVERRIDE_FILE)
				 : xstrdup(_("as the compose files say"));
	else if (s->file)
		now = xasprintf(s->there ? _("now in %s") : _("not there yet: %s"), s->file);
	else if (s->line > 0)
		now = xasprintf(setting_left(s) ? _("now .env:%d, a placeholder that stays")
				: setting_is_placeholder(s, s->current)
					? _("now .env:%d, a placeholder: it counts as not set")
					: _("now .env:%d"),
			s->line);
	else if (!s->current || setting_is_placeholder(s, s->current) ||
		 (s->required && !*s->current))
		now = xstrdup(_("not set now"));
	else if (s->source == COMPOSE_DEFAULT)
		now = xstrdup(_("now the default"));
	else
		now = xasprintf(_("now from %s"), compose_source_name(s->source));
	add_part(&out, w, now);
	if (!setting_is_secret(s) && !s->service) {
		autofree char *text = fact(s, s->default_value);

		usual = xasprintf(_("default %s"), text);
		add_part(&out, w, usual);
	}
	if (s->example && (!setting_is_secret(s) || secret_is_placeholder(s->example))) {
		autofree char *text = fact(s, s->example);

		example = xasprintf(_("example %s"), text);
		add_part(&out, w, example);
	}
	return str_take(&out);
}

/* Why it must have a value, in the words of the files where they have some. */
static void add_required(struct str *out, const struct setting *s, const struct compose_variable *v)
{
	if (s->required_why)
		str_addf(out, _("Required: %s"), s->required_why);
	else if (v && v->required)
		str_add(out, _("Required: the compose files have no default for it."));
	else
		return;
	str_add(out, "\n\n");
}

/* The line of the compose files that reads it, where it is one, and who gets it. */
static void add_use(struct str *out, const struct setting *s, const struct compose_variable *v)
{
	autofree char *used = strv_join(&s->used_by, ", ");

	if (v && v->n_places == 1)
		str_addf(out, _("Read at: %s:%d"), v->place.file, v->place.line);
	if (v && v->n_places == 1 && s->used_by.n)
		str_add(out, "\n");
	if (s->used_by.n)
		str_addf(out, _("Used by: %s"), used);
	if ((v && v->n_places == 1) || s->used_by.n)
		str_add(out, "\n\n");
}

/* Several lines come last: they may be many. */
static void add_places(struct str *out, const struct compose_variable *v)
{
	if (!v || v->n_places < 2)
		return;
	str_add(out, "\n\n");
	str_addf(out, Q_("Read at %zu place:", "Read at %zu places:", v->n_places), v->n_places);
	for (size_t i = 0; i < v->n_places; i++)
		str_addf(out, "\n  %s:%d", v->places[i].file, v->places[i].line);
}

char *field_why(const struct wizard *w, const struct setting *s)
{
	const struct compose *c = setup_workspace(w->setup)->project->compose;
	const struct compose_variable *v = s->service ? NULL : compose_find_variable(c, s->name);
	autofree char *source = field_source(w, s);
	struct str out = STR_INIT(STR_FILE);

	if (s->problem.code)
		str_addf(&out, "%s\n\n", s->problem.message);
	if (s->note)
		str_addf(&out, "%s\n\n", s->note);
	add_required(&out, s, v);
	if (setting_left(s))
		str_addf(&out, "%s\n\n", field_left_text());
	add_use(&out, s, v);
	str_addf(&out, _("Its value: %s"), source);
	str_addf(&out, "\n\n%s",
		s->help ? s->help
			: _("Nothing is written about this setting in the files of the stack."));
	add_places(&out, v);
	return str_take(&out);
}
