/* SPDX-License-Identifier: MIT */
/* Where what a service publishes is to be found by somebody at this machine. */
#ifndef SLIPWAY_CONFIG_COMPOSE_ADDRESS_H
#define SLIPWAY_CONFIG_COMPOSE_ADDRESS_H

#include "base/strv.h"
#include "config/compose.h"

/* Adds an address for each TCP port that is published on a fixed number, each once, in file order:
 * "http://localhost:8080" where the container's port is one that the web is served on by custom,
 * else "localhost:5432"; an address that the port is bound to alone takes the place of localhost
 * (but 127.0.0.1, ::1, 0.0.0.0 and :: are localhost). Of a range the first. Nothing for NULL. */
void compose_addresses(const struct compose_service *s, struct strv *ret);
/* How a TCP port of the container is published on a fixed number; NULL: it is not. Borrowed. */
const struct compose_port *compose_published(const struct compose_service *s, int target);
/* The host to ask for it from this machine: "127.0.0.1" where it is published on all addresses.
 * Caller frees. */
char *compose_published_host(const struct compose_port *p);

#endif
