/* SPDX-License-Identifier: MIT */
#include "fake_engine.h"

#include "base/mem.h"
#include "base/str.h"

#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { MAX_CONNECTIONS = 256, MAX_ROUTES = 64 };

struct route {
	char *path, *type, *body;
	size_t n;
	int status;
	bool stream;
	int asked;
	char *query;
};

struct connection {
	int fd;
	struct str in, out;
	struct route *streams; /* the stream it carries; NULL: none */
};

struct fake_engine {
	char *path;
	int listener; /* -1: down */
	int wake[2];
	pthread_t thread;
	pthread_mutex_t lock;
	bool end;
	struct route routes[MAX_ROUTES];
	size_t n_routes;
	struct connection connections[MAX_CONNECTIONS];
	size_t n_connections;
	int accepted;
};

/* Writes what the peer takes now. */
static void flush(struct connection *c)
{
	while (c->out.len) {
		ssize_t sent = send(c->fd, c->out.data, c->out.len, MSG_NOSIGNAL | MSG_DONTWAIT);

		if (sent <= 0)
			return;
		str_shift(&c->out, (size_t)sent);
	}
}

static void wake(struct fake_engine *f)
{
	if (write(f->wake[1], "x", 1) != 1)
		abort();
}

static void drop(struct fake_engine *f, size_t i)
{
	close(f->connections[i].fd);
	str_done(&f->connections[i].in);
	str_done(&f->connections[i].out);
	f->connections[i] = f->connections[--f->n_connections];
}

static struct route *find_route(struct fake_engine *f, const char *path)
{
	for (size_t i = 0; i < f->n_routes; i++)
		if (str_eq(f->routes[i].path, path))
			return &f->routes[i];
	return NULL;
}

static void add_chunk(struct connection *c, const void *data, size_t n)
{
	if (!n)
		return;
	str_addf(&c->out, "%zx\r\n", n);
	str_addn(&c->out, data, n);
	str_add(&c->out, "\r\n");
}

static void answer(struct connection *c, struct route *r)
{
	static const char none[] = "{\"message\":\"no such thing\"}";

	if (r && r->stream) {
		str_addf(&c->out,
			"HTTP/1.1 200 OK\r\nContent-Type: %s\r\nTransfer-Encoding: chunked\r\n\r\n",
			r->type);
		add_chunk(c, r->body, r->n);
		c->streams = r;
		return;
	}
	str_addf(&c->out, "HTTP/1.1 %d X\r\nContent-Type: %s\r\nContent-Length: %zu\r\n\r\n",
		r ? r->status : 404, r ? r->type : "application/json", r ? r->n : sizeof(none) - 1);
	str_addn(&c->out, r ? r->body : none, r ? r->n : sizeof(none) - 1);
}

/* The route "PATH?PART" of a query that holds PART goes before the route PATH. */
static struct route *find_asked(struct fake_engine *f, const char *path, const char *query)
{
	size_t n = strlen(path);

	for (size_t i = 0; i < f->n_routes; i++) {
		const char *p = f->routes[i].path;

		if (!strncmp(p, path, n) && p[n] == '?' && strstr(query, p + n + 1))
			return &f->routes[i];
	}
	return find_route(f, path);
}

/* "GET /v1.44/containers/json?all=1 HTTP/1.1": the route, its query noted. */
static struct route *route_of(struct fake_engine *f, const char *head)
{
	const char *start = strchr(head, ' ') + 1;
	autofree char *path = xstrndup(start, strcspn(start, " "));
	char *query = strchr(path, '?');
	char *plain = path;
	struct route *r;

	if (query)
		*query++ = '\0';
	if (str_starts(path, "/v1."))
		plain = strchr(path + 1, '/');
	r = find_asked(f, plain, query ? query : "");
	if (r) {
		r->asked++;
		free(r->query);
		r->query = xstrdup(query ? query : "");
	}
	return r;
}

/* Answers each complete request. */
static void serve(struct fake_engine *f, struct connection *c)
{
	for (;;) {
		const char *end = c->in.len ? strstr(c->in.data, "\r\n\r\n") : NULL;
		const char *length =
			c->in.len ? strcasestr(c->in.data, "\r\nContent-Length: ") : NULL;
		size_t body = 0;

		if (!end)
			return;
		if (length && length < end)
			body = strtoul(length + 18, NULL, 10);
		if (c->in.len < (size_t)(end + 4 - c->in.data) + body)
			return;
		answer(c, route_of(f, c->in.data));
		str_shift(&c->in, (size_t)(end + 4 - c->in.data) + body);
	}
}

static void take_connection(struct fake_engine *f)
{
	int fd = accept(f->listener, NULL, NULL);

	if (fd < 0)
		return;
	if (f->n_connections == MAX_CONNECTIONS) {
		close(fd);
		return;
	}
	f->connections[f->n_connections] = (struct connection){.fd = fd};
	str_init(&f->connections[f->n_connections].in, STR_FILE);
	str_init(&f->connections[f->n_connections++].out, STR_OUTPUT);
	f->accepted++;
}

static void read_connection(struct fake_engine *f, size_t i)
{
	char buf[4096];
	ssize_t n = recv(f->connections[i].fd, buf, sizeof(buf), 0);

	if (n <= 0) {
		drop(f, i);
		return;
	}
	str_addn(&f->connections[i].in, buf, (size_t)n);
	serve(f, &f->connections[i]);
}

static void *run(void *arg)
{
	struct fake_engine *f = arg;
	char c;

	pthread_mutex_lock(&f->lock);
	while (!f->end) {
		struct pollfd fds[MAX_CONNECTIONS + 2];
		size_t n = f->n_connections;

		fds[0] = (struct pollfd){.fd = f->wake[0], .events = POLLIN};
		fds[1] = (struct pollfd){.fd = f->listener, .events = POLLIN};
		for (size_t i = 0; i < n; i++)
			fds[i + 2] = (struct pollfd){.fd = f->connections[i].fd,
				.events = POLLIN | (f->connections[i].out.len ? POLLOUT : 0)};
		pthread_mutex_unlock(&f->lock);
		poll(fds, n + 2, -1);
		pthread_mutex_lock(&f->lock);
		if (fds[0].revents) {
			/* Something changed: what was polled may be gone. */
			if (read(f->wake[0], &c, 1) != 1)
				break;
			continue;
		}
		for (size_t i = n; i > 0; i--) {
			if (fds[i + 1].revents & POLLOUT)
				flush(&f->connections[i - 1]);
			if (fds[i + 1].revents & ~POLLOUT)
				read_connection(f, i - 1);
		}
		if (fds[1].revents)
			take_connection(f);
	}
	pthread_mutex_unlock(&f->lock);
	return NULL;
}

static void listen_on(struct fake_engine *f)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};

	snprintf(address.sun_path, sizeof(address.sun_path), "%s", f->path);
	unlink(f->path);
	f->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (bind(f->listener, (struct sockaddr *)&address, sizeof(address)) < 0 ||
		listen(f->listener, 64) < 0)
		abort();
}

struct fake_engine *fake_engine_new(const char *path)
{
	struct fake_engine *f = xcalloc(1, sizeof(*f));

	f->path = xstrdup(path);
	pthread_mutex_init(&f->lock, NULL);
	if (pipe(f->wake) < 0)
		abort();
	listen_on(f);
	if (pthread_create(&f->thread, NULL, run, f))
		abort();
	return f;
}

void fake_engine_free(struct fake_engine *f)
{
	pthread_mutex_lock(&f->lock);
	f->end = true;
	wake(f);
	pthread_mutex_unlock(&f->lock);
	pthread_join(f->thread, NULL);
	while (f->n_connections)
		drop(f, 0);
	if (f->listener >= 0)
		close(f->listener);
	unlink(f->path);
	close(f->wake[0]);
	close(f->wake[1]);
	for (size_t i = 0; i < f->n_routes; i++) {
		free(f->routes[i].path);
		free(f->routes[i].type);
		free(f->routes[i].body);
		free(f->routes[i].query);
	}
	pthread_mutex_destroy(&f->lock);
	free(f->path);
	free(f);
}

static void put(struct fake_engine *f, const char *path, bool stream, int status, const char *type,
	const void *body, size_t n)
{
	struct route *r;

	pthread_mutex_lock(&f->lock);
	r = find_route(f, path);
	if (!r) {
		if (f->n_routes == MAX_ROUTES)
			abort();
		r = &f->routes[f->n_routes++];
		r->path = xstrdup(path);
	}
	free(r->type);
	free(r->body);
	r->type = xstrdup(type ? type : "application/json");
	r->body = xmemdup(body, n);
	r->n = n;
	r->status = status;
	r->stream = stream;
	pthread_mutex_unlock(&f->lock);
}

void fake_engine_put(struct fake_engine *f, const char *path, int status, const char *type,
	const void *body, size_t n)
{
	put(f, path, false, status, type, body, n);
}

void fake_engine_put_text(struct fake_engine *f, const char *path, const char *body)
{
	put(f, path, false, 200, NULL, body, strlen(body));
}

void fake_engine_put_stream(
	struct fake_engine *f, const char *path, const char *type, const void *body, size_t n)
{
	put(f, path, true, 200, type, body, n);
}

void fake_engine_push(struct fake_engine *f, const char *path, const void *data, size_t n)
{
	pthread_mutex_lock(&f->lock);
	for (size_t i = 0; i < f->n_connections; i++)
		if (f->connections[i].streams && str_eq(f->connections[i].streams->path, path))
			add_chunk(&f->connections[i], data, n);
	wake(f);
	pthread_mutex_unlock(&f->lock);
}

void fake_engine_end(struct fake_engine *f, const char *path)
{
	pthread_mutex_lock(&f->lock);
	for (size_t i = 0; i < f->n_connections; i++) {
		struct connection *c = &f->connections[i];

		if (!c->streams || !str_eq(c->streams->path, path))
			continue;
		str_add(&c->out, "0\r\n\r\n");
		c->streams = NULL;
	}
	wake(f);
	pthread_mutex_unlock(&f->lock);
}

void fake_engine_down(struct fake_engine *f)
{
	pthread_mutex_lock(&f->lock);
	while (f->n_connections)
		drop(f, 0);
	close(f->listener);
	f->listener = -1;
	wake(f);
	pthread_mutex_unlock(&f->lock);
}

void fake_engine_up(struct fake_engine *f)
{
	pthread_mutex_lock(&f->lock);
	listen_on(f);
	wake(f);
	pthread_mutex_unlock(&f->lock);
}

int fake_engine_asked(struct fake_engine *f, const char *path)
{
	struct route *r;
	int n;

	pthread_mutex_lock(&f->lock);
	r = find_route(f, path);
	n = r ? r->asked : 0;
	pthread_mutex_unlock(&f->lock);
	return n;
}

void fake_engine_query(struct fake_engine *f, const char *path, char *buf, size_t size)
{
	struct route *r;

	pthread_mutex_lock(&f->lock);
	r = find_route(f, path);
	snprintf(buf, size, "%s", r && r->query ? r->query : "");
	pthread_mutex_unlock(&f->lock);
}

int fake_engine_connections(struct fake_engine *f)
{
	int n;

	pthread_mutex_lock(&f->lock);
	n = f->accepted;
	pthread_mutex_unlock(&f->lock);
	return n;
}
