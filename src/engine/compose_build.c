/* SPDX-License-Identifier: MIT */
/* BuildKit's plain output: "#N [service 2/4] RUN ...", "#N 0.155 text", "#N DONE 0.2s". */
#include "base/mem.h"
#include "base/strv.h"
#include "engine/compose_progress.h"

#include <ctype.h>
#include <string.h>

enum { MAX_STEPS = 10000 };

struct compose_step {
	char *name;   /* "[web 2/4] RUN ..." */
	char *parent; /* "build web" */
};

void compose_build_done(struct compose_progress *p)
{
	for (size_t i = 0; i < p->n_steps; i++) {
		free(p->steps[i].name);
		free(p->steps[i].parent);
	}
	free(p->steps);
	p->steps = NULL;
	p->n_steps = p->cap_steps = 0;
}

static struct compose_step *find_step(struct compose_progress *p, size_t number)
{
	while (p->n_steps <= number) {
		VEC_GROW(p->steps, p->n_steps, p->cap_steps);
		p->steps[p->n_steps++] = (struct compose_step){NULL, NULL};
	}
	return &p->steps[number];
}

/* "[web 2/4] RUN ..." -> "build web"; "[internal] ..." and "[2/4] RUN": "build". */
static char *parent_of(const char *name)
{
	static const char *const none[] = {"internal", "auth"};
	const char *start = name + 1;
	size_t n = strcspn(start, " ]");

	if (name[0] != '[' || !n || isdigit((unsigned char)*start))
		return xstrdup("build");
	for (size_t i = 0; i < ARRAY_SIZE(none); i++)
		if (strlen(none[i]) == n && !strncmp(start, none[i], n))
			return xstrdup("build");
	return xasprintf("build %.*s", (int)n, start);
}

/* "sha256:abc 1.05MB / 3.39MB 0.2s": how far a layer is. */
static void read_amount(const char *text, struct engine_progress *e)
{
	const char *slash = strstr(text, " / ");
	const char *start, *end;
	int64_t current, total;

	if (!slash)
		return;
	for (start = slash; start > text && start[-1] != ' '; start--)
		;
	current = compose_human_size(start, &end);
	if (current < 0 || end != slash)
		return;
	total = compose_human_size(slash + 3, &end);
	if (total <= 0)
		return;
	e->current = current;
	e->total = total;
}

static void tell_step(struct compose_progress *p, const struct compose_step *s, const char *rest)
{
	struct engine_progress e = {.id = s->name, .parent = s->parent, .phase = "building"};
	const char *text = rest;

	if (str_starts(rest, "DONE")) {
		e.phase = "built";
		e.done = true;
	} else if (str_starts(rest, "CACHED")) {
		e.phase = "cached";
		e.done = true;
	} else if (str_starts(rest, "CANCELED")) {
		e.phase = "cancelled";
		e.done = true;
	} else if (str_starts(rest, "ERROR: ")) {
		e.phase = "error";
		e.error = rest + strlen("ERROR: ");
		e.done = true;
	} else {
		/* The output of a command carries the time since its start. */
		text += strspn(text, "0123456789.");
		e.detail = text > rest && *text == ' ' ? text + 1 : rest;
		read_amount(rest, &e);
	}
	compose_progress_tell(p, &e);
}

bool compose_build_line(struct compose_progress *p, const char *line)
{
	struct compose_step *s;
	const char *rest = line + 1;
	size_t number = 0;

	if (line[0] != '#' || !isdigit((unsigned char)*rest))
		return false;
	for (; isdigit((unsigned char)*rest) && number < MAX_STEPS; rest++)
		number = number * 10 + (size_t)(*rest - '0');
	if (number >= MAX_STEPS || (*rest && *rest != ' '))
		return false;
	rest += strspn(rest, " ");
	if (number == 0 || !*rest || str_eq(rest, "..."))
		return true;
	s = find_step(p, number);
	if (!s->name) {
		struct engine_progress e = {.phase = "building"};

		s->name = xstrdup(rest);
		s->parent = parent_of(rest);
		e.id = s->name;
		e.parent = s->parent;
		compose_progress_tell(p, &e);
	} else if (!str_eq(rest, s->name)) {
		tell_step(p, s, rest);
	}
	return true;
}
