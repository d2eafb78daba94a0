/* SPDX-License-Identifier: MIT */
#include "config/secret_trust.h"

#include "base/digest.h"
#include "base/i18n.h"
#include "base/str.h"

#include <string.h>

static char *state_dir(struct host *h)
{
	AUTO(host_facts) struct host_facts facts = {0};
	autofree char *named = host_env(h, "XDG_STATE_HOME");

	if (named && *named == '/')
		return host_path(named, "slipway");
	if (host_facts(h, &facts, NULL) || str_empty(facts.home))
		return NULL;
	return xasprintf("%s/.local/state/slipway", facts.home);
}

static void digest_of(struct host *h, const char *dir, const struct strv *argv, char ret[65])
{
	AUTO(str) struct str text = STR_INIT(STR_FILE);
	autofree char *real = NULL;

	if (host_realpath(h, dir, &real, NULL))
		real = xstrdup(dir);
	str_addn(&text, real, strlen(real) + 1);
	for (size_t i = 0; i < argv->n; i++)
		str_addn(&text, argv->items[i], strlen(argv->items[i]) + 1);
	digest_sha256(str_text(&text), text.len, ret);
}

static void read_known(struct host *h, const char *path, struct strv *ret)
{
	AUTO(str) struct str text = STR_INIT(STR_FILE);

	if (host_read(h, path, STR_FILE, &text, NULL) == 0)
		strv_split(ret, str_text(&text), '\n');
}

bool secret_trust_has(struct host *h, const char *dir, const struct secret_store *store)
{
	autofree char *state = state_dir(h);
	autofree char *path = state ? host_path(state, "programs") : NULL;
	AUTO(strv) struct strv known = STRV_INIT;
	char read[65], write[65];

	if (!path)
		return false;
	read_known(h, path, &known);
	digest_of(h, dir, &store->command, read);
	digest_of(h, dir, &store->write, write);
	return strv_has(&known, read) && (!store->write.n || strv_has(&known, write));
}

int secret_trust_add(
	struct host *h, const char *dir, const struct secret_store *store, struct error *err)
{
	autofree char *state = state_dir(h);
	autofree char *path = host_path(state ? state : "/", "programs"), *text = NULL;
	AUTO(strv) struct strv known = STRV_INIT;
	char digest[65];
	int code;

	if (secret_trust_has(h, dir, store))
		return 0;
	if (!state)
		return error_set(err, ERR_NOT_FOUND, _("there is no home directory"));
	code = host_mkdirs(h, state, 0700, err);
	if (code < 0)
		return code;
	read_known(h, path, &known);
	while (known.n && !*known.items[known.n - 1])
		strv_remove(&known, known.n - 1);
	digest_of(h, dir, &store->command, digest);
	strv_add_once(&known, digest);
	digest_of(h, dir, &store->write, digest);
	if (store->write.n)
		strv_add_once(&known, digest);
	strv_push(&known, "");
	text = strv_join(&known, "\n");
	return host_write(h, path, text, strlen(text), 0600, err);
}
