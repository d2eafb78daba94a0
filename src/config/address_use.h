/* SPDX-License-Identifier: MIT */
/*
 * Variables that the files of a project put into an address before its "@", as in
 * postgres://u:${DB_PASSWORD}@db: what has a meaning of its own there (RFC 3986, 2.2) ends the
 * password, or the host, at another place.
 */
#ifndef SLIPWAY_CONFIG_ADDRESS_USE_H
#define SLIPWAY_CONFIG_ADDRESS_USE_H

#include "base/strmap.h"
#include "config/compose.h"

struct address_use {
	char *name, *file;
	int line;
	bool alone; /* no file uses it but in addresses: there it may be percent-encoded */
};

struct address_uses {
	struct strmap index; /* name -> struct address_use */
};

/* Reads the compose files, .env and the env_files; lines that are comments say nothing. */
void address_uses_read(struct address_uses *u, const struct compose *c);
void address_uses_done(struct address_uses *u);
DEFINE_AUTO(address_uses)
const struct address_use *address_uses_find(const struct address_uses *u, const char *name);
/* The first character of a value that means something else in an address; NULL: none. */
const char *address_use_breaks(const struct address_use *use, const char *value);
/* What to do about that character: caller frees. */
char *address_use_remedy(const struct address_use *use, const char *bad);

#endif
