/* SPDX-License-Identifier: MIT */
/* The .env that the present answers mean. */
#include "config/project_parts.h"

#include "base/i18n.h"
#include "base/str.h"
#include "base/text.h"
#include "config/env_file.h"
#include "config/feature.h"
#include "config/lint.h"
#include "config/setting_guess.h"

#include <ctype.h>
#include <string.h>

enum { COMMENT_WIDTH = 76 };

/* The first paragraph of the help, in lines. */
static char *comment_text(const struct setting *s)
{
	AUTO(str) struct str out = STR_INIT(STR_LINE);
	const char *p = s->help ? s->help : "";
	size_t column = 0;

	while (*p && !(p[0] == '\n' && p[1] == '\n')) {
		size_t n = strcspn(p, " \n");

		if (column && (column + 1 + n > COMMENT_WIDTH || p[-1] == '\n')) {
			str_addc(&out, '\n');
			column = 0;
		} else if (column) {
			str_addc(&out, ' ');
			column++;
		}
		str_addn(&out, p, n);
		column += n;
		p += n;
		if (*p && !(p[0] == '\n' && p[1] == '\n'))
			p++;
	}
	return out.len ? str_take(&out) : NULL;
}

static int replace_text(struct env_file **f, const struct str *text, struct error *err)
{
	struct env_file *fresh = NULL;
	int code = env_file_parse((*f)->name, str_text(text), text->len, &fresh, err);

	if (code)
		return code;
	env_file_free(*f);
	*f = fresh;
	return 0;
}

static bool inside_value(const struct env_file *f, size_t offset)
{
	for (size_t i = 0; i < f->n; i++)
		if (f->entries[i].start <= offset && offset < f->entries[i].value_end)
			return true;
	return false;
}

/* Where the line after "# KEY=..." begins; 0: there is no such line. */
static size_t behind_commented(const struct env_file *f, const char *key)
{
	size_t n = strlen(key);

	for (size_t i = 0; i < f->len;) {
		const char *p = f->text + i, *eol = memchr(p, '\n', f->len - i);
		size_t skip = strspn(p, "# \t");

		if (*p == '#' && strncmp(p + skip, key, n) == 0 && p[skip + n] == '=' && eol &&
			!inside_value(f, i))
			return (size_t)(eol - f->text) + 1;
		if (!eol)
			return 0;
		i = (size_t)(eol - f->text) + 1;
	}
	return 0;
}

/* A new key goes where the file shows it as a comment, else to the end with its help. */
int dotenv_set(struct env_file **f, const struct setting *s, const char *value, struct error *err)
{
	size_t at = env_file_find(*f, s->name) ? 0 : behind_commented(*f, s->name);
	autofree char *comment = NULL;
	struct str text = STR_INIT(STR_FILE);
	int code = 0;

	if (at) {
		bool crlf = at > 1 && (*f)->text[at - 2] == '\r';

		str_addn(&text, (*f)->text, at);
		str_addf(&text, "%s=%s", s->name, crlf ? "\r\n" : "\n");
		str_addn(&text, (*f)->text + at, (*f)->len - at);
		code = replace_text(f, &text, err);
		str_wipe(&text);
	} else {
		comment = comment_text(s);
	}
	return code ? code : env_file_set(*f, s->name, value, comment, err);
}

/* Whether the line that is there says already what nobody changed. */
bool dotenv_says_default(const struct env_file *f, const struct setting *s)
{
	const struct env_entry *e = env_file_find(f, s->name);
	autosecret char *raw = e ? env_entry_unquoted(e) : NULL;

	return raw && s->default_value && strcmp(raw, s->default_value) == 0;
}

static bool belongs(const struct project *p, const struct env_file *f, const struct setting *s)
{
	bool answered = s->answer == ANSWER_VALUE || s->answer == ANSWER_GENERATE;
	bool there = env_file_find(f, s->name) != NULL;

	/* A default would take the place of what is only waiting for its new name. */
	if (!answered && project_name_before(p, s))
		return false;
	if (s->service || s->file || s->choice || s->answer == ANSWER_KEEP ||
		!setting_effective(s) || (!answered && !setting_asked(&p->settings, s)))
		return false;
	/* A default with variables in it reads otherwise than it is written. */
	if (p->dotenv_text)
		return setting_changes(s) &&
		       !(!answered && setting_effective(s) == s->default_value && there &&
			       dotenv_says_default(f, s));
	if (answered)
		return there || setting_changes(s);
	/* A file made from the example takes nothing from the shell and nothing that is implied. */
	return setting_effective(s) == s->default_value && !s->implied &&
	       !(there && dotenv_says_default(f, s));
}

int project_example(const struct project *p, struct env_file **f, struct error *err)
{
	const struct compose_file *example = compose_find_file(p->compose, COMPOSE_FILE_EXAMPLE);

	/* An example that compose would refuse cannot be the beginning of a .env. */
	if (example && env_file_parse_for_edit(".env", example->text, example->len, f, NULL) == 0)
		return 0;
	return env_file_parse(".env", "", 0, f, err);
}

static int open_base(const struct project *p, struct env_file **f, struct error *err)
{
	if (p->dotenv_text)
		return env_file_parse_for_edit(".env", p->dotenv_text, p->dotenv_len, f, err);
	return project_example(p, f, err);
}

/* Whether a URL speaks of the program that the setting belongs to: POSTGRES_PASSWORD,
 * postgresql://. */
static bool same_program(const struct setting *s, const char *key, const char *url)
{
	autofree char *word = xstrndup(s->name, strcspn(s->name, "_"));

	return strcasestr(url, word) || strcasestr(key, word);
}

static bool is_changed_secret(const struct setting *s)
{
	return setting_is_credential(s) &&
	       (s->answer == ANSWER_VALUE || s->answer == ANSWER_GENERATE);
}

/* What stood for a secret before: in .env, in the example, in the compose file. */
static const char *old_value(const struct setting *s)
{
	return s->dotenv ? s->dotenv : s->example ? s->example : s->current;
}

/* The changed secret whose old value is this password of a URL; NULL when it is none, or not clear.
 */
static const struct setting *owner_of(
	const struct project *p, const char *key, const char *url, const char *password, size_t n)
{
	const struct setting *owner = NULL;
	size_t candidates = 0;

	for (size_t i = 0; i < p->settings.n; i++) {
		const struct setting *s = &p->settings.items[i];
		const char *old = old_value(s);

		if (!is_changed_secret(s) || !old || strlen(old) != n ||
			memcmp(old, password, n) != 0)
			continue;
		candidates++;
		if (!owner || same_program(s, key, url))
			owner = s;
	}
	return candidates == 1 || (owner && same_program(owner, key, url)) ? owner : NULL;
}

/* Secrets that were shown with the placeholder of one that has a value now. */
static int follow_twins(const struct project *p, struct env_file **f, struct error *err)
{
	for (size_t i = 0; i < p->settings.n; i++) {
		const struct setting *s = &p->settings.items[i];
		const char *old = old_value(s);
		int code = 0;

		if (!setting_is_credential(s) || s->answer != ANSWER_NONE || !s->placeholder ||
			!setting_is_telling(old))
			continue;
		for (size_t k = 0; k < p->settings.n && code == 0; k++) {
			const struct setting *other = &p->settings.items[k];

			if (is_changed_secret(other) && str_eq(old_value(other), old))
				code = dotenv_set(f, s, other->value, err);
		}
		if (code)
			return code;
	}
	return 0;
}

/* Addresses that hold a password which has just changed must follow it. */
static int follow(const struct project *p, struct env_file *f, struct error *err)
{
	for (size_t i = 0; i < f->n; i++) {
		autofree char *key = xstrdup(f->entries[i].key);
		autosecret char *url = env_file_literal(f, key);
		const struct setting *own = settings_find(&p->settings, key), *owner;
		struct str text = STR_INIT(STR_LINE);
		const char *password;
		size_t n = 0;
		int code;

		password = setting_url_password(url, &n);
		if (!password || (own && own->answer != ANSWER_NONE))
			continue;
		owner = owner_of(p, key, url, password, n);
		if (!owner || strpbrk(owner->value, "@:/?#%"))
			continue;
		str_addn(&text, url, (size_t)(password - url));
		str_add(&text, owner->value);
		str_add(&text, password + n);
		code = env_file_set(f, key, str_text(&text), NULL, err);
		str_wipe(&text);
		if (code)
			return code;
	}
	return 0;
}

/* A key that the stack's example has got meanwhile comes to where it stands there. */
static int place(
	struct env_file *f, const struct env_file *example, const char *key, struct error *err)
{
	const struct env_entry *e = example ? env_file_find(example, key) : NULL;

	return e && !env_file_find(f, key) ? env_file_insert(f, example, e, 1, err) : 0;
}

int project_dotenv(const struct project *p, char **ret, size_t *ret_len, struct error *err)
{
	AUTO_PTR(env_file) struct env_file *f = NULL;
	AUTO_PTR(env_file) struct env_file *example = NULL;
	int code = open_base(p, &f, err);

	if (code == 0 && p->dotenv_text)
		code = project_example(p, &example, err);

	for (size_t i = 0; i < p->settings.n && code == 0; i++) {
		const struct setting *s = &p->settings.items[i];

		if (!belongs(p, f, s))
			continue;
		code = place(f, example, s->name, err);
		if (code == 0)
			code = dotenv_set(&f, s, setting_effective(s), err);
	}
	if (code == 0)
		code = follow_twins(p, &f, err);
	if (code == 0)
		code = follow(p, f, err);
	if (code == 0)
		code = features_apply(p, f, err);
	if (code)
		return code;
	/* A file that the user wrote keeps its bytes; one that begins here passes its own lint. */
	if (!p->dotenv_text)
		lint_quote_values(&f);
	*ret = xmemdup(f->text, f->len + 1);
	*ret_len = f->len;
	return 0;
}
