# SPDX-License-Identifier: MIT
libslipway_a_SOURCES += \
	src/host/host.h
