# SPDX-License-Identifier: MIT
PLAN_FIXTURE = tests/unit/plan_fixture.h tests/unit/unit.h
check_PROGRAMS += tests/unit/journal_test tests/unit/undo_test
TESTS += tests/unit/journal_test tests/unit/undo_test
tests_unit_journal_test_SOURCES = tests/unit/journal_test.c $(PLAN_FIXTURE)
tests_unit_journal_test_LDADD = $(UNIT_LIBS)
tests_unit_undo_test_SOURCES = tests/unit/undo_test.c $(PLAN_FIXTURE)
tests_unit_undo_test_LDADD = $(UNIT_LIBS)
check_PROGRAMS += tests/unit/crash_test
TESTS += tests/unit/crash_test
tests_unit_crash_test_SOURCES = tests/unit/crash_test.c tests/unit/fault_host.h $(PLAN_FIXTURE)
tests_unit_crash_test_LDADD = $(UNIT_LIBS)
check_PROGRAMS += tests/unit/run_test tests/unit/mask_test
TESTS += tests/unit/run_test tests/unit/mask_test
tests_unit_run_test_SOURCES = tests/unit/run_test.c $(PLAN_FIXTURE)
tests_unit_run_test_LDADD = $(UNIT_LIBS)
tests_unit_mask_test_SOURCES = tests/unit/mask_test.c tests/unit/unit.h
tests_unit_mask_test_LDADD = $(UNIT_LIBS)
