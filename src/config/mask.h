/* SPDX-License-Identifier: MIT */
/*
 * struct mask: keeps the values of secrets out of whatever is shown or written down: diffs, plans,
 * events, lines of output, messages, the journal, `inspect`, `config list`. There is no other way a
 * secret is hidden.
 *
 * A value is found wherever it stands: as it is, percent-encoded (in a URL), with its quotes and
 * dollars doubled (in YAML, in compose files), or with backslashes before them (in JSON). Values of
 * fewer than 4 bytes are ordinary words as well: they are hidden only where they stand alone, not
 * inside a longer word or number. Of a value over several lines each longer line is hidden by itself,
 * too: logs come by the line. The password of a URL ("scheme://user:password@") is hidden whether it
 * is known or not, unless it is a ${VAR}.
 */
#ifndef SLIPWAY_CONFIG_MASK_H
#define SLIPWAY_CONFIG_MASK_H

#include "base/error.h"
#include "base/str.h"
#include "base/strv.h"
#include "config/setting.h"

#include <stdbool.h>

#define MASK_STARS "***"
#define MASK_DOTS "••••••••••••••••"

struct mask {
	struct strv values;
	bool starts[256]; /* bytes that an occurrence may begin with */
};
void mask_init(struct mask *m);
/* Wipes what it knew. */
void mask_done(struct mask *m);
DEFINE_AUTO(mask)
/* A value to be hidden; NULL and "" are nothing. */
void mask_add(struct mask *m, const char *value);
/* Of each secret what it is, what .env holds, and what it will be; placeholders are nobody's secret. */
void mask_add_settings(struct mask *m, const struct settings *all);

/* Appends text with `instead` for each secret in it; line breaks stay, so that line N of the result
 * is line N of the text. m NULL: only the passwords of URLs are known. */
void mask_text(const struct mask *m, const char *text, const char *instead, struct str *out);
/* The same with MASK_STARS; NULL for NULL; caller frees. */
char *mask_dup(const struct mask *m, const char *text);
/* Message, detail and hint. */
void mask_error(const struct mask *m, struct error *err);

/*
 * The text of an .env file with the values of these keys as dots, however long they are: also in
 * comments that hold such an assignment. Line breaks stay. Text that cannot be parsed shows no value
 * at all. Caller frees.
 */
char *mask_dotenv(const char *text, size_t n, const struct strv *secrets);
/* Unified diff of two texts whose lines are shown as those of their masked forms; NULL when the
 * texts are equal. Caller frees with secret_free. */
char *mask_diff(const char *name, const char *old, size_t old_len, const char *old_shown,
	const char *new, size_t new_len, const char *new_shown);

#endif
