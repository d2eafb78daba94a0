/* SPDX-License-Identifier: MIT */
/*
 * compose.slipway.yaml: the override that Slipway generates, for what can be said neither in .env
 * nor without touching the user's own files. Only written when something needs it, and listed last
 * in COMPOSE_FILE, so that plain `docker compose` reads the same project.
 */
#ifndef SLIPWAY_CONFIG_OVERRIDE_H
#define SLIPWAY_CONFIG_OVERRIDE_H

#include "config/compose.h"

#define OVERRIDE_FILE "compose.slipway.yaml"

struct override_service {
	char *name;
	struct compose_port
		*ports; /* all the ports there shall be, in place of those the files have */
	size_t n_ports;
	bool sets_ports;         /* false: the ports stay as they are */
	bool without_gpu;        /* removes the service's `deploy` */
	struct strv environment; /* NAME=value, added or replaced */
	char *user;              /* NULL: as it is */
};

struct override {
	struct override_service *services;
	size_t n;
};

void override_done(struct override *o);
DEFINE_AUTO(override)
/* The part of a service, made when there is none; good until the next one is made. */
struct override_service *override_service(struct override *o, const char *name);
/* Publishes a port; host_ip NULL: on all addresses. */
void override_port(struct override_service *s, const char *host_ip, int published, int target,
	const char *protocol);
/* Takes the ports over as they are, bound to one address. */
void override_bind_ports(
	struct override_service *s, const struct compose_service *from, const char *host_ip);
/* Whether it says nothing, so that no file is needed. */
bool override_empty(const struct override *o);
/* The file's text; caller frees. */
int override_text(const struct override *o, char **ret, struct error *err);

/* Files that Compose finds by itself among those that were read: the base, and the user's own
 * override. */
void override_discovered(const struct compose *c, struct strv *list);
/*
 * The value COMPOSE_FILE must have: with our file as the last one, or without it. `present` is what
 * it is now (NULL: not set), `separator` what COMPOSE_PATH_SEPARATOR says (NULL: ":"). Where it was
 * not set, every file that discovery found is listed, the user's own override too; where nothing
 * would be listed but these, NULL is returned: the variable is not needed. Caller frees.
 */
char *override_compose_file(
	const struct compose *c, const char *present, const char *separator, bool wanted);

#endif
