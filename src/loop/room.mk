# SPDX-License-Identifier: MIT
libslipway_a_SOURCES += \
	src/loop/child.h \
	src/loop/http.h \
	src/loop/loop.h \
	src/loop/op.h \
	src/loop/pg.h \
	src/loop/work.h
