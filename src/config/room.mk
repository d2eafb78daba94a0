# SPDX-License-Identifier: MIT
libslipway_a_SOURCES += \
	src/config/compose.h \
	src/config/project.h \
	src/config/secret.c src/config/secret.h src/config/secret_placeholder.c \
	src/config/setting.c src/config/setting.h src/config/setting_current.c src/config/setting_type.c \
	src/config/stack.h
	src/config/setting.h \
	src/config/stack.h \
	src/config/env_file.h \
	src/config/interp.c src/config/interp.h
