/* SPDX-License-Identifier: MIT */
/*
 * Answers that come with the command: from files (config/answers.h), from SLIPWAY_SET_NAME in the
 * environment, from --set NAME=VALUE. The later of the three wins.
 */
#ifndef SLIPWAY_CLI_SETUP_ANSWERS_H
#define SLIPWAY_CLI_SETUP_ANSWERS_H

#include "cli/perform.h"

/* Moves SLIPWAY_SET_NAME out of the environment into cli->answers. Before anything reads or
 * inherits the environment. */
void setup_answers_take(struct cli *cli);
/* ERR_INPUT, with file:line:column or the option as detail, for an unknown setting or a value that
 * breaks its rule. */
int setup_answers_apply(struct cli *cli, struct setup *setup, struct error *err);
/* The profiles of --profile as answers. ERR_INPUT for one that cannot be chosen. */
int setup_answers_profiles(struct cli *cli, struct setup *setup, struct error *err);
/* ERR_ANSWERS with every setting that still needs one named in the detail; 0 when none does. */
int setup_answers_missing(struct setup *setup, struct error *err);
/* ERR_ANSWERS with what is expected of each of these. */
int setup_answers_name(struct setup *setup, const struct strv *names, struct error *err);
/* The plan of a command that deploys without asking: with the secrets made that are missing; what only
 * a person can answer is named (ERR_ANSWERS). Nothing is written. What locks services out of their data is noted in
 * it and holds it (plan->held), but for secrets of --old-secret NAME=keep. */
int setup_answers_plan(struct cli *cli, unsigned scope, struct plan **ret, struct error *err);
/* Prints what is noted of the answers and the ports, a line each; `given`: only of what somebody
 * entered, which in a document becomes a note of the plan. */
void setup_answers_notes(struct cli *cli, struct setup *setup, struct plan *plan, bool given);
/* Shows, confirms and writes what the answers change in .env, or in the store of the secrets;
 * nothing of the services. Takes how->more. ERR_INPUT where one breaks its rule. */
int setup_answers_write(
	struct cli *cli, struct setup *setup, const struct perform *how, struct error *err);

#endif
