/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include "base/str.h"
#include "base/strv.h"
#include "config/env_update.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

static struct env_file *parse(const char *name, const char *text)
{
	AUTO(error) struct error err = ERROR_INIT;
	struct env_file *f = NULL;

	if (env_file_parse_for_edit(name, text, strlen(text), &f, &err))
		fail_msg("%s: %s (%s)\n%s", name, err.message, err.detail, text);
	return f;
}

static enum env_hold hold(void *arg, const char *key)
{
	(void)arg;
	return strstr(key, "PASSWORD") ? ENV_SECRET : strstr(key, "DB_") ? ENV_HELD : ENV_FREE;
}

static char old[] = "OLD", new[] = "NEW", older[] = "OLDER", newer[] = "NEWER";
static const struct env_rename renames[] = {{old, new, NULL}, {older, newer, NULL}};

/* The user's file after it, and in *log what was done: "added A; conflict B". */
static char *update(const char *base, const char *ours, const char *theirs, enum env_decision open,
	char **log, char **next)
{
	AUTO_PTR(env_file) struct env_file *b = base ? parse("base", base) : NULL;
	AUTO_PTR(env_file) struct env_file *o = parse("ours", ours);
	AUTO_PTR(env_file) struct env_file *t = parse("theirs", theirs);
	AUTO_PTR(env_file) struct env_file *f = NULL;
	AUTO_PTR(env_file) struct env_file *n = NULL;
	AUTO(env_changes) struct env_changes changes = {NULL, 0, 0};
	AUTO(error) struct error err = ERROR_INIT;
	AUTO(str) struct str out = STR_INIT(STR_LINE);
	const struct env_update u = {.base = b,
		.ours = o,
		.theirs = t,
		.renames = renames,
		.n_renames = ARRAY_SIZE(renames),
		.hold = hold};

	env_update_find(&u, &changes);
	for (size_t i = 0; i < changes.n; i++) {
		struct env_change *c = &changes.items[i];

		str_addf(&out, "%s%s %s", i ? "; " : "", env_change_name(c->kind), c->key);
		if (c->decision == ENV_OPEN)
			c->decision = open;
	}
	if (env_update_apply(&u, &changes, &f, &err) || env_update_base(&u, &changes, &n, &err))
		fail_msg("%s (%s)", err.message, err.detail);
	if (log)
		*log = str_take(&out);
	if (next)
		*next = xstrdup(n->text);
	return xstrdup(f->text);
}

static void test_three_ways(void **state)
{
	static const struct {
		const char *what, *base, *ours, *theirs, *log, *want;
	} rows[] = {
		{"nothing", "A=1\n", "A=2\nX=3\n", "A=1\n", "", "A=2\nX=3\n"},
		{"a comment alone", "A=1\n", "A=2\n", "# new words\nA=1\n", "", "A=2\n"},
		{"quotes alone", "A=1 2\n", "A=1 2\n", "A=\"1 2\"\n", "", "A=1 2\n"},
		{"a key with its comment", "A=1\nB=2\n", "A=9\nB=2\n",
			"A=1\n# What N is\nN=5\nB=2\n", "added N", "A=9\n# What N is\nN=5\nB=2\n"},
		{"at the end", "A=1\n", "A=9\nX=1\n", "A=1\n\n# N\nN=5 # beside\n", "added N",
			"A=9\n\n# N\nN=5 # beside\nX=1\n"},
		{"no newline at the end", "A=1\n", "A=9", "A=1\nN=5", "added N", "A=9\nN=5\n"},
		{"first of all", "A=1\n", "# Head\n\n# About A\nA=9\n",
			"# N\nN=5\n# About A\nA=1\n", "added N",
			"# Head\n\n# N\nN=5\n# About A\nA=9\n"},
		{"first, with a mark of order", "A=1\n",
			"\xef\xbb\xbf"
			"A=9\n",
			"N=5\nA=1\n", "added N", "\xef\xbb\xbfN=5\nA=9\n"},
		{"two in a row", "A=1\nB=2\n", "A=1\nB=2\n", "A=1\nM=3\nN=4\nB=2\n",
			"added M; added N", "A=1\nM=3\nN=4\nB=2\n"},
		{"under a heading that is there", "A=1\n\n# --- Web ---\nB=2\n",
			"A=1\n\n# --- Web ---\nB=2\n", "A=1\n\n# --- Web ---\n# N\nN=3\nB=2\n",
			"added N", "A=1\n\n# --- Web ---\n# N\nN=3\nB=2\n"},
		{"between commented ones", "A=1\n\n# about B\nB=2\n", "A=1\n\n# about B\nB=2\n",
			"A=1\n\n# about N\nN=3\n\n# about B\nB=2\n", "added N",
			"A=1\n\n# about N\nN=3\n\n# about B\nB=2\n"},
		{"the same words twice", "A=1\n# x\nB=2\n", "A=1\n# x\nB=2\n",
			"A=1\n# x\nN=3\n# x\nB=2\n", "added N", "A=1\n# x\nN=3\n# x\nB=2\n"},
		{"the key before it is gone here", "A=1\nB=2\nC=3\n", "A=1\nC=3\n",
			"A=1\nB=2\nN=4\nC=3\n", "added N", "A=1\nN=4\nC=3\n"},
		{"behind a value of several lines", "A=1\n", "A=\"x\ny\"\nZ=1\n", "A=1\nN=2\n",
			"added N", "A=\"x\ny\"\nN=2\nZ=1\n"},
		{"lines end as they do here", "A=1\n", "A=1\r\nB=2\r\n", "A=1\n# N\nN=2\n",
			"added N", "A=1\r\n# N\r\nN=2\r\nB=2\r\n"},
		{"and there", "A=1\r\n", "A=1\n", "A=1\r\n# N\r\nN=2\r\n", "added N",
			"A=1\n# N\nN=2\n"},
		{"one that the user took out", "A=1\nB=2\n", "A=1\n", "A=1\nB=2\n", "", "A=1\n"},
		{"and whose default moved", "A=1\nB=2\n", "A=1\n", "A=1\nB=3\n", "", "A=1\n"},
		{"one that the user had before", "A=1\n", "A=1\nN=7\n", "A=1\nN=5\n", "",
			"A=1\nN=7\n"},
		{"a default that nobody chose", "A=1\n", "A=1 # mine\n", "A=2\n", "followed A",
			"A=2 # mine\n"},
		{"as it is written there", "A=1\n", "A='1'\n", "A=\"${B}x\"\n", "followed A",
			"A=\"${B}x\"\n"},
		{"empty before a comment", "A=1\n", "A=1 # c\n", "A=\n", "followed A",
			"A=\"\" # c\n"},
		{"both chose", "A=1\n", "A=2\n", "A=3\n", "conflict A", "A=2\n"},
		{"both chose the same", "A=1\n", "A=3\n", "A=3\n", "", "A=3\n"},
		{"what data was made with", "DB_USER=a\n", "DB_USER=a\n", "DB_USER=b\n",
			"conflict DB_USER", "DB_USER=a\n"},
		{"a secret", "PASSWORD=changeme\n", "PASSWORD=s3cret\n", "PASSWORD=CHANGE_ME\n", "",
			"PASSWORD=s3cret\n"},
		{"a secret as it came", "PASSWORD=a\n", "PASSWORD=a\n", "PASSWORD=b\n", "",
			"PASSWORD=a\n"},
		{"removed", "A=1\nB=2\n", "A=1\n# mine\nB=5\n", "A=1\n", "removed B",
			"A=1\n# mine\nB=5\n"},
		{"removed here, too", "A=1\nB=2\n", "A=1\n", "A=1\n", "", "A=1\n"},
		{"renamed", "OLD=1\n", "# c\nexport OLD = 7 # d\n", "NEW=1\n", "renamed NEW",
			"# c\nexport NEW = 7 # d\n"},
		{"renamed, with its uses", "OLD=1\n",
			"OLD=7\nU=\"${OLD:-x}$OLD$$OLD\\$OLD\"\nV='$OLD'\nW=$OLDER${OLD_}$OLD\n",
			"NEW=1\n", "renamed NEW",
			"NEW=7\nU=\"${NEW:-x}$NEW$$OLD\\$OLD\"\nV='$OLD'\nW=$OLDER${OLD_}$NEW\n"},
		{"renamed with a new default", "OLD=1\n", "OLD=1\n", "NEW=2\n",
			"renamed NEW; followed NEW", "NEW=2\n"},
		{"renamed, and both chose", "OLD=1\n", "OLD=5\n", "NEW=2\n",
			"renamed NEW; conflict NEW", "NEW=5\n"},
		{"renamed, not in the example", "A=1\n", "A=1\nOLD=5\n", "A=1\n", "renamed NEW",
			"A=1\nNEW=5\n"},
		{"renamed, but both are there", "OLD=1\n", "OLD=5\nNEW=6\n", "NEW=1\n",
			"removed OLD", "OLD=5\nNEW=6\n"},
		{"no base", NULL, "A=7\nX=1\n", "A=1\nN=2\n", "added N", "A=7\nN=2\nX=1\n"},
		{"no base, renamed", NULL, "OLD=7\n", "NEW=2\n", "renamed NEW", "NEW=7\n"},
		{"empty here", "", "", "# N\nN=1\n", "added N", "# N\nN=1\n"},
		{"two on one line", "A=1\n", "A=\"1\"B=2\nC=3\n", "A=1\nN=2\n", "added N",
			"A=\"1\"B=2\nN=2\nC=3\n"},
		{"from a line of two", "A=1\n", "A=1\n", "A=\"1\"N=2\n", "added N", "A=1\nN=2\n"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		autofree char *log = NULL;
		autofree char *got =
			update(rows[i].base, rows[i].ours, rows[i].theirs, ENV_OPEN, &log, NULL);

		if (strcmp(log, rows[i].log) || strcmp(got, rows[i].want))
			fail_msg("%s: \"%s\"\n%s\ninstead of \"%s\"\n%s", rows[i].what, log, got,
				rows[i].log, rows[i].want);
	}
}

/* What is decided does not come up again; what is open does. */
static void test_what_is_seen(void **state)
{
	static const char base[] = "A=1\nB=2\nOLD=1\n", ours[] = "A=5\nB=6\nOLD=8\n",
			  theirs[] = "A=2\nN=1\nNEW=1\n";
	static const struct {
		enum env_decision open;
		const char *want, *next, *again;
	} rows[] = {
		{ENV_OPEN, "A=5\nN=1\nB=6\nNEW=8\n", "A=1\nB=2\nN=1\nNEW=1\n",
			"conflict A; removed B"},
		{ENV_KEEP, "A=5\nN=1\nB=6\nNEW=8\n", "A=2\nN=1\nNEW=1\n", ""},
		{ENV_TAKE, "A=2\nN=1\nNEW=8\n", "A=2\nN=1\nNEW=1\n", ""},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		autofree char *next = NULL, *log = NULL, *same = NULL;
		autofree char *got = update(base, ours, theirs, rows[i].open, NULL, &next);

		assert_string_equal(got, rows[i].want);
		assert_string_equal(next, rows[i].next);
		same = update(next, got, theirs, ENV_OPEN, &log, NULL);
		assert_string_equal(same, got);
		assert_string_equal(log, rows[i].again);
	}
}

/* --- the corpus */

static uint32_t dice;

static uint32_t roll(uint32_t n)
{
	dice = dice * 1664525u + 1013904223u;
	return (dice >> 8) % n;
}

static bool is_comment(const char *text, size_t from, size_t to)
{
	from += strspn(text + from, " \t");
	return from < to && text[from] == '#';
}

static bool is_single(const struct env_file *f, const char *key)
{
	size_t n = 0;

	for (size_t i = 0; i < f->n; i++)
		n += !strcmp(f->entries[i].key, key);
	return n == 1;
}

/* Without some of its statements, each with its line and the comment right above it; their keys in
 * gone. */
static char *thin_out(const struct env_file *f, struct strv *gone)
{
	AUTO(str) struct str out = STR_INIT(STR_FILE);
	size_t done = 0, head = str_starts(f->text, "\xef\xbb\xbf") ? 3 : 0;

	for (size_t i = 0; i < f->n; i++) {
		const struct env_entry *e = &f->entries[i];
		size_t start = e->start, end = e->value_end;

		while (start > head && f->text[start - 1] != '\n')
			start--;
		end += strcspn(f->text + end, "\n");
		end += f->text[end] == '\n';
		if (roll(4) || !is_single(f, e->key) || start < done ||
			(i + 1 < f->n && f->entries[i + 1].start < end) ||
			(i && f->entries[i - 1].value_end > start))
			continue;
		for (size_t above = start; above > done;) {
			size_t line = above - 1;

			while (line > done && line > head && f->text[line - 1] != '\n')
				line--;
			if (!is_comment(f->text, line, above))
				break;
			start = above = line;
		}
		str_addn(&out, f->text + done, start - done);
		done = end;
		strv_push(gone, e->key);
	}
	str_addn(&out, f->text + done, f->len - done);
	return xstrdup(str_text(&out));
}

static void check_same(const char *path, const struct env_file *f)
{
	autofree char *log = NULL, *next = NULL;
	autofree char *got = update(f->text, f->text, f->text, ENV_OPEN, &log, &next);

	if (strcmp(got, f->text) || *log || strcmp(next, f->text))
		fail_msg("%s: with nothing new it is not the same (%s)", path, log);
}

/* Every line of `less` in its order among those of `more`, byte for byte. */
static bool keeps_lines(const char *less, const char *more)
{
	if (str_starts(less, "\xef\xbb\xbf")) {
		less += 3;
		more += 3;
	}
	while (*less) {
		size_t n = strcspn(less, "\n") + 1, m;

		do {
			if (!*more)
				return false;
			m = strcspn(more, "\n") + 1;
			if (m == n && strncmp(less, more, n) == 0)
				break;
			more += m - !more[m - 1];
		} while (true);
		more += m - !more[m - 1];
		less += n - !less[n - 1];
	}
	return true;
}

/* The values that are read back, of every key of theirs that counts. */
static void check_values(const char *path, const char *got, const char *ours,
	const struct env_file *theirs, const struct strv *gone)
{
	AUTO_PTR(env_file) struct env_file *g = parse("got", got);
	AUTO_PTR(env_file) struct env_file *o = parse("ours", ours);

	for (size_t i = 0; i < g->n; i++) {
		const char *key = g->entries[i].key;
		const struct env_entry *from =
			strv_has(gone, key) ? env_file_find(theirs, key) : env_file_find(o, key);
		const struct env_entry *e = env_file_find(g, key);

		if (!from || strcmp(e->raw, from->raw) || e->quote != from->quote ||
			e->inherits != from->inherits)
			fail_msg("%s: %s is not what was meant", path, key);
	}
	for (size_t i = 0; i < theirs->n; i++)
		if (!env_file_find(g, theirs->entries[i].key))
			fail_msg("%s: %s is not there", path, theirs->entries[i].key);
}

/* A user who changed values and wrote lines of his own. */
static char *personal(const char *text)
{
	AUTO(error) struct error err = ERROR_INIT;
	AUTO_PTR(env_file) struct env_file *f = parse("personal", text);

	for (size_t i = 0; i < f->n; i++) {
		autofree char *key = xstrdup(f->entries[i].key);

		if (!roll(3) && !f->entries[i].inherits)
			assert_int_equal(env_file_set(f, key, "my own 'value'", NULL, &err), 0);
	}
	assert_int_equal(env_file_set(f, "OWN_KEY_OF_MINE", "1", "nobody else has it", &err), 0);
	return xstrdup(f->text);
}

static void check_added(const char *path, const struct env_file *theirs)
{
	for (int round = 0; round < 8; round++) {
		AUTO(strv) struct strv gone = STRV_INIT;
		autofree char *base = thin_out(theirs, &gone), *log = NULL, *next = NULL;
		autofree char *got = update(base, base, theirs->text, ENV_OPEN, NULL, NULL);
		autofree char *ours = personal(base), *mine = NULL, *again = NULL;

		if (strcmp(got, theirs->text))
			fail_msg("%s, round %d: exactly the new lines were to come back "
				 "to\n%s\nnot\n%s",
				path, round, base, got);
		mine = update(base, ours, theirs->text, ENV_OPEN, NULL, &next);
		if (!keeps_lines(ours, mine))
			fail_msg("%s, round %d: a line of the user's changed:\n%s", path, round,
				mine);
		check_values(path, mine, ours, theirs, &gone);
		again = update(next, mine, theirs->text, ENV_OPEN, &log, NULL);
		assert_string_equal(log, "");
		assert_string_equal(again, mine);
	}
}

static size_t check_file(const char *path)
{
	AUTO(str) struct str text = STR_INIT(STR_FILE);
	AUTO_PTR(env_file) struct env_file *f = NULL;
	FILE *in = fopen(path, "re");
	char buffer[4096];
	size_t n;

	assert_non_null(in);
	while ((n = fread(buffer, 1, sizeof(buffer), in)) > 0)
		str_addn(&text, buffer, n);
	fclose(in);
	if (env_file_parse("theirs", str_text(&text), text.len, &f, NULL) || !f->n ||
		f->text[f->len - 1] != '\n')
		return 0;
	check_same(path, f);
	check_added(path, f);
	return 1;
}

static size_t walk(const char *dir)
{
	DIR *d = opendir(dir);
	size_t n = 0;

	for (struct dirent *e; d && (e = readdir(d));) {
		autofree char *path = xasprintf("%s/%s", dir, e->d_name);
		struct stat st;

		if (str_eq(e->d_name, ".") || str_eq(e->d_name, "..") || stat(path, &st))
			continue;
		if (S_ISDIR(st.st_mode))
			n += walk(path);
		else if (strstr(e->d_name, "env"))
			n += check_file(path);
	}
	if (d)
		closedir(d);
	return n;
}

static void test_the_corpus(void **state)
{
	struct stat st;

	(void)state;
	if (stat(CORPUS, &st)) {
		print_message("%s is not there: skipped\n", CORPUS);
		skip();
	}
	dice = 20260711;
	assert_true(walk(CORPUS) > 30);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_three_ways),
		cmocka_unit_test(test_what_is_seen),
		cmocka_unit_test(test_the_corpus),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
