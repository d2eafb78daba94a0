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
	for (size_t i = 0; i < t->n; i++)
		free(t->items[i].who);
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
	t->items[t->n++] = (struct port_holder){port, who, ours};
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

/* "0.0.0.0:8080-8081->80-81/tcp, [::]:8080->80/tcp, 5432/tcp". */
static void add_ports(struct port_table *t, const char *ports, const char *who, bool ours)
{
	AUTO(strv) struct strv all = STRV_INIT;

	strv_split(&all, ports, ',');
	for (size_t i = 0; i < all.n; i++) {
		char *arrow = strstr(all.items[i], "->");
		const char *colon;
		int first, last;

		if (!arrow)
			continue;
		*arrow = '\0';
		colon = strrchr(all.items[i], ':');
		switch (sscanf(colon ? colon + 1 : "", "%d-%d", &first, &last)) {
		case 1:
			last = first;
			break;
		case 2:
			break;
		default:
			continue;
		}
		for (int port = first; port <= last && port <= 65535; port++)
			port_table_add(t, port, xstrdup(who), true, ours);
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

/* Bytes of "[host:]published:target" before the target; braces protect the colons of defaults. */
static size_t published_part(const char *text)
{
	size_t depth = 0, part = 0;

	for (size_t i = 0; text[i]; i++) {
		if (text[i] == '{')
			depth++;
		else if (text[i] == '}' && depth)
			depth--;
		else if (text[i] == ':' && !depth)
			part = i;
	}
	return part;
}

static void add_published(struct strv *ret, const struct yaml_node *ports)
{
	for (size_t i = 0; ports && ports->kind == YAML_SEQ && i < ports->n; i++) {
		const struct yaml_node *port = ports->items[i];
		const char *text = port->kind == YAML_SCALAR ? port->text
							     : yaml_get_text(port, "published", "");

		autofree char *part = xstrndup(
			text, port->kind == YAML_SCALAR ? published_part(text) : strlen(text));

		interp_names(part, ret);
	}
}

void setup_published(const struct project *p, struct strv *ret)
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
