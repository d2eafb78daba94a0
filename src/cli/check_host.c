/* SPDX-License-Identifier: MIT */
#include "cli/checkup.h"

#include "base/i18n.h"
#include "base/str.h"
#include "base/text.h"
#include "config/project_models.h"
#include "engine/compose_cmd.h"

#include <string.h>

enum { SMALL_MEMORY_MIB = 512, SMALL_DISK_MIB = 1024, KERNEL_MOST = 4096, COMMAND_MS = 10000 };

static const struct stack_requires *requires_of(const struct checkup *c)
{
	static const struct stack_requires nothing;
	const struct stack *stack = c->cli->workspace->project->stack;

	return stack ? &stack->requires : &nothing;
}

static struct model_needs needs_of(const struct checkup *c)
{
	struct model_needs needs;

	project_model_needs(c->cli->workspace->project, &needs);
	return needs;
}

/* --- machine */

static void check_cpus(struct checkup *c, const struct host_facts *f)
{
	int wanted = requires_of(c)->cpus;

	if (f->cpus < wanted)
		checkup_say(c, N_("processors"), CHECK_BAD, _("%d, the stack requires %d"), f->cpus,
			wanted);
	else
		checkup_say(c, N_("processors"), CHECK_FINE, "%d", f->cpus);
}

/* The kernel keeps some of it: a machine sold with 4 GiB shows less. */
static bool is_about(int64_t there, int64_t wanted)
{
	return there >= wanted - wanted / 10;
}

static void check_memory(struct checkup *c, const struct host_facts *f)
{
	struct model_needs models = needs_of(c);
	int64_t wanted = requires_of(c)->memory + models.memory;
	autofree char *there = text_size(f->memory, false), *need = text_size(wanted, false);
	autofree char *part = text_size(models.memory, false);

	if (!is_about(f->memory, wanted) && models.memory)
		checkup_say(c, N_("memory"), CHECK_BAD,
			_("%s, the stack requires %s, of which its models %s"), there, need, part);
	else if (!is_about(f->memory, wanted))
		checkup_say(
			c, N_("memory"), CHECK_BAD, _("%s, the stack requires %s"), there, need);
	else
		checkup_say(c, N_("memory"),
			f->memory >> 20 < SMALL_MEMORY_MIB ? CHECK_NOTE : CHECK_FINE, "%s", there);
}

static void check_disk(struct checkup *c, const struct host_space *space)
{
	const char *dir = c->cli->workspace->project->dir;
	struct model_needs models = needs_of(c);
	int64_t wanted = requires_of(c)->disk + models.disk;
	autofree char *available = text_size(space->available, false);
	autofree char *total = text_size(space->total, false), *need = text_size(wanted, false);
	autofree char *part = text_size(models.disk, false);

	if (space->available < wanted && models.disk)
		checkup_say(c, N_("disk"), CHECK_BAD,
			_("%s of %s free at %s, the stack requires %s, of which its models %s"),
			available, total, dir, need, part);
	else if (space->available < wanted)
		checkup_say(c, N_("disk"), CHECK_BAD,
			_("%s of %s free at %s, the stack requires %s"), available, total, dir,
			need);
	else
		checkup_say(c, N_("disk"),
			space->available >> 20 < SMALL_DISK_MIB ? CHECK_NOTE : CHECK_FINE,
			_("%s of %s free at %s"), available, total, dir);
}

/* --- versions */

/* What is not known is not judged: services without containers have no such version. */
static void check_version(
	struct checkup *c, const char *what, const char *there, const char *oldest)
{
	if (!there || !oldest)
		return;
	if (compose_version_compare(there, oldest) < 0)
		checkup_say(
			c, what, CHECK_BAD, _("%s, the stack requires %s or newer"), there, oldest);
	else
		checkup_say(c, what, CHECK_FINE, _("%s, as new as the stack requires (%s)"), there,
			oldest);
}

/* --- kernel */

static void check_kernel(struct checkup *c, const struct stack_kernel *k)
{
	AUTO(str) struct str text = STR_INIT(KERNEL_MOST);
	AUTO(error) struct error e = ERROR_INIT;
	autofree char *path = xasprintf("/proc/sys/%s", k->name);
	int64_t value;

	for (char *p = path + strlen("/proc/sys/"); *p; p++)
		if (*p == '.')
			*p = '/';
	if (host_read(c->cli->host, path, KERNEL_MOST, &text, &e) ||
		(str_cut(&text, strcspn(str_text(&text), " \t\n")),
			text_to_int(str_text(&text), INT64_MIN, INT64_MAX, &value, &e))) {
		checkup_say(
			c, N_("kernel"), CHECK_BAD, _("%s cannot be read: %s"), k->name, e.message);
		return;
	}
	if (k->least ? value >= k->value : value == k->value) {
		checkup_say(c, N_("kernel"), CHECK_FINE, "%s = %lld", k->name, (long long)value);
		return;
	}
	checkup_say(c, N_("kernel"), CHECK_BAD,
		k->least ? _("%s is %lld, the stack requires %lld or more: sudo sysctl -w %s=%lld, "
			     "and a line in /etc/sysctl.d/ to keep it")
			 : _("%s is %lld, the stack requires %lld: sudo sysctl -w %s=%lld, and a "
			     "line in /etc/sysctl.d/ to keep it"),
		k->name, (long long)value, (long long)k->value, k->name, (long long)k->value);
}

/* --- commands */

/* "git" must be there; "docker buildx" must answer. */
static int check_command(struct checkup *c, const char *command, struct error *err)
{
	AUTO(strv) struct strv argv = STRV_INIT;
	AUTO(error) struct error e = ERROR_INIT;
	struct child_spec spec = {.argv = &argv, .timeout_ms = COMMAND_MS, .own_group = true};
	struct child *child = NULL;
	int r;

	strv_split(&argv, command, ' ');
	if (argv.n > 1)
		strv_push(&argv, "version");
	if (argv.n == 1) {
		autofree char *name = xstrdup(command);

		strv_clear(&argv);
		strv_push_all(&argv, "sh", "-c", "command -v -- \"$1\"", "sh", name, NULL);
	}
	r = host_exec(c->cli->host, &spec, NULL, NULL, &child, &e);
	if (!r)
		r = cli_wait(c->cli, child_op(child), &e);
	if (r == ERR_CANCELLED)
		return error_move(err, &e);
	if (r)
		checkup_say(c, N_("command"), CHECK_BAD, _("%s is missing, the stack requires it"),
			command);
	else
		checkup_say(c, N_("command"), CHECK_FINE, _("%s is there"), command);
	return 0;
}

int check_host(struct checkup *c, struct error *err)
{
	const struct stack_requires *wanted = requires_of(c);
	AUTO(host_facts) struct host_facts f = {0};
	struct host_space space;
	int r = host_facts(c->cli->host, &f, err);

	if (!r)
		r = host_space(c->cli->host, c->cli->workspace->project->dir, &space, err);
	if (r)
		return r;
	if (c->facts && c->facts->compose) {
		check_version(c, N_("engine"), c->facts->version, wanted->engine);
		check_version(c, N_("compose"), c->facts->compose, wanted->compose);
	}
	checkup_say(c, N_("host"), CHECK_FINE, "%s, %s, %s", f.name, f.os, f.arch);
	check_cpus(c, &f);
	check_memory(c, &f);
	check_disk(c, &space);
	for (size_t i = 0; i < wanted->n_kernel; i++)
		check_kernel(c, &wanted->kernel[i]);
	for (size_t i = 0; i < wanted->commands.n && !r; i++)
		r = check_command(c, wanted->commands.items[i], err);
	return r;
}
