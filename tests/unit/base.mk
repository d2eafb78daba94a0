# SPDX-License-Identifier: MIT
UNIT_LIBS = $(ENGINE_LIBS) $(CMOCKA_LIBS)
check_PROGRAMS += tests/unit/str_test
TESTS += tests/unit/str_test
tests_unit_str_test_SOURCES = tests/unit/str_test.c tests/unit/unit.h
tests_unit_str_test_LDADD = $(UNIT_LIBS)
check_PROGRAMS += tests/unit/text_test tests/unit/diff_test
TESTS += tests/unit/text_test tests/unit/diff_test
tests_unit_text_test_SOURCES = tests/unit/text_test.c tests/unit/unit.h
tests_unit_text_test_LDADD = $(UNIT_LIBS)
tests_unit_diff_test_SOURCES = tests/unit/diff_test.c tests/unit/unit.h
tests_unit_diff_test_LDADD = $(UNIT_LIBS)
check_PROGRAMS += tests/unit/log_test
TESTS += tests/unit/log_test
tests_unit_log_test_SOURCES = tests/unit/log_test.c tests/unit/unit.h
tests_unit_log_test_LDADD = $(UNIT_LIBS)
