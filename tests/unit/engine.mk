# SPDX-License-Identifier: MIT
check_PROGRAMS += tests/unit/logs_test
TESTS += tests/unit/logs_test
tests_unit_logs_test_SOURCES = tests/unit/logs_test.c tests/unit/unit.h
tests_unit_logs_test_LDADD = $(UNIT_LIBS)
