/* SPDX-License-Identifier: MIT */
#include "cli/secrets_files.h"

#include "base/i18n.h"
#include "base/str.h"
#include "base/text.h"
#include "config/secret_file.h"
#include "loop/loop.h"

/* Since when it has the value that it has; one that we may not read counts as unchanged. */
static int64_t since_of(struct cli *cli, const struct secret_ages *ages, const char *secret)
{
	autofree char *name = secret_file_setting(secret);
	const struct setting *s = settings_find(&cli->workspace->project->settings, name);

	return s ? secret_ages_since(ages, name, s->current) : 0;
}

static struct json_object *file_json(
	struct cli *cli, const struct secret_ages *ages, const struct secret_file *f)
{
	struct json_object *o = json_object_new_object(), *users = json_object_new_array();
	autofree char *real = NULL, *mode = NULL;
	struct host_stat st = {0};
	bool there = host_realpath(cli->host, f->path, &real, NULL) == 0 &&
		     host_stat(cli->host, real, &st, NULL) == 0;
	int64_t since = there ? since_of(cli, ages, f->name) : 0;

	if (there)
		mode = xasprintf("%04o", (unsigned)st.mode);
	json_put_str(o, "name", f->name);
	json_put_str(o, "file", f->path);
	json_put_str(o, "mode", mode);
	json_put_int(o, "bytes", st.size);
	if (since)
		json_put_int(o, "since", since);
	else
		json_put(o, "since", NULL);
	for (size_t i = 0; i < f->used_by.n; i++)
		json_push_str(users, f->used_by.items[i]);
	return json_put(o, "used_by", users);
}

struct json_object *secrets_files(struct cli *cli, const struct secret_ages *ages)
{
	AUTO(secret_files) struct secret_files files;
	struct json_object *list = json_object_new_array();

	secret_files_find(&files, cli->workspace->project->compose);
	for (size_t i = 0; i < files.n; i++)
		json_push(list, file_json(cli, ages, &files.items[i]));
	return list;
}

bool secrets_files_print(struct cli *cli, const struct secret_ages *ages, bool below)
{
	autojson struct json_object *list = secrets_files(cli, ages);

	for (size_t i = 0; i < json_len(list); i++) {
		struct json_object *o = json_at(list, i), *used = json_key(o, "used_by");
		AUTO(strv) struct strv names = STRV_INIT;
		autofree char *users = NULL, *path = text_safe_dup(json_str(o, "file", "")),
			      *age = NULL;
		int64_t since = json_int(o, "since", 0);

		for (size_t k = 0; k < json_len(used); k++)
			strv_push(&names, json_object_get_string(json_at(used, k)));
		users = strv_join(&names, ", ");
		if (since)
			age = text_ago(loop_wall() - since * 1000);
		cli_print(cli, "%s%s: %s, %s%s%s; %s\n", i || !below ? "" : "\n",
			json_str(o, "name", ""), path, json_str(o, "mode", _("not there")),
			age ? ", " : "", age ? age : "", users);
	}
	return json_len(list) > 0;
}
