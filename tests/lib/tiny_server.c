/* SPDX-License-Identifier: MIT */
#include "tiny_server.h"

#include "base/mem.h"

#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

struct tiny_server {
	int listener, port;
	pthread_t thread;
	tiny_serve_fn *serve;
	void *arg;
	atomic_int connections;
	pthread_mutex_t lock;
	int current; /* the connection being served, or -1 */
	int stopping;
};

/* Makes fd the current connection; 0 when the server is to end. */
static int begin(struct tiny_server *s, int fd)
{
	int go;

	pthread_mutex_lock(&s->lock);
	go = !s->stopping;
	s->current = go ? fd : -1;
	pthread_mutex_unlock(&s->lock);
	return go;
}

static void *run(void *arg)
{
	struct tiny_server *s = arg;
	int fd, go = 1;

	while (go && (fd = accept(s->listener, NULL, NULL)) >= 0) {
		go = begin(s, fd);
		if (go)
			s->serve(s->arg, fd, ++s->connections);
		pthread_mutex_lock(&s->lock);
		s->current = -1;
		pthread_mutex_unlock(&s->lock);
		close(fd);
	}
	return NULL;
}

static void bind_to(struct tiny_server *s, const char *unix_path)
{
	struct sockaddr_in in = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	struct sockaddr_un un = {.sun_family = AF_UNIX};
	socklen_t len = sizeof(in);
	int rc;

	s->listener = socket(unix_path ? AF_UNIX : AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (unix_path) {
		snprintf(un.sun_path, sizeof(un.sun_path), "%s", unix_path);
		rc = bind(s->listener, (struct sockaddr *)&un, sizeof(un));
	} else {
		rc = bind(s->listener, (struct sockaddr *)&in, sizeof(in));
	}
	if (rc < 0 || listen(s->listener, 16) < 0)
		abort();
	if (!unix_path && getsockname(s->listener, (struct sockaddr *)&in, &len) == 0)
		s->port = ntohs(in.sin_port);
}

struct tiny_server *tiny_server_new(const char *unix_path, tiny_serve_fn *serve, void *arg)
{
	struct tiny_server *s = xcalloc(1, sizeof(*s));

	s->serve = serve;
	s->arg = arg;
	s->current = -1;
	pthread_mutex_init(&s->lock, NULL);
	bind_to(s, unix_path);
	if (pthread_create(&s->thread, NULL, run, s) != 0)
		abort();
	return s;
}

void tiny_server_free(struct tiny_server *s)
{
	if (!s)
		return;
	pthread_mutex_lock(&s->lock);
	s->stopping = 1;
	if (s->current >= 0)
		shutdown(s->current, SHUT_RDWR);
	pthread_mutex_unlock(&s->lock);
	shutdown(s->listener, SHUT_RDWR);
	pthread_join(s->thread, NULL);
	close(s->listener);
	pthread_mutex_destroy(&s->lock);
	free(s);
}

int tiny_server_port(const struct tiny_server *s)
{
	return s->port;
}

int tiny_refusing_port(int *ret_fd)
{
	struct sockaddr_in in = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof(in);

	/* Nobody listens, but it is taken. */
	*ret_fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (bind(*ret_fd, (struct sockaddr *)&in, sizeof(in)) < 0 ||
		getsockname(*ret_fd, (struct sockaddr *)&in, &len) < 0)
		abort();
	return ntohs(in.sin_port);
}

int tiny_server_connections(struct tiny_server *s)
{
	return s->connections;
}

int tiny_read_n(int fd, char *buf, size_t n)
{
	while (n > 0) {
		ssize_t got = recv(fd, buf, n, 0);

		if (got <= 0)
			return 0;
		buf += got;
		n -= (size_t)got;
	}
	return 1;
}

size_t tiny_read_head(int fd, char *buf, size_t size)
{
	size_t n = 0;

	buf[0] = '\0';
	while (n + 1 < size && !strstr(buf, "\r\n\r\n")) {
		if (!tiny_read_n(fd, buf + n, 1))
			return 0;
		buf[++n] = '\0';
	}
	return n;
}

void tiny_send(int fd, const char *text)
{
	size_t n = strlen(text);

	while (n > 0) {
		ssize_t sent = send(fd, text, n, MSG_NOSIGNAL);

		if (sent <= 0)
			return;
		text += sent;
		n -= (size_t)sent;
	}
}
