# SPDX-License-Identifier: MIT
libslipway_a_SOURCES += \
	src/config/compose.h \
	src/config/env_file.h \
	src/config/interp.c src/config/interp.h
