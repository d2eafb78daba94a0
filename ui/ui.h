/* SPDX-License-Identifier: MIT */
/*
 * The screen front end. Works on src/plan's nouns only; talks to no engine, host or file itself.
 */
#ifndef SLIPWAY_UI_UI_H
#define SLIPWAY_UI_UI_H

#include "plan/plan_update.h"
#include "plan/run.h"
#include "plan/setup.h"
#include "plan/workspace.h"

enum ui_choice { UI_LEAVE, UI_WRITE, UI_DEPLOY, UI_SAVE };

/* See cli/front.h, whose rows main.c fills with these. */
int ui_setup(struct setup *s, enum ui_choice *ret_choice, struct plan **ret, struct error *err);
int ui_update(struct update *u, struct setup *s, bool *ret_go, struct error *err);
int ui_panel(struct workspace *w, struct run *run, struct error *err);

#endif
