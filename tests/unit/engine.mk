# SPDX-License-Identifier: MIT
check_PROGRAMS += tests/unit/live_test tests/unit/logs_test tests/unit/progress_test
TESTS += tests/unit/live_test tests/unit/logs_test tests/unit/progress_test
tests_unit_live_test_SOURCES = tests/unit/live_test.c tests/unit/unit.h
tests_unit_live_test_LDADD = $(UNIT_LIBS)
tests_unit_logs_test_SOURCES = tests/unit/logs_test.c tests/unit/unit.h
tests_unit_logs_test_LDADD = $(UNIT_LIBS)
tests_unit_progress_test_SOURCES = tests/unit/progress_test.c tests/unit/unit.h
tests_unit_progress_test_LDADD = $(UNIT_LIBS)
