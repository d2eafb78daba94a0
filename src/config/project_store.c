/* SPDX-License-Identifier: MIT */
/* Reading a project whose secrets live in a store: its .env is shown with them. */
#include "config/project_parts.h"

#include "base/i18n.h"
#include "base/str.h"

#include <string.h>

int project_unsealed(const struct project *p, struct error *err)
{
	if (!p->sealed)
		return 0;
	error_set(err, ERR_DENIED, _("the store of the secrets is closed"));
	error_hint(err, _("Use the command line, which asks for what opens it: slipway up."));
	return ERR_DENIED;
}
/* The project is the one of the nearest directory with compose files, as discovery finds it. */
static char *store_dir(const struct project *p)
{
	char *dir = xstrdup(p->dir);

	while (!p->files.n && !project_has_compose(p->host, dir) && !secret_store_exists(p->host, dir)) {
		char *slash = strrchr(dir, '/');

		if (!slash || slash == dir) {
			free(dir);
			return xstrdup(p->dir);
		}
		*slash = '\0';
	}
	return dir;
}

static int show_secrets(struct project *p, const char *dir, struct error *err)
{
	autofree char *path = host_path(dir, ".env");
	struct str text = STR_INIT(STR_OUTPUT), shown = STR_INIT(STR_OUTPUT);
	AUTO(error) struct error e = ERROR_INIT;
	int code = host_read(p->host, path, STR_OUTPUT, &text, &e);

	code = code == ERR_NOT_FOUND ? 0 : error_move(err, &e);
	if (code == 0)
		code = secret_store_show(&p->secrets, str_text(&text), text.len, &shown, err);
	if (code == 0) {
		p->dotenv_text = xmemdup(str_text(&shown), shown.len + 1);
		p->dotenv_len = shown.len;
	}
	str_wipe(&text);
	str_wipe(&shown);
	return code;
}

int project_store_open(struct project *p, const struct secret_vault *vault, struct error *err)
{
	autofree char *dir = store_dir(p);
	int code = secret_store_load(&p->store, p->host, dir, err);

	if (code || p->store.kind == STORE_DOTENV)
		return code;
	if (p->env_files.n) {
		error_set(err, ERR_INPUT, _("--env-file goes with secrets in .env only"));
		return error_hint(err, _("slipway secrets move --to env brings them there."));
	}
	p->sealed = !vault || !vault->open;
	if (!p->sealed)
		code = secret_store_read(&p->store, p->host, dir, vault, &p->secrets, err);
	for (size_t i = 0; p->sealed && i < p->store.names.n; i++)
		secret_bag_set(&p->secrets, p->store.names.items[i], STORE_STAND_IN);
	return code == 0 && p->secrets.n ? show_secrets(p, dir, err) : code;
}

/* What the store holds has no line in .env. */
void project_store_mark(struct project *p)
{
	for (size_t i = 0; i < p->secrets.n; i++) {
		struct setting *s = settings_find(&p->settings, p->secrets.items[i].name);

		if (!s || !str_eq(s->dotenv, p->secrets.items[i].value))
			continue;
		s->kept = secret_store_info(p->store.kind)->name;
		s->line = s->column = 0;
	}
}
