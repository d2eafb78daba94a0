/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include "base/yaml.h"
#include "config/override.h"

#include <string.h>

static void test_text_says_what_was_asked(void **state)
{
	AUTO(override) struct override o = {NULL, 0};
	AUTO_PTR(yaml_doc) struct yaml_doc *doc = NULL;
	AUTO(error) struct error err = ERROR_INIT;
	struct compose_port ports[] = {
		{NULL, 8000, 8002, 80, (char[]){"tcp"}}, {NULL, 0, 0, 53, (char[]){"udp"}}};
	const struct compose_service from = {.ports = ports, .n_ports = 2};
	struct override_service *web = override_service(&o, "web");
	autofree char *text = NULL;
	const struct yaml_node *services, *node;

	(void)state;
	override_bind_ports(web, &from, "127.0.0.1");
	strv_push(&web->environment, "PRICE=5$ or ${so}");
	web->user = xstrdup("1000:1000");
	override_service(&o, "model")->without_gpu = true;
	override_service(&o, "silent");
	assert_int_equal(override_text(&o, &text, &err), 0);
	assert_int_equal(yaml_parse(OVERRIDE_FILE, text, strlen(text), &doc, &err), 0);
	services = yaml_get(yaml_root(doc), "services");
	assert_int_equal(services->n, 2);
	node = yaml_get(yaml_get(services, "web"), "ports");
	assert_string_equal(node->tag, "!override");
	assert_int_equal(node->n, 2);
	assert_string_equal(yaml_get_text(node->items[0], "published", ""), "8000-8002");
	assert_string_equal(yaml_get_text(node->items[0], "host_ip", ""), "127.0.0.1");
	assert_int_equal(yaml_get(node->items[0], "target")->type, YAML_INT);
	assert_int_equal(yaml_get(node->items[0], "published")->type, YAML_STRING);
	assert_null(yaml_get(node->items[1], "published"));
	node = yaml_get(yaml_get(services, "web"), "environment");
	assert_string_equal(yaml_get_text(node, "PRICE", ""), "5$$ or $${so}");
	assert_string_equal(yaml_get_text(yaml_get(services, "web"), "user", ""), "1000:1000");
	node = yaml_get(yaml_get(services, "model"), "deploy");
	assert_string_equal(node->tag, "!reset");
	assert_true(yaml_is_null(node));
}

static void test_nothing_to_say_needs_no_file(void **state)
{
	AUTO(override) struct override o = {NULL, 0};

	(void)state;
	assert_true(override_empty(&o));
	override_service(&o, "web");
	assert_true(override_empty(&o));
	override_service(&o, "web")->without_gpu = true;
	assert_int_equal(o.n, 1);
	assert_false(override_empty(&o));
}

static void test_compose_file_keeps_every_file_of_the_user(void **state)
{
	struct compose_file files[] = {{.path = (char[]){"included/compose.yaml"}},
		{.path = (char[]){"docker-compose.override.yml"}},
		{.path = (char[]){"docker-compose.yml"}},
		{.path = (char[]){".env"}, .role = COMPOSE_FILE_DOTENV}};
	const struct compose c = {.files = files, .n_files = ARRAY_SIZE(files)};
	static const struct {
		const char *present, *separator;
		bool wanted;
		const char *value;
	} rows[] = {
		{NULL, NULL, true,
			"docker-compose.yml:docker-compose.override.yml:compose.slipway.yaml"},
		{"", ";", true,
			"docker-compose.yml;docker-compose.override.yml;compose.slipway.yaml"},
		{"a.yml:b.yml", NULL, true, "a.yml:b.yml:compose.slipway.yaml"},
		{"compose.slipway.yaml:a.yml", NULL, true, "a.yml:compose.slipway.yaml"},
		{"a.yml:compose.slipway.yaml", NULL, false, "a.yml"},
		{"docker-compose.yml:docker-compose.override.yml:compose.slipway.yaml", NULL, false,
			NULL},
		{NULL, NULL, false, NULL},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		autofree char *value = override_compose_file(
			&c, rows[i].present, rows[i].separator, rows[i].wanted);

		if (rows[i].value)
			assert_string_equal(value, rows[i].value);
		else
			assert_null(value);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_text_says_what_was_asked),
		cmocka_unit_test(test_nothing_to_say_needs_no_file),
		cmocka_unit_test(test_compose_file_keeps_every_file_of_the_user),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
