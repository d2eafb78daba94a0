/* SPDX-License-Identifier: MIT */
/* The only file that knows both cli/ and ui/. */
#include "base/i18n.h"
#include "base/mem.h"
#include "cli/command.h"
#include "ui/ui.h"

#include <fcntl.h>
#include <limits.h>
#include <locale.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int screen_setup(struct setup *s, struct setup_again *again, enum front_choice *ret_choice,
	struct plan **ret, struct error *err)
{
	static const enum front_choice choices[] = {
		[UI_LEAVE] = FRONT_LEAVE,
		[UI_WRITE] = FRONT_WRITE,
		[UI_DEPLOY] = FRONT_DEPLOY,
		[UI_SAVE] = FRONT_SAVE,
		[UI_UNDO] = FRONT_UNDO,
	};
	enum ui_choice choice = UI_LEAVE;
	int r = ui_setup(s, again, &choice, ret, err);

	*ret_choice = choices[choice];
	return r;
}

static const struct front screen = {"screen", screen_setup, ui_update, ui_panel};

/* A program that runs from the directory it was built in takes its templates and catalogues from
 * there. */
static void find_parts_where_built(void)
{
	char path[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", path, sizeof(path) - 1);
	char *slash;

	if (n <= 0)
		return;
	path[n] = '\0';
	slash = strrchr(path, '/');
	if (!slash)
		return;
	*slash = '\0';
	autofree char *mark = xasprintf("%s/config.status", path);
	autofree char *templates = xasprintf("%s/templates/from-source", path);
	autofree char *catalogues = xasprintf("%s/locale", path);

	if (access(mark, X_OK) < 0 || access(templates, X_OK) < 0)
		return;
	setenv("SLIPWAY_TEMPLATES", templates, 0);
	setenv("SLIPWAY_LOCALEDIR", catalogues, 0);
}

static void speak_the_users_language(void)
{
	const char *catalogues = getenv("SLIPWAY_LOCALEDIR");

	setlocale(LC_ALL, "");
	/* Numbers are read and written for programs as much as for people. */
	setlocale(LC_NUMERIC, "C");
	bindtextdomain("slipway", catalogues ? catalogues : LOCALEDIR);
	textdomain("slipway");
	i18n_init();
}

/* Who started us may have closed the standard files: what we open first must not become one. */
static void open_standard_files(void)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", O_RDWR) < 0)
			_exit(1);
}

int main(int argc, char **argv)
{
	open_standard_files();
	/* One state, one thread that allocates: an arena for each thread of the pool is waste. */
	mallopt(M_ARENA_MAX, 1);
	find_parts_where_built();
	speak_the_users_language();
	return cli_main(argc, argv, &screen);
}
