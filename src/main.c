/* SPDX-License-Identifier: MIT */
/* The only file that knows both cli/ and ui/. */
#include "base/i18n.h"

#include <locale.h>

int main(void)
{
	setlocale(LC_ALL, "");
	bindtextdomain("slipway", LOCALEDIR);
	textdomain("slipway");
	return 0;
}
