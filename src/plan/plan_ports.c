/* SPDX-License-Identifier: MIT */
/* Ports of the host that the services are to get, and somebody else has. */
#include "plan/plan_build.h"

#include "base/i18n.h"
#include "base/str.h"

#include <string.h>

static const struct live_service *running(const struct live *live, const char *service)
{
	const struct live_service *s = live ? live_find(live, service) : NULL;

	for (size_t i = 0; s && i < s->n_instances; i++)
		if (s->instances[i].pid)
			return s;
	return NULL;
}

/* "127.0.0.1:8080->80/tcp, [::1]:9000->90/tcp", of which one is the port. */
static bool names_port(const char *ports, int port)
{
	autofree char *text = xasprintf("%d->", port);

	for (const char *at = ports; at && (at = strstr(at, text)); at++)
		if (at == ports || at[-1] == ':' || at[-1] == ' ')
			return true;
	return false;
}

/* A container of the project has it, of this service or of another one. */
static bool is_published(const struct live *live, int port)
{
	for (size_t i = 0; live && i < live->n_services; i++)
		for (size_t k = 0; k < live->services[i].n_instances; k++)
			if (names_port(live->services[i].instances[k].ports, port))
				return true;
	return false;
}

static bool runs_processes(const struct plan_build *b)
{
	return b->w->engine && str_eq(b->w->engine->ops->name, "process");
}

static bool stays(const struct plan_build *b, const char *service)
{
	for (size_t i = 0; i < b->plan->n_services; i++)
		if (str_eq(b->plan->services[i].name, service))
			return b->plan->services[i].change != SERVICE_RECREATE;
	return true;
}

/* Whether what listens may be the service's own process, or a container of the project. */
static bool may_be_ours(const struct plan_build *b, const char *service, int port)
{
	if (running(b->w->live, service) && (runs_processes(b) || stays(b, service)))
		return true;
	return !runs_processes(b) && is_published(b->w->live, port);
}

static const struct host_listener *holder_of(
	const struct host_listeners *all, const struct compose_port *p)
{
	bool udp = str_eq(p->protocol, "udp");

	for (size_t i = 0; i < all->n; i++)
		if (all->items[i].port == p->published && all->items[i].udp == udp &&
			host_addresses_meet(all->items[i].address, p->host_ip))
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
	const struct host_listener *l = holder_of(&b->listeners, p);
	autofree char *who = l ? who_text(l) : NULL;

	if (!l || may_be_ours(b, s->name, p->published))
		return;
	plan_note(b->plan, _("port %d for %s is held by %s"), p->published, s->name, who);
	/* A container would not start, after all before it was done. A process would end again and
	 * again, while who has the port answers its health check. */
	if (b->plan->held.code || !b->w->live || !engine_listens_here(b->w->engine))
		return;
	b->plan->held_service = xstrdup(s->name);
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
	return !b->supervised || !runs_processes(b);
}

void plan_build_ports(struct plan_build *b)
{
	if (!b->compose || !knows_who_runs(b))
		return;
	for (size_t i = 0; i < b->compose->n_services; i++) {
		const struct compose_service *s = &b->compose->services[i];

		if (!s->active || (b->w->only && !strv_has(b->w->only, s->name)))
			continue;
		for (size_t k = 0; k < s->n_ports; k++)
			if (s->ports[k].published)
				look_at_port(b, s, &s->ports[k]);
	}
}
