# SPDX-License-Identifier: MIT
check_PROGRAMS += tests/unit/compose_test tests/unit/env_file_test tests/unit/interp_test tests/unit/strmap_test
TESTS += tests/unit/compose_test tests/unit/env_file_test tests/unit/interp_test tests/unit/strmap_test
tests_unit_interp_test_SOURCES = tests/unit/interp_test.c tests/unit/unit.h
tests_unit_interp_test_LDADD = $(UNIT_LIBS)
tests_unit_strmap_test_SOURCES = tests/unit/strmap_test.c tests/unit/unit.h
tests_unit_strmap_test_LDADD = $(UNIT_LIBS)
tests_unit_env_file_test_SOURCES = tests/unit/env_file_test.c tests/unit/unit.h
tests_unit_env_file_test_LDADD = $(UNIT_LIBS)
check_PROGRAMS += tests/lib/compose_dump tests/lib/env_tool
tests_lib_env_tool_SOURCES = tests/lib/env_tool.c
tests_lib_env_tool_LDADD = $(ENGINE_LIBS)
tests_lib_compose_dump_SOURCES = tests/lib/compose_dump.c
tests_lib_compose_dump_LDADD = $(ENGINE_LIBS)
tests_unit_compose_test_SOURCES = tests/unit/compose_test.c tests/unit/unit.h
tests_unit_compose_test_LDADD = $(UNIT_LIBS)
check_PROGRAMS += tests/unit/env_update_test
TESTS += tests/unit/env_update_test
tests_unit_env_update_test_SOURCES = tests/unit/env_update_test.c tests/unit/unit.h
tests_unit_env_update_test_CPPFLAGS = $(AM_CPPFLAGS) -DCORPUS='"$(abs_top_srcdir)/../shared/corpus"'
tests_unit_env_update_test_LDADD = $(UNIT_LIBS)
