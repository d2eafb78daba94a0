/* SPDX-License-Identifier: MIT */
#include "host/local.h"

#include "base/i18n.h"
#include "base/text.h"

#include <errno.h>
#include <pwd.h>
#include <sched.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/utsname.h>

int local_space(struct host *h, const char *path, struct host_space *ret, struct error *err)
{
	struct statvfs v;

	(void)h;
	if (statvfs(path, &v) < 0)
		return error_errno(err, errno, _("cannot tell the free space of %s"), path);
	ret->total = (int64_t)v.f_blocks * (int64_t)v.f_frsize;
	ret->available = (int64_t)v.f_bavail * (int64_t)v.f_frsize;
	return 0;
}

/* PRETTY_NAME of os-release(5), without its quotes; NULL when there is none. */
static char *os_name(struct host *h)
{
	static const char *const files[] = {"/etc/os-release", "/usr/lib/os-release"};
	static const char key[] = "PRETTY_NAME=";
	AUTO(str) struct str text = STR_INIT(STR_LINE);
	AUTO(strv) struct strv lines = STRV_INIT;

	for (size_t i = 0; i < ARRAY_SIZE(files) && text.len == 0; i++)
		local_read(h, files[i], STR_LINE, &text, NULL);
	strv_split(&lines, str_text(&text), '\n');
	for (size_t i = 0; i < lines.n; i++) {
		char *v = lines.items[i] + strlen(key);
		size_t n;

		if (!str_starts(lines.items[i], key))
			continue;
		n = strlen(v);
		if (n >= 2 && (*v == '"' || *v == '\'') && v[n - 1] == *v) {
			v[n - 1] = '\0';
			v++;
		}
		return text_safe_dup(v);
	}
	return NULL;
}

static int count_cpus(void)
{
	cpu_set_t set;

	/* What this process may run on; more would promise too much. */
	if (sched_getaffinity(0, sizeof(set), &set) == 0)
		return CPU_COUNT(&set);
	return (int)sysconf(_SC_NPROCESSORS_ONLN);
}

static void add_user(struct host_facts *f)
{
	const char *home = getenv("HOME");
	struct passwd pw, *found = NULL;
	char buf[16384];

	f->uid = geteuid();
	f->gid = getegid();
	getpwuid_r(f->uid, &pw, buf, sizeof(buf), &found);
	f->user = found ? xstrdup(found->pw_name) : xasprintf("%u", f->uid);
	f->home = xstrdup(!str_empty(home) ? home : found ? found->pw_dir : "/");
}

/* $PWD keeps the symbolic links people typed, and so does Compose; it counts where it is true. */
static char *find_cwd(void)
{
	const char *pwd = getenv("PWD");
	struct stat here, there;

	if (pwd && *pwd == '/' && stat(".", &here) == 0 && stat(pwd, &there) == 0 &&
		here.st_dev == there.st_dev && here.st_ino == there.st_ino)
		return xstrdup(pwd);
	return getcwd(NULL, 0);
}

static int look(struct host *h, struct host_facts *f, struct error *err)
{
	struct utsname u;

	if (uname(&u) < 0)
		return error_errno(err, errno, _("cannot tell what system this is"));
	*f = (struct host_facts){
		.name = text_safe_dup(u.nodename),
		.os = os_name(h),
		.arch = xstrdup(u.machine),
		.cpus = count_cpus(),
		.memory = (int64_t)sysconf(_SC_PHYS_PAGES) * sysconf(_SC_PAGESIZE),
		.cwd = find_cwd(),
	};
	if (!f->os)
		f->os = xasprintf("%s %s", u.sysname, u.release);
	local_readlink(h, "/proc/self/exe", &f->self, NULL);
	add_user(f);
	return 0;
}

static void copy(const struct host_facts *f, struct host_facts *ret)
{
	*ret = *f;
	ret->name = xstrdup(f->name);
	ret->os = xstrdup(f->os);
	ret->arch = xstrdup(f->arch);
	ret->user = xstrdup(f->user);
	ret->home = xstrdup(f->home);
	ret->cwd = xstrdup(f->cwd);
	ret->self = xstrdup(f->self);
}

int local_facts(struct host *h, struct host_facts *ret, struct error *err)
{
	struct local *l = (struct local *)h;
	int code = 0;

	pthread_mutex_lock(&l->lock);
	if (!l->facts.os)
		code = look(h, &l->facts, err);
	if (code == 0)
		copy(&l->facts, ret);
	pthread_mutex_unlock(&l->lock);
	return code;
}

int local_environ(struct host *h, struct strv *ret, struct error *err)
{
	(void)h;
	(void)err;
	for (char **e = environ; e && *e; e++)
		strv_push(ret, *e);
	return 0;
}
