/* SPDX-License-Identifier: MIT */
/* Keeping the book of ages (config/secret_age.h) while a run writes secrets. */
#ifndef SLIPWAY_PLAN_SECRET_RECORD_H
#define SLIPWAY_PLAN_SECRET_RECORD_H

#include "plan/ledger.h"

/* A text of a .env; NULL: there is none. */
struct dotenv_text {
	const char *text;
	size_t len;
};

/* Appends name and value in turn of the secrets (of `names`) that `new` gives a value that `old` does
 * not. The caller wipes ret. */
void secret_record_changes(const struct strv *names, const struct dotenv_text *old,
	const struct dotenv_text *new, struct strv *ret);
/* Notes that these secrets (name and value in turn) have their values from now on. Blocks on the host;
 * through the journal, as what Slipway keeps for itself. */
int secret_record(
	struct ledger *l, const char *step, const struct strv *pairs, struct error *err);

#endif
