# SPDX-License-Identifier: MIT
# One unit test program per module: tests/unit/MODULE_test.c. check_PROGRAMS, TESTS and the sources of
# each are listed in the room's fragment below, one line per program.
if HAVE_CMOCKA
include tests/unit/base.mk
include tests/unit/config.mk
include tests/unit/loop.mk
include tests/unit/settings.mk
include tests/unit/yaml.mk
include tests/unit/engine.mk
include tests/unit/cli.mk
endif
