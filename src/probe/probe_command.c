/* SPDX-License-Identifier: MIT */
#include "probe/probe_kind.h"

#include "base/i18n.h"
#include "base/text.h"

#include <string.h>

enum { KEEP = 64 * 1024, SHOWN_MAX = 2048 };

static int check(const struct probe_spec *spec, struct error *err)
{
	if (!spec->argv || spec->argv->n == 0)
		return error_set(err, ERR_INPUT, _("a command probe needs a command"));
	return 0;
}

static char *describe(const struct probe_spec *spec)
{
	autofree char *joined = spec->argv ? strv_join(spec->argv, " ") : NULL;

	return text_safe_dup(joined);
}

/* What it said last: of errors where there are any, else of output. */
static void on_end(void *arg, int code, const struct error *err)
{
	struct probe *p = arg;
	struct child *c = (struct child *)p->step;
	autofree char *words = NULL;
	AUTO(str) struct str line = STR_INIT(STR_LINE);
	const struct str *said;

	(void)err;
	if (code == ERR_CANCELLED)
		return;
	words = child_status_text(child_status(c));
	said = code && child_err(c)->len ? child_err(c) : child_out(c);
	probe_add_line(&line, str_text(said), said->len, SHOWN_MAX);
	probe_answer(p, code == 0, "%s%s%s", words, line.len ? ": " : "", str_text(&line));
}

static int start(struct probe *p, struct error *err)
{
	struct child_spec spec = {.argv = p->spec.argv,
		.env = p->spec.env,
		.cwd = p->spec.cwd,
		.keep = KEEP,
		.own_group = true};
	struct child *c;
	int rc = host_exec(p->host, &spec, on_end, p, &c, err);

	if (rc == 0)
		p->step = child_op(c);
	return rc;
}

const struct probe_kind_ops probe_command = {
	.name = "command", .check = check, .describe = describe, .start = start};
