/* SPDX-License-Identifier: MIT */
/* A project made by a stack that comes with Slipway. */
#ifndef SLIPWAY_TESTS_TEMPLATES_FIXTURE_H
#define SLIPWAY_TESTS_TEMPLATES_FIXTURE_H

#include "host_fixture.h"

#include "config/project.h"

/* In the fixture's directory, which is empty; templates is that of the definitions. */
static inline struct project *open_stack(struct fixture *f, const char *templates, const char *name)
{
	autofree char *path = xasprintf("%s/%s", templates, name);
	const struct project_options options = {.dir = f->dir, .stack = path, .tolerant = true};
	AUTO(error) struct error err = ERROR_INIT;
	struct project *p = NULL;

	if (project_open(f->host, &options, &p, &err))
		fail_msg("%s: %s (%s)", name, err.message, err.detail ? err.detail : "");
	return p;
}

#endif
