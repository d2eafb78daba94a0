/* SPDX-License-Identifier: MIT */
#include "host_fixture.h"

#include <errno.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>

static void test_read_whole_and_limited(void **state)
{
	struct fixture *f = *state;
	AUTO(str) struct str out = STR_INIT(STR_LINE);

	fixture_put("a", "hello", 0600);
	str_add(&out, "x");
	assert_int_equal(host_read(f->host, "a", 5, &out, NULL), 0);
	assert_string_equal(str_text(&out), "xhello");
	/* Beyond the limit nothing is left behind. */
	assert_int_equal(host_read(f->host, "a", 4, &out, NULL), ERR_LIMIT);
	assert_string_equal(str_text(&out), "xhello");
	assert_int_equal(host_read(f->host, "none", 4, &out, NULL), ERR_NOT_FOUND);
	assert_int_equal(symlink("a", "link"), 0);
	fixture_check(f, "link", "hello");
}

static void test_read_refuses_what_is_no_file(void **state)
{
	struct fixture *f = *state;
	AUTO(str) struct str out = STR_INIT(STR_LINE);

	assert_int_equal(mkfifo("fifo", 0600), 0);
	assert_int_equal(mkdir("dir", 0700), 0);
	assert_int_equal(host_read(f->host, "fifo", 10, &out, NULL), ERR_INPUT);
	assert_int_equal(host_read(f->host, "dir", 10, &out, NULL), ERR_INPUT);
	assert_int_equal(host_read(f->host, "/dev/zero", 10, &out, NULL), ERR_INPUT);
	assert_int_equal(out.len, 0);
	assert_true(host_append(f->host, "fifo", "x", 1, 0600, NULL) < 0);
	assert_int_equal(host_write(f->host, "fifo", "x", 1, -1, NULL), ERR_INPUT);
	fixture_check_names(f, ".", "dir fifo");
}

static void test_write_modes(void **state)
{
	struct fixture *f = *state;
	mode_t before = umask(077);

	assert_int_equal(host_write(f->host, "new", "1", 1, -1, NULL), 0);
	assert_int_equal(fixture_mode("new"), 0644);
	assert_int_equal(host_write(f->host, "secret", "1", 1, 0600, NULL), 0);
	assert_int_equal(fixture_mode("secret"), 0600);
	fixture_put("old", "old", 0640);
	assert_int_equal(host_write(f->host, "old", "new", 3, -1, NULL), 0);
	assert_int_equal(fixture_mode("old"), 0640);
	assert_int_equal(host_write(f->host, "old", "newer", 5, 0604, NULL), 0);
	assert_int_equal(fixture_mode("old"), 0604);
	umask(before);
	fixture_check(f, "old", "newer");
	fixture_check_names(f, ".", "new old secret");
}

static void test_write_keeps_the_owner(void **state)
{
	struct fixture *f = *state;
	struct stat st;

	if (geteuid() != 0) {
		print_message("skipped: only root can give files away\n");
		skip();
	}
	fixture_put("a", "old", 04755);
	assert_int_equal(chown("a", 1234, 2345), 0);
	assert_int_equal(chmod("a", 04755), 0);
	assert_int_equal(host_write(f->host, "a", "new", 3, -1, NULL), 0);
	assert_int_equal(stat("a", &st), 0);
	assert_int_equal(st.st_uid, 1234);
	assert_int_equal(st.st_gid, 2345);
	assert_int_equal(st.st_mode & 07777, 04755);
}

static void test_write_through_links(void **state)
{
	struct fixture *f = *state;
	struct stat st;

	assert_int_equal(mkdir("d", 0700), 0);
	fixture_put("d/real", "old", 0600);
	assert_int_equal(symlink("real", "d/second"), 0);
	assert_int_equal(symlink("d/second", "first"), 0);
	assert_int_equal(symlink("d/later", "nowhere"), 0);
	assert_int_equal(host_write(f->host, "first", "new", 3, -1, NULL), 0);
	fixture_check(f, "d/real", "new");
	assert_int_equal(lstat("first", &st), 0);
	assert_true(S_ISLNK(st.st_mode));
	assert_int_equal(host_write(f->host, "nowhere", "x", 1, -1, NULL), 0);
	fixture_check(f, "d/later", "x");
	assert_int_equal(symlink("loop", "loop"), 0);
	assert_true(host_write(f->host, "loop", "x", 1, -1, NULL) < 0);
	fixture_check_names(f, "d", "later real second");
}

static void test_write_replaces_at_once(void **state)
{
	struct fixture *f = *state;
	autoclose int fd = -1;
	char buf[8] = "";

	/* Who reads the old file goes on reading the old one. */
	fixture_put("a", "old", 0600);
	fd = open("a", O_RDONLY | O_CLOEXEC);
	assert_int_equal(host_write(f->host, "a", "new", 3, -1, NULL), 0);
	assert_int_equal(read(fd, buf, sizeof(buf)), 3);
	assert_string_equal(buf, "old");
}

/* The kernel refuses to let a file grow beyond 64 KiB: write(2) fails in the middle. */
static void with_small_files(bool on)
{
	struct rlimit limit;

	getrlimit(RLIMIT_FSIZE, &limit);
	limit.rlim_cur = on ? 65536 : limit.rlim_max;
	signal(SIGXFSZ, on ? SIG_IGN : SIG_DFL);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

static void test_failed_write_leaves_everything_as_it_was(void **state)
{
	struct fixture *f = *state;
	AUTO(error) struct error err = ERROR_INIT;
	enum { BIG = 100000 };
	autofree char *big = xcalloc(1, BIG);
	struct stat before, after;

	fixture_put("a", "old", 0640);
	fixture_put("journal", "one\n", 0600);
	assert_int_equal(stat("a", &before), 0);
	with_small_files(true);
	int written = host_write(f->host, "a", big, BIG, -1, &err);
	int appended = host_append(f->host, "journal", big, BIG, 0600, NULL);

	with_small_files(false);
	assert_int_equal(written, ERR_FAILED);
	assert_int_equal(appended, ERR_FAILED);
	assert_string_equal(err.message, "cannot write a: File too large");
	assert_int_equal(stat("a", &after), 0);
	assert_int_equal(before.st_ino, after.st_ino);
	fixture_check(f, "a", "old");
	fixture_check(f, "journal", "one\n");
	fixture_check_names(f, ".", "a journal");
}

static void test_full_disk(void **state)
{
	struct fixture *f = *state;
	enum { BIG = 1 << 20 };
	static char big[BIG];
	struct host_space space;

	/* cmocka leaves a skipped test by longjmp: nothing is allocated before. */
	assert_int_equal(mkdir("disk", 0700), 0);
	if (mount("none", "disk", "tmpfs", 0, "size=256k") < 0) {
		print_message("skipped: cannot mount a small tmpfs: %s\n", strerror(errno));
		skip();
	}
	fixture_put("disk/a", "old", 0600);
	int written = host_write(f->host, "disk/a", big, BIG, -1, NULL);
	int appended = host_append(f->host, "disk/a", big, BIG, 0600, NULL);
	int spaced = host_space(f->host, "disk", &space, NULL);

	fixture_check(f, "disk/a", "old");
	fixture_check_names(f, "disk", "a");
	assert_int_equal(umount("disk"), 0);
	assert_int_equal(written, ERR_FAILED);
	assert_int_equal(appended, ERR_FAILED);
	assert_int_equal(spaced, 0);
	assert_int_equal(space.total, 256 * 1024);
	assert_in_range(space.available, 1, space.total - 1);
}

static void test_append_adds_and_makes(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(host_append(f->host, "j", "one\n", 4, 0600, NULL), 0);
	assert_int_equal(host_append(f->host, "j", "two\n", 4, 0644, NULL), 0);
	fixture_check(f, "j", "one\ntwo\n");
	assert_int_equal(fixture_mode("j"), 0600);
	assert_int_equal(host_append(f->host, "no/j", "x", 1, 0600, NULL), ERR_NOT_FOUND);
}

static void test_lock_is_held_by_one(void **state)
{
	struct fixture *f = *state;
	AUTO(error) struct error err = ERROR_INIT;
	autofree char *holder = NULL;
	int lock = -1, second = -1;

	assert_int_equal(
		host_lock(f->host, "lock", "pid 7 \033[31mapply\n", &lock, &holder, NULL), 0);
	assert_true(lock >= 0);
	assert_null(holder);
	assert_int_equal(host_lock(f->host, "lock", "other", &second, &holder, &err), ERR_LOCKED);
	assert_string_equal(holder, "pid 7 apply");
	assert_string_equal(err.detail, "pid 7 apply");
	assert_int_equal(second, -1);
	host_unlock(f->host, lock);
	assert_int_equal(host_lock(f->host, "lock", "other", &second, NULL, NULL), 0);
	fixture_check(f, "lock", "other");
	/* Removed while held: the next one does not wait for what is no longer there. */
	assert_int_equal(unlink("lock"), 0);
	assert_int_equal(host_lock(f->host, "lock", "third", &lock, NULL, NULL), 0);
	fixture_check(f, "lock", "third");
	host_unlock(f->host, second);
	fixture_check(f, "lock", "third");
	host_unlock(f->host, lock);
}

static void test_lock_ends_with_its_process(void **state)
{
	struct fixture *f = *state;
	int lock, status;
	pid_t pid = fork();

	if (pid == 0) {
		host_lock(f->host, "lock", "child", &lock, NULL, NULL);
		kill(getpid(), SIGKILL);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status));
	fixture_check(f, "lock", "child");
	assert_int_equal(host_lock(f->host, "lock", "us", &lock, NULL, NULL), 0);
	host_unlock(f->host, lock);
}

static void test_directories(void **state)
{
	struct fixture *f = *state;
	struct host_stat st;
	autofree char *target = NULL;
	mode_t before = umask(077);

	assert_int_equal(host_mkdir(f->host, "d", 0775, NULL), 0);
	assert_int_equal(fixture_mode("d"), 0775);
	assert_int_equal(host_mkdir(f->host, "d", 0700, NULL), ERR_EXISTS);
	assert_int_equal(host_mkdirs(f->host, "d/e/f//g/", 0750, NULL), 0);
	assert_int_equal(fixture_mode("d"), 0775);
	assert_int_equal(fixture_mode("d/e"), 0750);
	umask(before);
	assert_int_equal(host_mkdirs(f->host, "d/e/f/g", 0700, NULL), 0);
	assert_int_equal(fixture_mode("d/e/f/g"), 0750);
	assert_int_equal(symlink("d", "l"), 0);
	assert_int_equal(host_mkdirs(f->host, "l", 0700, NULL), 0);
	assert_int_equal(host_mkdirs(f->host, "l/h", 0700, NULL), 0);
	fixture_put("file", "", 0600);
	assert_true(host_mkdirs(f->host, "file", 0700, NULL) < 0);
	assert_true(host_mkdirs(f->host, "file/x", 0700, NULL) < 0);
	assert_int_equal(host_stat(f->host, "l", &st, NULL), 0);
	assert_int_equal(st.type, HOST_LINK);
	assert_int_equal(host_readlink(f->host, "l", &target, NULL), 0);
	assert_string_equal(target, "d");
	assert_int_equal(host_remove(f->host, "l", NULL), 0);
	assert_true(host_exists(f->host, "d/h"));
	assert_true(host_remove(f->host, "d", NULL) < 0);
	assert_int_equal(host_remove(f->host, "d/h", NULL), 0);
	assert_int_equal(host_remove(f->host, "d/h", NULL), ERR_NOT_FOUND);
	assert_int_equal(host_rename(f->host, "file", "d/file2", NULL), 0);
	fixture_check_names(f, "d", "e file2");
}

struct walked {
	struct strv paths;
	const char *skip, *swap;
};

static int on_entry(void *arg, const struct host_entry *entry)
{
	struct walked *w = arg;

	strv_pushf(&w->paths, "%s%s", entry->path, entry->st.type == HOST_LINK ? "@" : "");
	if (w->swap && strcmp(entry->path, w->swap) == 0) {
		assert_int_equal(rename(w->swap, "moved"), 0);
		assert_int_equal(symlink("/etc", w->swap), 0);
	}
	return w->skip && strcmp(entry->path, w->skip) == 0;
}

static void check_walk(struct fixture *f, struct walked w, const char *want)
{
	autofree char *joined = NULL;

	assert_int_equal(host_walk(f->host, ".", on_entry, &w, NULL), 0);
	strv_sort(&w.paths);
	joined = strv_join(&w.paths, " ");
	assert_string_equal(joined, want);
	strv_done(&w.paths);
}

static void test_walk_follows_no_link(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(host_mkdirs(f->host, "a/b", 0700, NULL), 0);
	fixture_put("a/b/file", "", 0600);
	assert_int_equal(symlink("a", "link"), 0);
	assert_int_equal(symlink("/etc", "a/etc"), 0);
	check_walk(f, (struct walked){0}, " a a/b a/b/file a/etc@ link@");
	check_walk(f, (struct walked){.skip = "a/b"}, " a a/b a/etc@ link@");
	/* A directory that becomes a link between the look and the step is not entered. */
	check_walk(f, (struct walked){.skip = "moved", .swap = "a"}, " a link@");
}

static int stop_walk(void *arg, const struct host_entry *entry)
{
	(void)arg;
	return *entry->path ? ERR_CANCELLED : 0;
}

static void test_walk_stops_and_fails(void **state)
{
	struct fixture *f = *state;
	AUTO(str) struct str deep = STR_INIT(STR_LINE);

	fixture_put("a", "", 0600);
	assert_int_equal(host_walk(f->host, ".", stop_walk, NULL, NULL), ERR_CANCELLED);
	assert_int_equal(host_walk(f->host, "none", stop_walk, NULL, NULL), ERR_NOT_FOUND);
	str_add(&deep, "d");
	for (int i = 0; i < 260; i++)
		str_add(&deep, "/d");
	assert_int_equal(host_mkdirs(f->host, str_text(&deep), 0700, NULL), 0);
	struct walked w = {.skip = NULL};

	assert_int_equal(host_walk(f->host, "d", on_entry, &w, NULL), ERR_LIMIT);
	strv_done(&w.paths);
}

static void test_facts_and_environment(void **state)
{
	struct fixture *f = *state;
	AUTO(host_facts) struct host_facts facts = {0};
	AUTO(strv) struct strv env = STRV_INIT;

	assert_int_equal(host_facts(f->host, &facts, NULL), 0);
	assert_true(facts.cpus >= 1);
	assert_true(facts.memory > 16 << 20);
	assert_int_equal(facts.uid, geteuid());
	assert_non_null(facts.name);
	assert_true(strlen(facts.os) > 0 && facts.os[0] != '"');
	assert_true(facts.home[0] == '/');
	setenv("SLIPWAY_TEST_FACT", "a=b", 1);
	assert_int_equal(host_environ(f->host, &env, NULL), 0);
	assert_true(strv_has(&env, "SLIPWAY_TEST_FACT=a=b"));
}

static void test_the_directory_is_the_one_people_typed(void **state)
{
	struct fixture *f = *state;
	AUTO(host_facts) struct host_facts first = {0}, later = {0}, astray = {0};
	autofree char *real = realpath(f->dir, NULL), *typed = xasprintf("%s/typed", f->dir);
	struct host *other;

	assert_int_equal(mkdir("real", 0700), 0);
	assert_int_equal(symlink("real", "typed"), 0);
	assert_int_equal(chdir("typed"), 0);
	setenv("PWD", typed, 1);
	assert_int_equal(host_facts(f->host, &first, NULL), 0);
	assert_string_equal(first.cwd, typed);
	/* A $PWD that is not true is somebody else's; and what was asked once stays. */
	setenv("PWD", "/", 1);
	other = host_local_new(f->loop);
	assert_int_equal(host_facts(other, &astray, NULL), 0);
	host_free(other);
	autofree char *want = xasprintf("%s/real", real);
	assert_string_equal(astray.cwd, want);
	assert_int_equal(host_facts(f->host, &later, NULL), 0);
	assert_string_equal(later.cwd, typed);
	assert_string_equal(later.os, first.os);
	unsetenv("PWD");
	assert_int_equal(chdir(f->dir), 0);
}

static void test_this_program_is_known(void **state)
{
	struct fixture *f = *state;
	AUTO(host_facts) struct host_facts facts = {0};
	struct stat here, there;

	assert_int_equal(host_facts(f->host, &facts, NULL), 0);
	assert_int_equal(stat(facts.self, &there), 0);
	assert_int_equal(stat("/proc/self/exe", &here), 0);
	assert_int_equal(here.st_ino, there.st_ino);
}

static void test_one_variable(void **state)
{
	struct fixture *f = *state;
	autofree char *value = NULL;

	setenv("SLIPWAY_TEST_FACT", "a=b", 1);
	value = host_env(f->host, "SLIPWAY_TEST_FACT");
	assert_string_equal(value, "a=b");
	assert_null(host_env(f->host, "SLIPWAY_TEST_FAC"));
}

static void test_realpath(void **state)
{
	struct fixture *f = *state;
	autofree char *real = realpath(f->dir, NULL), *got = NULL, *want = NULL, *none = NULL;

	assert_int_equal(mkdir("a", 0700), 0);
	fixture_put("a/file", "x", 0600);
	assert_int_equal(symlink("../a/file", "a/link"), 0);
	assert_int_equal(host_realpath(f->host, "a/../a/./link", &got, NULL), 0);
	want = xasprintf("%s/a/file", real);
	assert_string_equal(got, want);
	assert_int_equal(host_realpath(f->host, "a/none", &none, NULL), ERR_NOT_FOUND);
	assert_null(none);
}

static void test_many_files_at_once(void **state)
{
	struct fixture *f = *state;
	struct host_reading items[] = {{.path = "a", .max = 5}, {.path = "none", .max = 5},
		{.path = "b", .max = 5}, {.path = "long", .max = 5}};

	fixture_put("a", "first", 0600);
	fixture_put("b", "", 0600);
	fixture_put("long", "123456", 0600);
	assert_int_equal(host_read_many(f->host, items, ARRAY_SIZE(items), NULL), 0);
	assert_int_equal(items[0].code, 0);
	assert_string_equal(str_text(&items[0].text), "first");
	assert_int_equal(items[1].code, ERR_NOT_FOUND);
	assert_int_equal(items[2].code, 0);
	assert_int_equal(items[2].text.len, 0);
	assert_int_equal(items[3].code, ERR_LIMIT);
	assert_int_equal(items[3].text.len, 0);
	for (size_t i = 0; i < ARRAY_SIZE(items); i++)
		str_done(&items[i].text);
}

static const struct host_listener *find_listener(
	const struct host_listeners *all, int port, bool udp)
{
	for (size_t i = 0; i < all->n; i++)
		if (all->items[i].port == port && all->items[i].udp == udp)
			return &all->items[i];
	return NULL;
}

static int bound_socket(int type, int *port)
{
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
	socklen_t len = sizeof(address);
	int fd = socket(AF_INET, type | SOCK_CLOEXEC, 0);

	assert_int_equal(bind(fd, (struct sockaddr *)&address, len), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &len), 0);
	*port = ntohs(address.sin_port);
	return fd;
}

static void test_who_listens(void **state)
{
	struct fixture *f = *state;
	int tcp_port, udp_port, silent_port;
	autoclose int tcp = bound_socket(SOCK_STREAM, &tcp_port);
	autoclose int udp = bound_socket(SOCK_DGRAM, &udp_port);
	autoclose int silent = bound_socket(SOCK_STREAM, &silent_port);
	AUTO(host_listeners) struct host_listeners all = {0};
	const struct host_listener *l;

	assert_int_equal(listen(tcp, 1), 0);
	assert_int_equal(host_listeners(f->host, &all, NULL), 0);
	l = find_listener(&all, tcp_port, false);
	assert_non_null(l);
	assert_int_equal(l->pid, getpid());
	assert_string_equal(l->name, "host_file_test");
	assert_string_equal(l->address, "127.0.0.1");
	l = find_listener(&all, udp_port, true);
	assert_non_null(l);
	assert_int_equal(l->pid, getpid());
	assert_null(find_listener(&all, silent_port, false));
}

static void test_paths(void **state)
{
	static const struct {
		const char *dir, *name, *want;
	} rows[] = {{"a", "b", "a/b"}, {"a/", "b", "a/b"}, {"", "b", "b"}, {"a", "/b", "/b"},
		{NULL, "b", "b"}, {"/", "b", "/b"}};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		autofree char *path = host_path(rows[i].dir, rows[i].name);

		assert_string_equal(path, rows[i].want);
	}
}

static void test_exec(void **state)
{
	struct fixture *f = *state;
	AUTO(strv) struct strv argv = STRV_INIT;
	struct child_spec spec = {.argv = &argv, .cwd = f->dir};
	struct child *child;

	strv_push_all(&argv, "ls", "-1", NULL);
	fixture_put("one", "", 0600);
	assert_int_equal(host_exec(f->host, &spec, NULL, NULL, &child, NULL), 0);
	assert_int_equal(op_wait(child_op(child), NULL), 0);
	assert_string_equal(str_text(child_out(child)), "one\n");
	op_free(child_op(child));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		fixture_test(test_read_whole_and_limited),
		fixture_test(test_read_refuses_what_is_no_file),
		fixture_test(test_write_modes),
		fixture_test(test_write_keeps_the_owner),
		fixture_test(test_write_through_links),
		fixture_test(test_write_replaces_at_once),
		fixture_test(test_failed_write_leaves_everything_as_it_was),
		fixture_test(test_full_disk),
		fixture_test(test_append_adds_and_makes),
		fixture_test(test_lock_is_held_by_one),
		fixture_test(test_lock_ends_with_its_process),
		fixture_test(test_directories),
		fixture_test(test_walk_follows_no_link),
		fixture_test(test_walk_stops_and_fails),
		fixture_test(test_facts_and_environment),
		fixture_test(test_the_directory_is_the_one_people_typed),
		fixture_test(test_this_program_is_known),
		fixture_test(test_one_variable),
		fixture_test(test_realpath),
		fixture_test(test_many_files_at_once),
		fixture_test(test_who_listens),
		fixture_test(test_paths),
		fixture_test(test_exec),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
