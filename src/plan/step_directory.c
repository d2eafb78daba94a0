/* SPDX-License-Identifier: MIT */
/* Directories that must be there before the engine would make them, as root and for nobody. */
#include "base/i18n.h"
#include "plan/ledger.h"
#include "plan/plan_build.h"
#include "plan/run.h"

#include <stdio.h>
#include <string.h>

struct directory_step {
	struct step step;
	struct host *host;
	char *project, *path;
	int mode;
	int64_t uid, gid;
};

static int directory_check(struct step *step, struct error *err)
{
	struct directory_step *d = (struct directory_step *)step;
	autofree char *real = ledger_resolve(d->host, d->project, d->path);
	struct host_stat st;

	(void)err;
	if (host_stat(d->host, real, &st, NULL) < 0)
		return 0;
	/* One that an interrupted run made may lack its mode. */
	return st.type == HOST_DIR && st.mode == (uint32_t)d->mode &&
	       (d->uid < 0 || st.uid == (uint32_t)d->uid) &&
	       (d->gid < 0 || st.gid == (uint32_t)d->gid);
}

static int directory_run(struct step *step, struct step_context *ctx, const atomic_bool *cancelled,
	struct error *err)
{
	struct directory_step *d = (struct directory_step *)step;
	autofree char *real = ledger_resolve(d->host, d->project, d->path);
	struct host_own want = {.uid = d->uid, .gid = d->gid, .dir_mode = d->mode, .file_mode = -1};
	int code = step_make_dir(ctx, step, d->path, d->mode, err);

	/* The mode again: the umask had its say when the directory was made. */
	return code < 0 ? code : step_own(ctx, step, real, &want, cancelled, err);
}

static void directory_free(struct step *step)
{
	struct directory_step *d = (struct directory_step *)step;

	free(d->project);
	free(d->path);
	step_done(step);
	free(d);
}

static const struct step_ops directory_ops = {.kind = "directory",
	.glyph = "+",
	.ascii = "+",
	.check = directory_check,
	.run = directory_run,
	.free = directory_free};

struct step *step_directory_new(
	struct host *h, const char *project, const struct directory_spec *spec)
{
	struct directory_step *d = xcalloc(1, sizeof(*d));
	autofree char *id = xasprintf("directory:%s", spec->path);

	step_init(&d->step, &directory_ops, id, spec->path);
	d->host = h;
	d->project = xstrdup(project);
	d->path = xstrdup(spec->path);
	d->mode = spec->mode;
	d->uid = spec->uid;
	d->gid = spec->gid;
	if (spec->uid >= 0)
		d->step.reason = xasprintf(_("new, %lld:%lld, %04o"), (long long)spec->uid,
			(long long)(spec->gid >= 0 ? spec->gid : spec->uid), (unsigned)spec->mode);
	else
		d->step.reason = xasprintf(_("new, %04o"), (unsigned)spec->mode);
	return &d->step;
}
