# SPDX-License-Identifier: MIT
check_PROGRAMS += tests/unit/secret_test
TESTS += tests/unit/secret_test
tests_unit_secret_test_SOURCES = tests/unit/secret_test.c tests/unit/unit.h
tests_unit_secret_test_LDADD = $(UNIT_LIBS)
check_PROGRAMS += tests/unit/setting_test
TESTS += tests/unit/setting_test
tests_unit_setting_test_SOURCES = tests/unit/setting_test.c tests/unit/unit.h
tests_unit_setting_test_LDADD = $(UNIT_LIBS)
check_PROGRAMS += tests/unit/stack_test
TESTS += tests/unit/stack_test
tests_unit_stack_test_SOURCES = tests/unit/stack_test.c tests/unit/unit.h
tests_unit_stack_test_CPPFLAGS = $(AM_CPPFLAGS) -DTEMPLATES='"$(abs_top_srcdir)/templates"'
tests_unit_stack_test_LDADD = $(UNIT_LIBS)
check_PROGRAMS += tests/unit/stack_lint_test
TESTS += tests/unit/stack_lint_test
tests_unit_stack_lint_test_SOURCES = tests/unit/stack_lint_test.c tests/unit/host_fixture.h tests/unit/unit.h
tests_unit_stack_lint_test_CPPFLAGS = $(AM_CPPFLAGS) -DTEMPLATES='"$(abs_top_srcdir)/templates"'
tests_unit_stack_lint_test_LDADD = $(UNIT_LIBS)
check_PROGRAMS += tests/unit/templates_command_test
TESTS += tests/unit/templates_command_test
tests_unit_templates_command_test_SOURCES = tests/unit/templates_command_test.c tests/unit/templates_fixture.h tests/unit/host_fixture.h tests/unit/unit.h
tests_unit_templates_command_test_CPPFLAGS = $(AM_CPPFLAGS) -DTEMPLATES='"$(abs_top_srcdir)/templates"'
tests_unit_templates_command_test_LDADD = $(UNIT_LIBS)
check_PROGRAMS += tests/unit/templates_detail_test
TESTS += tests/unit/templates_detail_test
tests_unit_templates_detail_test_SOURCES = tests/unit/templates_detail_test.c tests/unit/templates_fixture.h tests/unit/host_fixture.h tests/unit/unit.h
tests_unit_templates_detail_test_CPPFLAGS = $(AM_CPPFLAGS) -DTEMPLATES='"$(abs_top_srcdir)/templates"'
tests_unit_templates_detail_test_LDADD = $(UNIT_LIBS)
check_PROGRAMS += tests/unit/templates_test
TESTS += tests/unit/templates_test
tests_unit_templates_test_SOURCES = tests/unit/templates_test.c tests/unit/templates_fixture.h tests/unit/host_fixture.h tests/unit/unit.h
tests_unit_templates_test_CPPFLAGS = $(AM_CPPFLAGS) -DTEMPLATES='"$(abs_top_srcdir)/templates"'
tests_unit_templates_test_LDADD = $(UNIT_LIBS)
check_PROGRAMS += tests/unit/stack_manual_test
TESTS += tests/unit/stack_manual_test
tests_unit_stack_manual_test_SOURCES = tests/unit/stack_manual_test.c tests/unit/host_fixture.h tests/unit/unit.h
tests_unit_stack_manual_test_CPPFLAGS = $(AM_CPPFLAGS) -DMANUAL='"$(abs_top_srcdir)/doc/slipway-stack.5"' \
	-DSOURCES='"$(abs_top_srcdir)/src/config"'
tests_unit_stack_manual_test_LDADD = $(UNIT_LIBS)
check_PROGRAMS += tests/unit/setting_doc_test
TESTS += tests/unit/setting_doc_test
tests_unit_setting_doc_test_SOURCES = tests/unit/setting_doc_test.c tests/unit/unit.h
tests_unit_setting_doc_test_LDADD = $(UNIT_LIBS)
check_PROGRAMS += tests/unit/override_test
TESTS += tests/unit/override_test
tests_unit_override_test_SOURCES = tests/unit/override_test.c tests/unit/unit.h
tests_unit_override_test_LDADD = $(UNIT_LIBS)
check_PROGRAMS += tests/unit/answers_test
TESTS += tests/unit/answers_test
tests_unit_answers_test_SOURCES = tests/unit/answers_test.c tests/unit/unit.h
tests_unit_answers_test_LDADD = $(UNIT_LIBS)
check_PROGRAMS += tests/unit/project_test
TESTS += tests/unit/project_test
tests_unit_project_test_SOURCES = tests/unit/project_test.c tests/unit/host_fixture.h tests/unit/unit.h
tests_unit_project_test_CPPFLAGS = $(AM_CPPFLAGS) -DTEMPLATES='"$(abs_top_srcdir)/templates"' \
	-DCORPUS='"$(abs_top_srcdir)/../shared/corpus"'
tests_unit_project_test_LDADD = $(UNIT_LIBS)
check_PROGRAMS += tests/unit/setting_type_test
TESTS += tests/unit/setting_type_test
tests_unit_setting_type_test_SOURCES = tests/unit/setting_type_test.c tests/unit/unit.h
tests_unit_setting_type_test_LDADD = $(UNIT_LIBS)
check_PROGRAMS += tests/unit/setting_rule_test
TESTS += tests/unit/setting_rule_test
tests_unit_setting_rule_test_SOURCES = tests/unit/setting_rule_test.c tests/unit/unit.h
tests_unit_setting_rule_test_LDADD = $(UNIT_LIBS)
check_PROGRAMS += tests/unit/env_list_test
TESTS += tests/unit/env_list_test
tests_unit_env_list_test_SOURCES = tests/unit/env_list_test.c tests/unit/unit.h
tests_unit_env_list_test_LDADD = $(UNIT_LIBS)
check_PROGRAMS += tests/unit/feature_test
TESTS += tests/unit/feature_test
tests_unit_feature_test_SOURCES = tests/unit/feature_test.c tests/unit/host_fixture.h tests/unit/unit.h
tests_unit_feature_test_CPPFLAGS = $(AM_CPPFLAGS) -DTEMPLATES='"$(abs_top_srcdir)/templates"'
tests_unit_feature_test_LDADD = $(UNIT_LIBS)
check_PROGRAMS += tests/unit/lint_test
TESTS += tests/unit/lint_test
tests_unit_lint_test_SOURCES = tests/unit/lint_test.c tests/unit/host_fixture.h tests/unit/unit.h
tests_unit_lint_test_CPPFLAGS = $(AM_CPPFLAGS) -DCORPUS='"$(abs_top_srcdir)/../shared/corpus"'
tests_unit_lint_test_LDADD = $(UNIT_LIBS)
check_PROGRAMS += tests/unit/secret_derive_test
TESTS += tests/unit/secret_derive_test
tests_unit_secret_derive_test_SOURCES = tests/unit/secret_derive_test.c tests/unit/host_fixture.h tests/unit/unit.h
tests_unit_secret_derive_test_LDADD = $(UNIT_LIBS)
check_PROGRAMS += tests/unit/published_test
TESTS += tests/unit/published_test
tests_unit_published_test_SOURCES = tests/unit/published_test.c tests/unit/host_fixture.h tests/unit/unit.h
tests_unit_published_test_LDADD = $(UNIT_LIBS)
check_PROGRAMS += tests/unit/secret_store_test
TESTS += tests/unit/secret_store_test
tests_unit_secret_store_test_SOURCES = tests/unit/secret_store_test.c tests/unit/host_fixture.h tests/unit/unit.h
tests_unit_secret_store_test_LDADD = $(UNIT_LIBS)
