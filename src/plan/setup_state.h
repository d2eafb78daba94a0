/* SPDX-License-Identifier: MIT */
/* What the parts of struct setup share: setup.c (answers, history), setup_draft.c, setup_probe.c,
 * setup_ports.c (who listens where), setup_homes.c (where secrets live), setup_make.c (secrets that
 * take long), setup_annotate.c (what is said beside an answer), setup_warn.c (answers that others
 * read differently). */
#ifndef SLIPWAY_PLAN_SETUP_STATE_H
#define SLIPWAY_PLAN_SETUP_STATE_H

#include "config/address_use.h"
#include "plan/setup_home.h"

/* Somebody who listens on a port of the host. */
struct port_holder {
	int port;
	char *who; /* "nginx (pid 123)", "container web of project shop"; NULL: unknown */
	bool ours; /* a container of this project */
	struct strv tcp, udp; /* addresses that are listened on, "" all; both empty: not known */
};

struct port_table {
	struct port_holder *items;
	size_t n, cap;
	bool known; /* the host was asked */
	bool containers; /* so was the engine: what is not ours is known to be somebody else's */
};

void port_table_done(struct port_table *t);
/* Takes who. The first name given to a port stays, unless the later one is a container. */
void port_table_add(struct port_table *t, int port, char *who, bool container, bool ours);
/* One of the addresses of what was added; NULL: all. */
void port_table_add_address(struct port_table *t, int port, bool udp, const char *address);
/* All that is known of one of another table; its name is taken. */
void port_table_merge(struct port_table *t, struct port_holder *from);
const struct port_holder *port_table_find(const struct port_table *t, int port);
/* Whether somebody else cannot listen there, too. */
bool port_holder_bars(const struct port_holder *h, bool udp, const char *address);
/* Everything that listens on the host with the process that holds it. Blocks; for the pool. */
int port_table_read(struct port_table *t, struct host *h, struct error *err);
/* Adds what `docker ps --format '{{json .}}'` says; project is ours: whether it has containers. */
bool port_table_add_containers(struct port_table *t, const char *output, const char *project);

/* Where the value of a secret is remembered outside of .env. */
struct secret_home {
	char *setting;
	char *volume;       /* name on the engine; NULL: */
	char *path;         /* a bind-mounted directory */
	const char *marker; /* of path: what must be in it to be data; NULL: anything */
	bool exists;        /* holds data, as last probed */
	bool ran;  /* it says that the project has run, not that this very secret is in it; without
			       volume and path: its containers do */
	bool gone; /* the volume is deleted by what was chosen (setup_home.h) */
};

struct secret_homes {
	struct secret_home *items;
	size_t n, cap;
};

void secret_homes_done(struct secret_homes *h);
/* From lives_in, else from services that use the secret and keep it with their data
 * (secret_keeper.h). Of a secret with a published default whatever says that the project has run:
 * nobody knows what was made with it. */
void secret_homes_find(struct secret_homes *h, const struct project *p);
/* Looks into the directory of a home that is one; exists says what was found. Blocks; for the pool.
 */
void secret_home_look(struct secret_home *home, struct host *host);
/* The home that exists; NULL when none does. */
const struct secret_home *secret_homes_kept(const struct secret_homes *h, const char *setting);
/* "the volume shop_db", "the directory ./data/db", "a container"; caller frees. */
char *secret_home_text(const struct secret_home *home);
/* The hint for a secret whose file is lost while its data lives; returns err's code. */
int secret_home_file_hint(const struct setting *s, struct error *err);
/* "the volume shop_db holds the old one", "the project has run with the old one (...)". */
char *secret_home_reason(const struct secret_home *home);

/* What came of trying a value at who keeps the data that remembers it (secret_trial.h). */
struct home_trial {
	char *setting;
	char *value; /* that was tried; wiped on release */
	enum trial_verdict verdict;
	char *reason;
};

struct home_trials {
	struct home_trial *items;
	size_t n, cap;
};

void home_trials_done(struct home_trials *t);

/* A choice of setup_home.h; in force while the setting's answer is its value. */
struct home_pick {
	enum home_way way;
	char *setting, *volume;
	char *value; /* wiped on release */
};

struct home_picks {
	struct home_pick *items;
	size_t n, cap;
};

/* A value of a lost secret that the backup of a run has. */
struct home_backup {
	char *setting, *run;
	char *value; /* wiped on release */
};

struct home_backups {
	struct home_backup *items;
	size_t n, cap;
};

void home_picks_done(struct home_picks *p);
void home_backups_done(struct home_backups *b);

/* The settings that are ports of the host (written in `ports:`). */
struct published {
	struct strv names;
	struct strv addresses; /* of each name, as written: "", "127.0.0.1", "${BIND:-127.0.0.1}" */
	struct strv protocols; /* of each: "tcp" */
};
void published_done(struct published *p);
void setup_published(const struct project *p, struct published *ret);

struct answer_state {
	enum setting_answer answer;
	char *value; /* wiped on release */
	char *note;
};

struct history_entry {
	char *name;
	struct answer_state before, after;
};

struct setup {
	struct workspace *workspace; /* borrowed */
	struct history_entry *history;
	size_t n_history, cap_history;
	size_t at; /* entries before it are done, from it on undone */
	struct port_table ports;
	struct secret_homes homes;
	struct home_trials trials;
	struct home_picks picks;
	struct home_backups backups;
	struct strv wiped; /* volumes that go, by the picks in force */
	char *rotating;    /* the secrets whose rotation was cut short, as last probed; NULL */
	struct published published;
	struct address_uses addresses; /* once addresses_read */
	bool addresses_read;
	struct compose *base; /* the project without the override; NULL: it has none */
	size_t n_drafted;     /* answers that came from the draft */
	char *kept; /* text of the draft as written, or as the answers were at setup_draft_mark() */
	struct secret_job *jobs; /* secrets that are being made; setup_make.c */
	struct settings_maker maker;
	bool making_all;         /* every one that is missing: what is made from them follows */
	struct value_test *test; /* runs now; NULL */
	char *tested;            /* name of its setting */
	struct op *trying;       /* a test that is a trial of a kept secret; NULL */
	void (*changed)(void *arg);
	void *changed_arg;
};

/* --- setup.c */
struct answer_state answer_state_of(const struct setting *s);
void answer_state_done(struct answer_state *a);
/* Takes the state from before; the setting is as it is now. */
void setup_history_add(struct setup *s, const struct setting *setting, struct answer_state before);

/* --- setup_make.c: secrets that are slow to make are made in the pool, or (off) at once; off ends
 * what is being made. */
void setup_make_in_pool(struct setup *s, bool on);
/* What is being made for it is not wanted any more. */
void setup_make_drop(struct setup *s, struct setting *setting);
/* What is being made for it was asked for by name: one entry of the history when it is there. */
void setup_make_asked(struct setup *s, const struct setting *setting);

/* Notes what is accepted and yet will be read differently: by the address that a secret is put into, by
 * a shell that sources .env. */
void setup_warn(struct setup *s, struct setting *setting);
/* setup_annotate.c: brings notes of ports and kept secrets up to date; of one setting, or of all (NULL). */
void setup_annotate(struct setup *s, struct setting *one);
/* Adds the settings that the override adjusts; takes them away again. */
void setup_adjust(struct setup *s);
void setup_adjust_done(struct setup *s);
/* What came of trying the value that the setting has now; NULL: it was not tried. */
const struct home_trial *setup_trial(const struct setup *s, const struct setting *setting);
/* The choice in force; NULL: none, the old value is kept. */
const struct home_pick *setup_pick(const struct setup *s, const char *name);
/* Brings what follows from the choices up to date; whether that changed. */
bool setup_picks_update(struct setup *s);
/* Who can be asked whether the setting's value is the one that its data was made with; false:
 * nobody. */
bool setup_trial_way(
	const struct setup *s, const struct setting *setting, struct rotation_way *ret);
/* Ends a test that runs. */
void setup_test_stop(struct setup *s);
/* Answers from the draft, where there is one; what it names that is no setting any more is left
 * out. */
void setup_load_draft(struct setup *s);
/* Adds the step that removes the draft once the files are written; none where no draft is known. */
void setup_spend_draft(struct setup *s, struct plan *plan);

#endif
