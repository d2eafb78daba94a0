/* SPDX-License-Identifier: MIT */
/* Changes as the lines of a journal hold them. For the journal only. */
#ifndef SLIPWAY_PLAN_JOURNAL_CHANGE_H
#define SLIPWAY_PLAN_JOURNAL_CHANGE_H

#include "plan/journal.h"

/* Appends the lines of these changes. */
void journal_change_text(const struct journal_change *changes, size_t n, struct str *out);
/* Adds the changes of one record; what cannot be understood is left out. */
void journal_read_change(struct journal *j, struct json_object *record);

#endif
