# SPDX-License-Identifier: MIT
libslipway_a_SOURCES += \
	src/engine/engine.h \
	src/engine/live.h \
	src/engine/log_filter.c \
	src/engine/log_level.c \
	src/engine/logs.c src/engine/logs.h
