/* SPDX-License-Identifier: MIT */
/*
 * Whose the directories are to be that services mount: whom each runs as, by its own word or by its
 * image's. A name is a number only in the image's /etc/passwd, which costs the engine a container:
 * it is asked for only where a directory waits for the answer.
 */
#include "base/i18n.h"
#include "plan/ledger.h"
#include "plan/plan_build.h"

#include <string.h>

/* Endings of files that are mounted one by one. "conf.d" is a directory. */
static const char *const file_endings[] = {".conf", ".cnf", ".cfg", ".ini", ".toml", ".yaml",
	".yml", ".json", ".xml", ".env", ".sh", ".sql", ".pem", ".crt", ".key", ".txt",
	".properties", ".py", ".js", ".lua", ".html", ".htpasswd", ".sock", ".acl", ".md", ".rules",
	".csv", ".sqlite", ".sqlite3", ".db"};

static bool names_file(const char *path)
{
	for (size_t i = 0; i < ARRAY_SIZE(file_endings); i++) {
		if (str_ends(path, file_endings[i]))
			return true;
	}
	return false;
}

bool plan_mounts_file(const struct compose_mount *m)
{
	return names_file(m->source) && names_file(m->target);
}

bool plan_below_project(const struct plan_build *b, const char *path)
{
	size_t n = strlen(b->project->dir);

	return strncmp(path, b->project->dir, n) == 0 && path[n] == '/';
}

bool plan_may_write(const struct host_stat *st, const struct account *owner)
{
	if (st->uid == (uint32_t)owner->uid)
		return st->mode & 0200;
	if (owner->gid >= 0 && st->gid == (uint32_t)owner->gid)
		return st->mode & 0020;
	return st->mode & 0002;
}

/* --- users */

static const struct engine_image *image_of(
	const struct plan_build *b, const struct compose_service *service)
{
	autofree char *ref = b->w->engine ? plan_image_ref(b->compose, service) : NULL;

	return ref ? engine_find_image(b->w->engine, ref) : NULL;
}

/* As the compose file says it, or its image; NULL: neither does, or the image is not here. */
static const char *user_of(const struct plan_build *b, const struct compose_service *service)
{
	const struct engine_image *image = image_of(b, service);

	if (!str_empty(service->user))
		return service->user;
	return image ? image->user : NULL;
}

static bool is_here(const struct plan_build *b, const struct compose_service *service)
{
	const struct engine_image *image = image_of(b, service);

	return image && image->id;
}

/* Whether this plan pulls or builds what is missing of it. */
static bool will_be_here(const struct plan_build *b, const struct compose_service *service)
{
	const struct strv *only = b->w->only;

	return b->w->engine && b->w->engine->ops->whose &&
	       (b->plan->scope & (PLAN_IMAGES | PLAN_DEPLOY)) &&
	       (!only || !(b->plan->scope & PLAN_DEPLOY) || strv_has(only, service->name));
}

static const struct engine_who *answer_for(
	const struct plan_build *b, const struct compose_service *service)
{
	autofree char *ref = plan_image_ref(b->compose, service);
	const char *user = user_of(b, service);

	for (size_t i = 0; i < b->n_who; i++) {
		if (str_eq(b->who[i].ref, ref) && str_eq(b->who[i].user, user))
			return &b->who[i];
	}
	return NULL;
}

const struct stack_volume *plan_replaced_volume(const struct plan_build *b,
	const struct compose_service *service, const struct compose_mount *m)
{
	const struct stack *stack = b->project->stack;
	const struct strv *rows = &b->override.volumes;
	const char *was = NULL;

	for (size_t i = 0; i + 2 < rows->n && !was; i += 3)
		if (str_eq(rows->items[i], service->name) && str_eq(rows->items[i + 1], m->target))
			was = rows->items[i + 2];
	for (size_t i = 0; was && i < stack->n_volumes; i++) {
		const struct stack_volume *v = &stack->volumes[i];

		if (str_eq(v->name, was))
			return v->uid >= 0 || v->mode >= 0 ? v : NULL;
	}
	return NULL;
}

struct plan_owner plan_owner(const struct plan_build *b, const struct compose_service *service)
{
	struct plan_owner o = {.user = user_of(b, service)};
	const struct engine_who *who;

	if (account_parse(o.user, &o.account)) {
		if (!o.user && b->w->engine && !is_here(b, service) && will_be_here(b, service))
			o.state = OWNER_LATER;
		return o;
	}
	who = answer_for(b, service);
	if (who && who->here && !who->err.code)
		o.account = who->account;
	/* Only the group is not known: it stays as it is. */
	if (o.account.uid >= 0)
		return o;
	o.why = who && who->here ? who->err.message : NULL;
	o.state = !is_here(b, service) && will_be_here(b, service) ? OWNER_LATER : OWNER_UNKNOWN;
	return o;
}

bool plan_service_user(const struct plan_build *b, const struct compose_service *service,
	int64_t *ret_uid, int64_t *ret_gid)
{
	struct plan_owner o = {.state = OWNER_KNOWN, .account = {-1, -1}};

	if (b->compose)
		o = plan_owner(b, service);
	else
		(void)account_parse(service->user, &o.account);
	*ret_uid = o.account.uid;
	*ret_gid = o.account.gid;
	return o.state == OWNER_KNOWN && o.account.uid >= 0;
}

void plan_note_owner(struct plan_build *b, const struct compose_service *service,
	const struct plan_owner *owner, const char *shown)
{
	autofree char *ref = plan_image_ref(b->compose, service);

	if (owner->why)
		plan_note(b->plan,
			_("%s runs as the user %s, whose number could not be read from %s: %s. "
			  "Whether it can write into %s was not looked at; user: with a number "
			  "says it."),
			service->name, owner->user, ref, owner->why, shown);
	else if (!b->w->engine)
		plan_note(b->plan,
			_("%s runs as the user %s, whose number only its image tells, and there is "
			  "no engine to ask: whether it can write into %s was not looked at."),
			service->name, owner->user, shown);
	else
		plan_note(b->plan,
			_("%s runs as the user %s, whose number only its image %s tells, which is "
			  "not here: whether it can write into %s was not looked at. Once it is "
			  "pulled or built, slipway plan knows."),
			service->name, owner->user, ref, shown);
}

/* --- questions */

static bool may_own(const struct compose_mount *m)
{
	return m->type == COMPOSE_BIND && m->source && !m->read_only;
}

static bool asks(const struct plan_build *b, const struct compose_service *service)
{
	struct account account;
	bool mounts = false;

	for (size_t i = 0; i < service->n_mounts && !mounts; i++)
		mounts = may_own(&service->mounts[i]);
	return service->active && mounts && !account_parse(user_of(b, service), &account) &&
	       is_here(b, service);
}

bool plan_owners_unsure(const struct plan_build *b)
{
	if (!b->compose || !b->w->engine || !b->w->engine->ops->whose)
		return false;
	for (size_t i = 0; i < b->compose->n_services; i++) {
		if (asks(b, &b->compose->services[i]))
			return true;
	}
	return false;
}

/* Whether what is to be done about the directory depends on the answer. */
static bool depends(const struct plan_build *b, const struct compose_mount *m, int64_t uid)
{
	autofree char *real = ledger_resolve(b->host, b->project->dir, m->source);
	struct host_stat st;

	if (host_stat(b->host, real, &st, NULL) < 0)
		return !m->must_exist && !plan_mounts_file(m);
	return st.type == HOST_DIR && plan_below_project(b, m->source) &&
	       (uid < 0 || st.uid != (uint32_t)uid || !(st.mode & 0200));
}

void plan_owners_list(struct plan_build *b)
{
	b->who = xcalloc(b->compose->n_services, sizeof(*b->who));
	for (size_t i = 0; i < b->compose->n_services; i++) {
		const struct compose_service *service = &b->compose->services[i];
		struct account known;
		bool needed = false;

		if (!asks(b, service) || answer_for(b, service))
			continue;
		account_parse(user_of(b, service), &known);
		for (size_t k = 0; k < service->n_mounts && !needed; k++)
			needed = may_own(&service->mounts[k]) &&
				 depends(b, &service->mounts[k], known.uid);
		if (needed)
			b->who[b->n_who++] =
				(struct engine_who){.ref = plan_image_ref(b->compose, service),
					.user = xstrdup(user_of(b, service))};
	}
}
