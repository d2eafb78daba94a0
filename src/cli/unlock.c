/* SPDX-License-Identifier: MIT */
#include "cli/unlock.h"

#include "base/i18n.h"
#include "base/str.h"
#include "base/text.h"
#include "cli/plain.h"
#include "config/secret_ask.h"
#include "config/secret_trust.h"

#include <errno.h>
#include <string.h>

enum { PASSPHRASE_MIN = 8, PASSPHRASE_MAX = 1024 };

static const char variable[] = "SLIPWAY_PASSPHRASE";

void unlock_take_environment(struct cli *cli)
{
	char *value = getenv(variable);

	if (!value)
		return;
	cli->passphrase = xstrdup(value);
	mem_wipe(value, strlen(value));
	unsetenv(variable);
}

/* --- a passphrase */

static int from_descriptor(struct str *line, struct error *err)
{
	const char *text = getenv("SLIPWAY_PASSPHRASE_FD");
	int64_t fd;
	ssize_t n;
	char c;

	if (text_to_int(text, 0, 1 << 20, &fd, err))
		return error_prefix(err, "SLIPWAY_PASSPHRASE_FD");
	while (!str_full(line)) {
		n = read((int)fd, &c, 1);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return error_errno(err, errno, _("no passphrase from descriptor %s"), text);
		if (n == 0 || c == '\n')
			return 0;
		str_addc(line, c);
	}
	return 0;
}

static int ask_line(
	struct cli *cli, const char *question, bool hidden, struct str *line, struct error *err)
{
	struct line_reader reader;
	bool more;

	cli_print(cli, "%s ", question);
	fflush(cli->out);
	line_reader_init(&reader, cli->loop, STDIN_FILENO);
	more = hidden ? line_reader_hidden(&reader, line) : line_reader_next(&reader, line);
	line_reader_done(&reader);
	return more ? 0 : error_set(err, ERR_CANCELLED, _("nothing was done"));
}

static int no_passphrase(const struct unlock *how, struct error *err)
{
	error_set(err, ERR_ANSWERS, _("the passphrase of %s is needed"), how->what);
	return error_hint(err, _("Run it on a terminal, or set SLIPWAY_PASSPHRASE or "
				 "SLIPWAY_PASSPHRASE_FD."));
}

/* *ret_file: a key file is wanted instead; no passphrase is as short as its letter. */
static int ask_on_terminal(struct cli *cli, const struct unlock *how, struct str *line,
	bool *ret_file, struct error *err)
{
	autofree char *question =
		xasprintf(how->ret_key_file ? _("A passphrase for %s (f: a key file instead):")
			  : how->fresh      ? _("A passphrase for %s:")
					    : _("The passphrase of %s:"),
			how->what);
	struct str again = STR_INIT(PASSPHRASE_MAX);
	int r;

	if (!cli_can_ask(cli))
		return no_passphrase(how, err);
	r = ask_line(cli, question, true, line, err);
	*ret_file = !r && how->ret_key_file && str_eq(str_text(line), "f");
	if (!r && how->fresh && !*ret_file) {
		r = ask_line(cli, _("The same again:"), true, &again, err);
		if (!r && !str_eq(str_text(&again), str_text(line)))
			r = error_set(err, ERR_INPUT, _("the two passphrases differ"));
	}
	str_wipe(&again);
	return r;
}

static int passphrase(struct cli *cli, const struct unlock *how, struct secret_key *ret,
	bool *ret_file, struct error *err)
{
	struct str line = STR_INIT(PASSPHRASE_MAX);
	int r = 0;

	if (cli->passphrase)
		str_add(&line, cli->passphrase);
	else if (getenv("SLIPWAY_PASSPHRASE_FD"))
		r = from_descriptor(&line, err);
	else
		r = ask_on_terminal(cli, how, &line, ret_file, err);
	if (*ret_file) {
		str_wipe(&line);
		return 0;
	}
	if (!r && str_full(&line))
		r = error_set(err, ERR_LIMIT, _("a passphrase has at most 1024 bytes"));
	if (!r && !line.len)
		r = no_passphrase(how, err);
	if (!r && how->fresh && line.len < PASSPHRASE_MIN)
		r = error_set(err, ERR_INPUT, _("a passphrase has at least 8 bytes"));
	/* A descriptor is read once; later questions get the same answer. */
	if (!r && !cli->passphrase && getenv("SLIPWAY_PASSPHRASE_FD"))
		cli->passphrase = xstrdup(str_text(&line));
	if (!r)
		secret_key_set(ret, SEAL_PASSPHRASE, str_text(&line), line.len);
	str_wipe(&line);
	return r;
}

/* --- a key file */

static int key_file(struct cli *cli, const char *path, struct secret_key *ret, struct error *err)
{
	struct str text = STR_INIT(SEAL_KEY_MAX);
	struct host_stat st;
	int r = host_stat(cli->host, path, &st, err);

	if (r == ERR_NOT_FOUND)
		r = error_hint(err, "(umask 077; head -c 32 /dev/urandom >%s)", path);
	if (!r && st.mode & 077) {
		error_set(err, ERR_DENIED, _("others can read the key file %s"), path);
		r = error_hint(err, "chmod 600 %s", path);
	}
	if (!r)
		r = host_read(cli->host, path, SEAL_KEY_MAX, &text, err);
	if (!r && text.len < SEAL_KEY_MIN) {
		error_set(err, ERR_INPUT, _("the key file %s has less than 16 bytes"), path);
		r = error_hint(err, "head -c 32 /dev/urandom >%s", path);
	}
	if (!r)
		secret_key_set(ret, SEAL_KEY_FILE, str_text(&text), text.len);
	str_wipe(&text);
	return r;
}

/* One that cannot be taken is said, and asked for again. */
static int ask_key_file(
	struct cli *cli, const struct unlock *how, struct secret_key *ret, struct error *err)
{
	AUTO(host_facts) struct host_facts facts = {0};
	AUTO(str) struct str line = STR_INIT(STR_LINE);
	int r = host_facts(cli->host, &facts, err);

	while (!r) {
		AUTO(error) struct error why = ERROR_INIT;
		autofree char *path = NULL;

		str_clear(&line);
		r = ask_line(cli, _("The path of the key file:"), false, &line, err);
		if (!r && !line.len)
			r = error_set(err, ERR_CANCELLED, _("nothing was done"));
		if (r)
			break;
		/* No shell has seen it. */
		path = str_starts(str_text(&line), "~/")
			       ? host_path(facts.home, str_text(&line) + 2)
			       : host_path(facts.cwd, str_text(&line));
		if (key_file(cli, path, ret, &why)) {
			cli_print_error(cli, &why);
			continue;
		}
		*how->ret_key_file = take(path);
		break;
	}
	return r;
}

int unlock_key(struct cli *cli, const struct unlock *how, struct secret_key *ret, struct error *err)
{
	bool file = false;
	int r;

	if (how->key_file)
		return key_file(cli, how->key_file, ret, err);
	r = passphrase(cli, how, ret, &file, err);
	return file ? ask_key_file(cli, how, ret, err) : r;
}

/* --- the project's store */

/* The file that names the program may have come with the project: only what this user named is run. */
static int need_trust(struct cli *cli, struct error *err)
{
	struct workspace *w = cli->workspace;
	const struct secret_store *store = &w->project->store;
	autofree char *command = strv_join(&store->command, " "), *write = NULL, *shown = NULL;

	if (secret_trust_has(w->host, w->project->dir, store))
		return 0;
	write = strv_join(&store->write, " ");
	shown = text_safe_dup(command);
	if (cli_can_ask(cli)) {
		cli_print(cli, _("The secrets of this project come from a program, and nobody has let it be run here:\n"
				 "  %s\n"),
			shown);
		if (store->write.n) {
			autofree char *second = text_safe_dup(write);

			cli_print(cli, "  %s\n", second);
		}
		if (cli_confirm(cli, _("Run it from now on?")))
			return secret_trust_add(w->host, w->project->dir, store, err);
	}
	error_set(err, ERR_DENIED,
		_("%s names a program for the secrets, and nobody has let it be run here"), STORE_FILE);
	error_detail(err, "%s", shown);
	return error_hint(err,
		_("Look at it: the file may have come with the project. Then run this on a terminal, or name the "
		  "program yourself: slipway secrets move --to command -- %s"),
		shown);
}

static int run_commands(struct cli *cli, struct error *err)
{
	struct workspace *w = cli->workspace;
	const struct secret_store *store = &w->project->store;
	struct op *op;
	int r = need_trust(cli, err);

	if (r)
		return r;
	op = secret_ask_start(w->host, w->project->dir, store, &store->names, NULL, NULL);
	r = cli_wait_keep(cli, op, err);
	if (!r)
		secret_ask_take(op, &w->vault.bag);
	op_free(op);
	return r;
}

int unlock_project(struct cli *cli, struct error *err)
{
	struct workspace *w = cli->workspace;
	const char *named = getenv("SLIPWAY_KEY_FILE");
	struct unlock how = {.what = STORE_SEALED};
	struct project *fresh = NULL;
	int r;

	if (!w->project->sealed)
		return 0;
	if (w->project->store.key_file)
		how.key_file = str_empty(named) ? w->project->store.key_file : named;
	if (w->project->store.kind == STORE_COMMAND)
		r = run_commands(cli, err);
	else
		r = unlock_key(cli, &how, &w->vault.key, err);
	if (r)
		return r;
	w->vault.open = true;
	r = workspace_read_again(w, &fresh, err);
	if (r)
		secret_vault_done(&w->vault);
	else
		workspace_take_over(w, fresh);
	return r;
}

int unlock_again(struct cli *cli, struct error *err)
{
	struct workspace *w = cli->workspace;

	if (w->project->store.kind != STORE_COMMAND || !w->vault.open)
		return 0;
	secret_bag_done(&w->vault.bag);
	return run_commands(cli, err);
}
