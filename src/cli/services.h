/* SPDX-License-Identifier: MIT */
/* Services named on the command line. */
#ifndef SLIPWAY_CLI_SERVICES_H
#define SLIPWAY_CLI_SERVICES_H

#include "cli/command.h"

/* ERR_INPUT for an argument that is no service of the project, with the services as hint. */
int services_check(const struct cli *cli, struct error *err);
/* True where the engine answers and nothing of the project is there. Waits for its first picture. */
bool services_none_deployed(struct cli *cli);
/* The named ones, or every active one. */
void services_chosen(const struct cli *cli, struct strv *ret);
/* Adds what the given services depend on, however far. */
void services_close(const struct compose *c, struct strv *names);

#endif
