/* SPDX-License-Identifier: MIT */
/* check: what stands between the project and a healthy deployment. Each row asks one thing. */
#include "cli/commands.h"

#include "base/i18n.h"
#include "base/str.h"
#include "base/text.h"
#include "cli/perform.h"
#include "probe/value_test.h"

#include <string.h>

enum verdict { FINE, NOTE, BAD };

static const struct {
	const char *name, *mark;
} verdicts[] = {
	[FINE] = {"fine", "[ok]"},
	[NOTE] = {"note", "[??]"},
	[BAD] = {"bad", "[!!]"},
};

struct checkup {
	struct cli *cli;
	struct json_object *rows;
	struct setup *setup; /* probed */
	bool bad;
};

static void say(struct checkup *c, const char *what, enum verdict v, const char *fmt, ...)
	ATTR_PRINTF(4, 5);
static void say(struct checkup *c, const char *what, enum verdict v, const char *fmt, ...)
{
	struct json_object *o;
	autofree char *text = NULL, *safe = NULL;
	va_list ap;

	va_start(ap, fmt);
	text = xvasprintf(fmt, ap);
	va_end(ap);
	safe = text_safe_dup(text);
	c->bad = c->bad || v == BAD;
	o = json_put_str(json_object_new_object(), "check", what);
	json_push(
		c->rows, json_put_str(json_put_str(o, "verdict", verdicts[v].name), "text", text));
	if (!c->cli->json && (!c->cli->quiet || v == BAD))
		cli_print(c->cli, "%s %-12s %s\n", verdicts[v].mark, _(what), safe);
}

static void say_error(struct checkup *c, const char *what, const struct error *e)
{
	say(c, what, BAD, "%s%s%s%s%s", e->message, e->detail ? ": " : "",
		e->detail ? e->detail : "", e->hint ? ". " : "", e->hint ? e->hint : "");
}

/* --- the rows ------------------------------------------------------------------------------------
 */

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
	f = &c->cli->workspace->engine->facts;
	say(c, N_("engine"), FINE, "%s %s%s%s%s%s",
		f->name ? f->name : c->cli->workspace->engine->ops->name,
		f->version ? f->version : "", f->compose ? _(", compose ") : "",
		f->compose ? f->compose : "", f->socket ? ", " : "", f->socket ? f->socket : "");
	for (size_t i = 0; i < f->warnings.n; i++)
		say(c, N_("engine"), NOTE, "%s", f->warnings.items[i]);
	return 0;
}

enum { SMALL_MEMORY_MIB = 512, SMALL_DISK_MIB = 1024 };

static int check_host(struct checkup *c, struct error *err)
{
	AUTO(host_facts) struct host_facts f = {0};
	struct host_space space;
	const char *dir = c->cli->workspace->project->dir;
	int r = host_facts(c->cli->host, &f, err);
	autofree char *memory = NULL, *available = NULL, *total = NULL;

	if (!r)
		r = host_space(c->cli->host, dir, &space, err);
	if (r)
		return r;
	memory = text_size(f.memory, false);
	available = text_size(space.available, false);
	total = text_size(space.total, false);
	say(c, N_("host"), FINE, "%s, %s, %s", f.name, f.os, f.arch);
	say(c, N_("memory"), f.memory >> 20 < SMALL_MEMORY_MIB ? NOTE : FINE,
		Q_("%s, %d processor", "%s, %d processors", (unsigned long)f.cpus), memory, f.cpus);
	say(c, N_("disk"), space.available >> 20 < SMALL_DISK_MIB ? NOTE : FINE,
		_("%s of %s free at %s"), available, total, dir);
	return 0;
}

/* A secret that setup makes by itself stands in nobody's way. */
static bool is_made(const struct setting *s)
{
	return setting_can_generate(s) && !s->problem.code && !s->note;
}

static int check_settings(struct checkup *c, struct error *err)
{
	const struct settings *all = setup_settings(c->setup);
	AUTO(strv) struct strv names = STRV_INIT;
	AUTO(strv) struct strv open = STRV_INIT;
	autofree char *joined = NULL;
	size_t made = 0;

	(void)err;
	setup_unanswered(c->setup, &names);
	for (size_t i = 0; i < names.n; i++)
		if (is_made(settings_find(all, names.items[i])))
			made++;
		else
			strv_push(&open, names.items[i]);
	joined = strv_join(&open, ", ");
	if (open.n)
		say(c, N_("settings"), BAD,
			Q_("%zu has no answer: %s", "%zu have no answer: %s", open.n), open.n,
			joined);
	else if (made)
		say(c, N_("settings"), NOTE,
			Q_("%zu secret is to be made by setup",
				"%zu secrets are to be made by setup", made),
			made);
	else
		say(c, N_("settings"), FINE,
			Q_("%zu, nothing to answer", "%zu, nothing to answer", all->n), all->n);
	return 0;
}

static void check_port(struct checkup *c, const char *service, int port)
{
	bool ours;
	const char *holder = setup_port_holder(c->setup, port, &ours);

	if (!holder)
		say(c, N_("port"), FINE, _("%d for %s is free"), port, service);
	else if (ours)
		say(c, N_("port"), FINE, _("%d for %s is held by this project"), port, service);
	else
		say(c, N_("port"), BAD, _("%d for %s is held by %s; %d is free"), port, service,
			*holder ? holder : _("another program"),
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
		say(c, N_("permissions"), NOTE, "%s: %s", s->title, s->reason ? s->reason : "");
		n++;
	}
	if (!n)
		say(c, N_("permissions"), FINE, "%s",
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
			say(c, N_("value"), value_test_verdict(t) == VALUE_FAILS ? NOTE : FINE,
				"%s: %s", spec.setting->name, value_test_text(t));
		op_free(value_test_op(t));
		if (r)
			return error_move(err, &e);
	}
	return 0;
}

static int run_check(struct cli *cli, struct error *err)
{
	static int (*const checks[])(struct checkup * c, struct error * err) = {
		check_engine, check_host, check_settings, check_ports, check_permissions,
		check_values};
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
	.summary = N_("check engine, memory, disk, settings, ports with their holder, permissions"),
	.about = N_("Changes nothing. Exit status 1 when something stands in the way."),
	.needs = NEED_PROJECT | NEED_TOLERANT,
	.run = run_check,
};
