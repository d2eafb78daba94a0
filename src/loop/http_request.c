/* SPDX-License-Identifier: MIT */
#include "loop/http_pool.h"

#include "base/i18n.h"
#include "base/log.h"
#include "base/text.h"

#include <string.h>
#include <strings.h>

enum { HEAD_MAX = 256 * 1024, MAX_REDIRECTS = 10 };

struct http_request {
	struct op op;
	struct transfer *transfer; /* NULL once it has ended */
	char *label;               /* "GET http://host/path", for messages */
	http_head_fn *on_head;
	http_body_fn *on_body;
	void *stream_arg;
	bool follow;
	int status;
	struct strv headers;
	size_t head_size;
	bool head_done, too_large, paused;
	struct timer *resume;
	struct str body;
};

/* --- what libcurl calls */

static size_t on_data(char *data, size_t size, size_t n, void *arg)
{
	struct transfer *t = arg;
	struct http_request *r = t->request;

	n *= size;
	if (!r)
		return 0;
	if (!r->on_body) {
		str_addn(&r->body, data, n);
		r->too_large = str_full(&r->body);
		return r->too_large ? 0 : n;
	}
	if (n == 0)
		return 0;
	if (r->on_body(r->stream_arg, data, n))
		return t->request ? n : 0;
	if (!t->request)
		return 0;
	r->paused = true;
	return CURL_WRITEFUNC_PAUSE;
}

/* "HTTP/1.1 200 OK" begins a new head: after a redirect, or after 100 Continue. */
static void begin_head(struct http_request *r, const char *line, size_t n)
{
	const char *blank = memchr(line, ' ', n);
	const char *p = blank ? blank + 1 : line + n;

	strv_clear(&r->headers);
	r->head_done = false;
	r->status = 0;
	while (p < line + n && *p >= '0' && *p <= '9' && r->status < 1000)
		r->status = r->status * 10 + (*p++ - '0');
}

static void end_head(struct http_request *r)
{
	bool interim = r->status < 200;
	bool moves = r->follow && r->status >= 300 && r->status < 400 && http_header(r, "Location");

	if (r->head_done || interim || moves)
		return;
	r->head_done = true;
	if (r->on_head)
		r->on_head(r->stream_arg);
}

static size_t on_header(char *data, size_t size, size_t n, void *arg)
{
	struct transfer *t = arg;
	struct http_request *r = t->request;
	size_t len = n * size;

	if (!r)
		return 0;
	r->head_size += len;
	if (r->head_size > HEAD_MAX) {
		r->too_large = true;
		return 0;
	}
	while (len > 0 && (data[len - 1] == '\n' || data[len - 1] == '\r'))
		len--;
	if (len >= 5 && memcmp(data, "HTTP/", 5) == 0)
		begin_head(r, data, len);
	else if (len > 0 && !r->head_done)
		strv_push_take(&r->headers, xstrndup(data, len));
	else if (len == 0)
		end_head(r);
	return t->request ? n * size : 0;
}

static curl_socket_t open_socket(void *arg, curlsocktype purpose, struct curl_sockaddr *address)
{
	struct transfer *t = arg;
	struct http_deaf *deaf = &t->http->deaf;
	int fd = t->http->connect(t->http->connect_arg);

	(void)purpose;
	if (fd < 0)
		return CURL_SOCKET_BAD;
	/* The address fits: the kernel chooses names of five digits, libcurl keeps more room. */
	if (http_deaf_needed() && http_deaf_open(deaf) && deaf->len <= sizeof(address->addr)) {
		address->family = AF_UNIX;
		address->addrlen = deaf->len;
		memcpy(&address->addr, &deaf->address, deaf->len);
	}
	return fd;
}

static int set_up_socket(void *arg, curl_socket_t fd, curlsocktype purpose)
{
	(void)arg;
	(void)fd;
	(void)purpose;
	return CURL_SOCKOPT_ALREADY_CONNECTED;
}

/* --- outcome */

static const struct {
	CURLcode result;
	int code;
} outcomes[] = {
	{CURLE_OK, 0},
	{CURLE_COULDNT_RESOLVE_HOST, ERR_UNREACHABLE},
	{CURLE_COULDNT_RESOLVE_PROXY, ERR_UNREACHABLE},
	{CURLE_COULDNT_CONNECT, ERR_UNREACHABLE},
	{CURLE_SSL_CONNECT_ERROR, ERR_UNREACHABLE},
	{CURLE_PEER_FAILED_VERIFICATION, ERR_UNREACHABLE},
	{CURLE_OPERATION_TIMEDOUT, ERR_TIMEOUT},
	{CURLE_URL_MALFORMAT, ERR_INPUT},
	{CURLE_UNSUPPORTED_PROTOCOL, ERR_INPUT},
};

static int code_of(struct transfer *t, CURLcode result)
{
	curl_off_t connected = 0;
	int code = ERR_FAILED;

	for (size_t i = 0; i < ARRAY_SIZE(outcomes); i++) {
		if (outcomes[i].result == result)
			code = outcomes[i].code;
	}
	if (t->request->too_large)
		return ERR_LIMIT;
	curl_easy_getinfo(t->easy, CURLINFO_PRETRANSFER_TIME_T, &connected);
	if (code == ERR_TIMEOUT && connected == 0)
		return ERR_UNREACHABLE;
	/* An answer that is no HTTP, rather than a scheme that is none. */
	return code == ERR_INPUT && connected > 0 ? ERR_FAILED : code;
}

void http_request_ended(struct transfer *t, CURLcode result)
{
	AUTO(error) struct error err = ERROR_INIT;
	struct http_request *r = t->request;
	int code = code_of(t, result);
	long os_errno = 0;

	r->transfer = NULL;
	log_debug("http: %s: %d %s", r->label, r->status, curl_easy_strerror(result));
	if (code == 0) {
		op_finish(&r->op, 0, NULL);
		return;
	}
	curl_easy_getinfo(t->easy, CURLINFO_OS_ERRNO, &os_errno);
	if (code == ERR_LIMIT)
		error_set(&err, code, _("%s: the answer is too large"), r->label);
	else if (code == ERR_TIMEOUT)
		error_set(&err, code, _("%s: no complete answer in time"), r->label);
	else if (result == CURLE_COULDNT_CONNECT && os_errno)
		error_set(&err, code, "%s: %s", r->label, strerror((int)os_errno));
	else
		error_set(&err, code, "%s: %s", r->label, curl_easy_strerror(result));
	if (t->text[0]) {
		autofree char *text = text_safe_dup(t->text);

		error_detail(&err, "%s", text);
	}
	op_finish(&r->op, code, &err);
}

/* --- life */

void http_transfer_free(struct transfer *t)
{
	curl_easy_cleanup(t->easy);
	curl_slist_free_all(t->headers);
	curl_slist_free_all(t->connect_to);
	if (t->body)
		mem_wipe(t->body, t->body_len);
	free(t->body);
	free(t);
}

static void stop(struct http_request *r)
{
	timer_free(take(r->resume));
	if (r->transfer)
		http_drop(take(r->transfer));
}

static void request_cancel(struct op *op)
{
	AUTO(error) struct error err = ERROR_INIT;
	struct http_request *r = (struct http_request *)op;

	stop(r);
	error_set(&err, ERR_CANCELLED, _("%s: cancelled"), r->label);
	op_finish(op, ERR_CANCELLED, &err);
}

static void request_destroy(struct op *op)
{
	struct http_request *r = (struct http_request *)op;

	stop(r);
	strv_done(&r->headers);
	str_done(&r->body);
	free(r->label);
	free(r);
}

static const struct op_class request_class = {
	.name = N_("request"), .cancel = request_cancel, .destroy = request_destroy};

/* --- start */

static bool is_loopback(const char *host)
{
	return (strcasecmp(host, "localhost") == 0 || str_ends(host, ".localhost") ||
		str_starts(host, "127.") || str_eq(host, "::1"));
}

static void set_way(struct transfer *t, const char *host)
{
	struct http *http = t->http;
	CURL *e = t->easy;

	if (http->unix_path || http->connect || is_loopback(host))
		curl_easy_setopt(e, CURLOPT_PROXY, "");
	if (http->unix_path)
		curl_easy_setopt(e, CURLOPT_UNIX_SOCKET_PATH,
			http->unix_short ? http->unix_short : "/nonexistent");
	if (http->connect) {
		/* The name in the URL is the other side's business: nothing is looked up here. */
		t->connect_to = curl_slist_append(NULL, "::127.0.0.1:");
		curl_easy_setopt(e, CURLOPT_CONNECT_TO, t->connect_to);
		curl_easy_setopt(e, CURLOPT_OPENSOCKETFUNCTION, open_socket);
		curl_easy_setopt(e, CURLOPT_OPENSOCKETDATA, t);
		curl_easy_setopt(e, CURLOPT_SOCKOPTFUNCTION, set_up_socket);
		/* One address and that already connected: libcurl would look at it again only when
		 * the second address' turn comes, after 200 ms. */
		curl_easy_setopt(e, CURLOPT_HAPPY_EYEBALLS_TIMEOUT_MS, 1L);
	}
	curl_easy_setopt(e, CURLOPT_CONNECTTIMEOUT_MS, (long)http->connect_timeout_ms);
}

static void set_method(struct transfer *t, const struct http_spec *spec)
{
	const char *method = spec->method ? spec->method : "GET";
	CURL *e = t->easy;

	if (spec->body || strcmp(method, "POST") == 0) {
		curl_easy_setopt(e, CURLOPT_POSTFIELDSIZE_LARGE,
			(curl_off_t)(spec->body ? spec->body_len : 0));
		t->body_len = spec->body ? spec->body_len : 0;
		t->body = xmalloc(t->body_len + 1);
		memcpy(t->body, spec->body ? spec->body : "", t->body_len);
		curl_easy_setopt(e, CURLOPT_POSTFIELDS, t->body);
	}
	if (strcmp(method, "HEAD") == 0)
		curl_easy_setopt(e, CURLOPT_NOBODY, 1L);
	else if (spec->body || strcmp(method, "GET") != 0)
		curl_easy_setopt(e, CURLOPT_CUSTOMREQUEST, method);
	/* No round trip to ask whether a body is welcome. */
	t->headers = curl_slist_append(t->headers, "Expect:");
	for (size_t i = 0; spec->headers && i < spec->headers->n; i++)
		t->headers = curl_slist_append(t->headers, spec->headers->items[i]);
	curl_easy_setopt(e, CURLOPT_HTTPHEADER, t->headers);
}

static void set_options(struct transfer *t, const struct http_spec *spec)
{
	CURL *e = t->easy;

	curl_easy_setopt(e, CURLOPT_PRIVATE, t);
	curl_easy_setopt(e, CURLOPT_URL, spec->url);
	curl_easy_setopt(e, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(e, CURLOPT_ERRORBUFFER, t->text);
	curl_easy_setopt(e, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1);
	curl_easy_setopt(e, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(e, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(e, CURLOPT_WRITEFUNCTION, on_data);
	curl_easy_setopt(e, CURLOPT_WRITEDATA, t);
	curl_easy_setopt(e, CURLOPT_HEADERFUNCTION, on_header);
	curl_easy_setopt(e, CURLOPT_HEADERDATA, t);
	curl_easy_setopt(e, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
	curl_easy_setopt(e, CURLOPT_USERAGENT, PACKAGE_NAME "/" PACKAGE_VERSION);
	if (spec->buffer)
		curl_easy_setopt(e, CURLOPT_BUFFERSIZE, (long)spec->buffer);
	if (spec->timeout_ms > 0)
		curl_easy_setopt(e, CURLOPT_TIMEOUT_MS, (long)spec->timeout_ms);
	if (spec->follow) {
		curl_easy_setopt(e, CURLOPT_FOLLOWLOCATION, 1L);
		curl_easy_setopt(e, CURLOPT_MAXREDIRS, (long)MAX_REDIRECTS);
	}
	if (spec->insecure) {
		curl_easy_setopt(e, CURLOPT_SSL_VERIFYPEER, 0L);
		curl_easy_setopt(e, CURLOPT_SSL_VERIFYHOST, 0L);
	}
}

int http_start(struct http *http, const struct http_spec *spec, op_done_fn *done, void *arg,
	struct http_request **ret, struct error *err)
{
	autofree char *host = NULL, *shown = NULL;
	struct http_request *r;
	struct transfer *t;
	int port, rc = http_url_target(spec->url, &host, &port, err);

	if (rc < 0)
		return rc;
	shown = http_url_text(spec->url);
	http_begin(http);
	r = xcalloc(1, sizeof(*r));
	op_init(&r->op, &request_class, http->loop, done, arg);
	r->label = xasprintf("%s %s", spec->method ? spec->method : "GET", shown);
	r->on_head = spec->on_head;
	r->on_body = spec->on_body;
	r->stream_arg = spec->stream_arg;
	r->follow = spec->follow;
	str_init(&r->body, spec->keep ? spec->keep : STR_FILE);
	t = xcalloc(1, sizeof(*t));
	t->easy = curl_easy_init();
	if (!t->easy)
		abort(); /* out of memory */
	t->http = http;
	t->request = r;
	r->transfer = t;
	set_options(t, spec);
	set_way(t, host);
	set_method(t, spec);
	http_add(t);
	*ret = r;
	return 0;
}

struct op *http_op(struct http_request *r)
{
	return r ? &r->op : NULL;
}

int http_status(const struct http_request *r)
{
	return r->status;
}

const struct str *http_body(const struct http_request *r)
{
	return &r->body;
}

const char *http_header(const struct http_request *r, const char *name)
{
	size_t n = strlen(name);

	for (size_t i = 0; i < r->headers.n; i++) {
		const char *line = r->headers.items[i];

		if (strncasecmp(line, name, n) == 0 && line[n] == ':') {
			line += n + 1;
			return line + strspn(line, " \t");
		}
	}
	return NULL;
}

static void on_resume(void *arg)
{
	struct http_request *r = arg;
	struct transfer *t = r->transfer;
	struct http *http;

	timer_free(take(r->resume));
	if (!t)
		return;
	http = t->http;
	r->paused = false;
	http_enter(http);
	/* Delivers what is waiting before it returns; r may be gone then. */
	curl_easy_pause(t->easy, CURLPAUSE_CONT);
	http_leave(http);
}

void http_resume(struct http_request *r)
{
	if (r->transfer && r->paused && !r->resume)
		r->resume = loop_defer(r->op.loop, on_resume, r);
}
