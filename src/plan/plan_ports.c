/* SPDX-License-Identifier: MIT */
/* Ports of the host that the services are to get, and somebody else has. */
#include "plan/plan_build.h"

#include "base/i18n.h"
#include "base/str.h"

/* Whether what listens may be the service's own process. */
static bool may_be_ours(const struct live *live, const char *service)
{
	const struct live_service *s = live ? live_find(live, service) : NULL;

	for (size_t i = 0; s && i < s->n_instances; i++)
		if (s->instances[i].pid)
			return true;
	return false;
}

static const struct host_listener *holder_of(const struct host_listeners *all, int port, bool udp)
{
	for (size_t i = 0; i < all->n; i++)
		if (all->items[i].port == port && all->items[i].udp == udp)
			return &all->items[i];
	return NULL;
}

static char *who_text(const struct host_listener *l)
{
	if (l->name)
		return xasprintf(_("%s (pid %d)"), l->name, l->pid);
	return l->pid ? xasprintf(_("process %d"), l->pid) : xstrdup(_("another program"));
}

static void look_at_port(
	struct plan_build *b, const struct compose_service *s, const struct compose_port *p)
{
	const struct host_listener *l =
		holder_of(&b->listeners, p->published, str_eq(p->protocol, "udp"));
	autofree char *who = l ? who_text(l) : NULL;

	if (!l)
		return;
	plan_note(b->plan, _("port %d for %s is held by %s"), p->published, s->name, who);
	/* Docker refuses by itself. A process would end again and again, while who has the port
	 * answers its health check. */
	if (b->plan->held.code || !b->w->engine || !str_eq(b->w->engine->ops->name, "process"))
		return;
	error_set(&b->plan->held, ERR_EXISTS, _("port %d for %s is held by %s"), p->published,
		s->name, who);
	error_hint(
		&b->plan->held, _("End that program, or choose another port: \"slipway setup\"."));
}

/* What a killed supervisor left behind is the next one's to end. */
static bool knows_who_runs(const struct plan_build *b)
{
	const struct live *live = b->w->live;

	for (size_t i = 0; live && i < live->n_services; i++)
		if (live->services[i].n_instances)
			return true;
	return !b->supervised;
}

void plan_build_ports(struct plan_build *b)
{
	if (!b->compose || !knows_who_runs(b))
		return;
	for (size_t i = 0; i < b->compose->n_services; i++) {
		const struct compose_service *s = &b->compose->services[i];

		if (!s->active || may_be_ours(b->w->live, s->name) ||
			(b->w->only && !strv_has(b->w->only, s->name)))
			continue;
		for (size_t k = 0; k < s->n_ports; k++)
			if (s->ports[k].published)
				look_at_port(b, s, &s->ports[k]);
	}
}
