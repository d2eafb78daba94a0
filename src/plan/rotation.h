/* SPDX-License-Identifier: MIT */
/*
 * struct rotation: secrets on their way from old values to new ones, in the services that remember
 * them, in .env or the store they live in, and in everything that uses them. All values lie in
 * .slipway/rotation.json (0600) from before anything is touched until all of it works, so that a
 * rotation that was cut short goes on or is taken back; those of a store are sealed there. Each way
 * is a run of its own:
 *
 *	forward: keep, tell the services, .env or the store, dependants in their order, log in,
 * forget back:    the same with the values exchanged
 */
#ifndef SLIPWAY_PLAN_ROTATION_H
#define SLIPWAY_PLAN_ROTATION_H

#include "plan/plan.h"

/* What a login says of a server that has the new value in memory only. */
#define ROTATION_UNTIL_RESTART "slipway-until-restart"

#define ROTATION_TITLE "rotate " /* titles of such runs begin with it */

/* Those of runs that deleted a volume, with the secret that it was made with. */
#define ROTATION_WIPE_TITLE "wipe "

enum rotation_phase { ROTATION_NONE, ROTATION_FORWARD, ROTATION_BACK };
enum { ROTATION_PHASES = ROTATION_BACK + 1 };

enum rotation_means {
	ROTATION_RESTART,  /* nobody remembers it, or the service takes another one at its start */
	ROTATION_POSTGRES, /* ALTER ROLE with a SCRAM verifier, by psql in the container on its
			      socket */
	ROTATION_REDIS, /* CONFIG SET requirepass, or ACL SETUSER, by redis-cli in the container */
	ROTATION_COMMAND, /* the definition's */
};

/* How a service is told. */
struct rotation_way {
	enum rotation_means means;
	char *service; /* who is told; NULL: nobody */
	char *user;    /* role or user */
	char *admin; /* Redis only: the password of the user default, who may change another; NULL;
			wiped */
	struct strv command, check; /* of the definition; expanded */
	int tries;  /* of a command: a service that has just started is not ready for it */
	bool keeps; /* Redis only: it is not made anew, and has to write its configuration itself */
};
void rotation_way_done(struct rotation_way *w);
DEFINE_AUTO(rotation_way)

/* One of its secrets. */
struct rotation_item {
	char *name;      /* of the setting, or below `secrets:` of the compose files */
	char *old, *new; /* wiped on release; old "": there was none, or nobody knows it */
	char *file;      /* the file of `secrets:` that holds it; NULL: it is a setting */
	struct rotation_way way;
};

struct rotation {
	enum rotation_phase phase;
	struct rotation_item *items; /* in the order in which their services are told */
	size_t n;
	struct strv services; /* that use one of them, and ran when it began */
	struct strv sealed;   /* the values as they were kept, until rotation_open() */
};
void rotation_done(struct rotation *r);
DEFINE_AUTO(rotation)
/* Takes name and values (copied); the pointer is good until the next one. */
struct rotation_item *rotation_add(
	struct rotation *r, const char *name, const char *old, const char *new);
/* What is under way in the project; ROTATION_NONE: nothing. ERR_INPUT: the file is none of ours. Blocks
 * on the host. */
int rotation_load(struct rotation *r, struct host *h, const char *project, struct error *err);
/* Makes the values known, where they were sealed, and which of them live in files. The project must
 * be as it is now, its store open. ERR_DENIED: nothing that is known opens them. */
int rotation_open(struct rotation *r, const struct workspace *w, struct error *err);
/* What a plan says of one that was cut short; caller frees. */
char *rotation_note(const struct rotation *r);
/* ERR_EXISTS, with how it goes on: for what must not begin before. */
int rotation_refuse_others(const struct rotation *r, struct error *err);
/* "A B": what the command is given to go on; caller frees. */
char *rotation_names(const struct rotation *r);
/* Whether it is of these (in any order). */
bool rotation_is_of(const struct rotation *r, const struct strv *names);
/* No old value is known: there is no way back. */
bool rotation_is_one_way(const struct rotation *r);
/* The text of the file; caller releases it with secret_free(). */
int rotation_text(
	const struct rotation *r, const struct workspace *w, char **ret, struct error *err);
/* The value that it leads to, and the one that it leads away from. */
const char *rotation_to(const struct rotation *r, const struct rotation_item *i);
const char *rotation_from(const struct rotation *r, const struct rotation_item *i);

/* --- the files of `secrets:`: a store of their own */

/* The file below `secrets:`, where no setting has that name; NULL. Borrowed. */
const char *rotation_file(const struct project *p, const char *name);
/* Whether the service takes the secret of this name. */
bool rotation_takes(const struct compose_service *s, const char *name);
/* The path at which it does; NULL; caller frees. */
char *rotation_target(const struct compose_service *s, const char *name);
/* The value in it, without the line ends behind it. ERR_INPUT for what is no password: several
 * lines, nothing. *ret is released with secret_free(). Blocks on the host. */
int rotation_file_value(struct host *h, const char *path, char **ret, struct error *err);

/* --- what comes next: a table */

enum rotation_event {
	ROTATION_ASKED,      /* `secrets rotate NAME...` */
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

/*
 * By the definition, else by the image: the password of a PostgreSQL that POSTGRES_PASSWORD was given
 * to, that of a Redis. ERR_INPUT, with the reason: not ours to choose, made from another one, or
 * remembered by data that cannot be told of another.
 */
int rotation_way_find(const struct project *p, const struct setting *s, struct rotation_way *ret,
	struct error *err);
/* The same for a file of `secrets:`. */
int rotation_way_of_file(
	const struct project *p, const char *name, struct rotation_way *ret, struct error *err);
/* Who remembers it and can be asked for a login, whether or not it can be told of another value:
 * ROTATION_POSTGRES or ROTATION_REDIS. False: nobody. */
bool rotation_way_ask(const struct project *p, const struct setting *s, struct rotation_way *ret);
/* Finds all ways of a rotation. */
int rotation_find_ways(struct rotation *r, const struct project *p, struct error *err);
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
int rotation_tell(const struct rotation *r, const struct rotation_item *i,
	struct rotation_command *ret, struct error *err);
/* Fails unless that value is let in, and the other one is not. No words: nothing can be tried. */
void rotation_login(
	const struct rotation *r, const struct rotation_item *i, struct rotation_command *ret);
/* Says on its output what becomes of a login with this value, and why: one of ROTATION_TRIED_. */
void rotation_try(const struct rotation_way *w, const char *value, struct rotation_command *ret);
#define ROTATION_TRIED_ACCEPTED "accepted"
#define ROTATION_TRIED_OPEN "open" /* any other value is let in, too */
#define ROTATION_TRIED_REFUSED "refused"

/* --- the plan */

/* Whether a command can be run in some container of the service. */
bool rotation_is_up(const struct live *live, const char *service);
/* Whether the service uses the item's value: by the settings, or because one of both is in its
 * definition. */
bool rotation_uses(const struct workspace *w, const struct rotation_item *item,
	const struct compose_service *c);

/* Answers with the values that r leads to, and makes anew what is made from them. The project must
 * be as it was read. */
int rotation_answer(struct settings *all, const struct rotation *r, struct error *err);
/* Adds to r->services the running ones that use it: by the settings, or because one of the values is in
 * their definition, however it came there. ERR_INPUT when who is to be told is not among them. */
int rotation_find_services(const struct workspace *w, struct rotation *r, struct error *err);
/* Adds to a plan for r->services, made after rotation_answer(), what a rotation does beside: keep,
 * bring up who is to be told (a run that was cut short may have left it down), tell, write the
 * files of secrets, restart who is not made anew, log in, forget. */
int rotation_amend(struct plan *p, struct rotation *r, struct error *err);

#endif
