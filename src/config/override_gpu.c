/* SPDX-License-Identifier: MIT */
#include "base/i18n.h"
#include "config/override_feature.h"
#include "config/override_words.h"

#include <string.h>

int override_gpu_check(const char *value, struct error *err)
{
	AUTO(strv) struct strv items = STRV_INIT;

	if (str_eq(value, "off") || str_eq(value, "all"))
		return 0;
	if (words_split(value, ",", &items, err))
		return ERR_INPUT;
	for (size_t i = 0; i < items.n; i++) {
		const char *text = items.items[i];

		if (text[strspn(text, "0123456789abcdefABCDEF-GPUMIG/")] == '\0')
			continue;
		error_set(err, ERR_INPUT, _("\"%s\" is no GPU"), text);
		return error_hint(err,
			_("Write off, all, or which ones: 0, or 0,1, or GPU-… as nvidia-smi -L "
			  "names them."));
	}
	return 0;
}

static void put_devices(const struct override_put *p, struct json_object *device)
{
	struct json_object *list = json_object_new_array();

	json_push(list, device);
	json_put(override_at(p->service, "deploy.resources.reservations"), "devices",
		override_tagged("!override", list));
}

static void put_no_gpu(const struct override_put *p)
{
	if (json_get(p->base->json, "deploy.resources.reservations.devices"))
		json_put(override_at(p->service, "deploy.resources.reservations"), "devices",
			override_tagged("!reset", NULL));
	if (json_key(p->base->json, "gpus"))
		json_put(p->service, "gpus", override_tagged("!reset", NULL));
	if (str_eq(json_str(p->base->json, "runtime", ""), "nvidia"))
		json_put(p->service, "runtime", override_tagged("!reset", NULL));
}

void override_gpu_put(const struct override_put *p, const char *value)
{
	struct json_object *device, *can, *ids;
	AUTO(strv) struct strv items = STRV_INIT;

	if (str_eq(value, "off")) {
		put_no_gpu(p);
		return;
	}
	device = json_object_new_object();
	can = json_object_new_array();
	json_put_str(device, "driver", "nvidia");
	if (str_eq(value, "all")) {
		json_put_str(device, "count", "all");
	} else {
		ids = json_object_new_array();
		(void)words_split(value, ",", &items, NULL);
		for (size_t i = 0; i < items.n; i++)
			json_push_str(ids, items.items[i]);
		json_put(device, "device_ids", ids);
	}
	json_push_str(can, "gpu");
	put_devices(p, json_put(device, "capabilities", can));
}

char *override_gpu_otherwise(const struct compose_service *base)
{
	return compose_reserves_gpu(base, NULL) ? xstrdup(_("reserved")) : NULL;
}
