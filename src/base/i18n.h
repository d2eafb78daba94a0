/* SPDX-License-Identifier: MIT */
/*
 * Translation of user-visible text through gettext.
 *
 * _("text") translates now; N_("text") marks text in a constant table, which is translated with
 * _(row->text) where it is shown; Q_("one", "many", n) chooses the plural form.
 *
 * Where the locale cannot show UTF-8, quotation marks, dashes and dots become those of ASCII.
 */
#ifndef SLIPWAY_BASE_I18N_H
#define SLIPWAY_BASE_I18N_H

#include <libintl.h>
#include <stdbool.h>

#define N_(text) text

/* Looks at the locale; until then UTF-8 is taken for granted. */
void i18n_init(void);
extern bool i18n_plain_only;
/* The text without UTF-8 that ASCII has a stand-in for; kept until the end. Any thread. */
__attribute__((format_arg(1))) const char *i18n_plain(const char *text);

static inline __attribute__((format_arg(1))) const char *_(const char *text)
{
	/* gettext("") would return the header of the catalogue. */
	const char *t = *text ? gettext(text) : "";

	return i18n_plain_only ? i18n_plain(t) : t;
}

static inline __attribute__((format_arg(1), format_arg(2))) const char *Q_(
	const char *one, const char *many, unsigned long n)
{
	const char *t = ngettext(one, many, n);

	return i18n_plain_only ? i18n_plain(t) : t;
}

#endif
