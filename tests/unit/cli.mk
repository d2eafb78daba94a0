# SPDX-License-Identifier: MIT
check_PROGRAMS += tests/unit/parse_test tests/unit/command_table_test
TESTS += tests/unit/parse_test tests/unit/command_table_test
tests_unit_parse_test_SOURCES = tests/unit/parse_test.c tests/unit/unit.h
tests_unit_parse_test_LDADD = $(UNIT_LIBS)
tests_unit_command_table_test_SOURCES = tests/unit/command_table_test.c tests/unit/unit.h
tests_unit_command_table_test_LDADD = $(UNIT_LIBS)
check_PROGRAMS += tests/unit/setup_test
TESTS += tests/unit/setup_test
tests_unit_setup_test_SOURCES = tests/unit/setup_test.c tests/unit/host_fixture.h tests/unit/unit.h
tests_unit_setup_test_LDADD = $(UNIT_LIBS)
check_PROGRAMS += tests/unit/column_test
TESTS += tests/unit/column_test
tests_unit_column_test_SOURCES = tests/unit/column_test.c tests/unit/unit.h
tests_unit_column_test_LDADD = $(UNIT_LIBS)
