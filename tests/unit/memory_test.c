/* SPDX-License-Identifier: MIT */
/* What is left of a secret in the memory of the program once nobody needs it any more: nothing. */
#include "setup_fixture.h"

#include "base/json.h"
#include "base/str.h"
#include "loop/work.h"
#include "plan/plan.h"

#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* The secrets of the test, as nothing in memory has them. */
enum { KEY = 0x5a, LENGTH = 24 };
static const unsigned char secrets[][LENGTH] = {
	{0x3b, 0x6b, 0x31, 0x68, 0x3c, 0x22, 0x2b, 0x2d, 0x20, 0x35, 0x6c, 0x6d, 0x62, 0x28, 0x2e,
		0x39, 0x3e, 0x62, 0x63, 0x6a, 0x37, 0x34, 0x36, 0x29},
	{0x12, 0x2b, 0x62, 0x2c, 0x0e, 0x69, 0x37, 0x00, 0x28, 0x6f, 0x03, 0x2d, 0x6a, 0x11, 0x3e,
		0x0a, 0x22, 0x6d, 0x16, 0x39, 0x68, 0x14, 0x38, 0x1d},
};

/* True when the secret begins at p. Never a copy of it, and not checked by the sanitizer: what was
 * released is looked at, too. */
__attribute__((no_sanitize_address, noinline)) static bool is_at(
	const volatile unsigned char *p, const unsigned char *secret)
{
	for (size_t i = 0; i < LENGTH; i++)
		if ((p[i] ^ KEY) != secret[i])
			return false;
	return true;
}

__attribute__((no_sanitize_address)) static int count_between(
	unsigned long from, unsigned long to, const unsigned char *secret)
{
	int found = 0;

	for (unsigned long at = from; at + LENGTH <= to; at++)
		found += is_at((const volatile unsigned char *)at, secret);
	return found;
}

/* What calls that have returned left on the stack is overwritten by the next ones: by this one. */
__attribute__((no_sanitize_address, noinline)) static void use_stack(void)
{
	volatile char deep[128 * 1024];

	for (size_t i = 0; i < sizeof(deep); i++)
		deep[i] = 0;
}

/* Copies in everything that this process can write to. */
static int count_copies(const unsigned char *secret)
{
	/* The sanitizer's own tables, whose size is terabytes. */
	enum { HUGE = 1 << 30 };
	FILE *maps = fopen("/proc/self/maps", "r");
	char line[512];
	int found = 0;

	assert_non_null(maps);
	use_stack();
	while (fgets(line, sizeof(line), maps)) {
		unsigned long from, to;
		char rights[5];

		if (sscanf(line, "%lx-%lx %4s", &from, &to, rights) == 3 &&
			strncmp(rights, "rw", 2) == 0 && to - from < HUGE)
			found += count_between(from, to, secret);
	}
	fclose(maps);
	return found;
}

/* By another process: this one must never have known it. */
static void write_apart(const struct fixture *f, const char *name, const char *before,
	const unsigned char *secret, const char *after)
{
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		autofree char *path = host_path(f->dir, name);
		FILE *file = fopen(path, "a");

		if (!file)
			_exit(1);
		fputs(before, file);
		for (size_t i = 0; secret && i < LENGTH; i++)
			fputc(secret[i] ^ KEY, file);
		fputs(after, file);
		_exit(fclose(file) ? 1 : 0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

static void write_project(const struct fixture *f)
{
	write_apart(f, "compose.yaml",
		"services:\n  db:\n    image: postgres\n    environment:\n"
		"      POSTGRES_PASSWORD: ${DB_PASSWORD:?}\n"
		"      URL: postgresql://app:${DB_PASSWORD}@db/app\n      LISTED: a\n"
		"  web:\n    image: nginx\n    command: [run, \"--key=${API_TOKEN}\"]\n"
		"    environment: [\"TOKEN=${API_TOKEN}\", \"URL=http://x:${API_TOKEN}@db\"]\n",
		NULL, "");
	write_apart(f, ".env", "DB_PASSWORD=", secrets[0], "\n");
	write_apart(f, ".env", "API_TOKEN='", secrets[1], "'\nPORT=1\n");
}

static void assert_forgotten(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(secrets); i++)
		assert_int_equal(count_copies(secrets[i]), 0);
}

static void test_a_project_that_was_read_is_forgotten(void **state)
{
	struct fixture *f = *state;
	struct project_options o = {.dir = f->dir};
	struct project *p = NULL;

	write_project(f);
	assert_int_equal(project_open(f->host, &o, &p, NULL), 0);
	/* Or else there is nothing to be found. */
	assert_true(count_copies(secrets[0]) > 0);
	assert_true(count_copies(secrets[1]) > 0);
	project_free(p);
	assert_forgotten();
}

static void test_a_plan_of_another_value_is_forgotten(void **state)
{
	struct fixture *f = *state;
	struct workspace_options o = {.project = {.dir = f->dir}};
	struct workspace *w = NULL;
	struct setup *setup;
	struct plan *plan = NULL;
	struct op *op;

	write_project(f);
	assert_int_equal(workspace_open(f->loop, f->host, &o, &w, NULL), 0);
	setup = setup_new(w);
	assert_int_equal(setup_answer(setup, "PORT", "2", NULL), 0);
	op = plan_start(w, PLAN_WRITE, NULL, NULL);
	assert_int_equal(op_wait(op, NULL), 0);
	plan = plan_take(op);
	op_free(op);
	assert_true(plan->changes > 0);
	json_object_put(plan_json(plan, true));
	plan_free(plan);
	setup_free(setup);
	workspace_free(w);
	assert_forgotten();
}

/* Deep on the stack, and left there. */
__attribute__((no_sanitize_address, noinline)) static void leave_on_stack(void)
{
	volatile char deep[16 * 1024];

	for (size_t i = 0; i < sizeof(deep); i++)
		deep[i] = 0;
	for (size_t i = 0; i < LENGTH; i++)
		deep[64 + i] = (char)(secrets[0][i] ^ KEY);
}

static int work_with_it(void *data, const atomic_bool *cancelled, struct error *err)
{
	(void)data;
	(void)cancelled;
	(void)err;
	leave_on_stack();
	return 0;
}

static void test_what_a_job_had_on_its_stack_is_forgotten(void **state)
{
	struct fixture *f = *state;
	struct work *w = work_start(f->loop, work_with_it, NULL, NULL, NULL, NULL);

	assert_int_equal(op_wait(work_op(w), NULL), 0);
	op_free(work_op(w));
	assert_int_equal(count_copies(secrets[0]), 0);
}

/* The room of a text as large as this comes from the heap once as much was released. */
static void test_a_large_text_that_grew_is_forgotten(void **state)
{
	enum { RELEASED = 4 * 1024 * 1024, LARGE = 200 * 1024, LARGER = 400 * 1024 };
	struct str text = STR_INIT(STR_FILE);
	void *behind;

	(void)state;
	free(xmalloc(RELEASED));
	for (size_t i = 0; i < LENGTH; i++)
		str_addc(&text, (char)(secrets[0][i] ^ KEY));
	str_pad(&text, '.', LARGE);
	behind = xmalloc(LARGE);
	str_pad(&text, '.', LARGER);
	str_shift(&text, LENGTH);
	for (size_t i = 0; i < LENGTH; i++)
		str_addc(&text, (char)(secrets[1][i] ^ KEY));
	str_cut(&text, LARGE);
	str_done(&text);
	free(behind);
	assert_forgotten();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		fixture_test(test_what_a_job_had_on_its_stack_is_forgotten),
		fixture_test(test_a_large_text_that_grew_is_forgotten),
		fixture_test(test_a_project_that_was_read_is_forgotten),
		fixture_test(test_a_plan_of_another_value_is_forgotten),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
