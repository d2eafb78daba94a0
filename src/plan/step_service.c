/* SPDX-License-Identifier: MIT */
/* One service of a deployment: started when what it needs is ready, watched until it is ready
 * itself. */
#include "base/i18n.h"
#include "plan/plan_build.h"
#include "plan/runner.h"

struct service_step {
	struct step step;
	char *service;
};

static struct op *service_start(
	struct step *step, struct step_context *ctx, op_done_fn *done, void *arg)
{
	return run_join_rollout(ctx->run, step, ((struct service_step *)step)->service, done, arg);
}

static void service_free(struct step *step)
{
	struct service_step *s = (struct service_step *)step;

	free(s->service);
	step_done(step);
	free(s);
}

/* By enum service_change. */
static const struct {
	struct step_ops ops;
	const char *reason; /* followed by the service's own */
} kinds[] = {
	[SERVICE_UNCHANGED] = {{.kind = "service",
				       .glyph = "=",
				       .ascii = "=",
				       .start = service_start,
				       .free = service_free},
		N_("unchanged")},
	[SERVICE_CREATE] = {{.kind = "service",
				    .glyph = "+",
				    .ascii = "+",
				    .start = service_start,
				    .free = service_free},
		N_("created")},
	[SERVICE_RECREATE] = {{.kind = "service",
				      .glyph = "⟳",
				      .ascii = "@",
				      .start = service_start,
				      .free = service_free},
		N_("recreated")},
	[SERVICE_START] = {{.kind = "service",
				   .glyph = "▸",
				   .ascii = ">",
				   .start = service_start,
				   .free = service_free},
		N_("started")},
	[SERVICE_RESTART] = {{.kind = "service",
				     .glyph = "⟳",
				     .ascii = "@",
				     .start = service_start,
				     .free = service_free},
		N_("restart")},
	[SERVICE_REMOVE] = {{.kind = "service",
				    .glyph = "-",
				    .ascii = "-",
				    .start = service_start,
				    .free = service_free},
		N_("removed")},
	[SERVICE_AWAIT] = {{.kind = "service",
				   .glyph = "=",
				   .ascii = "=",
				   .start = service_start,
				   .free = service_free},
		N_("waited for")},
};

struct step *step_service_new(const struct plan_service *service)
{
	struct service_step *s = xcalloc(1, sizeof(*s));
	autofree char *id = xasprintf("service:%s", service->name);
	const char *what = _(kinds[service->change].reason);

	step_init(&s->step, &kinds[service->change].ops, id, service->name);
	s->service = xstrdup(service->name);
	s->step.changes = service->change != SERVICE_UNCHANGED;
	/* To wait until it is ready is no change of its own. */
	s->step.part = service->change == SERVICE_AWAIT;
	/* That it is not there yet is what "created" says. */
	s->step.reason = service->reason && !(service->change == SERVICE_CREATE &&
						    str_eq(service->reason, _("not created yet")))
				 ? xasprintf("%s: %s", what, service->reason)
				 : xstrdup(what);
	return &s->step;
}
