/* SPDX-License-Identifier: MIT */
#include "plan/rotation.h"

#include "base/i18n.h"
#include "base/str.h"

#include <string.h>

static const char *const phases[ROTATION_PHASES] = {
	[ROTATION_FORWARD] = "forward",
	[ROTATION_BACK] = "back",
};

static const enum rotation_act acts[ROTATION_PHASES][ROTATION_EVENTS] = {
	[ROTATION_NONE] = {[ROTATION_ASKED] = ROTATION_BEGIN,
		[ROTATION_ASKED_BACK] = ROTATION_REFUSE,
		[ROTATION_FAILED] = ROTATION_LEAVE,
		[ROTATION_CUT] = ROTATION_LEAVE},
	[ROTATION_FORWARD] = {[ROTATION_ASKED] = ROTATION_GO_ON,
		[ROTATION_ASKED_BACK] = ROTATION_TURN,
		[ROTATION_FAILED] = ROTATION_TURN,
		[ROTATION_CUT] = ROTATION_LEAVE},
	/* What could not be put back may be by the next try; the new value has had its chance. */
	[ROTATION_BACK] = {[ROTATION_ASKED] = ROTATION_GO_ON,
		[ROTATION_ASKED_BACK] = ROTATION_GO_ON,
		[ROTATION_FAILED] = ROTATION_LEAVE,
		[ROTATION_CUT] = ROTATION_LEAVE},
};

enum rotation_act rotation_next(enum rotation_phase phase, enum rotation_event event)
{
	return acts[phase][event];
}

void rotation_done(struct rotation *r)
{
	free(r->name);
	secret_free(r->old);
	secret_free(r->new);
	strv_done(&r->services);
	*r = (struct rotation){0};
}

const char *rotation_to(const struct rotation *r)
{
	return r->phase == ROTATION_BACK ? r->old : r->new;
}

const char *rotation_from(const struct rotation *r)
{
	return r->phase == ROTATION_BACK ? r->new : r->old;
}

char *rotation_text(const struct rotation *r)
{
	autojson struct json_object *o = json_object_new_object();
	struct json_object *services = json_object_new_array();

	json_put_str(o, "name", r->name);
	json_put_str(o, "phase", phases[r->phase]);
	json_put_str(o, "old", r->old);
	json_put_str(o, "new", r->new);
	for (size_t i = 0; i < r->services.n; i++)
		json_push_str(services, r->services.items[i]);
	json_put(o, "services", services);
	return json_pretty(o);
}

char *rotation_note(const struct rotation *r)
{
	return xasprintf(_("the rotation of %s was cut short: \"slipway secrets rotate %s\" goes on"),
		r->name, r->name);
}

static int refuse(const char *path, struct error *err)
{
	error_set(err, ERR_INPUT, _("%s is not what \"slipway secrets rotate\" has left"), path);
	return error_hint(err, "%s",
		_("It holds the old and the new value of a secret. Put it right, or take it away."));
}

static int read_fields(
	struct rotation *r, struct json_object *o, const char *path, struct error *err)
{
	const char *phase = json_str(o, "phase", "");
	struct json_object *services = json_key(o, "services");

	for (size_t i = 1; i < ROTATION_PHASES; i++)
		if (str_eq(phase, phases[i]))
			r->phase = (enum rotation_phase)i;
	r->name = xstrdup(json_str(o, "name", NULL));
	r->old = xstrdup(json_str(o, "old", ""));
	r->new = xstrdup(json_str(o, "new", NULL));
	for (size_t i = 0; i < json_len(services); i++)
		strv_push(&r->services, json_object_get_string(json_at(services, i)));
	if (r->phase && r->name && !str_empty(r->new))
		return 0;
	rotation_done(r);
	return refuse(path, err);
}

int rotation_load(struct rotation *r, struct host *h, const char *project, struct error *err)
{
	autofree char *path = host_path(project, ".slipway/rotation.json");
	autojson struct json_object *o = NULL;
	AUTO(error) struct error e = ERROR_INIT;
	struct str text = STR_INIT(STR_OUTPUT);
	int code = host_read(h, path, STR_OUTPUT, &text, &e);

	*r = (struct rotation){0};
	if (code == 0 && json_parse(str_text(&text), text.len, &o, NULL))
		code = refuse(path, &e);
	else if (code == 0)
		code = read_fields(r, o, path, &e);
	str_wipe(&text);
	return code == ERR_NOT_FOUND ? 0 : code < 0 ? error_move(err, &e) : 0;
}
