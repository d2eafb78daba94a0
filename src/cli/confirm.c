/* SPDX-License-Identifier: MIT */
#include "cli/command.h"

#include "base/i18n.h"
#include "cli/plain.h"

#include <strings.h>

bool cli_can_ask(const struct cli *cli)
{
	return isatty(STDIN_FILENO) && !cli->json && !cli->events;
}

bool cli_confirm(struct cli *cli, const char *question)
{
	struct line_reader reader;
	AUTO(str) struct str line = STR_INIT(STR_LINE);
	bool yes;

	cli_print(cli, "%s %s ", question, _("[y/N]"));
	fflush(cli->out);
	line_reader_init(&reader, cli->loop, STDIN_FILENO);
	yes = line_reader_next(&reader, &line) &&
	      (!strcasecmp(str_text(&line), _("y")) || !strcasecmp(str_text(&line), _("yes")));
	line_reader_done(&reader);
	return yes;
}
