/* SPDX-License-Identifier: MIT */
#include "cli/setup_answers.h"

#include "base/i18n.h"
#include "base/str.h"
#include "config/answers.h"
#include "config/feature.h"
#include "plan/run.h"
#include "plan/setup_home.h"

#include <string.h>

enum { ANSWERS_MAX = 1024 * 1024 };

static const char env_prefix[] = "SLIPWAY_SET_";

void setup_answers_take(struct cli *cli)
{
	for (char **e = environ; e && *e;) {
		char *assignment = *e + strlen(env_prefix);
		char *equals = strchr(*e, '=');
		autofree char *name = NULL;

		if (!str_starts(*e, env_prefix) || !equals || equals <= assignment) {
			e++;
			continue;
		}
		strv_push(&cli->answers, assignment);
		name = xstrndup(*e, (size_t)(equals - *e));
		/* Others of this user can read what the kernel keeps of it. */
		mem_wipe(equals + 1, strlen(equals + 1));
		if (unsetenv(name))
			return;
		e = environ;
	}
}

/* Puts the place where the answer came from before what is wrong with it. */
static int add_place(struct error *err, const char *place)
{
	autofree char *detail = NULL;

	if (!err)
		return ERR_INPUT;
	detail = xstrdup(err->detail);
	return detail ? error_detail(err, "%s: %s", place, detail) : error_detail(err, "%s", place);
}

/* A value that was there before the file asked for a new one is no reason to make one. */
static int apply_one(struct setup *setup, const struct answer *a, struct error *err)
{
	const struct setting *s = settings_find(setup_settings(setup), a->name);
	int r;

	if (a->generate)
		r = str_empty(setting_effective(s)) ? setup_generate(setup, a->name, err) : 0;
	else
		r = setup_answer(setup, a->name, a->value, err);
	return r ? add_place(err, a->place) : 0;
}

/* A file of before an upgrade may say what is called otherwise now, and a profile may be that of a
 * feature. */
static void rename_answers(const struct project *p, struct answers *a)
{
	for (size_t i = 0; i < a->n; i++) {
		const char *name = a->items[i].name, *now = project_name_now(p, name);
		const struct setting *choice =
			str_starts(name, FEATURE_PROFILE)
				? feature_of_profile(p, name + strlen(FEATURE_PROFILE))
				: NULL;
		char *renamed;

		if (choice)
			now = choice->name;
		if (now == name)
			continue;
		renamed = xstrdup(now);
		free(a->items[i].name);
		a->items[i].name = renamed;
	}
}

static int apply_file(struct cli *cli, struct setup *setup, const char *path, struct error *err)
{
	AUTO(str) struct str text = STR_INIT(ANSWERS_MAX);
	AUTO(answers) struct answers answers = {0};
	int r = host_read(cli->host, path, ANSWERS_MAX, &text, err);

	if (r) {
		if (err)
			err->code = ERR_INPUT;
		return ERR_INPUT;
	}
	r = answers_read(path, str_text(&text), text.len, &answers, err);
	str_wipe(&text);
	if (!r)
		rename_answers(cli->workspace->project, &answers);
	if (!r)
		r = answers_check(&answers, setup_settings(setup), err);
	for (size_t i = 0; i < answers.n && !r; i++)
		r = apply_one(setup, &answers.items[i], err);
	return r;
}

static int apply_environment(struct cli *cli, struct setup *setup, struct error *err)
{
	for (size_t i = 0; i < cli->answers.n; i++) {
		const char *assignment = cli->answers.items[i];
		const char *equals = strchr(assignment, '=');
		autofree char *setting = xstrndup(assignment, (size_t)(equals - assignment));
		int r = setup_answer(setup, setting, equals + 1, err);

		if (r) {
			autofree char *place =
				xasprintf(_("from the environment: %s%s"), env_prefix, setting);

			return add_place(err, place);
		}
	}
	return 0;
}

static int apply_option(struct setup *setup, const char *assignment, struct error *err)
{
	const char *equals = strchr(assignment, '=');
	autofree char *name = NULL;
	int r;

	if (!equals || equals == assignment) {
		error_set(err, ERR_INPUT, _("--set was given something that is no NAME=VALUE"));
		return error_hint(err, _("Write --set NAME=VALUE."));
	}
	name = xstrndup(assignment, (size_t)(equals - assignment));
	r = setup_answer(setup, name, equals + 1, err);
	if (r) {
		autofree char *place = xasprintf("--set %s", name);

		return add_place(err, place);
	}
	return 0;
}

static int choose_profile(
	const struct project *p, struct setup *setup, const char *profile, struct error *err)
{
	const struct setting *s = feature_of_profile(p, profile);

	if (s)
		return setup_answer(setup, s->name, "true", err);
	error_set(err, ERR_INPUT, _("there is no profile \"%s\" to choose"), profile);
	return error_hint(err, _("\"slipway config list\" names those there are; one that an "
				 "environment brings comes with that, and where COMPOSE_PROFILES "
				 "is \"*\" all are in force."));
}

int setup_answers_profiles(struct cli *cli, struct setup *setup, struct error *err)
{
	const struct project *p = cli->workspace->project;
	AUTO(strv) struct strv names = STRV_INIT;
	int r = 0;

	strv_extend(&names, &cli->profiles);
	if (strv_has(&names, "*")) {
		strv_clear(&names);
		compose_profiles(p->compose, &names);
	}
	for (size_t i = 0; i < names.n && !r; i++)
		r = choose_profile(p, setup, names.items[i], err);
	return r;
}

int setup_answers_apply(struct cli *cli, struct setup *setup, struct error *err)
{
	AUTO(strv) struct strv options = STRV_INIT;
	AUTO(strv) struct strv files = STRV_INIT;
	int r = 0;

	cli_options(cli, "answers", &files);
	cli_options(cli, "set", &options);
	for (size_t i = 0; i < files.n && !r; i++)
		r = apply_file(cli, setup, files.items[i], err);
	if (!r)
		r = apply_environment(cli, setup, err);
	for (size_t i = 0; i < options.n && !r; i++)
		r = apply_option(setup, options.items[i], err);
	return r;
}

int setup_answers_missing(struct setup *setup, struct error *err)
{
	AUTO(strv) struct strv names = STRV_INIT;

	return setup_unanswered(setup, &names) ? setup_answers_name(setup, &names, err) : 0;
}

/* Why it is not made, and where what was lost still is. */
static void add_note(struct setup *setup, const struct setting *s, struct str *out)
{
	autofree char *run =
		setting_is_secret(s) ? run_with_value(setup_workspace(setup), s->name, NULL) : NULL;

	str_add(out, s->note);
	if (run)
		str_addf(out, _("; the backup of run %s has a value: \"slipway undo %s\""), run,
			run);
	if (setup_home_known(setup, s->name))
		str_addf(out, _("; other ways: --old-secret %s=..."), s->name);
}

/* The name stands before it already. */
static const char *without_name(const struct setting *s, const char *message)
{
	size_t n = strlen(s->name);

	return str_starts(message, s->name) && str_starts(message + n, ": ") ? message + n + 2
									     : message;
}

int setup_answers_name(struct setup *setup, const struct strv *names, struct error *err)
{
	AUTO(str) struct str detail = STR_INIT(STR_LINE);
	size_t n = names->n;

	for (size_t i = 0; i < n; i++) {
		const struct setting *s = settings_find(setup_settings(setup), names->items[i]);

		str_addf(&detail, "%s%s: ", i ? "\n" : "", s->name);
		if (s->problem.message)
			str_add(&detail, without_name(s, s->problem.message));
		else if (s->note)
			add_note(setup, s, &detail);
		else if (s->required_why)
			str_addf(&detail, "%s", s->required_why);
		else
			str_addf(&detail, _("missing; expected %s"),
				_(setting_type_info(s->type)->expects));
	}
	error_set(err, ERR_ANSWERS,
		Q_("%zu setting has no answer", "%zu settings have no answer", n), n);
	error_detail(err, "%s", str_text(&detail));
	return error_hint(err,
		_("Answer with --set NAME=VALUE, a file (--answers FILE) or SLIPWAY_SET_NAME."));
}

static int settle(struct cli *cli, struct setup *setup, struct error *err)
{
	int r;

	setup_forget(setup);
	if (!setup_unanswered(setup, NULL))
		return 0;
	/* Only a look at the volumes tells which secrets may be made. */
	r = cli_wait(cli, setup_probe(setup, NULL, NULL), err);
	if (!r)
		r = setup_generate_missing(setup, err);
	/* A value that breaks its rule has a place; that something has none has not. */
	if (r >= 0)
		r = project_check(cli->workspace->project, err);
	return r < 0 ? r : setup_answers_missing(setup, err);
}

/* The secrets that are deployed with as they are. */
static int read_allowed(struct cli *cli, struct strv *ret, struct error *err)
{
	AUTO(strv) struct strv options = STRV_INIT;

	cli_options(cli, "old-secret", &options);
	for (size_t i = 0; i < options.n; i++) {
		const char *text = options.items[i];
		const char *equals = strchr(text, '=');

		if (!equals || strcmp(equals + 1, "keep") != 0) {
			error_set(err, ERR_INPUT, _("--old-secret was given \"%s\""), text);
			return error_hint(err, "%s",
				_("Write NAME=keep. \"slipway setup --old-secret\" knows other "
				  "ways."));
		}
		strv_push_take(ret, xstrndup(text, (size_t)(equals - text)));
	}
	return 0;
}

int setup_answers_plan(struct cli *cli, unsigned scope, struct plan **ret, struct error *err)
{
	AUTO_PTR(setup) struct setup *setup = setup_new(cli->workspace);
	AUTO_PTR(plan) struct plan *plan = NULL;
	AUTO(strv) struct strv allowed = STRV_INIT;
	int r = read_allowed(cli, &allowed, err);

	if (!r)
		r = settle(cli, setup, err);
	if (!r)
		r = project_check_dotenv(cli->workspace->project, err);
	if (!r)
		r = perform_plan(cli, scope, &plan, err);
	if (!r && cli->workspace->engine && setup_kept_matters(setup, plan)) {
		r = cli_wait(cli, setup_probe(setup, NULL, NULL), err);
		if (!r)
			r = cli_wait(cli, setup_try(setup, NULL, NULL, NULL), err);
		setup_kept_hold(setup, plan, &allowed);
	}
	if (!r)
		*ret = take(plan);
	return r;
}

/* Rules that look at other settings are judged when all of them are answered. */
static int check_answers(const struct settings *all, struct error *err)
{
	for (size_t i = 0; i < all->n; i++)
		if (all->items[i].answer != ANSWER_NONE && all->items[i].problem.code)
			return error_copy(err, &all->items[i].problem);
	return 0;
}

static bool is_dotenv(const struct step *s, void *arg)
{
	(void)arg;
	return !strcmp(s->ops->kind, "file") || !strcmp(s->ops->kind, "secret");
}

void setup_answers_notes(struct cli *cli, struct setup *setup, struct plan *plan, bool given)
{
	const struct settings *all = setup_settings(setup);
	bool document = cli->json || cli->events;

	for (size_t i = 0; i < all->n; i++) {
		const struct setting *s = &all->items[i];
		autofree char *ways = NULL;

		if (!s->note || !setting_asked(all, s))
			continue;
		if (s->answer == ANSWER_VALUE && setup_tried(setup, s) == TRIAL_REFUSED)
			ways = setup_kept_ways(setup, s->name);
		if (document && s->answer == ANSWER_VALUE)
			strv_pushf(&plan->notes, "%s: %s%s%s", s->name, s->note, ways ? ". " : "",
				ways ? ways : "");
		else if (!document && !cli->quiet &&
			 (given ? s->answer == ANSWER_VALUE
				: s->answer != ANSWER_NONE || s->type == SETTING_PORT))
			cli_print(cli, "%s: %s%s%s\n", s->name, s->note, ways ? ".\n" : "",
				ways ? ways : "");
	}
}

int setup_answers_write(
	struct cli *cli, struct setup *setup, const struct perform *how, struct error *err)
{
	struct plan *plan = NULL;
	bool changes;
	int r = check_answers(setup_settings(setup), err);

	if (!r)
		r = perform_plan(cli, PLAN_WRITE, &plan, err);
	if (r) {
		json_object_put(how->more);
		return r;
	}
	perform_filter(plan, is_dotenv, NULL);
	changes = plan->changes > 0;
	if (changes)
		setup_answers_notes(cli, setup, plan, true);
	r = perform(cli, plan, how, err);
	if (!r && changes && !how->dry_run && !cli->quiet && !cli->json && !cli->events)
		cli_print(cli, "%s\n",
			_("Services see it after \"slipway up\"; \"slipway plan\" shows which."));
	return r;
}
