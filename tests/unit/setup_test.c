/* SPDX-License-Identifier: MIT */
/* The answering session: history, generation, ports and their holders, the draft. */
#include "setup_fixture.h"

#include "plan/run.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

static void test_history_goes_both_ways(void **state)
{
	struct session t;
	const char *name = NULL;

	session_init(&t, *state);
	assert_false(setup_undo(t.setup, NULL));
	assert_int_equal(setup_answer(t.setup, "SITE_NAME", "one", NULL), 0);
	assert_int_equal(setup_answer(t.setup, "SITE_NAME", "two", NULL), 0);
	assert_int_equal(setup_generate(t.setup, "API_TOKEN", NULL), 0);
	autofree char *token = xstrdup(value(&t, "API_TOKEN"));

	assert_true(setup_undo(t.setup, &name));
	assert_string_equal(name, "API_TOKEN");
	assert_null(value(&t, "API_TOKEN"));
	assert_true(setup_undo(t.setup, NULL));
	assert_string_equal(value(&t, "SITE_NAME"), "one");
	assert_true(setup_redo(t.setup, NULL));
	assert_string_equal(value(&t, "SITE_NAME"), "two");
	assert_true(setup_redo(t.setup, NULL));
	assert_string_equal(value(&t, "API_TOKEN"), token);
	assert_int_equal(settings_find(&t.project.settings, "API_TOKEN")->answer, ANSWER_GENERATE);
	assert_false(setup_redo(t.setup, NULL));
	/* A new answer forgets what was undone. */
	assert_true(setup_undo(t.setup, NULL));
	assert_int_equal(setup_answer(t.setup, "SITE_NAME", "three", NULL), 0);
	assert_false(setup_redo(t.setup, NULL));
	session_done(&t);
}

static void test_a_bad_answer_is_kept_and_counts_as_open(void **state)
{
	struct session t;
	AUTO(error) struct error err = ERROR_INIT;
	AUTO(strv) struct strv names = STRV_INIT;

	session_init(&t, *state);
	assert_int_equal(setup_unanswered(t.setup, NULL), 3);
	assert_int_equal(setup_answer(t.setup, "WEB_PORT", "99999", &err), ERR_INPUT);
	assert_string_equal(value(&t, "WEB_PORT"), "99999");
	assert_int_equal(setup_unanswered(t.setup, &names), 4);
	assert_true(strv_has(&names, "WEB_PORT"));
	assert_int_equal(setup_answer(t.setup, "NO_SUCH", "1", &err), ERR_INPUT);
	session_done(&t);
}

static void test_a_secret_is_not_regenerated_while_its_data_lives(void **state)
{
	struct session t;
	AUTO(error) struct error err = ERROR_INIT;
	struct setting *s;

	session_init(&t, *state);
	add_home(&t, "DB_PASSWORD", true);
	s = settings_find(&t.project.settings, "DB_PASSWORD");
	/* What .env holds is a placeholder, and yet the data was made with it. */
	s->current = xstrdup("changeme");
	s->dotenv = xstrdup("changeme");
	s->source = COMPOSE_DOTENV;
	s->placeholder = true;
	setup_annotate(t.setup, NULL);
	assert_int_equal(s->answer, ANSWER_KEEP);
	assert_non_null(strstr(s->note, "shop_db"));
	assert_int_equal(setup_generate(t.setup, "DB_PASSWORD", &err), ERR_EXISTS);
	assert_non_null(strstr(err.message, "shop_db"));
	assert_int_equal(setup_generate_missing(t.setup, NULL), 1);
	assert_string_equal(value(&t, "DB_PASSWORD"), "changeme");
	assert_non_null(value(&t, "API_TOKEN"));
	assert_false(setting_changes(s));
	session_done(&t);
}

static void test_a_lost_secret_is_asked_for_and_not_made(void **state)
{
	struct session t;
	AUTO(strv) struct strv names = STRV_INIT;

	session_init(&t, *state);
	add_home(&t, "DB_PASSWORD", true);
	setup_annotate(t.setup, NULL);
	assert_int_equal(setup_generate_missing(t.setup, NULL), 1);
	setup_unanswered(t.setup, &names);
	assert_true(strv_has(&names, "DB_PASSWORD"));
	assert_false(strv_has(&names, "API_TOKEN"));
	session_done(&t);
}

static void test_a_secret_whose_volume_is_gone_is_made(void **state)
{
	struct session t;

	session_init(&t, *state);
	add_home(&t, "DB_PASSWORD", false);
	setup_annotate(t.setup, NULL);
	assert_int_equal(setup_generate_missing(t.setup, NULL), 2);
	session_done(&t);
}

static void test_a_taken_port_names_its_holder_and_a_free_one(void **state)
{
	struct session t;
	struct setting *s;
	bool ours = true;

	session_init(&t, *state);
	strv_push(&t.setup->published.names, "WEB_PORT");
	strv_push(&t.setup->published.addresses, "");
	strv_push(&t.setup->published.protocols, "tcp");
	t.setup->ports.known = true;
	port_table_add(&t.setup->ports, 8080, xstrdup("nginx (pid 123)"), false, false);
	port_table_add(&t.setup->ports, 8081, NULL, false, false);
	setup_annotate(t.setup, NULL);
	s = settings_find(&t.project.settings, "WEB_PORT");
	assert_non_null(strstr(s->note, "nginx (pid 123)"));
	assert_non_null(strstr(s->note, "8082"));
	assert_string_equal(setup_port_holder(t.setup, 8081, &ours), "");
	assert_false(ours);
	assert_null(setup_port_holder(t.setup, 8082, NULL));
	assert_int_equal(setup_answer(t.setup, "WEB_PORT", "8082", NULL), 0);
	assert_null(s->note);
	/* What another setting has chosen is not free. */
	assert_int_equal(setup_free_port(t.setup, 8080), 8083);
	session_done(&t);
}

/* Taken as they are, and said at once with what to do. */
static void test_answers_that_others_read_differently_are_noted(void **state)
{
	static const char text[] = "services:\n  web:\n    image: web:1\n    environment:\n"
				   "      A: postgres://u:${DB_PASSWORD:?set a password}@db\n"
				   "      B: ${DB_PASSWORD}\n"
				   "      C: redis://:${Q_PASSWORD}@q\n"
				   "      D: ${TITLE:-}\n";
	static const struct {
		const char *name, *value, *note; /* NULL: none */
	} rows[] = {
		{"DB_PASSWORD", "abc/def@ghi:jklmnop",
			"compose.yaml:5 puts it into an address, where \"/\" means something else: "
			"choose one of letters, digits, - and _"},
		{"DB_PASSWORD", "abc&defghijklmnop",
			"compose.yaml:5 puts it into an address, where \"&\" means something else: "
			"choose one of letters, digits, - and _"},
		{"DB_PASSWORD", "abcdefghijklmnop", NULL},
		{"Q_PASSWORD", "abc@defghijklmnop",
			"compose.yaml:7 puts it into an address, where \"@\" means something else: "
			"write %40 in its place"},
		{"Q_PASSWORD", "abc%40defghijklmnop", NULL},
		{"TITLE", "it's `id`",
			"a shell that sources .env reads another value, and runs what stands "
			"between "
			"back-ticks"},
		{"TITLE", "a/b@c `id` $(id)", NULL},
	};
	struct fixture *f = *state;
	AUTO_PTR(project) struct project *p = NULL;
	struct workspace workspace;
	struct setup *setup;

	open_project(f, text, &p);
	workspace = (struct workspace){.loop = f->loop, .host = f->host, .project = p};
	setup = setup_new(&workspace);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct setting *s = settings_find(&p->settings, rows[i].name);

		assert_int_equal(setup_answer(setup, rows[i].name, rows[i].value, NULL), 0);
		setup_annotate(setup, NULL);
		if (!str_eq(s->note, rows[i].note))
			fail_msg("%s: %s", rows[i].value, s->note ? s->note : "no note");
	}
	setup_free(setup);
}

/* What somebody else listens on has to be answered, as far as nobody but the engine's host is meant. */
static void test_a_taken_port_is_open(void **state)
{
	struct fixture *f = *state;
	struct session t;
	struct engine_ops ops = {.name = "process"};
	struct engine engine = {.ops = &ops};
	AUTO(strv) struct strv names = STRV_INIT;
	size_t before;

	session_init(&t, f);
	t.workspace.engine = &engine;
	before = setup_open_settings(t.setup, NULL);
	strv_push(&t.setup->published.names, "WEB_PORT");
	strv_push(&t.setup->published.addresses, "127.0.0.1");
	strv_push(&t.setup->published.protocols, "tcp");
	t.setup->ports.known = true;
	port_table_add(&t.setup->ports, 8080, xstrdup("nginx (pid 123)"), false, false);
	port_table_add_address(&t.setup->ports, 8080, false, "127.0.0.53");
	port_table_add_address(&t.setup->ports, 8080, true, NULL);
	assert_int_equal(setup_open_settings(t.setup, NULL), before);
	port_table_add_address(&t.setup->ports, 8080, false, NULL);
	assert_int_equal(setup_open_settings(t.setup, &names), before + 1);
	assert_true(strv_has(&names, "WEB_PORT"));
	assert_int_equal(setup_count(t.setup).taken, 1);
	/* Files can be written with it. */
	assert_int_equal(setup_unanswered(t.setup, NULL), before);
	assert_int_equal(setup_answer(t.setup, "WEB_PORT", "8081", NULL), 0);
	assert_int_equal(setup_count(t.setup).taken, 0);
	assert_int_equal(setup_answer(t.setup, "WEB_PORT", NULL, NULL), 0);
	/* An engine's proxies are nobody's until its containers are known. */
	ops.name = "compose";
	assert_int_equal(setup_count(t.setup).taken, 0);
	t.setup->ports.containers = true;
	assert_int_equal(setup_count(t.setup).taken, 1);
	engine.facts.socket = xstrdup("tcp://elsewhere:2375");
	assert_int_equal(setup_count(t.setup).taken, 0);
	free(engine.facts.socket);
	port_table_add(&t.setup->ports, 8080, NULL, false, true);
	session_done(&t);
}

static void test_ports_are_published_as_written(void **state)
{
	struct fixture *f = *state;
	struct project *p;
	struct published all = {0};

	open_project(f,
		"services:\n  web:\n    image: nginx\n    ports:\n"
		"      - \"${A:-80}:80\"\n"
		"      - \"${BIND:-127.0.0.1}:${B:-81}:81/udp\"\n"
		"      - \"[::1]:${C}:82\"\n"
		"      - {target: 83, published: \"${D}\", host_ip: 10.0.0.1}\n",
		&p);
	setup_published(p, &all);
	assert_int_equal(all.names.n, 4);
	assert_string_equal(all.names.items[0], "A");
	assert_string_equal(all.addresses.items[0], "");
	assert_string_equal(all.names.items[1], "B");
	assert_string_equal(all.addresses.items[1], "${BIND:-127.0.0.1}");
	assert_string_equal(all.protocols.items[1], "udp");
	assert_string_equal(all.addresses.items[2], "::1");
	assert_string_equal(all.addresses.items[3], "10.0.0.1");
	assert_string_equal(all.protocols.items[3], "tcp");
	published_done(&all);
	project_free(p);
}

static void test_containers_tell_their_ports(void **state)
{
	struct port_table t = {0};

	(void)state;
	port_table_add(&t, 8080, xstrdup("docker-proxy (pid 7)"), false, false);
	assert_false(port_table_add_containers(&t, "{\"Names\":\"y\",\"Labels\":\"\"}\n", "shop"));
	assert_true(port_table_add_containers(&t,
		"{\"Names\":\"shop-web-1\",\"Ports\":\"0.0.0.0:8080->80/tcp, [::]:8080->80/tcp, "
		"443/tcp\","
		"\"Labels\":\"a=b,com.docker.compose.project=shop\"}\n"
		"not json\n"
		"{\"Names\":\"x\",\"Ports\":\"127.0.0.1:9000-9002->9000-9002/"
		"tcp\",\"Labels\":\"\"}\n",
		"shop"));
	assert_true(port_table_find(&t, 8080)->ours);
	assert_non_null(strstr(port_table_find(&t, 8080)->who, "shop-web-1"));
	assert_null(port_table_find(&t, 443));
	assert_false(port_table_find(&t, 9001)->ours);
	assert_non_null(port_table_find(&t, 9002));
	assert_null(port_table_find(&t, 9003));
	port_table_done(&t);
}

/* A listener of our own is found by the kernel's tables, with this process's name. */
static void test_the_host_tells_who_listens(void **state)
{
	struct fixture *f = *state;
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
	socklen_t len = sizeof(address);
	autoclose int fd = socket(AF_INET, SOCK_STREAM, 0);
	autofree char *pid = xasprintf("(pid %d)", getpid());
	struct port_table t = {0};
	const struct port_holder *h;

	assert_int_equal(bind(fd, (struct sockaddr *)&address, len), 0);
	assert_int_equal(listen(fd, 1), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &len), 0);
	assert_int_equal(port_table_read(&t, f->host, NULL), 0);
	assert_true(t.known);
	h = port_table_find(&t, ntohs(address.sin_port));
	assert_non_null(h);
	assert_non_null(strstr(h->who, pid));
	port_table_done(&t);
}

static void test_the_draft_holds_answers_and_no_secret(void **state)
{
	struct fixture *f = *state;
	struct session t;
	AUTO(str) struct str text = STR_INIT(STR_FILE);
	struct host_stat st;

	session_init(&t, f);
	assert_int_equal(setup_save_draft(t.setup, NULL), 0);
	assert_false(host_exists(f->host, ".slipway"));
	setup_answer(t.setup, "SITE_NAME", "Größe: 3", NULL);
	setup_answer(t.setup, "API_TOKEN", "hunter2hunter2", NULL);
	assert_int_equal(setup_save_draft(t.setup, NULL), 0);
	assert_int_equal(host_stat(f->host, ".slipway/draft.yaml", &st, NULL), 0);
	assert_int_equal(st.mode, 0600);
	assert_int_equal(host_read(f->host, ".slipway/draft.yaml", STR_FILE, &text, NULL), 0);
	assert_null(strstr(str_text(&text), "hunter2"));
	session_done(&t);

	session_init(&t, f);
	assert_string_equal(value(&t, "SITE_NAME"), "Größe: 3");
	assert_null(value(&t, "API_TOKEN"));
	assert_int_equal(setup_drop_draft(t.setup, NULL), 0);
	session_done(&t);
	session_init(&t, f);
	assert_null(value(&t, "SITE_NAME"));
	session_done(&t);
}

/* What was generated is so again: its value was kept nowhere. */
static void test_a_draft_generates_again(void **state)
{
	struct session t;
	autofree char *first = NULL;

	session_init(&t, *state);
	assert_int_equal(setup_generate(t.setup, "API_TOKEN", NULL), 0);
	first = xstrdup(value(&t, "API_TOKEN"));
	assert_int_equal(setup_save_draft(t.setup, NULL), 0);
	session_done(&t);

	session_init(&t, *state);
	assert_int_equal(setup_drafted(t.setup), 1);
	assert_int_equal(strlen(value(&t, "API_TOKEN")), strlen(first));
	assert_string_not_equal(value(&t, "API_TOKEN"), first);
	session_done(&t);
}

static int nothing_run(struct step *step, struct step_context *ctx, const atomic_bool *cancelled,
	struct error *err)
{
	(void)ctx;
	(void)cancelled;
	return str_eq(step->ops->kind, "file") ? 0 : error_set(err, ERR_FAILED, "no image");
}

static void nothing_free(struct step *step)
{
	step_done(step);
	free(step);
}

static const struct step_ops written_ops = {
	.kind = "file", .glyph = "~", .ascii = "~", .run = nothing_run, .free = nothing_free};
static const struct step_ops broken_ops = {
	.kind = "image", .glyph = "v", .ascii = "v", .run = nothing_run, .free = nothing_free};

static void add_step(struct plan *p, const struct step_ops *ops, const char *id, const char *after)
{
	struct step *step = xcalloc(1, sizeof(*step));

	step_init(step, ops, id, id);
	step->changes = true;
	if (after)
		strv_push(&step->after, after);
	plan_add(p, step);
}

/* Else the setup after a deployment that failed would make the secrets anew that this one wrote. */
static void test_a_draft_ends_with_the_files_written(void **state)
{
	struct fixture *f = *state;
	struct session t;
	struct plan *plan = xcalloc(1, sizeof(*plan));
	struct run *run;

	session_init(&t, f);
	assert_int_equal(setup_generate(t.setup, "API_TOKEN", NULL), 0);
	assert_int_equal(setup_save_draft(t.setup, NULL), 0);
	plan->workspace = &t.workspace;
	add_step(plan, &written_ops, ".env", NULL);
	add_step(plan, &broken_ops, "web", ".env");
	assert_int_equal(setup_amend(t.setup, plan, NULL), 0);
	assert_int_equal(plan->changes, 2);
	run = run_start(plan, &(struct run_options){.title = "test"}, NULL, NULL);
	assert_int_equal(op_wait(run_op(run), NULL), ERR_FAILED);
	op_free(run_op(run));
	assert_false(host_exists(f->host, ".slipway/draft.yaml"));
	session_done(&t);
}

/* Only what differs is written, and what the command line said is no answer of a person. */
static void test_a_draft_is_due_when_answers_change(void **state)
{
	struct session t;

	session_init(&t, *state);
	setup_answer(t.setup, "WEB_PORT", "9090", NULL);
	setup_draft_mark(t.setup);
	assert_false(setup_draft_due(t.setup));
	setup_answer(t.setup, "SITE_NAME", "one", NULL);
	assert_true(setup_draft_due(t.setup));
	assert_int_equal(setup_save_draft(t.setup, NULL), 0);
	assert_false(setup_draft_due(t.setup));
	/* Back to how it was, but the draft is not. */
	assert_true(setup_undo(t.setup, NULL));
	assert_true(setup_draft_due(t.setup));
	session_done(&t);
}

static void test_the_diff_masks_secrets(void **state)
{
	struct session t;
	AUTO(str) struct str out = STR_INIT(STR_LINE);

	session_init(&t, *state);
	setup_answer(t.setup, "API_TOKEN", "hunter2hunter2", NULL);
	setup_answer(t.setup, "SITE_NAME", "my shop", NULL);
	setup_diff(t.setup, "API_TOKEN", false, &out);
	assert_null(strstr(str_text(&out), "hunter2"));
	setup_diff(t.setup, "API_TOKEN", true, &out);
	assert_non_null(strstr(str_text(&out), "+ API_TOKEN=hunter2hunter2"));
	setup_diff(t.setup, "SITE_NAME", false, &out);
	assert_non_null(strstr(str_text(&out), "+ SITE_NAME='my shop'"));
	session_done(&t);
}

/* Adjustments are settings of the session: drafted, counted, and gone with it. */
static void test_adjustments_are_drafted(void **state)
{
	struct fixture *f = *state;
	AUTO_PTR(project) struct project *p = NULL;
	AUTO(error) struct error err = ERROR_INIT;
	AUTO(str) struct str text = STR_INIT(STR_FILE);
	struct workspace w = {.loop = f->loop, .host = f->host};
	struct setup *setup;
	size_t before;

	open_project(f, "services:\n  web: {image: nginx, ports: [\"${WEB_PORT:-80}:80\"]}\n", &p);
	before = p->settings.n;
	w.project = p;
	setup = setup_new(&w);
	assert_int_equal(setup_count(setup).changed, 0);
	assert_int_equal(setup_answer(setup, "override.web.limits.memory", "512m", NULL), 0);
	assert_int_equal(setup_answer(setup, "override.web.user", "a b", &err), ERR_INPUT);
	assert_string_equal(
		err.message, "override.web.user: expected a user or user:group, such as 1000:1000");
	assert_int_equal(setup_unanswered(setup, NULL), 1);
	assert_true(setup_undo(setup, NULL));
	assert_int_equal(setup_unanswered(setup, NULL), 0);
	assert_int_equal(setup_count(setup).changed, 1);
	assert_int_equal(setup_save_draft(setup, NULL), 0);
	setup_free(setup);
	assert_int_equal(p->settings.n, before);
	assert_int_equal(host_read(f->host, ".slipway/draft.yaml", STR_FILE, &text, NULL), 0);
	assert_non_null(
		strstr(str_text(&text), "override:\n  web:\n    limits:\n      memory: 512m"));
	setup = setup_new(&w);
	assert_int_equal(setup_drafted(setup), 1);
	assert_string_equal(
		setting_effective(settings_find(&p->settings, "override.web.limits.memory")),
		"512m");
	setup_free(setup);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		fixture_test(test_history_goes_both_ways),
		fixture_test(test_a_bad_answer_is_kept_and_counts_as_open),
		fixture_test(test_a_secret_is_not_regenerated_while_its_data_lives),
		fixture_test(test_a_lost_secret_is_asked_for_and_not_made),
		fixture_test(test_a_secret_whose_volume_is_gone_is_made),
		fixture_test(test_a_taken_port_names_its_holder_and_a_free_one),
		fixture_test(test_a_taken_port_is_open),
		fixture_test(test_ports_are_published_as_written),
		fixture_test(test_answers_that_others_read_differently_are_noted),
		fixture_test(test_containers_tell_their_ports),
		fixture_test(test_the_host_tells_who_listens),
		fixture_test(test_the_draft_holds_answers_and_no_secret),
		fixture_test(test_a_draft_generates_again),
		fixture_test(test_a_draft_ends_with_the_files_written),
		fixture_test(test_a_draft_is_due_when_answers_change),
		fixture_test(test_the_diff_masks_secrets),
		fixture_test(test_adjustments_are_drafted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
