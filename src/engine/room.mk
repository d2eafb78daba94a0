# SPDX-License-Identifier: MIT
libslipway_a_SOURCES += \
	src/engine/engine.h \
	src/engine/live.h \
	src/engine/logs.h
