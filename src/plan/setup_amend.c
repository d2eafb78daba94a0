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

static int amend_rotation(struct setup *s, const char *name, struct plan *plan, struct error *err)
{
	struct workspace *w = s->workspace;
	const struct setting *setting = settings_find(&w->project->settings, name);
	AUTO(rotation) struct rotation r = {.phase = ROTATION_FORWARD};
	int code;

	rotation_add(&r, name, setting->current ? setting->current : "", setting->value);
	code = rotation_find_ways(&r, w->project, err);
	if (!code)
		code = rotation_find_services(w, &r, err);
	return code ? code : rotation_amend(plan, &r, err);
}

int setup_amend(struct setup *s, struct plan *plan, struct error *err)
{
	const char *name = setup_rotates(s);

	if (setup_needs_deploy(s) && !(plan->scope & PLAN_DEPLOY))
		return refuse_files(err);
	return name ? amend_rotation(s, name, plan, err) : 0;
}
