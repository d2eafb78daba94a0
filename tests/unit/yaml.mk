# SPDX-License-Identifier: MIT
check_PROGRAMS += tests/unit/yaml_test
TESTS += tests/unit/yaml_test
tests_unit_yaml_test_SOURCES = tests/unit/yaml_test.c tests/unit/unit.h
tests_unit_yaml_test_LDADD = $(UNIT_LIBS)
