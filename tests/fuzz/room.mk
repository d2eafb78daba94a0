# SPDX-License-Identifier: MIT
# Fuzz targets: tests/fuzz/NAME_fuzz.c.
#   make fuzz                        each for $(TIME) seconds, $(FUZZ_JOBS) at a time
#   make fuzz FUZZ=env TIME=1800     one of them, for half an hour
#   make fuzz SEED=1                 with the same mutations each time (0, the default: others each time)
#   make fuzz-build                  builds them only
# They need clang and have a build of their own, in fuzz/ of this one. What clang warns of is left out: the warnings that
# count are those of the program's own build.
FUZZ_TARGETS = env yaml interp compose stack engine
TIME = 60
SEED = 0
FUZZ_JOBS = 2
CLANG = clang
FUZZ_COMMON = tests/fuzz/fuzz.c tests/fuzz/fuzz.h
EXTRA_DIST += tests/fuzz/run tests/fuzz/compose.dict tests/fuzz/env.dict $(wildcard $(srcdir)/tests/fuzz/seeds/*/*)
if FUZZ_BUILD
FUZZ_BINARIES = $(FUZZ_TARGETS:%=tests/fuzz/%_fuzz$(EXEEXT))
EXTRA_PROGRAMS += tests/fuzz/env_fuzz tests/fuzz/yaml_fuzz tests/fuzz/interp_fuzz \
	tests/fuzz/compose_fuzz tests/fuzz/stack_fuzz tests/fuzz/engine_fuzz
endif
FUZZ_LINK = $(AM_LDFLAGS) -fsanitize=fuzzer
tests_fuzz_env_fuzz_SOURCES = tests/fuzz/env_fuzz.c $(FUZZ_COMMON)
tests_fuzz_env_fuzz_LDADD = $(ENGINE_LIBS)
tests_fuzz_env_fuzz_LDFLAGS = $(FUZZ_LINK)
tests_fuzz_yaml_fuzz_SOURCES = tests/fuzz/yaml_fuzz.c $(FUZZ_COMMON)
tests_fuzz_yaml_fuzz_LDADD = $(ENGINE_LIBS)
tests_fuzz_yaml_fuzz_LDFLAGS = $(FUZZ_LINK)
tests_fuzz_interp_fuzz_SOURCES = tests/fuzz/interp_fuzz.c $(FUZZ_COMMON)
tests_fuzz_interp_fuzz_LDADD = $(ENGINE_LIBS)
tests_fuzz_interp_fuzz_LDFLAGS = $(FUZZ_LINK)
tests_fuzz_compose_fuzz_SOURCES = tests/fuzz/compose_fuzz.c tests/fuzz/memory_host.c tests/fuzz/memory_host.h \
	$(FUZZ_COMMON)
tests_fuzz_compose_fuzz_LDADD = $(ENGINE_LIBS)
tests_fuzz_compose_fuzz_LDFLAGS = $(FUZZ_LINK)
tests_fuzz_stack_fuzz_SOURCES = tests/fuzz/stack_fuzz.c $(FUZZ_COMMON)
tests_fuzz_stack_fuzz_LDADD = $(ENGINE_LIBS)
tests_fuzz_stack_fuzz_LDFLAGS = $(FUZZ_LINK)
tests_fuzz_engine_fuzz_SOURCES = tests/fuzz/engine_fuzz.c $(FUZZ_COMMON)
tests_fuzz_engine_fuzz_LDADD = $(ENGINE_LIBS)
tests_fuzz_engine_fuzz_LDFLAGS = $(FUZZ_LINK)

if FUZZ_BUILD
fuzz-build: $(FUZZ_BINARIES)
fuzz: fuzz-build
	@builddir='$(abs_builddir)' TIME='$(TIME)' SEED='$(SEED)' JOBS='$(FUZZ_JOBS)' bash '$(srcdir)/tests/fuzz/run' $(or $(FUZZ),$(FUZZ_TARGETS))
else
fuzz-build:
	@command -v $(CLANG) >/dev/null || { echo 'make fuzz needs clang (Debian packages: clang, libclang-rt-dev)' >&2; exit 1; }
	@$(MKDIR_P) fuzz && cd fuzz && { test -f Makefile || \
		'$(abs_srcdir)/configure' CC='$(CLANG)' CFLAGS='-g -O1 -w' --enable-fuzz >configure.log 2>&1 || { tail -n 20 configure.log; exit 1; }; }
	@$(MAKE) $(AM_MAKEFLAGS) -s -C fuzz fuzz-build
fuzz: fuzz-build
	@$(MAKE) $(AM_MAKEFLAGS) -s -C fuzz fuzz FUZZ='$(FUZZ)' TIME='$(TIME)' SEED='$(SEED)' FUZZ_JOBS='$(FUZZ_JOBS)'
endif
.PHONY: fuzz fuzz-build
