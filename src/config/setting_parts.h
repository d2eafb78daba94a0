/* SPDX-License-Identifier: MIT */
/* Between setting_type.c, which has the table of types, and the files that check their values. */
#ifndef SLIPWAY_CONFIG_SETTING_PARTS_H
#define SLIPWAY_CONFIG_SETTING_PARTS_H

#include "config/setting.h"

typedef int setting_check_fn(const struct setting *s, const char *value, struct error *err);
typedef char *setting_normalise_fn(const struct setting *s, const char *value);

/* "NAME: expected EXPECTED, got "VALUE"", without the value where it may hold a secret. */
int setting_refuse(
	const struct setting *s, const char *value, const char *expected, struct error *err);
/* The same for what the type expects. */
int setting_refuse_type(const struct setting *s, const char *value, struct error *err);
/* The same with "character N: WHAT" as detail, where N (from 1) is the character at the byte `at`.
 */
int setting_refuse_at(const struct setting *s, const char *value, size_t at, struct error *err,
	const char *what, ...) ATTR_PRINTF(5, 6);
/* Whether min and max allow a count or a number; refuses with them otherwise. */
int setting_check_range(
	const struct setting *s, const char *value, int64_t number, struct error *err);
/* A limit as people write it: "0.5" for half a million millionths; caller frees. */
char *setting_limit_text(const struct setting *s, int64_t limit);
/* setting_measure() in millionths whatever the type, so that numbers of two types can be compared. */
int setting_measure_millionths(const struct setting *s, const char *value, int64_t *ret);
/* The first control character that is no tab and no newline (nor these unless `lines`); NULL: none.
 */
const char *setting_control(const char *value, bool lines);
/* What is wrong with the byte at p in a value that must not hold it: "a blank", "the character …".
 */
const char *setting_char_text(const char *p, char buffer[32]);

/* setting_address.c */
bool setting_is_host(const char *host, size_t n);
setting_check_fn setting_check_host, setting_check_url, setting_check_email;
/* setting_dsn.c */
setting_check_fn setting_check_dsn;
setting_normalise_fn setting_mend_dsn;
/* setting_list.c */
setting_check_fn setting_check_list, setting_check_keys, setting_check_json;
setting_normalise_fn setting_normalise_list, setting_normalise_keys;
/* Whether judge() says yes to every item of a list, and to every text, number and truth within a JSON
 * document. */
bool setting_every_item(const struct setting *s, const char *value,
	bool (*judge)(const char *item, void *arg), void *arg);
/* Whether it is a JSON document of this kind: "object", "array", "string", "number", "boolean". */
bool setting_is_json(const char *value, const char *kind);
/* setting_cron.c */
setting_check_fn setting_check_cron;
setting_normalise_fn setting_normalise_cron;

#endif
