# SPDX-License-Identifier: MIT
libslipway_a_SOURCES += \
	src/cli/addresses.c src/cli/addresses.h \
	src/cli/check_host.c \
	src/cli/check_secrets.c \
	src/cli/checkup.h \
	src/cli/cli.c \
	src/cli/cmd_check.c \
	src/cli/cmd_config.c \
	src/cli/cmd_config_lint.c \
	src/cli/cmd_config_update.c \
	src/cli/cmd_inspect.c \
	src/cli/cmd_logs.c \
	src/cli/cmd_names.c \
	src/cli/cmd_panel.c \
	src/cli/cmd_perms.c \
	src/cli/cmd_plan.c \
	src/cli/cmd_runs.c \
	src/cli/cmd_secrets.c \
	src/cli/cmd_setup.c \
	src/cli/cmd_stack.c \
	src/cli/cmd_status.c \
	src/cli/cmd_supervise.c \
	src/cli/cmd_up.c \
	src/cli/column.c src/cli/column.h \
	src/cli/command.h \
	src/cli/commands.h \
	src/cli/completion.c \
	src/cli/config_diff.c src/cli/config_diff.h \
	src/cli/config_edit.c src/cli/config_edit.h \
	src/cli/config_lint.h \
	src/cli/config_update.h \
	src/cli/config_update_text.c \
	src/cli/confirm.c \
	src/cli/editor.c src/cli/editor.h \
	src/cli/front.h \
	src/cli/help.c src/cli/help.h \
	src/cli/line_reader.c \
	src/cli/manual.c \
	src/cli/parse.c src/cli/parse.h \
	src/cli/perform.c src/cli/perform.h \
	src/cli/plain.h \
	src/cli/plain_ask.c src/cli/plain_ask.h \
	src/cli/plain_panel.c \
	src/cli/plain_home.c src/cli/plain_home.h src/cli/plain_setup.c \
	src/cli/plain_update.c \
	src/cli/progress.c src/cli/progress.h \
	src/cli/region.c src/cli/region.h \
	src/cli/reveal.c src/cli/reveal.h \
	src/cli/secrets_export.c src/cli/secrets_export.h \
	src/cli/secrets_files.c src/cli/secrets_files.h \
	src/cli/secrets_import.c src/cli/secrets_import.h \
	src/cli/secrets_list.c src/cli/secrets_list.h \
	src/cli/secrets_move.c src/cli/secrets_move.h \
	src/cli/secrets_rotate.c src/cli/secrets_rotate.h \
	src/cli/services.c src/cli/services.h \
	src/cli/session.c \
	src/cli/setup_answers.c src/cli/setup_answers.h \
	src/cli/setup_flow.h \
	src/cli/setup_old_secret.c src/cli/setup_old_secret.h \
	src/cli/stack_draft.c src/cli/stack_draft.h \
	src/cli/stack_show.c src/cli/stack_show.h \
	src/cli/status.h \
	src/cli/table.c \
	src/cli/tail.c src/cli/tail.h \
	src/cli/unlock.c src/cli/unlock.h
