/* SPDX-License-Identifier: MIT */
/*
 * The screen front end. Works on src/plan's nouns only; talks to no engine, host or file itself.
 */
#ifndef SLIPWAY_UI_UI_H
#define SLIPWAY_UI_UI_H

#include "plan/plan_update.h"
#include "plan/run.h"
#include "plan/setup_again.h"
#include "plan/workspace.h"

enum ui_choice { UI_LEAVE, UI_WRITE, UI_DEPLOY, UI_SAVE, UI_UNDO };

/* See cli/front.h, whose rows main.c fills with these. */
int ui_setup(struct setup *s, struct setup_again *again, enum ui_choice *ret_choice,
	struct plan **ret, struct error *err);
int ui_update(struct update *u, struct setup *s, bool *ret_go, struct error *err);
int ui_panel(struct workspace *w, struct run *run, bool *ret_back, struct error *err);

#endif
