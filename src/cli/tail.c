/* SPDX-License-Identifier: MIT */
#include "cli/tail.h"

#include "base/i18n.h"
#include "base/text.h"

int cli_tail(struct cli *cli, int *ret, struct error *err)
{
	const char *tail = cli_option(cli, "tail");
	int64_t lines = -1;

	if (!tail)
		return 0;
	if (!str_eq(tail, "all") && text_to_int(tail, 0, INT32_MAX, &lines, err) < 0)
		return error_hint(err, _("Write --tail with a number of lines, or \"all\"."));
	*ret = (int)lines;
	return 0;
}
