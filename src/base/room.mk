# SPDX-License-Identifier: MIT
libslipway_a_SOURCES += \
	src/base/arena.c src/base/arena.h \
	src/base/banned.h \
	src/base/diff.c src/base/diff.h \
	src/base/digest.c src/base/digest.h \
	src/base/error.c src/base/error.h \
	src/base/i18n.c src/base/i18n.h \
	src/base/json.c src/base/json.h \
	src/base/log.c src/base/log.h \
	src/base/mem.c src/base/mem.h \
	src/base/merge3.c src/base/merge3.h \
	src/base/nearest.c src/base/nearest.h \
	src/base/str.c src/base/str.h \
	src/base/strmap.c src/base/strmap.h \
	src/base/strv.c src/base/strv.h \
	src/base/text.c src/base/text.h \
	src/base/text_safe.c \
	src/base/utf8.c src/base/utf8.h \
	src/base/yaml.c src/base/yaml.h \
	src/base/yaml_out.c \
	src/base/yaml_scalar.c src/base/yaml_scalar.h
