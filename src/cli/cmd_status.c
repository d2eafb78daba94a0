/* SPDX-License-Identifier: MIT */
/* status, why: what runs, and why it is not well. */
#include "cli/commands.h"

#include "base/i18n.h"
#include "base/str.h"
#include "base/text.h"
#include "cli/column.h"
#include "cli/reveal.h"
#include "cli/services.h"
#include "cli/status.h"

#include <string.h>

enum { EXIT_UNHEALTHY = 5, WHY_TAIL = 500 };

/* --- what belongs to the project */

static bool counts(const struct cli *cli, const struct live_service *s)
{
	const struct compose_service *c =
		compose_find_service(cli->workspace->project->compose, s->name);

	/* What runs without being in the model any more does not make the project unhealthy. */
	return c && c->active && (!cli->args.n || strv_has(&cli->args, s->name));
}

static const struct live_instance *worst_instance(const struct live_service *s)
{
	const struct live_instance *worst = s->n_instances ? &s->instances[0] : NULL;

	for (size_t i = 1; i < s->n_instances; i++)
		if (s->instances[i].state == s->state)
			worst = &s->instances[i];
	return worst;
}

static int restarts(const struct live_service *s)
{
	int n = 0;

	for (size_t i = 0; i < s->n_instances; i++)
		n += s->instances[i].restarts;
	return n;
}

/* First line of why; NULL when it is well. Caller frees. */
static char *reason(const struct reveal *r, const struct live_service *s)
{
	AUTO(strv) struct strv why = STRV_INIT;

	if (live_state_info(s->state)->ok)
		return NULL;
	live_why(s, loop_wall(), NULL, &why);
	if (why.n)
		return reveal_text(r, why.items[0]);
	return s->note ? xstrdup(s->note) : NULL;
}

/* --- JSON */

static const char *health_name(const struct live_service *s)
{
	switch (s->state) {
	case LIVE_HEALTHY:
		return "healthy";
	case LIVE_UNHEALTHY:
		return "unhealthy";
	case LIVE_STARTING:
		return "starting";
	default:
		return "none";
	}
}

static struct json_object *ports_json(const struct live_service *s)
{
	struct json_object *array = json_object_new_array();
	AUTO(strv) struct strv seen = STRV_INIT;

	for (size_t i = 0; i < s->n_instances; i++) {
		AUTO(strv) struct strv ports = STRV_INIT;

		if (s->instances[i].ports)
			strv_split(&ports, s->instances[i].ports, ',');
		for (size_t k = 0; k < ports.n; k++) {
			const char *port = ports.items[k] + strspn(ports.items[k], " ");

			if (*port && strv_add_once(&seen, port))
				json_push_str(array, port);
		}
	}
	return array;
}

static struct json_object *instance_json(const struct live_instance *i)
{
	struct json_object *o = json_object_new_object();

	json_put_str(o, "name", i->name);
	json_put_str(o, "id", i->id);
	json_put_str(o, "state", live_state_info(i->state)->name);
	json_put_int(o, "restarts", i->restarts);
	json_put_int(o, "exit_code", i->exit_code);
	json_put_int(o, "started", i->started_ms);
	return o;
}

static struct json_object *service_json(const struct reveal *r, const struct live_service *s)
{
	const struct live_instance *first = worst_instance(s);
	struct json_object *o = json_object_new_object(), *instances = json_object_new_array();
	autofree char *why = reason(r, s);

	json_put_str(o, "service", s->name);
	json_put_str(o, "state", live_state_info(s->state)->name);
	json_put_str(o, "health", health_name(s));
	json_put_bool(o, "healthy", live_state_info(s->state)->ok);
	json_put_int(o, "restarts", restarts(s));
	json_put_str(o, "image", first ? first->image : NULL);
	json_put(o, "ports", ports_json(s));
	json_put_str(o, "reason", why);
	for (size_t i = 0; i < s->n_instances; i++)
		json_push(instances, instance_json(&s->instances[i]));
	return json_put(o, "instances", instances);
}

/* --- lines */

int status_cells(const struct live *live)
{
	int widest = 0;

	for (size_t i = 0; i < live->n_services; i++) {
		int cells = text_width(live->services[i].name);

		widest = cells > widest ? cells : widest;
	}
	return column_names(widest, 21);
}

void status_line(
	const struct reveal *r, const struct live_service *s, int names, int width, struct str *out)
{
	const struct live_state_info *info = live_state_info(s->state);
	const struct live_instance *first = worst_instance(s);
	/* What has not begun has no time. */
	bool begun = s->since_ms && s->n_instances && s->state != LIVE_CREATED;
	autofree char *since = begun ? text_ago(loop_wall() - s->since_ms) : xstrdup("");
	autofree char *name = text_safe_dup(s->name);
	autofree char *ports = text_safe_dup(first && first->ports ? first->ports : "");
	autofree char *why = reason(r, s);
	autofree char *safe = text_safe_dup(why ? why : "");
	AUTO(str) struct str rest = STR_INIT(STR_LINE);

	column_put(out, name, names);
	column_add(out, info->ascii, 0);
	column_add(out, _(info->label), live_state_cells() + 2);
	column_add(out, since, 10);
	if (restarts(s))
		str_addf(&rest, Q_("%d restart", "%d restarts", (unsigned long)restarts(s)),
			restarts(s));
	if (*ports)
		str_addf(&rest, "%s%s", rest.len ? "  " : "", ports);
	if (*safe)
		str_addf(&rest, "%s%s", rest.len ? "  " : "", safe);
	column_end(out, str_text(&rest), width);
}

/* "All is well" would be true of nothing at all. */
static bool say_nothing_enabled(struct cli *cli)
{
	AUTO(error) struct error why = ERROR_INIT;

	if (!compose_check_enabled(cli->workspace->project->compose, &why))
		return false;
	cli_print(cli, "%s. %s\n", why.message, why.hint);
	return true;
}

/* Services that run without their supervisor are seen by nobody: the states above are then no
 * news. */
static bool say_unattended(struct cli *cli)
{
	autofree char *text = live_unattended_text(cli->workspace->live);

	if (!text)
		return false;
	cli_print(cli, "%s.\n%s\n", text,
		_("\"slipway up\" ends what is left of them and starts the services anew; "
		  "\"slipway down\" only ends it."));
	return true;
}

static int run_status(struct cli *cli, struct error *err)
{
	AUTO(reveal) struct reveal reveal;
	const struct live *live = cli->workspace->live;
	struct json_object *services = json_object_new_array(), *doc;
	bool healthy = true, there = false, unchecked = false;
	int r = services_check(cli, err);

	run_note_failure(cli->workspace);
	reveal_init(&reveal, cli->workspace->project, cli->reveal);
	for (size_t i = 0; i < live->n_services && !r; i++) {
		const struct live_service *s = &live->services[i];
		AUTO(str) struct str line = STR_INIT(STR_LINE);

		there = there || s->n_instances;
		if (!counts(cli, s) && (cli->args.n || !s->n_instances))
			continue;
		healthy = healthy && (!counts(cli, s) || live_state_info(s->state)->ok);
		if (cli->json) {
			json_push(services, service_json(&reveal, s));
			continue;
		}
		unchecked = unchecked || s->state == LIVE_RUNNING;
		status_line(&reveal, s, status_cells(live), cli_width(cli), &line);
		if (!cli->quiet)
			cli_print(cli, "%s", str_text(&line));
	}
	if (!r && unchecked && !cli->quiet && !cli->json)
		cli_print(cli, "%s %s\n", live_state_info(LIVE_RUNNING)->ascii,
			_("means: it runs, but has no health check; \"slipway why NAME\" says how "
			  "to give it one."));
	if (!r && !there && !cli->quiet && !cli->json && !say_unattended(cli) &&
		!say_nothing_enabled(cli))
		cli_print(cli, "%s\n", _("Nothing is deployed yet: \"slipway up\" does it."));
	doc = json_put_str(
		json_object_new_object(), "project", cli->workspace->project->compose->name);
	if (live->unattended)
		json_put_int(doc, "unattended", (int64_t)live->unattended);
	json_put(json_put_bool(doc, "healthy", healthy), "services", services);
	if (cli->json && !r)
		cli_print_json(cli, doc);
	else
		json_object_put(doc);
	cli->exit_status = healthy ? 0 : EXIT_UNHEALTHY;
	return r;
}

/* --- why */

char *status_first_error(struct cli *cli, const struct live_service *s)
{
	struct engine *e = cli->workspace->engine;
	struct logs *logs = cli->workspace->logs;
	struct engine_logs wanted = {.service = s->name, .tail = WHY_TAIL, .into = logs};
	const struct live_instance *i = worst_instance(s);
	int64_t since_ms;
	struct log_line line;

	/* Logs are evidence, not a condition: without them the rest is still said. */
	if (!i || cli_wait(cli, e->ops->logs(e, &wanted, NULL, NULL), NULL))
		return NULL;
	since_ms = live_evidence_since(i);
	for (size_t source = 0; source < logs_sources(logs); source++)
		if (!strcmp(logs_source_name(logs, (int)source), s->name) &&
			logs_first_error(logs, (int)source, since_ms * 1000000, &line))
			return xstrndup(line.text, line.len);
	return NULL;
}

static void why_one(struct cli *cli, const struct reveal *r, const struct live_service *s,
	struct json_object *array)
{
	AUTO(strv) struct strv all = STRV_INIT, why = STRV_INIT;
	autofree char *error = status_first_error(cli, s);
	AUTO(str) struct str line = STR_INIT(STR_LINE);
	struct json_object *o, *lines = json_object_new_array();

	live_why(s, loop_wall(), error, &all);
	if (!all.n && s->note)
		strv_push(&all, s->note);
	if (!all.n)
		live_explain_unchecked(s, &all);
	for (size_t i = 0; i < all.n; i++) {
		autofree char *text = reveal_text(r, all.items[i]);

		strv_push(&why, text);
	}
	for (size_t i = 0; i < why.n; i++)
		json_push_str(lines, why.items[i]);
	o = json_put_str(json_object_new_object(), "service", s->name);
	json_put(json_put_str(o, "state", live_state_info(s->state)->name), "why", lines);
	json_push(array, o);
	if (cli->json)
		return;
	str_addf(&line, "%s: %s", s->name, _(live_state_info(s->state)->label));
	cli_print(cli, "%s\n", str_text(&line));
	for (size_t i = 0; i < why.n; i++) {
		autofree char *safe = text_safe_dup(why.items[i]);

		str_clear(&line);
		str_pad(&line, ' ', 4);
		column_end(&line, safe, cli_width(cli));
		cli_print(cli, "%s", str_text(&line));
	}
}

static int run_why(struct cli *cli, struct error *err)
{
	AUTO(reveal) struct reveal reveal;
	const struct live *live = cli->workspace->live;
	struct json_object *array = json_object_new_array();
	bool healthy = true;
	size_t n = 0;
	int r = services_check(cli, err);

	run_note_failure(cli->workspace);
	reveal_init(&reveal, cli->workspace->project, cli->reveal);
	for (size_t i = 0; i < live->n_services && !r; i++) {
		const struct live_service *s = &live->services[i];

		if (!counts(cli, s) || (!cli->args.n && live_state_info(s->state)->ok))
			continue;
		healthy = healthy && live_state_info(s->state)->ok;
		why_one(cli, &reveal, s, array);
		n++;
	}
	if (!r && !cli->json && !say_unattended(cli) && !n && !say_nothing_enabled(cli))
		cli_print(cli, "%s\n", _("Every service is well."));
	array = json_put(json_object_new_object(), "services", array);
	if (cli->json && !r)
		cli_print_json(cli, array);
	else
		json_object_put(array);
	cli->exit_status = healthy ? 0 : EXIT_UNHEALTHY;
	return r;
}

const struct command cmd_status = {
	.name = "status",
	.args = N_("[SERVICE...]"),
	.summary =
		N_("show the state and health of each service; exit status 5 when one is not well"),
	.needs = NEED_PROJECT | NEED_TOLERANT | NEED_LIVE | NEED_LOOK,
	.complete = COMPLETE_SERVICE,
	.run = run_status,
};

const struct command cmd_why = {
	.name = "why",
	.args = N_("[SERVICE...]"),
	.summary = N_("say why a service is not well: its health check, its exit, its first error"),
	.needs = NEED_PROJECT | NEED_TOLERANT | NEED_LIVE | NEED_LOOK,
	.complete = COMPLETE_SERVICE,
	.run = run_why,
};
