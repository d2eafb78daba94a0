# SPDX-License-Identifier: MIT
libslipway_a_SOURCES += \
	src/cli/cli.c \
	src/cli/cmd_supervise.c \
	src/cli/command.h \
	src/cli/commands.h \
	src/cli/completion.c \
	src/cli/front.h \
	src/cli/help.c src/cli/help.h \
	src/cli/manual.c \
	src/cli/parse.c src/cli/parse.h \
	src/cli/table.c
