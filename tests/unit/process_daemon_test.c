/* SPDX-License-Identifier: MIT */
/* The supervisor as a process among others: one a project, nothing outlives it, nothing foreign is
 * touched. */
#include "process_fixture.h"

/* Begins when the gate is closed by everybody else. */
static void race(const struct yard *y, int gate)
{
	AUTO(peer) struct peer p = {-1, STR_INIT(0), 0};
	autojson struct json_object *o = NULL;
	char c;

	if (read(gate, &c, 1) != 0 || supervise(y->dir))
		_exit(1);
	p = peer_open(y->dir);
	o = peer_reply(&p, peer_ask(&p, "watch", NULL));
	_exit(o && json_truth(o, "ok", false) ? 0 : 2);
}

static void test_many_at_once_make_one_supervisor(void **state)
{
	struct yard *y = *state;
	enum { MANY = 12, ROUNDS = 8 };

	for (int round = 0; round < ROUNDS; round++) {
		pid_t pids[MANY];
		int gate[2], super;

		assert_int_equal(pipe2(gate, O_CLOEXEC), 0);
		for (int i = 0; i < MANY; i++) {
			pids[i] = fork();
			assert_true(pids[i] >= 0);
			if (pids[i] == 0) {
				close(gate[1]);
				race(y, gate[0]);
			}
		}
		close(gate[0]);
		close(gate[1]);
		for (int i = 0; i < MANY; i++)
			supervise_end(pids[i]);
		super = the_supervisor();
		/* The next round finds what a killed one leaves: its socket and lock. */
		kill(super, SIGKILL);
		wait_gone(super);
	}
}

static void test_a_command_during_the_end_gets_a_new_supervisor(void **state)
{
	struct yard *y = *state;
	AUTO(peer) struct peer p = {-1, STR_INIT(0), 0};
	AUTO(peer) struct peer fresh = {-1, STR_INIT(0), 0};
	autojson struct json_object *o = NULL;
	int old;

	supervise_end(supervise_begin(y->dir));
	old = the_supervisor();
	p = peer_open(y->dir);
	peer_define(&p, y, "it", "exec sleep 1000");
	peer_must(&p, "start", "it");
	peer_must(&p, "shutdown", NULL);
	/* Whatever moment of its end this is: who comes now is served by one that stays. */
	do {
		supervise_end(supervise_begin(y->dir));
		peer_done(&fresh);
		fresh = peer_open(y->dir);
		json_object_put(take(o));
		o = peer_reply(
			&fresh, peer_ask(&fresh, "define", shell_spec(y, "it", "exec sleep 1000")));
	} while (!o || str_eq(json_str(o, "code", ""), "ending"));
	assert_true(json_truth(o, "ok", false));
	wait_gone(old);
	peer_must(&fresh, "start", "it");
	the_supervisor();
}

static void test_survivors_of_a_killed_supervisor_end_gently(void **state)
{
	struct yard *y = *state;
	AUTO(peer) struct peer p = {-1, STR_INIT(0), 0};
	AUTO(peer) struct peer next = {-1, STR_INIT(0), 0};
	int leader, escaped, bystander, old;

	supervise_end(supervise_begin(y->dir));
	old = the_supervisor();
	p = peer_open(y->dir);
	/* The leader ends with its supervisor or before; what it started stays, one in a session of
	 * its own. */
	peer_define(&p, y, "it",
		"exec 2>/dev/null; setsid sh -c 'trap \"touch escaped.closed; exit 0\" TERM; echo "
		"$$ >escaped; "
		"while :; do sleep 0.02; done' & "
		"trap 'touch leader.closed; exit 0' TERM; echo $$ >leader; while :; do sleep 0.02; "
		"done");
	peer_must(&p, "start", "it");
	leader = yard_number(y, "leader");
	escaped = yard_number(y, "escaped");
	bystander = fork();
	if (bystander == 0) {
		execl("/bin/sleep", "sleep", "1000", (char *)NULL);
		_exit(127);
	}
	kill(old, SIGKILL);
	wait_gone(old);
	assert_true(process_lives(escaped));
	supervise_end(supervise_begin(y->dir));
	next = peer_open(y->dir);
	peer_must(&next, "watch", NULL);
	/* By the time it answers they are gone, and of their own accord. */
	assert_false(process_lives(leader));
	assert_false(process_lives(escaped));
	assert_true(yard_has(y, "leader.closed"));
	assert_true(yard_has(y, "escaped.closed"));
	assert_true(process_lives(bystander));
}

static void test_what_left_its_group_goes_with_its_service(void **state)
{
	struct yard *y = *state;
	AUTO(peer) struct peer p = {-1, STR_INIT(0), 0};
	int escaped, neighbour;

	supervise_end(supervise_begin(y->dir));
	p = peer_open(y->dir);
	/* A daemon of the old kind: two forks and a session of its own. */
	peer_define(&p, y, "it",
		"(setsid sh -c 'trap \"touch closed; exit 0\" TERM; echo $$ >escaped; "
		"while :; do sleep 0.02; done' &) ; exec sleep 1000");
	peer_define(&p, y, "other", "echo $$ >neighbour; exec sleep 1000");
	peer_must(&p, "start", "it");
	peer_must(&p, "start", "other");
	escaped = yard_number(y, "escaped");
	neighbour = yard_number(y, "neighbour");
	peer_must(&p, "stop", "it");
	assert_false(process_lives(escaped));
	assert_true(yard_has(y, "closed"));
	assert_true(process_lives(neighbour));
}

static void test_a_service_is_stopped_when_the_last_of_it_has_ended(void **state)
{
	struct yard *y = *state;
	AUTO(peer) struct peer p = {-1, STR_INIT(0), 0};
	int escaped;

	supervise_end(supervise_begin(y->dir));
	p = peer_open(y->dir);
	/* It closes in a program of its own, whose environment has no mark. */
	peer_define(&p, y, "it",
		"(setsid sh -c 'exec >closing 2>&1; "
		"trap \"exec env -i PATH=/usr/bin:/bin sh -c "
		"\\\"for i in 1 2 3 4 5 6 7 8; do sleep 0.1; done; touch closed\\\"\" TERM; "
		"echo $$ >escaped; while :; do sleep 0.02; done' &) ; exec sleep 1000");
	peer_must(&p, "start", "it");
	escaped = yard_number(y, "escaped");
	peer_must(&p, "stop", "it");
	assert_false(process_lives(escaped));
	assert_true(yard_has(y, "closed"));
}

static void test_orphans_do_not_stay_as_zombies(void **state)
{
	struct yard *y = *state;
	AUTO(peer) struct peer p = {-1, STR_INIT(0), 0};
	int super, pids[64];
	int64_t end = clock_ms() + WAIT_MS;

	supervise_end(supervise_begin(y->dir));
	super = the_supervisor();
	p = peer_open(y->dir);
	peer_define(&p, y, "it",
		"for i in 1 2 3 4 5; do (setsid sh -c 'while [ ! -e go ]; do sleep 0.02; done' &); "
		"done; "
		"touch runs; exec sleep 1000");
	peer_must(&p, "start", "it");
	yard_wait(y, "runs");
	while (children_of(super, false, pids, 64) < 6) {
		assert_true(clock_ms() < end);
		poll(NULL, 0, 5);
	}
	yard_touch(y, "go");
	while (children_of(super, false, pids, 64) > 1 || children_of(super, true, pids, 64) > 0) {
		assert_true(clock_ms() < end);
		poll(NULL, 0, 5);
	}
	assert_int_equal(children_of(super, false, pids, 64), 1);
}

static void test_a_long_path_is_no_obstacle(void **state)
{
	struct yard *y = *state;
	AUTO(peer) struct peer p = {-1, STR_INIT(0), 0};
	size_t n = strlen(y->dir);
	int super;

	for (int i = 0; i < 6; i++) {
		n += (size_t)snprintf(y->dir + n, sizeof(y->dir) - n, "/%060d", i);
		assert_int_equal(mkdir(y->dir, 0700), 0);
	}
	supervise_end(supervise_begin(y->dir));
	super = the_supervisor();
	p = peer_open(y->dir);
	peer_define(&p, y, "it", "touch runs; exec sleep 1000");
	peer_must(&p, "start", "it");
	yard_wait(y, "runs");
	peer_must(&p, "shutdown", NULL);
	wait_gone(super);
	assert_false(yard_has(y, PROCESS_SOCKET));
}

static void test_a_removed_project_takes_its_services_along(void **state)
{
	struct yard *y = *state;
	AUTO(peer) struct peer p = {-1, STR_INIT(0), 0};
	autofree char *slipway = NULL, *sock = NULL, *lock = NULL, *pid = NULL;
	int super, service;

	snprintf(y->dir, sizeof(y->dir), "%s/project", y->base);
	assert_int_equal(mkdir(y->dir, 0700), 0);
	supervise_end(supervise_begin(y->dir));
	super = the_supervisor();
	p = peer_open(y->dir);
	peer_define(&p, y, "it", "echo $$ >pid; exec sleep 1000");
	peer_must(&p, "start", "it");
	service = yard_number(y, "pid");
	pid = yard_path(y, "pid");
	sock = yard_path(y, PROCESS_SOCKET);
	lock = yard_path(y, PROCESS_LOCK);
	slipway = yard_path(y, ".slipway");
	assert_int_equal(unlink(pid), 0);
	assert_int_equal(unlink(sock), 0);
	assert_int_equal(unlink(lock), 0);
	assert_int_equal(rmdir(slipway), 0);
	assert_int_equal(rmdir(y->dir), 0);
	wait_gone(service);
	wait_gone(super);
}

static void test_a_lost_socket_comes_back(void **state)
{
	struct yard *y = *state;
	AUTO(peer) struct peer p = {-1, STR_INIT(0), 0};
	autofree char *slipway = yard_path(y, ".slipway");
	autofree char *sock = yard_path(y, PROCESS_SOCKET);
	autofree char *lock = yard_path(y, PROCESS_LOCK);
	int super;

	supervise_end(supervise_begin(y->dir));
	super = the_supervisor();
	assert_int_equal(unlink(sock), 0);
	assert_int_equal(unlink(lock), 0);
	assert_int_equal(rmdir(slipway), 0);
	yard_wait(y, PROCESS_SOCKET);
	p = peer_open(y->dir);
	peer_must(&p, "watch", NULL);
	supervise_end(supervise_begin(y->dir));
	assert_int_equal(the_supervisor(), super);
}

static void test_down_leaves_nothing_in_the_project(void **state)
{
	struct yard *y = *state;
	AUTO(peer) struct peer p = {-1, STR_INIT(0), 0};
	autofree char *slipway = yard_path(y, ".slipway");
	int super;

	supervise_end(supervise_begin(y->dir));
	super = the_supervisor();
	p = peer_open(y->dir);
	peer_define(&p, y, "it", "(setsid sleep 1000 &); touch runs; exec sleep 1000");
	peer_must(&p, "start", "it");
	yard_wait(y, "runs");
	peer_must(&p, "shutdown", NULL);
	wait_gone(super);
	/* Empty: no socket, lock or note. */
	assert_int_equal(rmdir(slipway), 0);
	{
		int pids[8];

		assert_int_equal(children_of(getpid(), false, pids, 8), 0);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, yard_setup, yard_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_many_at_once_make_one_supervisor),
		TEST(test_a_command_during_the_end_gets_a_new_supervisor),
		TEST(test_survivors_of_a_killed_supervisor_end_gently),
		TEST(test_what_left_its_group_goes_with_its_service),
		TEST(test_a_service_is_stopped_when_the_last_of_it_has_ended),
		TEST(test_orphans_do_not_stay_as_zombies),
		TEST(test_a_long_path_is_no_obstacle),
		TEST(test_a_removed_project_takes_its_services_along),
		TEST(test_a_lost_socket_comes_back),
		TEST(test_down_leaves_nothing_in_the_project),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
