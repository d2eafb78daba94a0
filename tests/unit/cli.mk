# SPDX-License-Identifier: MIT
check_PROGRAMS += tests/unit/parse_test tests/unit/command_table_test
TESTS += tests/unit/parse_test tests/unit/command_table_test
tests_unit_parse_test_SOURCES = tests/unit/parse_test.c tests/unit/unit.h
tests_unit_parse_test_LDADD = $(UNIT_LIBS)
tests_unit_command_table_test_SOURCES = tests/unit/command_table_test.c tests/unit/unit.h
tests_unit_command_table_test_LDADD = $(UNIT_LIBS)
