/* SPDX-License-Identifier: MIT */
/* Images that could not be built: for whom, at which line of what, why, and what to do about it. */
#include "base/i18n.h"
#include "config/build_source.h"
#include "engine/compose_cmd.h"
#include "engine/docker_words.h"

#include <string.h>

/* "[web internal] ...", "[web 2/4] ..." -> "web"; without a name the only service that is built.
 * Caller frees; NULL: it is not known. */
static char *service_of(const struct compose *c, const char *step)
{
	size_t n = strcspn(step + 1, " ]");
	autofree char *name = xstrndup(step + 1, n);
	const struct compose_service *only = NULL;

	if (compose_find_service(c, name))
		return take(name);
	for (size_t i = 0; i < c->n_services; i++) {
		if (!c->services[i].active || !c->services[i].builds)
			continue;
		if (only)
			return NULL;
		only = &c->services[i];
	}
	return only ? xstrdup(only->name) : NULL;
}

/* The image that the step asks the registry for; NULL: it does something else. Caller frees. */
static char *base_of(const char *step)
{
	static const char *const marks[] = {"] load metadata for ", "] FROM "};

	for (size_t i = 0; i < ARRAY_SIZE(marks); i++) {
		const char *at = strstr(step, marks[i]);

		if (at)
			return xstrndup(
				at + strlen(marks[i]), strcspn(at + strlen(marks[i]), "@ "));
	}
	return NULL;
}

static void explain_base(struct error *err, const struct compose *c, const char *service,
	const char *ref, const char *why)
{
	const struct compose_service *s = compose_find_service(c, service);
	autofree char *dockerfile = s ? build_dockerfile(s) : NULL;
	const char *hint = NULL;
	autofree char *meaning = docker_pull_meaning(why, ref, &hint);

	error_set(err, ERR_FAILED, _("cannot build %s: its base image %s cannot be pulled: %s"),
		service, ref, meaning ? meaning : why);
	if (dockerfile)
		error_detail(err, _("FROM in %s: %s"), dockerfile, why);
	else
		error_detail(err, "%s", why);
	error_hint(err, "%s",
		hint ? hint : _("\"slipway up\" tries it again; docker pull IMAGE shows more."));
}

/* "Dockerfile:5", on a line of its own below the last output. Caller frees; NULL: it is not told. */
static char *line_of(const char *words)
{
	const char *end;

	for (const char *at = words; *at; at = *end ? end + 1 : end) {
		size_t n = strcspn(at, "\n"), name = strcspn(at, ":");

		end = at + n;
		if (name && name + 1 < n && name + 1 + strspn(at + name + 1, "0123456789") == n &&
			!memchr(at, ' ', n))
			return xstrndup(at, n);
	}
	return NULL;
}

bool compose_build_explain(
	struct error *err, const struct compose *c, const struct strv *failed, const char *words)
{
	for (size_t i = 0; i + 1 < failed->n; i += 2) {
		const char *step = failed->items[i], *why = failed->items[i + 1];
		const char *what = strchr(step, ']');
		autofree char *service = *step == '[' && what ? service_of(c, step) : NULL;
		autofree char *base = NULL, *line = NULL;

		if (!service || strstr(why, "context canceled"))
			continue;
		base = base_of(step);
		if (base) {
			explain_base(err, c, service, base, why);
			return true;
		}
		line = line_of(words);
		what += 1 + strspn(what + 1, " ");
		if (line)
			error_set(err, ERR_FAILED, _("cannot build %s: %s, %s: %s"), service, line,
				what, why);
		else
			error_set(
				err, ERR_FAILED, _("cannot build %s: %s: %s"), service, what, why);
		if (*words)
			error_detail(err, "%s", words);
		error_hint(err, _("\"docker compose build %s\" shows all that the build said."),
			service);
		return true;
	}
	return false;
}
