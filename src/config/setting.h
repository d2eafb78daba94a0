/* SPDX-License-Identifier: MIT */
/*
 * Settings: the variables of a project as people see them. A setting knows its type, rule, help,
 * page, who uses it, what it is now and where that comes from, and, apart from that, what the user
 * answered (an answer never overwrites what is true; see setting_effective()).
 */
#ifndef SLIPWAY_CONFIG_SETTING_H
#define SLIPWAY_CONFIG_SETTING_H

#include "base/error.h"
#include "base/strv.h"
#include "config/compose.h"
#include "config/secret.h"
#include "config/setting_rule.h"

#include <stdbool.h>
#include <stdint.h>

enum setting_type {
	SETTING_TEXT,
	SETTING_SECRET,
	SETTING_PORT,
	SETTING_URL,
	SETTING_HOST,
	SETTING_EMAIL,
	SETTING_PATH,
	SETTING_BOOL,
	SETTING_INT,
	SETTING_SIZE,
	SETTING_DURATION,
	SETTING_ENUM,
	SETTING_DIRECTORY,
	SETTING_NUMBER, /* with a unit */
	SETTING_LIST,
	SETTING_DSN,
	SETTING_KEYS, /* key:scope,scope;key:scope */
	SETTING_CRON,
	SETTING_JSON,
};
enum { SETTING_TYPES = SETTING_JSON + 1 };

struct setting;

/* One row a type; the table drives validation, editing, help, the schema and the man page. */
struct setting_type_info {
	const char *name;    /* "port", as definitions write it */
	const char *expects; /* N_("a number from 1 to 65535") */
	const char *help;    /* N_(), sentences */
	const char *example;
	const char *choices; /* N_(): what setting.choices holds for this type; NULL: it has none */
	const char *limits;  /* N_(): what min and max count; NULL: it has none */
	bool secret;         /* values may hold passwords: masked wherever they are shown */
	/* 0, or ERR_INPUT with a message that names no value of a secret; the detail says where in
	 * the value ("character 9: a blank"), the hint how it would be right, where that is known.
	 */
	int (*check)(const struct setting *s, const char *value, struct error *err);
	/* The value in the spelling that programs want ("2 GB" -> "2GB"); NULL: it stays as it is.
	 * Returns what the caller releases with secret_free(). */
	char *(*normalise)(const struct setting *s, const char *value);
	/* What is to be asked about, although there is one way to say what was meant ("p@ss" ->
	 * "p%40ss"); NULL where there is none. Released with secret_free(). NULL: no mistake can be
	 * mended. */
	char *(*mend)(const struct setting *s, const char *value);
};
const struct setting_type_info *setting_type_info(enum setting_type type);
int setting_type_find(const char *name); /* -1 */
/* Whether values of the setting are masked in everything that is shown or kept: its type may hold
 * passwords, and it is not known that it holds none (setting->shown). */
bool setting_is_secret(const struct setting *s);
/* Whether it lets somebody in, masked or not: such values are made, kept with the data that was
 * made with them, and followed by addresses. */
bool setting_is_credential(const struct setting *s);
/* Whether this value is, or holds, what lets somebody in: "redis://cache/0" does not, and of a JSON
 * document nobody knows. */
bool setting_hides(const struct setting *s, const char *value);

/* What choosing a feature or an environment gives a variable. */
struct setting_gift {
	char *choice; /* the name of the environment; NULL: the feature is on */
	char *name, *value;
};

enum setting_answer { ANSWER_NONE, ANSWER_VALUE, ANSWER_GENERATE /* value made, not shown */, ANSWER_KEEP };

struct setting {
	char *name;
	enum setting_type type;
	char *title;          /* short label; NULL: the name */
	char *help;           /* paragraphs; NULL: none */
	char *example;        /* what the example file holds, placeholder or not; NULL */
	char *default_value;  /* from the definition, the example file, or the compose default; NULL */
	bool implied;         /* the default holds without being written down: it is the compose file's or
				 the program's own, not a value somebody must put into .env */
	bool declared;        /* the default is the definition's: it comes before the example's */
	bool required;        /* must not stay empty */
	char *required_why;   /* message of :?, or of the definition; NULL */
	char *required_when;  /* condition under which it is required: settings_judge() says so; NULL */
	struct strv choices;  /* see setting_type_info.choices */
	char separator;       /* SETTING_LIST: between items; 0: ',' */
	struct strv reject;   /* values that count as unset */
	int64_t min, max;     /* see setting_type_info.limits, as setting_measure() has it; min > max:
				 no limit */
	bool advanced;        /* left out of express */
	bool shown; /* of a type that is masked, but no secret: a user name that is made, the
		       address of a server without password (masked again when a value has one) */
	bool choice;          /* a feature or the environment: no variable; see config/feature.h */
	struct setting_gift *gifts; /* of a choice: what variables get by it */
	size_t n_gifts;
	struct secret_rule rule;
	struct secret_source made_from; /* of a derived format */
	char *lives_in;       /* key of the volume that remembers a secret; NULL */
	struct secret_rotate rotate; /* how that is told of another one */
	char *test;           /* live test of the value, as the definition says; NULL: by name and type */
	char *test_extension; /* of PostgreSQL, that it looks for; NULL */
	struct setting_rule *rules;
	size_t n_rules;
	char *dimensions_of;  /* setting of the model whose dimensions it is; NULL */
	char *when;           /* name of a feature or "SETTING=value" that must hold; NULL: always */
	struct strv used_by;  /* services */
	struct strv pass_to;  /* services that need it in their environment, under its name */
	bool unread;          /* the definition knows it, but nothing in this project reads it */
	size_t page;          /* index into settings.pages */
	/* An adjustment of a service (override_feature.h), and no variable; NULL. */
	const struct compose_service *service; /* borrowed, without the override */
	int feature;                           /* enum override_id */
	char *otherwise;                       /* what holds while it is empty; NULL: nothing */
	/* The file of a top-level secret (secret_file.h), and no variable; NULL. As people write
	 * it. */
	char *file;
	bool there; /* it is, whether its text is known (current) or not */

	/* What is. */
	char *current;               /* effective value now; NULL: unset */
	enum compose_source source;
	char *dotenv;                /* what .env holds, as compose reads it; NULL: nothing */
	int line, column;                    /* of the value in .env; 0 */
	const char *kept;            /* name of the store that holds it instead of .env; NULL; static */
	char *refused, *refused_at;  /* why Compose cannot use what is, and where it would; NULL */
	bool placeholder;            /* current (or example) is a placeholder: counts as unset */
	bool in_example;             /* a new .env begins with the example's line of it */
	char *published;             /* where everybody can read the secret that is in force while it has
					no other ("compose.yaml:24"); it is a placeholder, too. NULL: no */

	/* What was answered. */
	enum setting_answer answer;
	char *value;       /* ANSWER_VALUE, ANSWER_GENERATE; wiped on release */
	bool making;       /* a secret is being made for it elsewhere: see struct settings_maker */
	char *note;        /* "generated, 64 hex", "kept: volume has it", "used by nginx (pid 123)"; NULL */
	struct error problem; /* the value breaks its rule; code 0: fine */
	const struct setting_rule *broken; /* the one of rules that problem tells of; NULL: its type */
};

struct setting_page {
	char *title;
	char *about; /* NULL */
};

/* Who makes secrets of slow formats (secret_format_info.slow), so that nobody has to wait. */
struct settings_maker {
	/* Begins with one in place of one that has begun. Sets s->making and returns 0;
	 * settings_made() is called when it is there. */
	int (*start)(void *arg, struct setting *s, struct error *err);
	/* The one that has begun is not wanted any more: clears s->making. */
	void (*stop)(void *arg, struct setting *s);
	void *arg;
};

/* Where items stand by name, and which of them give: that not every look goes through them all. */
struct setting_index {
	size_t n;      /* items when it was made; it counts for as many only */
	size_t *slots; /* hash table: index + 1 into items, 0 is free */
	size_t n_slots;
	size_t *givers; /* items with gifts, in order */
	size_t n_givers;
};

struct settings {
	struct setting_page *pages;
	size_t n_pages;
	struct setting *items; /* in page order, then in the order of their source */
	size_t n, cap;
	struct setting *patterns; /* of names that are not known (setting_pattern.h) */
	size_t n_patterns;
	const struct settings_maker *maker; /* borrowed; NULL: every secret is made at once */
	struct setting_index index;         /* of items as settings_sort() left them */
};

/* What a zeroed setting becomes before anything is known: text, no limits, the default secret rule. */
void setting_init(struct setting *s, const char *name);
void setting_done(struct setting *s);
void settings_done(struct settings *s);
DEFINE_AUTO(settings)
/* Appends; the pointer is good until the next one is added. */
struct setting *settings_add(struct settings *s, const char *name);
/* Moves one in, last; *from is zeroed. */
struct setting *settings_push(struct settings *s, struct setting *from);
/* Index of the page with this title, made when there is none. */
size_t settings_page(struct settings *s, const char *title);
/* Orders items by page, keeping their order within one, and makes the index. */
void settings_sort(struct settings *s);
/* Drops the index: what moves items, takes them out, or changes their gifts says so. Everything is
 * found without, too, in time in proportion to the items. */
void settings_unindex(struct settings *s);
struct setting *settings_find(const struct settings *s, const char *name);
/* ERR_INPUT: there is none of that name; the hint is the nearest one. */
int settings_unknown(const struct settings *s, const char *name, struct error *err);

/* Infers settings from a project alone: ${VAR} of the compose files, keys of .env and of the example
 * file (comments become help, banners become pages), types by name, value and comment. */
void settings_infer(struct settings *s, const struct compose *c);

/* What the setting will be: the answer if there is one, else current unless it is a placeholder, else
 * the default; NULL when nothing. Borrowed. */
const char *setting_effective(const struct setting *s);
/* The same with what the choices give that are about to be made; an answer beats them. */
const char *settings_value(const struct settings *all, const struct setting *s);
/* Whether somebody has put the value in force that is there: in .env or the environment. */
bool setting_is_given(const struct setting *s);
/* The placeholder that stays in .env while nobody answers, as nobody needs to; NULL: none. */
const char *setting_left(const struct setting *s);
/* True when the effective value differs from what .env holds (an applied plan would write it). */
bool setting_changes(const struct setting *s);
/* True when somebody must still answer: required and no effective value, or a problem. */
bool setting_unanswered(const struct setting *s);
/* Whether `when` holds: "NAME=value", "NAME!=value", or "NAME" (true, yes, on, 1, or any other text that
 * is not a no); a name nobody knows is a feature that is off. */
bool setting_asked(const struct settings *all, const struct setting *s);
/* The same for any condition of this form. */
bool settings_hold(const struct settings *all, const char *condition);

/* Whether value could be an answer, without storing it: for checking while it is typed. */
int setting_check(const struct setting *s, const char *value, struct error *err);
/* What was meant by a value that breaks the setting's rule: another one that keeps it; NULL when
 * nobody can know, or value is right. Caller: secret_free(). */
char *setting_mended(const struct setting *s, const char *value);
/* ERR_INPUT: what is cannot be used (s->refused). */
int setting_refused(const struct setting *s, struct error *err);
/* Checks and stores an answer; the value is stored even when it breaks the rule, with s->problem set
 * and its code returned. NULL takes the answer back. */
int setting_answer(struct setting *s, const char *value, struct error *err);
/* Makes a secret by the rule and answers with it. ERR_INPUT for what is no secret, or one that comes
 * from somewhere else (its rule has size 0). */
int setting_generate(struct setting *s, struct error *err);
/* The same, also for what is made from other settings; what is slow by the maker, where there is
 * one. */
int settings_generate(const struct settings *all, struct setting *s, struct error *err);
/* Answers with what was made by the setting's rule. */
int setting_made(struct setting *s, const char *value, struct error *err);
/* Whether it is to be made now: required, without a value, and asked for; or made from others, one of
 * which was just answered. What it is made from has a value. */
bool settings_wants(const struct settings *all, const struct setting *s);
/* This setting was answered, or its answer taken back: makes what is made from it, or takes that
 * back, too. */
int settings_follow(const struct settings *all, const char *name, struct error *err);
/* Whether setting_generate() can. */
bool setting_can_generate(const struct setting *s);
/* Generates every secret that is asked for, required, unanswered, and can be made. What is left is for
 * people (setting_unanswered()). */
int settings_generate_missing(struct settings *all, struct error *err);
/* Checks what is (not what was answered) and records it in s->problem with .env:line as detail; values
 * that count as unset are no problem. Returns its code. */
int setting_check_current(struct setting *s);
/* Parses what people write for booleans: true/false, yes/no, on/off, 1/0. */
int setting_bool(const char *text, bool *ret);
/* The number that limits are compared with: an integer, a port, bytes, milliseconds; of what stands
 * before a unit (SETTING_NUMBER) the millionths. ERR_INPUT for types that have none, and for no number. */
enum { SETTING_NUMBER_ONE = 1000000 };
int setting_measure(const struct setting *s, const char *value, int64_t *ret);

#endif
