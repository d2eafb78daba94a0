/* SPDX-License-Identifier: MIT */
#include "config/override.h"

#include "base/i18n.h"
#include "base/str.h"
#include "base/yaml.h"

#include <string.h>

static void service_done(struct override_service *s)
{
	for (size_t i = 0; i < s->n_ports; i++) {
		free(s->ports[i].host_ip);
		free(s->ports[i].protocol);
	}
	free(s->ports);
	for (size_t i = 0; i < s->environment.n; i++)
		mem_wipe(s->environment.items[i], strlen(s->environment.items[i]));
	strv_done(&s->environment);
	free(s->user);
	free(s->name);
}

void override_done(struct override *o)
{
	for (size_t i = 0; i < o->n; i++)
		service_done(&o->services[i]);
	free(o->services);
	*o = (struct override){NULL, 0};
}

struct override_service *override_service(struct override *o, const char *name)
{
	for (size_t i = 0; i < o->n; i++)
		if (strcmp(o->services[i].name, name) == 0)
			return &o->services[i];
	o->services = xreallocarray(o->services, o->n + 1, sizeof(*o->services));
	o->services[o->n] = (struct override_service){.name = xstrdup(name)};
	return &o->services[o->n++];
}

void override_port(struct override_service *s, const char *host_ip, int published, int target,
	const char *protocol)
{
	s->ports = xreallocarray(s->ports, s->n_ports + 1, sizeof(*s->ports));
	s->ports[s->n_ports++] = (struct compose_port){
		.host_ip = xstrdup(host_ip),
		.published = published,
		.published_end = published,
		.target = target,
		.protocol = xstrdup(protocol ? protocol : "tcp"),
	};
	s->sets_ports = true;
}

void override_bind_ports(
	struct override_service *s, const struct compose_service *from, const char *host_ip)
{
	for (size_t i = 0; i < from->n_ports; i++) {
		const struct compose_port *p = &from->ports[i];

		override_port(s, host_ip, p->published, p->target, p->protocol);
		s->ports[s->n_ports - 1].published_end = p->published_end;
	}
}

static bool says_something(const struct override_service *s)
{
	return s->sets_ports || s->without_gpu || s->environment.n || s->user;
}

bool override_empty(const struct override *o)
{
	for (size_t i = 0; i < o->n; i++)
		if (says_something(&o->services[i]))
			return false;
	return true;
}

static void put_number(struct yaml_out *out, const char *key, int number)
{
	autofree char *text = xasprintf("%d", number);

	yaml_out_key(out, key);
	yaml_out_plain(out, NULL, text);
}

static void put_text(struct yaml_out *out, const char *key, const char *text)
{
	yaml_out_key(out, key);
	yaml_out_str(out, text);
}

/* The long form: the short one would have to be quoted and taken apart again. */
static void put_port(struct yaml_out *out, const struct compose_port *p)
{
	autofree char *published = p->published_end > p->published
					   ? xasprintf("%d-%d", p->published, p->published_end)
					   : xasprintf("%d", p->published);

	yaml_out_map(out, NULL);
	put_number(out, "target", p->target);
	if (p->published)
		put_text(out, "published", published);
	if (p->host_ip)
		put_text(out, "host_ip", p->host_ip);
	put_text(out, "protocol", p->protocol);
	yaml_out_end(out);
}

/* A dollar sign is an escape to Compose. */
static void put_environment(struct yaml_out *out, const struct strv *environment)
{
	yaml_out_key(out, "environment");
	yaml_out_map(out, NULL);
	for (size_t i = 0; i < environment->n; i++) {
		const char *value = strchr(environment->items[i], '=');
		autofree char *name = NULL;
		struct str escaped = STR_INIT(STR_FILE);

		if (!value)
			continue;
		name = xstrndup(environment->items[i], (size_t)(value - environment->items[i]));
		for (const char *p = value + 1; *p; p++)
			str_add(&escaped, *p == '$' ? "$$" : (char[]){*p, '\0'});
		put_text(out, name, str_text(&escaped));
		str_wipe(&escaped);
	}
	yaml_out_end(out);
}

static void put_service(struct yaml_out *out, const struct override_service *s)
{
	yaml_out_key(out, s->name);
	yaml_out_map(out, NULL);
	if (s->sets_ports) {
		yaml_out_key(out, "ports");
		yaml_out_seq(out, "!override");
		for (size_t i = 0; i < s->n_ports; i++)
			put_port(out, &s->ports[i]);
		yaml_out_end(out);
	}
	if (s->without_gpu) {
		yaml_out_key(out, "deploy");
		yaml_out_plain(out, "!reset", "null");
	}
	if (s->environment.n)
		put_environment(out, &s->environment);
	if (s->user)
		put_text(out, "user", s->user);
	yaml_out_end(out);
}

int override_text(const struct override *o, char **ret, struct error *err)
{
	AUTO_PTR(yaml_out) struct yaml_out *out = yaml_out_new();
	autofree char *body = NULL;
	int code;

	yaml_out_map(out, NULL);
	yaml_out_key(out, "services");
	yaml_out_map(out, NULL);
	for (size_t i = 0; i < o->n; i++)
		if (says_something(&o->services[i]))
			put_service(out, &o->services[i]);
	yaml_out_end(out);
	yaml_out_end(out);
	code = yaml_out_finish(out, &body, err);
	if (code)
		return code;
	*ret = xasprintf(
		"# Written by Slipway; changes here are lost. COMPOSE_FILE in .env lists it.\n%s",
		body);
	return 0;
}

void override_discovered(const struct compose *c, struct strv *list)
{
	static const char *const names[2][4] = {
		{"compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml"},
		{"compose.override.yml", "compose.override.yaml", "docker-compose.override.yml",
			"docker-compose.override.yaml"},
	};

	for (size_t kind = 0; kind < 2; kind++)
		for (size_t n = 0; n < 4; n++) {
			bool found = false;

			for (size_t i = 0; i < c->n_files && !found; i++)
				found = c->files[i].role == COMPOSE_FILE_COMPOSE &&
					strcmp(c->files[i].path, names[kind][n]) == 0;
			if (!found)
				continue;
			strv_push(list, names[kind][n]);
			break;
		}
}

char *override_compose_file(
	const struct compose *c, const char *present, const char *separator, bool wanted)
{
	char mark = str_empty(separator) ? ':' : *separator;
	AUTO(strv) struct strv list = STRV_INIT, found = STRV_INIT;
	long ours;

	override_discovered(c, &found);
	if (str_empty(present))
		strv_extend(&list, &found);
	else
		strv_split(&list, present, mark);
	while ((ours = strv_find(&list, OVERRIDE_FILE)) >= 0)
		strv_remove(&list, (size_t)ours);
	if (wanted)
		strv_push(&list, OVERRIDE_FILE);
	else if (list.n == 0 || strv_equal(&list, &found))
		return NULL;
	return strv_join(&list, (char[]){mark, '\0'});
}
