/* SPDX-License-Identifier: MIT */
#include "host/local.h"

#include "base/i18n.h"

static void local_free(struct host *h)
{
	struct local *l = (struct local *)h;

	host_facts_done(&l->facts);
	pthread_mutex_destroy(&l->lock);
	free(h->label);
	free(l);
}

static int local_exec(struct host *h, const struct child_spec *spec, op_done_fn *done, void *arg,
	struct child **ret, struct error *err)
{
	return child_start(h->loop, spec, done, arg, ret, err);
}

static const struct host_ops local_ops = {
	.name = "local",
	.free = local_free,
	.read = local_read,
	.write = local_write,
	.stat = local_stat,
	.readlink = local_readlink,
	.realpath = local_realpath,
	.list = local_list,
	.walk = local_walk,
	.mkdir = local_mkdir,
	.remove = local_remove,
	.rename = local_rename,
	.chown = local_chown,
	.chmod = local_chmod,
	.own = local_own,
	.append = local_append,
	.lock = local_lock,
	.unlock = local_unlock,
	.lend = local_lend,
	.unlend = local_unlend,
	.space = local_space,
	.facts = local_facts,
	.listeners = local_listeners,
	.environ = local_environ,
	.exec = local_exec,
	.dial = local_dial,
	.dial_take = local_dial_take,
};

struct host *host_local_new(struct loop *loop)
{
	struct local *l = xcalloc(1, sizeof(*l));

	l->base.ops = &local_ops;
	l->base.loop = loop;
	l->base.label = xstrdup(_("this machine"));
	pthread_mutex_init(&l->lock, NULL);
	return &l->base;
}
