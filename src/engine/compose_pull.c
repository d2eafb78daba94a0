/* SPDX-License-Identifier: MIT */
/* Images that could not be fetched: which, for whom, why, and what to do about it. */
#include "base/i18n.h"
#include "engine/compose_cmd.h"
#include "engine/docker_words.h"

#include <string.h>

static const char *without_speaker(const char *text)
{
	static const char speaker[] = "Error response from daemon: ";

	return str_starts(text, speaker) ? text + strlen(speaker) : text;
}

/* Compose gives up the other images when one fails. */
static bool is_given_up(const char *why)
{
	return strstr(why, "context canceled") != NULL;
}

/* The failures that tell something, in pairs: the reference of an image, and why. */
static void list_images(const struct strv *failed, struct strv *ret)
{
	for (size_t i = 0; i + 1 < failed->n; i += 2) {
		const char *thing = failed->items[i], *why = failed->items[i + 1];
		bool known = false;

		if (!str_starts(thing, "image ") || is_given_up(why))
			continue;
		thing += strlen("image ");
		for (size_t k = 0; k < ret->n; k += 2)
			known = known || str_eq(ret->items[k], thing);
		if (known)
			continue;
		strv_push(ret, thing);
		strv_push(ret, without_speaker(why));
	}
}

/* "redis:7 (cache, queue)": an image with the services that want it. Caller frees. */
static char *image_text(const struct compose *c, const char *ref)
{
	AUTO(strv) struct strv users = STRV_INIT;
	autofree char *names = NULL;

	for (size_t i = 0; i < c->n_services; i++) {
		const struct compose_service *s = &c->services[i];

		if (s->active && str_eq(s->image, ref))
			strv_push(&users, s->name);
	}
	names = strv_join(&users, ", ");
	return users.n ? xasprintf("%s (%s)", ref, names) : xstrdup(ref);
}

/* One line an image; words that all have in common are said once. */
static void put_detail(struct error *err, const struct compose *c, const struct strv *images)
{
	AUTO(str) struct str out = STR_INIT(STR_FILE);
	bool same = true;

	for (size_t i = 3; i < images->n; i += 2)
		same = same && str_eq(images->items[i], images->items[1]);
	for (size_t i = 0; i < images->n; i += 2) {
		autofree char *image = image_text(c, images->items[i]);

		if (same && images->n > 2)
			str_addf(&out, "%s\n", image);
		else if (!same)
			str_addf(&out, "%s: %s\n", image, images->items[i + 1]);
	}
	str_add(&out, same ? images->items[1] : "");
	if (!same)
		str_cut(&out, out.len - 1);
	error_detail(err, "%s", str_text(&out));
}

void compose_pull_explain(
	struct error *err, const struct compose *c, const struct strv *failed, const char *reason)
{
	AUTO(strv) struct strv images = STRV_INIT;
	autofree char *first = NULL;
	autofree char *meaning = NULL;
	const char *hint = NULL, *why = without_speaker(reason);
	size_t more;

	list_images(failed, &images);
	if (images.n)
		why = images.items[1];
	meaning = docker_pull_meaning(why, images.n ? images.items[0] : NULL, &hint);
	if (!images.n) {
		error_set(err, ERR_FAILED, _("the images cannot be pulled: %s"),
			meaning ? meaning : why);
		if (meaning)
			error_detail(err, "%s", why);
	} else {
		first = image_text(c, images.items[0]);
		more = images.n / 2 - 1;
		if (more)
			error_set(err, ERR_FAILED,
				Q_("cannot pull %s and %zu more image: %s",
					"cannot pull %s and %zu more images: %s", more),
				first, more, meaning ? meaning : why);
		else
			error_set(err, ERR_FAILED, _("cannot pull %s: %s"), first,
				meaning ? meaning : why);
		put_detail(err, c, &images);
	}
	error_hint(err, "%s",
		hint ? hint : _("\"slipway up\" tries it again; docker pull IMAGE shows more."));
}
