# SPDX-License-Identifier: MIT
libslipway_a_SOURCES += \
	src/probe/probe.c src/probe/probe.h \
	src/probe/probe_command.c \
	src/probe/probe_http.c \
	src/probe/probe_kind.h \
	src/probe/probe_postgres.c \
	src/probe/probe_redis.c \
	src/probe/probe_smtp.c \
	src/probe/probe_talk.c src/probe/probe_talk.h \
	src/probe/probe_tcp.c \
	src/probe/resp.c src/probe/resp.h \
	src/probe/value_test.c src/probe/value_test.h
