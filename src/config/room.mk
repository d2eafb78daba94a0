# SPDX-License-Identifier: MIT
include src/config/compose.mk
libslipway_a_SOURCES += \
	src/config/project.h \
	src/config/secret.c src/config/secret.h src/config/secret_placeholder.c \
	src/config/setting.c src/config/setting.h src/config/setting_current.c src/config/setting_type.c \
	src/config/stack.h
