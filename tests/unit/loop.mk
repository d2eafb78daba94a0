# SPDX-License-Identifier: MIT
check_PROGRAMS += tests/unit/loop_test tests/unit/op_test tests/unit/child_test tests/unit/work_test
TESTS += tests/unit/loop_test tests/unit/op_test tests/unit/child_test tests/unit/work_test
tests_unit_loop_test_SOURCES = tests/unit/loop_test.c tests/unit/unit.h
tests_unit_loop_test_LDADD = $(UNIT_LIBS)
tests_unit_op_test_SOURCES = tests/unit/op_test.c tests/unit/unit.h
tests_unit_op_test_LDADD = $(UNIT_LIBS)
tests_unit_child_test_SOURCES = tests/unit/child_test.c tests/unit/unit.h
tests_unit_child_test_LDADD = $(UNIT_LIBS)
tests_unit_work_test_SOURCES = tests/unit/work_test.c tests/unit/unit.h
tests_unit_work_test_LDADD = $(UNIT_LIBS)
TINY_SERVER = tests/lib/tiny_server.c tests/lib/tiny_server.h
check_PROGRAMS += tests/unit/http_test
TESTS += tests/unit/http_test
tests_unit_http_test_SOURCES = tests/unit/http_test.c tests/unit/unit.h $(TINY_SERVER)
tests_unit_http_test_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests/lib
tests_unit_http_test_LDADD = $(UNIT_LIBS)
