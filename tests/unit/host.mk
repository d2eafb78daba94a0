# SPDX-License-Identifier: MIT
check_PROGRAMS += tests/unit/host_file_test tests/unit/host_own_test tests/unit/host_dial_test
TESTS += tests/unit/host_file_test tests/unit/host_own_test tests/unit/host_dial_test
tests_unit_host_file_test_SOURCES = tests/unit/host_file_test.c tests/unit/host_fixture.h tests/unit/unit.h
tests_unit_host_file_test_LDADD = $(UNIT_LIBS)
tests_unit_host_own_test_SOURCES = tests/unit/host_own_test.c tests/unit/host_fixture.h tests/unit/unit.h
tests_unit_host_own_test_LDADD = $(UNIT_LIBS)
tests_unit_host_dial_test_SOURCES = tests/unit/host_dial_test.c tests/unit/host_fixture.h tests/unit/unit.h
tests_unit_host_dial_test_LDADD = $(UNIT_LIBS)
check_PROGRAMS += tests/unit/host_disk_test
TESTS += tests/unit/host_disk_test
tests_unit_host_disk_test_SOURCES = tests/unit/host_disk_test.c tests/unit/host_fixture.h tests/unit/unit.h
tests_unit_host_disk_test_LDADD = $(UNIT_LIBS)
