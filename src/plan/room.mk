# SPDX-License-Identifier: MIT
libslipway_a_SOURCES += \
	src/plan/action.c src/plan/action.h \
	src/plan/gate.c src/plan/gate.h \
	src/plan/gate_address.c src/plan/gate_address.h \
	src/plan/deploy.c src/plan/deploy.h \
	src/plan/deployed.c src/plan/deployed.h \
	src/plan/journal.c src/plan/journal.h \
	src/plan/journal_change.c src/plan/journal_change.h \
	src/plan/last_run.c src/plan/last_run.h \
	src/plan/dotenv_verify.c \
	src/plan/override_verify.c \
	src/plan/ledger.c src/plan/ledger.h \
	src/plan/ledger_change.c \
	src/plan/ledger_own.c \
	src/plan/plan.c src/plan/plan.h \
	src/plan/plan_answers.c \
	src/plan/plan_build.h \
	src/plan/plan_builds.c \
	src/plan/plan_directories.c \
	src/plan/plan_env_files.c \
	src/plan/plan_files.c src/plan/plan_fix.c \
	src/plan/plan_make.c \
	src/plan/plan_override.c \
	src/plan/plan_owners.c \
	src/plan/plan_ports.c \
	src/plan/plan_secret_files.c \
	src/plan/plan_seen.c \
	src/plan/plan_services.c \
	src/plan/plan_store.c \
	src/plan/plan_text.c \
	src/plan/plan_update.c src/plan/plan_update.h \
	src/plan/rotation.c src/plan/rotation.h \
	src/plan/rotation_file.c \
	src/plan/rotation_kept.c \
	src/plan/rotation_plan.c \
	src/plan/rotation_services.c \
	src/plan/rotation_way.c \
	src/plan/rotation_words.c \
	src/plan/rollout.c src/plan/rollout.h \
	src/plan/rooted.c src/plan/rooted.h \
	src/plan/secret_move.c src/plan/secret_move.h \
	src/plan/secret_readers.c \
	src/plan/secret_record.c src/plan/secret_record.h \
	src/plan/rollout_entry.c src/plan/rollout_entry.h \
	src/plan/rollout_judge.c src/plan/rollout_judge.h \
	src/plan/run.c src/plan/run.h \
	src/plan/run_diff.c src/plan/run_diff.h \
	src/plan/run_failure.c src/plan/run_failure.h \
	src/plan/run_job.c src/plan/run_job.h \
	src/plan/run_list.c \
	src/plan/run_undo.c \
	src/plan/runner.h \
	src/plan/secret_keeper.c src/plan/secret_keeper.h \
	src/plan/secret_trial.c src/plan/secret_trial.h \
	src/plan/setup.c src/plan/setup.h \
	src/plan/setup_adjust.c src/plan/setup_count.c src/plan/setup_make.c \
	src/plan/setup_again.c src/plan/setup_again.h \
	src/plan/setup_draft.c \
	src/plan/setup_amend.c \
	src/plan/setup_annotate.c \
	src/plan/setup_kept.c \
	src/plan/setup_home.c src/plan/setup_home.h \
	src/plan/setup_homes.c \
	src/plan/setup_ports.c \
	src/plan/setup_probe.c \
	src/plan/setup_state.h src/plan/setup_test.c \
	src/plan/setup_trial.c \
	src/plan/setup_warn.c \
	src/plan/state.c src/plan/state.h \
	src/plan/step_action.c src/plan/step_action.h \
	src/plan/step_create.c \
	src/plan/step_directory.c \
	src/plan/step_draft.c \
	src/plan/step_file.c \
	src/plan/step_image.c \
	src/plan/step_own.c \
	src/plan/step_own_later.c \
	src/plan/step_rotate.c \
	src/plan/step_purge.c \
	src/plan/step_remove.c \
	src/plan/step_seen.c \
	src/plan/step_service.c \
	src/plan/step_store.c \
	src/plan/step_wipe.c \
	src/plan/undo.c src/plan/undo.h \
	src/plan/undo_rooted.c \
	src/plan/workspace.c src/plan/workspace.h
