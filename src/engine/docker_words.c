/* SPDX-License-Identifier: MIT */
#include "engine/docker_words.h"

#include "base/i18n.h"
#include "base/str.h"
#include "base/strv.h"
#include "base/text.h"

#include <string.h>

/* The part of text between two marks; NULL when they are not there. Caller frees. */
static char *between(const char *text, const char *from, const char *to)
{
	const char *a = strstr(text, from), *b = a ? strstr(a + strlen(from), to) : NULL;

	return b ? xstrndup(a + strlen(from), (size_t)(b - a) - strlen(from)) : NULL;
}

/* "0.0.0.0:18080" or "[::]:18080" -> "18080". */
static char *port_of(char *address)
{
	autofree char *owned = address;
	const char *colon = owned ? strrchr(owned, ':') : NULL;

	return colon ? xstrdup(colon + 1) : NULL;
}

static char *allocated_port(const char *text)
{
	return port_of(between(text, "Bind for ", " failed: port is already allocated"));
}

static char *used_port(const char *text)
{
	autofree char *from = between(text, "listen ", ": bind: address already in use");
	const char *address = from ? strchr(from, ' ') : NULL;

	return port_of(xstrdup(address ? address + 1 : NULL));
}

static char *missing_program(const char *text)
{
	char *name = between(text, "exec: \"", "\": executable file not found");

	return name ? name : between(text, "exec: \"", "\": stat ");
}

static char *forbidden_program(const char *text)
{
	return between(text, "exec: \"", "\": permission denied");
}

static char *missing_image(const char *text)
{
	const char *at = strstr(text, "No such image: ");

	return at ? xstrndup(at + strlen("No such image: "),
			    strcspn(at + strlen("No such image: "), " \n"))
		  : NULL;
}

static char *missing_source(const char *text)
{
	const char *at = strstr(text, "bind source path does not exist: ");

	return at ? xstrndup(at + strlen("bind source path does not exist: "),
			    strcspn(at + strlen("bind source path does not exist: "), "\n"))
		  : NULL;
}

static char *missing_gpu(const char *text)
{
	return between(text, "could not select device driver \"", "\"");
}

static const struct {
	char *(*find)(const char *text); /* what it is about; NULL: it is something else */
	const char *meaning;             /* N_(), with a place for that */
	const char *hint;                /* N_() */
} failures[] = {
	{allocated_port, N_("another container has the port %s"),
		N_("Another container publishes that port: stop it, or choose another port.")},
	{used_port, N_("a program on the host has the port %s"),
		N_("A program on the host uses that port: stop it, or choose another port.")},
	{missing_program, N_("its image has no program \"%s\""),
		N_("Correct command: or entrypoint: in the compose file.")},
	{forbidden_program, N_("\"%s\" in its image may not be executed"),
		N_("Make it executable in the image, or start it with its interpreter.")},
	{missing_image, N_("there is no image %s"), N_("\"slipway up\" pulls or builds it.")},
	{missing_source, N_("%s, which it mounts, does not exist"),
		N_("Make it, or correct volumes: in the compose file.")},
	{missing_gpu, N_("the engine has no driver for the device it wants (%s)"),
		N_("Install the driver's container toolkit, or take the reservation out.")},
};

/* -Wformat-nonliteral: the formats are those of the table, checked as translations are. */
static char *put_into(const char *meaning, const char *thing)
{
	struct str out = STR_INIT(STR_LINE);
	const char *place = strstr(meaning, "%s");

	if (!place)
		return xstrdup(meaning);
	str_addn(&out, meaning, (size_t)(place - meaning));
	str_add(&out, thing);
	str_add(&out, place + 2);
	return str_take(&out);
}

char *docker_meaning(const char *text, const char **ret_hint)
{
	for (size_t i = 0; text && i < ARRAY_SIZE(failures); i++) {
		autofree char *thing = failures[i].find(text);

		if (!thing)
			continue;
		if (ret_hint)
			*ret_hint = _(failures[i].hint);
		return put_into(_(failures[i].meaning), thing);
	}
	return NULL;
}

void docker_explain(struct error *err)
{
	const char *hint = NULL;
	autofree char *meaning = docker_meaning(err->message, &hint);
	autofree char *said = xstrdup(err->message);

	if (!meaning)
		return;
	error_set(err, err->code, "%s", meaning);
	error_detail(err, "%s", said);
	error_hint(err, "%s", hint);
}

/* --- images that cannot be fetched */

/* N_() */
static const char name_hint[] = N_("Check the network and the DNS server of the Engine's machine; behind a proxy, give the "
				   "Engine one. An image can also be loaded: docker load.");
static const char reach_hint[] = N_("Check the network, firewall and proxy of the Engine's machine. An image can also be "
				    "loaded: docker load.");
static const char login_hint[] =
	N_("Check the image's name; for a private one, log in first: docker login.");

/* The first that is in the text holds: what is told apart only by its end comes first. */
static const struct {
	const char *mark;
	const char *meaning; /* N_(), with a place for the registry or without */
	const char *hint;    /* N_() */
} refusals[] = {
	{"proxyconnect", N_("the Engine's proxy does not answer, and %s is behind it"),
		N_("Correct the proxy of the Engine: HTTPS_PROXY of its service, or \"proxies\" in "
		   "daemon.json.")},
	{"no such host", N_("this machine cannot find %s"), name_hint},
	{"server misbehaving", N_("this machine cannot find %s"), name_hint},
	{"name resolution", N_("this machine cannot find %s"), name_hint},
	{"connection refused", N_("%s refuses the connection"), reach_hint},
	{"connection reset", N_("%s broke the connection off"), reach_hint},
	{"network is unreachable", N_("this machine cannot reach %s"), reach_hint},
	{"no route to host", N_("this machine cannot reach %s"), reach_hint},
	{"TLS handshake timeout", N_("%s does not answer in time"), reach_hint},
	{"i/o timeout", N_("%s does not answer in time"), reach_hint},
	{"Client.Timeout", N_("%s does not answer in time"), reach_hint},
	{"request canceled while waiting", N_("%s does not answer in time"), reach_hint},
	{"context deadline exceeded", N_("%s does not answer in time"), reach_hint},
	{"server gave HTTP response to HTTPS client", N_("%s speaks no TLS"),
		N_("Give the registry TLS, or list it in \"insecure-registries\" of daemon.json.")},
	{"x509:", N_("the certificate of %s does not hold"),
		N_("Check the machine's clock; the certificate of an own authority belongs into "
		   "/etc/docker/certs.d/REGISTRY/ca.crt.")},
	{"tls:", N_("no TLS connection to %s comes about"), reach_hint},
	{"toomanyrequests", N_("%s allows no more pulls for now"),
		N_("Wait, or log in for a higher limit: docker login.")},
	{"no matching manifest", N_("%s has the image, but not for this kind of machine"),
		N_("Choose another tag, or set platform: in the compose file.")},
	{"manifest unknown", N_("%s has no such image or tag"),
		N_("Correct image: in the compose file, or the setting that names its version.")},
	{"manifest for ", N_("%s has no such image or tag"),
		N_("Correct image: in the compose file, or the setting that names its version.")},
	{"unauthorized", N_("%s wants a login"), login_hint},
	{"no basic auth credentials", N_("%s wants a login"), login_hint},
	{"authentication required", N_("%s wants a login"), login_hint},
	{"denied", N_("%s denies access, or has no such image"), login_hint},
	{"not found", N_("%s has no such image or tag"),
		N_("Correct image: in the compose file, or the setting that names its version.")},
	{"no space left on device", N_("the Engine's disk is full"),
		N_("Make room: docker system df shows what takes it, docker image prune removes "
		   "images that nothing uses.")},
};

/* "ghcr.io/a/b:1" -> "ghcr.io"; what names none is Docker's own. */
static char *registry_of(const char *ref)
{
	size_t n = strcspn(ref, "/");

	if (ref[n] && (memchr(ref, '.', n) || memchr(ref, ':', n) || !strncmp(ref, "localhost/", n + 1)))
		return xstrndup(ref, n);
	return xstrdup("Docker Hub");
}

static char *registry_named(const char *text)
{
	char *host = between(text, "https://", "/");

	return host ? host : between(text, "http://", "/");
}

char *docker_pull_meaning(const char *text, const char *ref, const char **ret_hint)
{
	autofree char *named = registry_named(text);

	for (size_t i = 0; i < ARRAY_SIZE(refusals); i++) {
		autofree char *registry = NULL;

		if (!strstr(text, refusals[i].mark))
			continue;
		registry = named ? take(named)
			   : ref ? registry_of(ref)
				 : xstrdup(_("the registry"));
		*ret_hint = _(refusals[i].hint);
		return put_into(_(refusals[i].meaning), registry);
	}
	return NULL;
}
