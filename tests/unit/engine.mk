# SPDX-License-Identifier: MIT
check_PROGRAMS += tests/unit/live_test tests/unit/logs_test tests/unit/progress_test
TESTS += tests/unit/live_test tests/unit/logs_test tests/unit/progress_test
tests_unit_live_test_SOURCES = tests/unit/live_test.c tests/unit/unit.h
tests_unit_live_test_LDADD = $(UNIT_LIBS)
tests_unit_logs_test_SOURCES = tests/unit/logs_test.c tests/unit/unit.h
tests_unit_logs_test_LDADD = $(UNIT_LIBS)
tests_unit_progress_test_SOURCES = tests/unit/progress_test.c tests/unit/unit.h
tests_unit_progress_test_LDADD = $(UNIT_LIBS)
check_PROGRAMS += tests/unit/docker_log_test
TESTS += tests/unit/docker_log_test
tests_unit_docker_log_test_SOURCES = tests/unit/docker_log_test.c tests/unit/unit.h
tests_unit_docker_log_test_LDADD = $(UNIT_LIBS)
check_PROGRAMS += tests/unit/docker_test
TESTS += tests/unit/docker_test
tests_unit_docker_test_SOURCES = tests/unit/docker_test.c tests/unit/unit.h tests/lib/fake_engine.c \
	tests/lib/fake_engine.h
tests_unit_docker_test_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests/lib
tests_unit_docker_test_LDADD = $(UNIT_LIBS)
check_PROGRAMS += tests/unit/docker_socket_test tests/unit/compose_engine_test
TESTS += tests/unit/docker_socket_test tests/unit/compose_engine_test
tests_unit_docker_socket_test_SOURCES = tests/unit/docker_socket_test.c tests/unit/unit.h
tests_unit_docker_socket_test_LDADD = $(UNIT_LIBS)
tests_unit_compose_engine_test_SOURCES = tests/unit/compose_engine_test.c tests/unit/unit.h
tests_unit_compose_engine_test_LDADD = $(UNIT_LIBS)
