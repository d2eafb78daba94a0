/* SPDX-License-Identifier: MIT */
#include "fuzz.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

void fuzz_fail(const char *file, int line, const char *fmt, ...)
{
	va_list ap;

	fprintf(stderr, "%s:%d: ", file, line);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
	abort();
}

/* "...:12:3" */
static bool is_place(const char *text)
{
	const char *end = text ? text + strlen(text) : NULL;
	int numbers = 0;

	while (end && end > text && numbers < 2) {
		const char *digits = end;

		while (digits > text && isdigit((unsigned char)digits[-1]))
			digits--;
		if (digits == end || digits == text || digits[-1] != ':' || *digits == '0')
			return false;
		end = digits - 1;
		numbers++;
	}
	return numbers == 2 && end > text;
}

void fuzz_check_error(const struct error *err, int rc, bool placed)
{
	CHECK(rc < 0, "a refusal gives %d", rc);
	CHECK(err->code == rc, "the error has code %d, %d came back", err->code, rc);
	CHECK(err->message && *err->message, "there is no message for %d", rc);
	CHECK(!strchr(err->message, '\n') || rc == ERR_INPUT, "the message has two lines");
	if (rc == ERR_INPUT && placed)
		CHECK(is_place(err->detail), "\"%s\" has no place: \"%s\"", err->message,
			err->detail ? err->detail : "");
}

static int64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	int64_t took = INT64_MAX;

	for (int i = 0; i < FUZZ_TRIES && took > FUZZ_CPU_MS; i++) {
		const int64_t began = now_ms();

		fuzz_one(data, n);
		took = now_ms() - began;
	}
	CHECK(took <= FUZZ_CPU_MS, "the input took %lld ms", (long long)took);
	return 0;
}

uint32_t fuzz_hash(const uint8_t *data, size_t n)
{
	uint32_t h = 2166136261u;

	for (size_t i = 0; i < n; i++)
		h = (h ^ data[i]) * 16777619u;
	return h;
}

uint32_t fuzz_next(uint32_t *state)
{
	*state = *state * 1664525u + 1013904223u;
	return *state >> 8;
}

const char *fuzz_variable(void *arg, const char *name)
{
	static const char *const values[][2] = {{"HOME", "/root"}, {"A", "1"}, {"EMPTY", ""},
		{"PATH", "/bin:/usr/bin"}, {"NASTY", "$A ${B:?x} 'q' \"d\" \\ #"}};

	(void)arg;
	for (size_t i = 0; i < ARRAY_SIZE(values); i++)
		if (!strcmp(values[i][0], name))
			return values[i][1];
	return NULL;
}
