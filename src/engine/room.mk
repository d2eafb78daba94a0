# SPDX-License-Identifier: MIT
libslipway_a_SOURCES += \
	src/engine/engine.h \
	src/engine/live.c src/engine/live.h \
	src/engine/live_state.c \
	src/engine/live_why.c \
	src/engine/log_filter.c \
	src/engine/log_level.c \
	src/engine/logs.c src/engine/logs.h
