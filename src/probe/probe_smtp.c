/* SPDX-License-Identifier: MIT */
/* The greeting of a mail server (RFC 5321, 3.1 and 4.2): nothing is sent but QUIT. */
#include "probe/probe_talk.h"

#include "base/i18n.h"

#include <string.h>

enum { PORT = 25, SHOWN_MAX = 256, GREETING_MAX = 16 * 1024 };

static char *describe(const struct probe_spec *spec)
{
	autofree char *address = probe_address(spec, PORT);

	return xasprintf("smtp %s", address);
}

/* The last line of a reply has a blank behind its code; "220-" goes on. What is no reply is not
 * waited for. */
static const char *last_line(const struct str *in)
{
	const char *line = str_text(in), *end;

	for (; (end = strchr(line, '\n')) != NULL; line = end + 1)
		if (line[3] != '-' || strspn(line, "0123456789") < 3)
			return line;
	return NULL;
}

static void judge(struct probe *p)
{
	const struct probe_talk *t = p->state;
	const char *line = last_line(&t->heard);
	AUTO(str) struct str shown = STR_INIT(STR_LINE);
	bool greets;

	if (!line && !str_full(&t->heard))
		return;
	line = line ? line : str_text(&t->heard);
	greets = strncmp(line, "220", 3) == 0;
	probe_add_line(&shown, line, strcspn(line, "\r\n"), SHOWN_MAX);
	/* Politeness: a greeting that nobody answers stays in the server's log as a fault. */
	if (greets)
		probe_talk_part(p, "QUIT\r\n");
	if (strspn(line, "0123456789") >= 3)
		probe_answer(p, greets, "%s", str_text(&shown));
	else
		probe_answer(p, false, _("not the greeting of a mail server"));
}

static int start(struct probe *p, struct error *err)
{
	probe_talk_new(p, sizeof(struct probe_talk), GREETING_MAX, judge);
	return probe_talk_start(p, err);
}

const struct probe_kind_ops probe_smtp = {.name = "smtp",
	.port = PORT,
	.describe = describe,
	.start = start,
	.stop = probe_talk_stop};
