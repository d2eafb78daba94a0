# SPDX-License-Identifier: MIT
# The program on a pseudo terminal: keys in, cells out. screen.h is the harness, fixture the wizard on
# settings of its own.
check_PROGRAMS += tests/screen/fixture
tests_screen_fixture_SOURCES = tests/screen/fixture.c tests/screen/stand_in.c
tests_screen_fixture_LDADD = libslipwayui.a $(ENGINE_LIBS) $(NCURSES_LIBS)
