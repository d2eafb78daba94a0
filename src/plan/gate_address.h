/* SPDX-License-Identifier: MIT */
/*
 * Addresses of a definition's gates. One whose host is a service of the project means the port that
 * its container listens on: "http://gateway:8080/ready" is asked wherever the compose files publish
 * that port, which is for them to say and not for the definition. Any other address is taken as it
 * is.
 */
#ifndef SLIPWAY_PLAN_GATE_ADDRESS_H
#define SLIPWAY_PLAN_GATE_ADDRESS_H

#include "config/project.h"

/* Puts in place of *host and *port (both the caller's heap, may be NULL) where they are published.
 * False: they are of a service that does not publish that port; both stay. */
bool gate_address_publish(const struct project *p, char **host, char **port);
/* The same of a URL. */
bool gate_address_publish_url(const struct project *p, char **url);
/* Whether the gate's address can be asked from this machine, as far as that is a matter of published
 * ports; if not, the service's own health check is all there is. */
bool gate_address_reachable(const struct project *p, const struct stack_gate *spec);
/* What the definition asks of a service besides its health check, where that can be asked; NULL.
 * Borrowed. */
const struct stack_gate *gate_of_service(const struct project *p, const char *service);

#endif
