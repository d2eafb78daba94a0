/* SPDX-License-Identifier: MIT */
#include "plan/gate_address.h"

#include "base/str.h"
#include "base/text.h"
#include "config/compose_address.h"
#include "config/project_expand.h"

#include <string.h>

bool gate_address_publish(const struct project *p, char **host, char **port)
{
	const struct compose_service *s =
		*host && p->compose ? compose_find_service(p->compose, *host) : NULL;
	const struct compose_port *published;
	int64_t number = 0;

	if (!s)
		return true;
	if (!*port || text_to_int(*port, 1, 65535, &number, NULL))
		return false;
	published = compose_published(s, (int)number);
	if (!published)
		return false;
	free(*host);
	free(*port);
	*host = compose_published_host(published);
	*port = xasprintf("%d", published->published);
	return true;
}

bool gate_address_publish_url(const struct project *p, char **url)
{
	char *at = *url ? strstr(*url, "://") : NULL;
	autofree char *host = NULL, *port = NULL, *named = NULL;
	const char *rest;
	size_t n;
	bool there;

	if (!at)
		return true;
	at += strlen("://");
	n = strcspn(at, ":/?#");
	host = xstrndup(at, n);
	rest = at + n;
	n = *rest == ':' ? 1 + strspn(rest + 1, "0123456789") : 0;
	port = n > 1 ? xstrndup(rest + 1, n - 1)
		     : xstrdup(str_starts(*url, "https:") ? "443" : "80");
	named = xstrdup(host);
	there = gate_address_publish(p, &host, &port);
	if (there && !str_eq(host, named)) {
		char *fresh =
			xasprintf("%.*s%s:%s%s", (int)(at - *url), *url, host, port, rest + n);

		free(*url);
		*url = fresh;
	}
	return there;
}

/* NULL for what cannot be expanded: that is said when it is asked. */
static char *expanded(const struct project *p, const char *text)
{
	struct str s = STR_INIT(STR_LINE);

	if (text && project_expand(p, NULL, text, &s, NULL) == 0)
		return str_take(&s);
	str_wipe(&s);
	return NULL;
}

bool gate_address_reachable(const struct project *p, const struct stack_gate *spec)
{
	autofree char *url = NULL, *host = NULL, *port = NULL;

	switch (spec->kind) {
	case GATE_HTTP:
		url = expanded(p, spec->url);
		return gate_address_publish_url(p, &url);
	case GATE_TCP:
	case GATE_POSTGRES:
	case GATE_REDIS:
		host = expanded(p, spec->host);
		port = expanded(p, spec->port);
		return gate_address_publish(p, &host, &port);
	default:
		return true;
	}
}

const struct stack_gate *gate_of_service(const struct project *p, const char *service)
{
	const struct stack_service *s = p->stack ? stack_find_service(p->stack, service) : NULL;

	return s && s->ready && s->ready->kind != GATE_HEALTH && gate_address_reachable(p, s->ready)
		       ? s->ready
		       : NULL;
}
