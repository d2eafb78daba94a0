/* SPDX-License-Identifier: MIT */
/*
 * Rules of a setting beyond its type, as a definition writes them:
 *
 *	rules:
 *	  - {requires: SMTP_HOST, message: "Mails need a server to go to"}
 *	  - {min_length: 32, when: "MODE=production"}
 *
 * Every front end judges them by the same functions: the wizard and the line questions after each
 * answer, --batch and plans before anything is written, check and lint for what is in force.
 */
#ifndef SLIPWAY_CONFIG_SETTING_RULE_H
#define SLIPWAY_CONFIG_SETTING_RULE_H

#include "base/error.h"
#include "base/strv.h"

#include <stdbool.h>

struct setting;
struct settings;

enum setting_rule_kind {
	RULE_REQUIRES,  /* all of these conditions hold when the setting is on */
	RULE_CONFLICTS, /* none of them does */
	RULE_ONE_OF,    /* this setting or one of these has a value */
	RULE_EQUALS,    /* the value is that of another setting */
	RULE_BELOW,     /* it is less than that of another setting */
	RULE_AT_MOST,   /* it is not more than that */
	RULE_MIN,       /* limits in the measure of the type */
	RULE_MAX,
	RULE_MIN_LENGTH, /* bytes */
	RULE_MAX_LENGTH,
	RULE_CLASSES, /* kinds of characters: small, capital, digit, other */
	RULE_REJECT,  /* none of these values, in any case of letters */
	RULE_PATTERN, /* a POSIX extended regular expression matches */
	RULE_EACH,    /* it matches every item of a list or of a JSON document */
	RULE_JSON,    /* the value is a JSON document of this kind */
	RULE_SUM,     /* with those of other settings it adds up to the last argument */
};
enum { SETTING_RULES = RULE_SUM + 1 };

struct setting_rule {
	enum setting_rule_kind kind;
	struct strv args; /* names, conditions, values, or one number or pattern */
	char *when;       /* condition under which the rule holds; NULL: always */
	char *message;    /* what people read; NULL: the kind's own words */
};

struct setting_rule_info {
	const char *name;    /* "min_length", as definitions write it */
	const char *help;    /* N_() */
	const char *example; /* of its argument */
	bool cross;          /* looks at other settings */
	bool list;           /* takes several arguments */
	bool form;           /* a value that breaks it is not weak: nothing can use it */
};
const struct setting_rule_info *setting_rule_info(enum setting_rule_kind kind);
int setting_rule_find(const char *name); /* -1 */
void setting_rule_done(struct setting_rule *r);

/* Whether the arguments make sense for a setting of this type: NULL, or what was expected instead
 * (a caller's message, translated). */
const char *setting_rule_wrong(const struct setting *s, const struct setting_rule *r);
/* ERR_INPUT with "NAME: message" when the value breaks the rule; `when` counts. `all` may be NULL:
 * rules that look at others, or hold under a condition, then are not judged. */
int setting_rule_check(const struct settings *all, const struct setting *s,
	const struct setting_rule *r, const char *value, struct error *err);
/* The first rule that the value breaks, with its error, or NULL. */
const struct setting_rule *setting_rules_broken(
	const struct settings *all, const struct setting *s, const char *value, struct error *err);
/* Says of every setting that is required under a condition whether it is now, and judges every one
 * that is asked for by its rules, what is answered and what is in force, and
 * records the outcome in `problem` and `broken`; to be called after each change. Of a secret that
 * is in force only those rules count that look at others, or at its form. */
void settings_judge(struct settings *all);

#endif
