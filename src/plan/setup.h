/* SPDX-License-Identifier: MIT */
/*
 * struct setup: a session of answering settings: what the wizard, the line questions and --batch
 * all drive. It writes nothing but a draft (never a secret's value); its outcome is a plan.
 */
#ifndef SLIPWAY_PLAN_SETUP_H
#define SLIPWAY_PLAN_SETUP_H

#include "plan/secret_trial.h"
#include "plan/workspace.h"

struct setup;

struct setup *setup_new(struct workspace *w);
void setup_free(struct setup *s);
DEFINE_AUTO_PTR(setup)
struct settings *setup_settings(struct setup *s);
/* Borrowed. */
struct workspace *setup_workspace(const struct setup *s);

/* Runs when anything the screen shows changed from outside (a port check came back, a secret was
 * made...). While there is somebody to tell, secrets that take long to make
 * (secret_format_info.slow) are made in the pool: setting->making until then. */
void setup_on_change(struct setup *s, void (*fn)(void *arg), void *arg);

/* Each is one entry of the undo history. value NULL takes the answer back. The value is stored even
 * when it breaks its rule (ERR_INPUT, and in setting->problem). */
int setup_answer(struct setup *s, const char *name, const char *value, struct error *err);
/* Refuses (ERR_EXISTS, with the reason) while a volume that holds the old secret exists. */
int setup_generate(struct setup *s, const char *name, struct error *err);
/* Answers a secret whose default everybody can read (setting->published) with that default. */
int setup_keep_default(struct setup *s, const char *name, struct error *err);
/* Generates every required secret that has no value; returns how many. */
int setup_generate_missing(struct setup *s, struct error *err);
/* How many secrets are being made in the pool; what is answered by them is not known yet. */
size_t setup_making(const struct setup *s);
/* Ends the making of one: its setting stays as it was. ERR_INPUT when none is, and when its value
 * would not fit another answer any more. */
int setup_stop_making(struct setup *s, const char *name, struct error *err);
/* False when there is nothing to undo or redo; *ret_name (may be NULL) the setting concerned. */
bool setup_undo(struct setup *s, const char **ret_name);
bool setup_redo(struct setup *s, const char **ret_name);

/* Asks the world: volumes that hold secrets (keeps those: ANSWER_KEEP and a note), ports in use
 * with their holder and the next free one as suggestion. Results arrive in the settings' notes and
 * problems. */
struct op *setup_probe(struct setup *s, op_done_fn *done, void *arg);
/* Next free port from `from` upwards, as last probed; 0: none. */
int setup_free_port(struct setup *s, int from);
/* Who holds a port, as last probed: NULL when nobody does; "" when it is not known who. *ret_ours
 * (may be NULL): a container of this project. */
const char *setup_port_holder(const struct setup *s, int port, bool *ret_ours);

/* The setting names a port of the host that somebody else has: nothing can be deployed with it. */
bool setup_port_taken(const struct setup *s, const struct setting *setting);

/* Which data remembers a secret, as last probed: "the volume shop_db" (caller frees), NULL for none.
 * *ret_made_ms: when the volume was made, 0 where that is not known. */
char *setup_secret_home(const struct setup *s, const char *name, int64_t *ret_made_ms);

/* Tries the values of kept secrets, one after the other, at the services that keep their data
 * (secret_trial.h): of this one, or of all (NULL) that have not been tried. Results arrive in the
 * notes. After setup_probe(). */
struct op *setup_try(struct setup *s, const char *name, op_done_fn *done, void *arg);
/* What came of the value that the setting has now. */
enum trial_verdict setup_tried(const struct setup *s, const struct setting *setting);

/* Whether there is a live test for what the setting says: see probe/value_test.h; a kept secret is
 * tried as by setup_try(). */
bool setup_can_test(const struct setup *s, const struct setting *setting);
/* Tries it; the outcome comes as the setting's note, with a change. A second one ends the first. */
int setup_test(struct setup *s, const char *name, struct error *err);
/* The same of a secret that is kept somewhere where it can be tried; of others nothing. */
void setup_test_kept(struct setup *s, const char *name);

/* The numbers that every front end shows, of the settings that are asked for at present. */
struct setup_count {
	size_t settings;   /* without adjustments of services */
	size_t unanswered; /* that need an answer */
	size_t taken;      /* others, that name a port somebody else has: as last probed */
	size_t made;       /* those of them that setup_generate_missing() makes */
	size_t changed;    /* that a plan would write */
};
struct setup_count setup_count(const struct setup *s);
/* Names of unanswered settings are appended to names (may be NULL); returns how many. Without an answer
 * nothing can be written. */
size_t setup_unanswered(const struct setup *s, struct strv *names);
/* Whether a person is to answer it before anything is deployed: it is unanswered, or names a port that
 * somebody else has. */
bool setup_open(const struct setup *s, const struct setting *setting);
/* The same of all that are asked for, as setup_unanswered(); of one page. */
size_t setup_open_settings(const struct setup *s, struct strv *names);
size_t setup_page_open(const struct setup *s, size_t page);

/* One setting's change as the lines of .env that go and come, secrets masked unless reveal. */
void setup_diff(const struct setup *s, const char *name, bool reveal, struct str *out);

/* How many answers of last time setup_new() found in the draft. */
size_t setup_drafted(const struct setup *s);
/* Draft of the answers (no secret values) below .slipway/; loaded by setup_new when there. Blocks on
 * the host: not under a screen. */
int setup_save_draft(struct setup *s, struct error *err);
/* What is answered from now on is not in the draft: not what the command line says, nor what came from
 * the draft itself. */
void setup_draft_mark(struct setup *s);
/* Whether the answers are others than those that were last written, or marked. */
bool setup_draft_due(struct setup *s);
/* As setup_save_draft() from the pool, of the answers as they are now. */
struct op *setup_draft_start(struct setup *s, op_done_fn *done, void *arg);
/* Takes back every answer, the draft's too, and forgets the history: for what is not a person's
 * session. */
void setup_forget(struct setup *s);
int setup_drop_draft(struct setup *s, struct error *err);

#endif
