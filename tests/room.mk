# SPDX-License-Identifier: MIT
# One unit test program per module: tests/unit/MODULE_test.c. check_PROGRAMS, TESTS and the sources of
# each are listed in the room's fragment below, one line per program.
if HAVE_CMOCKA
include tests/unit/base.mk
include tests/unit/config.mk
include tests/unit/host.mk
include tests/unit/loop.mk
include tests/unit/probe.mk
include tests/unit/settings.mk
include tests/unit/yaml.mk
include tests/unit/engine.mk
include tests/unit/cli.mk
include tests/unit/plan.mk
include tests/unit/process.mk
endif

# --- the shape of the code: tests/layering/*.sh ---------------------------------
TEST_EXTENSIONS = .sh
# A test that hangs is a test that fails.
LOG_COMPILER = timeout
AM_LOG_FLAGS = -k 10 300
SH_LOG_COMPILER = timeout
AM_SH_LOG_FLAGS = -k 10 300 bash
AM_TESTS_ENVIRONMENT = \
	CC='$(CC)'; export CC; \
	LIBRARY_CFLAGS='$(NCURSES_CFLAGS) $(CURL_CFLAGS) $(PQ_CFLAGS) $(YAML_CFLAGS) $(CRYPTO_CFLAGS) $(SSH2_CFLAGS) $(UV_CFLAGS) $(JSON_CFLAGS) $(CMOCKA_CFLAGS) $(VTERM_CFLAGS)'; \
	export LIBRARY_CFLAGS; \
	LISTED='$(DIST_SOURCES) $(EXTRA_DIST) $(TESTS) $(check_SCRIPTS)'; export LISTED; \
	SLIPWAY_TEMPLATES='$(abs_top_srcdir)/templates'; export SLIPWAY_TEMPLATES; \
	SLIPWAY_LOCALEDIR='$(abs_top_builddir)/locale'; export SLIPWAY_LOCALEDIR; \
	ASAN_OPTIONS=$${ASAN_OPTIONS-abort_on_error=0:detect_leaks=1}; export ASAN_OPTIONS; \
	UBSAN_OPTIONS=$${UBSAN_OPTIONS-print_stacktrace=1}; export UBSAN_OPTIONS;
LAYERING_TESTS = \
	tests/layering/rooms.sh \
	tests/layering/symbols.sh \
	tests/layering/reach.sh \
	tests/layering/banned.sh \
	tests/layering/headers.sh \
	tests/layering/potfiles.sh \
	tests/layering/configure.sh \
	tests/layering/listed.sh \
	tests/layering/german.sh \
	tests/layering/stack_manual.sh
TESTS += $(LAYERING_TESTS)
EXTRA_DIST += $(LAYERING_TESTS) tests/layering/lib.sh tests/layering/reach.allow
# They read the objects of the program as well as the sources.
tests/layering/symbols.log tests/layering/reach.log tests/layering/banned.log tests/layering/stack_manual.log: slipway$(EXEEXT)

# --- on a pseudo terminal ---------------------------------------------------------
include tests/screen/room.mk

# --- against a real Engine: tests/system/*.sh -----------------------------------
# Files, not directories: the directory of the same name in the build holds objects.
EXTRA_DIST += tests/system/run $(wildcard $(srcdir)/tests/system/*.sh) \
	tests/system/clones/ragcorp/.env.example tests/system/clones/ragcorp/compose.yaml \
	tests/system/clones/semantik/.env.docker.example tests/system/clones/semantik/docker-compose.dev.yml \
	tests/system/clones/semantik/docker-compose.prod.yml tests/system/clones/semantik/docker-compose.yml \
	tests/lib/system.sh tests/lib/shop.sh tests/lib/remembered.sh tests/lib/engine tests/lib/coverage tests/lib/large-project tests/lib/layers \
	tests/lib/images/postgres/Dockerfile tests/lib/images/postgres/entrypoint \
	tests/lib/images/redis/Dockerfile tests/lib/images/redis/entrypoint \
	tests/lib/images/nginx/Dockerfile tests/lib/images/nginx/nginx.conf \
	tests/lib/images/nginx/default.conf tests/lib/images/nginx/index.html \
	tests/lib/images/standin/Dockerfile tests/lib/images/standin/entrypoint \
	tests/lib/images/standin/nginx.conf tests/lib/images/standin/node tests/lib/images/standin/python \
	tests/lib/images/standin/wget
check_PROGRAMS += tests/system/engine_probe
tests_system_engine_probe_SOURCES = tests/system/engine_probe.c
tests_system_engine_probe_LDADD = $(ENGINE_LIBS)
# The program on a host that is not this machine.
check_PROGRAMS += tests/lib/slipway_elsewhere
tests_lib_slipway_elsewhere_SOURCES = src/main.c tests/lib/elsewhere_wrap.c tests/lib/elsewhere.c tests/lib/elsewhere.h
tests_lib_slipway_elsewhere_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=host_local_new
tests_lib_slipway_elsewhere_LDADD = $(slipway_LDADD)
check-system: all tests/system/engine_probe$(EXEEXT) tests/lib/compose_dump$(EXEEXT) tests/lib/env_tool$(EXEEXT) \
		tests/lib/slipway_elsewhere$(EXEEXT)
	@builddir='$(abs_builddir)' bash '$(srcdir)/tests/system/run' $(SYSTEM)

# --- unit and screen tests alone, for a build with sanitizers -------------------
check-code:
	$(MAKE) $(AM_MAKEFLAGS) check TESTS='$(filter-out $(LAYERING_TESTS),$(TESTS))'

# --- a program that is not installed finds its parts in the build directory (see main.c) ---
all-local: locale/de/LC_MESSAGES/slipway.mo templates/from-source
locale/de/LC_MESSAGES/slipway.mo: po/de.po
	$(AM_V_GEN)$(MKDIR_P) locale/de/LC_MESSAGES && $(MSGFMT) -o $@ $(srcdir)/po/de.po
templates/from-source:
	$(AM_V_GEN)$(MKDIR_P) templates && $(LN_S) '$(abs_top_srcdir)/templates' $@
clean-local:
	-rm -rf tests/system-logs locale templates/from-source tests/fuzz/found fuzz

# --- benchmarks: make bench, make bench BENCH=NAME ------------------------------
EXTRA_PROGRAMS = tests/bench/paired tests/bench/screen tests/bench/own
CLEANFILES += tests/bench/paired$(EXEEXT) tests/bench/screen$(EXEEXT) tests/bench/own$(EXEEXT)
tests_bench_paired_SOURCES = tests/bench/paired.c
tests_bench_screen_SOURCES = tests/bench/screen.c
tests_bench_screen_LDADD = $(VTERM_LIBS) -lutil
tests_bench_own_SOURCES = tests/bench/own.c
tests_bench_own_LDADD = $(ENGINE_LIBS)
EXTRA_DIST += tests/bench/run tests/bench/lib.sh tests/bench/deploy.bench tests/bench/frame.bench \
	tests/bench/inspect.bench tests/bench/logs.bench tests/bench/own.bench tests/bench/panel.bench tests/bench/read.bench
bench: all tests/bench/paired$(EXEEXT) tests/bench/screen$(EXEEXT) tests/lib/compose_dump$(EXEEXT) tests/bench/own$(EXEEXT)
	@builddir='$(abs_builddir)' bash '$(srcdir)/tests/bench/run' $(BENCH)

# --- what no input may do -------------------------------------------------------
include tests/fuzz/room.mk

# --- what the tests reach, after make check in a build with --enable-coverage ---
coverage:
	@bash '$(srcdir)/tests/lib/coverage' '$(abs_builddir)'
.PHONY: check-system check-code bench coverage
