# SPDX-License-Identifier: MIT
# Programs on a pseudo terminal: keys in, cells out. screen.h is the harness, fixture the wizard on
# settings of its own.
check_PROGRAMS += tests/screen/fixture
tests_screen_fixture_SOURCES = tests/screen/fixture.c
tests_screen_fixture_LDADD = libslipwayui.a $(ENGINE_LIBS) $(NCURSES_LIBS)

if HAVE_CMOCKA
if HAVE_VTERM
check_LIBRARIES += tests/screen/libscreen.a
tests_screen_libscreen_a_SOURCES = tests/screen/screen.c tests/screen/screen.h
tests_screen_libscreen_a_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests/unit -I$(top_srcdir)/tests/screen
SCREEN_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests/unit -I$(top_srcdir)/tests/screen
SCREEN_LIBS = tests/screen/libscreen.a libslipway.a $(VTERM_LIBS) $(CMOCKA_LIBS) $(ENGINE_LIBS)
# One line a test, beside what it is made of: lists of several a line merge badly.
SCREEN_TESTS =
check_PROGRAMS += $(SCREEN_TESTS)
TESTS += $(SCREEN_TESTS)
SCREEN_TESTS += tests/screen/wizard_test
tests_screen_wizard_test_SOURCES = tests/screen/wizard_test.c
tests_screen_wizard_test_CPPFLAGS = $(SCREEN_CPPFLAGS)
tests_screen_wizard_test_LDADD = $(SCREEN_LIBS)
SCREEN_TESTS += tests/screen/generate_test
tests_screen_generate_test_SOURCES = tests/screen/generate_test.c
tests_screen_generate_test_CPPFLAGS = $(SCREEN_CPPFLAGS)
tests_screen_generate_test_LDADD = $(SCREEN_LIBS)
SCREEN_TESTS += tests/screen/editor_test
tests_screen_editor_test_SOURCES = tests/screen/editor_test.c
tests_screen_editor_test_CPPFLAGS = $(SCREEN_CPPFLAGS)
tests_screen_editor_test_LDADD = $(SCREEN_LIBS)
SCREEN_TESTS += tests/screen/address_test
tests_screen_address_test_SOURCES = tests/screen/address_test.c
tests_screen_address_test_CPPFLAGS = $(SCREEN_CPPFLAGS)
tests_screen_address_test_LDADD = $(SCREEN_LIBS)
SCREEN_TESTS += tests/screen/term_test
tests_screen_term_test_SOURCES = tests/screen/term_test.c
tests_screen_term_test_CPPFLAGS = $(SCREEN_CPPFLAGS)
tests_screen_term_test_LDADD = $(SCREEN_LIBS)
SCREEN_TESTS += tests/screen/setup_test
tests_screen_setup_test_SOURCES = tests/screen/setup_test.c
tests_screen_setup_test_CPPFLAGS = $(SCREEN_CPPFLAGS)
tests_screen_setup_test_LDADD = $(SCREEN_LIBS)
SCREEN_TESTS += tests/screen/widgets_test
tests_screen_widgets_test_SOURCES = tests/screen/widgets_test.c
tests_screen_widgets_test_CPPFLAGS = $(SCREEN_CPPFLAGS)
tests_screen_widgets_test_LDADD = libslipwayui.a $(SCREEN_LIBS) $(NCURSES_LIBS)
SCREEN_TESTS += tests/screen/demo_test
tests_screen_demo_test_SOURCES = tests/screen/demo_test.c
tests_screen_demo_test_CPPFLAGS = $(SCREEN_CPPFLAGS)
tests_screen_demo_test_LDADD = $(SCREEN_LIBS)
SCREEN_TESTS += tests/screen/update_test
tests_screen_update_test_SOURCES = tests/screen/update_test.c
tests_screen_update_test_CPPFLAGS = $(SCREEN_CPPFLAGS)
tests_screen_update_test_LDADD = $(SCREEN_LIBS)
SCREEN_TESTS += tests/screen/again_test
tests_screen_again_test_SOURCES = tests/screen/again_test.c
tests_screen_again_test_CPPFLAGS = $(SCREEN_CPPFLAGS)
tests_screen_again_test_LDADD = $(SCREEN_LIBS)
PANEL_STAGE = tests/screen/panel_stage.c tests/screen/panel_stage.h
SCREEN_TESTS += tests/screen/panel_test
tests_screen_panel_test_SOURCES = tests/screen/panel_test.c $(PANEL_STAGE)
tests_screen_panel_test_CPPFLAGS = $(SCREEN_CPPFLAGS)
tests_screen_panel_test_LDADD = $(SCREEN_LIBS)
SCREEN_TESTS += tests/screen/panel_logs_test
tests_screen_panel_logs_test_SOURCES = tests/screen/panel_logs_test.c $(PANEL_STAGE)
tests_screen_panel_logs_test_CPPFLAGS = $(SCREEN_CPPFLAGS)
tests_screen_panel_logs_test_LDADD = $(SCREEN_LIBS)
SCREEN_TESTS += tests/screen/panel_window_test
tests_screen_panel_window_test_SOURCES = tests/screen/panel_window_test.c $(PANEL_STAGE)
tests_screen_panel_window_test_CPPFLAGS = $(SCREEN_CPPFLAGS)
tests_screen_panel_window_test_LDADD = $(SCREEN_LIBS)
ENGINE_STAGE = tests/screen/engine_stage.c tests/screen/engine_stage.h
SCREEN_TESTS += tests/screen/panel_engine_test
tests_screen_panel_engine_test_SOURCES = tests/screen/panel_engine_test.c $(ENGINE_STAGE)
tests_screen_panel_engine_test_CPPFLAGS = $(SCREEN_CPPFLAGS)
tests_screen_panel_engine_test_LDADD = $(SCREEN_LIBS)
SCREEN_TESTS += tests/screen/old_secret_test
tests_screen_old_secret_test_SOURCES = tests/screen/old_secret_test.c $(ENGINE_STAGE)
tests_screen_old_secret_test_CPPFLAGS = $(SCREEN_CPPFLAGS)
tests_screen_old_secret_test_LDADD = $(SCREEN_LIBS)
SCREEN_TESTS += tests/screen/elsewhere_test
tests_screen_elsewhere_test_SOURCES = tests/screen/elsewhere_test.c
tests_screen_elsewhere_test_CPPFLAGS = $(SCREEN_CPPFLAGS)
tests_screen_elsewhere_test_LDADD = $(SCREEN_LIBS)
SCREEN_TESTS += tests/screen/values_test
tests_screen_values_test_SOURCES = tests/screen/values_test.c $(TINY_SERVER)
tests_screen_values_test_CPPFLAGS = $(SCREEN_CPPFLAGS) -I$(top_srcdir)/tests/lib
tests_screen_values_test_LDADD = $(SCREEN_LIBS)
SCREEN_TESTS += tests/screen/stacks_test
tests_screen_stacks_test_SOURCES = tests/screen/stacks_test.c
tests_screen_stacks_test_CPPFLAGS = $(SCREEN_CPPFLAGS)
tests_screen_stacks_test_LDADD = $(SCREEN_LIBS)

# The catalogues as they are now, for runs in another language.
SCREEN_CATALOGUE = tests/screen/locale/de/LC_MESSAGES/slipway.mo
check_DATA = $(SCREEN_CATALOGUE)
CLEANFILES += $(SCREEN_CATALOGUE)
$(SCREEN_CATALOGUE): po/de.po
	$(AM_V_GEN)$(MKDIR_P) $(@D) && $(MSGFMT) -o $@ $(srcdir)/po/de.po
endif
endif
