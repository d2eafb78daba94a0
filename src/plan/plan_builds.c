/* SPDX-License-Identifier: MIT */
/*
 * Services whose image would be built from what is not there: a part of a repository that was not
 * cloned along, or a path beside the project. It is named, and nothing is made in its place. On the
 * pool.
 */
#include "base/i18n.h"
#include "config/build_source.h"
#include "plan/ledger.h"
#include "plan/plan_build.h"

static bool has_image(const struct plan_build *b, const char *services)
{
	AUTO(strv) struct strv names = STRV_INIT;
	bool all = true;

	strv_split(&names, services, ',');
	for (size_t i = 0; i < names.n && all; i++) {
		const char *name = names.items[i] + (names.items[i][0] == ' ');
		const struct compose_service *s = compose_find_service(b->compose, name);
		autofree char *ref = s ? plan_image_ref(b->compose, s) : NULL;
		const struct engine_image *image =
			ref && b->w->engine ? engine_find_image(b->w->engine, ref) : NULL;

		all = image && image->id;
	}
	return all;
}

int plan_build_sources(struct plan_build *b, struct error *err)
{
	AUTO(strv) struct strv paths = STRV_INIT, services = STRV_INIT;
	int code = 0;

	if (!b->compose || (b->w->engine && str_eq(b->w->engine->ops->name, "process")))
		return 0;
	build_gaps(b->host, b->compose, &paths, &services);
	for (size_t i = 0; i < paths.n && code == 0; i++) {
		autofree char *shown = ledger_relative(b->project->dir, paths.items[i]);

		if (!has_image(b, services.items[i]))
			code = plan_refuse(b, err,
				_("Clone the whole repository, or say in the compose file where it "
				  "is: Slipway makes nothing to build from."),
				_("%s: to be built from %s, which does not exist"),
				services.items[i], shown);
	}
	return code;
}
