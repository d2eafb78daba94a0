/* SPDX-License-Identifier: MIT */
/* check: what stands between the project and a healthy deployment. Each row asks one thing. */
#include "cli/commands.h"

#include "base/i18n.h"
#include "base/str.h"
#include "base/text.h"
#include "cli/checkup.h"
#include "cli/column.h"
#include "cli/perform.h"
#include "config/build_source.h"
#include "config/secret_file.h"
#include "config/update.h"
#include "probe/value_test.h"

#include <string.h>

static const struct {
	const char *name, *mark;
} verdicts[] = {
	[CHECK_FINE] = {"fine", "[ok]"},
	[CHECK_NOTE] = {"note", "[??]"},
	[CHECK_BAD] = {"bad", "[!!]"},
};

/* Whatever a row may ask about: the widest sets the column. */
static const char *const subjects[] = {N_("engine"), N_("compose"), N_("host"), N_("processors"),
	N_("memory"), N_("disk"), N_("kernel"), N_("command"), N_("settings"), N_("port"),
	N_("mount"), N_("permissions"), N_("value"), N_("secret"), N_("secret file"), N_("update"),
	N_("stack"), NULL};

void checkup_say(struct checkup *c, const char *what, enum check_verdict v, const char *fmt, ...)
{
	struct json_object *o;
	AUTO(str) struct str line = STR_INIT(STR_LINE);
	autofree char *text = NULL, *safe = NULL;
	va_list ap;

	va_start(ap, fmt);
	text = xvasprintf(fmt, ap);
	va_end(ap);
	safe = text_safe_dup(text);
	c->bad = c->bad || v == CHECK_BAD;
	o = json_put_str(json_object_new_object(), "check", what);
	json_push(
		c->rows, json_put_str(json_put_str(o, "verdict", verdicts[v].name), "text", text));
	if (c->cli->json || (c->cli->quiet && v != CHECK_BAD))
		return;
	column_add(&line, verdicts[v].mark, 0);
	column_add(&line, _(what), column_width(subjects) + 1);
	column_end(&line, safe, cli_width(c->cli));
	cli_print(c->cli, "%s", str_text(&line));
}

static void say_error(struct checkup *c, const char *what, const struct error *e)
{
	checkup_say(c, what, CHECK_BAD, "%s%s%s%s%s", e->message, e->detail ? ": " : "",
		e->detail ? e->detail : "", e->hint ? ". " : "", e->hint ? e->hint : "");
}

/* --- the rows */

static int check_engine(struct checkup *c, struct error *err)
{
	AUTO(error) struct error e = ERROR_INIT;
	const struct engine_facts *f;
	int r = cli_need(c->cli, NEED_PROJECT | NEED_ENGINE, &e);

	if (r == ERR_CANCELLED)
		return error_move(err, &e);
	if (r) {
		say_error(c, N_("engine"), &e);
		return 0;
	}
	c->facts = f = &c->cli->workspace->engine->facts;
	checkup_say(c, N_("engine"), CHECK_FINE, "%s %s%s%s%s%s",
		f->name ? f->name : c->cli->workspace->engine->ops->name,
		f->version ? f->version : "", f->compose ? _(", compose ") : "",
		f->compose ? f->compose : "", f->socket ? ", " : "", f->socket ? f->socket : "");
	for (size_t i = 0; i < f->warnings.n; i++)
		checkup_say(c, N_("engine"), CHECK_NOTE, "%s", f->warnings.items[i]);
	return 0;
}

static int check_settings(struct checkup *c, struct error *err)
{
	const struct setup_count count = setup_count(c->setup);
	AUTO(strv) struct strv names = STRV_INIT;
	AUTO(str) struct str text = STR_INIT(STR_LINE);
	autofree char *joined = NULL;

	(void)err;
	setup_unanswered(c->setup, &names);
	joined = strv_join(&names, ", ");
	str_addf(&text, Q_("%zu setting", "%zu settings", count.settings), count.settings);
	str_add(&text, ", ");
	if (!count.unanswered) {
		checkup_say(c, N_("settings"), CHECK_FINE, "%s%s", str_text(&text),
			_("nothing to answer"));
		return 0;
	}
	str_addf(&text, _("%zu to answer"), count.unanswered);
	str_addf(&text, ": %s", joined);
	if (count.made) {
		str_add(&text, "; ");
		str_addf(&text,
			Q_("%zu is a secret that setup makes", "%zu are secrets that setup makes",
				count.made),
			count.made);
	}
	checkup_say(c, N_("settings"), count.made < count.unanswered ? CHECK_BAD : CHECK_NOTE, "%s",
		str_text(&text));
	return 0;
}

static void check_port(struct checkup *c, const char *service, int port)
{
	bool ours;
	const char *holder = setup_port_holder(c->setup, port, &ours);

	if (!holder)
		checkup_say(c, N_("port"), CHECK_FINE, _("%d for %s is free"), port, service);
	else if (ours)
		checkup_say(c, N_("port"), CHECK_FINE, _("%d for %s is held by this project"), port,
			service);
	else
		checkup_say(c, N_("port"), CHECK_BAD, _("%d for %s is held by %s; %d is free"),
			port, service, *holder ? holder : _("another program"),
			setup_free_port(c->setup, port + 1));
}

static int check_ports(struct checkup *c, struct error *err)
{
	const struct compose *compose = c->cli->workspace->project->compose;

	(void)err;
	for (size_t i = 0; i < compose->n_services; i++) {
		const struct compose_service *s = &compose->services[i];

		for (size_t k = 0; s->active && k < s->n_ports; k++)
			for (int port = s->ports[k].published;
				port && port <= s->ports[k].published_end; port++)
				check_port(c, s->name, port);
	}
	return 0;
}

static int check_builds(struct checkup *c, struct error *err)
{
	const struct project *p = c->cli->workspace->project;
	AUTO(strv) struct strv paths = STRV_INIT, services = STRV_INIT;

	(void)err;
	build_gaps(c->cli->host, p->compose, &paths, &services);
	for (size_t i = 0; i < paths.n; i++)
		checkup_say(c, N_("build"), CHECK_NOTE, _("%s: built from %s, which is not there"),
			services.items[i], paths.items[i]);
	return 0;
}

/* What the engine is told not to make; `up` would refuse. */
static int check_mounts(struct checkup *c, struct error *err)
{
	const struct project *p = c->cli->workspace->project;
	AUTO(strv) struct strv said = STRV_INIT;

	(void)err;
	for (size_t i = 0; !p->fresh && i < p->compose->n_services; i++) {
		const struct compose_service *s = &p->compose->services[i];

		for (size_t k = 0; s->active && k < s->n_mounts; k++) {
			const struct compose_mount *m = &s->mounts[k];
			autofree char *shown = NULL;

			if (!m->must_exist || !m->source || strv_has(&said, m->source) ||
				host_exists(c->cli->host, m->source))
				continue;
			strv_push(&said, m->source);
			shown = secret_file_shown(p->dir, m->source);
			checkup_say(c, N_("mount"), CHECK_BAD,
				_("%s mounts %s, which does not exist and is not to be made"),
				s->name, shown);
		}
	}
	return 0;
}

static int check_permissions(struct checkup *c, struct error *err)
{
	AUTO_PTR(plan) struct plan *plan = NULL;
	AUTO(error) struct error e = ERROR_INIT;
	size_t n = 0;
	int r = perform_plan(c->cli, PLAN_WRITE, &plan, &e);

	if (r == ERR_CANCELLED)
		return error_move(err, &e);
	if (r) {
		say_error(c, N_("permissions"), &e);
		return 0;
	}
	for (size_t i = 0; i < plan->n; i++) {
		const struct step *s = plan->steps[i];

		if (!s->changes || (strcmp(s->ops->kind, "owner") != 0 &&
					   strcmp(s->ops->kind, "directory") != 0))
			continue;
		checkup_say(c, N_("permissions"), CHECK_NOTE, "%s: %s", s->title,
			s->reason ? s->reason : "");
		n++;
	}
	if (!n)
		checkup_say(c, N_("permissions"), CHECK_FINE, "%s",
			_("directories are as the services need them"));
	return 0;
}

/* Which settings can be tried, and what came of it. */
static int check_values(struct checkup *c, struct error *err)
{
	const struct settings *all = setup_settings(c->setup);

	for (size_t i = 0; i < all->n; i++) {
		const struct project *p = c->cli->workspace->project;
		const struct value_test_spec spec = {
			.all = all, .setting = &all->items[i], .compose = p->compose};
		struct value_test *t;
		AUTO(error) struct error e = ERROR_INIT;
		int r;

		if (!setting_asked(all, spec.setting) || !value_test_find(&spec) ||
			spec.setting->source == COMPOSE_DEFAULT ||
			spec.setting->source == COMPOSE_UNSET ||
			value_test_start(c->cli->host, &spec, NULL, NULL, &t, NULL))
			continue;
		r = cli_wait_keep(c->cli, value_test_op(t), &e);
		if (!r)
			checkup_say(c, N_("value"),
				value_test_verdict(t) == VALUE_FAILS ? CHECK_NOTE : CHECK_FINE,
				"%s: %s", spec.setting->name, value_test_text(t));
		op_free(value_test_op(t));
		if (r)
			return error_move(err, &e);
	}
	return 0;
}

/* Whether the data that remembers a secret was made with the value of today. */
static int check_secrets(struct checkup *c, struct error *err)
{
	const struct settings *all = setup_settings(c->setup);
	int r = cli_wait(c->cli, setup_try(c->setup, NULL, NULL, NULL), err);

	for (size_t i = 0; i < all->n && !r; i++) {
		const struct setting *s = &all->items[i];
		enum trial_verdict tried = setup_tried(c->setup, s);

		if (tried != TRIAL_NONE)
			checkup_say(c, N_("secret"),
				tried == TRIAL_ACCEPTED  ? CHECK_FINE
				: tried == TRIAL_REFUSED ? CHECK_BAD
							 : CHECK_NOTE,
				"%s: %s", s->name, s->note);
	}
	return r;
}

/* The stack moved on, and .env did not. */
static int check_update(struct checkup *c, struct error *err)
{
	autofree char *note = update_note(c->cli->workspace->project);

	(void)err;
	if (note)
		checkup_say(c, N_("update"), CHECK_NOTE, "%s. %s", note, _(UPDATE_HINT));
	return 0;
}

/* What the stack's documents say otherwise. */
static int check_notes(struct checkup *c, struct error *err)
{
	const struct stack *stack = c->cli->workspace->project->stack;

	(void)err;
	for (size_t i = 0; stack && i < stack->notes.n; i++)
		checkup_say(c, N_("stack"), CHECK_NOTE, "%s", stack->notes.items[i]);
	return 0;
}

static int run_check(struct cli *cli, struct error *err)
{
	static int (*const checks[])(struct checkup * c, struct error * err) = {check_engine,
		check_host, check_settings, check_update, check_builds, check_secret_files,
		check_mounts, check_ports, check_permissions, check_values, check_secrets,
		check_notes};
	AUTO_PTR(setup) struct setup *setup = setup_new(cli->workspace);
	struct checkup c = {.cli = cli, .rows = json_object_new_array(), .setup = setup};
	int r = cli_wait(cli, setup_probe(setup, NULL, NULL), err);

	for (size_t i = 0; i < ARRAY_SIZE(checks) && !r; i++)
		r = checks[i](&c, err);
	if (cli->json && !r) {
		struct json_object *doc = json_put_bool(json_object_new_object(), "fine", !c.bad);

		cli_print_json(cli, json_put(doc, "checks", c.rows));
	} else {
		json_object_put(c.rows);
	}
	cli->exit_status = c.bad ? 1 : 0;
	return r;
}

const struct command cmd_check = {
	.name = "check",
	.summary = N_(
		"check engine, memory, disk, kernel settings, settings, ports with their holder, "
		"permissions"),
	.about =
		N_("Changes nothing. What the stack definition requires (processors, memory, disk, "
		   "versions, kernel settings, commands) is compared with what is there. Exit "
		   "status 1 when something stands in the way."),
	.needs = NEED_PROJECT | NEED_TOLERANT | NEED_SECRETS,
	.run = run_check,
};
