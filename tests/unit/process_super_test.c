/* SPDX-License-Identifier: MIT */
/* What the supervisor answers, and to whom it does not listen: over its real socket. */
#include "process_fixture.h"

/* Ends by itself only after it put its mark away; tells when it runs. */
#define GENTLE(name)                                                       \
	"trap 'touch " name ".closed; exit 0' TERM; touch " name ".runs; " \
	"while :; do sleep 0.02; done"

static void begin(struct yard *y)
{
	supervise_end(supervise_begin(y->dir));
}

static void test_define_of_a_running_service_ends_it_gently(void **state)
{
	struct yard *y = *state;
	AUTO(peer) struct peer p = {-1, STR_INIT(0), 0};
	AUTO(peer) struct peer waiter = {-1, STR_INIT(0), 0};
	autojson struct json_object *stopped = NULL, *after = NULL;
	int64_t stop;

	begin(y);
	p = peer_open(y->dir);
	waiter = peer_open(y->dir);
	peer_define(&p, y, "it", GENTLE("it"));
	peer_must(&p, "start", "it");
	yard_wait(y, "it.runs");
	stop = peer_ask(&waiter, "stop", service_field("it"));
	peer_define(&p, y, "it", "touch other.runs; exec sleep 1000");
	/* Answered when the old one has ended, as it wanted to. */
	assert_true(yard_has(y, "it.closed"));
	stopped = peer_reply(&waiter, stop);
	assert_non_null(stopped);
	assert_null(json_str(stopped, "error", NULL));
	peer_must(&p, "start", "it");
	yard_wait(y, "other.runs");
	peer_ask(&p, "watch", NULL);
	after = peer_until(&p, "it", "state", "running");
	assert_int_equal(json_int(json_key(after, "unit"), "restarts", -1), 0);
}

static void test_define_and_start_at_once_runs_the_new_definition(void **state)
{
	struct yard *y = *state;
	AUTO(peer) struct peer p = {-1, STR_INIT(0), 0};
	autojson struct json_object *defined = NULL, *started = NULL;
	int64_t define, start;

	begin(y);
	p = peer_open(y->dir);
	peer_define(&p, y, "it", GENTLE("it"));
	peer_must(&p, "start", "it");
	yard_wait(y, "it.runs");
	define = peer_ask(&p, "define", shell_spec(y, "it", "touch new.runs; exec sleep 1000"));
	start = peer_ask(&p, "start", service_field("it"));
	started = peer_reply(&p, start);
	defined = peer_reply(&p, define);
	assert_non_null(started ? started : defined);
	yard_wait(y, "new.runs");
	assert_true(yard_has(y, "it.closed"));
}

static void test_who_waits_for_a_stop_is_answered_when_it_is_started_again(void **state)
{
	struct yard *y = *state;
	AUTO(peer) struct peer p = {-1, STR_INIT(0), 0};
	AUTO(peer) struct peer other = {-1, STR_INIT(0), 0};
	autojson struct json_object *stopped = NULL;
	int64_t stop;

	begin(y);
	p = peer_open(y->dir);
	other = peer_open(y->dir);
	peer_define(&p, y, "it", GENTLE("it"));
	peer_must(&p, "start", "it");
	yard_wait(y, "it.runs");
	stop = peer_ask(&p, "stop", service_field("it"));
	peer_must(&other, "start", "it");
	stopped = peer_reply(&p, stop);
	assert_non_null(stopped);
	assert_true(yard_has(y, "it.closed"));
}

static void test_nothing_begins_while_it_ends(void **state)
{
	struct yard *y = *state;
	AUTO(peer) struct peer p = {-1, STR_INIT(0), 0};
	AUTO(peer) struct peer late = {-1, STR_INIT(0), 0};
	autojson struct json_object *refused = NULL, *undefined = NULL, *down = NULL,
				    *second = NULL;
	int64_t shutdown, again;
	int super;

	begin(y);
	super = the_supervisor();
	p = peer_open(y->dir);
	/* Ends only when it is allowed to. */
	peer_define(&p, y, "slow",
		"trap 'touch asked; while [ ! -e allowed ]; do sleep 0.02; done; exit 0' TERM; "
		"touch runs; while :; do sleep 0.02; done");
	peer_define(&p, y, "idle", "touch idle.runs; exec sleep 1000");
	peer_must(&p, "start", "slow");
	yard_wait(y, "runs");
	shutdown = peer_ask(&p, "shutdown", NULL);
	yard_wait(y, "asked");
	late = peer_open(y->dir);
	refused = peer_reply(&late, peer_ask(&late, "start", service_field("idle")));
	assert_string_equal(json_str(refused, "code", ""), "ending");
	assert_non_null(json_str(refused, "error", NULL));
	undefined = peer_reply(&late, peer_ask(&late, "define", shell_spec(y, "x", "sleep 1")));
	assert_string_equal(json_str(undefined, "code", ""), "ending");
	/* A second one who wants it down waits for the same end. */
	again = peer_ask(&late, "shutdown", NULL);
	yard_touch(y, "allowed");
	down = peer_reply(&p, shutdown);
	assert_non_null(down);
	second = peer_reply(&late, again);
	assert_non_null(second);
	assert_false(yard_has(y, "idle.runs"));
	wait_gone(super);
	assert_false(yard_has(y, PROCESS_SOCKET));
}

static void test_a_peer_that_does_not_read_cannot_keep_it_from_ending(void **state)
{
	struct yard *y = *state;
	AUTO(peer) struct peer p = {-1, STR_INIT(0), 0};
	AUTO(peer) struct peer deaf = {-1, STR_INIT(0), 0};
	int super;

	begin(y);
	super = the_supervisor();
	p = peer_open(y->dir);
	deaf = peer_open(y->dir);
	peer_define(&p, y, "flood",
		"yes a line that is repeated | head -n 200000; touch written; sleep 1000");
	peer_must(&p, "start", "flood");
	peer_ask(&deaf, "logs",
		json_put_bool(json_put_int(json_object_new_object(), "tail", -1), "follow", true));
	yard_wait(y, "written");
	peer_ask(&deaf, "shutdown", NULL);
	wait_gone(super);
}

static void test_logs_of_the_hundredth_service_are_read(void **state)
{
	struct yard *y = *state;
	AUTO(peer) struct peer p = {-1, STR_INIT(0), 0};
	autojson struct json_object *line = NULL;

	begin(y);
	p = peer_open(y->dir);
	for (int i = 1; i <= 100; i++) {
		autofree char *name = xasprintf("s%d", i);
		autofree char *script = xasprintf("echo I am %s; touch %s.said", name, name);

		peer_define(&p, y, name, script);
		peer_must(&p, "start", name);
		yard_wait(y, strrchr(script, ' ') + 1);
	}
	peer_ask(&p, "logs",
		json_put_bool(json_put_int(service_field("s100"), "tail", 1), "follow", true));
	while ((line = peer_next(&p)) && !json_key(line, "line"))
		json_object_put(line);
	assert_string_equal(json_str(line, "line.text", ""), "I am s100");
}

/* One that says much does not take the place of the others. */
static void test_the_last_lines_are_those_of_each_service(void **state)
{
	struct yard *y = *state;
	AUTO(peer) struct peer p = {-1, STR_INIT(0), 0};
	AUTO(str) struct str said = STR_INIT(STR_LINE);

	begin(y);
	p = peer_open(y->dir);
	peer_define(&p, y, "quiet", "echo hush; touch quiet.said");
	peer_must(&p, "start", "quiet");
	yard_wait(y, "quiet.said");
	peer_define(&p, y, "loud", "for i in 1 2 3 4 5 6; do echo loud $i; done; touch loud.said");
	peer_must(&p, "start", "loud");
	yard_wait(y, "loud.said");
	/* It follows: what was said last may not have been read from its pipe yet. */
	peer_ask(&p, "logs",
		json_put_bool(json_put_int(json_object_new_object(), "tail", 2), "follow", true));
	while (!strstr(str_text(&said), "loud 6")) {
		autojson struct json_object *line = peer_next(&p);

		assert_non_null(line);
		if (json_key(line, "line"))
			str_addf(&said, "%s,", json_str(line, "line.text", ""));
	}
	assert_non_null(strstr(str_text(&said), "hush,"));
	assert_non_null(strstr(str_text(&said), "loud 5,loud 6,"));
}

static void test_more_waiters_than_one_would_think(void **state)
{
	struct yard *y = *state;
	AUTO(peer) struct peer p = {-1, STR_INIT(0), 0};
	enum { MANY = 400 };

	begin(y);
	p = peer_open(y->dir);
	peer_define(&p, y, "slow",
		"trap 'while [ ! -e allowed ]; do sleep 0.02; done; touch closed; exit 0' TERM; "
		"touch runs; while :; do sleep 0.02; done");
	peer_must(&p, "start", "slow");
	yard_wait(y, "runs");
	for (int i = 0; i < MANY; i++)
		peer_ask(&p, "stop", service_field("slow"));
	yard_touch(y, "allowed");
	for (int i = 0; i < MANY; i++) {
		autojson struct json_object *o = peer_next(&p);

		assert_true(json_truth(o, "ok", false));
		/* None is answered before its time. */
		assert_true(yard_has(y, "closed"));
	}
}

static void test_silence_halves_and_floods_disturb_nobody(void **state)
{
	struct yard *y = *state;
	AUTO(peer) struct peer silent = {-1, STR_INIT(0), 0};
	AUTO(peer) struct peer half = {-1, STR_INIT(0), 0};
	AUTO(peer) struct peer flood = {-1, STR_INIT(0), 0};
	AUTO(peer) struct peer p = {-1, STR_INIT(0), 0};
	char block[64 * 1024];
	size_t sent = 0;

	begin(y);
	silent = peer_open(y->dir);
	half = peer_open(y->dir);
	flood = peer_open(y->dir);
	assert_int_equal(send(half.fd, "{\"id\": 1, \"op\"", 14, MSG_NOSIGNAL), 14);
	memset(block, 'x', sizeof(block));
	/* It is cut off at some ceiling well below what it wants to send. */
	while (sent < 100u * 1024 * 1024) {
		ssize_t n = send(flood.fd, block, sizeof(block), MSG_NOSIGNAL);

		if (n < 0)
			break;
		sent += (size_t)n;
	}
	assert_true(sent < 100u * 1024 * 1024);
	p = peer_open(y->dir);
	peer_must(&p, "watch", NULL);
	assert_int_equal(send(half.fd, ": \"watch\"}\n", 11, MSG_NOSIGNAL), 11);
	half.last_id = 1;
	{
		autojson struct json_object *o = peer_reply(&half, 1);

		assert_true(json_truth(o, "ok", false));
	}
}

static void test_what_is_no_description_is_refused(void **state)
{
	struct yard *y = *state;
	static const char *const lines[] = {
		"{\"id\": 1, \"op\": \"define\"}\n",
		"{\"id\": 1, \"op\": \"define\", \"spec\": {\"name\": \"a\", \"dir\": \"/\", "
		"\"argv\": [null]}}\n",
		"{\"id\": 1, \"op\": \"define\", \"spec\": {\"name\": \"a\", \"dir\": \"/\", "
		"\"argv\": [\"x\"], "
		"\"env\": [null]}}\n",
		"{\"id\": 1, \"op\": \"define\", \"spec\": {\"name\": \"\", \"dir\": \"/\", "
		"\"argv\": [\"x\"]}}\n",
		"{\"id\": 1, \"op\": \"start\", \"service\": 7}\n",
		"{\"id\": 1, \"op\": \"nonsense\"}\n",
		"[1, 2]\n",
	};

	begin(y);
	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		AUTO(peer) struct peer p = peer_open(y->dir);
		autojson struct json_object *o = NULL;

		assert_true(send(p.fd, lines[i], strlen(lines[i]), MSG_NOSIGNAL) > 0);
		o = peer_next(&p);
		assert_non_null(json_str(o, "error", NULL));
	}
}

static void test_more_peers_than_it_takes_are_turned_away_and_it_goes_on(void **state)
{
	struct yard *y = *state;
	enum { MANY = 400 };
	struct peer peers[MANY];
	int answered = 0;

	begin(y);
	for (int i = 0; i < MANY; i++) {
		peers[i] = peer_open(y->dir);
		/* Who is turned away may find the door closed before it has asked. */
		peer_try(&peers[i], "watch", NULL);
	}
	for (int i = 0; i < MANY; i++) {
		autojson struct json_object *o = peer_next(&peers[i]);

		answered += json_truth(o, "ok", false);
		peer_done(&peers[i]);
	}
	assert_true(answered >= 64);
	assert_true(answered < MANY);
	/* Those who left make room again. */
	for (int64_t end = clock_ms() + WAIT_MS;;) {
		AUTO(peer) struct peer p = peer_open(y->dir);
		autojson struct json_object *o = NULL;

		if (peer_try(&p, "watch", NULL))
			o = peer_next(&p);
		if (json_truth(o, "ok", false))
			break;
		assert_true(clock_ms() < end);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, yard_setup, yard_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_define_of_a_running_service_ends_it_gently),
		TEST(test_define_and_start_at_once_runs_the_new_definition),
		TEST(test_who_waits_for_a_stop_is_answered_when_it_is_started_again),
		TEST(test_nothing_begins_while_it_ends),
		TEST(test_a_peer_that_does_not_read_cannot_keep_it_from_ending),
		TEST(test_logs_of_the_hundredth_service_are_read),
		TEST(test_the_last_lines_are_those_of_each_service),
		TEST(test_more_waiters_than_one_would_think),
		TEST(test_silence_halves_and_floods_disturb_nobody),
		TEST(test_what_is_no_description_is_refused),
		TEST(test_more_peers_than_it_takes_are_turned_away_and_it_goes_on),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
