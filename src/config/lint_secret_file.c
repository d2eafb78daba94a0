/* SPDX-License-Identifier: MIT */
/* The files of top-level `secrets:` in the compose files: Compose binds each, with its own owner and mode,
 * below /run/secrets. */
#include "config/lint_parts.h"

#include "base/i18n.h"
#include "base/str.h"
#include "config/secret_file.h"

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

/* The services whose compose file says as whom they run; of others only the engine knows. */
static void look_readers(struct lint *l, const struct secret_file *f, const struct host_stat *st,
	const struct yaml_node *node, const char *shown)
{
	const struct compose *c = l->project->compose;

	for (size_t i = 0; i < c->n_services; i++) {
		const struct compose_service *s = &c->services[i];
		struct compose_owner o = compose_owner_of(s->user);

		if (s->active && o.uid >= 0 && secret_file_mounts(s, f->name) &&
			!secret_file_can_read(st, o.uid, o.gid))
			lint_add_node(l, lint_find_rule("secret-file-unreadable"), node,
				_("%s runs as the user %lld and cannot read %s (mode %04o, owner "
				  "%u), the file of the secret %s"),
				s->name, (long long)o.uid, shown, (unsigned)st->mode,
				(unsigned)st->uid, f->name);
	}
}

static void look(struct lint *l, const struct lint_rule *rule, const struct secret_file *f)
{
	const char *name = f->name, *path = f->path;
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
	if (st.mode & 04 && !secret_file_is_behind(l->host, l->dir, real))
		lint_add_node(l, lint_find_rule("secret-file-readable"), node,
			_("mode %04o lets everybody read %s, the file of the secret %s"),
			(unsigned)st.mode, shown, name);
	look_readers(l, f, &st, node, shown);
}

void lint_secret_files(struct lint *l, const struct lint_rule *rule)
{
	AUTO(secret_files) struct secret_files files;

	secret_files_find(&files, l->project ? l->project->compose : NULL);
	for (size_t i = 0; i < files.n; i++)
		look(l, rule, &files.items[i]);
}
