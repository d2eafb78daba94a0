/* SPDX-License-Identifier: MIT */
#include "probe/probe_kind.h"

#include "base/i18n.h"

static int check(const struct probe_spec *spec, struct error *err)
{
	return spec->port ? 0 : error_set(err, ERR_INPUT, _("a tcp probe needs a port"));
}

static char *describe(const struct probe_spec *spec)
{
	autofree char *address = probe_address(spec, 0);

	return xasprintf("tcp %s", address);
}

static void on_connected(void *arg, int code, const struct error *err)
{
	struct probe *p = arg;
	autoclose int fd = code == 0 ? host_dial_take(p->step) : -1;

	if (code == ERR_CANCELLED)
		return;
	if (code < 0)
		probe_answer_error(p, err);
	else
		probe_answer(p, true, "%s", _("accepts connections"));
}

static int start(struct probe *p, struct error *err)
{
	return probe_dial(p, p->spec.host, p->spec.port, on_connected, err);
}

const struct probe_kind_ops probe_tcp = {
	.name = "tcp", .check = check, .describe = describe, .start = start};
