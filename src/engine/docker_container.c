/* SPDX-License-Identifier: MIT */
#include "engine/docker_container.h"

#include "base/mem.h"
#include "base/str.h"
#include "base/text.h"
#include "engine/docker_log.h"
#include "engine/docker_words.h"

#include <string.h>

enum {
	NS_PER_MS = 1000000,
	DEFAULT_INTERVAL_MS = 30000,
	DEFAULT_TIMEOUT_MS = 30000,
	DEFAULT_RETRIES = 3
};

const char *docker_label(struct json_object *labels, const char *key)
{
	struct json_object *value = json_key(labels, key);

	return json_object_is_type(value, json_type_string) ? json_object_get_string(value) : NULL;
}

static void replace(char **to, const char *text)
{
	free(*to);
	*to = str_empty(text) ? NULL : text_safe_dup(text);
}

/* --- health */

static void read_probe(struct json_object *entry, struct live_probe *p)
{
	AUTO(str) struct str safe = STR_INIT(STR_LINE);
	const char *output = json_str(entry, "Output", "");

	text_safe(&safe, output, strlen(output), true);
	*p = (struct live_probe){
		.start_ms = docker_time_ms(json_str(entry, "Start", NULL)),
		.end_ms = docker_time_ms(json_str(entry, "End", NULL)),
		.exit_code = (int)json_int(entry, "ExitCode", 0),
		.output = str_take(&safe),
	};
}

static void read_health(struct json_object *inspect, struct live_instance *in)
{
	struct json_object *health = json_get(inspect, "State.Health");
	struct json_object *check = json_get(inspect, "Config.Healthcheck");
	struct json_object *log = json_get(health, "Log");
	size_t n = json_len(log);
	size_t first = n > LIVE_PROBES ? n - LIVE_PROBES : 0;
	int64_t interval = json_int(check, "Interval", 0) / NS_PER_MS;
	int64_t timeout = json_int(check, "Timeout", 0) / NS_PER_MS;
	int retries = (int)json_int(check, "Retries", 0);

	for (size_t i = 0; i < in->n_probes; i++)
		free(in->probes[i].output);
	in->n_probes = 0;
	for (size_t i = first; i < n; i++)
		read_probe(json_at(log, i), &in->probes[in->n_probes++]);
	in->has_health = health && !str_eq(json_str(health, "Status", "none"), "none") &&
			 !str_empty(json_str(health, "Status", ""));
	in->failing_streak = (int)json_int(health, "FailingStreak", 0);
	in->health_interval_ms = interval > 0 ? interval : DEFAULT_INTERVAL_MS;
	in->health_timeout_ms = timeout > 0 ? timeout : DEFAULT_TIMEOUT_MS;
	in->health_start_period_ms = json_int(check, "StartPeriod", 0) / NS_PER_MS;
	in->health_retries = retries > 0 ? retries : DEFAULT_RETRIES;
}

/* --- ports */

static bool is_any_address(const char *ip)
{
	return str_empty(ip) || str_eq(ip, "0.0.0.0") || str_eq(ip, "::");
}

/* "127.0.0.1:8080->80/tcp"; an address that means all is left out, and with it the second family.
 */
static void add_port(struct strv *ports, const char *inner, struct json_object *binding)
{
	const char *ip = json_str(binding, "HostIp", "");
	const char *outer = json_str(binding, "HostPort", "");
	autofree char *text = NULL;

	if (str_empty(outer))
		return;
	if (is_any_address(ip))
		text = xasprintf("%s->%s", outer, inner);
	else if (strchr(ip, ':'))
		text = xasprintf("[%s]:%s->%s", ip, outer, inner);
	else
		text = xasprintf("%s:%s->%s", ip, outer, inner);
	strv_add_once(ports, text);
}

static void read_ports(struct json_object *inspect, struct live_instance *in)
{
	AUTO(strv) struct strv ports = STRV_INIT;
	autofree char *joined = NULL;
	struct json_object *map = json_get(inspect, "NetworkSettings.Ports");

	if (json_object_is_type(map, json_type_object)) {
		json_object_object_foreach(map, inner, bindings)
		{
			for (size_t i = 0; i < json_len(bindings); i++)
				add_port(&ports, inner, json_at(bindings, i));
		}
	}
	strv_sort(&ports);
	joined = strv_join(&ports, ", ");
	replace(&in->ports, joined);
}

/* --- the whole */

/* What it means first, then the engine's words. */
static void read_error(const char *said, struct live_instance *in)
{
	autofree char *safe = text_safe_dup(said);
	autofree char *meaning = docker_meaning(safe, NULL);

	replace(&in->error, said);
	if (!meaning)
		return;
	free(in->error);
	in->error = xasprintf("%s\n%s", meaning, safe);
}

static void read_state(struct json_object *inspect, struct live_instance *in)
{
	struct json_object *state = json_get(inspect, "State");

	in->pid = (int)json_int(state, "Pid", 0);
	in->exit_code = (int)json_int(state, "ExitCode", 0);
	in->oom_killed = json_truth(state, "OOMKilled", false);
	read_error(json_str(state, "Error", NULL), in);
	in->restarts = (int)json_int(inspect, "RestartCount", 0);
	in->created_ms = docker_time_ms(json_str(inspect, "Created", NULL));
	in->started_ms = docker_time_ms(json_str(state, "StartedAt", NULL));
	in->finished_ms = docker_time_ms(json_str(state, "FinishedAt", NULL));
}

static bool has_keys(struct json_object *o)
{
	return json_object_is_type(o, json_type_object) && json_object_object_length(o) > 0;
}

void docker_container_read(struct json_object *inspect, bool oneshot, struct live_instance *in)
{
	struct json_object *labels = json_get(inspect, "Config.Labels");
	const char *name = json_str(inspect, "Name", "");
	const char *number = docker_label(labels, "com.docker.compose.container-number");
	const char *oneoff = docker_label(labels, "com.docker.compose.oneoff");
	const char *policy = json_str(inspect, "HostConfig.RestartPolicy.Name", "no");
	const char *status = json_str(inspect, "State.Status", "");
	int64_t n;

	replace(&in->name, name + (name[0] == '/'));
	replace(&in->image, json_str(inspect, "Config.Image", NULL));
	replace(&in->image_id, json_str(inspect, "Image", NULL));
	if (number && text_to_int(number, 1, INT32_MAX, &n, NULL) == 0)
		in->number = (int)n;
	in->oneoff = str_eq(oneoff, "True");
	in->unlimited = json_int(inspect, "HostConfig.Memory", -1) == 0;
	in->exposes = has_keys(json_get(inspect, "Config.ExposedPorts"));
	read_state(inspect, in);
	read_health(inspect, in);
	read_ports(inspect, in);
	/* The engine would have started it again. */
	if (str_eq(status, "exited") &&
		(str_eq(policy, "always") || str_eq(policy, "unless-stopped")))
		in->stop_asked = true;
	if (str_eq(status, "running"))
		in->stop_asked = false;
	else
		in->cpu_percent = in->memory = in->memory_limit = -1;
	in->state = live_judge(in, status, json_str(inspect, "State.Health.Status", NULL), oneshot);
}

const char *docker_list_health(struct json_object *entry)
{
	static const struct {
		const char *in_status, *health;
	} words[] = {
		{"(healthy)", "healthy"},
		{"(unhealthy)", "unhealthy"},
		{"(health: starting)", "starting"},
	};
	const char *status = json_str(entry, "Status", "");
	const char *health = json_str(entry, "Health.Status", NULL);

	if (health)
		return str_eq(health, "none") ? "" : health;
	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (strstr(status, words[i].in_status))
			return words[i].health;
	return "";
}

/* --- statistics */

/* What docker stats shows: without the page cache that can be dropped. */
static int64_t used_memory(struct json_object *memory)
{
	int64_t usage = json_int(memory, "usage", -1);
	int64_t cache = json_int(memory, "stats.inactive_file", -1);

	if (cache < 0)
		cache = json_int(memory, "stats.total_inactive_file", 0);
	if (usage < 0)
		return -1;
	return cache < usage ? usage - cache : usage;
}

static double cpu_share(struct json_object *cpu, const struct docker_sample *before,
	const struct docker_sample *now)
{
	int64_t processors = json_int(cpu, "online_cpus", 0);

	if (!processors)
		processors = (int64_t)json_len(json_get(cpu, "cpu_usage.percpu_usage"));
	if (!before->known || now->cpu_system <= before->cpu_system ||
		now->cpu_total < before->cpu_total)
		return -1;
	return (double)(now->cpu_total - before->cpu_total) /
	       (double)(now->cpu_system - before->cpu_system) *
	       (double)(processors ? processors : 1) * 100.0;
}

void docker_stats_read(
	struct json_object *stats, struct docker_sample *previous, struct live_instance *in)
{
	struct json_object *cpu = json_get(stats, "cpu_stats");
	struct json_object *memory = json_get(stats, "memory_stats");
	struct docker_sample now = {
		.cpu_total = (uint64_t)json_int(cpu, "cpu_usage.total_usage", 0),
		.cpu_system = (uint64_t)json_int(cpu, "system_cpu_usage", 0),
		.known = true,
	};
	double share = cpu_share(cpu, previous, &now);

	/* Asked again within the Engine's own clock tick: the value before stays. */
	if (share >= 0 || !previous->known || now.cpu_total < previous->cpu_total) {
		in->cpu_percent = share;
		*previous = now;
	}
	in->memory = used_memory(memory);
	/* Where nobody set one it is the machine's memory. */
	in->memory_limit = in->unlimited ? -1 : json_int(memory, "limit", -1);
	in->stats_ms = docker_time_ms(json_str(stats, "read", NULL));
}
