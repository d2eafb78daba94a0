/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include "loop/child.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>

struct run {
	struct loop *loop;
	struct child *child;
	struct error err;
	struct str seen;
	int code, done;
	bool cancel_on_output, free_on_output;
};

static void on_done(void *arg, int code, const struct error *err)
{
	struct run *r = arg;

	r->done++;
	r->code = code;
	error_copy(&r->err, err);
}

static void on_output(void *arg, enum child_stream stream, const char *data, size_t n)
{
	struct run *r = arg;

	assert_true(n > 0);
	str_addf(&r->seen, "%d:", stream);
	str_addn(&r->seen, data, n);
	if (r->cancel_on_output)
		op_cancel(child_op(r->child));
	if (r->free_on_output)
		op_free(child_op(take(r->child)));
}

static void run_init(struct run *r)
{
	*r = (struct run){.loop = loop_new(), .seen = STR_INIT(STR_FILE)};
}

static void run_done(struct run *r)
{
	op_free(child_op(r->child));
	loop_free(r->loop);
	error_done(&r->err);
	str_done(&r->seen);
}
DEFINE_AUTO(run)

/* Starts "sh -c script"; the rest of the spec is the caller's. */
static void start(struct run *r, struct child_spec spec, const char *script)
{
	AUTO(strv) struct strv argv = STRV_INIT;

	strv_push_all(&argv, "sh", "-c", script, NULL);
	spec.argv = &argv;
	assert_int_equal(child_start(r->loop, &spec, on_done, r, &r->child, NULL), 0);
	assert_int_equal(r->done, 0);
}

static int wait_for(struct run *r)
{
	return op_wait(child_op(r->child), NULL);
}

static void test_output_status_and_both_streams(void **state)
{
	AUTO(run) struct run r;

	(void)state;
	run_init(&r);
	start(&r, (struct child_spec){0}, "echo out; echo err >&2");
	assert_int_equal(wait_for(&r), 0);
	assert_int_equal(r.done, 1);
	assert_string_equal(str_text(child_out(r.child)), "out\n");
	assert_string_equal(str_text(child_err(r.child)), "err\n");
	assert_int_equal(child_status(r.child), 0);
}

static void test_failure_says_how_and_shows_the_last_lines(void **state)
{
	AUTO(run) struct run r;
	const char *line;

	(void)state;
	run_init(&r);
	start(&r, (struct child_spec){0},
		"i=1; while [ $i -le 40 ]; do echo line $i >&2; i=$((i+1)); done; printf "
		"'\\033[31mred' >&2; exit 3");
	assert_int_equal(wait_for(&r), ERR_FAILED);
	assert_int_equal(child_status(r.child), 3);
	assert_string_equal(r.err.message, "sh failed: exit status 3");
	assert_true(str_starts(r.err.detail, "line 32\n"));
	line = strrchr(r.err.detail, '\n');
	assert_string_equal(line, "\nred");
}

static void test_death_by_signal(void **state)
{
	AUTO(run) struct run r;

	(void)state;
	run_init(&r);
	start(&r, (struct child_spec){0}, "kill -9 $$");
	assert_int_equal(wait_for(&r), ERR_FAILED);
	assert_int_equal(child_status(r.child), 128 + 9);
	assert_string_equal(r.err.message, "sh failed: killed by signal 9 (SIGKILL)");
}

static void test_input_env_and_cwd(void **state)
{
	AUTO(run) struct run r;
	AUTO(strv) struct strv env = STRV_INIT;

	(void)state;
	run_init(&r);
	strv_push_all(&env, "PATH=/usr/bin:/bin", "A=1 2", NULL);
	start(&r, (struct child_spec){.input = "hello\n", .input_len = 6, .env = &env, .cwd = "/"},
		"cat; echo \"$A,$HOME,$(pwd)\"");
	assert_int_equal(wait_for(&r), 0);
	assert_string_equal(str_text(child_out(r.child)), "hello\n1 2,,/\n");
}

static void test_stdin_is_empty_without_input(void **state)
{
	AUTO(run) struct run r;

	(void)state;
	run_init(&r);
	start(&r, (struct child_spec){0}, "cat; readlink /proc/self/fd/0");
	assert_int_equal(wait_for(&r), 0);
	assert_string_equal(str_text(child_out(r.child)), "/dev/null\n");
}

/* More than a pipe holds in both directions at once: neither side may wait for the other. */
static void test_large_input_and_output(void **state)
{
	AUTO(run) struct run r;
	enum { BIG = 3 << 20 };
	autofree char *big = xmalloc(BIG);

	(void)state;
	run_init(&r);
	memset(big, 'x', BIG);
	start(&r, (struct child_spec){.input = big, .input_len = BIG}, "cat");
	assert_int_equal(wait_for(&r), 0);
	assert_int_equal(child_out(r.child)->len, BIG);
}

static void test_input_nobody_reads(void **state)
{
	AUTO(run) struct run r;
	enum { BIG = 1 << 20 };
	autofree char *big = xcalloc(1, BIG);

	(void)state;
	run_init(&r);
	start(&r, (struct child_spec){.input = big, .input_len = BIG}, "exec true");
	assert_int_equal(wait_for(&r), 0);
}

static void test_ceiling_of_kept_output(void **state)
{
	AUTO(run) struct run r;

	(void)state;
	run_init(&r);
	start(&r, (struct child_spec){.keep = 10}, "echo 0123456789abcdef");
	assert_int_equal(wait_for(&r), 0);
	assert_string_equal(str_text(child_out(r.child)), "0123456789");
	assert_true(str_full(child_out(r.child)));
}

static void test_stdout_can_be_opened_again(void **state)
{
	AUTO(run) struct run r;

	(void)state;
	run_init(&r);
	start(&r, (struct child_spec){0}, "echo again > /dev/stdout");
	assert_int_equal(wait_for(&r), 0);
	assert_string_equal(str_text(child_out(r.child)), "again\n");
}

static void test_what_cannot_start(void **state)
{
	AUTO(run) struct run r;
	AUTO(strv) struct strv argv = STRV_INIT;
	struct child_spec spec = {.argv = &argv};
	AUTO(error) struct error err = ERROR_INIT;

	(void)state;
	run_init(&r);
	assert_int_equal(child_start(r.loop, &spec, on_done, &r, &r.child, &err), ERR_INPUT);
	strv_push(&argv, "no-such-program-here");
	assert_int_equal(child_start(r.loop, &spec, on_done, &r, &r.child, &err), ERR_NOT_FOUND);
	assert_non_null(strstr(err.message, "no-such-program-here"));
	strv_clear(&argv);
	strv_push(&argv, "/etc");
	assert_int_equal(child_start(r.loop, &spec, on_done, &r, &r.child, &err), ERR_DENIED);
	strv_clear(&argv);
	strv_push(&argv, "true");
	spec.cwd = "/no/such/directory";
	assert_int_equal(child_start(r.loop, &spec, on_done, &r, &r.child, &err), ERR_NOT_FOUND);
	assert_non_null(strstr(err.message, "/no/such/directory"));
	assert_null(r.child);
	assert_int_equal(r.done, 0);
}

/* Gone, or a zombie: who adopts it may take his time, and in some containers nobody ever does. */
static bool ended(int64_t pid)
{
	autofree char *path = xasprintf("/proc/%lld/stat", (long long)pid);
	char text[256] = "";
	FILE *stat = fopen(path, "r");

	if (!stat)
		return true;
	if (!fgets(text, sizeof(text), stat))
		text[0] = '\0';
	fclose(stat);
	return !text[0] || strstr(text, ") Z") || strstr(text, ") X");
}

static void test_cancel_ends_the_whole_group(void **state)
{
	AUTO(run) struct run r;
	int64_t grandchild;
	const char *p;

	(void)state;
	run_init(&r);
	r.cancel_on_output = true;
	/* The grandchild holds no pipe of ours, and the shell dies first. */
	start(&r, (struct child_spec){.own_group = true, .output = on_output, .output_arg = &r},
		"sleep 1000 >/dev/null 2>&1 & echo $!; wait");
	assert_int_equal(wait_for(&r), ERR_CANCELLED);
	p = str_text(&r.seen);
	assert_true(str_starts(p, "1:"));
	grandchild = strtol(p + 2, NULL, 10);
	assert_true(grandchild > 1);
	/* SIGKILL was sent; the kernel carries it out in its own time. */
	while (!ended(grandchild))
		sched_yield();
}

static void test_cancel_kills_what_ignores_it(void **state)
{
	AUTO(run) struct run r;

	(void)state;
	run_init(&r);
	r.cancel_on_output = true;
	start(&r, (struct child_spec){.own_group = true, .output = on_output, .output_arg = &r},
		"trap '' TERM; echo ready; while :; do sleep 1000; done");
	assert_int_equal(wait_for(&r), ERR_CANCELLED);
	assert_int_equal(child_status(r.child), 128 + SIGKILL);
}

static void test_timeout(void **state)
{
	AUTO(run) struct run r;

	(void)state;
	run_init(&r);
	start(&r, (struct child_spec){.timeout_ms = 20}, "exec sleep 1000");
	assert_int_equal(wait_for(&r), ERR_TIMEOUT);
	assert_int_equal(child_status(r.child), 128 + SIGTERM);
}

/* The grandchild keeps the pipe for longer than anybody should wait. */
static void test_a_kept_pipe_does_not_hold_the_end(void **state)
{
	AUTO(run) struct run r;
	pid_t grandchild;

	(void)state;
	run_init(&r);
	start(&r, (struct child_spec){0}, "sleep 1000 & echo $!");
	assert_int_equal(wait_for(&r), 0);
	grandchild = (pid_t)strtol(str_text(child_out(r.child)), NULL, 10);
	assert_true(grandchild > 1);
	/* It lives: the end did not come from its end. */
	assert_int_equal(kill(grandchild, SIGKILL), 0);
}

static void test_free_inside_output_kills(void **state)
{
	AUTO(run) struct run r;

	(void)state;
	run_init(&r);
	r.free_on_output = true;
	start(&r, (struct child_spec){.output = on_output, .output_arg = &r},
		"echo $$; exec sleep 1000");
	loop_run(r.loop);
	assert_int_equal(r.done, 1);
	assert_int_equal(r.code, ERR_CANCELLED);
	assert_null(r.child);
}

static void test_many_at_once(void **state)
{
	enum { MANY = 30 };
	struct run runs[MANY];
	struct loop *loop = loop_new();

	(void)state;
	for (int i = 0; i < MANY; i++) {
		runs[i] = (struct run){.loop = loop, .seen = STR_INIT(STR_LINE)};
		start(&runs[i], (struct child_spec){0}, "echo $$; exit 7");
	}
	for (int i = 0; i < MANY; i++) {
		assert_int_equal(wait_for(&runs[i]), ERR_FAILED);
		assert_int_equal(child_status(runs[i].child), 7);
		assert_int_equal(strtol(str_text(child_out(runs[i].child)), NULL, 10),
			child_pid(runs[i].child));
		op_free(child_op(runs[i].child));
		error_done(&runs[i].err);
	}
	/* All were reaped. */
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	assert_int_equal(errno, ECHILD);
	loop_free(loop);
}

/* Talks to the child when it said something. */
struct talk {
	struct run run;
	const char *const *say; /* in turn */
	int drained;
};

static void on_talk(void *arg, enum child_stream stream, const char *data, size_t n)
{
	struct talk *t = arg;

	(void)stream;
	str_addn(&t->run.seen, data, n);
	if (data[n - 1] != '?' && !strchr(data, '?'))
		return;
	if (*t->say)
		assert_int_equal(child_write(t->run.child, *t->say, strlen(*t->say), NULL), 0);
	else
		child_close_input(t->run.child);
	t->say += *t->say != NULL;
}

static void on_drained(void *arg)
{
	((struct talk *)arg)->drained++;
}

static struct child_spec talk_spec(struct talk *t)
{
	return (struct child_spec){
		.stream_input = true, .output = on_talk, .output_arg = t, .drained = on_drained};
}

static void test_input_comes_while_it_runs(void **state)
{
	static const char *const say[] = {"one\n", "two\n", NULL};
	struct talk t = {.say = say};
	struct child_spec spec = talk_spec(&t);

	(void)state;
	run_init(&t.run);
	spec.input = "zero\n";
	spec.input_len = 5;
	/* cat ends when its input does. */
	start(&t.run, spec,
		"read a; echo got $a?; read a; echo got $a?; read a; echo got $a?; cat; echo end");
	assert_int_equal(wait_for(&t.run), 0);
	assert_string_equal(str_text(&t.run.seen), "got zero?\ngot one?\ngot two?\nend\n");
	assert_int_equal(t.drained, 3);
	run_done(&t.run);
}

static void test_input_that_nobody_reads_has_an_end(void **state)
{
	static const char *const say[] = {NULL};
	struct talk t = {.say = say};
	autofree char *much = xcalloc(1, CHILD_INPUT_MAX);
	AUTO(error) struct error err = ERROR_INIT;

	(void)state;
	run_init(&t.run);
	start(&t.run, talk_spec(&t), "exec sleep 1000");
	assert_int_equal(child_write(t.run.child, much, CHILD_INPUT_MAX, NULL), 0);
	assert_int_equal(child_write(t.run.child, "x", 1, &err), ERR_LIMIT);
	child_close_input(t.run.child);
	assert_int_equal(child_write(t.run.child, "x", 1, NULL), ERR_FAILED);
	op_cancel(child_op(t.run.child));
	assert_int_equal(wait_for(&t.run), ERR_CANCELLED);
	run_done(&t.run);
}

static void test_no_input_but_what_was_given(void **state)
{
	AUTO(run) struct run r;

	(void)state;
	run_init(&r);
	start(&r, (struct child_spec){.input = "x", .input_len = 1}, "cat");
	assert_int_equal(child_write(r.child, "y", 1, NULL), ERR_FAILED);
	assert_int_equal(wait_for(&r), 0);
	assert_string_equal(str_text(child_out(r.child)), "x");
}

static void test_a_terminal_of_its_own(void **state)
{
	static const char *const say[] = {"answer\n", NULL};
	struct talk t = {.say = say};
	struct child_spec spec = talk_spec(&t);
	const char *seen;

	(void)state;
	run_init(&t.run);
	spec.tty.rows = 31;
	spec.tty.cols = 117;
	/* All three are the terminal, it is the controlling one, and what is typed is echoed. */
	start(&t.run, spec,
		"test -t 0 && test -t 1 && test -t 2 && : </dev/tty && stty size; echo err >&2; "
		"printf 'well?'; read a; echo \"[$a]\"; printf 'more?'; cat; echo over; exit 3");
	assert_int_equal(wait_for(&t.run), ERR_FAILED);
	assert_int_equal(child_status(t.run.child), 3);
	seen = str_text(&t.run.seen);
	assert_string_equal(seen, "31 117\r\nerr\r\nwell?answer\r\n[answer]\r\nmore?over\r\n");
	run_done(&t.run);
}

static void on_size(void *arg, enum child_stream stream, const char *data, size_t n)
{
	struct talk *t = arg;

	(void)stream;
	str_addn(&t->run.seen, data, n);
	if (strchr(str_text(&t->run.seen), '?') && !t->drained++)
		child_resize(t->run.child, 50, 200);
}

static void test_a_terminal_changes_its_size(void **state)
{
	struct talk t = {.drained = 0};
	struct child_spec spec = {
		.tty = {24, 80}, .output = on_size, .output_arg = &t, .timeout_ms = 20000};

	(void)state;
	run_init(&t.run);
	start(&t.run, spec,
		"trap 'stty size; exit 0' WINCH; echo '?'; while :; do sleep 0.05; done");
	assert_int_equal(wait_for(&t.run), 0);
	assert_string_equal(str_text(&t.run.seen), "?\r\n50 200\r\n");
	run_done(&t.run);
}

static void test_freeing_ends_what_runs_on_a_terminal(void **state)
{
	struct talk t = {.drained = 0};
	struct child_spec spec = {.tty = {24, 80}, .output = on_size, .output_arg = &t};
	pid_t pid;

	(void)state;
	run_init(&t.run);
	start(&t.run, spec, "trap '' HUP TERM; echo '?'; exec sleep 1000");
	while (!t.drained)
		uv_run(loop_uv(t.run.loop), UV_RUN_ONCE);
	pid = child_pid(t.run.child);
	op_free(child_op(take(t.run.child)));
	while (kill(pid, 0) == 0)
		waitpid(pid, NULL, 0);
	run_done(&t.run);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_input_comes_while_it_runs),
		cmocka_unit_test(test_input_that_nobody_reads_has_an_end),
		cmocka_unit_test(test_no_input_but_what_was_given),
		cmocka_unit_test(test_a_terminal_of_its_own),
		cmocka_unit_test(test_a_terminal_changes_its_size),
		cmocka_unit_test(test_freeing_ends_what_runs_on_a_terminal),
		cmocka_unit_test(test_many_at_once),
		cmocka_unit_test(test_output_status_and_both_streams),
		cmocka_unit_test(test_failure_says_how_and_shows_the_last_lines),
		cmocka_unit_test(test_death_by_signal),
		cmocka_unit_test(test_input_env_and_cwd),
		cmocka_unit_test(test_stdin_is_empty_without_input),
		cmocka_unit_test(test_large_input_and_output),
		cmocka_unit_test(test_input_nobody_reads),
		cmocka_unit_test(test_ceiling_of_kept_output),
		cmocka_unit_test(test_stdout_can_be_opened_again),
		cmocka_unit_test(test_what_cannot_start),
		cmocka_unit_test(test_cancel_ends_the_whole_group),
		cmocka_unit_test(test_cancel_kills_what_ignores_it),
		cmocka_unit_test(test_timeout),
		cmocka_unit_test(test_a_kept_pipe_does_not_hold_the_end),
		cmocka_unit_test(test_free_inside_output_kills),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
