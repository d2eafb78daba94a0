/* SPDX-License-Identifier: MIT */
/* Ports in Compose's short form, "[ADDRESS:][PUBLISHED:]TARGET[/PROTOCOL]", each part a number, a
 * range or a variable; and the address they are bound to. */
#include "config/override_feature.h"

#include "base/i18n.h"
#include "base/str.h"
#include "base/text.h"
#include "base/yaml.h"
#include "config/interp.h"
#include "config/override_words.h"

#include <arpa/inet.h>
#include <string.h>

struct port {
	char *address, *published, *target, *protocol; /* NULL: not said */
};

static void port_done(struct port *p)
{
	free(p->address);
	free(p->published);
	free(p->target);
	free(p->protocol);
}

DEFINE_AUTO(port)

/* The last `mark` outside of braces and brackets; NULL. */
static const char *last_outside(const char *text, size_t n, char mark)
{
	const char *found = NULL;
	int depth = 0;

	for (size_t i = 0; i < n; i++) {
		if (text[i] == '{' || text[i] == '[')
			depth++;
		else if (text[i] == '}' || text[i] == ']')
			depth--;
		else if (text[i] == mark && !depth)
			found = text + i;
	}
	return found;
}

static void port_split(struct port *p, const char *text)
{
	const char *slash = last_outside(text, strlen(text), '/');
	size_t n = slash ? (size_t)(slash - text) : strlen(text);
	const char *colon = last_outside(text, n, ':'), *before;

	*p = (struct port){.protocol = xstrdup(slash ? slash + 1 : NULL)};
	p->target = colon ? xstrndup(colon + 1, n - (size_t)(colon + 1 - text)) : xstrndup(text, n);
	if (!colon)
		return;
	before = last_outside(text, (size_t)(colon - text), ':');
	p->published = before ? xstrndup(before + 1, (size_t)(colon - before - 1))
			      : xstrndup(text, (size_t)(colon - text));
	if (before)
		p->address = xstrndup(text, (size_t)(before - text));
}

static bool is_port(const char *text, size_t n)
{
	autofree char *one = xstrndup(text, n);
	int64_t number;

	return text_to_int(one, 0, 65535, &number, NULL) == 0;
}

static bool is_range(const char *text)
{
	const char *dash = strchr(text, '-');

	if (interp_needed(text))
		return true;
	return dash ? is_port(text, (size_t)(dash - text)) && is_port(dash + 1, strlen(dash + 1))
		    : is_port(text, strlen(text));
}

static bool is_address(const char *text)
{
	size_t n = strlen(text);
	bool brackets = n > 2 && *text == '[' && text[n - 1] == ']';
	autofree char *bare = brackets ? xstrndup(text + 1, n - 2) : xstrdup(text);
	unsigned char bytes[16];

	return interp_needed(text) || inet_pton(AF_INET, bare, bytes) == 1 ||
	       inet_pton(AF_INET6, bare, bytes) == 1;
}

static int check_one(const char *item, struct error *err)
{
	static const char *const protocols[] = {"tcp", "udp", "sctp"};
	AUTO(port) struct port p;
	bool known;

	port_split(&p, item);
	known = !p.protocol || interp_needed(p.protocol);
	for (size_t i = 0; i < ARRAY_SIZE(protocols) && !known; i++)
		known = str_eq(p.protocol, protocols[i]);
	if (is_range(p.target) && (str_empty(p.published) || is_range(p.published)) &&
		(!p.address || is_address(p.address)) && known)
		return 0;
	error_set(err, ERR_INPUT, _("\"%s\" is no port"), item);
	return error_hint(err,
		_("Write HOST:CONTAINER, as in 8080:80, with an address before it or a protocol "
		  "behind it: 127.0.0.1:8080:80/udp."));
}

int override_ports_check(const char *value, struct error *err)
{
	AUTO(strv) struct strv items = STRV_INIT;
	int code = words_split(value, ",", &items, err);

	if (str_eq(value, "none"))
		return 0;
	for (size_t i = 0; i < items.n && code == 0; i++)
		code = check_one(items.items[i], err);
	return code;
}

int override_bind_check(const char *value, struct error *err)
{
	if (is_address(value))
		return 0;
	error_set(err, ERR_INPUT, _("this is no IP address"));
	return error_hint(err, _("127.0.0.1 is this machine alone, 0.0.0.0 every address it has."));
}

/* The short form with an address before it. */
static char *bound(const struct port *p, const char *address)
{
	bool v6 = strchr(address, ':') && *address != '[' && !interp_needed(address);

	return xasprintf("%s%s%s:%s:%s%s%s", v6 ? "[" : "", address, v6 ? "]" : "",
		p->published ? p->published : "", p->target, p->protocol ? "/" : "",
		p->protocol ? p->protocol : "");
}

static void push_item(struct json_object *array, const char *item, const char *address)
{
	AUTO(port) struct port p;
	autofree char *text = NULL;

	port_split(&p, item);
	if (address && !p.address)
		text = bound(&p, address);
	json_push_str(array, text ? text : item);
}

void override_ports_put(const struct override_put *p, const char *value)
{
	struct json_object *array = json_object_new_array();
	AUTO(strv) struct strv items = STRV_INIT;

	if (!str_eq(value, "none"))
		(void)words_split(value, ",", &items, NULL);
	for (size_t i = 0; i < items.n; i++)
		push_item(array, items.items[i], p->values[OVERRIDE_BIND]);
	json_put(p->service, "ports", override_tagged("!override", array));
}

/* --- ports as the files have them */

/* As they are written, so that a variable in them stays one; false where that is not plain: long
 * forms, ports that come from elsewhere. */
static bool written_ports(const struct override_put *p, struct strv *ret)
{
	for (size_t i = 0; i < p->compose->n_files; i++) {
		const struct compose_file *f = &p->compose->files[i];
		AUTO_PTR(yaml_doc) struct yaml_doc *doc = NULL;
		const struct yaml_node *ports;

		if (f->role != COMPOSE_FILE_COMPOSE ||
			yaml_parse(f->path, f->text, f->len, &doc, NULL))
			continue;
		ports = yaml_get(
			yaml_get(yaml_get(yaml_root(doc), "services"), p->base->name), "ports");
		if (ports && (ports->kind != YAML_SEQ || ports->tag))
			return false;
		for (size_t k = 0; ports && k < ports->n; k++) {
			if (ports->items[k]->kind != YAML_SCALAR)
				return false;
			strv_push(ret, ports->items[k]->text);
		}
	}
	return ret->n == p->base->n_ports;
}

static char *port_text(const struct compose_port *p)
{
	autofree char *range = p->published_end > p->published
				       ? xasprintf("%d-%d", p->published, p->published_end)
			       : p->published ? xasprintf("%d", p->published)
					      : xstrdup("");
	bool v6 = p->host_ip && strchr(p->host_ip, ':');
	autofree char *address =
		p->host_ip ? xasprintf("%s%s%s:", v6 ? "[" : "", p->host_ip, v6 ? "]" : "")
			   : xstrdup("");

	return xasprintf("%s%s%s%d%s%s", address, range, *range || *address ? ":" : "", p->target,
		str_eq(p->protocol, "tcp") ? "" : "/",
		str_eq(p->protocol, "tcp") ? "" : p->protocol);
}

/* Puts the address in place of the one that is there. */
static void push_bound(struct json_object *array, const char *item, const char *address)
{
	AUTO(port) struct port p;
	autofree char *text = NULL;

	port_split(&p, item);
	text = bound(&p, address);
	json_push_str(array, text);
}

void override_bind_put(const struct override_put *p, const char *value)
{
	struct json_object *array;
	AUTO(strv) struct strv items = STRV_INIT;

	/* It is part of what override_ports_put() writes. */
	if (p->values[OVERRIDE_PORTS] || !p->base->n_ports)
		return;
	array = json_object_new_array();
	if (!written_ports(p, &items)) {
		strv_clear(&items);
		for (size_t i = 0; i < p->base->n_ports; i++)
			strv_push_take(&items, port_text(&p->base->ports[i]));
	}
	for (size_t i = 0; i < items.n; i++)
		push_bound(array, items.items[i], value);
	json_put(p->service, "ports", override_tagged("!override", array));
}

char *override_ports_otherwise(const struct compose_service *base)
{
	AUTO(strv) struct strv items = STRV_INIT;

	for (size_t i = 0; i < base->n_ports; i++)
		strv_push_take(&items, port_text(&base->ports[i]));
	return items.n ? strv_join(&items, " ") : NULL;
}
