# SPDX-License-Identifier: MIT
check_PROGRAMS += tests/unit/secret_test
TESTS += tests/unit/secret_test
tests_unit_secret_test_SOURCES = tests/unit/secret_test.c tests/unit/unit.h
tests_unit_secret_test_LDADD = $(UNIT_LIBS)
