# SPDX-License-Identifier: MIT
libslipway_a_SOURCES += \
	src/plan/gate.h \
	src/plan/plan.h \
	src/plan/rollout.c src/plan/rollout.h \
	src/plan/rollout_judge.c src/plan/rollout_judge.h \
	src/plan/run.h \
	src/plan/setup.h \
	src/plan/workspace.c src/plan/workspace.h
