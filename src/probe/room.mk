# SPDX-License-Identifier: MIT
libslipway_a_SOURCES += \
	src/probe/probe.h
