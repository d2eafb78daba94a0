/* SPDX-License-Identifier: MIT */
/* The parts of the local host, by the files they are in; host.h says what each does, and which errors it
 * gives. All may be called from any thread. */
#ifndef SLIPWAY_HOST_LOCAL_H
#define SLIPWAY_HOST_LOCAL_H

#include "host/host.h"

#include <pthread.h>
#include <sys/stat.h>

struct local {
	struct host base;
	pthread_mutex_t lock;    /* of the facts */
	struct host_facts facts; /* once known (os is set) */
};

/* Directories inside each other that a walk follows: each holds a descriptor. */
enum { LOCAL_DEPTH_MAX = 250 };

/* local_file.c */
int local_read(struct host *h, const char *path, size_t max, struct str *out, struct error *err);
int local_append(struct host *h, const char *path, const void *data, size_t n, int mode, struct error *err);
int local_lock(struct host *h, const char *path, const char *text, int *ret, char **holder, struct error *err);
void local_unlock(struct host *h, int lock);
/* Writes all of it. Returns 0 or -1 with errno. */
int local_write_all(int fd, const void *data, size_t n);
/* fsync that a signal does not end and that does without where a file system has no such thing. */
int local_sync(int fd);
/* A new name is only safe once its directory is on disk. Returns 0 or -1 with errno. */
int local_sync_parent(const char *path);

/* local_write.c */
int local_write(struct host *h, const char *path, const void *data, size_t n, int mode, struct error *err);

/* local_dir.c */
int local_stat(struct host *h, const char *path, struct host_stat *ret, struct error *err);
int local_readlink(struct host *h, const char *path, char **ret, struct error *err);
int local_realpath(struct host *h, const char *path, char **ret, struct error *err);
int local_list(struct host *h, const char *path, struct strv *names, struct error *err);
int local_walk(struct host *h, const char *root, host_walk_fn *fn, void *arg, struct error *err);
int local_mkdir(struct host *h, const char *path, int mode, struct error *err);
int local_remove(struct host *h, const char *path, struct error *err);
int local_rename(struct host *h, const char *from, const char *to, struct error *err);
int local_chown(struct host *h, const char *path, uint32_t uid, uint32_t gid, struct error *err);
int local_chmod(struct host *h, const char *path, int mode, struct error *err);
/* What stat(2) said, as host.h says it. */
void local_stat_convert(const struct stat *st, struct host_stat *ret);

/* local_own.c */
int local_own(struct host *h, const char *root, const struct host_own *want, host_own_fn *before, void *arg,
	const atomic_bool *cancelled, struct error *err);

/* local_lend.c */
int local_lend(struct host *h, const void *data, size_t n, struct host_loan *ret, struct error *err);
void local_unlend(struct host *h, struct host_loan *loan);

/* local_ports.c */
int local_listeners(struct host *h, struct host_listeners *ret, struct error *err);

/* local_facts.c */
int local_space(struct host *h, const char *path, struct host_space *ret, struct error *err);
int local_facts(struct host *h, struct host_facts *ret, struct error *err);
int local_environ(struct host *h, struct strv *ret, struct error *err);

/* local_dial.c */
int local_dial(struct host *h, const struct host_dial_spec *spec, op_done_fn *done, void *arg,
	struct op **ret, struct error *err);
int local_dial_take(struct op *dial);

#endif
