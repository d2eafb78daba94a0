/* SPDX-License-Identifier: MIT */
/* A plan of one step: .env gets a text, whatever is answered. */
#include "plan/plan_build.h"

#include <string.h>

int plan_of_dotenv(
	struct workspace *w, const char *text, size_t len, struct plan **ret, struct error *err)
{
	AUTO_PTR(plan) struct plan *plan = xcalloc(1, sizeof(*plan));
	struct plan_build b = {.w = w, .project = w->project, .host = w->host, .plan = plan};
	int code;

	plan->workspace = w;
	plan->scope = PLAN_WRITE;
	code = plan_build_dotenv(&b, text, len, err);
	if (code < 0)
		return code;
	*ret = take(plan);
	return 0;
}
