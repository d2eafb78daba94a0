/* SPDX-License-Identifier: MIT */
#include "config/override_feature.h"

#include "base/i18n.h"
#include "base/str.h"
#include "config/interp.h"

#include <string.h>

/* --- what the rows share */

struct json_object *override_at(struct json_object *o, const char *path)
{
	AUTO(strv) struct strv parts = STRV_INIT;

	strv_split(&parts, path, '.');
	for (size_t i = 0; i < parts.n; i++) {
		struct json_object *next = json_key(o, parts.items[i]);

		if (!next) {
			next = json_object_new_object();
			json_put(o, parts.items[i], next);
		}
		o = next;
	}
	return o;
}

struct json_object *override_tagged(const char *tag, struct json_object *value)
{
	return json_put(json_object_new_object(), tag, value);
}

bool override_truth(const char *value)
{
	bool truth = false;

	return setting_bool(value, &truth) == 0 && truth;
}

/* --- user, restart, logging */

static int check_user(const char *value, struct error *err)
{
	const char *colon = strchr(value, ':');

	if (!strpbrk(value, " \t\"'") && colon != value &&
		(!colon || (colon[1] && !strchr(colon + 1, ':'))))
		return 0;
	return error_set(err, ERR_INPUT, _("expected a user or user:group, such as 1000:1000"));
}

static void put_user(const struct override_put *p, const char *value)
{
	json_put_str(p->service, "user", value);
}

static char *user_now(const struct compose_service *base)
{
	return xstrdup(base->user);
}

static void put_restart(const struct override_put *p, const char *value)
{
	json_put_str(p->service, "restart", value);
}

static char *restart_now(const struct compose_service *base)
{
	return xstrdup(base->restart);
}

/* Where the service logs to something that keeps no files, that gives way. */
static struct json_object *logging(const struct override_put *p)
{
	const char *driver = json_str(p->base->json, "logging.driver", "json-file");
	bool files = str_eq(driver, "json-file") || str_eq(driver, "local");
	struct json_object *own = json_key(p->service, "logging");

	if (!own) {
		own = json_object_new_object();
		json_put_str(own, "driver", files ? driver : "json-file");
		json_put(own, "options", json_object_new_object());
		json_put(p->service, "logging", files ? own : override_tagged("!override", own));
	} else if (json_key(own, "!override")) {
		own = json_key(own, "!override");
	}
	return json_key(own, "options");
}

static void put_log_size(const struct override_put *p, const char *value)
{
	json_put_str(logging(p), "max-size", value);
}

static char *log_size_now(const struct compose_service *base)
{
	struct json_object *options = json_get(base->json, "logging.options");
	const char *text = json_object_get_string(json_key(options, "max-size"));

	return text ? xstrdup(text) : NULL;
}

static void put_log_files(const struct override_put *p, const char *value)
{
	json_put_str(logging(p), "max-file", value);
}

static char *log_files_now(const struct compose_service *base)
{
	struct json_object *options = json_get(base->json, "logging.options");
	const char *text = json_object_get_string(json_key(options, "max-file"));

	return text ? xstrdup(text) : NULL;
}

/* --- hardening */

static void put_nothing(const struct override_put *p, const char *value)
{
	(void)p;
	(void)value;
}

static char *capabilities_now(const struct compose_service *base)
{
	AUTO(strv) struct strv kept = STRV_INIT;

	override_capabilities(base, &kept);
	return kept.n ? strv_join(&kept, " ") : NULL;
}

/* --- the table */

const struct override_feature override_features[OVERRIDE_FEATURES] = {
	[OVERRIDE_PORTS] = {.name = "ports",
		.title = N_("Ports"),
		.expects = N_("ports such as 8080:80, or none"),
		.help = N_("The ports that are published, in place of those that the compose "
			   "files publish. Several stand beside each other. Variables may be used: "
			   "${WEB_PORT}:80."),
		.example = "127.0.0.1:8080:80",
		.separators = ",",
		.check = override_ports_check,
		.put = override_ports_put,
		.otherwise = override_ports_otherwise},
	[OVERRIDE_BIND] = {.name = "bind",
		.title = N_("Bind to"),
		.expects = N_("an IP address"),
		.help = N_("The address on which all published ports of the service listen. With "
			   "127.0.0.1 only this machine reaches them; without an address, "
			   "everybody who reaches the machine does, past its firewall."),
		.example = "127.0.0.1",
		.check = override_bind_check,
		.put = override_bind_put},
	[OVERRIDE_LIMIT_MEMORY] = {.name = "limits.memory",
		.title = N_("Memory limit"),
		.expects = N_("a size such as 512m or 2g"),
		.help = N_("The most memory the service may use. What needs more is ended by the "
			   "kernel, and shown as out of memory."),
		.example = "512m",
		.check = override_bytes_check,
		.fits = override_limit_memory_fits,
		.put = override_limit_memory_put,
		.otherwise = override_limit_memory_otherwise},
	[OVERRIDE_LIMIT_CPUS] = {.name = "limits.cpus",
		.title = N_("CPU limit"),
		.expects = N_("a number of processors such as 0.5"),
		.help = N_("The most processor time the service may use: 0.5 is half a core, 2 "
			   "are two."),
		.example = "1.5",
		.check = override_cpus_check,
		.put = override_limit_cpus_put,
		.otherwise = override_limit_cpus_otherwise},
	[OVERRIDE_LIMIT_PIDS] = {.name = "limits.pids",
		.title = N_("Process limit"),
		.expects = N_("a whole number"),
		.help = N_("The most processes and threads at a time. Guards the machine against a "
			   "service that multiplies."),
		.example = "200",
		.check = override_count_check,
		.put = override_limit_pids_put,
		.otherwise = override_limit_pids_otherwise},
	[OVERRIDE_RESERVE_MEMORY] = {.name = "reservations.memory",
		.title = N_("Memory reserved"),
		.expects = N_("a size such as 256m"),
		.help = N_("What the service keeps when memory gets short: others give theirs "
			   "first. Not more than its limit."),
		.example = "256m",
		.check = override_bytes_check,
		.fits = override_reserve_memory_fits,
		.put = override_reserve_memory_put,
		.otherwise = override_reserve_memory_otherwise},
	[OVERRIDE_RESERVE_CPUS] = {.name = "reservations.cpus",
		.title = N_("CPU reserved"),
		.expects = N_("a number of processors such as 0.25"),
		.help = N_("What a cluster keeps free for the service; one machine alone takes no "
			   "notice of it."),
		.example = "0.25",
		.check = override_cpus_check,
		.put = override_reserve_cpus_put,
		.otherwise = override_reserve_cpus_otherwise},
	[OVERRIDE_GPU] = {.name = "gpu",
		.title = N_("GPU"),
		.expects = N_("off, all, or which ones"),
		.help = N_("Whether the service gets NVIDIA GPUs: off, all of them, or which ones "
			   "by number or name. Off takes the reservation away that keeps a service "
			   "from starting on a machine without one."),
		.example = "off",
		.separators = ",",
		.check = override_gpu_check,
		.put = override_gpu_put,
		.otherwise = override_gpu_otherwise},
	[OVERRIDE_USER] = {.name = "user",
		.title = N_("User"),
		.expects = N_("a user or user:group"),
		.help = N_("Whom the service runs as in its container, in place of what its image "
			   "says. Its directories on the host are given to the same one."),
		.example = "1000:1000",
		.check = check_user,
		.put = put_user,
		.otherwise = user_now},
	[OVERRIDE_RESTART] = {.name = "restart",
		.title = N_("Restart"),
		.expects = N_("no, on-failure, unless-stopped or always"),
		.help = N_("What happens when the service ends: unless-stopped starts it again "
			   "also when the machine has restarted, on-failure only after an error."),
		.example = "unless-stopped",
		.type = SETTING_ENUM,
		.choices = {"no", "on-failure", "unless-stopped", "always"},
		.put = put_restart,
		.otherwise = restart_now},
	[OVERRIDE_LOG_SIZE] = {.name = "logging.max_size",
		.title = N_("Log size"),
		.expects = N_("a size such as 10m"),
		.help = N_("How large a log file of the service may become before a new one is "
			   "begun. Without this, and without a setting of the Engine, logs grow "
			   "until the disk is full."),
		.example = "10m",
		.check = override_bytes_check,
		.put = put_log_size,
		.otherwise = log_size_now},
	[OVERRIDE_LOG_FILES] = {.name = "logging.max_files",
		.title = N_("Log files"),
		.expects = N_("a whole number"),
		.help = N_("How many such log files are kept; together with the log size."),
		.example = "3",
		.check = override_count_check,
		.put = put_log_files,
		.otherwise = log_files_now},
	[OVERRIDE_ENVIRONMENT] = {.name = "environment",
		.title = N_("Environment"),
		.expects = N_("NAME=VALUE, several beside each other"),
		.help = N_("Variables that the service gets in addition, or with another value. "
			   "${NAME} is a setting of .env; a dollar sign is written $$. Secrets "
			   "belong in .env."),
		.example = "TZ=Europe/Berlin LOG_LEVEL=debug",
		.separators = "",
		.check = override_environment_check,
		.put = override_environment_put},
	[OVERRIDE_HARDENING] = {.name = "hardening",
		.title = N_("Hardened"),
		.expects = N_("yes or no"),
		.help = N_("Takes from the service what most never need: it cannot gain "
			   "privileges, and keeps only the capabilities listed below. A service "
			   "that then fails to start needs one more; its log says which operation "
			   "was not permitted."),
		.example = "true",
		.type = SETTING_BOOL,
		.fits = override_harden_fits,
		.put = override_harden_put},
	[OVERRIDE_CAPABILITIES] = {.name = "capabilities",
		.title = N_("Capabilities"),
		.expects = N_("capabilities such as CHOWN, or none"),
		.help = N_("What a hardened service keeps, in place of what is known of its image. "
			   "none keeps none."),
		.example = "CHOWN SETGID SETUID",
		.separators = ",",
		.check = override_capabilities_check,
		.put = put_nothing,
		.otherwise = capabilities_now},
	[OVERRIDE_VOLUMES] = {.name = "volumes",
		.title = N_("Host directories"),
		.expects = N_("VOLUME=DIRECTORY"),
		.help = N_("Directories of the host in place of volumes: data=./data. What the "
			   "volume holds now stays in the volume: it is not copied. The directory "
			   "is made, and given to the user the service runs as."),
		.example = "data=./data",
		.separators = ",",
		.check = override_volumes_check,
		.fits = override_volumes_fits,
		.put = override_volumes_put,
		.otherwise = override_volumes_otherwise},
	[OVERRIDE_HEALTH] = {.name = "healthcheck",
		.title = N_("Health check"),
		.expects = N_("a command, or none"),
		.help = N_("The command that checks the service inside its container, in place of "
			   "the compose files' own; how often stays as it is. Setup fills it in by "
			   "itself where that check cannot pass and the stack's definition knows "
			   "one that does. none: the service is not checked."),
		.example = "pg_isready -U postgres",
		.separators = "",
		.check = override_health_check,
		.put = override_health_put,
		.otherwise = override_health_otherwise},
};

int override_feature_find(const char *name)
{
	for (int i = 0; i < OVERRIDE_FEATURES; i++)
		if (strcmp(override_features[i].name, name) == 0)
			return i;
	return -1;
}

static int check_type(const struct override_feature *f, const char *value, struct error *err)
{
	bool truth;

	if (f->type == SETTING_BOOL && setting_bool(value, &truth))
		return error_set(err, ERR_INPUT, _("expected yes or no"));
	for (size_t i = 0; f->type == SETTING_ENUM && i < OVERRIDE_CHOICES; i++) {
		if (!f->choices[i])
			return error_set(err, ERR_INPUT, _("expected %s"), _(f->expects));
		if (strcmp(f->choices[i], value) == 0)
			break;
	}
	return f->check ? f->check(value, err) : 0;
}

static const char *no_lookup(void *arg, const char *name)
{
	(void)arg;
	(void)name;
	return NULL;
}

/* "$WORD" and "pa$$word" are two things to Compose; a lone sign would vanish without a word. */
static int check_dollars(const char *value, struct error *err)
{
	const struct interp in = {.lookup = no_lookup, .tolerant = true};
	AUTO(str) struct str out = STR_INIT(STR_FILE);
	AUTO(error) struct error own = ERROR_INIT;

	for (const char *p = strchr(value, '$'); p; p = strchr(p, '$')) {
		if (p[1] != '{' && p[1] != '$') {
			error_set(err, ERR_INPUT, _("a dollar sign stands alone"));
			return error_hint(err, _("Write ${NAME} for a setting of .env, and $$ for "
						 "a dollar sign."));
		}
		p += 2;
	}
	return interp_expand(&in, value, &out, &own) ? error_move(err, &own) : 0;
}

int override_check(enum override_id id, const struct compose_service *base, const char *value,
	struct error *err)
{
	const struct override_feature *f = &override_features[id];
	int code;

	if (!*value)
		return 0;
	code = check_dollars(value, err);
	/* What a variable will give is judged when Compose reads it. */
	if (code == 0 && (!interp_needed(value) || f->separators))
		code = check_type(f, value, err);
	return code == 0 && base && f->fits ? f->fits(base, value, err) : code;
}
