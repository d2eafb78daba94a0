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
