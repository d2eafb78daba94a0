/* SPDX-License-Identifier: MIT */
/*
 * Which directories a plan makes, and whose they become: those of the definition, and those the
 * services mount. On the pool.
 *
 * Where the engine makes a missing directory it belongs to root, and a service that runs as
 * somebody else cannot write into it: made here first, it belongs to the service's user.
 */
#include "base/i18n.h"
#include "config/build_source.h"
#include "config/interp.h"
#include "plan/journal.h"
#include "plan/ledger.h"
#include "plan/plan_build.h"

#include <stdio.h>
#include <string.h>

enum { DIRECTORY_MODE = 0755 };

/* As people write it. */
static char *shown_path(const struct plan_build *b, const char *path)
{
	autofree char *relative = ledger_relative(b->project->dir, path);

	return *relative == '/' ? xstrdup(relative) : xasprintf("./%s", relative);
}

static bool planned(const struct plan_build *b, const char *path)
{
	autofree char *relative = ledger_relative(b->project->dir, path);
	autofree char *shown = shown_path(b, path);
	autofree char *file = xasprintf("file:%s", relative);
	autofree char *directory = xasprintf("directory:%s", shown);

	return plan_find(b->plan, file) || plan_find(b->plan, directory);
}

/* --- steps */

static int count_entry(void *arg, const struct host_entry *entry)
{
	void **args = arg;
	const struct host_own *want = args[0];

	*(size_t *)args[1] += ledger_differs(entry, want, NULL);
	return want->recursive ? 0 : 1;
}

static const char *any_image_service(const struct plan_build *b)
{
	for (size_t i = 0; b->compose && i < b->compose->n_services; i++) {
		if (b->compose->services[i].active)
			return b->compose->services[i].name;
	}
	return NULL;
}

/* Only root gives files away: others ask a root container of a service, or people. `first` (may be
 * NULL): the step that makes the directory. */
static void add_own_step(struct plan_build *b, const char *real, struct own_spec *spec,
	const char *service, const char *first, bool ours)
{
	long long uid = spec->want.uid, gid = spec->want.gid;
	struct step *step;

	if (plan_needs_root(b->uid, uid, ours)) {
		if (!b->w->engine || str_eq(b->w->engine->ops->name, "process")) {
			plan_note(b->plan,
				_("%s should belong to %lld:%lld; as root: chown -hR %lld:%lld %s"),
				spec->path, uid, gid < 0 ? uid : gid, uid, gid < 0 ? uid : gid,
				real);
			return;
		}
		spec->service = service ? service : any_image_service(b);
	}
	step = step_own_new(b->host, b->project->dir, spec);
	strv_push_all(&step->after, "image:pull", "image:build", NULL);
	if (first)
		strv_push(&step->after, first);
	plan_add(b->plan, step);
}

/* What cannot be looked into belongs to the service already, mostly: databases close theirs. */
static void note_closed(struct plan_build *b, const char *shown, const char *real,
	const struct host_stat *st, const struct host_own *want)
{
	long long uid = want->uid, gid = want->gid < 0 ? want->uid : want->gid;

	if (uid >= 0 && st->uid != (uint32_t)uid)
		plan_note(b->plan,
			_("%s should belong to %lld:%lld; as root: chown -hR %lld:%lld %s"), shown,
			uid, gid, uid, gid, real);
}

/* Gives the directory to whom it should belong. `service`: who mounts it, NULL: nobody in
 * particular. */
static int add_owner(struct plan_build *b, const char *path, const struct host_own *want,
	const char *service, struct error *err)
{
	autofree char *shown = shown_path(b, path),
		      *real = ledger_resolve(b->host, b->project->dir, path);
	autofree char *id = xasprintf("owner:%s", shown), *from = NULL;
	struct own_spec spec = {.path = shown, .want = *want};
	void *args[] = {&spec.want, &spec.entries};
	AUTO(error) struct error e = ERROR_INIT;
	struct host_stat st = {0};
	int code;

	if (plan_find(b->plan, id))
		return 0;
	code = host_walk(b->host, real, count_entry, args, &e);
	host_stat(b->host, real, &st, NULL);
	if (code == ERR_DENIED && b->uid != 0) {
		note_closed(b, shown, real, &st, want);
		return 0;
	}
	if (code < 0)
		return error_move(err, &e);
	if (!spec.entries)
		return 0;
	from = xasprintf("%u:%u", st.uid, st.gid);
	spec.from = from;
	add_own_step(b, real, &spec, service, NULL, st.uid == b->uid);
	return 0;
}

static void add_directory(
	struct plan_build *b, const char *path, int mode, struct account owner, const char *service)
{
	autofree char *shown = shown_path(b, path), *from = xasprintf("%u", b->uid);
	struct directory_spec spec = {
		.path = shown, .mode = mode, .uid = owner.uid, .gid = owner.gid};
	struct own_spec own = {.path = shown, .entries = 1, .from = from};
	bool hand_over = b->uid != 0 && owner.uid >= 0 && owner.uid != b->uid;
	struct step *step;

	if (planned(b, path))
		return;
	if (b->uid != 0)
		spec.uid = spec.gid = -1;
	step = step_directory_new(b->host, b->project->dir, &spec);
	plan_add(b->plan, step);
	own.want = (struct host_own){.uid = owner.uid,
		.gid = owner.gid,
		.dir_mode = -1,
		.file_mode = -1,
		.recursive = true};
	if (hand_over)
		add_own_step(b, path, &own, service, step->id, true);
}

/* --- of the definition */

static const char *lookup_setting(void *arg, const char *name)
{
	const struct plan_build *b = arg;
	const struct setting *s = settings_find(&b->project->settings, name);
	const struct compose_variable *v =
		b->compose ? compose_find_variable(b->compose, name) : NULL;

	return s ? setting_effective(s) : v ? v->value : NULL;
}

/* In a clone a directory of the definition is made only where the clone's files mount it. */
static bool is_wanted(const struct plan_build *b, const char *path)
{
	size_t n = strlen(path);

	if (b->project->fresh || !b->project->stack->recognise.n || !b->compose)
		return true;
	for (size_t i = 0; i < b->compose->n_services; i++) {
		const struct compose_service *s = &b->compose->services[i];

		for (size_t k = 0; s->active && k < s->n_mounts; k++) {
			const char *source = s->mounts[k].source;

			if (source && strncmp(source, path, n) == 0 && strchr("/", source[n]))
				return true;
		}
	}
	return false;
}

static int add_defined(struct plan_build *b, const struct stack_directory *d, struct error *err)
{
	struct interp in = {.lookup = lookup_setting, .lookup_arg = b, .tolerant = true};
	AUTO(str) struct str text = STR_INIT(STR_LINE);
	autofree char *path = NULL;
	struct host_own want = {.uid = d->uid,
		.gid = d->gid,
		.dir_mode = d->mode,
		.file_mode = -1,
		.recursive = d->recursive};
	struct host_stat st;
	int code = interp_expand(&in, d->path, &text, err);

	if (code < 0)
		return code;
	if (!text.len)
		return 0;
	path = host_path(b->project->dir, str_starts(text.data, "./") ? text.data + 2 : text.data);
	if (host_stat(b->host, path, &st, NULL) < 0 && !is_wanted(b, path))
		return 0;
	if (host_stat(b->host, path, &st, NULL) < 0) {
		add_directory(b, path, d->mode >= 0 ? d->mode : DIRECTORY_MODE,
			(struct account){d->uid, d->gid}, NULL);
		return 0;
	}
	if (st.type != HOST_DIR && st.type != HOST_LINK) {
		error_set(err, ERR_EXISTS, _("%s must be a directory, but is a file"), path);
		return error_hint(err, "%s", _("Move what is there out of the way."));
	}
	/* A recursive walk concerns owners; modes below are the programs' own. */
	if (want.recursive)
		want.dir_mode = -1;
	return add_owner(b, path, &want, NULL, err);
}

/* --- of mounts */

/* A change of owners that was interrupted may have done no more than the directory itself. */
static bool was_owning(const struct plan_build *b, const char *shown)
{
	autofree char *id = xasprintf("owner:%s", shown);

	for (size_t i = 0; i < b->unfinished.n; i++) {
		for (size_t k = 0; k < b->unfinished.items[i].n; k++) {
			if (str_eq(b->unfinished.items[i].changes[k].step, id))
				return true;
		}
	}
	return false;
}

/* Whose number is not known yet: found out once the image is there, or said. */
static void add_later(struct plan_build *b, const struct compose_service *service, const char *path,
	const struct plan_owner *owner)
{
	autofree char *shown = shown_path(b, path);
	autofree char *id = xasprintf("owner:%s", shown);
	autofree char *made = xasprintf("directory:%s", shown);
	autofree char *ref = plan_image_ref(b->compose, service);
	struct own_later_spec spec = {.path = shown,
		.ref = ref,
		.user = owner->user,
		.service = service->name,
		.we = b->uid,
		.made = plan_find(b->plan, made) != NULL,
		.resumed = was_owning(b, shown)};
	struct step *step;

	/* Of what is there it is left to people to say that somebody else must write into it. */
	if (owner->state == OWNER_KNOWN || (!owner->user && !spec.made))
		return;
	if (owner->state != OWNER_LATER) {
		plan_note_owner(b, service, owner, shown);
		return;
	}
	if (plan_find(b->plan, id))
		return;
	step = step_own_later_new(b->host, b->project->dir, &spec);
	strv_push_all(&step->after, "image:pull", "image:build", made, NULL);
	plan_add(b->plan, step);
}

int plan_refuse(struct plan_build *b, struct error *err, const char *hint, const char *fmt, ...)
{
	autofree char *text = NULL;
	va_list ap;

	va_start(ap, fmt);
	text = xvasprintf(fmt, ap);
	va_end(ap);
	if (!(b->plan->scope & PLAN_DEPLOY)) {
		plan_note(b->plan, "%s. %s", text, hint);
		return 0;
	}
	error_set(err, ERR_INPUT, "%s", text);
	return error_hint(err, "%s", hint);
}

/* Whether a setting says where it is: then somebody can say it otherwise, and was shown it. */
static bool is_settable(const struct plan_build *b, const char *path)
{
	for (size_t i = 0; i < b->project->settings.n; i++) {
		const struct setting *s = &b->project->settings.items[i];
		const char *value = s->service ? NULL : setting_effective(s);
		autofree char *place = NULL;

		if (str_empty(value) || !strchr(value, '/') || strchr(value, ':'))
			continue;
		place = host_path(b->project->dir, value);
		if (str_starts(path, place) && strchr("/", path[strlen(place)]))
			return true;
	}
	return false;
}

static int add_missing(struct plan_build *b, const struct compose_service *service,
	const struct compose_mount *m, const struct plan_owner *owner, struct error *err)
{
	const struct stack_volume *volume = plan_replaced_volume(b, service, m);
	autofree char *shown = shown_path(b, m->source);

	if (planned(b, m->source))
		return 0;
	if (m->must_exist)
		return plan_refuse(b, err,
			_("Make it, or take create_host_path: false out of the compose file."),
			_("%s mounts %s, which does not exist and is not to be made"),
			service->name, shown);
	if (plan_mounts_file(m) && str_ends(m->source, ".sock"))
		return plan_refuse(b, err,
			_("A program makes it while it runs: start that, or say in the compose "
			  "file where "
			  "its socket is here."),
			_("%s mounts the socket %s, which does not exist"), service->name, shown);
	if (plan_mounts_file(m))
		return plan_refuse(b, err,
			_("Put the file there; the engine would make an empty directory of that "
			  "name."),
			_("%s mounts the file %s, which does not exist"), service->name, shown);
	/* Its own sources, beside what the image is built of: empty, they would hide what it has.
	 */
	if (build_is_source(service, m->source)) {
		plan_note(b->plan,
			_("%s mounts %s, which holds what it is built from and does not exist: it "
			  "is not "
			  "made. Clone the whole repository."),
			service->name, shown);
		return 0;
	}
	/* Somebody's home, a checkout beside this one: what should be there is nothing to make. */
	if (!plan_below_project(b, m->source) && !is_settable(b, m->source)) {
		plan_note(b->plan,
			_("%s mounts %s, which is outside of the project and does not exist: it is "
			  "not "
			  "made. Make it, or name another directory by override.%s.volumes."),
			service->name, shown, service->name);
		return 0;
	}
	add_directory(b, m->source, volume && volume->mode >= 0 ? volume->mode : DIRECTORY_MODE,
		m->read_only ? (struct account){-1, -1} : owner->account, service->name);
	if (!m->read_only)
		add_later(b, service, m->source, owner);
	return 0;
}

/* The service's user; where the directory takes a volume's place, whoever the definition says. */
static struct plan_owner mount_owner(const struct plan_build *b,
	const struct compose_service *service, const struct compose_mount *m)
{
	const struct stack_volume *volume = plan_replaced_volume(b, service, m);

	if (volume && volume->uid >= 0)
		return (struct plan_owner){
			.state = OWNER_KNOWN, .account = {volume->uid, volume->gid}};
	return plan_owner(b, service);
}

static int add_mount(struct plan_build *b, const struct compose_service *service,
	const struct compose_mount *m, struct error *err)
{
	autofree char *real = ledger_resolve(b->host, b->project->dir, m->source);
	autofree char *shown = shown_path(b, m->source);
	struct plan_owner owner = mount_owner(b, service, m);
	struct host_own want = {.uid = owner.account.uid,
		.gid = owner.account.gid,
		.dir_mode = -1,
		.file_mode = -1,
		.recursive = true};
	struct host_stat st;

	if (host_stat(b->host, real, &st, NULL) < 0)
		return add_missing(b, service, m, &owner, err);
	if (st.type == HOST_DIR && plan_mounts_file(m))
		return plan_refuse(b, err, _("Remove the directory and put the file there."),
			_("%s mounts %s as a file, but it is a directory"), service->name, shown);
	/* What lies outside the project has other users. */
	if (st.type != HOST_DIR || m->read_only || !plan_below_project(b, m->source))
		return 0;
	add_later(b, service, m->source, &owner);
	if (want.uid <= 0 || (plan_may_write(&st, &owner.account) && !was_owning(b, shown)))
		return 0;
	return add_owner(b, m->source, &want, service->name, err);
}

static int add_mounts(struct plan_build *b, struct error *err)
{
	int code = 0;

	if (!b->compose || (b->w->engine && str_eq(b->w->engine->ops->name, "process")))
		return 0;
	for (size_t i = 0; i < b->compose->n_services; i++) {
		const struct compose_service *service = &b->compose->services[i];

		for (size_t k = 0; service->active && code == 0 && k < service->n_mounts; k++) {
			if (service->mounts[k].type == COMPOSE_BIND && service->mounts[k].source)
				code = add_mount(b, service, &service->mounts[k], err);
		}
	}
	return code;
}

/* --- of interrupted runs */

/* A directory whose maker was killed before it got its mode. */
static void add_unfinished(struct plan_build *b)
{
	for (size_t i = 0; i < b->unfinished.n; i++) {
		for (size_t k = 0; k < b->unfinished.items[i].n; k++) {
			const struct journal_change *c = &b->unfinished.items[i].changes[k];
			autofree char *path = host_path(b->project->dir, c->path);
			struct host_stat st;

			if (c->kind == CHANGE_MKDIR && c->new_mode > 0 && c->new_mode != 0700 &&
				host_stat(b->host, path, &st, NULL) == 0 && st.type == HOST_DIR &&
				st.mode == 0700)
				add_directory(b, path, c->new_mode, (struct account){-1, -1}, NULL);
		}
	}
}

int plan_build_directories(struct plan_build *b, struct error *err)
{
	const struct stack *stack = b->project->stack;
	int code = 0;

	for (size_t i = 0; stack && code == 0 && i < stack->n_directories; i++)
		code = add_defined(b, &stack->directories[i], err);
	if (code == 0)
		code = add_mounts(b, err);
	if (code == 0)
		add_unfinished(b);
	return code;
}
