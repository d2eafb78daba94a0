/* SPDX-License-Identifier: MIT */
/*
 * The override that Slipway generates: for a service that reserves an NVIDIA GPU on a host that has
 * none (the engine would refuse to start it), a version without the reservation. On the pool.
 */
#include "base/i18n.h"
#include "base/yaml.h"
#include "config/override.h"
#include "plan/plan_build.h"

#include <string.h>

/* Any of these says that there is a GPU which containers can use. */
static const char *const gpu_devices[] = {
	"/dev/nvidiactl", "/dev/nvidia0", "/dev/dxg", "/proc/driver/nvidia/version"};

static bool has_gpu(struct host *h)
{
	for (size_t i = 0; i < ARRAY_SIZE(gpu_devices); i++) {
		if (host_exists(h, gpu_devices[i]))
			return true;
	}
	return false;
}

static bool reserves_gpu(const struct compose_service *service)
{
	struct json_object *devices =
		json_get(service->json, "deploy.resources.reservations.devices");

	for (size_t i = 0; i < json_len(devices); i++) {
		struct json_object *device = json_at(devices, i);
		struct json_object *can = json_key(device, "capabilities");
		const char *driver = json_str(device, "driver", "nvidia");

		for (size_t k = 0; str_eq(driver, "nvidia") && k < json_len(can); k++) {
			if (str_eq(json_object_get_string(json_at(can, k)), "gpu"))
				return true;
		}
	}
	return false;
}

/* What the file we wrote earlier says stays said: its services reserve nothing any more. */
static int keep_present(struct override *o, const char *text, size_t n, struct error *err)
{
	AUTO_PTR(yaml_doc) struct yaml_doc *doc = NULL;
	const struct yaml_node *services;
	int code = yaml_parse(OVERRIDE_FILE, text, n, &doc, err);

	if (code < 0)
		return code;
	services = yaml_get(yaml_root(doc), "services");
	for (size_t i = 0; services && services->kind == YAML_MAP && i < services->n; i++) {
		if (yaml_get(services->pairs[i].value, "deploy"))
			override_service(o, services->pairs[i].key->text)->without_gpu = true;
	}
	return 0;
}

/* As the engine will read it once the file is there. */
static void drop_reservations(struct plan_build *b, struct override *o)
{
	for (size_t i = 0; i < b->compose->n_services; i++) {
		struct compose_service *service = &b->compose->services[i];

		if (!service->active || !reserves_gpu(service))
			continue;
		override_service(o, service->name)->without_gpu = true;
		json_object_object_del(service->json, "deploy");
		plan_note(b->plan,
			_("%s reserves an NVIDIA GPU, but there is none here: it runs without, and "
			  "without its deploy limits"),
			service->name);
	}
}

static int add_file(struct plan_build *b, const struct override *o, const struct str *old,
	bool exists, struct error *err)
{
	autofree char *text = NULL;
	struct file_spec spec = {
		.path = OVERRIDE_FILE, .mode = FILE_KEEP_MODE, .mask = &b->mask};
	int code = override_text(o, &text, err);

	if (code < 0)
		return code;
	spec.old = exists ? (old->data ? old->data : "") : NULL;
	spec.old_len = old->len;
	spec.text = text;
	spec.len = strlen(text);
	if (!exists || !str_eq(spec.old, text))
		plan_add(b->plan, step_file_new(b->host, b->project->dir, &spec));
	return 0;
}

static int set_compose_file(struct plan_build *b, struct env_file *env, struct error *err)
{
	autofree char *present = env_file_literal(env, "COMPOSE_FILE");
	autofree char *separator = env_file_literal(env, "COMPOSE_PATH_SEPARATOR");
	autofree char *value = override_compose_file(b->compose, present, separator, true);

	return env_file_set(env, "COMPOSE_FILE", value,
		_("The compose files in force; the last one is Slipway's own."), err);
}

int plan_build_override(struct plan_build *b, struct env_file *env, struct error *err)
{
	autofree char *path = host_path(b->project->dir, OVERRIDE_FILE);
	AUTO(override) struct override o = {0};
	AUTO(str) struct str old = STR_INIT(STR_FILE);
	bool exists = host_exists(b->host, path);
	size_t reserving = 0;
	int code = 0;

	for (size_t i = 0; b->compose && i < b->compose->n_services; i++)
		reserving +=
			b->compose->services[i].active && reserves_gpu(&b->compose->services[i]);
	/* Files named on the command line are all there is: nothing would read ours. */
	if (!reserving || b->project->files.n || has_gpu(b->host))
		return 0;
	if (exists)
		code = host_read(b->host, path, STR_FILE, &old, err);
	if (code == 0 && exists)
		code = keep_present(&o, old.data ? old.data : "", old.len, err);
	if (code < 0)
		return code;
	drop_reservations(b, &o);
	code = add_file(b, &o, &old, exists, err);
	return code < 0 ? code : set_compose_file(b, env, err);
}
