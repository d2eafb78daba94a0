/* SPDX-License-Identifier: MIT */
/* Whole projects: compose files with their env files, merged, extended, included (memory_host.h
 * says how they share one input). */
#include "fuzz.h"

#include "config/compose.h"
#include "memory_host.h"

#include <string.h>

static int load(struct host *h, bool tolerant, struct compose **ret, struct error *err)
{
	AUTO(strv) struct strv profiles = STRV_INIT;
	const struct compose_options options = {
		.dir = "/p", .profiles = &profiles, .tolerant = tolerant};

	strv_push(&profiles, "*");
	return compose_load(h, &options, ret, err);
}

static void check_view(const struct compose *c)
{
	for (size_t i = 0; i < c->n_services; i++) {
		const struct compose_service *s = &c->services[i];

		CHECK(s->name && s->json, "a service without name or model");
		CHECK(compose_find_service(c, s->name) == s, "two services %s", s->name);
		CHECK(s->place.file && s->place.line >= 1 && s->place.column >= 1,
			"service %s has no place", s->name);
		for (size_t k = 0; k < s->n_ports; k++)
			CHECK(s->ports[k].target >= 0 && s->ports[k].target <= 65535 &&
					s->ports[k].published <= s->ports[k].published_end,
				"a port of %s", s->name);
	}
	for (size_t i = 0; i < c->n_variables; i++)
		CHECK(c->variables[i].name && *c->variables[i].name &&
				(i == 0 ||
					strcmp(c->variables[i - 1].name, c->variables[i].name) < 0),
			"the variables are not sorted");
}

void fuzz_one(const uint8_t *data, size_t n)
{
	AUTO_PTR(host) struct host *h = memory_host_new("/p", (const char *)data, n);
	AUTO_PTR(compose) struct compose *strict = NULL, *tolerant = NULL;
	AUTO(error) struct error err = ERROR_INIT, other = ERROR_INIT;
	const int rc = load(h, false, &strict, &err), again = load(h, true, &tolerant, &other);

	if (rc)
		fuzz_check_error(&err, rc, true);
	else
		check_view(strict);
	if (again)
		fuzz_check_error(&other, again, true);
	else
		check_view(tolerant);
	CHECK(rc || !again, "only the tolerant reading fails: %s", other.message);
	if (!rc) {
		autofree char *a = json_text(strict->model), *b = json_text(tolerant->model);

		CHECK(!strcmp(a, b), "the tolerant reading gives another model:\n%s\n%s", a, b);
	}
}
