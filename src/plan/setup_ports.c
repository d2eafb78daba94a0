/* SPDX-License-Identifier: MIT */
/* Who listens on which port: the tables of proc(5), /proc/net/{tcp,tcp6,udp,udp6}, and the
 * descriptors of each process for the sockets named there. */
#include "plan/setup_state.h"

#include "base/i18n.h"
#include "base/json.h"
#include "base/str.h"
#include "base/text.h"

#include <stdio.h>
#include <string.h>

enum { PROC_MAX = 8 * 1024 * 1024, COMM_MAX = 256 };

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

/* --- /proc ---------------------------------------------------------------------------------------
 */

struct listener {
	int port;
	unsigned long long inode;
};

struct listeners {
	struct listener *items;
	size_t n, cap;
};

/* Columns: sl local_address rem_address st tx:rx tr:when retrnsmt uid timeout inode. */
static void read_table(struct listeners *l, struct host *h, const char *path, unsigned wanted_state)
{
	AUTO(str) struct str text = STR_INIT(PROC_MAX);
	AUTO(strv) struct strv lines = STRV_INIT;

	/* A table that is not there (no IPv6) lists nobody. */
	if (host_read(h, path, PROC_MAX, &text, NULL))
		return;
	strv_split(&lines, str_text(&text), '\n');
	for (size_t i = 1; i < lines.n; i++) {
		unsigned long long inode;
		unsigned port, state;

		if (sscanf(lines.items[i],
			    " %*[^:]: %*[0-9A-Fa-f]:%x %*s %x %*s %*s %*s %*s %*s %llu", &port,
			    &state, &inode) != 3 ||
			state != wanted_state)
			continue;
		VEC_GROW(l->items, l->n, l->cap);
		l->items[l->n++] = (struct listener){(int)port, inode};
	}
}

static bool is_number(const char *text)
{
	return *text && text[strspn(text, "0123456789")] == '\0';
}

static char *process_text(struct host *h, const char *pid)
{
	AUTO(str) struct str comm = STR_INIT(COMM_MAX);
	autofree char *path = xasprintf("/proc/%s/comm", pid);
	autofree char *name = NULL;

	if (host_read(h, path, COMM_MAX, &comm, NULL) || !comm.len)
		return xasprintf(_("process %s"), pid);
	str_cut(&comm, comm.len - (comm.data[comm.len - 1] == '\n'));
	name = text_safe_dup(str_text(&comm));
	return xasprintf(_("%s (pid %s)"), name, pid);
}

/* Looks through one process's descriptors for sockets of the list. */
static void match_process(
	struct port_table *t, const struct listeners *l, struct host *h, const char *pid)
{
	AUTO(strv) struct strv fds = STRV_INIT;
	autofree char *dir = xasprintf("/proc/%s/fd", pid);

	/* Processes of others cannot be looked into: their ports stay without a name. */
	if (host_list(h, dir, &fds, NULL))
		return;
	for (size_t i = 0; i < fds.n; i++) {
		autofree char *path = host_path(dir, fds.items[i]);
		autofree char *target = NULL;
		unsigned long long inode;

		if (host_readlink(h, path, &target, NULL) ||
			sscanf(target, "socket:[%llu]", &inode) != 1)
			continue;
		for (size_t k = 0; k < l->n; k++)
			if (l->items[k].inode == inode)
				port_table_add(
					t, l->items[k].port, process_text(h, pid), false, false);
	}
}

int port_table_read(struct port_table *t, struct host *h, struct error *err)
{
	struct listeners l = {0};
	AUTO(strv) struct strv names = STRV_INIT;
	int r;

	read_table(&l, h, "/proc/net/tcp", 0x0A);
	read_table(&l, h, "/proc/net/tcp6", 0x0A);
	read_table(&l, h, "/proc/net/udp", 0x07);
	read_table(&l, h, "/proc/net/udp6", 0x07);
	for (size_t i = 0; i < l.n; i++)
		port_table_add(t, l.items[i].port, NULL, false, false);
	r = l.n ? host_list(h, "/proc", &names, err) : 0;
	for (size_t i = 0; !r && i < names.n; i++)
		if (is_number(names.items[i]))
			match_process(t, &l, h, names.items[i]);
	free(l.items);
	t->known = t->known || !r;
	return r;
}

/* --- containers ----------------------------------------------------------------------------------
 */

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

void port_table_add_containers(struct port_table *t, const char *output, const char *project)
{
	AUTO(strv) struct strv lines = STRV_INIT;

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
	}
}
