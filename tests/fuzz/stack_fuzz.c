/* SPDX-License-Identifier: MIT */
/* Stack definitions and answers: any bytes are either. */
#include "fuzz.h"

#include "config/answers.h"
#include "config/stack.h"

#include <string.h>

static void read_stack(const char *text, size_t n)
{
	AUTO_PTR(stack) struct stack *s = NULL;
	AUTO(error) struct error err = ERROR_INIT;
	const int rc = stack_load("stack.yaml", text, n, "de_DE.UTF-8", &s, &err);

	if (rc) {
		fuzz_check_error(&err, rc, true);
		return;
	}
	CHECK(s->name && *s->name, "a stack without name");
	for (size_t i = 0; i < s->settings.n; i++) {
		const struct setting *setting = &s->settings.items[i];

		CHECK(setting->name && settings_find(&s->settings, setting->name) == setting,
			"setting %zu", i);
		CHECK(setting->page < s->settings.n_pages, "setting %s is on no page",
			setting->name);
	}
	for (size_t i = 0; i < s->n_services; i++)
		CHECK(stack_find_service(s, s->services[i].name) == &s->services[i],
			"two services %s", s->services[i].name);
}

static void read_answers(const char *text, size_t n)
{
	AUTO(answers) struct answers a = {0};
	AUTO(error) struct error err = ERROR_INIT;
	const int rc = answers_read("answers.yaml", text, n, &a, &err);

	if (rc) {
		fuzz_check_error(&err, rc, true);
		return;
	}
	for (size_t i = 0; i < a.n; i++)
		CHECK(a.items[i].name && a.items[i].place, "answer %zu", i);
}

void fuzz_one(const uint8_t *data, size_t n)
{
	read_stack((const char *)data, n);
	read_answers((const char *)data, n);
}
