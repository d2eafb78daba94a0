/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include "base/mem.h"
#include "base/str.h"
#include "engine/compose_progress.h"

#include <string.h>

/* What is told, one line each: id|parent|phase|detail|current/total|done|error. */
static void note(void *arg, const struct engine_progress *e)
{
	struct str *out = arg;

	str_addf(out, "%s|%s|%s|%s", e->id, e->parent ? e->parent : "", e->phase,
		e->detail ? e->detail : "");
	if (e->total)
		str_addf(out, "|%lld/%lld", (long long)e->current, (long long)e->total);
	if (e->done)
		str_add(out, "|done");
	if (e->error)
		str_addf(out, "|error: %s", e->error);
	str_addc(out, '\n');
}

static const char *image_of(void *arg, const char *service)
{
	(void)arg;
	return str_eq(service, "db") ? "postgres:16" : NULL;
}

static void assert_told(const char *input, const char *want, const char *reason)
{
	/* Whole, and cut at every place: chunks do not matter. */
	for (size_t cut = 0; cut <= strlen(input); cut++) {
		AUTO(str) struct str out = STR_INIT(STR_FILE);
		AUTO(compose_progress) struct compose_progress p;
		autofree char *why = NULL;

		compose_progress_init(&p, note, &out);
		p.image_of = image_of;
		compose_progress_feed(&p, CHILD_ERR, input, cut);
		compose_progress_feed(&p, CHILD_ERR, input + cut, strlen(input) - cut);
		compose_progress_end(&p);
		assert_string_equal(str_text(&out), want);
		why = compose_progress_reason(&p);
		assert_string_equal(why ? why : "", reason);
	}
}

/* Compose 2.26.1, recorded. */
static void test_plain_creation(void **state)
{
	(void)state;
	assert_told(" Network demo_default  Creating\n"
		    " Network demo_default  Created\n"
		    " Volume \"demo_data\"  Creating\n"
		    " Volume \"demo_data\"  Created\n"
		    " Container demo-db-1  Recreate\n"
		    " Container demo-db-1  Recreated\n"
		    " Container demo-db-1  Healthy\n"
		    " Container demo-web-1  Starting\n",
		"network demo_default||creating|\n"
		"network demo_default||created||done\n"
		"volume demo_data||creating|\n"
		"volume demo_data||created||done\n"
		"container demo-db-1||recreate|\n"
		"container demo-db-1||recreated||done\n"
		"container demo-db-1||healthy||done\n"
		"container demo-web-1||starting|\n",
		"");
}

static void test_plain_failure_gives_the_reason(void **state)
{
	(void)state;
	assert_told("time=\"2026-11-21T03:04:05Z\" level=warning msg=\"x is obsolete\"\n"
		    " Container demo-d-1  Creating\n"
		    "Error response from daemon: No such image: none/such:1\n",
		"container demo-d-1||creating|\n",
		"Error response from daemon: No such image: none/such:1");
	assert_told("time=\"2026-11-21T03:04:05Z\" level=warning msg=\"x is obsolete\"\n", "", "");
}

static void test_plain_pull(void **state)
{
	(void)state;
	assert_told(" web Skipped - No image to be pulled \n"
		    " db Pulling \n"
		    " 31b3f1ad4ce1 Pulling fs layer \n"
		    " 31b3f1ad4ce1 Downloading [==>     ]  1.5MB/29.12MB\n"
		    " 31b3f1ad4ce1 Verifying Checksum \n"
		    " 31b3f1ad4ce1 Download complete \n"
		    " 31b3f1ad4ce1 Extracting [======>]     29.12MB/29.12MB\n"
		    " 31b3f1ad4ce1 Pull complete \n"
		    " db Pulled \n",
		"image web||skipped|- No image to be pulled|done\n"
		"image postgres:16||pulling|\n"
		"layer 31b3f1ad4ce1||pulling fs layer|\n"
		"layer 31b3f1ad4ce1||downloading||1500000/29120000\n"
		"layer 31b3f1ad4ce1||verifying checksum|\n"
		"layer 31b3f1ad4ce1||download complete|\n"
		"layer 31b3f1ad4ce1||extracting||29120000/29120000\n"
		"layer 31b3f1ad4ce1||pull complete||done\n"
		"image postgres:16||pulled||done\n",
		"");
}

static void test_plain_pull_error(void **state)
{
	(void)state;
	assert_told(" db Pulling \n db Error Get \"https://r/v2/\": no such host\n",
		"image postgres:16||pulling|\n"
		"image postgres:16||error|Get \"https://r/v2/\": no such host|done|error: Get "
		"\"https://r/v2/\": no such host\n",
		"Get \"https://r/v2/\": no such host");
}

static void test_json_of_v5(void **state)
{
	(void)state;
	assert_told("{\"id\":\"Image postgres:16\",\"status\":\"Working\",\"text\":\"Pulling\"}\n"
		    "{\"id\":\"31b3f1ad4ce1\",\"parent_id\":\"Image "
		    "postgres:16\",\"status\":\"Working\","
		    "\"text\":\"Downloading\",\"current\":5,\"total\":10,\"percent\":50}\n"
		    "{\"id\":\"Image postgres:16\",\"status\":\"Done\",\"text\":\"Pulled\"}\n"
		    "{\"id\":\"Container demo-db-1\",\"status\":\"Error\",\"text\":\"Error\","
		    "\"details\":\"port is taken\"}\n",
		"image postgres:16||pulling|\n"
		"layer 31b3f1ad4ce1|image postgres:16|downloading||5/10\n"
		"image postgres:16||pulled||done\n"
		"container demo-db-1||error|port is taken|done|error: port is taken\n",
		"port is taken");
}

static void test_json_of_v2(void **state)
{
	(void)state;
	assert_told("{\"id\":\"Container demo-db-1\",\"status\":\"Creating\"}\n"
		    "{\"id\":\"Container demo-db-1\",\"status\":\"Created\"}\n"
		    "{\"id\":\"31b3f1ad4ce1\",\"parent_id\":\"db\",\"text\":\"Downloading\","
		    "\"status\":\"[=> ]  5B/10B\",\"current\":5,\"total\":10}\n"
		    "{\"error\":true,\"message\":\"no such image\"}\n",
		"container demo-db-1||creating|\n"
		"container demo-db-1||created||done\n"
		"layer 31b3f1ad4ce1|image postgres:16|downloading||5/10\n",
		"no such image");
}

static void test_controls_hidden_in_json_do_not_come_out(void **state)
{
	(void)state;
	assert_told("{\"id\":\"Container "
		    "a\\u001b[31mb\",\"status\":\"Working\",\"text\":\"Creating\"}\n",
		"container ab||creating|\n", "");
	assert_told("{\"broken\": \n", "", "{\"broken\":");
}

/* Compose 2.26.1 with buildx 0.13, recorded. */
static void test_build_steps(void **state)
{
	(void)state;
	assert_told("#0 building with \"default\" instance using docker driver\n"
		    "\n"
		    "#1 [web internal] load build definition from Dockerfile\n"
		    "#1 transferring dockerfile: 193B done\n"
		    "#1 DONE 0.0s\n"
		    "\n"
		    "#6 [web 2/4] RUN echo one\n"
		    "#6 0.155 one\n"
		    "#6 ...\n"
		    "\n"
		    "#4 [internal] load metadata\n"
		    "#4 sha256:31b3f1 1.05MB / 3.39MB 0.2s\n"
		    "#6 [web 2/4] RUN echo one\n"
		    "#6 DONE 0.2s\n"
		    "#7 [web 3/4] COPY a b\n"
		    "#7 CACHED\n"
		    "#9 [web] exporting to image\n",
		"[web internal] load build definition from Dockerfile|build web|building|\n"
		"[web internal] load build definition from Dockerfile|build "
		"web|building|transferring "
		"dockerfile: 193B done\n"
		"[web internal] load build definition from Dockerfile|build web|built||done\n"
		"[web 2/4] RUN echo one|build web|building|\n"
		"[web 2/4] RUN echo one|build web|building|one\n"
		"[internal] load metadata|build|building|\n"
		"[internal] load metadata|build|building|sha256:31b3f1 1.05MB / 3.39MB "
		"0.2s|1050000/3390000\n"
		"[web 2/4] RUN echo one|build web|built||done\n"
		"[web 3/4] COPY a b|build web|building|\n"
		"[web 3/4] COPY a b|build web|cached||done\n"
		"[web] exporting to image|build web|building|\n",
		"");
}

static void test_build_failure(void **state)
{
	(void)state;
	assert_told(
		"#5 [bad 2/2] RUN ls /nonexistent; exit 3\n"
		"#5 0.198 ls: /nonexistent: No such file or directory\n"
		"#5 ERROR: process \"/bin/sh -c ls\" did not complete successfully: exit code: 3\n"
		"------\n"
		" > [bad 2/2] RUN ls:\n"
		"0.198 ls: /nonexistent: No such file or directory\n"
		"------\n"
		"failed to solve: process \"/bin/sh -c ls\" did not complete successfully: exit "
		"code: 3",
		"[bad 2/2] RUN ls /nonexistent; exit 3|build bad|building|\n"
		"[bad 2/2] RUN ls /nonexistent; exit 3|build bad|building|ls: /nonexistent: No "
		"such file "
		"or directory\n"
		"[bad 2/2] RUN ls /nonexistent; exit 3|build bad|error||done|error: process "
		"\"/bin/sh -c "
		"ls\" did not complete successfully: exit code: 3\n",
		"failed to solve: process \"/bin/sh -c ls\" did not complete successfully: exit "
		"code: 3");
}

static void test_a_line_without_end_meets_its_ceiling(void **state)
{
	AUTO(str) struct str out = STR_INIT(STR_FILE);
	AUTO(compose_progress) struct compose_progress p;
	char chunk[1000];

	(void)state;
	memset(chunk, 'x', sizeof(chunk));
	compose_progress_init(&p, note, &out);
	for (int i = 0; i < 1000; i++)
		compose_progress_feed(&p, CHILD_OUT, chunk, sizeof(chunk));
	assert_in_range(p.lines[0].len, 1, STR_LINE);
	compose_progress_feed(&p, CHILD_OUT, "\n Container a  Created\n", 23);
	assert_string_equal(str_text(&out), "container a||created||done\n");
	assert_in_range(p.words.len, 1, 4096);
}

static void test_sizes(void **state)
{
	const char *end;

	(void)state;
	assert_int_equal(compose_human_size("512B", &end), 512);
	assert_int_equal(compose_human_size("1.5kB/", &end), 1500);
	assert_int_equal(*end, '/');
	assert_int_equal(compose_human_size("3.4GB", &end), 3400000000);
	assert_int_equal(compose_human_size("x", &end), -1);
	assert_int_equal(compose_human_size("5", &end), -1);
	assert_int_equal(compose_human_size("99999999999999999999999B", &end), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_plain_creation),
		cmocka_unit_test(test_plain_failure_gives_the_reason),
		cmocka_unit_test(test_plain_pull),
		cmocka_unit_test(test_plain_pull_error),
		cmocka_unit_test(test_json_of_v5),
		cmocka_unit_test(test_json_of_v2),
		cmocka_unit_test(test_controls_hidden_in_json_do_not_come_out),
		cmocka_unit_test(test_build_steps),
		cmocka_unit_test(test_build_failure),
		cmocka_unit_test(test_a_line_without_end_meets_its_ceiling),
		cmocka_unit_test(test_sizes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
