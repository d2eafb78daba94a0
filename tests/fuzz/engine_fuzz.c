/* SPDX-License-Identifier: MIT */
/* What the Engine sends: framed logs in pieces of any size, descriptions of containers. */
#include "fuzz.h"

#include "base/json.h"
#include "engine/docker_container.h"
#include "engine/docker_log.h"

#include <string.h>

static void add_line(void *arg, int stream, int64_t time_ns, const char *text, size_t len)
{
	str_addf(arg, "%d %lld ", stream, (long long)time_ns);
	str_addn(arg, text, len);
	str_addc(arg, '\n');
}

/* All lines of the bytes, fed in pieces of at most `piece` bytes (0: all at once). */
static bool read_log(const uint8_t *data, size_t n, bool raw, size_t piece, struct str *out)
{
	struct docker_log log;
	bool good = true;

	docker_log_init(&log, add_line, out);
	docker_log_begin(&log, raw);
	for (size_t at = 0; at < n && good;) {
		const size_t size = piece && piece < n - at ? piece : n - at;

		good = docker_log_feed(&log, (const char *)data + at, size);
		at += size;
	}
	if (good)
		docker_log_end(&log);
	docker_log_done(&log);
	return good;
}

/* Where the pieces end changes nothing. */
static void check_log(const uint8_t *data, size_t n, bool raw)
{
	const size_t piece = 1 + fuzz_hash(data, n) % 17;
	AUTO(str) struct str whole = STR_INIT(STR_OUTPUT), parts = STR_INIT(STR_OUTPUT);
	const bool good = read_log(data, n, raw, 0, &whole);

	CHECK(good == read_log(data, n, raw, piece, &parts), "pieces of %zu bytes differ", piece);
	CHECK(!good || (whole.len == parts.len &&
			       (!whole.len || !memcmp(whole.data, parts.data, whole.len))),
		"lines differ in pieces of %zu bytes", piece);
}

static void read_container(const char *text, size_t n)
{
	struct docker_sample sample = {0};
	struct live_service service = {0};
	struct live_instance *in;
	autojson struct json_object *o = NULL;
	AUTO(error) struct error err = ERROR_INIT;
	const int rc = json_parse(text, n, &o, &err);

	if (rc) {
		fuzz_check_error(&err, rc, false);
		return;
	}
	in = live_add_instance(&service, "x");
	docker_container_read(o, false, in);
	docker_stats_read(o, &sample, in);
	docker_stats_read(o, &sample, in);
	docker_list_health(o);
	live_remove_instance(&service, "x");
	free(service.instances);
}

void fuzz_one(const uint8_t *data, size_t n)
{
	check_log(data, n, false);
	check_log(data, n, true);
	read_container((const char *)data, n);
}
