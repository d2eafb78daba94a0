# SPDX-License-Identifier: MIT
include src/config/compose.mk
libslipway_a_SOURCES += \
	src/config/address_use.c src/config/address_use.h \
	src/config/answers.c src/config/answers.h \
	src/config/env_list.c src/config/env_list.h \
	src/config/feature.c src/config/feature.h \
	src/config/feature_dotenv.c \
	src/config/feature_gather.c \
	src/config/feature_part.c src/config/feature_part.h \
	src/config/feature_profile.c \
	src/config/build_source.c src/config/build_source.h \
	src/config/lint_build.c \
	src/config/lint.c src/config/lint.h \
	src/config/lint_credential.c \
	src/config/lint_env.c \
	src/config/lint_file.c \
	src/config/lint_fix.c \
	src/config/lint_health.c \
	src/config/lint_health_path.c \
	src/config/lint_image.c \
	src/config/lint_model.c \
	src/config/lint_parts.h \
	src/config/lint_rules.c \
	src/config/lint_scrape.c \
	src/config/lint_secret_file.c \
	src/config/lint_service.c \
	src/config/lint_setting.c \
	src/config/lint_unused.c \
	src/config/lint_update.c \
	src/config/mask.c src/config/mask.h \
	src/config/mask_env.c \
	src/config/override.c src/config/override.h \
	src/config/override_pass.c src/config/override_pass.h \
	src/config/compose_env_files.c src/config/compose_env_files.h \
	src/config/override_environment.c \
	src/config/override_feature.c src/config/override_feature.h \
	src/config/override_gpu.c \
	src/config/override_harden.c \
	src/config/override_health.c \
	src/config/override_limits.c \
	src/config/override_list.c \
	src/config/override_mounts.c \
	src/config/override_ports.c \
	src/config/override_settings.c src/config/override_settings.h \
	src/config/override_walk.c \
	src/config/override_words.c src/config/override_words.h \
	src/config/project.c src/config/project.h \
	src/config/project_dotenv.c \
	src/config/project_expand.c src/config/project_expand.h \
	src/config/project_join.c \
	src/config/project_models.c src/config/project_models.h \
	src/config/project_outside.c \
	src/config/project_parts.h \
	src/config/project_pristine.c \
	src/config/project_rename.c \
	src/config/project_stage.c \
	src/config/project_store.c \
	src/config/secret.c src/config/secret.h \
	src/config/secret_age.c src/config/secret_age.h \
	src/config/secret_ask.c src/config/secret_ask.h \
	src/config/secret_bag.c src/config/secret_bag.h \
	src/config/secret_derive.c \
	src/config/secret_file.c src/config/secret_file.h \
	src/config/secret_file_kind.c \
	src/config/secret_key.c \
	src/config/secret_parts.h \
	src/config/secret_placeholder.c \
	src/config/secret_put.c src/config/secret_put.h \
	src/config/secret_seal.c src/config/secret_seal.h \
	src/config/secret_store.c src/config/secret_store.h \
	src/config/secret_trust.c src/config/secret_trust.h \
	src/config/secret_words.c \
	src/config/setting.c src/config/setting.h \
	src/config/setting_address.c \
	src/config/setting_cron.c \
	src/config/setting_current.c \
	src/config/setting_doc.c src/config/setting_doc.h \
	src/config/setting_dsn.c \
	src/config/setting_generate.c \
	src/config/setting_guess.c src/config/setting_guess.h \
	src/config/setting_index.c src/config/setting_index.h \
	src/config/setting_infer.c src/config/setting_infer.h \
	src/config/setting_kin.c \
	src/config/setting_line.c src/config/setting_line.h \
	src/config/setting_list.c \
	src/config/setting_measure.c \
	src/config/setting_pages.c \
	src/config/setting_parts.h \
	src/config/setting_pattern.c src/config/setting_pattern.h \
	src/config/setting_published.c src/config/setting_published.h \
	src/config/setting_rule.c src/config/setting_rule.h \
	src/config/setting_type.c \
	src/config/setting_words.c \
	src/config/stack.c src/config/stack.h \
	src/config/stack_feature.c \
	src/config/stack_gate.c \
	src/config/stack_generate.c \
	src/config/stack_lint.c src/config/stack_lint.h \
	src/config/stack_lint_kept.c \
	src/config/stack_lint_name.c \
	src/config/stack_lint_parts.h \
	src/config/stack_mention.c src/config/stack_mention.h \
	src/config/stack_migration.c \
	src/config/stack_model.c \
	src/config/stack_open.c \
	src/config/stack_parts.h \
	src/config/stack_rename.c \
	src/config/stack_requires.c \
	src/config/stack_rule.c \
	src/config/stack_runbook.c \
	src/config/stack_schema.c src/config/stack_schema.h \
	src/config/stack_service.c \
	src/config/stack_setting.c \
	src/config/stack_setting_key.c \
	src/config/stack_step.c \
	src/config/stack_volume.c \
	src/config/update.c src/config/update.h \
	src/config/update_file.c src/config/update_file.h
