/* SPDX-License-Identifier: MIT */
#include "loop/http_pool.h"

#include "loop/sock.h"

enum { CONNECT_TIMEOUT_MS = 10000, KEPT_CONNECTIONS = 64 };

void http_enter(struct http *http)
{
	http->inside++;
}

static void pool_free(struct http *http)
{
	if (http->multi)
		curl_multi_cleanup(http->multi);
	timer_free(http->timer);
	http_deaf_done(&http->deaf);
	mem_close_cleanup(&http->unix_dir);
	free(http->unix_path);
	free(http->unix_short);
	free(http);
}

static struct transfer *pop(struct transfer **list)
{
	struct transfer *t = *list;

	*list = t->next;
	t->next = NULL;
	return t;
}

/* One thing that had to wait until libcurl was off the stack; false when nothing is left. */
static bool settle_one(struct http *http)
{
	struct CURLMsg *msg;
	struct transfer *t;
	char *private;
	int left;

	if (http->end) {
		t = pop(&http->end);
		if (t->added)
			curl_multi_remove_handle(http->multi, t->easy);
		http_transfer_free(t);
		return true;
	}
	if (http->start) {
		t = pop(&http->start);
		t->added = true;
		curl_multi_add_handle(http->multi, t->easy);
		return true;
	}
	msg = http->multi ? curl_multi_info_read(http->multi, &left) : NULL;
	if (!msg)
		return false;
	if (msg->msg == CURLMSG_DONE) {
		CURLcode result = msg->data.result;

		curl_easy_getinfo(msg->easy_handle, CURLINFO_PRIVATE, &private);
		t = (struct transfer *)(void *)private;
		if (t->request)
			http_request_ended(t, result);
		http_drop(t);
	}
	return true;
}

void http_leave(struct http *http)
{
	if (http->inside == 1) {
		while (settle_one(http))
			continue;
	}
	http->inside--;
	if (http->closing && http->inside == 0)
		pool_free(http);
}

void http_add(struct transfer *t)
{
	struct http *http = t->http;

	http_enter(http);
	t->next = http->start;
	http->start = t;
	http_leave(http);
}

static void unlist(struct transfer **list, struct transfer *t)
{
	while (*list && *list != t)
		list = &(*list)->next;
	if (*list)
		*list = t->next;
}

void http_drop(struct transfer *t)
{
	struct http *http = t->http;

	http_enter(http);
	t->request = NULL;
	unlist(&http->start, t);
	unlist(&http->end, t);
	t->next = http->end;
	http->end = t;
	http_leave(http);
}

static void on_timer(void *arg)
{
	struct http *http = arg;
	int running;

	timer_free(take(http->timer));
	http_enter(http);
	curl_multi_socket_action(http->multi, CURL_SOCKET_TIMEOUT, 0, &running);
	http_leave(http);
}

static int set_timer(CURLM *multi, long timeout_ms, void *arg)
{
	struct http *http = arg;

	(void)multi;
	timer_free(take(http->timer));
	if (timeout_ms >= 0)
		http->timer = timer_start(http->loop, timeout_ms, 0, on_timer, http);
	return 0;
}

/* A descriptor libcurl waits for. */
struct watched {
	struct http *http;
	curl_socket_t fd;
	struct loop_poll *poll;
};

static void on_ready(void *arg, int events)
{
	struct watched *w = arg;
	struct http *http = w->http;
	int mask = (events & LOOP_READ ? CURL_CSELECT_IN : 0) |
		   (events & LOOP_WRITE ? CURL_CSELECT_OUT : 0);
	int running;

	http_enter(http);
	curl_multi_socket_action(http->multi, w->fd, mask, &running); /* w may be gone now */
	http_leave(http);
}

static int set_socket(CURL *easy, curl_socket_t fd, int what, void *arg, void *socket_arg)
{
	struct http *http = arg;
	struct watched *w = socket_arg;
	int events =
		(what & CURL_POLL_IN ? LOOP_READ : 0) | (what & CURL_POLL_OUT ? LOOP_WRITE : 0);

	(void)easy;
	if (what == CURL_POLL_REMOVE) {
		if (w)
			loop_poll_free(w->poll);
		free(w);
		curl_multi_assign(http->multi, fd, NULL);
	} else if (w) {
		loop_poll_change(w->poll, events);
	} else {
		w = xcalloc(1, sizeof(*w));
		*w = (struct watched){.http = http, .fd = fd};
		w->poll = loop_poll_start(http->loop, fd, events, on_ready, w);
		curl_multi_assign(http->multi, fd, w);
	}
	return 0;
}

/* libcurl brings OpenSSL up, which costs memory: not before somebody asks for something. */
static void begin(struct http *http)
{
	curl_global_init(CURL_GLOBAL_DEFAULT);
	http->multi = curl_multi_init();
	if (!http->multi)
		abort(); /* out of memory */
	curl_multi_setopt(http->multi, CURLMOPT_SOCKETFUNCTION, set_socket);
	curl_multi_setopt(http->multi, CURLMOPT_SOCKETDATA, http);
	curl_multi_setopt(http->multi, CURLMOPT_TIMERFUNCTION, set_timer);
	curl_multi_setopt(http->multi, CURLMOPT_TIMERDATA, http);
	curl_multi_setopt(http->multi, CURLMOPT_MAXCONNECTS, (long)KEPT_CONNECTIONS);
	curl_multi_setopt(http->multi, CURLMOPT_PIPELINING, CURLPIPE_NOTHING);
}

struct http *http_new(struct loop *loop, const struct http_options *options)
{
	struct http *http = xcalloc(1, sizeof(*http));

	http->loop = loop;
	http->unix_dir = -1;
	http->deaf = (struct http_deaf)HTTP_DEAF_INIT;
	http->connect_timeout_ms = CONNECT_TIMEOUT_MS;
	if (!options)
		return http;
	http->unix_path = xstrdup(options->unix_socket);
	http->connect = options->connect;
	http->connect_arg = options->connect_arg;
	if (options->connect_timeout_ms > 0)
		http->connect_timeout_ms = options->connect_timeout_ms;
	return http;
}

void http_free(struct http *http)
{
	if (!http)
		return;
	http->closing = true;
	http_enter(http);
	http_leave(http);
}

void http_begin(struct http *http)
{
	if (!http->multi)
		begin(http);
	/* Looked up again until it is there: the socket may come after the pool. */
	if (http->unix_path && !http->unix_short)
		http->unix_short = sock_short_path(http->unix_path, &http->unix_dir);
}
