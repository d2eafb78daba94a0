/* SPDX-License-Identifier: MIT */
/* Secrets that take long are made in the pool while somebody listens: nobody waits, nothing is
 * lost. */
#include "setup_fixture.h"

static void told(void *arg)
{
	*(int *)arg += 1;
}

static struct setting *find(struct session *t, const char *name)
{
	return settings_find(&t->project.settings, name);
}

/* SIGNING_KEY is RSA; DB_HASH is the hash of DB_PASSWORD; WEB_CERT is for SIGNING_KEY. */
static void keys_init(struct session *t, struct fixture *f, int *n_told)
{
	struct setting *s;

	session_init(t, f);
	s = add(t, "SIGNING_KEY", SETTING_SECRET, true);
	s->rule = (struct secret_rule){SECRET_RSA, 0, 2048};
	s = add(t, "WEB_CERT", SETTING_SECRET, true);
	s->rule = (struct secret_rule){SECRET_CERTIFICATE, 0, 0};
	s->made_from.from = xstrdup("SIGNING_KEY");
	s = add(t, "DB_HASH", SETTING_SECRET, false);
	s->rule = (struct secret_rule){SECRET_BCRYPT, 0, 0};
	s->made_from.from = xstrdup("DB_PASSWORD");
	*n_told = 0;
	setup_on_change(t->setup, told, n_told);
}

static void wait_made(struct session *t)
{
	while (setup_making(t->setup))
		uv_run(loop_uv(t->workspace.loop), UV_RUN_ONCE);
}

/* Until the threads of those that are not wanted have noticed, too. */
static void wait_gone(struct session *t)
{
	while (t->setup->jobs)
		uv_run(loop_uv(t->workspace.loop), UV_RUN_ONCE);
}

static void test_a_key_is_there_later_and_can_be_taken_back(void **state)
{
	struct session t;
	const char *name = NULL;
	int n_told;

	keys_init(&t, *state, &n_told);
	assert_int_equal(setup_generate(t.setup, "SIGNING_KEY", NULL), 0);
	assert_true(find(&t, "SIGNING_KEY")->making);
	assert_null(value(&t, "SIGNING_KEY"));
	assert_int_equal(setup_making(t.setup), 1);
	assert_false(setup_undo(t.setup, NULL));
	wait_made(&t);
	assert_false(find(&t, "SIGNING_KEY")->making);
	assert_true(str_starts(value(&t, "SIGNING_KEY"), "-----BEGIN PRIVATE KEY-----"));
	assert_int_equal(find(&t, "SIGNING_KEY")->answer, ANSWER_GENERATE);
	/* The certificate followed. */
	assert_true(str_starts(value(&t, "WEB_CERT"), "-----BEGIN CERTIFICATE-----"));
	assert_int_equal(n_told, 2);
	assert_true(setup_undo(t.setup, &name));
	assert_string_equal(name, "SIGNING_KEY");
	assert_null(value(&t, "SIGNING_KEY"));
	assert_true(setup_redo(t.setup, NULL));
	assert_non_null(value(&t, "SIGNING_KEY"));
	session_done(&t);
}

static void test_without_a_listener_it_is_made_at_once(void **state)
{
	struct session t;
	int n_told;

	keys_init(&t, *state, &n_told);
	setup_on_change(t.setup, NULL, NULL);
	assert_int_equal(setup_generate(t.setup, "SIGNING_KEY", NULL), 0);
	assert_non_null(value(&t, "SIGNING_KEY"));
	assert_non_null(value(&t, "WEB_CERT"));
	assert_int_equal(setup_making(t.setup), 0);
	session_done(&t);
}

/* 8192 bits take many seconds: the outcome would be there if it were waited for. */
static void test_stopping_leaves_the_setting_as_it_was(void **state)
{
	struct session t;
	AUTO(error) struct error err = ERROR_INIT;
	int n_told;

	keys_init(&t, *state, &n_told);
	assert_int_equal(setup_stop_making(t.setup, "SIGNING_KEY", &err), ERR_INPUT);
	find(&t, "SIGNING_KEY")->rule.length = 8192;
	assert_int_equal(setup_answer(t.setup, "SIGNING_KEY", "one of my own", NULL), 0);
	assert_int_equal(setup_generate(t.setup, "SIGNING_KEY", NULL), 0);
	assert_int_equal(setup_stop_making(t.setup, "SIGNING_KEY", NULL), 0);
	assert_false(find(&t, "SIGNING_KEY")->making);
	assert_string_equal(value(&t, "SIGNING_KEY"), "one of my own");
	wait_gone(&t);
	assert_string_equal(value(&t, "SIGNING_KEY"), "one of my own");
	/* The certificate of what is no key could not be made: beside it stands why. */
	assert_string_equal(find(&t, "WEB_CERT")->note, "SIGNING_KEY holds no private key");
	/* So does an answer, and the end of the session. */
	assert_int_equal(setup_generate(t.setup, "SIGNING_KEY", NULL), 0);
	assert_int_equal(setup_answer(t.setup, "SIGNING_KEY", "another", NULL), 0);
	assert_false(find(&t, "SIGNING_KEY")->making);
	assert_int_equal(setup_generate(t.setup, "SIGNING_KEY", NULL), 0);
	session_done(&t);
}

static void test_what_follows_is_of_the_last_answer(void **state)
{
	struct session t;
	AUTO(error) struct error err = ERROR_INIT;
	struct setting *hash;
	int n_told;

	keys_init(&t, *state, &n_told);
	hash = find(&t, "DB_HASH");
	assert_int_equal(setup_answer(t.setup, "DB_PASSWORD", "first-0123456789", NULL), 0);
	assert_true(hash->making);
	assert_int_equal(setup_answer(t.setup, "DB_PASSWORD", "second-0123456789", NULL), 0);
	wait_made(&t);
	assert_true(secret_bcrypt_is(hash->value, "second-0123456789"));
	/* With the hash of before it would lock people out: that one cannot be stopped. */
	assert_int_equal(setup_answer(t.setup, "DB_PASSWORD", "third-0123456789", NULL), 0);
	assert_int_equal(setup_stop_making(t.setup, "DB_HASH", &err), ERR_INPUT);
	assert_non_null(strstr(err.message, "has changed"));
	assert_int_equal(setup_answer(t.setup, "DB_PASSWORD", NULL, NULL), 0);
	assert_false(hash->making);
	wait_made(&t);
	session_done(&t);
}

static void test_all_that_is_missing_with_what_is_made_from_it(void **state)
{
	struct session t;
	int n_told;

	keys_init(&t, *state, &n_told);
	assert_int_equal(setup_generate_missing(t.setup, NULL), 3);
	assert_int_equal(setup_count(t.setup).made, 1); /* the certificate waits for its key */
	wait_made(&t);
	assert_non_null(value(&t, "WEB_CERT"));
	assert_int_equal(setup_count(t.setup).made, 0);
	session_done(&t);
}

/* A volume with the old value was found meanwhile. */
static void test_a_secret_with_a_home_is_not_replaced_later(void **state)
{
	struct session t;
	struct setting *s;
	int n_told;

	keys_init(&t, *state, &n_told);
	s = find(&t, "SIGNING_KEY");
	s->current = xstrdup("the old one");
	s->source = COMPOSE_DOTENV;
	assert_int_equal(setup_generate(t.setup, "SIGNING_KEY", NULL), 0);
	add_home(&t, "SIGNING_KEY", true);
	setup_annotate(t.setup, NULL);
	assert_int_equal(setup_making(t.setup), 0);
	wait_gone(&t);
	assert_string_equal(value(&t, "SIGNING_KEY"), "the old one");
	session_done(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		fixture_test(test_a_key_is_there_later_and_can_be_taken_back),
		fixture_test(test_without_a_listener_it_is_made_at_once),
		fixture_test(test_stopping_leaves_the_setting_as_it_was),
		fixture_test(test_what_follows_is_of_the_last_answer),
		fixture_test(test_all_that_is_missing_with_what_is_made_from_it),
		fixture_test(test_a_secret_with_a_home_is_not_replaced_later),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
