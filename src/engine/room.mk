# SPDX-License-Identifier: MIT
libslipway_a_SOURCES += \
	src/engine/compose_build.c \
	src/engine/compose_progress.c src/engine/compose_progress.h \
	src/engine/docker_frames.c \
	src/engine/docker_log.c src/engine/docker_log.h \
	src/engine/engine.h \
	src/engine/live.c src/engine/live.h \
	src/engine/live_state.c \
	src/engine/live_why.c \
	src/engine/log_filter.c \
	src/engine/log_level.c \
	src/engine/logs.c src/engine/logs.h \
	src/engine/process_client.c src/engine/process_client.h \
	src/engine/process_engine.c src/engine/process_engine.h \
	src/engine/process_expand.c \
	src/engine/process_listen.c src/engine/process_listen.h \
	src/engine/process_logs.c \
	src/engine/process_proc.c src/engine/process_proc.h \
	src/engine/process_spec.c src/engine/process_spec.h \
	src/engine/process_super.c src/engine/process_super.h \
	src/engine/process_unit.c src/engine/process_unit.h \
	src/engine/process_wire.c src/engine/process_wire.h
