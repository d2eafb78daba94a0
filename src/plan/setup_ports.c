/* SPDX-License-Identifier: MIT */
/* Who listens on which port: the host's processes, and the containers that publish it. */
#include "plan/setup_state.h"

#include "base/i18n.h"
#include "base/json.h"
#include "base/str.h"
#include "base/text.h"
#include "base/yaml.h"
#include "config/interp.h"

#include <stdio.h>
#include <string.h>

void port_table_done(struct port_table *t)
{
	for (size_t i = 0; i < t->n; i++) {
		free(t->items[i].who);
		strv_done(&t->items[i].tcp);
		strv_done(&t->items[i].udp);
	}
	free(t->items);
	*t = (struct port_table){0};
}

void port_table_add(struct port_table *t, int port, char *who, bool container, bool ours)
{
	for (size_t i = 0; i < t->n; i++) {
		struct port_holder *h = &t->items[i];

		if (h->port != port)
			continue;
		h->ours = h->ours || ours;
		if (who && (!h->who || container)) {
			free(h->who);
			h->who = who;
		} else {
			free(who);
		}
		return;
	}
	VEC_GROW(t->items, t->n, t->cap);
	t->items[t->n++] = (struct port_holder){.port = port, .who = who, .ours = ours};
}

void port_table_add_address(struct port_table *t, int port, bool udp, const char *address)
{
	for (size_t i = 0; i < t->n; i++)
		if (t->items[i].port == port)
			strv_add_once(
				udp ? &t->items[i].udp : &t->items[i].tcp, address ? address : "");
}

bool port_holder_bars(const struct port_holder *h, bool udp, const char *address)
{
	const struct strv *at = udp ? &h->udp : &h->tcp;

	for (size_t i = 0; i < at->n; i++)
		if (host_addresses_meet(at->items[i], address))
			return true;
	return !h->tcp.n && !h->udp.n;
}

void port_table_merge(struct port_table *t, struct port_holder *from)
{
	port_table_add(t, from->port, take(from->who), false, from->ours);
	for (size_t i = 0; i < from->tcp.n; i++)
		port_table_add_address(t, from->port, false, from->tcp.items[i]);
	for (size_t i = 0; i < from->udp.n; i++)
		port_table_add_address(t, from->port, true, from->udp.items[i]);
}

const struct port_holder *port_table_find(const struct port_table *t, int port)
{
	for (size_t i = 0; i < t->n; i++)
		if (t->items[i].port == port)
			return &t->items[i];
	return NULL;
}

int port_table_read(struct port_table *t, struct host *h, struct error *err)
{
	AUTO(host_listeners) struct host_listeners found = {0};
	int r = host_listeners(h, &found, err);

	for (size_t i = 0; !r && i < found.n; i++) {
		const struct host_listener *l = &found.items[i];
		char *who = NULL;

		if (l->name)
			who = xasprintf(_("%s (pid %d)"), l->name, l->pid);
		else if (l->pid)
			who = xasprintf(_("process %d"), l->pid);
		port_table_add(t, l->port, who, false, false);
		port_table_add_address(t, l->port, l->udp, l->address);
	}
	t->known = t->known || !r;
	return r;
}

/* --- containers */

/* Value of a label in "a=1,b=2"; caller frees; NULL when absent. */
static char *label_value(const char *labels, const char *name)
{
	AUTO(strv) struct strv all = STRV_INIT;
	autofree char *prefix = xasprintf("%s=", name);

	strv_split(&all, labels, ',');
	for (size_t i = 0; i < all.n; i++)
		if (str_starts(all.items[i], prefix))
			return xstrdup(all.items[i] + strlen(prefix));
	return NULL;
}

/* What stands before the port, without blanks and brackets; caller frees. */
static char *bare_address(const char *from, const char *to)
{
	while (from < to && (*from == ' ' || *from == '['))
		from++;
	while (to > from && to[-1] == ']')
		to--;
	return xstrndup(from, (size_t)(to - from));
}

/* "0.0.0.0:8080-8081->80-81/tcp, [::]:8080->80/tcp, 5432/tcp". */
static void add_ports(struct port_table *t, const char *ports, const char *who, bool ours)
{
	AUTO(strv) struct strv all = STRV_INIT;

	strv_split(&all, ports, ',');
	for (size_t i = 0; i < all.n; i++) {
		char *arrow = strstr(all.items[i], "->");
		autofree char *address = NULL;
		const char *colon;
		int first, last;
		bool udp;

		if (!arrow)
			continue;
		*arrow = '\0';
		udp = strstr(arrow + 1, "/udp") != NULL;
		colon = strrchr(all.items[i], ':');
		address = bare_address(all.items[i], colon ? colon : all.items[i]);
		switch (sscanf(colon ? colon + 1 : "", "%d-%d", &first, &last)) {
		case 1:
			last = first;
			break;
		case 2:
			break;
		default:
			continue;
		}
		for (int port = first; port <= last && port <= 65535; port++) {
			port_table_add(t, port, xstrdup(who), true, ours);
			port_table_add_address(t, port, udp, address);
		}
	}
}

bool port_table_add_containers(struct port_table *t, const char *output, const char *project)
{
	AUTO(strv) struct strv lines = STRV_INIT;
	bool any = false;

	strv_split(&lines, output, '\n');
	for (size_t i = 0; i < lines.n; i++) {
		autojson struct json_object *o = NULL;
		autofree char *of = NULL, *name = NULL, *who = NULL;

		if (json_parse(lines.items[i], strlen(lines.items[i]), &o, NULL))
			continue;
		of = label_value(json_str(o, "Labels", ""), "com.docker.compose.project");
		name = text_safe_dup(json_str(o, "Names", "?"));
		who = of ? xasprintf(_("container %s of project %s"), name, of)
			 : xasprintf(_("container %s"), name);
		add_ports(t, json_str(o, "Ports", ""), who, of && str_eq(of, project));
		any = any || str_eq(of, project);
	}
	return any;
}

/* --- which settings are ports of the host */

void published_done(struct published *p)
{
	strv_done(&p->names);
	strv_done(&p->addresses);
	strv_done(&p->protocols);
}

/* The last colon of the first n bytes that is not one of a default's, which stands in braces; NULL. */
static const char *last_colon(const char *text, size_t n)
{
	const char *found = NULL;
	size_t depth = 0;

	for (size_t i = 0; i < n && text[i]; i++) {
		if (text[i] == '{')
			depth++;
		else if (text[i] == '}' && depth)
			depth--;
		else if (text[i] == ':' && !depth)
			found = text + i;
	}
	return found;
}

/* What is written in one place goes for every name there. */
static void add_names(
	struct published *p, const char *text, const char *address, const char *protocol)
{
	interp_names(text, &p->names);
	while (p->addresses.n < p->names.n) {
		strv_push(&p->addresses, address);
		strv_push(&p->protocols, protocol);
	}
}

/* "[address:]published:target[/protocol]". */
static void add_short(struct published *p, const char *text)
{
	const char *target = last_colon(text, strlen(text));
	const char *before = target ? last_colon(text, (size_t)(target - text)) : NULL;
	autofree char *port = NULL, *address = NULL;

	if (!target)
		return;
	address = bare_address(text, before ? before : text);
	port = before ? xstrndup(before + 1, (size_t)(target - before - 1))
		      : xstrndup(text, (size_t)(target - text));
	add_names(p, port, address, strstr(target, "/udp") ? "udp" : "tcp");
}

static void add_published(struct published *p, const struct yaml_node *ports)
{
	for (size_t i = 0; ports && ports->kind == YAML_SEQ && i < ports->n; i++) {
		const struct yaml_node *port = ports->items[i];

		if (port->kind == YAML_SCALAR)
			add_short(p, port->text);
		else
			add_names(p, yaml_get_text(port, "published", ""),
				yaml_get_text(port, "host_ip", ""),
				yaml_get_text(port, "protocol", "tcp"));
	}
}

void setup_published(const struct project *p, struct published *ret)
{
	for (size_t i = 0; i < p->compose->n_files; i++) {
		const struct compose_file *f = &p->compose->files[i];
		AUTO_PTR(yaml_doc) struct yaml_doc *doc = NULL;
		const struct yaml_node *services;

		if (f->role != COMPOSE_FILE_COMPOSE ||
			yaml_parse(f->path, f->text, f->len, &doc, NULL))
			continue;
		services = yaml_get(yaml_root(doc), "services");
		for (size_t k = 0; services && services->kind == YAML_MAP && k < services->n; k++)
			add_published(ret, yaml_get(services->pairs[k].value, "ports"));
	}
}
