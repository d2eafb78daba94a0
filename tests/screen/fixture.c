/* SPDX-License-Identifier: MIT */
/*
 * The wizard on settings made up here, for the screen tests: no project, no engine, a plan of fixed
 * steps. Prints what was decided when the screen is gone.
 *
 *	fixture [PORT [GATE]]    PORT: the value of WEBUI_PORT; the draft goes to $HOME/.slipway
 *
 * With a GATE there is also SIGNING_KEY, an RSA key, and the pool is busy until somebody writes to
 * the named pipe $HOME/GATE (run it with UV_THREADPOOL_SIZE=1).
 */
#include "base/i18n.h"
#include "host/local.h"
#include "plan/plan.h"
#include "plan/setup_home.h"
#include "loop/work.h"
#include "ui/ui.h"

#include <fcntl.h>
#include <locale.h>
#include <sys/stat.h>
#include <unistd.h>

struct row {
	const char *page, *name;
	enum setting_type type;
	const char *value, *fallback, *help, *why, *used_by;
	bool required, advanced;
};

static const struct row rows[] = {
	{"Environment", "DEPLOYMENT", SETTING_ENUM, "production", "development",
		"Development mounts the sources and restarts on changes; production does not.",
		NULL, "webui,worker", true, false},
	{"Environment", "PROJECT_TITLE", SETTING_TEXT, "図書館 Bücherei", NULL,
		"Stands in the title of every page. Wide characters are fine.", NULL, "webui",
		false, false},
	{"Environment", "MOTD", SETTING_TEXT, "red \033[31malert\033[0m \xe2\x80\xaetxt.exe", NULL,
		NULL, NULL, NULL, false, false},
	{"Secrets", "JWT_SECRET_KEY", SETTING_SECRET, NULL, NULL,
		"Signs login tokens. Changing it logs everybody out.", NULL, "webui", true, false},
	{"Secrets", "POSTGRES_PASSWORD", SETTING_SECRET, "s3cret-of-old-times-0123456789ab", NULL,
		"The database's own password.", NULL, "postgres,webui,vecpipe,worker", true, false},
	{"Secrets", "FLOWER_PASSWORD", SETTING_SECRET, NULL, NULL,
		"For the page that shows the task queue.", "production", "flower", true, false},
	{"Ports", "WEBUI_PORT", SETTING_PORT, "8080", "8080",
		"Where browsers find the application.", NULL, "webui", true, false},
	{"Ports", "PUBLIC_URL", SETTING_URL, NULL, "http://localhost:8080",
		"The address that people type.", NULL, "webui", false, false},
	{"Tuning", "ENABLE_CACHE", SETTING_BOOL, "true", "true", "Keeps answers for an hour.", NULL,
		"webui", false, false},
	{"Tuning", "DB_POOL_SIZE", SETTING_INT, NULL, "20", "Connections kept open.", NULL,
		"webui,worker", false, true},
	{"Tuning", "DB_MAX_OVERFLOW", SETTING_INT, NULL, "40", "Extra connections at peaks.", NULL,
		"webui,worker", false, true},
	{"Tuning", "DB_POOL_TIMEOUT", SETTING_DURATION, NULL, "30s",
		"Waiting for a free connection.", NULL, "webui,worker", false, true},
};

static void add(struct settings *all, const struct row *r, int line)
{
	struct setting *s = settings_add(all, r->name);

	s->page = settings_page(all, r->page);
	s->type = r->type;
	s->current = xstrdup(r->value ? r->value : r->fallback);
	s->dotenv = xstrdup(r->value);
	s->line = r->value ? line : 0;
	s->source = r->value ? COMPOSE_DOTENV : r->fallback ? COMPOSE_DEFAULT : COMPOSE_UNSET;
	s->default_value = xstrdup(r->fallback);
	s->implied = true;
	s->help = xstrdup(r->help);
	s->required = r->required;
	s->required_why = xstrdup(r->why);
	s->advanced = r->advanced;
	if (r->used_by)
		strv_split(&s->used_by, r->used_by, ',');
	if (r->type == SETTING_ENUM)
		strv_push_all(&s->choices, "development", "staging", "production", NULL);
	if (r->type == SETTING_INT) {
		s->min = 1;
		s->max = 1000;
	}
}

/* --- a plan without a project */

struct planning {
	struct op op;
	struct plan *plan;
};

static void planning_destroy(struct op *op)
{
	plan_free(((struct planning *)op)->plan);
	free(op);
}

static const struct op_class planning_class = {"plan", NULL, planning_destroy};

static void add_step(struct plan *p, const char *glyph, const char *ascii, const char *title,
	const char *reason, const char *change, const char *revealed)
{
	struct step_ops *ops = xcalloc(1, sizeof(*ops));
	struct step *s = xcalloc(1, sizeof(*s));

	ops->glyph = glyph;
	ops->ascii = ascii;
	s->ops = ops;
	s->title = xstrdup(title);
	s->reason = xstrdup(reason);
	s->change = xstrdup(change);
	s->change_revealed = xstrdup(revealed);
	s->changes = true;
	p->steps = xreallocarray(p->steps, p->n + 1, sizeof(*p->steps));
	p->steps[p->n++] = s;
	p->changes++;
}

struct op *plan_start(struct workspace *w, unsigned scope, op_done_fn *done, void *arg)
{
	struct planning *p = xcalloc(1, sizeof(*p));

	op_init(&p->op, &planning_class, w->loop, done, arg);
	p->plan = xcalloc(1, sizeof(*p->plan));
	p->plan->workspace = w;
	p->plan->scope = scope;
	add_step(p->plan, "~", "~", ".env", "2 set, 1 added, 9 untouched",
		" # signs login "
		"tokens\n-JWT_SECRET_KEY=CHANGE_THIS\n+JWT_SECRET_KEY=••••••••••••••••\n "
		"DEPLOYMENT=production\n",
		" # signs login "
		"tokens\n-JWT_SECRET_KEY=CHANGE_THIS\n+JWT_SECRET_KEY=seen-in-the-clear\n "
		"DEPLOYMENT=production\n");
	add_step(p->plan, "+", "+", "compose.slipway.yaml", "ports bound to 127.0.0.1",
		"+services:\n+  webui: {}\n", NULL);
	if (scope & PLAN_DEPLOY) {
		add_step(p->plan, "~", "~", "./data", "owner 0:0 → 1000:1000, 3 entries", NULL,
			NULL);
		add_step(p->plan, "↓", "v", "4 images", "2.3 GiB", NULL, NULL);
		add_step(p->plan, "⟳", "@", "webui, worker", "recreated: JWT_SECRET_KEY changed",
			NULL, NULL);
	}
	strv_push(&p->plan->notes,
		"POSTGRES_PASSWORD is kept: the volume semantik_postgres_data holds it");
	op_finish(&p->op, 0, NULL);
	return &p->op;
}

struct plan *plan_take(struct op *op)
{
	return take(((struct planning *)op)->plan);
}

int setup_amend(struct setup *s, struct plan *p, struct error *err)
{
	(void)s;
	(void)p;
	(void)err;
	return 0;
}

void plan_free(struct plan *p)
{
	if (!p)
		return;
	for (size_t i = 0; i < p->n; i++) {
		free((void *)p->steps[i]->ops);
		free(p->steps[i]->title);
		free(p->steps[i]->reason);
		free(p->steps[i]->change);
		free(p->steps[i]->change_revealed);
		free(p->steps[i]);
	}
	free(p->steps);
	strv_done(&p->notes);
	free(p);
}

/* --- the program */

static void print_answers(const struct settings *all)
{
	for (size_t i = 0; i < all->n; i++) {
		const struct setting *s = &all->items[i];

		if (s->answer == ANSWER_VALUE)
			printf("%s=%s\n", s->name, s->value);
		else if (s->answer == ANSWER_GENERATE)
			printf("%s generated, %zu\n", s->name, strlen(s->value));
	}
}

/* What a library might do while the screen is up. */
static void make_noise(void *arg)
{
	(void)arg;
	puts("noise of a message");
	fputs("noise \033[31mof a library\n", stderr);
}

/* The only thread of the pool waits here. */
static int wait_at_gate(void *data, const atomic_bool *cancelled, struct error *err)
{
	autoclose int fd = open(data, O_RDONLY | O_CLOEXEC);

	(void)cancelled;
	(void)err;
	return fd < 0 ? ERR_FAILED : 0;
}

static struct work *close_gate(struct loop *loop, const char *dir, const char *gate)
{
	char *path = xasprintf("%s/%s", dir, gate);

	if (mkfifo(path, 0600) != 0)
		perror(path);
	return work_start(loop, wait_at_gate, path, free, NULL, NULL);
}

static void add_key(struct settings *all)
{
	struct setting *s = settings_add(all, "SIGNING_KEY");

	s->page = settings_page(all, "Keys");
	s->type = SETTING_SECRET;
	s->rule = (struct secret_rule){SECRET_RSA, 0, 2048};
}

static int run(const char *dir, const char *port, const char *gate)
{
	static const char *const choices[] = {"leave", "write", "deploy", "save"};
	AUTO_PTR(loop) struct loop *loop = loop_new();
	AUTO_PTR(host) struct host *host = host_local_new(loop);
	AUTO(error) struct error err = ERROR_INIT;
	struct compose compose = {
		.name = (char *)(uintptr_t) "semantik", .dir = (char *)(uintptr_t)dir};
	struct project project = {.host = host, .dir = (char *)(uintptr_t)dir, .compose = &compose};
	static const struct engine_ops nothing = {.name = "nothing"};
	struct engine engine = {.ops = &nothing};
	struct workspace w = {.loop = loop, .host = host, .project = &project, .engine = &engine};
	struct setting *webui;
	struct setup *setup;
	struct timer *noise;
	struct work *busy = NULL;
	struct plan *plan = NULL;
	enum ui_choice choice = UI_LEAVE;
	int code;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		add(&project.settings, &rows[i], (int)i + 3);
	if (port) {
		webui = settings_find(&project.settings, "WEBUI_PORT");
		free(webui->current);
		webui->current = xstrdup(port);
	}
	if (gate) {
		add_key(&project.settings);
		busy = close_gate(loop, dir, gate);
	}
	setup = setup_new(&w);
	noise = loop_defer(loop, make_noise, NULL);
	code = ui_setup(setup, NULL, &choice, &plan, &err);
	timer_free(noise);
	op_free(work_op(busy));
	if (code != 0)
		printf("failed: %s\n", err.message);
	else
		printf("choice: %s, %zu steps\n", choices[choice], plan ? plan->n : 0);
	print_answers(&project.settings);
	plan_free(plan);
	setup_free(setup);
	settings_done(&project.settings);
	return code ? 1 : 0;
}

int main(int argc, char **argv)
{
	const char *catalogues = getenv("SLIPWAY_LOCALEDIR");

	setlocale(LC_ALL, "");
	setlocale(LC_NUMERIC, "C");
	bindtextdomain("slipway", catalogues ? catalogues : LOCALEDIR);
	textdomain("slipway");
	return run(getenv("HOME"), argc > 1 ? argv[1] : NULL, argc > 2 ? argv[2] : NULL);
}
