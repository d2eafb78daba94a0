/* SPDX-License-Identifier: MIT */
/*
 * struct secret_file: a top-level secret of the compose files that is a file. Compose binds it into
 * the containers as it is, with its owner and mode, at /run/secrets/NAME.
 */
#ifndef SLIPWAY_CONFIG_SECRET_FILE_H
#define SLIPWAY_CONFIG_SECRET_FILE_H

#include "config/compose.h"
#include "config/secret.h"
#include "host/host.h"

struct project;
struct setting;

struct secret_file {
	char *name;
	char *path;          /* absolute */
	struct strv used_by; /* services, inactive ones too */
	struct strv targets; /* where they read it */
	struct strv
		variables; /* "POSTGRES_PASSWORD", for POSTGRES_PASSWORD_FILE=/run/secrets/NAME */
};

struct secret_files {
	struct secret_file *items;
	size_t n;
};

/* Those that some active service takes. */
void secret_files_find(struct secret_files *f, const struct compose *c);
void secret_files_done(struct secret_files *f);
DEFINE_AUTO(secret_files)
/* Whether the service's container gets it: not one that only its build sees. */
bool secret_file_mounts(const struct compose_service *s, const char *secret);
/* Names of top-level secrets that Compose does not make (`external: true`), appended. */
void secret_files_external(const struct compose *c, struct strv *ret);

/* What is in it, by the names of all that has to do with it. Of two that differ the one counts that
 * forbids making it up. */
enum secret_file_kind {
	SECRET_FILE_UNKNOWN, /* the names do not tell */
	SECRET_FILE_MADE,    /* random text does */
	SECRET_FILE_FOREIGN, /* its provider hands it out */
	SECRET_FILE_ACCOUNT, /* who logs in */
	SECRET_FILE_FORM,    /* a text with a form of its own: JSON, an address */
	SECRET_FILE_KEY,     /* a certificate, or a key of a pair */
};
/* *ret (may be NULL) is how one that is made is made. */
enum secret_file_kind secret_file_kind(const struct secret_file *f, struct secret_rule *ret);
/* The same of one name. */
enum secret_file_kind secret_file_kind_of_name(const char *name, struct secret_rule *ret);
/* What it is, where it has to be brought: "a certificate, or the key of one"; NULL for MADE. */
const char *secret_file_kind_text(enum secret_file_kind kind);

/* "secrets.NAME": what the setting of a secret's file is called; caller frees. */
#define SECRET_FILE_PREFIX "secrets."
char *secret_file_setting(const char *secret);
/* Whether it can be the name of a top-level secret. */
bool secret_file_is_name(const char *name);
/* Adds a setting (setting.file) for each that has none yet, with what the definition says of it. */
void secret_files_join(struct project *p);
/* "./secrets/db_password" for what is below the directory; caller frees. */
char *secret_file_shown(const char *dir, const char *path);
/* Whether a container that runs as this user can read it; gid -1: not known. */
bool secret_file_can_read(const struct host_stat *st, int64_t uid, int64_t gid);
/* Whether a directory on the way, up to `dir`, keeps others out. */
bool secret_file_is_behind(struct host *h, const char *dir, const char *path);

#endif
