/* SPDX-License-Identifier: MIT */
/* What was chosen for kept secrets becomes part of the plan. Volumes that are deleted are in it
 * already (workspace->wipe). */
#include "plan/setup_home.h"

#include "base/i18n.h"
#include "base/str.h"
#include "plan/rotation.h"
#include "plan/setup_state.h"

static int refuse_files(struct error *err)
{
	error_set(err, ERR_INPUT,
		_("a secret is changed inside its service, or a volume deleted: that needs the "
		  "deployment"));
	return error_hint(err, "%s", _("Deploy, or keep the old secret."));
}

/* All of them are one rotation: at its end all are changed, or none. */
static int amend_rotation(
	struct setup *s, const struct strv *names, struct plan *plan, struct error *err)
{
	struct workspace *w = s->workspace;
	AUTO(rotation) struct rotation r = {.phase = ROTATION_FORWARD};
	int code;

	for (size_t i = 0; i < names->n; i++) {
		const struct setting *setting =
			settings_find(&w->project->settings, names->items[i]);

		rotation_add(&r, setting->name, setting->current ? setting->current : "",
			setting->value);
	}
	code = rotation_find_ways(&r, w->project, err);
	if (!code)
		code = rotation_find_services(w, &r, err);
	return code ? code : rotation_amend(plan, &r, err);
}

int setup_amend(struct setup *s, struct plan *plan, struct error *err)
{
	AUTO(strv) struct strv names = STRV_INIT;
	int r = 0;

	setup_rotates(s, &names);
	if (setup_needs_deploy(s) && !(plan->scope & PLAN_DEPLOY))
		return refuse_files(err);
	if (names.n)
		r = amend_rotation(s, &names, plan, err);
	if (!r)
		setup_spend_draft(s, plan);
	return r;
}
