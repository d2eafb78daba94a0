/* SPDX-License-Identifier: MIT */
/* The Compose schema as tables. Source: the Compose specification, as 2.26 understands it. */
#include "config/compose_schema.h"

#include <string.h>

#define TYPE(name, ...) static const struct schema_type name = {__VA_ARGS__}
#define FIELDS(...) ((const struct schema_field[]){__VA_ARGS__, {NULL, NULL, false, NULL}})
#define WORDS(...) ((const char *const[]){__VA_ARGS__, NULL})
#define KEY(key, type)                    \
	{                                 \
		key, &(type), false, NULL \
	}
#define NEED(key, type)                  \
	{                                \
		key, &(type), true, NULL \
	}
#define KEY_AS(key, type, as)           \
	{                               \
		key, &(type), false, as \
	}

enum { MAP_X = VAL_MAP | MAY_X };
static const char name_chars[] = "._-";

/* Scalars. */
TYPE(any, .may = VAL_NULL | VAL_BOOL | VAL_INT | VAL_FLOAT | VAL_STR | VAL_SEQ | VAL_MAP,
	.model = MODEL_HIDDEN);
TYPE(str, .may = VAL_STR, .model = MODEL_STR);
TYPE(str_or_null, .may = VAL_STR | VAL_NULL, .model = MODEL_STR);
TYPE(str_or_int, .may = MAY_STRING_OR_INT, .model = MODEL_STR);
TYPE(str_or_number, .may = MAY_STRING_OR_NUMBER, .model = MODEL_STR);
TYPE(boolean, .may = MAY_STRING_OR_BOOL, .model = MODEL_BOOL);
TYPE(boolean_set, .may = MAY_STRING_OR_BOOL, .model = MODEL_BOOL_SET);
TYPE(real_boolean, .may = VAL_BOOL, .model = MODEL_BOOL_SET);
TYPE(integer, .may = MAY_STRING_OR_INT, .model = MODEL_INT);
TYPE(integer_set, .may = MAY_STRING_OR_INT, .model = MODEL_INT_SET);
TYPE(number_int, .may = MAY_STRING_OR_NUMBER, .model = MODEL_INT);
TYPE(number_int_set, .may = MAY_STRING_OR_NUMBER, .model = MODEL_INT_SET);
TYPE(plain_number, .may = MAY_NUMBER, .model = MODEL_INT);
TYPE(real, .may = MAY_STRING_OR_NUMBER, .model = MODEL_FLOAT);
TYPE(percent, .may = MAY_STRING_OR_INT, .model = MODEL_FLOAT);
TYPE(bytes, .may = MAY_STRING_OR_NUMBER, .model = MODEL_BYTES);
TYPE(bytes_int, .may = MAY_STRING_OR_INT, .model = MODEL_BYTES);
TYPE(bytes_str, .may = VAL_STR, .model = MODEL_BYTES);
TYPE(duration, .may = VAL_STR, .model = MODEL_DURATION);
TYPE(duration_set, .may = VAL_STR, .model = MODEL_DURATION_SET);

/* Lists and maps of scalars. */
TYPE(str_list, .may = VAL_SEQ, .model = MODEL_STRINGS, .item = &str);
TYPE(str_set, .may = VAL_SEQ | MAY_UNIQUE, .model = MODEL_STRINGS, .item = &str);
TYPE(str_or_list, .may = VAL_SEQ | VAL_STR | MAY_UNIQUE, .model = MODEL_STRINGS, .item = &str);
TYPE(label_file, .may = VAL_SEQ | VAL_STR, .model = MODEL_STRINGS, .item = &str);
TYPE(number_set, .may = VAL_SEQ | MAY_UNIQUE, .model = MODEL_STRINGS, .item = &str_or_number);
TYPE(pair_value, .may = VAL_NULL | VAL_BOOL | VAL_INT | VAL_FLOAT | VAL_STR, .model = MODEL_STR);
TYPE(pairs, .may = VAL_SEQ | VAL_MAP | MAY_UNIQUE, .model = MODEL_PAIRS, .item = &pair_value);
TYPE(labels, .may = VAL_SEQ | VAL_MAP | MAY_UNIQUE, .model = MODEL_LABELS, .item = &pair_value);
TYPE(ssh, .may = VAL_SEQ | VAL_MAP | MAY_UNIQUE, .model = MODEL_SSH, .item = &pair_value);
TYPE(option_value, .may = MAY_STRING_OR_NUMBER, .model = MODEL_STR);
TYPE(option_or_null, .may = MAY_STRING_OR_NUMBER | VAL_NULL, .model = MODEL_STR);
TYPE(options, .may = VAL_MAP, .model = MODEL_OPTIONS, .item = &option_value);
TYPE(options_or_null, .may = VAL_MAP, .model = MODEL_OPTIONS, .item = &option_or_null);
TYPE(storage_opt, .may = VAL_MAP, .model = MODEL_OPTIONS, .item = &any);
TYPE(str_map, .may = VAL_MAP, .model = MODEL_OPTIONS, .item = &str);
TYPE(ipam_options, .may = VAL_MAP, .model = MODEL_HIDDEN, .item = &str);
TYPE(host_ips, .may = VAL_STR | VAL_SEQ, .model = MODEL_STRINGS, .item = &str);
TYPE(extra_hosts, .may = VAL_SEQ | VAL_MAP | MAY_UNIQUE, .model = MODEL_HOSTS, .item = &host_ips);
TYPE(command, .may = VAL_NULL | VAL_STR | VAL_SEQ, .model = MODEL_COMMAND, .item = &str);
TYPE(test, .may = VAL_STR | VAL_SEQ, .model = MODEL_TEST, .item = &str);

TYPE(hook, .may = MAP_X, .model = MODEL_STRUCT_SET,
	.fields = FIELDS(KEY("command", command), KEY("user", str), KEY("privileged", boolean),
		KEY("working_dir", str), KEY("environment", pairs)));
TYPE(hooks, .may = VAL_SEQ, .model = MODEL_LIST, .item = &hook);

TYPE(ulimit, .may = MAP_X | MAY_STRING_OR_INT, .model = MODEL_HIDDEN,
	.fields = FIELDS(NEED("hard", integer), NEED("soft", integer)));
TYPE(ulimits, .may = VAL_MAP, .model = MODEL_ULIMITS, .item = &ulimit);

TYPE(mount_object, .may = MAP_X | VAL_STR, .model = MODEL_STRUCT,
	.fields = FIELDS(KEY("source", str), KEY("target", str), KEY("uid", str), KEY("gid", str),
		KEY("mode", number_int_set)));
TYPE(mount_objects, .may = VAL_SEQ, .model = MODEL_LIST, .item = &mount_object);

TYPE(build, .may = MAP_X | VAL_STR, .model = MODEL_STRUCT,
	.fields = FIELDS(KEY("context", str), KEY("dockerfile", str), KEY("dockerfile_inline", str),
		KEY("entitlements", str_list), KEY("args", pairs), KEY("ssh", ssh),
		KEY("labels", labels), KEY("cache_from", str_list), KEY("cache_to", str_list),
		KEY("no_cache", boolean), KEY("additional_contexts", labels), KEY("network", str),
		KEY("pull", boolean), KEY("target", str), KEY("shm_size", bytes_int),
		KEY("extra_hosts", extra_hosts), KEY("isolation", str), KEY("privileged", boolean),
		KEY("secrets", mount_objects), KEY("tags", str_list), KEY("ulimits", ulimits),
		KEY("platforms", str_list)));

TYPE(blkio_limit, .may = VAL_MAP, .model = MODEL_STRUCT,
	.fields = FIELDS(KEY_AS("path", str, "Path"), KEY_AS("rate", bytes_int, "Rate")));
TYPE(blkio_limits, .may = VAL_SEQ, .model = MODEL_LIST, .item = &blkio_limit);
TYPE(blkio_weight, .may = VAL_MAP, .model = MODEL_STRUCT,
	.fields = FIELDS(KEY_AS("path", str, "Path"), KEY_AS("weight", integer, "Weight")));
TYPE(blkio_weights, .may = VAL_SEQ, .model = MODEL_LIST, .item = &blkio_weight);
TYPE(blkio, .may = VAL_MAP, .model = MODEL_STRUCT,
	.fields = FIELDS(KEY("device_read_bps", blkio_limits),
		KEY("device_read_iops", blkio_limits), KEY("device_write_bps", blkio_limits),
		KEY("device_write_iops", blkio_limits), KEY("weight", integer),
		KEY("weight_device", blkio_weights)));

TYPE(credential_spec, .may = MAP_X, .model = MODEL_STRUCT,
	.fields = FIELDS(KEY("config", str), KEY("file", str), KEY("registry", str)));

TYPE(condition, .may = VAL_STR, .model = MODEL_STR,
	.words = WORDS("service_started", "service_healthy", "service_completed_successfully"));
TYPE(dependency, .may = MAP_X, .model = MODEL_STRUCT,
	.fields = FIELDS(NEED("condition", condition), KEY("restart", boolean),
		KEY("required", real_boolean)));
TYPE(depends_on, .may = VAL_SEQ | VAL_MAP | MAY_UNIQUE, .model = MODEL_MAP, .item = &dependency,
	.key_chars = name_chars);

TYPE(device, .may = MAP_X | VAL_STR, .model = MODEL_STRUCT,
	.fields = FIELDS(NEED("source", str), KEY("target", str), KEY("permissions", str)));
TYPE(devices, .may = VAL_SEQ, .model = MODEL_LIST, .item = &device);

TYPE(env_file, .may = VAL_MAP | VAL_STR, .model = MODEL_HIDDEN,
	.fields = FIELDS(NEED("path", str), KEY("format", str), KEY("required", boolean)));
TYPE(env_files, .may = VAL_SEQ | VAL_STR, .model = MODEL_ENV_FILES, .item = &env_file);

TYPE(extends, .may = VAL_MAP | VAL_STR, .model = MODEL_STRUCT,
	.fields = FIELDS(NEED("service", str), KEY("file", str)));

TYPE(gpu_count, .may = MAY_STRING_OR_INT, .model = MODEL_COUNT);
TYPE(gpu, .may = MAP_X | MAY_ANY_KEY, .model = MODEL_STRUCT,
	.fields = FIELDS(KEY("capabilities", str_set), KEY("count", gpu_count),
		KEY("device_ids", str_set), KEY("driver", str), KEY("options", labels)));
TYPE(gpus, .may = VAL_SEQ | VAL_STR, .model = MODEL_LIST, .item = &gpu, .words = WORDS("all"));
TYPE(reserved_device, .may = MAP_X, .model = MODEL_STRUCT,
	.fields = FIELDS(NEED("capabilities", str_set), KEY("count", gpu_count),
		KEY("device_ids", str_set), KEY("driver", str), KEY("options", labels)));
TYPE(reserved_devices, .may = VAL_SEQ, .model = MODEL_LIST, .item = &reserved_device);

TYPE(healthcheck, .may = MAP_X, .model = MODEL_STRUCT,
	.fields = FIELDS(KEY("disable", boolean), KEY("interval", duration_set),
		KEY("retries", number_int_set), KEY("test", test), KEY("timeout", duration_set),
		KEY("start_period", duration_set), KEY("start_interval", duration_set)));

TYPE(logging, .may = MAP_X, .model = MODEL_STRUCT,
	.fields = FIELDS(KEY("driver", str), KEY("options", options_or_null)));

TYPE(service_network, .may = MAP_X | VAL_NULL, .model = MODEL_STRUCT,
	.fields = FIELDS(KEY("aliases", str_set), KEY("ipv4_address", str),
		KEY("ipv6_address", str), KEY("link_local_ips", str_set), KEY("mac_address", str),
		KEY("driver_opts", options), KEY("priority", plain_number),
		KEY("gw_priority", plain_number)));
TYPE(service_networks, .may = VAL_SEQ | VAL_MAP | MAY_UNIQUE, .model = MODEL_MAP,
	.item = &service_network, .key_chars = name_chars);

TYPE(port, .may = MAP_X | MAY_STRING_OR_NUMBER, .model = MODEL_STRUCT,
	.fields = FIELDS(KEY("name", str), KEY("mode", str), KEY("host_ip", str),
		KEY("target", integer), KEY("published", str_or_int), KEY("protocol", str),
		KEY("app_protocol", str)));
TYPE(ports, .may = VAL_SEQ | MAY_UNIQUE, .model = MODEL_LIST, .item = &port);

TYPE(recursive, .may = VAL_STR, .model = MODEL_STR,
	.words = WORDS("enabled", "disabled", "writable", "readonly"));
TYPE(selinux, .may = VAL_STR, .model = MODEL_STR, .words = WORDS("z", "Z"));
TYPE(bind_options, .may = MAP_X, .model = MODEL_STRUCT,
	.fields = FIELDS(KEY("propagation", str), KEY("create_host_path", boolean),
		KEY("recursive", recursive), KEY("selinux", selinux)));
TYPE(volume_options, .may = MAP_X, .model = MODEL_STRUCT,
	.fields = FIELDS(KEY("nocopy", boolean), KEY("subpath", str)));
TYPE(tmpfs_options, .may = MAP_X, .model = MODEL_STRUCT,
	.fields = FIELDS(KEY("size", bytes_int), KEY("mode", number_int)));
TYPE(mount, .may = MAP_X | VAL_STR, .model = MODEL_STRUCT,
	.fields = FIELDS(NEED("type", str), KEY("source", str), KEY("target", str),
		KEY("read_only", boolean), KEY("consistency", str), KEY("bind", bind_options),
		KEY("volume", volume_options), KEY("tmpfs", tmpfs_options)));
TYPE(mounts, .may = VAL_SEQ | MAY_UNIQUE, .model = MODEL_LIST, .item = &mount);

TYPE(watch_action, .may = VAL_STR, .model = MODEL_STR,
	.words = WORDS("rebuild", "sync", "restart", "sync+restart", "sync+exec"));
TYPE(watch, .may = MAP_X, .model = MODEL_STRUCT,
	.fields = FIELDS(KEY("ignore", str_list), NEED("path", str), NEED("action", watch_action),
		KEY("target", str), KEY("exec", hook)));
TYPE(watches, .may = VAL_SEQ, .model = MODEL_LIST, .item = &watch);
TYPE(develop, .may = MAP_X | VAL_NULL, .model = MODEL_STRUCT,
	.fields = FIELDS(KEY("watch", watches)));

TYPE(order, .may = VAL_STR, .model = MODEL_STR, .words = WORDS("start-first", "stop-first"));
TYPE(update, .may = MAP_X, .model = MODEL_STRUCT,
	.fields = FIELDS(KEY("parallelism", integer_set), KEY("delay", duration),
		KEY("failure_action", str), KEY("monitor", duration),
		KEY("max_failure_ratio", real), KEY("order", order)));
TYPE(limits, .may = MAP_X, .model = MODEL_STRUCT,
	.fields = FIELDS(KEY("cpus", real), KEY("memory", bytes_str), KEY("pids", integer)));
TYPE(discrete, .may = MAP_X, .model = MODEL_STRUCT,
	.fields = FIELDS(KEY_AS("kind", str, "kind"), KEY_AS("value", number_int, "value")));
TYPE(generic, .may = MAP_X, .model = MODEL_STRUCT,
	.fields = FIELDS(KEY("discrete_resource_spec", discrete)));
TYPE(generics, .may = VAL_SEQ, .model = MODEL_LIST, .item = &generic);
TYPE(reservations, .may = MAP_X, .model = MODEL_STRUCT,
	.fields = FIELDS(KEY("cpus", real), KEY("memory", bytes_str),
		KEY("generic_resources", generics), KEY("devices", reserved_devices)));
TYPE(resources, .may = MAP_X, .model = MODEL_STRUCT_SET,
	.fields = FIELDS(KEY("limits", limits), KEY("reservations", reservations)));
TYPE(restart_policy, .may = MAP_X, .model = MODEL_STRUCT,
	.fields = FIELDS(KEY("condition", str), KEY("delay", duration_set),
		KEY("max_attempts", integer_set), KEY("window", duration_set)));
TYPE(preference, .may = MAP_X, .model = MODEL_STRUCT, .fields = FIELDS(KEY("spread", str)));
TYPE(preferences, .may = VAL_SEQ, .model = MODEL_LIST, .item = &preference);
TYPE(placement, .may = MAP_X, .model = MODEL_STRUCT_SET,
	.fields = FIELDS(KEY("constraints", str_list), KEY("preferences", preferences),
		KEY("max_replicas_per_node", integer)));
TYPE(deploy, .may = MAP_X | VAL_NULL, .model = MODEL_STRUCT,
	.fields = FIELDS(KEY("mode", str), KEY("endpoint_mode", str), KEY("replicas", integer_set),
		KEY("labels", labels), KEY("rollback_config", update), KEY("update_config", update),
		KEY("resources", resources), KEY("restart_policy", restart_policy),
		KEY("placement", placement)));

TYPE(cgroup, .may = VAL_STR, .model = MODEL_STR, .words = WORDS("host", "private"));
TYPE(pull_policy, .may = VAL_STR, .model = MODEL_STR,
	.words = WORDS("always", "never", "if_not_present", "build", "missing"));

const struct schema_type schema_service = {.may = MAP_X,
	.model = MODEL_STRUCT,
	.fields = FIELDS(KEY("annotations", labels), KEY("attach", boolean_set),
		KEY("blkio_config", blkio), KEY("build", build), KEY("cap_add", str_set),
		KEY("cap_drop", str_set), KEY("cgroup", cgroup), KEY("cgroup_parent", str),
		KEY("command", command), KEY("configs", mount_objects), KEY("container_name", str),
		KEY("cpu_count", integer), KEY("cpu_percent", percent),
		KEY("cpu_period", number_int), KEY("cpu_quota", number_int),
		KEY("cpu_rt_period", number_int), KEY("cpu_rt_runtime", number_int),
		KEY("cpu_shares", number_int), KEY("cpus", real), KEY("cpuset", str),
		KEY("credential_spec", credential_spec), KEY("depends_on", depends_on),
		KEY("deploy", deploy), KEY("develop", develop), KEY("device_cgroup_rules", str_set),
		KEY("devices", devices), KEY("dns", str_or_list), KEY("dns_opt", str_set),
		KEY("dns_search", str_or_list), KEY("domainname", str), KEY("entrypoint", command),
		KEY("env_file", env_files), KEY("environment", pairs), KEY("expose", number_set),
		KEY("extends", extends), KEY("external_links", str_set),
		KEY("extra_hosts", extra_hosts), KEY("gpus", gpus), KEY("group_add", number_set),
		KEY("healthcheck", healthcheck), KEY("hostname", str), KEY("image", str),
		KEY("init", boolean_set), KEY("ipc", str), KEY("isolation", str),
		KEY("label_file", label_file), KEY("labels", labels), KEY("links", str_set),
		KEY("logging", logging), KEY("mac_address", str), KEY("mem_limit", bytes),
		KEY("mem_reservation", bytes_int), KEY("mem_swappiness", bytes_int),
		KEY("memswap_limit", bytes), KEY("network_mode", str),
		KEY("networks", service_networks), KEY("oom_kill_disable", boolean),
		KEY("oom_score_adj", integer), KEY("pid", str_or_null),
		KEY("pids_limit", number_int), KEY("platform", str), KEY("ports", ports),
		KEY("post_start", hooks), KEY("pre_stop", hooks), KEY("privileged", boolean),
		KEY("profiles", str_set), KEY("pull_policy", pull_policy),
		KEY("read_only", boolean), KEY("restart", str), KEY("runtime", str),
		KEY("scale", integer_set), KEY("secrets", mount_objects),
		KEY("security_opt", str_set), KEY("shm_size", bytes), KEY("stdin_open", boolean),
		KEY("stop_grace_period", duration_set), KEY("stop_signal", str),
		KEY("storage_opt", storage_opt), KEY("sysctls", labels), KEY("tmpfs", str_or_list),
		KEY("tty", boolean), KEY("ulimits", ulimits), KEY("user", str),
		KEY("userns_mode", str), KEY("uts", str), KEY("volumes", mounts),
		KEY("volumes_from", str_set), KEY("working_dir", str))};

TYPE(external, .may = VAL_MAP | MAY_X | MAY_STRING_OR_BOOL, .model = MODEL_BOOL,
	.fields = FIELDS(KEY("name", str)));
TYPE(external_any, .may = VAL_MAP | MAY_STRING_OR_BOOL | MAY_ANY_KEY, .model = MODEL_BOOL,
	.fields = FIELDS(KEY("name", str)));
TYPE(pool, .may = MAP_X, .model = MODEL_STRUCT,
	.fields = FIELDS(KEY("subnet", str), KEY("ip_range", str), KEY("gateway", str),
		KEY("aux_addresses", str_map)));
TYPE(pools, .may = VAL_SEQ, .model = MODEL_LIST, .item = &pool);
TYPE(ipam, .may = MAP_X, .model = MODEL_STRUCT_SET,
	.fields = FIELDS(KEY("driver", str), KEY("config", pools), KEY("options", ipam_options)));

const struct schema_type schema_network = {.may = MAP_X | VAL_NULL,
	.model = MODEL_STRUCT,
	.fields = FIELDS(KEY("name", str), KEY("driver", str), KEY("driver_opts", options),
		KEY("ipam", ipam), KEY("external", external), KEY("internal", boolean),
		KEY("enable_ipv4", boolean_set), KEY("enable_ipv6", boolean_set),
		KEY("attachable", boolean), KEY("labels", labels))};
const struct schema_type schema_volume = {.may = MAP_X | VAL_NULL,
	.model = MODEL_STRUCT,
	.fields = FIELDS(KEY("name", str), KEY("driver", str), KEY("driver_opts", options),
		KEY("external", external), KEY("labels", labels))};
const struct schema_type schema_secret = {.may = MAP_X,
	.model = MODEL_STRUCT,
	.fields = FIELDS(KEY("name", str), KEY("environment", str), KEY("file", str),
		KEY("external", external_any), KEY("labels", labels), KEY("driver", str),
		KEY("driver_opts", options), KEY("template_driver", str))};
const struct schema_type schema_config = {.may = MAP_X,
	.model = MODEL_STRUCT,
	.fields = FIELDS(KEY("name", str), KEY("content", str), KEY("environment", str),
		KEY("file", str), KEY("external", external_any), KEY("labels", labels),
		KEY("template_driver", str))};

TYPE(include, .may = VAL_MAP | VAL_STR, .model = MODEL_HIDDEN,
	.fields = FIELDS(KEY("path", str_or_list), KEY("env_file", str_or_list),
		KEY("project_directory", str)));
TYPE(includes, .may = VAL_SEQ, .model = MODEL_HIDDEN, .item = &include);
TYPE(services, .may = VAL_MAP, .model = MODEL_MAP, .item = &schema_service,
	.key_chars = name_chars);
TYPE(networks, .may = VAL_MAP, .model = MODEL_MAP, .item = &schema_network);
TYPE(volumes, .may = VAL_MAP, .model = MODEL_MAP, .item = &schema_volume, .key_chars = name_chars);
TYPE(secrets, .may = VAL_MAP, .model = MODEL_MAP, .item = &schema_secret, .key_chars = name_chars);
TYPE(configs, .may = VAL_MAP, .model = MODEL_MAP, .item = &schema_config, .key_chars = name_chars);

const struct schema_type schema_top = {.may = MAP_X,
	.model = MODEL_STRUCT,
	.fields = FIELDS(KEY("version", str), KEY("name", str), KEY("include", includes),
		KEY("services", services), KEY("networks", networks), KEY("volumes", volumes),
		KEY("secrets", secrets), KEY("configs", configs))};

const struct schema_field *schema_find(const struct schema_type *map, const char *key)
{
	for (const struct schema_field *f = map->fields; f && f->key; f++)
		if (!strcmp(f->key, key))
			return f;
	return NULL;
}
