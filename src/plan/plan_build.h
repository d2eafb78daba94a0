/* SPDX-License-Identifier: MIT */
/*
 * struct plan_build: a plan in the making. For src/plan only.
 *
 * What asks the host runs on the pool (plan_build_files, plan_build_directories, reading the
 * state); what looks at the engine's pictures runs on the loop (plan_build_services,
 * plan_build_images).
 */
#ifndef SLIPWAY_PLAN_BUILD_H
#define SLIPWAY_PLAN_BUILD_H

#include "config/env_file.h"
#include "config/mask.h"
#include "plan/journal.h"
#include "plan/plan.h"
#include "plan/rotation.h"
#include "plan/secret_move.h"
#include "plan/state.h"

enum plan_override_outcome {
	OVERRIDE_LEFT,    /* there is none, or it is somebody else's */
	OVERRIDE_KEPT,    /* it is as it must be */
	OVERRIDE_WRITTEN,
	OVERRIDE_REMOVED,
};

/* compose.slipway.yaml as it is and as it becomes. */
struct plan_override {
	bool exists, edited; /* by hand */
	struct str old;
	enum plan_override_outcome becomes;
	char *text;        /* kept or written */
	char *reason;      /* "web: memory limit, user" */
	struct strv files; /* those before it in COMPOSE_FILE */
	struct strv env;   /* in which Compose reads it as it will be; wiped */
	struct strv volumes; /* without it: service, place in its container and volume in turn */
};
void plan_override_done(struct plan_override *o);

/* .env as it is about to be written; empty where it stays as it is. Wiped. */
struct plan_dotenv {
	struct str text;
	struct strv meant; /* key and value in turn */
};

struct plan_build {
	struct workspace *w;           /* borrowed */
	const struct project *project; /* borrowed */
	struct host *host;             /* borrowed */
	struct plan *plan;             /* owned until taken */
	struct compose *compose;       /* as resolved with the answers in force; may be NULL without
					  PLAN_DEPLOY */
	struct plan_override override;
	struct plan_dotenv *dotenv; /* borrowed: filled for plan_dotenv_verify(); NULL: nobody asks */
	struct state state;
	struct json_object *phases; /* of the last deployment, as its journal has them; NULL */
	bool supervised; /* a supervisor of processes is here, or was killed; with PLAN_DEPLOY */
	struct host_listeners listeners; /* with PLAN_DEPLOY; empty where they cannot be read */
	struct journals unfinished; /* what they began is finished */
	struct mask mask;           /* hides the secrets of the project and of the answers */
	uint32_t uid;               /* whom we are on the host */
	const struct secret_move *move; /* the secrets go to another store; NULL */
	struct engine_who *who;         /* users whose numbers the images tell, with the answers */
	size_t n_who;
};

int plan_build_files(struct plan_build *b, struct error *err);
/* Adds the env files of services that are not there, of the examples beside them; names the others. */
void plan_build_env_files(struct plan_build *b);
/* What images are to be built from and is not there: named, and refused where they are to be
 * built now. */
int plan_build_sources(struct plan_build *b, struct error *err);
/* Adds .env with this text, unless it has it and nobody else may read its secrets. The text holds all
 * secrets; those of another store go there. */
int plan_build_dotenv(struct plan_build *b, const char *text, size_t len, struct error *err);
/* Takes the secrets out of a text for .env that another store holds: appends the rest to ret (wiped by
 * the caller), their names to names, and adds the steps that write the store. ERR_INPUT where it is
 * not Slipway that writes there. */
int plan_build_store(struct plan_build *b, const char *text, size_t len, struct str *ret,
	struct strv *names, struct error *err);
/* Whether the secret's value can be put into a store: it is written out. */
bool plan_store_takes(const struct env_file *env, const struct setting *s);
/* Adds the sealed file with what bag holds, unless it is there. */
int plan_add_sealed(struct plan_build *b, const struct secret_bag *bag, const struct secret_key *key,
	struct error *err);
/* Adds the file that says where the secrets are, where that changes. */
int plan_add_store(struct plan_build *b, const struct secret_store *store, struct error *err);
/* Works out what the override becomes, and resolves the project with it: b->override, b->compose. */
int plan_override_resolve(struct plan_build *b, bool tolerant, struct error *err);
/* Asks Compose whether it takes the override that is to be written; ERR_INPUT when it does not, a
 * note where it cannot be asked. NULL: there is nothing to ask. From the loop. */
struct op *plan_override_verify(struct plan_build *b, op_done_fn *done, void *arg);
/* Asks Compose whether it reads the .env that is to be written as it is meant; ERR_INPUT when it does not,
 * a note where it cannot be asked. NULL: there is nothing to ask. From the loop. */
struct op *plan_dotenv_verify(struct plan_build *b, op_done_fn *done, void *arg);
/* Adds the steps of the override file, and keeps the COMPOSE_FILE of env, the .env to be, in accord
 * with it; what must come after .env is added by plan_build_override_end(). */
int plan_build_override(struct plan_build *b, struct env_file *env, struct error *err);
void plan_build_override_end(struct plan_build *b);
/* Adds .slipway/answers.yaml where env, the .env to be, is not what is there. */
int plan_build_answers(struct plan_build *b, const struct env_file *env, struct error *err);
/* Adds copies of the stack's files as they are now, of those of which there are none yet; only together
 * with changes of other files. */
int plan_build_seen(struct plan_build *b, struct error *err);
int plan_build_directories(struct plan_build *b, struct error *err);

/* Whose a service's directories are to be. */
enum plan_owner_state {
	OWNER_KNOWN,   /* account has it; -1: nobody in particular */
	OWNER_LATER,   /* the image tells it, and the plan brings the image */
	OWNER_UNKNOWN, /* said with plan_note_owner() */
};
struct plan_owner {
	enum plan_owner_state state;
	struct account account;
	const char *user; /* as the service has it, or its image; NULL: neither names one */
	const char *why; /* OWNER_UNKNOWN: what the image lacks; NULL: the image is not here */
};
struct plan_owner plan_owner(const struct plan_build *b, const struct compose_service *service);
/* What the definition says of the volume in whose place the override mounts this directory; NULL:
 * there is none, or it says nothing of its owner and mode. */
const struct stack_volume *plan_replaced_volume(const struct plan_build *b,
	const struct compose_service *service, const struct compose_mount *m);
void plan_note_owner(struct plan_build *b, const struct compose_service *service,
	const struct plan_owner *owner, const char *shown);
/* Whether some service may need an answer about its user; then what is to be asked, into b->who.
 * The first looks at nothing but b, the second at the host. */
bool plan_owners_unsure(const struct plan_build *b);
void plan_owners_list(struct plan_build *b);
/* A file and not a directory, by its name at both ends. */
bool plan_mounts_file(const struct compose_mount *m);
bool plan_below_project(const struct plan_build *b, const char *path);
bool plan_may_write(const struct host_stat *st, const struct account *owner);
/* Only root gives files away. we: who we are; ours: they belong to us. */
static inline bool plan_needs_root(uint32_t we, int64_t uid, bool ours)
{
	return we != 0 && uid >= 0 && (uid != we || !ours);
}

/* Adds the files of top-level secrets that were answered, and what lets the services read them. One
 * that is missing is an error where services are deployed, else a note. */
int plan_build_secret_files(struct plan_build *b, struct error *err);
int plan_build_services(struct plan_build *b, struct error *err);
/* Notes who has a port that a service which does not run is to get; plan->held says it, too, where
 * nothing can be deployed because of it. */
void plan_build_ports(struct plan_build *b);
/* After the services are known: only what is going to be made needs its image. */
int plan_build_images(struct plan_build *b, struct error *err);

/* Reference of a service's image; caller frees. */
char *plan_image_ref(const struct compose *c, const struct compose_service *service);
/* The numbers of the user that a service runs as, by its compose file or its image; gid -1: not
 * said. False when nobody here knows them. */
bool plan_service_user(const struct plan_build *b, const struct compose_service *service,
	int64_t *ret_uid, int64_t *ret_gid);
/* ERR_INPUT where services are deployed; else a note, and 0: files can be written all the same. */
int plan_refuse(struct plan_build *b, struct error *err, const char *hint, const char *fmt, ...)
	ATTR_PRINTF(4, 5);
/* A note, once. */
void plan_note(struct plan *p, const char *fmt, ...) ATTR_PRINTF(2, 3);
/* Makes step wait for all steps of that kind that are in the plan; kind NULL: all. */
void plan_after_all(const struct plan *p, struct step *step, const char *kind);

/* Puts a step before all others, which wait for it. */
void plan_add_first(struct plan *p, struct step *step);

/*
 * Step kinds. Each returns a step that plan_add() takes over.
 */
enum { FILE_KEEP_MODE = -1 };

struct file_spec {
	const char *path; /* relative to the project */
	const char *old;  /* bytes there now; NULL: no such file */
	size_t old_len;
	const char *text;
	size_t len;
	int mode;                   /* FILE_KEEP_MODE or permission bits */
	const char *reason;         /* in place of what can be seen in the text; NULL */
	const char *change;         /* the same of a diff: the text says nothing to people ("": nor
				       does anything else); NULL */
	const struct host_own *own; /* to whom it is given once it is there; NULL: nobody */
	bool secret;                /* of a top-level secret: a kind of its own */
	const struct strv *renewed; /* secrets that change by it, name and value in turn; NULL */
	const struct strv *secrets; /* keys whose values are masked; NULL: no .env file */
	const struct mask *mask;    /* of what stands elsewhere in it; NULL: passwords of URLs only */
	const struct strv
		*meant; /* key and value in turn that must be read back; NULL: bytes only */
};
struct step *step_file_new(struct host *h, const char *project, const struct file_spec *spec);

/* Copies of what the stack's files are now; it changes something when a text differs from the copy that
 * is there. */
struct step *step_seen_new(struct host *h, const char *project);
void step_seen_add(struct step *step, const char *name, const char *text, size_t n);

/* A file of Slipway's own that goes; text is what it holds now, and how that is shown. */
struct step *step_remove_new(
	struct host *h, const char *project, const char *path, const char *text, const char *shown);

/* Gives the value to the program that writes the store of the project, and asks it back. */
struct step *step_store_new(const struct project *p, const char *name, const char *value);

/* Removes what the backups hold of these secrets; `more`: the run makes such a copy itself. *ret
 * stays NULL where there is nothing. Blocks on the host. */
int step_purge_new(const struct workspace *w, const struct strv *names, bool more,
	struct step **ret, struct error *err);

struct directory_spec {
	const char *path; /* as people write it: "./data", "/srv/x" */
	int mode;
	int64_t uid, gid; /* -1: whoever makes it */
};
struct step *step_directory_new(
	struct host *h, const char *project, const struct directory_spec *spec);

struct own_spec {
	const char *path;
	struct host_own want;
	size_t entries;      /* that differ */
	const char *from;    /* "0:0", for the reason */
	const char *service; /* whose image changes the owner as root; NULL: we do it ourselves */
};
struct step *step_own_new(struct host *h, const char *project, const struct own_spec *spec);

/* The same where only the image says to whom: it does not yet. */
struct own_later_spec {
	const char *path;
	const char *ref;     /* of the image */
	const char *user;    /* in it; NULL: whom it runs as */
	const char *service; /* whose image changes the owner where we are not root */
	uint32_t we;         /* who we are */
	bool made;           /* by the plan; else it stays as it is where the user can write */
	bool resumed;        /* an interrupted run was changing it: not even then */
};
struct step *step_own_later_new(
	struct host *h, const char *project, const struct own_later_spec *spec);

struct step *step_image_new(bool build, const struct strv *services, const struct strv *refs);

/* One that keeps both values of a rotation, that tells the service, that logs in to it, that forgets
 * the values. The first and the last touch .slipway only; the others take the command over. */
int step_keep_new(
	const struct workspace *w, const struct rotation *r, struct step **ret, struct error *err);
struct step *step_tell_new(const struct rotation_item *i, struct rotation_command *command);
struct step *step_login_new(
	const struct rotation *r, const struct rotation_item *i, struct rotation_command *command);
struct step *step_forget_new(const struct rotation *r);
/* One that puts the value into the file of `secrets:`, without a copy of the old one anywhere. */
struct step *step_secret_file_new(const struct rotation *r, const struct rotation_item *i);

/* Deletes a volume; the services use it. */
struct step *step_wipe_new(const char *volume, const struct strv *services);

/* Makes the containers; writes the state before and after. Snapshots: {service: snapshot}, taken
 * over. */
struct create_spec {
	const struct strv *create, *recreate, *active;
	struct json_object *snapshots;
	const struct state *state;
	bool reload; /* files were written: read the project again first */
};
struct step *step_create_new(const struct create_spec *spec);
struct step *step_service_new(const struct plan_service *service);

#endif
