/* SPDX-License-Identifier: MIT */
#include "cli/secrets_import.h"

#include "base/i18n.h"
#include "base/str.h"
#include "cli/setup_answers.h"
#include "cli/unlock.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

const struct option secrets_import_options[] = {
	{"key-file", 0, OPTION_VALUE, N_("FILE"), N_("what opens it, instead of a passphrase"),
		COMPLETE_FILE},
	{"unencrypted", 0, OPTION_FLAG, NULL, N_("the file holds NAME=value lines"), COMPLETE_NONE},
	{"dry-run", 0, OPTION_FLAG, NULL, N_("show what would be done and leave"), COMPLETE_NONE},
	{NULL, 0, OPTION_FLAG, NULL, NULL, COMPLETE_NONE},
};

/* --- the file */

static int open_sealed(struct cli *cli, const char *name, const struct str *text,
	struct secret_bag *ret, struct error *err)
{
	const struct unlock how = {.what = name, .key_file = cli_option(cli, "key-file")};
	AUTO(secret_key) struct secret_key key = {0};
	enum seal_lock lock;
	int r = secret_seal_lock(str_text(text), text->len, &lock, err);

	if (r)
		return error_hint(err, _("NAME=value lines are read with --unencrypted."));
	if (lock == SEAL_KEY_FILE && !how.key_file) {
		error_set(err, ERR_DENIED, _("these secrets were sealed with a key file"));
		return error_hint(err, _("Name it with --key-file FILE."));
	}
	r = unlock_key(cli, &how, &key, err);
	return r ? r : secret_unseal(str_text(text), text->len, &key, ret, err);
}

static int read_input(struct str *text, struct error *err)
{
	char part[4096];
	ssize_t n;

	if (isatty(STDIN_FILENO)) {
		error_set(err, ERR_INPUT, _("secrets are not read from a terminal"));
		return error_hint(err, "%s", _("Name a file, or put a pipe there."));
	}
	while ((n = read(STDIN_FILENO, part, sizeof(part))) != 0 && !str_full(text)) {
		if (n < 0 && errno != EINTR)
			return error_errno(err, errno, _("cannot read standard input"));
		if (n > 0)
			str_addn(text, part, (size_t)n);
	}
	mem_wipe(part, sizeof(part));
	return str_full(text) ? error_set(err, ERR_LIMIT, _("standard input is too long")) : 0;
}

static int read_text(struct cli *cli, const char *name, struct str *text, struct error *err)
{
	AUTO(host_facts) struct host_facts facts = {0};
	autofree char *path = NULL;
	int r;

	if (str_eq(name, "-"))
		return read_input(text, err);
	r = host_facts(cli->host, &facts, err);
	if (r)
		return r;
	path = host_path(facts.cwd, name);
	return host_read(cli->host, path, SEAL_MAX, text, err);
}

static int read_file(struct cli *cli, const char *name, struct secret_bag *ret, struct error *err)
{
	struct str text = STR_INIT(SEAL_MAX);
	int r = read_text(cli, name, &text, err);

	if (!r && cli_option(cli, "unencrypted"))
		r = secret_bag_read(ret, name, str_text(&text), text.len, err);
	else if (!r && (r = open_sealed(cli, name, &text, ret, err)))
		r = error_prefix(err, "%s", name);
	str_wipe(&text);
	return r;
}

/* --- against the project */

/* An export of before an upgrade may say what is called otherwise now. */
static struct setting *find(struct cli *cli, struct setup *setup, const char *name)
{
	return settings_find(
		setup_settings(setup), project_name_now(cli->workspace->project, name));
}

static int check_names(struct cli *cli, struct setup *setup, const char *file,
	const struct secret_bag *bag, struct error *err)
{
	AUTO(strv) struct strv unknown = STRV_INIT;
	autofree char *all = NULL;

	for (size_t i = 0; i < bag->n; i++)
		if (!find(cli, setup, bag->items[i].name))
			strv_push(&unknown, bag->items[i].name);
	if (!unknown.n)
		return 0;
	all = strv_join(&unknown, ", ");
	error_set(err, ERR_INPUT,
		Q_("%s holds a name that is no setting of this project",
			"%s holds names that are no settings of this project", unknown.n),
		file);
	error_detail(err, "%s", all);
	return error_hint(err, _("\"slipway config list\" names them all."));
}

/* Which come, which differ, which are as they are. */
enum difference { DIFFERS_NEW, DIFFERS, DIFFERS_NOT };

static const struct {
	const char *name, *text; /* N_() */
} differences[] = {
	[DIFFERS_NEW] = {"new", N_("has no value here")},
	[DIFFERS] = {"changed", N_("differs")},
	[DIFFERS_NOT] = {"same", N_("is the same here")},
};

static enum difference difference_of(const struct setting *s, const char *value)
{
	if (str_empty(s->dotenv))
		return DIFFERS_NEW;
	return str_eq(s->dotenv, value) ? DIFFERS_NOT : DIFFERS;
}

/* Answers what is not so already, and says of each what it is; *ret is what --json says. */
static int answer_all(struct cli *cli, struct setup *setup, const struct secret_bag *bag,
	struct json_object *list, struct error *err)
{
	int r = 0;

	for (size_t i = 0; i < bag->n && !r; i++) {
		const struct setting *s = find(cli, setup, bag->items[i].name);
		enum difference d = difference_of(s, bag->items[i].value);
		struct json_object *o = json_object_new_object();

		json_put_str(o, "name", s->name);
		json_put_str(o, "state", differences[d].name);
		json_push(list, o);
		if (!cli->quiet && !cli->json && !cli->events)
			cli_print(cli, "%s: %s\n", s->name, _(differences[d].text));
		if (d != DIFFERS_NOT)
			r = setup_answer(setup, s->name, bag->items[i].value, err);
	}
	return r;
}

int run_secrets_import(struct cli *cli, struct error *err)
{
	struct perform how = {.title = "secrets import",
		.ask_always = true,
		.dry_run = cli_option(cli, "dry-run") != NULL,
		.more_name = "import"};
	AUTO_PTR(setup) struct setup *setup = NULL;
	AUTO(secret_bag) struct secret_bag bag = {0};
	autojson struct json_object *list = json_object_new_array();
	int r;

	if (cli->args.n != 1)
		return error_set(
			err, ERR_INPUT, _("\"secrets import\" needs the name of one file"));
	r = read_file(cli, cli->args.items[0], &bag, err);
	if (r)
		return r;
	setup = setup_new(cli->workspace);
	setup_forget(setup);
	r = check_names(cli, setup, cli->args.items[0], &bag, err);
	if (!r)
		r = answer_all(cli, setup, &bag, list, err);
	if (r)
		return r;
	how.more = take(list);
	return setup_answers_write(cli, setup, &how, err);
}
