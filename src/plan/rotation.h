/* SPDX-License-Identifier: MIT */
/*
 * struct rotation: a secret on its way from an old value to a new one, in the service that remembers
 * it, in .env, and in everything that uses it. Both values lie in .slipway/rotation.json (0600) from
 * before anything is touched until all of it works, so that a rotation that was cut short goes on or
 * is taken back. Each way is a run of its own:
 *
 *	forward: keep, tell the service, .env, dependants in their order, log in, forget
 *	back:    the same with the values exchanged
 */
#ifndef SLIPWAY_PLAN_ROTATION_H
#define SLIPWAY_PLAN_ROTATION_H

#include "plan/plan.h"

#define ROTATION_TITLE "rotate " /* titles of such runs begin with it */

enum rotation_phase { ROTATION_NONE, ROTATION_FORWARD, ROTATION_BACK };
enum { ROTATION_PHASES = ROTATION_BACK + 1 };

struct rotation {
	enum rotation_phase phase;
	char *name;      /* of the setting */
	char *old, *new; /* wiped on release; old "": there was none, or nobody knows it */
	struct strv services; /* that use it, and ran when it began */
};
void rotation_done(struct rotation *r);
DEFINE_AUTO(rotation)
/* What is under way in the project; ROTATION_NONE: nothing. ERR_INPUT: the file is none of ours. Blocks
 * on the host. */
int rotation_load(struct rotation *r, struct host *h, const char *project, struct error *err);
/* What a plan says of one that was cut short; caller frees. */
char *rotation_note(const struct rotation *r);
/* The text of the file; caller releases it with secret_free(). */
char *rotation_text(const struct rotation *r);
/* The value that it leads to, and the one that it leads away from. */
const char *rotation_to(const struct rotation *r);
const char *rotation_from(const struct rotation *r);

/* --- what comes next: a table */

enum rotation_event {
	ROTATION_ASKED,      /* `secrets rotate NAME` */
	ROTATION_ASKED_BACK, /* with --back */
	ROTATION_FAILED,     /* a step of the run did */
	ROTATION_CUT,        /* the run was interrupted */
};
enum { ROTATION_EVENTS = ROTATION_CUT + 1 };

enum rotation_act {
	ROTATION_REFUSE, /* there is nothing to put back */
	ROTATION_BEGIN,  /* with a new value */
	ROTATION_GO_ON,  /* with the values that are kept */
	ROTATION_TURN,   /* put the old value back */
	ROTATION_LEAVE,  /* as it is: the next one that is asked for goes on */
};
enum rotation_act rotation_next(enum rotation_phase phase, enum rotation_event event);

/* --- how the service is told */

enum rotation_means {
	ROTATION_RESTART,  /* nobody remembers it: who uses it takes it at its start */
	ROTATION_POSTGRES, /* ALTER ROLE with a SCRAM verifier, by psql in the container on its socket */
	ROTATION_REDIS,    /* CONFIG SET requirepass, or ACL SETUSER, by redis-cli in the container */
	ROTATION_COMMAND,  /* the definition's */
};

struct rotation_way {
	enum rotation_means means;
	char *service;              /* who is told; NULL: nobody */
	char *user;                 /* role or user */
	struct strv command, check; /* ROTATION_COMMAND; expanded */
	bool keeps; /* Redis only: it is not made anew, and has to write its configuration itself */
};
void rotation_way_done(struct rotation_way *w);
DEFINE_AUTO(rotation_way)
/*
 * By the definition, else by the image: the password of a PostgreSQL that POSTGRES_PASSWORD was given
 * to, that of a Redis. ERR_INPUT, with the reason: not ours to choose, made from another one, or
 * remembered by data that cannot be told of another.
 */
int rotation_way_find(const struct project *p, const struct setting *s, struct rotation_way *ret,
	struct error *err);
/* Who remembers it and can be asked for a login, whether or not it can be told of another value:
 * ROTATION_POSTGRES or ROTATION_REDIS. False: nobody. */
bool rotation_way_ask(const struct project *p, const struct setting *s, struct rotation_way *ret);
/* "PostgreSQL in db: ALTER ROLE shop, as a SCRAM verifier"; caller frees. */
char *rotation_way_text(const struct rotation_way *w);

/* A command for the service with its environment (NAME=value), which holds the values: both are to be
 * wiped. */
struct rotation_command {
	struct strv argv, env;
};
void rotation_command_done(struct rotation_command *c);
DEFINE_AUTO(rotation_command)
/* Gives it the value that r leads to; it may have either before. */
int rotation_tell(const struct rotation_way *w, const struct rotation *r, struct rotation_command *ret,
	struct error *err);
/* Fails unless that value is let in, and the other one is not. No words: nothing can be tried. */
void rotation_login(
	const struct rotation_way *w, const struct rotation *r, struct rotation_command *ret);
/* Says on its output what becomes of a login with this value, and why: one of ROTATION_TRIED_. */
void rotation_try(const struct rotation_way *w, const char *value, struct rotation_command *ret);
#define ROTATION_TRIED_ACCEPTED "accepted"
#define ROTATION_TRIED_OPEN "open" /* any other value is let in, too */
#define ROTATION_TRIED_REFUSED "refused"

/* --- the plan */

/* Whether a command can be run in some container of the service. */
bool rotation_is_up(const struct live *live, const char *service);
/* Answers with the value that r leads to, and makes anew what is made from it. The project must be as
 * it was read. */
int rotation_answer(struct settings *all, const struct rotation *r, struct error *err);
/* Adds to r->services the running ones that use it: by the settings, or because one of the values is in
 * their definition, however it came there. ERR_INPUT when who is to be told is not among them. */
int rotation_find_services(const struct workspace *w, struct rotation *r,
	const struct rotation_way *way, struct error *err);
/* Adds to a plan for r->services, made after rotation_answer(), what a rotation does beside: keep, bring
 * up who is to be told (a run that was cut short may have left it down), tell, restart who is not made
 * anew, log in, forget. */
int rotation_amend(struct plan *p, const struct rotation *r, struct rotation_way *way, struct error *err);

#endif
