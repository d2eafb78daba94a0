# SPDX-License-Identifier: MIT
UNIT_LIBS = $(ENGINE_LIBS) $(CMOCKA_LIBS)
check_PROGRAMS += tests/unit/str_test
TESTS += tests/unit/str_test
tests_unit_str_test_SOURCES = tests/unit/str_test.c tests/unit/unit.h
tests_unit_str_test_LDADD = $(UNIT_LIBS)
