/* SPDX-License-Identifier: MIT */
/* The only file that knows both cli/ and ui/. */
#include "base/i18n.h"
#include "cli/command.h"
#include "ui/ui.h"

#include <locale.h>
#include <stdlib.h>

static int screen_setup(
	struct setup *s, enum front_choice *ret_choice, struct plan **ret, struct error *err)
{
	static const enum front_choice choices[] = {
		[UI_LEAVE] = FRONT_LEAVE,
		[UI_WRITE] = FRONT_WRITE,
		[UI_DEPLOY] = FRONT_DEPLOY,
		[UI_SAVE] = FRONT_SAVE,
	};
	enum ui_choice choice = UI_LEAVE;
	int r = ui_setup(s, &choice, ret, err);

	*ret_choice = choices[choice];
	return r;
}

static const struct front screen = {"screen", screen_setup, ui_panel};

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
	return cli_main(argc, argv, &screen);
}
