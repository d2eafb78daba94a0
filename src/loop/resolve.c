/* SPDX-License-Identifier: MIT */
#include "loop/resolve.h"

#include "base/i18n.h"

#include <stdio.h>

/* Outlives its owner's interest until the resolver has answered. */
struct lookup {
	uv_getaddrinfo_t uv;
	struct resolve *owner; /* NULL: nobody waits any more */
};

struct resolve {
	struct lookup *lookup; /* NULL once it has answered */
	struct timer *failed;  /* it could not even begin */
	int error;
	resolve_fn *fn;
	void *arg;
};

static void answer(struct resolve *r, int status, struct addrinfo *addresses)
{
	if (status == UV_EAI_NONAME || status == UV_EAI_NODATA)
		r->fn(r->arg, ERR_NOT_FOUND, _("there is no such host name"), NULL);
	else if (status < 0)
		r->fn(r->arg, ERR_UNREACHABLE, uv_strerror(status), NULL);
	else
		r->fn(r->arg, 0, NULL, addresses);
}

static void on_answer(uv_getaddrinfo_t *uv, int status, struct addrinfo *addresses)
{
	struct lookup *lookup = uv->data;
	struct resolve *r = lookup->owner;

	free(lookup);
	if (!r) {
		uv_freeaddrinfo(addresses);
		return;
	}
	r->lookup = NULL;
	answer(r, status, addresses);
}

static void on_failed(void *arg)
{
	struct resolve *r = arg;

	answer(r, r->error, NULL);
}

struct resolve *resolve_start(
	struct loop *loop, const char *name, int port, resolve_fn *fn, void *arg)
{
	struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICSERV};
	struct resolve *r = xcalloc(1, sizeof(*r));
	struct lookup *lookup = xcalloc(1, sizeof(*lookup));
	char service[16];

	snprintf(service, sizeof(service), "%d", port);
	r->fn = fn;
	r->arg = arg;
	r->lookup = lookup;
	lookup->owner = r;
	lookup->uv.data = lookup;
	/* Fails for names that cannot be one, such as one that is too long. */
	r->error = uv_getaddrinfo(loop_uv(loop), &lookup->uv, on_answer, name, service, &hints);
	if (r->error < 0) {
		r->lookup = NULL;
		free(lookup);
		r->failed = loop_defer(loop, on_failed, r);
	}
	return r;
}

void resolve_free(struct resolve *r)
{
	if (!r)
		return;
	if (r->lookup) {
		r->lookup->owner = NULL;
		uv_cancel((uv_req_t *)&r->lookup->uv);
	}
	timer_free(r->failed);
	free(r);
}
