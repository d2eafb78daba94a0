# SPDX-License-Identifier: MIT
libslipwayui_a_SOURCES += \
	ui/ui.h
