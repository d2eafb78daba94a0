/* SPDX-License-Identifier: MIT */
#include "plan/deployed.h"

#include "base/i18n.h"
#include "base/str.h"
#include "engine/process_super.h"
#include "plan/journal.h"
#include "plan/runner.h"

#include <string.h>

#define NONE "none\n"

/* --- what is known */

/* Only containers have images. */
static bool state_has_images(struct host *h, const char *slipway)
{
	autofree char *path = host_path(slipway, "state.json");
	AUTO(str) struct str text = STR_INIT(STR_FILE);
	autojson struct json_object *o = NULL;
	struct json_object *services;

	if (host_read(h, path, STR_FILE, &text, NULL) < 0 ||
		json_parse(str_text(&text), text.len, &o, NULL) < 0)
		return false;
	services = json_key(o, "services");
	if (!json_object_is_type(services, json_type_object))
		return false;
	json_object_object_foreach(services, name, service)
	{
		(void)name;
		if (json_str(service, "image_id", NULL))
			return true;
	}
	return false;
}

/* Whether the newest run that deployed, or took down, deployed. */
static bool last_run_deployed(struct host *h, const char *slipway)
{
	AUTO(strv) struct strv ids = STRV_INIT;

	if (journal_ids(h, slipway, &ids, NULL) < 0)
		return false;
	for (size_t i = ids.n; i > 0; i--) {
		AUTO(journal) struct journal j = {0};

		if (journal_read(h, slipway, ids.items[i - 1], &j, NULL) < 0)
			continue;
		if (json_len(j.services))
			return true;
		if (str_eq(j.title, "down") && str_eq(j.outcome, "done"))
			return false;
	}
	return false;
}

static const char *evidence(struct host *h, const char *slipway)
{
	autofree char *socket = host_path(slipway, strrchr(PROCESS_SOCKET, '/') + 1);

	/* A supervisor that was killed leaves it too, with the processes. */
	if (host_exists(h, socket))
		return "process";
	return state_has_images(h, slipway) && last_run_deployed(h, slipway) ? "compose" : NULL;
}

char *deployed_read(struct host *h, const char *slipway)
{
	autofree char *path = host_path(slipway, DEPLOYED_FILE);
	AUTO(str) struct str text = STR_INIT(STR_LINE);
	autofree char *word = NULL;
	const char *known;

	if (host_read(h, path, STR_LINE, &text, NULL) < 0) {
		known = evidence(h, slipway);
		return known ? xstrdup(known) : NULL;
	}
	word = xstrndup(str_text(&text), strcspn(str_text(&text), "\n"));
	return engine_kind_find(word) ? take(word) : NULL;
}

bool deployed_elsewhere(const struct workspace *w)
{
	return w->deployed && w->engine && !str_eq(w->deployed, w->engine->ops->name);
}

static bool starts_services(const struct plan *p)
{
	static const char *const kinds[] = {
		"create", "service", "start", "restart", "recreate", "scale"};

	for (size_t i = 0; i < p->n; i++)
		for (size_t k = 0; p->steps[i]->changes && k < ARRAY_SIZE(kinds); k++)
			if (str_eq(p->steps[i]->ops->kind, kinds[k]))
				return true;
	return false;
}

int deployed_check(const struct plan *p, struct error *err)
{
	const struct workspace *w = p->workspace;

	if (!deployed_elsewhere(w) || !starts_services(p))
		return 0;
	error_set(
		err, ERR_EXISTS, _("the project is still deployed on the engine %s"), w->deployed);
	return error_hint(
		err, _("Take it down there first: slipway --engine %s down"), w->deployed);
}

void deployed_explain(const char *engine, struct error *err)
{
	autofree char *hint = err->hint ? xasprintf("%s ", err->hint) : xstrdup("");

	error_prefix(
		err, _("the project is deployed on the engine %s, which cannot be used"), engine);
	error_hint(err,
		_("%sIf that engine is gone for good, delete .slipway/engine and begin anew."),
		hint);
}

/* --- writing it down */

static int write_word(struct step_context *ctx, struct step *s, const char *line, struct error *err)
{
	return step_write_own(ctx, s, DEPLOYED_FILE, line, strlen(line), err);
}

int deployed_note(struct step_context *ctx, struct step *s, struct error *err)
{
	const char *name = ctx->workspace->engine->ops->name;
	autofree char *line = xasprintf("%s\n", name);

	return write_word(ctx, s, line, err);
}

int deployed_note_none(struct step_context *ctx, struct step *s, struct error *err)
{
	const struct workspace *w = ctx->workspace;

	return deployed_elsewhere(w) || !w->deployed ? 0 : write_word(ctx, s, NONE, err);
}

void deployed_set(struct workspace *w, bool here)
{
	if (!here && deployed_elsewhere(w))
		return;
	free(w->deployed);
	w->deployed = here ? xstrdup(w->engine->ops->name) : NULL;
}

int deployed_forget(struct workspace *w, struct error *err)
{
	autofree char *path = workspace_path(w, DEPLOYED_FILE);
	int code = 0;

	if (!w->deployed || !w->engine || deployed_elsewhere(w))
		return 0;
	code = host_write(w->host, path, NONE, strlen(NONE), 0600, err);
	if (!code)
		deployed_set(w, false);
	return code;
}
