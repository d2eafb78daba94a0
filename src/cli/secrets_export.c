/* SPDX-License-Identifier: MIT */
#include "cli/secrets_export.h"

#include "base/i18n.h"
#include "base/str.h"
#include "cli/unlock.h"
#include "plan/secret_move.h"

#include <errno.h>
#include <string.h>

enum { PRIVATE = 0600 };

const struct option secrets_export_options[] = {
	{"key-file", 0, OPTION_VALUE, N_("FILE"), N_("what opens it, instead of a passphrase"),
		COMPLETE_FILE},
	{"unencrypted", 0, OPTION_FLAG, NULL,
		N_("NAME=value lines that everybody can read who has the file; asked about"),
		COMPLETE_NONE},
	{"force", 0, OPTION_FLAG, NULL, N_("replace a file that is there"), COMPLETE_NONE},
	{NULL, 0, OPTION_FLAG, NULL, NULL, COMPLETE_NONE},
};

struct export
{
	const char *name; /* as given; "-": standard output */
	char *path;
	struct secret_bag bag;
	struct strv left; /* secrets that have a value, but none of the project's own */
	struct str text;
};

static void export_done(struct export *x)
{
	free(x->path);
	secret_bag_done(&x->bag);
	strv_done(&x->left);
	str_wipe(&x->text);
}

static bool to_output(const struct export *x)
{
	return str_eq(x->name, "-");
}

static int find_place(struct cli *cli, struct export *x, struct error *err)
{
	AUTO(host_facts) struct host_facts facts = {0};
	int r;

	if (cli->args.n != 1) {
		error_set(err, ERR_INPUT, _("\"secrets export\" needs the name of one file"));
		return error_hint(err, _("With - they go to standard output."));
	}
	x->name = cli->args.items[0];
	if (to_output(x)) {
		if (!isatty(fileno(cli->out)))
			return 0;
		error_set(err, ERR_INPUT, _("secrets are not written onto a terminal"));
		return error_hint(
			err, _("Name a file; \"slipway secrets list --reveal\" shows them."));
	}
	r = host_facts(cli->host, &facts, err);
	if (r)
		return r;
	x->path = host_path(facts.cwd, x->name);
	if (cli_option(cli, "force") || !host_exists(cli->host, x->path))
		return 0;
	error_set(err, ERR_INPUT, _("%s is there already"), x->name);
	return error_hint(err, _("--force replaces it."));
}

static void collect(const struct workspace *w, struct export *x)
{
	const struct settings *all = &w->project->settings;
	AUTO(strv) struct strv names = STRV_INIT;

	secret_move_names(w, &names);
	for (size_t i = 0; i < all->n; i++) {
		const struct setting *s = &all->items[i];

		if (strv_has(&names, s->name))
			secret_bag_set(&x->bag, s->name, s->dotenv);
		else if (setting_is_secret(s) && !s->placeholder && !str_empty(s->current))
			strv_push(&x->left, s->name);
	}
}

static int confirm(struct cli *cli, struct error *err)
{
	if (cli->yes)
		return 0;
	if (!cli_can_ask(cli)) {
		error_set(err, ERR_INPUT,
			_("nothing was done: secrets in plain text were not confirmed"));
		return error_hint(err, _("Add --yes to do it without being asked."));
	}
	if (cli_confirm(cli, _("Whoever has the file can read the secrets. Do it?")))
		return 0;
	return error_set(err, ERR_CANCELLED, _("nothing was done"));
}

static int fill(struct cli *cli, struct export *x, struct error *err)
{
	AUTO(secret_key) struct secret_key key = {0};
	const struct unlock how = {.what = to_output(x) ? _("the export") : x->name,
		.key_file = cli_option(cli, "key-file"),
		.fresh = true};
	int r;

	if (cli_option(cli, "unencrypted")) {
		r = confirm(cli, err);
		secret_bag_write(&x->bag, "\n", &x->text);
		if (!r && str_full(&x->text))
			r = error_set(
				err, ERR_LIMIT, _("these are more secrets than one file may hold"));
		return r;
	}
	r = unlock_key(cli, &how, &key, err);
	return r ? r : secret_seal(&x->bag, &key, &x->text, err);
}

static int prepare(struct cli *cli, struct export *x, struct error *err)
{
	int r = unlock_project(cli, err);

	if (r)
		return r;
	collect(cli->workspace, x);
	if (!x->bag.n)
		return error_set(err, ERR_NOT_FOUND, _("this project has no secrets of its own"));
	return fill(cli, x, err);
}

static int put(struct cli *cli, const struct export *x, struct error *err)
{
	if (!to_output(x))
		return host_write(
			cli->host, x->path, str_text(&x->text), x->text.len, PRIVATE, err);
	if (fwrite(str_text(&x->text), 1, x->text.len, cli->out) != x->text.len || fflush(cli->out))
		return error_errno(err, errno, _("cannot write to standard output"));
	return 0;
}

static void tell(struct cli *cli, const struct export *x)
{
	autofree char *left = strv_join(&x->left, ", ");

	if (cli->quiet)
		return;
	cli_print(cli, Q_("%zu secret is in %s.", "%zu secrets are in %s.", x->bag.n), x->bag.n,
		to_output(x) ? _("the export") : x->name);
	cli_print(cli, "\n");
	if (x->left.n)
		cli_print(cli, _("Not in it, as their value comes from elsewhere: %s\n"), left);
}

static void tell_json(struct cli *cli, const struct export *x)
{
	struct json_object *o = json_object_new_object();
	struct json_object *names = json_object_new_array(), *left = json_object_new_array();

	json_put_str(o, "file", x->name);
	for (size_t i = 0; i < x->bag.n; i++)
		json_push_str(names, x->bag.items[i].name);
	for (size_t i = 0; i < x->left.n; i++)
		json_push_str(left, x->left.items[i]);
	json_put(o, "secrets", names);
	cli_print_json(cli, json_put(o, "left_out", left));
}

int run_secrets_export(struct cli *cli, struct error *err)
{
	struct export x = {.left = STRV_INIT, .text = STR_INIT(SEAL_MAX)};
	FILE *out = cli->out;
	int r = find_place(cli, &x, err);

	/* Questions and what is said of it stay out of what is piped on. */
	if (!r && to_output(&x))
		cli->out = cli->err;
	if (!r)
		r = prepare(cli, &x, err);
	cli->out = out;
	if (!r)
		r = put(cli, &x, err);
	if (!r && to_output(&x))
		cli->out = cli->err;
	if (!r && cli->json && !to_output(&x))
		tell_json(cli, &x);
	else if (!r)
		tell(cli, &x);
	cli->out = out;
	export_done(&x);
	return r;
}
