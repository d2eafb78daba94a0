/* SPDX-License-Identifier: MIT */
/* Images that are missing: pulled or built, with bars. */
#include "base/i18n.h"
#include "base/text.h"
#include "plan/plan_build.h"
#include "plan/run.h"

#include <stdio.h>
#include <string.h>

/* One thing that is fetched: an image's layer, an image without layers, a build. */
struct part {
	char *id;
	int64_t current, total;
	size_t place, of; /* among the instructions of a build's stage, from 1; 0: none of them */
	bool done;
};

struct fetch;

struct image_step {
	struct step step;
	bool build;
	struct strv services, refs;
	struct step_context *ctx;
	struct fetch *fetch; /* in progress; NULL */
	struct part *parts;
	size_t n, cap;
	double shown; /* how far the bar of a build has come */
	char *line;   /* the build's newest; NULL */
};

/* "[web stage-1 2/5] RUN make" is the second of five; without that 0 of 0. */
static void read_place(struct part *part)
{
	const char *end = strchr(part->id, ']'), *at = end;

	if (*part->id != '[' || !end)
		return;
	while (at > part->id && at[-1] != ' ' && at[-1] != '[')
		at--;
	if (sscanf(at, "%zu/%zu]", &part->place, &part->of) != 2)
		part->place = part->of = 0;
}

static struct part *part_for(struct image_step *s, const char *id)
{
	for (size_t i = 0; i < s->n; i++) {
		if (str_eq(s->parts[i].id, id))
			return &s->parts[i];
	}
	VEC_GROW(s->parts, s->n, s->cap);
	s->parts[s->n] = (struct part){.id = xstrdup(id)};
	read_place(&s->parts[s->n]);
	return &s->parts[s->n++];
}

/* By the instructions of a build, whose number each of them tells; negative: none has come yet. That
 * of a further stage comes later: the bar does not run back. */
static double built_share(struct image_step *s)
{
	size_t done = 0, all = 0;

	for (size_t i = 0; i < s->n; i++) {
		all += s->parts[i].place == 1 ? s->parts[i].of : 0;
		done += s->parts[i].of && s->parts[i].done;
	}
	if (!all)
		return -1;
	s->shown = (double)done / (double)all > s->shown ? (double)done / (double)all : s->shown;
	return s->shown < 1 ? s->shown : 1;
}

static void tell_parts(struct image_step *s, size_t done)
{
	if (s->line)
		step_progress(
			s->ctx, &s->step, built_share(s), _("%zu of %zu, %s"), done, s->n, s->line);
	else
		step_progress(s->ctx, &s->step, built_share(s), _("%zu of %zu"), done, s->n);
}

/* "3 of 7, 120 MiB of 1.1 GiB" */
static void tell(struct image_step *s)
{
	int64_t current = 0, total = 0;
	size_t done = 0;

	for (size_t i = 0; i < s->n; i++) {
		current += s->parts[i].done ? s->parts[i].total : s->parts[i].current;
		total += s->parts[i].total;
		done += s->parts[i].done;
	}
	if (total > 0) {
		autofree char *have = text_size(current, false), *all = text_size(total, false);

		step_progress(s->ctx, &s->step, (double)current / (double)total,
			_("%zu of %zu, %s of %s"), done, s->n, have, all);
	} else {
		tell_parts(s, done);
	}
}

static void on_progress(void *arg, const struct engine_progress *p)
{
	struct image_step *s = arg;

	if (p->id) {
		struct part *part = part_for(s, p->id);

		if (p->total > 0) {
			part->total = p->total;
			/* A part that is tried again starts over; the bar does not run back. */
			part->current = p->current > part->current ? p->current : part->current;
		}
		part->done = part->done || p->done;
	}
	if (p->detail)
		step_line(s->ctx, &s->step, p->detail);
	if (s->build && (p->detail || (p->id && !p->done))) {
		free(s->line);
		s->line = xstrdup(p->detail ? p->detail : p->id);
	}
	if (p->error)
		step_line(s->ctx, &s->step, p->error);
	tell(s);
}

/* --- the operation */

/* The engine's own operation; its argument is the step's, for the progress. */
struct fetch {
	struct op op;
	struct image_step *step;
	struct op *now;
};

static void fetch_cancel(struct op *op)
{
	op_cancel(((struct fetch *)op)->now);
}

static void fetch_destroy(struct op *op)
{
	struct fetch *f = (struct fetch *)op;

	f->step->fetch = NULL;
	op_free(f->now);
	free(f);
}

static const struct op_class fetch_class = {
	.name = "images", .cancel = fetch_cancel, .destroy = fetch_destroy};

static void fetched(void *arg, int code, const struct error *err)
{
	struct fetch *f = ((struct image_step *)arg)->fetch;
	AUTO(error) struct error e = ERROR_INIT;

	if (!f || f->op.freeing)
		return;
	error_copy(&e, err);
	op_finish(&f->op, code, &e);
}

static struct op *image_start(
	struct step *step, struct step_context *ctx, op_done_fn *done, void *arg)
{
	struct image_step *s = (struct image_step *)step;
	struct engine *e = ctx->workspace->engine;
	struct fetch *f = xcalloc(1, sizeof(*f));

	op_init(&f->op, &fetch_class, ctx->workspace->loop, done, arg);
	f->step = s;
	s->ctx = ctx;
	s->fetch = f;
	f->now = s->build ? e->ops->build(e, &s->services, on_progress, fetched, s)
			  : e->ops->pull(e, &s->services, on_progress, fetched, s);
	return &f->op;
}

static void image_free(struct step *step)
{
	struct image_step *s = (struct image_step *)step;

	for (size_t i = 0; i < s->n; i++)
		free(s->parts[i].id);
	free(s->parts);
	free(s->line);
	strv_done(&s->services);
	strv_done(&s->refs);
	step_done(step);
	free(s);
}

static const struct step_ops pull_ops = {
	.kind = "image", .glyph = "↓", .ascii = "v", .start = image_start, .free = image_free};
static const struct step_ops build_ops = {
	.kind = "image", .glyph = "⚒", .ascii = "b", .start = image_start, .free = image_free};

struct step *step_image_new(bool build, const struct strv *services, const struct strv *refs)
{
	struct image_step *s = xcalloc(1, sizeof(*s));
	autofree char *title = xasprintf(Q_("%zu image", "%zu images", refs->n), refs->n);
	autofree char *names = strv_join(refs, ", ");

	step_init(&s->step, build ? &build_ops : &pull_ops, build ? "image:build" : "image:pull",
		title);
	s->build = build;
	strv_extend(&s->services, services);
	strv_extend(&s->refs, refs);
	s->step.reason = xasprintf(build ? _("build %s") : _("pull %s"), names);
	return &s->step;
}
