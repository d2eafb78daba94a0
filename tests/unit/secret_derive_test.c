/* SPDX-License-Identifier: MIT */
/* What is derived, read by second readers: the openssl program and Python's standard library. */
#include "host_fixture.h"

#include "base/str.h"
#include "config/stack.h"

static struct stack *load(const char *settings)
{
	autofree char *text =
		xasprintf("slipway: 1\nstack: x\npages:\n- title: A\n  settings:\n%s", settings);
	AUTO(error) struct error err = ERROR_INIT;
	struct stack *stack = NULL;

	if (stack_load("stack.yaml", text, strlen(text), "en", &stack, &err))
		fail_msg("%s (%s)", err.message, err.detail);
	return stack;
}

static const char *value(struct stack *stack, const char *name)
{
	return setting_effective(settings_find(&stack->settings, name));
}

static int run(struct fixture *f, const char *script)
{
	AUTO(strv) struct strv argv = STRV_INIT;
	struct child_spec spec = {.argv = &argv, .cwd = f->dir};
	struct child *child;
	int code;

	strv_push_all(&argv, "sh", "-c", script, NULL);
	assert_int_equal(child_start(f->loop, &spec, NULL, NULL, &child, NULL), 0);
	code = op_wait(child_op(child), NULL);
	op_free(child_op(child));
	return code;
}

static void need(struct fixture *f, const char *tool)
{
	autofree char *script = xasprintf("command -v %s >/dev/null", tool);

	if (run(f, script)) {
		print_message("there is no %s: skipped\n", tool);
		skip();
	}
}

/* Values as files, for the second reader. */
static void put(struct stack *stack, const char *name, const char *path)
{
	autosecret char *text = xasprintf("%s\n", value(stack, name));

	fixture_put(path, text, 0600);
}

static void test_keys_and_certificates_are_read_by_openssl(void **state)
{
	static const char *const kinds[] = {"rsa", "ed25519", "ec"};
	struct fixture *f = *state;

	need(f, "openssl");
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		autofree char *text = xasprintf(
			"  - {name: CERT, type: secret, required: true, generate: {format: "
			"certificate, from: KEY, names: [shop.example.org, \"*.example.org\", "
			"127.0.0.1], days: 30}}\n"
			"  - {name: PUB, type: secret, required: true, generate: {format: "
			"public-key, from: KEY}}\n"
			"  - {name: KEY, type: secret, required: true, generate: {format: %s}}\n",
			kinds[i]);
		AUTO_PTR(stack) struct stack *stack = load(text);
		AUTO(error) struct error err = ERROR_INIT;

		if (settings_generate_missing(&stack->settings, &err))
			fail_msg("%s: %s", kinds[i], err.message);
		put(stack, "KEY", "key");
		put(stack, "PUB", "pub");
		put(stack, "CERT", "cert");
		assert_int_equal(run(f, "openssl pkey -in key -check -noout >out 2>&1"), 0);
		assert_int_equal(run(f, "openssl pkey -in key -pubout | diff - pub >/dev/null"), 0);
		assert_int_equal(
			run(f, "openssl x509 -in cert -noout -pubkey | diff - pub >/dev/null"), 0);
		assert_int_equal(run(f, "openssl verify -CAfile cert cert >out 2>&1"), 0);
		assert_int_equal(run(f, "openssl x509 -in cert -noout -checkhost a.example.org "
					"-checkip 127.0.0.1 -checkend 2500000 | "
					"{ ! grep -qE 'NOT|will expire'; }"),
			0);
		assert_int_equal(
			run(f, "openssl x509 -in cert -noout -checkend 2700000 >out"), ERR_FAILED);
	}
}

static void test_a_token_is_signed(void **state)
{
	static const char script[] =
		"python3 -c 'import base64,hashlib,hmac,json,sys;k=open(\"key\").read().strip();"
		"h,b,s=open(\"jwt\").read().strip().split(\".\");"
		"d=lambda t:base64.urlsafe_b64decode(t+\"=\"*(-len(t)%4));"
		"m=hmac.new(k.encode(),(h+\".\"+b).encode(),hashlib.sha256).digest();"
		"c=json.loads(d(b));assert d(s)==m;assert json.loads(d(h))[\"alg\"]==\"HS256\";"
		"assert c[\"role\"]==\"anon\" and c[\"n\"]==7 and c[\"exp\"]-c[\"iat\"]==864000,c'";
	struct fixture *f = *state;
	AUTO_PTR(stack)
	struct stack *stack =
		load("  - {name: ANON, type: secret, required: true, generate: {format: jwt, from: "
		     "JWT_SECRET, claims: {role: anon, n: 7}, days: 10}}\n"
		     "  - {name: JWT_SECRET, type: secret, required: true}\n");

	need(f, "python3");
	assert_int_equal(settings_generate_missing(&stack->settings, NULL), 0);
	put(stack, "JWT_SECRET", "key");
	put(stack, "ANON", "jwt");
	assert_int_equal(run(f, script), 0);
}

static void test_random_formats_are_read_by_python(void **state)
{
	static const char script[] =
		"python3 -c 'import base64,uuid;r=lambda n:open(n).read().strip();"
		"assert len(base64.b64decode(r(\"b\"),validate=True))==20;"
		"assert len(base64.urlsafe_b64decode(r(\"u\")+\"=\"*(-len(r(\"u\"))%4)))==20;"
		"assert len(base64.urlsafe_b64decode(r(\"f\")))==32;"
		"assert uuid.UUID(r(\"i\")).version==4'";
	struct fixture *f = *state;
	AUTO_PTR(stack)
	struct stack *stack = load(
		"  - {name: B, type: secret, required: true, generate: {format: base64, bytes: "
		"20}}\n"
		"  - {name: U, type: secret, required: true, generate: {format: base64url, bytes: "
		"20}}\n"
		"  - {name: F, type: secret, required: true, generate: {format: fernet}}\n"
		"  - {name: I, type: secret, required: true, generate: {format: uuid}}\n");

	need(f, "python3");
	assert_int_equal(settings_generate_missing(&stack->settings, NULL), 0);
	put(stack, "B", "b");
	put(stack, "U", "u");
	put(stack, "F", "f");
	put(stack, "I", "i");
	assert_int_equal(run(f, script), 0);
}

static void test_hashes_are_those_of_the_password(void **state)
{
	AUTO_PTR(stack)
	struct stack *stack = load(
		"  - {name: LINE, type: secret, required: true, generate: {format: htpasswd, "
		"from: PASSWORD, user: \"${ADMIN}\"}}\n"
		"  - {name: HASH, type: secret, required: true, generate: {format: bcrypt, from: "
		"PASSWORD}}\n"
		"  - {name: PASSWORD, type: secret, required: true}\n"
		"  - {name: ADMIN, default: anna}\n");
	const char *line, *hash;

	(void)state;
	assert_int_equal(settings_generate_missing(&stack->settings, NULL), 0);
	line = value(stack, "LINE");
	hash = value(stack, "HASH");
	assert_true(str_starts(line, "anna:$2b$10$"));
	assert_int_equal(strlen(hash), 60);
	assert_true(secret_bcrypt_is(hash, value(stack, "PASSWORD")));
	assert_true(secret_bcrypt_is(line, value(stack, "PASSWORD")));
	assert_false(secret_bcrypt_is(hash, "another"));
	/* A known pair of another implementation. */
	assert_true(secret_bcrypt_is(
		"$2b$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW", "U*U"));
}

static void test_addresses_are_encoded(void **state)
{
	AUTO_PTR(stack)
	struct stack *stack =
		load("  - {name: URL, type: dsn, required: true, generate: {format: dsn, template: "
		     "\"postgresql://${U}:${P}@${H:-db}:5432/app\"}}\n"
		     "  - {name: U, default: app}\n"
		     "  - {name: P, type: secret}\n");
	struct setting *password = settings_find(&stack->settings, "P");
	AUTO(error) struct error err = ERROR_INIT;

	(void)state;
	/* Nothing to make it from. */
	assert_int_equal(settings_generate_missing(&stack->settings, NULL), 0);
	assert_null(value(stack, "URL"));
	assert_int_equal(
		settings_generate(&stack->settings, settings_find(&stack->settings, "URL"), &err),
		ERR_INPUT);
	assert_string_equal(err.message, "URL: it is made from P, which has no value");
	assert_int_equal(setting_answer(password, "a@b:c/d?e#f%g h~", NULL), 0);
	assert_int_equal(settings_generate_missing(&stack->settings, &err), 0);
	assert_string_equal(
		value(stack, "URL"), "postgresql://app:a%40b%3Ac%2Fd%3Fe%23f%25g%20h~@db:5432/app");
	/* It follows what it is made from. */
	assert_int_equal(setting_answer(password, "new", NULL), 0);
	assert_int_equal(settings_follow(&stack->settings, "P", NULL), 0);
	assert_string_equal(value(stack, "URL"), "postgresql://app:new@db:5432/app");
	/* What somebody entered stays. */
	assert_int_equal(setting_answer(settings_find(&stack->settings, "URL"),
				 "postgresql://x:y@z/w", NULL),
		0);
	assert_int_equal(settings_follow(&stack->settings, "P", NULL), 0);
	assert_string_equal(value(stack, "URL"), "postgresql://x:y@z/w");
}

static void test_a_key_that_is_none_is_said_without_it(void **state)
{
	AUTO_PTR(stack)
	struct stack *stack =
		load("  - {name: PUB, type: secret, generate: {format: public-key, from: KEY}}\n"
		     "  - {name: KEY, type: secret, generate: {format: ed25519}}\n");
	AUTO(error) struct error err = ERROR_INIT;

	(void)state;
	assert_int_equal(
		setting_answer(settings_find(&stack->settings, "KEY"), "s3cr3t-but-no-key", NULL),
		0);
	assert_int_equal(
		settings_generate(&stack->settings, settings_find(&stack->settings, "PUB"), &err),
		ERR_INPUT);
	assert_string_equal(err.message, "PUB: KEY holds no private key");
	assert_true(!err.detail || !strstr(err.detail, "s3cr3t"));
}

static void test_senseless_generation_is_refused(void **state)
{
	static const struct {
		const char *generate, *message;
	} rows[] = {
		{"{format: nonsense}", "expected one of hex, alnum"},
		{"{format: uuid, length: 3}", "this format has no size"},
		{"{format: hex, length: 3}", "expected bytes with this format, not length"},
		{"{format: words, bytes: 3}", "expected length with this format, not bytes"},
		{"{format: words, length: 2}", "expected a size from 4 to 64"},
		{"{format: jwt}", "format jwt needs the key from"},
		{"{format: dsn, from: X}", "format dsn has no use for the key from"},
		{"{format: dsn}", "format dsn needs the key template"},
		{"{format: hex, names: [a]}", "format hex has no use for the key names"},
		{"{format: jwt, from: X, claims: [a]}", "expected a mapping"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		autofree char *text =
			xasprintf("slipway: 1\nstack: x\npages:\n- title: A\n  "
				  "settings:\n  - {name: X, type: secret, generate: %s}\n",
				rows[i].generate);
		AUTO(error) struct error err = ERROR_INIT;
		struct stack *stack = NULL;

		assert_int_equal(stack_load("stack.yaml", text, strlen(text), "en", &stack, &err),
			ERR_INPUT);
		if (!strstr(err.message, rows[i].message))
			fail_msg("%s: %s", rows[i].generate, err.message);
		assert_true(str_starts(err.detail, "stack.yaml:6:"));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		fixture_test(test_keys_and_certificates_are_read_by_openssl),
		fixture_test(test_a_token_is_signed),
		fixture_test(test_random_formats_are_read_by_python),
		cmocka_unit_test(test_hashes_are_those_of_the_password),
		cmocka_unit_test(test_addresses_are_encoded),
		cmocka_unit_test(test_a_key_that_is_none_is_said_without_it),
		cmocka_unit_test(test_senseless_generation_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
