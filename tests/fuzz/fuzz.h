/* SPDX-License-Identifier: MIT */
/*
 * What the fuzz targets share. A target is fuzz_one() in NAME_fuzz.c; the invariants it checks end the
 * program with a message, which libFuzzer counts as a crash. See run.
 */
#ifndef SLIPWAY_TESTS_FUZZ_H
#define SLIPWAY_TESTS_FUZZ_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Of the target. */
void fuzz_one(const uint8_t *data, size_t n);

/* libFuzzer's entry: fuzz_one(), which has FUZZ_CPU_MS of this thread's processor time. A machine that is busy
 * makes no input slow; what took longer is tried again, because the host of a virtual machine and the
 * sanitizer's own housekeeping are counted, too: slow is what is slow FUZZ_TRIES times. */
enum { FUZZ_CPU_MS = 1000, FUZZ_TRIES = 3 };
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

/* Ends the program with the message unless the condition holds. */
#define CHECK(condition, ...)                                       \
	do {                                                        \
		if (!(condition))                                   \
			fuzz_fail(__FILE__, __LINE__, __VA_ARGS__); \
	} while (0)
void fuzz_fail(const char *file, int line, const char *fmt, ...) ATTR_PRINTF(3, 4)
	__attribute__((noreturn));

/* The law of messages: the code is `rc`, there is a message, and input that is refused has its
 * place where `placed`. */
void fuzz_check_error(const struct error *err, int rc, bool placed);

/* Numbers that depend on the input alone, for choices. */
uint32_t fuzz_hash(const uint8_t *data, size_t n);
uint32_t fuzz_next(uint32_t *state);

/* The same variables everywhere: what the fuzzer may refer to. */
const char *fuzz_variable(void *arg, const char *name);

#endif
