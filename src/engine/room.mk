# SPDX-License-Identifier: MIT
libslipway_a_SOURCES += \
	src/engine/accounts.c src/engine/accounts.h \
	src/engine/compose_build.c \
	src/engine/compose_build_why.c \
	src/engine/compose_cmd.c src/engine/compose_cmd.h \
	src/engine/compose_connect.c \
	src/engine/compose_create.c \
	src/engine/compose_engine.c src/engine/compose_engine.h \
	src/engine/compose_inventory.c \
	src/engine/compose_progress.c src/engine/compose_progress.h \
	src/engine/compose_pull.c \
	src/engine/compose_run.c \
	src/engine/compose_whose.c \
	src/engine/docker_accounts.c src/engine/docker_accounts.h \
	src/engine/docker_action.c src/engine/docker_action.h \
	src/engine/docker_words.c src/engine/docker_words.h \
	src/engine/docker_archive.c src/engine/docker_archive.h \
	src/engine/docker_api.c src/engine/docker_api.h \
	src/engine/docker_connect.c \
	src/engine/docker_container.c src/engine/docker_container.h \
	src/engine/docker_exec.c \
	src/engine/docker_exec_kill.c \
	src/engine/docker_frames.c \
	src/engine/docker_log.c src/engine/docker_log.h \
	src/engine/docker_logs.c src/engine/docker_logs.h \
	src/engine/docker_socket.c src/engine/docker_socket.h \
	src/engine/docker_stats.c src/engine/docker_stats.h \
	src/engine/docker_stream.c src/engine/docker_stream.h \
	src/engine/docker_volume.c src/engine/docker_volume.h \
	src/engine/docker_watch.c src/engine/docker_watch.h \
	src/engine/engine.c src/engine/engine.h \
	src/engine/engine_kind.c \
	src/engine/live.c src/engine/live.h \
	src/engine/live_state.c \
	src/engine/live_why.c \
	src/engine/log_filter.c \
	src/engine/log_level.c \
	src/engine/logs.c src/engine/logs.h \
	src/engine/process_client.c src/engine/process_client.h \
	src/engine/process_engine.c src/engine/process_engine.h \
	src/engine/process_expand.c \
	src/engine/process_family.c src/engine/process_family.h \
	src/engine/process_health.c src/engine/process_health.h \
	src/engine/process_job.c src/engine/process_job.h \
	src/engine/process_lines.c src/engine/process_lines.h \
	src/engine/process_logs.c \
	src/engine/process_audience.c src/engine/process_audience.h src/engine/process_peer.c src/engine/process_peer.h \
	src/engine/process_proc.c src/engine/process_proc.h \
	src/engine/process_roster.c src/engine/process_roster.h \
	src/engine/process_seat.c src/engine/process_seat.h \
	src/engine/process_spec.c src/engine/process_spec.h \
	src/engine/process_super.c src/engine/process_super.h \
	src/engine/process_unit.c src/engine/process_unit.h \
	src/engine/process_watch.c src/engine/process_watch.h \
	src/engine/process_wire.c src/engine/process_wire.h
