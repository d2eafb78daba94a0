/* SPDX-License-Identifier: MIT */
/*
 * What the name, the value and the comment of a variable say about it. Guesses are made for people:
 * where nothing is certain the type is text, which accepts everything.
 */
#ifndef SLIPWAY_CONFIG_SETTING_GUESS_H
#define SLIPWAY_CONFIG_SETTING_GUESS_H

#include "config/setting.h"

/* Sets type, choices and rule of s from its name, help and `value` (what it is, or is shown as,
 * with variables not expanded; NULL: nothing). */
void setting_guess(struct setting *s, const char *value);
/* Whether a value counts as unset for this setting: a placeholder, by the measure of its type. */
bool setting_is_placeholder(const struct setting *s, const char *value);
/* Whether it is a host, an address or a mail address of a domain that is nobody's (RFC 2606: example.com
 * and the like): for a value of the example or of .env a placeholder, too. */
bool setting_is_example_host(const struct setting *s, const char *value);
/* The same for a value that somebody has put in force: a word that is merely weak ("secret") counts
 * as theirs, unless it is what the example shows. */
bool setting_is_untouched(const struct setting *s, const char *value);
/* Whether the setting is about a server for mails. */
bool setting_is_mail_server(const char *name, const char *value);
/* Whether a comment says that there must be a value ("(required)", "must be set", "won't
 * start"...). */
bool setting_says_required(const char *comment);
/* "development|staging|production", "one of: a, b, c", "'a' or 'b'" in a comment; nothing is added
 * unless there are at least two and value is one of them (or empty). */
void setting_guess_choices(const char *comment, const char *value, struct strv *choices);
/* Whether two secrets that are both shown as this placeholder are meant to be one and the same: it says
 * what it stands for ("your-long-logflare-key", "miniosecret"), unlike "changeme". */
bool setting_is_telling(const char *placeholder);
/* The words of a name, appended: "db__pgPassword" -> DB, PG, PASSWORD. */
void setting_name_words(const char *name, struct strv *words);
/* Whether it names who logs in, which is no secret: MINIO_ROOT_USER, DB_USERNAME, S3_ACCESS_KEY. */
bool setting_names_account(const char *name);
/* user:password@ in a URL: where the password stands; NULL when there is none. */
const char *setting_url_password(const char *url, size_t *ret_len);

#endif
