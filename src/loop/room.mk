# SPDX-License-Identifier: MIT
libslipway_a_SOURCES += \
	src/loop/child.c src/loop/child.h \
	src/loop/http.h \
	src/loop/loop.c src/loop/loop.h \
	src/loop/op.c src/loop/op.h \
	src/loop/pg.h \
	src/loop/sock.c src/loop/sock.h \
	src/loop/work.c src/loop/work.h
