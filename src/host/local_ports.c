/* SPDX-License-Identifier: MIT */
/* Who listens on which port: the tables of proc(5), /proc/net/{tcp,tcp6,udp,udp6}, and the
 * descriptors of each process for the sockets named there. */
#include "host/local.h"

#include "base/text.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TABLE_MAX = 8 * 1024 * 1024, COMM_MAX = 256, LISTENS = 0x0A, UNCONNECTED = 0x07 };

struct socket {
	int port;
	bool udp, named;
	unsigned long long inode;
	char address[INET6_ADDRSTRLEN]; /* "": all */
};

struct sockets {
	struct socket *items;
	size_t n, cap;
};

/* The kernel prints the words of an address as numbers of this machine. */
static void read_address(struct socket *s, const char *hex)
{
	size_t n = strlen(hex) / 8;
	uint32_t words[4] = {0};

	for (size_t i = 0; i < n && i < 4; i++) {
		char word[9] = "";

		memcpy(word, hex + 8 * i, 8);
		words[i] = (uint32_t)strtoul(word, NULL, 16);
	}
	/* An address of IPv4 in the clothes of IPv6. */
	if (n == 4 && !words[0] && !words[1] && words[2] == htonl(0xffff)) {
		words[0] = words[3];
		n = 1;
	}
	if (words[0] || words[1] || words[2] || words[3])
		inet_ntop(n == 1 ? AF_INET : AF_INET6, words, s->address, sizeof(s->address));
}

/* Columns: sl local_address rem_address st tx:rx tr:when retrnsmt uid timeout inode. */
static void read_table(struct host *h, const char *path, bool udp, struct sockets *s)
{
	AUTO(str) struct str text = STR_INIT(TABLE_MAX);
	AUTO(strv) struct strv lines = STRV_INIT;

	/* A table that is not there (no IPv6) lists nobody. */
	if (local_read(h, path, TABLE_MAX, &text, NULL))
		return;
	strv_split(&lines, str_text(&text), '\n');
	for (size_t i = 1; i < lines.n; i++) {
		unsigned long long inode;
		unsigned port, state;
		char address[33];

		if (sscanf(lines.items[i],
			    " %*[^:]: %32[0-9A-Fa-f]:%x %*s %x %*s %*s %*s %*s %*s %llu", address,
			    &port, &state, &inode) != 4 ||
			state != (udp ? UNCONNECTED : LISTENS))
			continue;
		VEC_GROW(s->items, s->n, s->cap);
		s->items[s->n] = (struct socket){(int)port, udp, false, inode, ""};
		read_address(&s->items[s->n++], address);
	}
}

static void add(struct host_listeners *ret, const struct socket *s, int pid, char *name)
{
	VEC_GROW(ret->items, ret->n, ret->cap);
	ret->items[ret->n++] = (struct host_listener){
		s->port, s->udp, pid, name, *s->address ? xstrdup(s->address) : NULL};
}

static char *process_name(struct host *h, const char *pid)
{
	AUTO(str) struct str comm = STR_INIT(COMM_MAX);
	autofree char *path = xasprintf("/proc/%s/comm", pid);

	if (local_read(h, path, COMM_MAX, &comm, NULL) || !comm.len)
		return NULL;
	str_cut(&comm, comm.len - (comm.data[comm.len - 1] == '\n'));
	return text_safe_dup(str_text(&comm));
}

/* The sockets of the list that a process holds. */
static void match_process(
	struct host *h, const char *pid, struct sockets *s, struct host_listeners *ret)
{
	AUTO(strv) struct strv fds = STRV_INIT;
	autofree char *dir = xasprintf("/proc/%s/fd", pid);
	int64_t number;

	/* Processes of others cannot be looked into: their ports stay without a name. */
	if (text_to_int(pid, 1, INT32_MAX, &number, NULL) || local_list(h, dir, &fds, NULL))
		return;
	for (size_t i = 0; i < fds.n; i++) {
		autofree char *path = host_path(dir, fds.items[i]);
		autofree char *target = NULL;
		unsigned long long inode;

		if (local_readlink(h, path, &target, NULL) ||
			sscanf(target, "socket:[%llu]", &inode) != 1)
			continue;
		for (size_t k = 0; k < s->n; k++) {
			if (s->items[k].inode != inode)
				continue;
			s->items[k].named = true;
			add(ret, &s->items[k], (int)number, process_name(h, pid));
		}
	}
}

static bool is_number(const char *text)
{
	return *text && text[strspn(text, "0123456789")] == '\0';
}

int local_listeners(struct host *h, struct host_listeners *ret, struct error *err)
{
	AUTO(strv) struct strv names = STRV_INIT;
	struct sockets s = {0};
	int code;

	read_table(h, "/proc/net/tcp", false, &s);
	read_table(h, "/proc/net/tcp6", false, &s);
	read_table(h, "/proc/net/udp", true, &s);
	read_table(h, "/proc/net/udp6", true, &s);
	code = s.n ? local_list(h, "/proc", &names, err) : 0;
	for (size_t i = 0; code == 0 && i < names.n; i++)
		if (is_number(names.items[i]))
			match_process(h, names.items[i], &s, ret);
	for (size_t i = 0; code == 0 && i < s.n; i++)
		if (!s.items[i].named)
			add(ret, &s.items[i], 0, NULL);
	free(s.items);
	return code;
}
