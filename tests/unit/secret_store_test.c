/* SPDX-License-Identifier: MIT */
/* Where secrets live: the sealed file, programs that are asked, .env with and without them, ages. */
#include "host_fixture.h"

#include "base/str.h"
#include "config/secret_age.h"
#include "config/secret_ask.h"
#include "config/secret_store.h"

/* Made by another program (scrypt of Python's hashlib, AES and GHASH by their definitions): passphrase
 * "correct horse", N 1024, salt 00..0f, nonce 100..111. */
static const char known[] = "534c49505345414c01010a0801000000000102030405060708090a0b0c0d0e0f"
			    "6465666768696a6b6c6d6e6f00000024eab80ebbd634137d67cfe29366fa68ae"
			    "30438b2fd654440cb73a005ba09bbf8132a7e4917367b8c829f5e1af05179eee"
			    "64b1a2f0";

static struct secret_key passphrase(const char *text)
{
	struct secret_key k = {0};

	secret_key_set(&k, SEAL_PASSPHRASE, text, strlen(text));
	return k;
}

static struct seal_how cheap(void)
{
	struct seal_how how = {.log2_n = 10, .r = 8, .p = 1};

	for (unsigned char i = 0; i < sizeof(how.salt); i++)
		how.salt[i] = i;
	for (unsigned char i = 0; i < sizeof(how.nonce); i++)
		how.nonce[i] = (unsigned char)(100 + i);
	return how;
}

static void seal(struct str *out)
{
	AUTO(secret_bag) struct secret_bag b = {0};
	AUTO(secret_key) struct secret_key k = passphrase("correct horse");
	const struct seal_how how = cheap();

	secret_bag_set(&b, "DB_PASSWORD", "it is $me");
	secret_bag_set(&b, "API_KEY", "abc");
	assert_int_equal(secret_seal_as(&b, &k, &how, out, NULL), 0);
}

static void test_a_known_answer(void **state)
{
	AUTO(str) struct str sealed = STR_INIT(SEAL_MAX), hex = STR_INIT(STR_LINE);
	AUTO(secret_bag) struct secret_bag b = {0};
	AUTO(secret_key) struct secret_key k = passphrase("correct horse");

	(void)state;
	seal(&sealed);
	for (size_t i = 0; i < sealed.len; i++)
		str_addf(&hex, "%02x", (unsigned char)sealed.data[i]);
	assert_string_equal(str_text(&hex), known);
	assert_int_equal(secret_unseal(sealed.data, sealed.len, &k, &b, NULL), 0);
	assert_int_equal(b.n, 2);
	assert_string_equal(secret_bag_get(&b, "API_KEY"), "abc");
	assert_string_equal(secret_bag_get(&b, "DB_PASSWORD"), "it is $me");
}

static void test_a_change_of_any_byte_is_seen(void **state)
{
	AUTO(str) struct str sealed = STR_INIT(SEAL_MAX);
	AUTO(secret_key) struct secret_key k = passphrase("correct horse");

	(void)state;
	seal(&sealed);
	for (size_t i = 0; i < sealed.len; i++) {
		AUTO(secret_bag) struct secret_bag b = {0};
		AUTO(error) struct error err = ERROR_INIT;
		int code;

		/* 11 costs more rounds, not less: it is a valid header with another key. */
		sealed.data[i] ^= 1;
		code = secret_unseal(sealed.data, sealed.len, &k, &b, &err);
		sealed.data[i] ^= 1;
		if (code != ERR_INPUT && code != ERR_DENIED)
			fail_msg("byte %zu: %d", i, code);
		assert_int_equal(b.n, 0);
		assert_null(strstr(err.message, "correct horse"));
	}
}

static void test_a_cut_file_and_a_longer_one_are_refused(void **state)
{
	AUTO(str) struct str sealed = STR_INIT(SEAL_MAX);
	AUTO(secret_key) struct secret_key k = passphrase("correct horse");
	AUTO(secret_bag) struct secret_bag b = {0};
	AUTO(error) struct error err = ERROR_INIT;

	(void)state;
	seal(&sealed);
	for (size_t n = 0; n < sealed.len; n++)
		assert_int_equal(secret_unseal(sealed.data, n, &k, &b, &err), ERR_INPUT);
	assert_string_equal(err.detail, "it was cut off: its end is missing");
	str_addc(&sealed, 'x');
	assert_int_equal(secret_unseal(sealed.data, sealed.len, &k, &b, &err), ERR_INPUT);
}

static void test_another_key_does_not_open_it(void **state)
{
	AUTO(str) struct str sealed = STR_INIT(SEAL_MAX);
	AUTO(secret_key) struct secret_key wrong = passphrase("Correct horse");
	AUTO(secret_key) struct secret_key file = {0};
	AUTO(secret_bag) struct secret_bag b = {0};
	AUTO(error) struct error err = ERROR_INIT;

	(void)state;
	seal(&sealed);
	assert_int_equal(secret_unseal(sealed.data, sealed.len, &wrong, &b, &err), ERR_DENIED);
	assert_string_equal(err.message, "the sealed secrets do not open with this passphrase");
	secret_key_set(&file, SEAL_KEY_FILE, "correct horse", 13);
	assert_int_equal(secret_unseal(sealed.data, sealed.len, &file, &b, &err), ERR_DENIED);
	assert_string_equal(err.message, "these secrets were sealed with a passphrase");
}

/* A file that somebody sent must not cost gigabytes before its tag is looked at. */
static void test_costs_have_a_ceiling(void **state)
{
	static const struct {
		size_t at;
		char value;
	} rows[] = {{10, 9}, {10, 21}, {10, 63}, {11, 1}, {11, 127}, {12, 0}, {12, 5}};
	AUTO(str) struct str sealed = STR_INIT(SEAL_MAX);
	AUTO(secret_key) struct secret_key k = passphrase("correct horse");

	(void)state;
	seal(&sealed);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		AUTO(secret_bag) struct secret_bag b = {0};
		char before = sealed.data[rows[i].at];

		sealed.data[rows[i].at] = rows[i].value;
		assert_int_equal(
			secret_unseal(sealed.data, sealed.len, &k, &b, NULL), ERR_INPUT);
		sealed.data[rows[i].at] = before;
	}
}

static void test_no_two_writings_are_alike(void **state)
{
	AUTO(str) struct str a = STR_INIT(SEAL_MAX), c = STR_INIT(SEAL_MAX);
	AUTO(secret_bag) struct secret_bag b = {0};
	AUTO(secret_key) struct secret_key k = passphrase("x");

	(void)state;
	secret_bag_set(&b, "A", "1");
	assert_int_equal(secret_seal(&b, &k, &a, NULL), 0);
	assert_int_equal(secret_seal(&b, &k, &c, NULL), 0);
	assert_int_equal(a.len, c.len);
	assert_memory_not_equal(a.data + 16, c.data + 16, SEAL_SALT);
	assert_memory_not_equal(a.data + 32, c.data + 32, SEAL_NONCE);
	assert_memory_not_equal(a.data + SEAL_HEADER, c.data + SEAL_HEADER, a.len - SEAL_HEADER);
}

static void test_every_value_survives(void **state)
{
	static const char *const values[] = {"", "x", "a'b\"c\\d$e${F}`g`", "line\nline\r\n\ttab",
		" blanks ", "\xff\xfe no UTF-8", "#no comment", "-----BEGIN KEY-----\nabc==\n"};
	AUTO(secret_bag) struct secret_bag b = {0}, back = {0};
	AUTO(str) struct str sealed = STR_INIT(SEAL_MAX);
	AUTO(secret_key) struct secret_key k = passphrase("x");
	const struct seal_how how = cheap();

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(values); i++) {
		autofree char *name = xasprintf("V%zu", i);

		secret_bag_set(&b, name, values[i]);
	}
	assert_int_equal(secret_seal_as(&b, &k, &how, &sealed, NULL), 0);
	assert_int_equal(secret_unseal(sealed.data, sealed.len, &k, &back, NULL), 0);
	assert_int_equal(back.n, b.n);
	for (size_t i = 0; i < b.n; i++)
		assert_string_equal(
			secret_bag_get(&back, b.items[i].name), b.items[i].value);
}

static void test_too_many_secrets_are_refused(void **state)
{
	AUTO(secret_bag) struct secret_bag b = {0};
	AUTO(str) struct str sealed = STR_INIT(SEAL_MAX);
	AUTO(secret_key) struct secret_key k = passphrase("x");
	const struct seal_how how = cheap();
	autofree char *big = xmalloc(SEAL_MAX + 1);

	(void)state;
	memset(big, 'x', SEAL_MAX);
	big[SEAL_MAX] = '\0';
	secret_bag_set(&b, "BIG", big);
	assert_int_equal(secret_seal_as(&b, &k, &how, &sealed, NULL), ERR_LIMIT);
	assert_int_equal(sealed.len, 0);
}

/* --- .env with them and without */

static void show(const struct secret_bag *b, const char *text, const char *want)
{
	AUTO(str) struct str shown = STR_INIT(STR_FILE), hidden = STR_INIT(STR_FILE);
	AUTO(strv) struct strv names = STRV_INIT;

	secret_bag_names(b, &names);
	assert_int_equal(secret_store_show(b, text, strlen(text), &shown, NULL), 0);
	assert_string_equal(str_text(&shown), want);
	assert_int_equal(secret_store_hide(&names, shown.data, shown.len, &hidden, NULL), 0);
	assert_null(strstr(str_text(&hidden), "it is $me"));
}

static void test_a_store_is_seen_as_part_of_dotenv(void **state)
{
	AUTO(secret_bag) struct secret_bag b = {0};

	(void)state;
	secret_bag_set(&b, "PW", "it is $me");
	show(&b, "", "PW='it is $me'\n");
	/* The lines that are there keep their numbers, bytes and line ends. */
	show(&b, "# a\r\nA=1\r\n", "# a\r\nA=1\r\nPW='it is $me'\r\n");
	show(&b, "A=1", "A=1\nPW='it is $me'\n");
	/* What is made of a secret needs it before itself. */
	show(&b, "\xef\xbb\xbfURL=x://${PW}\n", "\xef\xbb\xbfPW='it is $me'\nURL=x://${PW}\n");
	show(&b, "URL='x://${PW}'\n", "URL='x://${PW}'\nPW='it is $me'\n");
	/* What stands there all the same counts. */
	show(&b, "PW=other\n", "PW=other\n");
}

static void test_the_choice_is_read_back(void **state)
{
	struct fixture *f = *state;
	AUTO(secret_store) struct secret_store s = {0}, back = {0};
	autofree char *text = NULL;
	AUTO(error) struct error err = ERROR_INIT;

	assert_int_equal(secret_store_load(&back, f->host, f->dir, NULL), 0);
	assert_int_equal(back.kind, STORE_DOTENV);
	s.kind = STORE_COMMAND;
	s.timeout_ms = 3000;
	strv_push_all(&s.names, "A", "B", NULL);
	strv_push_all(&s.command, "pass", "show", "shop/{name}", NULL);
	text = secret_store_text(&s);
	assert_int_equal(mkdir(".slipway", 0700), 0);
	fixture_put(STORE_FILE, text, 0600);
	assert_int_equal(secret_store_load(&back, f->host, f->dir, NULL), 0);
	assert_int_equal(back.kind, STORE_COMMAND);
	assert_int_equal(back.timeout_ms, 3000);
	assert_true(strv_equal(&s.names, &back.names));
	assert_true(strv_equal(&s.command, &back.command));
	secret_store_done(&back);
	fixture_put(STORE_FILE, "{\"slipway\":1,\"store\":\"elsewhere\"}", 0600);
	assert_int_equal(secret_store_load(&back, f->host, f->dir, &err), ERR_INPUT);
	fixture_put(STORE_FILE, "{\"slipway\":1,\"store\":\"command\"}", 0600);
	assert_int_equal(secret_store_load(&back, f->host, f->dir, &err), ERR_INPUT);
	fixture_put(STORE_FILE, "{", 0600);
	assert_int_equal(secret_store_load(&back, f->host, f->dir, &err), ERR_INPUT);
}

/* --- a program that is asked */

/* Asks for A, then B. */
static int ask(struct fixture *f, const char *script, int64_t timeout_ms, struct secret_bag *ret,
	struct error *err)
{
	AUTO(secret_store) struct secret_store s = {.kind = STORE_COMMAND, .timeout_ms = timeout_ms};
	AUTO(strv) struct strv names = STRV_INIT;
	struct op *op;
	int code;

	strv_push_all(&names, "A", "B", NULL);
	strv_push_all(&s.command, "sh", "-c", script, "sh", "x/{name}/{name}", NULL);
	op = secret_ask_start(f->host, f->dir, &s, &names, NULL, NULL);
	code = op_wait(op, err);
	if (code == 0)
		secret_ask_take(op, ret);
	op_free(op);
	return code;
}

static void test_a_program_is_asked_for_each(void **state)
{
	AUTO(secret_bag) struct secret_bag b = {0};

	assert_int_equal(ask(*state, "printf '%s\\n' \"$1 'q'\"", 5000, &b, NULL), 0);
	assert_string_equal(secret_bag_get(&b, "A"), "x/A/A 'q'");
	assert_string_equal(secret_bag_get(&b, "B"), "x/B/B 'q'");
	secret_bag_done(&b);
	/* One line end goes; what else stands there is the value. */
	assert_int_equal(ask(*state, "printf ' a\\nb \\n\\n'", 5000, &b, NULL), 0);
	assert_string_equal(secret_bag_get(&b, "A"), " a\nb \n");
	secret_bag_done(&b);
	assert_int_equal(ask(*state, "printf 'a\\r\\n'", 5000, &b, NULL), 0);
	assert_string_equal(secret_bag_get(&b, "A"), "a");
}

static void test_what_goes_wrong_with_a_program_is_said(void **state)
{
	static const struct {
		const char *script;
		int64_t timeout_ms;
		int code;
		const char *said;
	} rows[] = {
		{"echo s3c''ret; echo 'no such entry' >&2; exit 4", 5000, ERR_FAILED, "no such entry"},
		{"exit 0", 5000, ERR_FAILED, "it printed nothing"},
		{"printf '\\n'", 5000, ERR_FAILED, "it printed nothing"},
		{"printf 'a\\0b'", 5000, ERR_LIMIT, "NUL"},
		{"while :; do echo xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx; done", 60000,
			ERR_LIMIT, "64 KiB"},
		{"exec sleep 1000", 100, ERR_TIMEOUT, ""},
		{"case $1 in *A) echo ok;; *) exit 1;; esac", 5000, ERR_FAILED, "B could not be had"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		AUTO(secret_bag) struct secret_bag b = {0};
		AUTO(error) struct error err = ERROR_INIT;
		autofree char *all = NULL;
		int code = ask(*state, rows[i].script, rows[i].timeout_ms, &b, &err);

		all = xasprintf("%s\n%s", err.message, err.detail);
		if (code != rows[i].code || !strstr(all, rows[i].said))
			fail_msg("%s: %d %s", rows[i].script, code, all);
		assert_null(strstr(all, "s3cret"));
		assert_int_equal(b.n, 0);
	}
}

static void test_a_missing_program_is_said(void **state)
{
	struct fixture *f = *state;
	AUTO(secret_store) struct secret_store s = {.kind = STORE_COMMAND, .timeout_ms = 1000};
	AUTO(strv) struct strv names = STRV_INIT;
	struct op *op;

	strv_push(&names, "A");
	strv_push(&s.command, "/no/such/program");
	op = secret_ask_start(f->host, f->dir, &s, &names, NULL, NULL);
	assert_int_equal(op_wait(op, NULL), ERR_NOT_FOUND);
	op_free(op);
}

static void test_freeing_ends_the_program(void **state)
{
	struct fixture *f = *state;
	AUTO(secret_store) struct secret_store s = {.kind = STORE_COMMAND, .timeout_ms = 60000};
	AUTO(strv) struct strv names = STRV_INIT;

	strv_push(&names, "A");
	strv_push_all(&s.command, "sleep", "1000", NULL);
	op_free(secret_ask_start(f->host, f->dir, &s, &names, NULL, NULL));
}

/* --- lending */

static void test_what_is_lent_is_read_until_it_is_taken_back(void **state)
{
	struct fixture *f = *state;
	struct host_loan loan = {0};
	AUTO(strv) struct strv argv = STRV_INIT;
	struct child_spec spec = {.argv = &argv};
	struct child *child;
	autofree char *path = NULL, *names = NULL;

	assert_int_equal(host_lend(f->host, "PW=x\n", 5, &loan, NULL), 0);
	path = xstrdup(loan.path);
	strv_push_all(&argv, "cat", path, NULL);
	for (int twice = 0; twice < 2; twice++) {
		assert_int_equal(child_start(f->loop, &spec, NULL, NULL, &child, NULL), 0);
		assert_int_equal(op_wait(child_op(child), NULL), 0);
		assert_string_equal(str_text(child_out(child)), "PW=x\n");
		op_free(child_op(child));
	}
	host_loan_done(&loan);
	/* The number may be somebody else's by now. */
	if (host_readlink(f->host, path, &names, NULL) == 0)
		assert_null(strstr(names, "memfd"));
	host_loan_done(&loan);
}

/* --- ages */

static void test_an_age_is_true_of_one_value(void **state)
{
	struct fixture *f = *state;
	AUTO(secret_ages) struct secret_ages a = {0}, back = {0};
	autofree char *text = NULL;

	assert_int_equal(secret_ages_load(&a, f->host, f->dir, NULL), 0);
	assert_int_equal(secret_ages_since(&a, "PW", "one"), 0);
	secret_ages_put(&a, "PW", "one", 1000);
	text = secret_ages_text(&a);
	assert_null(strstr(text, "one"));
	fixture_put(SECRET_AGE_FILE, text, 0600);
	assert_int_equal(secret_ages_load(&back, f->host, f->dir, NULL), 0);
	assert_int_equal(secret_ages_since(&back, "PW", "one"), 1000);
	assert_int_equal(secret_ages_since(&back, "PW", NULL), 1000);
	assert_int_equal(secret_ages_since(&back, "PW", "two"), 0);
	assert_int_equal(secret_ages_since(&back, "OTHER", "one"), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_known_answer),
		cmocka_unit_test(test_a_change_of_any_byte_is_seen),
		cmocka_unit_test(test_a_cut_file_and_a_longer_one_are_refused),
		cmocka_unit_test(test_another_key_does_not_open_it),
		cmocka_unit_test(test_costs_have_a_ceiling),
		cmocka_unit_test(test_no_two_writings_are_alike),
		cmocka_unit_test(test_every_value_survives),
		cmocka_unit_test(test_too_many_secrets_are_refused),
		cmocka_unit_test(test_a_store_is_seen_as_part_of_dotenv),
		fixture_test(test_the_choice_is_read_back),
		fixture_test(test_a_program_is_asked_for_each),
		fixture_test(test_what_goes_wrong_with_a_program_is_said),
		fixture_test(test_a_missing_program_is_said),
		fixture_test(test_freeing_ends_the_program),
		fixture_test(test_what_is_lent_is_read_until_it_is_taken_back),
		fixture_test(test_an_age_is_true_of_one_value),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
