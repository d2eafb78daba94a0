# SPDX-License-Identifier: MIT
libslipway_a_SOURCES += \
	src/loop/child.c src/loop/child.h \
	src/loop/child_input.c src/loop/child_input.h \
	src/loop/child_local.c \
	src/loop/child_tty.c src/loop/child_tty.h \
	src/loop/http.c src/loop/http.h \
	src/loop/http_deaf.c src/loop/http_deaf.h \
	src/loop/http_pool.h src/loop/http_request.c src/loop/http_url.c \
	src/loop/loop.c src/loop/loop.h \
	src/loop/op.c src/loop/op.h \
	src/loop/orphans.c src/loop/orphans.h \
	src/loop/pg.c src/loop/pg.h \
	src/loop/relay.c src/loop/relay.h \
	src/loop/resolve.c src/loop/resolve.h \
	src/loop/sock.c src/loop/sock.h \
	src/loop/work.c src/loop/work.h
