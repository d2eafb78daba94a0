/* SPDX-License-Identifier: MIT */
#include "probe/probe_kind.h"

#include "base/i18n.h"
#include "base/text.h"

#include <string.h>

enum { TEXT_MAX = 4096, TIMEOUT_MS = 5000, NS_PER_MS = 1000000, SHORTEST_SECRET = 4 };

static const struct probe_kind_ops *const kinds[] = {
	[PROBE_HTTP] = &probe_http,
	[PROBE_TCP] = &probe_tcp,
	[PROBE_POSTGRES] = &probe_postgres,
	[PROBE_REDIS] = &probe_redis,
	[PROBE_COMMAND] = &probe_command,
	[PROBE_SMTP] = &probe_smtp,
};

/* The parts of the specification that are text, so that each is copied and released in one place.
 */
static const size_t texts[] = {
	offsetof(struct probe_spec, url),
	offsetof(struct probe_spec, json_path),
	offsetof(struct probe_spec, json_equals),
	offsetof(struct probe_spec, json_not),
	offsetof(struct probe_spec, host),
	offsetof(struct probe_spec, user),
	offsetof(struct probe_spec, password),
	offsetof(struct probe_spec, bearer),
	offsetof(struct probe_spec, database),
	offsetof(struct probe_spec, query),
	offsetof(struct probe_spec, cwd),
};

static char **text_at(struct probe *p, size_t i)
{
	return (char **)(void *)((char *)&p->spec + texts[i]);
}

/* The list is the caller's until it is copied here. */
static void copy_list(const struct strv **list, struct strv *own)
{
	if (!*list)
		return;
	strv_extend(own, *list);
	*list = own;
}

static void copy_spec(struct probe *p, const struct probe_spec *spec)
{
	p->spec = *spec;
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
		*text_at(p, i) = xstrdup(*text_at(p, i));
	copy_list(&p->spec.argv, &p->argv);
	copy_list(&p->spec.env, &p->env);
	copy_list(&p->spec.json_degraded, &p->degraded);
	copy_list(&p->spec.headers, &p->headers);
	if (p->spec.timeout_ms <= 0)
		p->spec.timeout_ms = TIMEOUT_MS;
}

static void stop(struct probe *p)
{
	timer_free(take(p->timeout));
	op_free(take(p->step));
	if (p->kind->stop)
		p->kind->stop(p);
}

/* Servers repeat what they were sent. */
static void hide_password(struct str *text, const char *password)
{
	size_t n = password ? strlen(password) : 0;
	AUTO(str) struct str out = STR_INIT(text->max);
	const char *from = str_text(text), *at;

	if (n < SHORTEST_SECRET)
		return;
	while ((at = strstr(from, password))) {
		str_addn(&out, from, (size_t)(at - from));
		str_add(&out, "***");
		from = at + n;
	}
	str_add(&out, from);
	str_clear(text);
	str_addn(text, str_text(&out), out.len);
}

/* "Name: value" */
static const char *header_value(const char *header)
{
	const char *colon = strchr(header, ':');

	return colon ? colon + 1 + strspn(colon + 1, " ") : header;
}

void probe_add_line(struct str *out, const char *text, size_t n, size_t max)
{
	AUTO(str) struct str line = STR_INIT(max);
	bool blank = false;

	for (size_t i = 0; i < n && !str_full(&line); i++) {
		if (text[i] && strchr(" \t\r\n", text[i])) {
			blank = line.len > 0;
			continue;
		}
		if (blank)
			str_addc(&line, ' ');
		blank = false;
		str_addc(&line, text[i]);
	}
	text_safe(out, str_text(&line), line.len, false);
}

/* Cut where a character begins. */
static char *shorten(struct str *text)
{
	size_t n = TEXT_MAX;

	if (text->len > TEXT_MAX) {
		while (n > 0 && (text->data[n] & 0xc0) == 0x80)
			n--;
		str_cut(text, n);
	}
	return str_take(text);
}

void probe_answer(struct probe *p, bool ok, const char *fmt, ...)
{
	AUTO(str) struct str raw = STR_INIT(STR_LINE);
	AUTO(str) struct str safe = STR_INIT(STR_LINE);
	va_list ap;

	p->latency_ms = (int64_t)((uv_hrtime() - p->began_ns) / NS_PER_MS);
	p->ok = ok;
	va_start(ap, fmt);
	str_addvf(&raw, fmt, ap);
	va_end(ap);
	hide_password(&raw, p->spec.password);
	hide_password(&raw, p->spec.bearer);
	for (size_t i = 0; i < p->headers.n; i++)
		hide_password(&raw, header_value(p->headers.items[i]));
	str_addf(&safe, "%s -> ", p->label);
	text_safe(&safe, str_text(&raw), raw.len, false);
	p->text = shorten(&safe);
	stop(p);
	op_finish(&p->op, 0, NULL);
}

void probe_answer_error(struct probe *p, const struct error *err)
{
	probe_answer(p, false, "%s", err->detail ? err->detail : err->message);
}

char *probe_address(const struct probe_spec *spec, int default_port)
{
	autofree char *host = text_safe_dup(str_empty(spec->host) ? "localhost" : spec->host);
	int port = spec->port ? spec->port : default_port;

	return xasprintf(strchr(host, ':') ? "[%s]:%d" : "%s:%d", host, port);
}

int probe_dial(struct probe *p, const char *host, int port, op_done_fn *done, struct error *err)
{
	struct host_dial_spec spec = {.tcp_host = str_empty(host) ? "localhost" : host,
		.tcp_port = port,
		.timeout_ms = p->spec.timeout_ms};

	return host_dial(p->host, &spec, done, p, &p->step, err);
}

static void on_timeout(void *arg)
{
	struct probe *p = arg;

	if (!p->kind->late || !p->kind->late(p))
		probe_answer(p, false, _("no answer in %g s"), (double)p->spec.timeout_ms / 1000);
}

static void probe_cancel(struct op *op)
{
	AUTO(error) struct error err = ERROR_INIT;
	struct probe *p = (struct probe *)op;

	stop(p);
	error_set(&err, ERR_CANCELLED, _("%s: cancelled"), p->label);
	op_finish(op, ERR_CANCELLED, &err);
}

static void probe_destroy(struct op *op)
{
	struct probe *p = (struct probe *)op;

	stop(p);
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
		secret_free(*text_at(p, i));
	strv_done(&p->argv);
	strv_done(&p->env);
	strv_done(&p->degraded);
	for (size_t i = 0; i < p->headers.n; i++)
		mem_wipe(p->headers.items[i], strlen(p->headers.items[i]));
	strv_done(&p->headers);
	free(p->label);
	free(p->text);
	free(p);
}

static const struct op_class probe_class = {
	.name = N_("probe"), .cancel = probe_cancel, .destroy = probe_destroy};

static const struct probe_kind_ops *find_kind(enum probe_kind kind)
{
	return (size_t)kind < ARRAY_SIZE(kinds) ? kinds[kind] : NULL;
}

int probe_start(struct host *h, const struct probe_spec *spec, op_done_fn *done, void *arg,
	struct probe **ret, struct error *err)
{
	const struct probe_kind_ops *kind = find_kind(spec->kind);
	AUTO(error) struct error start_err = ERROR_INIT;
	struct probe *p;

	if (!kind)
		return error_set(err, ERR_INPUT, _("there is no such kind of probe"));
	if (spec->port < 0 || spec->port > 65535)
		return error_set(err, ERR_INPUT, _("%d is not a port"), spec->port);
	if (kind->check && kind->check(spec, err) < 0)
		return ERR_INPUT;
	p = xcalloc(1, sizeof(*p));
	op_init(&p->op, &probe_class, h->loop, done, arg);
	p->kind = kind;
	p->host = h;
	p->label = kind->describe(spec);
	p->began_ns = uv_hrtime();
	copy_spec(p, spec);
	if (!p->spec.port)
		p->spec.port = kind->port;
	p->timeout = timer_start(h->loop, p->spec.timeout_ms, 0, on_timeout, p);
	if (kind->start(p, &start_err) < 0)
		probe_answer_error(p, &start_err);
	*ret = p;
	return 0;
}

struct op *probe_op(struct probe *p)
{
	return p ? &p->op : NULL;
}

bool probe_ok(const struct probe *p)
{
	return p->ok;
}

bool probe_refused(const struct probe *p)
{
	return p->refused;
}

bool probe_degraded(const struct probe *p)
{
	return p->is_degraded;
}

const char *probe_text(const struct probe *p)
{
	return p->text ? p->text : "";
}

int64_t probe_latency_ms(const struct probe *p)
{
	return p->latency_ms;
}

char *probe_describe(const struct probe_spec *spec)
{
	const struct probe_kind_ops *kind = find_kind(spec->kind);

	return kind ? kind->describe(spec) : xstrdup("");
}
