# SPDX-License-Identifier: MIT
libslipwayui_a_SOURCES += \
	ui/capture.c ui/capture.h \
	ui/draw.c ui/draw.h \
	ui/frame.c ui/frame.h \
	ui/input.c ui/input.h \
	ui/keys.c ui/keys.h \
	ui/list.c ui/list.h \
	ui/log_pane.c ui/log_pane.h \
	ui/overlay.h ui/overlay_ask.c ui/overlay_help.c ui/overlay_palette.c \
	ui/overlay_read.c ui/overlay_read.h ui/overlay_text.c ui/overlay_type.c \
	ui/panel.c ui/panel.h \
	ui/panel_filter.c \
	ui/panel_keys.c \
	ui/panel_order.c \
	ui/panel_shell.c \
	ui/panel_steps.c \
	ui/panel_table.c \
	ui/panel_why.c \
	ui/review.c ui/review.h ui/review_draw.c ui/review_keys.c ui/review_missing.c \
	ui/rows.c ui/rows.h \
	ui/screen.h \
	ui/search.c \
	ui/term.c ui/term.h \
	ui/term_input.c ui/term_input.h \
	ui/term_rescue.c ui/term_rescue.h \
	ui/theme.c ui/theme.h \
	ui/ui.h ui/ui_setup.c \
	ui/view.c ui/view.h \
	ui/view_graph.c \
	ui/view_logs.c \
	ui/view_service.c \
	ui/view_steps.c \
	ui/view_timeline.c \
	ui/view_update.c \
	ui/wizard_adjust.c ui/wizard_again.c ui/wizard.c ui/wizard.h \
	ui/wizard_draft.c ui/wizard_draw.c ui/wizard_edit.c ui/wizard_field.c ui/wizard_help.c ui/wizard_home.c ui/wizard_keys.c
