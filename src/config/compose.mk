# SPDX-License-Identifier: MIT
libslipway_a_SOURCES += \
	src/config/compose.h \
	src/config/env_doc.c src/config/env_edit.c src/config/env_eval.c \
	src/config/env_file.c src/config/env_file.h \
	src/config/interp.c src/config/interp.h \
	src/config/rune.c src/config/rune.h
