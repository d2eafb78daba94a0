# SPDX-License-Identifier: MIT
libslipway_a_SOURCES += \
	src/config/compose.c src/config/compose.h src/config/compose_address.c src/config/compose_address.h src/config/compose_bind.c src/config/compose_bind.h \
	src/config/compose_bind_list.c src/config/compose_canon.c src/config/compose_circles.c src/config/compose_consistent.c src/config/compose_environ.c \
	src/config/compose_extends.c src/config/compose_find.c src/config/compose_include.c \
	src/config/compose_interp.c src/config/compose_load.h src/config/compose_merge.c \
	src/config/compose_norm.c src/config/compose_project.c src/config/compose_read.c \
	src/config/compose_schema.c src/config/compose_schema.h src/config/compose_short.c \
	src/config/compose_unique.c src/config/compose_units.c src/config/compose_units.h \
	src/config/compose_val.c src/config/compose_val.h src/config/compose_validate.c \
	src/config/compose_view.c \
	src/config/env_edit.c src/config/env_eval.c src/config/env_insert.c src/config/env_parts.h src/config/env_shell.c \
	src/config/env_update.c src/config/env_update.h \
	src/config/env_file.c src/config/env_file.h \
	src/config/interp.c src/config/interp.h \
	src/config/rune.c src/config/rune.h
