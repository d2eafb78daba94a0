# SPDX-License-Identifier: MIT
libslipway_a_SOURCES += \
	src/plan/gate.h \
	src/plan/plan.h \
	src/plan/rollout.c src/plan/rollout.h \
	src/plan/rollout_judge.c src/plan/rollout_judge.h \
	src/plan/run.h \
	src/plan/setup.c src/plan/setup.h \
	src/plan/setup_draft.c \
	src/plan/setup_homes.c \
	src/plan/setup_ports.c \
	src/plan/setup_probe.c \
	src/plan/setup_state.h \
	src/plan/workspace.c src/plan/workspace.h
