/* SPDX-License-Identifier: MIT */
/* The files of top-level `secrets:` in the compose files: Compose binds each, with its own owner and mode,
 * below /run/secrets. */
#include "config/lint_parts.h"

#include "base/i18n.h"
#include "base/str.h"

#include <string.h>

static const struct yaml_node *node_of(const struct lint *l, const char *name)
{
	const struct yaml_node *root, *node;

	for (size_t n = 0; (root = lint_root(l, n)) != NULL; n++) {
		const struct yaml_node *secrets = yaml_get(root, "secrets");

		node = yaml_get(secrets ? yaml_get(secrets, name) : NULL, "file");
		if (node)
			return node;
	}
	return NULL;
}

/* Whether a directory on the way, up to that of the project, keeps others out. */
static bool is_behind(const struct lint *l, const char *path)
{
	autofree char *dir = xstrdup(path);
	struct host_stat st;
	char *slash;

	while (!str_eq(dir, l->dir) && (slash = strrchr(dir, '/')) != NULL && slash != dir) {
		*slash = '\0';
		if (host_stat(l->host, dir, &st, NULL) == 0 && !(st.mode & 01))
			return true;
	}
	return false;
}

static void look(struct lint *l, const struct lint_rule *rule, const char *name, const char *path)
{
	size_t n = strlen(l->dir);
	const char *shown =
		strncmp(path, l->dir, n) == 0 && path[n] == '/' ? path + n + 1 : path;
	const struct yaml_node *node = node_of(l, name);
	autofree char *real = NULL;
	struct host_stat st;

	if (host_realpath(l->host, path, &real, NULL) || host_stat(l->host, real, &st, NULL)) {
		if (!host_exists(l->host, path))
			lint_add_node(l, rule, node, _("the secret %s is in %s, which is not there"),
				name, shown);
		return;
	}
	if (st.type != HOST_FILE)
		return;
	if (st.size == 0)
		lint_add_node(l, lint_find_rule("empty-secret-file"), node,
			_("the secret %s is in %s, which is empty"), name, shown);
	if (st.mode & 04 && !is_behind(l, real))
		lint_add_node(l, lint_find_rule("secret-file-readable"), node,
			_("mode %04o lets everybody read %s, the file of the secret %s"),
			(unsigned)st.mode, shown, name);
}

void lint_secret_files(struct lint *l, const struct lint_rule *rule)
{
	const struct compose *c = l->project ? l->project->compose : NULL;
	struct json_object *secrets = c ? json_key(c->model, "secrets") : NULL;

	if (!secrets)
		return;
	json_object_object_foreach(secrets, name, secret)
	{
		const char *path = json_str(secret, "file", NULL);

		if (path && *path == '/')
			look(l, rule, name, path);
	}
}
