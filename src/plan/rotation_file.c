/* SPDX-License-Identifier: MIT */
/* A secret that lives in a file of `secrets:`, which Compose binds into who takes it. */
#include "base/i18n.h"
#include "base/str.h"
#include "plan/rotation.h"

#include <string.h>

enum { VALUE_MAX = 64 * 1024 };

const char *rotation_file(const struct project *p, const char *name)
{
	struct json_object *secret = json_key(json_key(p->compose->model, "secrets"), name);
	const char *path = secret ? json_str(secret, "file", NULL) : NULL;

	return path && *path == '/' && !settings_find(&p->settings, name) ? path : NULL;
}

static struct json_object *taking(const struct compose_service *s, const char *name)
{
	struct json_object *list = json_key(s->json, "secrets");

	for (size_t i = 0; i < json_len(list); i++)
		if (str_eq(json_str(json_at(list, i), "source", ""), name))
			return json_at(list, i);
	return NULL;
}

bool rotation_takes(const struct compose_service *s, const char *name)
{
	return taking(s, name) != NULL;
}

char *rotation_target(const struct compose_service *s, const char *name)
{
	struct json_object *o = taking(s, name);
	const char *target = o ? json_str(o, "target", name) : NULL;

	if (!target)
		return NULL;
	return *target == '/' ? xstrdup(target) : xasprintf("/run/secrets/%s", target);
}

int rotation_file_value(struct host *h, const char *path, char **ret, struct error *err)
{
	AUTO(str) struct str text = STR_INIT(VALUE_MAX);
	int code = host_read(h, path, VALUE_MAX, &text, err);
	size_t n = text.len;

	if (code)
		return code;
	while (n && (text.data[n - 1] == '\n' || text.data[n - 1] == '\r'))
		n--;
	if (n && !memchr(text.data, '\n', n) && !memchr(text.data, '\0', n)) {
		*ret = xstrndup(text.data, n);
		str_wipe(&text);
		return 0;
	}
	str_wipe(&text);
	error_set(err, ERR_INPUT,
		n ? _("%s holds no password: it has several lines") : _("%s is empty"), path);
	return error_hint(err, "%s",
		_("Keys and certificates are made anew by what they were made with; then: slipway "
		  "restart."));
}
