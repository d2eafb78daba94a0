# SPDX-License-Identifier: MIT
libslipway_a_SOURCES += \
	src/host/host.c src/host/host.h \
	src/host/local.c src/host/local.h \
	src/host/local_crew.c src/host/local_crew.h \
	src/host/local_dial.c \
	src/host/local_dir.c \
	src/host/local_facts.c \
	src/host/local_file.c \
	src/host/local_lend.c \
	src/host/local_own.c \
	src/host/local_ports.c \
	src/host/local_write.c
