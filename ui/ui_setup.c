/* SPDX-License-Identifier: MIT */
#include "ui/ui.h"

#include "ui/wizard.h"

static void remember(struct setup_again *again, const struct wizard *w)
{
	const struct setting *focus = wizard_focus(w);

	if (!again)
		return;
	free(again->focus);
	again->focus = xstrdup(focus ? focus->name : NULL);
}

int ui_setup(struct setup *s, struct setup_again *again, enum ui_choice *ret_choice,
	struct plan **ret, struct error *err)
{
	AUTO_PTR(screen) struct screen *screen = NULL;
	struct wizard *w;
	int code = screen_open(setup_workspace(s)->loop, &screen, err);

	if (code != 0)
		return code;
	w = wizard_new(s, again);
	screen_push(screen, &w->view);
	wizard_begin(w);
	code = screen_run(screen, err);
	if (code != 0) {
		plan_free(w->plan);
		return code;
	}
	remember(again, w);
	*ret_choice = w->choice;
	*ret = w->plan;
	return 0;
}
