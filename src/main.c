/* SPDX-License-Identifier: MIT */
/* The only file that knows both cli/ and ui/. */
#include "base/i18n.h"
#include "cli/command.h"

#include <locale.h>
#include <stdlib.h>

static void speak_the_users_language(void)
{
	const char *catalogues = getenv("SLIPWAY_LOCALEDIR");

	setlocale(LC_ALL, "");
	/* Numbers are read and written for programs as much as for people. */
	setlocale(LC_NUMERIC, "C");
	bindtextdomain("slipway", catalogues ? catalogues : LOCALEDIR);
	textdomain("slipway");
}

int main(int argc, char **argv)
{
	speak_the_users_language();
	return cli_main(argc, argv, NULL);
}
