/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include "base/diff.h"

#include <string.h>

static void check_unified(const char *a, const char *b, int context, const char *want)
{
	AUTO(str) struct str out = STR_INIT(STR_LINE);
	AUTO(diff) struct diff d;

	diff_init(&d, a, strlen(a), b, strlen(b));
	diff_unified(&d, "a", "b", context, &out);
	assert_string_equal(str_text(&out), want);
}

static void test_unified_as_diff_u_prints_it(void **state)
{
	(void)state;
	check_unified("x\n", "x\n", 3, "");
	check_unified("", "", 3, "");
	check_unified("", "x\n", 3, "--- a\n+++ b\n@@ -0,0 +1 @@\n+x\n");
	check_unified("x\ny\n", "", 3, "--- a\n+++ b\n@@ -1,2 +0,0 @@\n-x\n-y\n");
	check_unified("1\n2\n3\n4\n5\n6\n7\n8\n9\n", "1\n2\n3\n4\nfive\n6\n7\n8\n9\n", 3,
		"--- a\n+++ b\n@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n");
	check_unified("1\n2\n3\n4\n5\n6\n7\n8\n9\n", "one\n2\n3\n4\n5\n6\n7\n8\nnine\n", 1,
		"--- a\n+++ b\n@@ -1,2 +1,2 @@\n-1\n+one\n 2\n@@ -8,2 +8,2 @@\n 8\n-9\n+nine\n");
	/* Two unchanged lines between two changes share a hunk with one line of context. */
	check_unified("a\n1\n2\nb\n", "A\n1\n2\nB\n", 1,
		"--- a\n+++ b\n@@ -1,4 +1,4 @@\n-a\n+A\n 1\n 2\n-b\n+B\n");
	check_unified("a\n1\nb\n", "A\n1\nB\n", 0,
		"--- a\n+++ b\n@@ -1 +1 @@\n-a\n+A\n@@ -3 +3 @@\n-b\n+B\n");
}

static void test_missing_newline_is_a_difference(void **state)
{
	(void)state;
	check_unified(
		"x", "x\n", 3, "--- a\n+++ b\n@@ -1 +1 @@\n-x\n\\ No newline at end of file\n+x\n");
	check_unified("k\nx", "j\nx", 3,
		"--- a\n+++ b\n@@ -1,2 +1,2 @@\n-k\n+j\n x\n\\ No newline at end of file\n");
}

/* Length of the longest common subsequence, the slow and certain way. */
static size_t lcs(const char *a, size_t n, const char *b, size_t m)
{
	size_t table[17][17] = {{0}};

	for (size_t i = 1; i <= n; i++) {
		for (size_t j = 1; j <= m; j++) {
			size_t up = table[i - 1][j], left = table[i][j - 1];

			table[i][j] = a[2 * (i - 1)] == b[2 * (j - 1)] ? table[i - 1][j - 1] + 1
				      : up > left                      ? up
								       : left;
		}
	}
	return table[n][m];
}

/* Every line of both texts appears once, in order, and no shorter script exists. */
static void check_script(const char *a, size_t n, const char *b, size_t m)
{
	AUTO(diff) struct diff d;
	size_t old_line = 0, new_line = 0;

	diff_init(&d, a, 2 * n, b, 2 * m);
	for (size_t i = 0; i < d.n; i++) {
		const struct diff_line *l = &d.lines[i];

		if (l->kind != DIFF_ADDED) {
			assert_int_equal(l->old_line, ++old_line);
			assert_int_equal(*l->text, a[2 * (old_line - 1)]);
		}
		if (l->kind != DIFF_REMOVED) {
			assert_int_equal(l->new_line, ++new_line);
			assert_int_equal(*l->text, b[2 * (new_line - 1)]);
		}
	}
	assert_int_equal(old_line, n);
	assert_int_equal(new_line, m);
	assert_int_equal(d.removed + d.added, n + m - 2 * lcs(a, n, b, m));
}

static void test_scripts_are_shortest(void **state)
{
	uint32_t seed = 7;

	(void)state;
	for (int round = 0; round < 20000; round++) {
		char texts[2][33];
		size_t n[2];

		for (int s = 0; s < 2; s++) {
			seed = seed * 1664525u + 1013904223u;
			n[s] = (seed >> 20) % 17;
			for (size_t i = 0; i < n[s]; i++) {
				seed = seed * 1664525u + 1013904223u;
				texts[s][2 * i] = (char)('a' + (seed >> 24) % 4);
				texts[s][2 * i + 1] = '\n';
			}
		}
		check_script(texts[0], n[0], texts[1], n[1]);
	}
}

static void numbers(struct str *s, size_t from, size_t n)
{
	for (size_t i = 0; i < n; i++)
		str_addf(s, "%zu\n", from + i);
}

static void test_texts_without_likeness_are_replaced_as_a_whole(void **state)
{
	AUTO(str) struct str a = STR_INIT(STR_FILE);
	AUTO(str) struct str b = STR_INIT(STR_FILE);
	AUTO(diff) struct diff d;

	(void)state;
	numbers(&a, 0, 30000);
	str_add(&a, "common\n");
	numbers(&a, 100000, 30000);
	numbers(&b, 200000, 30000);
	str_add(&b, "common\n");
	numbers(&b, 300000, 30000);
	diff_init(&d, a.data, a.len, b.data, b.len);
	assert_int_equal(d.removed, 60001);
	assert_int_equal(d.added, 60001);
	assert_int_equal(d.lines[60000].kind, DIFF_REMOVED);
	assert_int_equal(d.lines[60001].kind, DIFF_ADDED);
}

static void test_large_texts_with_few_changes(void **state)
{
	AUTO(str) struct str a = STR_INIT(STR_FILE);
	AUTO(str) struct str b = STR_INIT(STR_FILE);
	AUTO(diff) struct diff d;

	(void)state;
	numbers(&a, 0, 200000);
	numbers(&b, 10, 100000);
	str_add(&b, "new\n");
	numbers(&b, 100010, 99990);
	diff_init(&d, a.data, a.len, b.data, b.len);
	assert_int_equal(d.removed, 10);
	assert_int_equal(d.added, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_unified_as_diff_u_prints_it),
		cmocka_unit_test(test_missing_newline_is_a_difference),
		cmocka_unit_test(test_scripts_are_shortest),
		cmocka_unit_test(test_texts_without_likeness_are_replaced_as_a_whole),
		cmocka_unit_test(test_large_texts_with_few_changes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
