/* SPDX-License-Identifier: MIT */
/* Secrets that belong together: those that are one and the same, and addresses that hold one. */
#include "config/setting_published.h"

#include "base/i18n.h"
#include "base/str.h"
#include "config/setting_guess.h"

#include <string.h>

/* What stands where the value of a secret belongs. */
static const char *shown_secret(const struct setting *s)
{
	return s->dotenv ? s->dotenv : s->example ? s->example : s->current;
}

static bool is_derived(const struct setting *s)
{
	return secret_format_info(s->rule.format)->derived;
}

/* A secret that is to be made. */
static bool is_origin(const struct setting *s)
{
	return s->type == SETTING_SECRET && s->placeholder && setting_can_generate(s) &&
	       !is_derived(s);
}

bool setting_is_shared(const char *shown, bool published)
{
	return !str_empty(shown) &&
	       (setting_is_telling(shown) || (published && !secret_is_placeholder(shown)));
}

/* Whether nobody has given it another value than the one that is shown. */
static bool is_as_shown(const struct setting *s)
{
	return s->placeholder || (!s->dotenv && s->source <= COMPOSE_DEFAULT);
}

static void make_copy(struct setting *s, const struct setting *of)
{
	const char *shown = shown_secret(s);

	s->rule = (struct secret_rule){SECRET_COPY, 0, 0};
	s->made_from.from = xstrdup(of->name);
	s->required = false;
	/* Until the other one is made, what is there holds. */
	if (!s->dotenv && s->source == COMPOSE_DEFAULT && of->published) {
		s->placeholder = false;
		s->implied = true;
		secret_free(s->default_value);
		s->default_value = xstrdup(shown);
	}
	free(s->published);
	s->published = NULL;
	free(s->note);
	s->note = xasprintf(_("the same as %s"), of->name);
}

static void find_twin(struct settings *all, size_t i)
{
	struct setting *s = &all->items[i];
	const char *shown = shown_secret(s);

	if (s->type != SETTING_SECRET || str_empty(shown) || !is_as_shown(s) ||
		setting_names_account(s->name))
		return;
	for (size_t k = 0; k < all->n; k++) {
		const struct setting *other = &all->items[k];

		if (k == i || (k > i && is_origin(s)) || !is_origin(other) ||
			!str_eq(shown_secret(other), shown) ||
			!setting_is_shared(shown, other->published != NULL))
			continue;
		make_copy(s, other);
		return;
	}
}

/* --- addresses */

/* The host of an address, whose password ends at `behind`. */
static char *host_of(const char *behind)
{
	const char *host = behind + (*behind == '@');

	return xstrndup(host, strcspn(host, ":/?#,"));
}

/* "postgres" for POSTGRES_PASSWORD stands in the address. */
static bool names_program(const struct setting *s, const char *url)
{
	autofree char *word = xstrndup(s->name, strcspn(s->name, "_"));

	return strcasestr(url, word) != NULL;
}

/* Who the password of an address belongs to: rather who the addressed service uses. */
static const struct setting *owner_of(
	const struct settings *all, const char *url, const char *password, size_t n)
{
	autofree char *host = host_of(password + n);
	const struct setting *owner = NULL;
	int best = -1;

	for (size_t i = 0; i < all->n; i++) {
		const struct setting *s = &all->items[i];
		const char *shown = shown_secret(s);
		int rank;

		if (!is_origin(s) || str_empty(shown) || strlen(shown) != n ||
			memcmp(shown, password, n) != 0)
			continue;
		rank = (strv_has(&s->used_by, host) ? 2 : 0) + names_program(s, url);
		if (rank > best)
			owner = s;
		/* Of two that say as little neither is sure, unless they are the same. */
		else if (rank == best && !rank && !setting_is_shared(shown, s->published != NULL))
			owner = NULL;
		best = rank > best ? rank : best;
	}
	return owner;
}

static void find_owner(struct settings *all, struct setting *s, const struct compose *c)
{
	const char *url = shown_secret(s), *password;
	const struct setting *owner;
	autosecret char *sample = NULL;
	size_t n = 0;

	if (!setting_is_credential(s) || s->service || is_derived(s) || !is_as_shown(s) ||
		str_empty(url) || strchr(url, '$') ||
		(password = setting_url_password(url, &n)) == NULL)
		return;
	owner = owner_of(all, url, password, n);
	if (!owner || setting_default_refers(c, s->name))
		return;
	sample = xasprintf("%.*sx%s", (int)(password - url), url, password + n);
	if (setting_type_info(s->type)->check(s, sample, NULL))
		return;
	s->rule = (struct secret_rule){SECRET_DSN, 0, 0};
	s->made_from.pattern =
		xasprintf("%.*s${%s}%s", (int)(password - url), url, owner->name, password + n);
}

void settings_find_kin(struct settings *all, const struct compose *c)
{
	for (size_t i = 0; i < all->n; i++)
		find_twin(all, i);
	for (size_t i = 0; i < all->n; i++)
		find_owner(all, &all->items[i], c);
}
