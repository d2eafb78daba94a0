# SPDX-License-Identifier: MIT
libslipway_a_SOURCES += \
	src/cli/command.h \
	src/cli/front.h
