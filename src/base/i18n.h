/* SPDX-License-Identifier: MIT */
/*
 * Translation of user-visible text through gettext.
 *
 * _("text") translates now; N_("text") marks text in a constant table, which is translated with
 * _(row->text) where it is shown; Q_("one", "many", n) chooses the plural form.
 */
#ifndef SLIPWAY_BASE_I18N_H
#define SLIPWAY_BASE_I18N_H

#include <libintl.h>

#define N_(text) text

static inline __attribute__((format_arg(1))) const char *_(const char *text)
{
	/* gettext("") would return the header of the catalogue. */
	return *text ? gettext(text) : "";
}

static inline __attribute__((format_arg(1), format_arg(2))) const char *Q_(
	const char *one, const char *many, unsigned long n)
{
	return ngettext(one, many, n);
}

#endif
