/* SPDX-License-Identifier: MIT */
#include "cli/command.h"

#include "base/i18n.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/help.h"
#include "cli/parse.h"
#include "cli/plain.h"
#include "cli/reveal.h"
#include "cli/setup_answers.h"
#include "cli/unlock.h"

#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>

bool cli_dumb(void)
{
	const char *term = getenv("TERM");

	return str_empty(term) || !strcmp(term, "dumb");
}

bool cli_colour(void)
{
	return str_empty(getenv("NO_COLOR"));
}

const struct front *cli_front(const struct cli *cli)
{
	if (!cli->screen || cli->plain || cli->json || cli->events || cli_dumb() ||
		cli_option(cli, "batch"))
		return cli->lines;
	return isatty(STDIN_FILENO) && isatty(STDOUT_FILENO) ? cli->screen : cli->lines;
}

void cli_print(struct cli *cli, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vfprintf(cli->out, fmt, ap);
	va_end(ap);
}

static int width_of(FILE *f)
{
	struct winsize size;
	int fd = fileno(f);

	return isatty(fd) && ioctl(fd, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

int cli_width(const struct cli *cli)
{
	return width_of(cli->out);
}

void cli_print_json(struct cli *cli, struct json_object *o)
{
	autojson struct json_object *owned = o;
	autosecret char *text = json_pretty(owned);

	fputs(text, cli->out);
}

/* Each line of text, indented. */
static void print_indented(FILE *out, const char *text)
{
	enum { INDENT = 4 };
	AUTO(str) struct str safe = STR_INIT(STR_FILE), fitted = STR_INIT(STR_FILE);
	AUTO(strv) struct strv lines = STRV_INIT;

	text_safe(&safe, text, strlen(text), true);
	strv_split(&lines, str_text(&safe), '\n');
	for (size_t i = 0; i < lines.n; i++) {
		if (!*lines.items[i])
			continue;
		str_pad(&fitted, ' ', INDENT);
		text_wrap(&fitted, lines.items[i], INDENT, width_of(out));
	}
	fputs(str_text(&fitted), out);
}

static void print_error(struct cli *cli, const struct error *err)
{
	autofree char *message = text_safe_dup(err->message ? err->message : _("failed"));

	fflush(cli->out);
	fprintf(cli->err, "slipway: %s\n", message);
	if (err->detail)
		print_indented(cli->err, err->detail);
	if (err->hint)
		print_indented(cli->err, err->hint);
	if (cli->json || cli->events) {
		struct json_object *e = json_object_new_object();

		json_put_int(e, "status", error_exit_status(err->code));
		json_put_str(e, "message", err->message);
		json_put_str(e, "detail", err->detail);
		json_put_str(e, "hint", err->hint);
		e = json_put(json_object_new_object(), "error", e);
		if (cli->events) {
			autofree char *line = json_text(e);

			json_object_put(e);
			fprintf(cli->out, "%s\n", line);
		} else {
			cli_print_json(cli, e);
		}
	}
}

void cli_print_error(struct cli *cli, const struct error *err)
{
	AUTO(reveal) struct reveal reveal;
	AUTO(error) struct error masked = ERROR_INIT;

	reveal_init(&reveal, cli->workspace ? cli->workspace->project : NULL, cli->reveal);
	error_copy(&masked, err);
	if (!cli->reveal)
		mask_error(&reveal.mask, &masked);
	print_error(cli, &masked);
}

/* Help and version win over everything else on the line. */
static bool answer_at_once(struct cli *cli)
{
	AUTO(str) struct str out = STR_INIT(STR_FILE);

	if (cli_option(cli, "version"))
		str_addf(&out, "slipway %s\n", PACKAGE_VERSION);
	else if (!cli_option(cli, "help"))
		return false;
	else if (cli->command)
		help_command(cli->command, cli->parent, &out);
	else
		help_program(&out);
	fputs(str_text(&out), cli->out);
	return true;
}

static int run_command(struct cli *cli, struct error *err)
{
	int r;

	if (answer_at_once(cli))
		return 0;
	if (!cli->command)
		cli->command = &cmd_default;
	r = cli_need(cli, cli->command->needs, err);
	return r ? r : cli->command->run(cli, err);
}

/* What a reader did not want (`slipway logs | head`) is no failure; what was lost is one. */
static int finish_output(struct cli *cli, int status)
{
	AUTO(error) struct error err = ERROR_INIT;
	struct pollfd out = {.fd = STDOUT_FILENO};
	bool lost = fflush(stdout) || ferror(stdout);

	if (!lost || (poll(&out, 1, 0) == 1 && out.revents & (POLLERR | POLLHUP)))
		return status;
	error_set(&err, ERR_FAILED, _("cannot write to standard output"));
	error_hint(&err, _("Not all of it came out. Make room where it leads to, then run it again."));
	cli_print_error(cli, &err);
	return status ? status : 1;
}

int cli_main(int argc, char **argv, const struct front *screen)
{
	struct cli cli = {.out = stdout, .err = stderr, .screen = screen, .lines = &plain_front};
	AUTO(error) struct error err = ERROR_INIT;
	int r;

	/* A reader that went away is seen in the result of writing. */
	signal(SIGPIPE, SIG_IGN);
	/* And so is a limit on the size of files. */
	signal(SIGXFSZ, SIG_IGN);
	setup_answers_take(&cli);
	unlock_take_environment(&cli);
	r = cli_parse(&cli, argc, argv, &err);
	if (!r)
		r = run_command(&cli, &err);
	if (r)
		cli_print_error(&cli, &err);
	r = r ? error_exit_status(r) : cli.exit_status;
	r = finish_output(&cli, r);
	cli_close(&cli);
	cli_parse_done(&cli);
	strv_wipe(&cli.answers);
	return r;
}
