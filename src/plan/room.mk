# SPDX-License-Identifier: MIT
libslipway_a_SOURCES += \
	src/plan/plan.h \
	src/plan/rollout.h \
	src/plan/run.h \
	src/plan/setup.h \
	src/plan/workspace.h
