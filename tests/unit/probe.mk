# SPDX-License-Identifier: MIT
RECORDING_HOST = tests/lib/recording_host.c tests/lib/recording_host.h
check_PROGRAMS += tests/unit/probe_test tests/unit/resp_test
TESTS += tests/unit/probe_test tests/unit/resp_test
tests_unit_probe_test_SOURCES = tests/unit/probe_test.c tests/unit/unit.h $(TINY_SERVER) $(REAL_SERVER) $(RECORDING_HOST)
tests_unit_probe_test_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests/lib
tests_unit_probe_test_LDADD = $(UNIT_LIBS)
tests_unit_resp_test_SOURCES = tests/unit/resp_test.c tests/unit/unit.h
tests_unit_resp_test_LDADD = $(UNIT_LIBS)
check_PROGRAMS += tests/unit/value_test_test
TESTS += tests/unit/value_test_test
tests_unit_value_test_test_SOURCES = tests/unit/value_test_test.c tests/unit/unit.h $(TINY_SERVER) $(REAL_SERVER)
tests_unit_value_test_test_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests/lib
tests_unit_value_test_test_LDADD = $(UNIT_LIBS)
