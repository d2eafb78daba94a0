/* SPDX-License-Identifier: MIT */
#include "cli/secrets_files.h"

#include "base/i18n.h"
#include "base/str.h"
#include "base/text.h"

static bool takes(const struct compose_service *s, const char *name)
{
	struct json_object *list = json_key(s->json, "secrets");

	for (size_t i = 0; i < json_len(list); i++)
		if (str_eq(json_str(json_at(list, i), "source", ""), name))
			return true;
	return false;
}

static struct json_object *file_json(struct cli *cli, const char *name, const char *path)
{
	const struct compose *c = cli->workspace->project->compose;
	struct json_object *o = json_object_new_object(), *users = json_object_new_array();
	autofree char *real = NULL, *mode = NULL;
	struct host_stat st = {0};
	bool there = host_realpath(cli->host, path, &real, NULL) == 0 &&
		     host_stat(cli->host, real, &st, NULL) == 0;

	if (there)
		mode = xasprintf("%04o", (unsigned)st.mode);
	json_put_str(o, "name", name);
	json_put_str(o, "file", path);
	json_put_str(o, "mode", mode);
	json_put_int(o, "bytes", st.size);
	for (size_t i = 0; i < c->n_services; i++)
		if (takes(&c->services[i], name))
			json_push_str(users, c->services[i].name);
	return json_put(o, "used_by", users);
}

struct json_object *secrets_files(struct cli *cli)
{
	struct json_object *secrets = json_key(cli->workspace->project->compose->model, "secrets");
	struct json_object *list = json_object_new_array();

	if (!secrets)
		return list;
	json_object_object_foreach(secrets, name, secret)
	{
		const char *path = json_str(secret, "file", NULL);

		if (path && *path == '/')
			json_push(list, file_json(cli, name, path));
	}
	return list;
}

bool secrets_files_print(struct cli *cli, bool below)
{
	autojson struct json_object *list = secrets_files(cli);

	for (size_t i = 0; i < json_len(list); i++) {
		struct json_object *o = json_at(list, i), *used = json_key(o, "used_by");
		AUTO(strv) struct strv names = STRV_INIT;
		autofree char *users = NULL, *path = text_safe_dup(json_str(o, "file", ""));

		for (size_t k = 0; k < json_len(used); k++)
			strv_push(&names, json_object_get_string(json_at(used, k)));
		users = strv_join(&names, ", ");
		cli_print(cli, "%s%s: %s, %s; %s\n", i || !below ? "" : "\n", json_str(o, "name", ""), path,
			json_str(o, "mode", _("not there")), users);
	}
	return json_len(list) > 0;
}
