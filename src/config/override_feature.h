/* SPDX-License-Identifier: MIT */
/*
 * What Slipway can adjust of a service without touching the user's files: one row a feature. The
 * wizard's page, --set, answers files, the man page, the completions and the tests read this table.
 */
#ifndef SLIPWAY_CONFIG_OVERRIDE_FEATURE_H
#define SLIPWAY_CONFIG_OVERRIDE_FEATURE_H

#include "config/compose.h"
#include "config/setting.h"

enum override_id {
	OVERRIDE_PORTS,
	OVERRIDE_BIND,
	OVERRIDE_LIMIT_MEMORY,
	OVERRIDE_LIMIT_CPUS,
	OVERRIDE_LIMIT_PIDS,
	OVERRIDE_RESERVE_MEMORY,
	OVERRIDE_RESERVE_CPUS,
	OVERRIDE_GPU,
	OVERRIDE_USER,
	OVERRIDE_RESTART,
	OVERRIDE_LOG_SIZE,
	OVERRIDE_LOG_FILES,
	OVERRIDE_ENVIRONMENT,
	OVERRIDE_HARDENING,
	OVERRIDE_CAPABILITIES,
	OVERRIDE_VOLUMES,
	OVERRIDE_HEALTH,
};
enum { OVERRIDE_FEATURES = OVERRIDE_HEALTH + 1, OVERRIDE_CHOICES = 5 };

/* What a feature writes into. */
struct override_put {
	struct json_object *service;        /* its part of the file */
	const struct compose *compose;      /* the project without the file */
	const struct compose_service *base; /* the service in it */
	char *const *values;                /* all of the service, by enum override_id */
};

struct override_feature {
	const char *name;    /* "limits.memory" */
	const char *title;   /* N_() */
	const char *expects; /* N_() */
	const char *help;    /* N_() sentences */
	const char *example;
	enum setting_type type;
	const char *choices[OVERRIDE_CHOICES];
	const char *separators; /* of its items in one text; NULL: one value */
	/* Whether a value without variables can be right, beyond its type; NULL: the type says it
	 * all. The message does not name the setting. */
	int (*check)(const char *value, struct error *err);
	/* Whether it can be right for this service. NULL. */
	int (*fits)(const struct compose_service *base, const char *value, struct error *err);
	void (*put)(const struct override_put *p, const char *value);
	/* What holds without it, in words; NULL: nothing. Caller frees. */
	char *(*otherwise)(const struct compose_service *base);
};

extern const struct override_feature override_features[OVERRIDE_FEATURES];
/* By name; -1. */
int override_feature_find(const char *name);
/* Checks a value for a service (base may be NULL). Empty is right: nothing is adjusted. */
int override_check(enum override_id id, const struct compose_service *base, const char *value,
	struct error *err);

/* --- for the parts of the table */
/* The object at "deploy.resources.limits" below o, made when it is not there. */
struct json_object *override_at(struct json_object *o, const char *path);
/* {"!tag": value}; takes value (NULL: null). */
struct json_object *override_tagged(const char *tag, struct json_object *value);
/* Whether a truth value in words is a yes. */
bool override_truth(const char *value);

/* override_limits.c */
/* What the older keys of limits and reservations must say besides. */
void override_mirror(const struct override_put *p);
int override_cpus_check(const char *value, struct error *err);
int override_count_check(const char *value, struct error *err);
int override_bytes_check(const char *value, struct error *err);
int override_limit_memory_fits(
	const struct compose_service *base, const char *value, struct error *err);
int override_reserve_memory_fits(
	const struct compose_service *base, const char *value, struct error *err);
void override_limit_memory_put(const struct override_put *p, const char *value);
void override_limit_cpus_put(const struct override_put *p, const char *value);
void override_limit_pids_put(const struct override_put *p, const char *value);
void override_reserve_memory_put(const struct override_put *p, const char *value);
void override_reserve_cpus_put(const struct override_put *p, const char *value);
char *override_limit_memory_otherwise(const struct compose_service *base);
char *override_limit_cpus_otherwise(const struct compose_service *base);
char *override_limit_pids_otherwise(const struct compose_service *base);
char *override_reserve_memory_otherwise(const struct compose_service *base);
char *override_reserve_cpus_otherwise(const struct compose_service *base);

/* override_gpu.c */
int override_gpu_check(const char *value, struct error *err);
void override_gpu_put(const struct override_put *p, const char *value);
char *override_gpu_otherwise(const struct compose_service *base);

/* override_environment.c */
int override_environment_check(const char *value, struct error *err);
void override_environment_put(const struct override_put *p, const char *value);

/* override_ports.c */
int override_ports_check(const char *value, struct error *err);
int override_bind_check(const char *value, struct error *err);
void override_ports_put(const struct override_put *p, const char *value);
void override_bind_put(const struct override_put *p, const char *value);
char *override_ports_otherwise(const struct compose_service *base);

/* override_harden.c */
int override_harden_fits(const struct compose_service *base, const char *value, struct error *err);
int override_capabilities_check(const char *value, struct error *err);
void override_harden_put(const struct override_put *p, const char *value);
/* What is kept when everything else is dropped: by the image, and by whether it begins as root. */
void override_capabilities(const struct compose_service *base, struct strv *ret);

/* override_mounts.c */
int override_volumes_check(const char *value, struct error *err);
int override_volumes_fits(const struct compose_service *base, const char *value, struct error *err);
void override_volumes_put(const struct override_put *p, const char *value);
char *override_volumes_otherwise(const struct compose_service *base);

/* override_health.c */
int override_health_check(const char *value, struct error *err);
void override_health_put(const struct override_put *p, const char *value);
char *override_health_otherwise(const struct compose_service *base);

#endif
