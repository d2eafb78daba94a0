/* SPDX-License-Identifier: MIT */
#include "config/compose_address.h"

#include "base/str.h"

#include <string.h>

/* Ports inside of containers behind which a browser finds something, by the custom of their images.
 */
static const struct {
	int port;
	const char *scheme;
	int usual; /* what a browser takes without being told */
} schemes[] = {
	{80, "http", 80},
	{443, "https", 443},
	{3000, "http", 80},
	{4000, "http", 80},
	{5000, "http", 80},
	{5555, "http", 80},
	{8000, "http", 80},
	{8008, "http", 80},
	{8080, "http", 80},
	{8081, "http", 80},
	{8088, "http", 80},
	{8443, "https", 443},
	{8888, "http", 80},
	{9090, "http", 80},
	{9443, "https", 443},
};

static const char *const here[] = {"0.0.0.0", "127.0.0.1", "::", "::1", "[::]", "[::1]"};

static char *host_of(const struct compose_port *p)
{
	if (str_empty(p->host_ip))
		return xstrdup("localhost");
	for (size_t i = 0; i < ARRAY_SIZE(here); i++)
		if (!strcmp(p->host_ip, here[i]))
			return xstrdup("localhost");
	if (strchr(p->host_ip, ':') && *p->host_ip != '[')
		return xasprintf("[%s]", p->host_ip);
	return xstrdup(p->host_ip);
}

void compose_addresses(const struct compose_service *s, struct strv *ret)
{
	for (size_t i = 0; s && i < s->n_ports; i++) {
		const struct compose_port *p = &s->ports[i];
		autofree char *host = NULL, *address = NULL;
		size_t k = 0;

		if (!p->published || (p->protocol && strcmp(p->protocol, "tcp") != 0))
			continue;
		host = host_of(p);
		while (k < ARRAY_SIZE(schemes) && schemes[k].port != p->target)
			k++;
		if (k == ARRAY_SIZE(schemes))
			address = xasprintf("%s:%d", host, p->published);
		else if (schemes[k].usual == p->published)
			address = xasprintf("%s://%s", schemes[k].scheme, host);
		else
			address = xasprintf("%s://%s:%d", schemes[k].scheme, host, p->published);
		strv_add_once(ret, address);
	}
}

const struct compose_port *compose_published(const struct compose_service *s, int target)
{
	for (size_t i = 0; i < s->n_ports; i++) {
		const struct compose_port *p = &s->ports[i];

		if (p->target == target && p->published &&
			(!p->protocol || strcmp(p->protocol, "tcp") == 0))
			return p;
	}
	return NULL;
}

char *compose_published_host(const struct compose_port *p)
{
	autofree char *host = host_of(p);

	if (strcmp(host, "localhost") != 0)
		return take(host);
	return xstrdup(!str_empty(p->host_ip) && strstr(p->host_ip, "::1") ? "[::1]" : "127.0.0.1");
}
