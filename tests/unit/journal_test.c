/* SPDX-License-Identifier: MIT */
#include "plan_fixture.h"

#include "plan/journal.h"

static void prepare(struct scene *s, struct journal_writer *w, const char *id)
{
	autofree char *slipway = host_path(s->dir, ".slipway");

	if (!scene_has(s, ".slipway")) {
		scene_mkdir(s, ".slipway", 0700);
		scene_mkdir(s, ".slipway/journal", 0700);
	}
	journal_writer_init(w, s->w.host, slipway, id);
}

static void head(struct journal_writer *w, const char *title)
{
	struct json_object *o = json_put_str(journal_record("run"), "title", title);

	assert_int_equal(journal_append(w, json_put_int(o, "steps", 3), NULL), 0);
}

static int read_journal(struct scene *s, const char *id, struct journal *j)
{
	autofree char *slipway = host_path(s->dir, ".slipway");

	return journal_read(s->w.host, slipway, id, j, NULL);
}

static void test_reads_back_what_was_written(void **state)
{
	struct scene *s = *state;
	struct journal_writer w;
	struct journal_change c = {.kind = CHANGE_FILE,
		.path = (char *)"a \"b\"\n.env",
		.step = (char *)"file:.env",
		.existed = true,
		.backup = (char *)"1",
		.digest = (char *)"abc",
		.mode = 0640,
		.uid = 7,
		.gid = 8};
	AUTO(journal) struct journal j = {0};

	prepare(s, &w, "0001");
	head(&w, "deploy");
	assert_int_equal(journal_append_changes(&w, &c, 1, NULL), 0);
	assert_int_equal(journal_append(&w, journal_record("done"), NULL), 0);
	assert_int_equal(read_journal(s, "0001", &j), 0);
	assert_string_equal(j.title, "deploy");
	assert_string_equal(j.outcome, "done");
	assert_int_equal(j.steps, 3);
	assert_int_equal(j.n, 1);
	assert_string_equal(j.changes[0].path, c.path);
	assert_string_equal(j.changes[0].backup, "1");
	assert_true(j.changes[0].existed);
	assert_int_equal(j.changes[0].mode, 0640);
	assert_int_equal(j.changes[0].uid, 7);
	journal_writer_done(&w);
}

/* Every prefix of a journal must read as the records that were complete in it. */
static void test_every_cut_is_readable(void **state)
{
	struct scene *s = *state;
	struct journal_writer w;
	struct journal_change c = {.kind = CHANGE_MKDIR, .path = (char *)"data", .new_mode = 0750};
	AUTO(str) struct str whole = STR_INIT(STR_FILE);
	autofree char *path = NULL;

	prepare(s, &w, "0001");
	head(&w, "cut");
	assert_int_equal(journal_append_changes(&w, &c, 1, NULL), 0);
	assert_int_equal(journal_append(&w, journal_record("done"), NULL), 0);
	path = xstrdup(w.path);
	assert_int_equal(host_read(s->w.host, path, STR_FILE, &whole, NULL), 0);
	for (size_t n = 0; n <= whole.len; n++) {
		AUTO(journal) struct journal j = {0};
		size_t lines = 0;

		assert_int_equal(host_write(s->w.host, path, whole.data, n, 0600, NULL), 0);
		for (size_t i = 0; i < n; i++)
			lines += whole.data[i] == '\n';
		assert_int_equal(read_journal(s, "0001", &j), 0);
		assert_int_equal(j.n, lines >= 2 ? 1 : 0);
		assert_int_equal(j.outcome != NULL, lines >= 3);
	}
	journal_writer_done(&w);
}

/* A record that follows half a one (a full disk that was emptied) begins a line of its own. */
static void test_goes_on_after_a_torn_line(void **state)
{
	struct scene *s = *state;
	struct journal_writer w;
	AUTO(journal) struct journal j = {0};

	prepare(s, &w, "0001");
	head(&w, "torn");
	assert_int_equal(host_append(s->w.host, w.path, "{\"type\":\"cha", 12, 0600, NULL), 0);
	w.torn = true;
	assert_int_equal(journal_append(&w, journal_record("failed"), NULL), 0);
	assert_int_equal(read_journal(s, "0001", &j), 0);
	assert_string_equal(j.title, "torn");
	assert_string_equal(j.outcome, "failed");
	journal_writer_done(&w);
}

static struct journal_change owned(const char *path, int64_t uid, bool directory)
{
	return (struct journal_change){.kind = CHANGE_OWN,
		.path = (char *)path,
		.step = (char *)"owner:./data",
		.existed = true,
		.directory = directory,
		.mode = directory ? 0755 : 0644,
		.uid = uid,
		.gid = 1,
		.new_mode = directory ? 0755 : 0644,
		.new_uid = 70,
		.new_gid = 70};
}

static size_t count_lines(struct scene *s, const char *path)
{
	AUTO(str) struct str text = STR_INIT(STR_FILE);
	size_t lines = 0;

	assert_int_equal(host_read(s->w.host, path, STR_FILE, &text, NULL), 0);
	for (size_t i = 0; i < text.len; i++)
		lines += text.data[i] == '\n';
	return lines;
}

static const struct journal_change *find_change(const struct journal *j, const char *path)
{
	for (size_t i = 0; i < j->n; i++) {
		if (str_eq(j->changes[i].path, path))
			return &j->changes[i];
	}
	return NULL;
}

/* Many entries of a tree, and names that are no text. */
static void test_owners_share_lines(void **state)
{
	enum { ENTRIES = 1000 };
	struct scene *s = *state;
	struct journal_writer w;
	struct journal_change changes[ENTRIES];
	AUTO(journal) struct journal j = {0};

	prepare(s, &w, "0001");
	for (int i = 0; i < ENTRIES; i++)
		changes[i] = owned(i == 7 ? strdup("data/caf\xe9 \xff") : xasprintf("data/%d", i),
			i % 3, i % 10 == 0);
	assert_int_equal(journal_append_changes(&w, changes, ENTRIES, NULL), 0);
	assert_int_equal(count_lines(s, w.path), 6);
	assert_int_equal(read_journal(s, "0001", &j), 0);
	assert_int_equal(j.n, ENTRIES);
	for (int i = 0; i < ENTRIES; i++) {
		const struct journal_change *c = find_change(&j, changes[i].path);

		assert_non_null(c);
		assert_int_equal(c->uid, i % 3);
		assert_int_equal(c->directory, i % 10 == 0);
		assert_string_equal(c->step, "owner:./data");
		free(changes[i].path);
	}
	journal_writer_done(&w);
}

/* However many kinds there are. */
static void test_owners_of_all_sorts_are_all_written(void **state)
{
	enum { ENTRIES = 100 };
	struct scene *s = *state;
	struct journal_writer w;
	struct journal_change changes[ENTRIES];
	AUTO(journal) struct journal j = {0};

	prepare(s, &w, "0001");
	for (int i = 0; i < ENTRIES; i++)
		changes[i] = owned(xasprintf("data/%d", i), i % 50, false);
	assert_int_equal(journal_append_changes(&w, changes, ENTRIES, NULL), 0);
	assert_int_equal(read_journal(s, "0001", &j), 0);
	assert_int_equal(j.n, ENTRIES);
	for (int i = 0; i < ENTRIES; i++) {
		assert_int_equal(find_change(&j, changes[i].path)->uid, i % 50);
		free(changes[i].path);
	}
	journal_writer_done(&w);
}

static void test_ids_are_ordered_by_number(void **state)
{
	struct scene *s = *state;
	autofree char *slipway = host_path(s->dir, ".slipway");
	AUTO(strv) struct strv ids = STRV_INIT;
	struct journal_writer w;

	assert_int_equal(journal_ids(s->w.host, slipway, &ids, NULL), 0);
	assert_int_equal(ids.n, 0);
	prepare(s, &w, "0001");
	journal_writer_done(&w);
	scene_put(s, ".slipway/journal/10000.ndjson", "", 0600);
	scene_put(s, ".slipway/journal/9999.ndjson", "", 0600);
	scene_put(s, ".slipway/journal/0002.ndjson", "", 0600);
	scene_put(s, ".slipway/journal/notes.ndjson", "", 0600);
	scene_put(s, ".slipway/journal/0003.ndjson.bak", "", 0600);
	assert_int_equal(journal_ids(s->w.host, slipway, &ids, NULL), 0);
	assert_int_equal(ids.n, 3);
	assert_string_equal(ids.items[0], "0002");
	assert_string_equal(ids.items[2], "10000");
}

static void test_many_are_read_together(void **state)
{
	struct scene *s = *state;
	autofree char *slipway = host_path(s->dir, ".slipway");
	AUTO(strv) struct strv ids = STRV_INIT;
	AUTO(journals) struct journals js = {0}, none = {0};
	AUTO(error) struct error err = ERROR_INIT;

	/* More than one question's worth. */
	for (int i = 1; i <= 40; i++) {
		autofree char *id = xasprintf("%04d", i);
		autofree char *title = xasprintf("run %d", i);
		struct journal_writer w;

		prepare(s, &w, id);
		head(&w, title);
		journal_writer_done(&w);
		strv_push(&ids, id);
	}
	assert_int_equal(journals_read(s->w.host, slipway, &ids, &js, NULL), 0);
	assert_int_equal(js.n, 40);
	assert_string_equal(js.items[0].title, "run 1");
	assert_string_equal(js.items[15].id, "0016");
	assert_string_equal(js.items[16].title, "run 17");
	assert_string_equal(js.items[39].title, "run 40");
	strv_push(&ids, "0041");
	assert_int_equal(journals_read(s->w.host, slipway, &ids, &none, &err), ERR_NOT_FOUND);
	assert_non_null(strstr(err.message, "0041.ndjson"));
	assert_int_equal(none.n, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		scene_test(test_reads_back_what_was_written),
		scene_test(test_every_cut_is_readable),
		scene_test(test_goes_on_after_a_torn_line),
		scene_test(test_owners_share_lines),
		scene_test(test_owners_of_all_sorts_are_all_written),
		scene_test(test_ids_are_ordered_by_number),
		scene_test(test_many_are_read_together),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
