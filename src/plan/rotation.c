/* SPDX-License-Identifier: MIT */
#include "plan/rotation.h"

#include "base/i18n.h"
#include "base/str.h"

#include <string.h>

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

static void item_done(struct rotation_item *i)
{
	free(i->name);
	secret_free(i->old);
	secret_free(i->new);
	free(i->file);
	rotation_way_done(&i->way);
}

void rotation_done(struct rotation *r)
{
	for (size_t i = 0; i < r->n; i++)
		item_done(&r->items[i]);
	free(r->items);
	strv_done(&r->services);
	strv_done(&r->sealed);
	*r = (struct rotation){0};
}

struct rotation_item *rotation_add(
	struct rotation *r, const char *name, const char *old, const char *new)
{
	struct rotation_item *item;

	r->items = xreallocarray(r->items, r->n + 1, sizeof(r->items[0]));
	item = &r->items[r->n++];
	*item = (struct rotation_item){
		.name = xstrdup(name), .old = xstrdup(old), .new = xstrdup(new)};
	return item;
}

const char *rotation_to(const struct rotation *r, const struct rotation_item *i)
{
	return r->phase == ROTATION_BACK ? i->old : i->new;
}

const char *rotation_from(const struct rotation *r, const struct rotation_item *i)
{
	return r->phase == ROTATION_BACK ? i->new : i->old;
}

char *rotation_names(const struct rotation *r)
{
	AUTO(strv) struct strv names = STRV_INIT;

	for (size_t i = 0; i < r->n; i++)
		strv_push(&names, r->items[i].name);
	return strv_join(&names, " ");
}

bool rotation_is_of(const struct rotation *r, const struct strv *names)
{
	for (size_t i = 0; i < r->n; i++)
		if (!strv_has(names, r->items[i].name))
			return false;
	return r->n == names->n;
}

bool rotation_is_one_way(const struct rotation *r)
{
	for (size_t i = 0; i < r->n; i++)
		if (str_empty(r->items[i].old))
			return true;
	return false;
}

char *rotation_note(const struct rotation *r)
{
	autofree char *names = rotation_names(r);

	return xasprintf(
		_("the rotation of %s was cut short: \"slipway secrets rotate %s\" goes on"), names,
		names);
}

int rotation_refuse_others(const struct rotation *kept, struct error *err)
{
	autofree char *names = rotation_names(kept);

	error_set(err, ERR_EXISTS, _("the rotation of %s was cut short"), names);
	return error_hint(err, _("First let it go on: slipway secrets rotate %s"), names);
}
