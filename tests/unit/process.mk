# SPDX-License-Identifier: MIT
check_PROGRAMS += tests/unit/process_unit_test
TESTS += tests/unit/process_unit_test
tests_unit_process_unit_test_SOURCES = tests/unit/process_unit_test.c tests/unit/unit.h
tests_unit_process_unit_test_LDADD = $(UNIT_LIBS)
check_PROGRAMS += tests/unit/process_super_test tests/unit/process_daemon_test tests/unit/process_engine_test
TESTS += tests/unit/process_super_test tests/unit/process_daemon_test tests/unit/process_engine_test
tests_unit_process_engine_test_SOURCES = tests/unit/process_engine_test.c tests/unit/process_fixture.h tests/unit/unit.h
tests_unit_process_engine_test_LDADD = $(UNIT_LIBS)
tests_unit_process_super_test_SOURCES = tests/unit/process_super_test.c tests/unit/process_fixture.h tests/unit/unit.h
tests_unit_process_super_test_LDADD = $(UNIT_LIBS)
tests_unit_process_daemon_test_SOURCES = tests/unit/process_daemon_test.c tests/unit/process_fixture.h tests/unit/unit.h
tests_unit_process_daemon_test_LDADD = $(UNIT_LIBS)
check_PROGRAMS += tests/unit/rollout_test
TESTS += tests/unit/rollout_test
tests_unit_rollout_test_SOURCES = tests/unit/rollout_test.c tests/unit/unit.h
tests_unit_rollout_test_LDADD = $(UNIT_LIBS)
