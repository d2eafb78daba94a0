/* SPDX-License-Identifier: MIT */
/*
 * struct secret_store: where the secrets of a project live that .env does not hold. It is chosen
 * for each project and kept in .slipway/store.json, without any value:
 *
 *	{"slipway":1,"store":"encrypted","names":["DB_PASSWORD"],"key_file":"/home/me/shop.key"}
 *	{"slipway":1,"store":"command","names":["DB_PASSWORD"],"command":["pass","show","shop/{name}"],
 *	 "write":["pass","insert","-m","-f","shop/{name}"],"timeout":10}
 *
 * Everything else of the program sees one .env, that of before: the text on disk with the secrets
 * of the store behind it (secret_store_show()); whoever writes takes them out again
 *(secret_store_hide()). A secret that stands in .env all the same is read from there.
 */
#ifndef SLIPWAY_CONFIG_SECRET_STORE_H
#define SLIPWAY_CONFIG_SECRET_STORE_H

#include "config/secret_seal.h"
#include "host/host.h"

#define STORE_FILE ".slipway/store.json"
#define STORE_SEALED ".slipway/secrets.sealed"
/* What stands for the value of a secret while its store is closed. */
#define STORE_STAND_IN "slipway-sealed"

enum secret_store_kind { STORE_DOTENV, STORE_ENCRYPTED, STORE_COMMAND };
enum { STORE_KINDS = STORE_COMMAND + 1 };

/* One row a store; help and completion read the same rows. */
struct secret_store_info {
	const char *name; /* "encrypted" */
	const char *help; /* N_() */
};
const struct secret_store_info *secret_store_info(enum secret_store_kind kind);
int secret_store_find(const char *name); /* -1 */

struct secret_store {
	enum secret_store_kind kind;
	struct strv names;   /* what it holds, sorted */
	struct strv command; /* STORE_COMMAND: "{name}" in an argument is the secret's name */
	struct strv write;   /* the same of the program that takes a value on its stdin; empty: none
				does */
	int64_t timeout_ms;  /* of one run of it */
	char *key_file;      /* STORE_ENCRYPTED: NULL: a passphrase */
};
void secret_store_done(struct secret_store *s);
DEFINE_AUTO(secret_store)
void secret_store_copy(struct secret_store *s, const struct secret_store *from);
/* No file: STORE_DOTENV. ERR_INPUT for one that cannot be what Slipway wrote. */
int secret_store_load(struct secret_store *s, struct host *h, const char *dir, struct error *err);
/* Whether there is a file of this kind in the directory. */
bool secret_store_exists(struct host *h, const char *dir);
/* The text of the file; caller frees. */
char *secret_store_text(const struct secret_store *s);

/* What opens a store; kept for one run of the program and wiped after it. */
struct secret_vault {
	struct secret_key key; /* STORE_ENCRYPTED */
	struct secret_bag bag; /* STORE_COMMAND: what the commands said */
	bool open;
};
void secret_vault_done(struct secret_vault *v);

/* The secrets of a store that is open. ERR_DENIED: it does not open with what the vault has. */
int secret_store_read(const struct secret_store *s, struct host *h, const char *dir,
	const struct secret_vault *v, struct secret_bag *ret, struct error *err);

/* The .env that others see. What the text has itself stays as it is. The result is wiped by the
 * caller. */
int secret_store_show(
	const struct secret_bag *b, const char *text, size_t n, struct str *ret, struct error *err);
/* The text without these keys; *ret is wiped by the caller. */
int secret_store_hide(const struct strv *names, const char *text, size_t n, struct str *ret,
	struct error *err);

#endif
