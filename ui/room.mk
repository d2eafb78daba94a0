# SPDX-License-Identifier: MIT
libslipwayui_a_SOURCES += \
	ui/draw.c ui/draw.h \
	ui/frame.c ui/frame.h \
	ui/input.c ui/input.h \
	ui/keys.c ui/keys.h \
	ui/list.c ui/list.h \
	ui/overlay.h ui/overlay_ask.c ui/overlay_help.c ui/overlay_palette.c ui/overlay_text.c \
	ui/screen.h \
	ui/term.c ui/term.h \
	ui/term_rescue.c ui/term_rescue.h \
	ui/theme.c ui/theme.h \
	ui/ui.h \
	ui/view.c ui/view.h
