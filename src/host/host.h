/* SPDX-License-Identifier: MIT */
/*
 * struct host: where a project lives. Every operation on files, processes and sockets of a project
 * goes through one, so that the same code works on this machine (local.h) and on a remote one.
 *
 * File operations are synchronous and safe to call from any thread; on a remote host each takes at
 * least a round trip (an implementation lets one at a time onto its connection), so code under a
 * screen calls them from the pool (loop/work.h). Processes and sockets are asynchronous operations on
 * the loop. Facts and environment are known from the moment a host is open: they may be asked for
 * anywhere. Nothing above this room asks what kind of host it has; what differs is among the facts.
 *
 * Where many entries are meant there is an operation on many (walk, own, list, read_many,
 * listeners): a remote host does each in a few round trips, whatever the number of entries.
 *
 * Paths are absolute, or relative to the cwd of the facts; ".." is resolved by the file system as
 * usual.
 */
#ifndef SLIPWAY_HOST_HOST_H
#define SLIPWAY_HOST_HOST_H

#include "base/error.h"
#include "base/str.h"
#include "base/strv.h"
#include "loop/child.h"
#include "loop/op.h"

#include <stdint.h>
#include <stdatomic.h>
#include <sys/types.h>

enum host_file_type { HOST_FILE, HOST_DIR, HOST_LINK, HOST_SOCKET, HOST_OTHER };

struct host_stat {
	enum host_file_type type;
	uint32_t mode; /* permission bits, 07777 */
	uint32_t uid, gid;
	int64_t size;     /* bytes */
	int64_t mtime_ns; /* since 1970 */
	uint64_t dev, ino;
};

struct host_space {
	int64_t total, available; /* bytes; available to unprivileged users */
};

struct host_facts {
	char *name;      /* host name */
	char *os;        /* "Debian GNU/Linux 12 (bookworm)" */
	char *arch;      /* as uname -m */
	char *user;      /* who we are there */
	uint32_t uid, gid;
	int cpus;
	int64_t memory;  /* bytes */
	char *home;
	char *cwd;  /* absolute: where relative paths begin. Local: where the program was started, by the
		       way it came ($PWD, where that is true; NULL: it was removed); remote: the
		       home directory */
	char *self; /* path of this program there; NULL: it is not installed on the host */
};
void host_facts_done(struct host_facts *f);
DEFINE_AUTO(host_facts)

/* Somebody who listens on a port of the host. */
struct host_listener {
	int port;
	bool udp;
	int pid;    /* 0: not known (a process of somebody else) */
	char *name; /* of the process, made safe for people; NULL: not known */
	char *address; /* it listens on; NULL: on all of them, or not known */
};

struct host_listeners {
	struct host_listener *items;
	size_t n, cap;
};
void host_listeners_done(struct host_listeners *l);
/* Whether who listens on the one address keeps another from listening on the other, on the same port;
 * NULL, "0.0.0.0" and "::" are all addresses. */
bool host_addresses_meet(const char *a, const char *b);
DEFINE_AUTO(host_listeners)

/* One of several files that are read together; the caller sets path and max and releases text. */
struct host_reading {
	const char *path;
	size_t max;      /* bytes; ERR_LIMIT beyond */
	struct str text; /* as read; empty unless code is 0 */
	int code;        /* 0 or what host_read() would have returned */
};

/* One entry of a walk. `path` is relative to the walk's root ("" is the root itself). */
struct host_entry {
	const char *path;
	struct host_stat st;
};
/* Return 0 to go on, 1 to leave out what is below this directory, negative to stop the walk. */
typedef int host_walk_fn(void *arg, const struct host_entry *entry);

/* What host_own() should make true. -1 leaves a field alone. */
struct host_own {
	int64_t uid, gid;
	int dir_mode, file_mode; /* permission bits, or -1 */
	bool recursive;
};
/* Called before an entry changes, with what it is now (for the journal), from any thread but never
 * twice at once. Negative: the entry is left as it is and nothing more is begun. NULL: not called. */
typedef int host_own_fn(void *arg, const struct host_entry *before);

struct host;

/* Bytes that programs of a host can read for a while; see host_lend(). */
struct host_loan {
	struct host *host; /* NULL: nothing is lent */
	int id;            /* the implementation's */
	char *path;        /* where they are read */
};

/* A byte stream to somewhere the host can reach. */
struct host_dial_spec {
	const char *unix_socket; /* path on the host, or NULL */
	const char *tcp_host;    /* name or address as the host sees it */
	int tcp_port;
	int64_t timeout_ms; /* 0: 10 s */
};

struct host_ops {
	const char *name; /* "local", "ssh2", "openssh" */
	void (*free)(struct host *h);
	int (*read)(struct host *h, const char *path, size_t max, struct str *out, struct error *err);
	int (*write)(struct host *h, const char *path, const void *data, size_t n, int mode, struct error *err);
	int (*stat)(struct host *h, const char *path, struct host_stat *ret, struct error *err);
	int (*readlink)(struct host *h, const char *path, char **ret, struct error *err);
	int (*realpath)(struct host *h, const char *path, char **ret, struct error *err);
	/* NULL: each is read by itself. */
	int (*read_many)(struct host *h, struct host_reading *items, size_t n, struct error *err);
	int (*list)(struct host *h, const char *path, struct strv *names, struct error *err);
	int (*walk)(struct host *h, const char *root, host_walk_fn *fn, void *arg, struct error *err);
	int (*mkdir)(struct host *h, const char *path, int mode, struct error *err);
	int (*remove)(struct host *h, const char *path, struct error *err);
	int (*rename)(struct host *h, const char *from, const char *to, struct error *err);
	int (*chown)(struct host *h, const char *path, uint32_t uid, uint32_t gid, struct error *err);
	int (*chmod)(struct host *h, const char *path, int mode, struct error *err);
	int (*own)(struct host *h, const char *root, const struct host_own *want, host_own_fn *before,
		void *arg, const atomic_bool *cancelled, struct error *err);
	int (*append)(struct host *h, const char *path, const void *data, size_t n, int mode, struct error *err);
	int (*lock)(struct host *h, const char *path, const char *text, int *ret, char **holder, struct error *err);
	void (*unlock)(struct host *h, int lock);
	/* NULL: it cannot. */
	int (*lend)(struct host *h, const void *data, size_t n, struct host_loan *ret, struct error *err);
	void (*unlend)(struct host *h, struct host_loan *loan);
	int (*space)(struct host *h, const char *path, struct host_space *ret, struct error *err);
	int (*facts)(struct host *h, struct host_facts *ret, struct error *err);
	int (*listeners)(struct host *h, struct host_listeners *ret, struct error *err);
	/* Environment of the user's session there, NAME=value. */
	int (*environ)(struct host *h, struct strv *ret, struct error *err);
	int (*exec)(struct host *h, const struct child_spec *spec, op_done_fn *done, void *arg,
		struct child **ret, struct error *err);
	int (*dial)(struct host *h, const struct host_dial_spec *spec, op_done_fn *done, void *arg,
		struct op **ret, struct error *err);
	int (*dial_take)(struct op *dial);
};

/* For implementers: what host_dial() hands out begins with this. */
struct host_dial {
	struct op op;
	const struct host_ops *ops; /* of the host that dials; its dial_take is used */
};

struct host {
	const struct host_ops *ops;
	struct loop *loop;
	char *label; /* "this machine", "web1"; what people read */
};

void host_free(struct host *h);
DEFINE_AUTO_PTR(host)

/* Whole file, at most max bytes (ERR_LIMIT beyond), appended to out. Follows links; refuses what is
 * no regular file (and never blocks on a FIFO). */
int host_read(struct host *h, const char *path, size_t max, struct str *out, struct error *err);
/* Every temporary file of host_write() is named this and something random: what a killed writer left is
 * known by it. */
#define HOST_TEMP_PREFIX ".slipway-tmp-"
/*
 * Atomic write: a temporary file in the same directory (O_EXCL, 0600), fsync, owner and mode, rename,
 * fsync of the directory. An existing file keeps its owner; its mode is kept where `mode` is -1. A
 * symbolic link is followed: the file it names is replaced, the link stays. After any failure but one
 * the old file is untouched and the temporary one is gone. The one is ERR_UNSYNCED: the file was
 * replaced, but its directory could not be brought to disk: after a loss of power either may be there.
 * mode -1 on a new file: 0644.
 */
int host_write(struct host *h, const char *path, const void *data, size_t n, int mode, struct error *err);
/* Does not follow a final link. ERR_NOT_FOUND when there is nothing. */
int host_stat(struct host *h, const char *path, struct host_stat *ret, struct error *err);
bool host_exists(struct host *h, const char *path);
/* Whether the driver of NVIDIA's GPUs is loaded, on WSL 2 too: what a reservation of one needs. */
bool host_has_nvidia(struct host *h);
int host_readlink(struct host *h, const char *path, char **ret, struct error *err);
/* The absolute path without links, "." and ".." of something that is there; caller frees. ERR_NOT_FOUND
 * when it is not. */
int host_realpath(struct host *h, const char *path, char **ret, struct error *err);
/* Reads several files, each with an outcome of its own; the call fails only when the host cannot be
 * asked at all. */
int host_read_many(struct host *h, struct host_reading *items, size_t n, struct error *err);
/* Names in a directory, sorted, without "." and "..". */
int host_list(struct host *h, const char *path, struct strv *names, struct error *err);
/* Parents before children, by directory descriptors, never following links, on one file system; at most
 * 250 directories deep (ERR_LIMIT). What fn returned negative is returned. */
int host_walk(struct host *h, const char *root, host_walk_fn *fn, void *arg, struct error *err);
/* Makes one directory with exactly this mode; ERR_EXISTS when something is there. */
int host_mkdir(struct host *h, const char *path, int mode, struct error *err);
/* Makes what is missing of a path; an existing directory is left alone. */
int host_mkdirs(struct host *h, const char *path, int mode, struct error *err);
/* Removes a file, link or empty directory. */
int host_remove(struct host *h, const char *path, struct error *err);
int host_rename(struct host *h, const char *from, const char *to, struct error *err);
int host_chown(struct host *h, const char *path, uint32_t uid, uint32_t gid, struct error *err);
int host_chmod(struct host *h, const char *path, int mode, struct error *err);
/* Changes owner and mode of root (and below): only entries that differ, by directory descriptors,
 * never through a symbolic link (links themselves change owner), on one file system. An entry that
 * vanishes meanwhile is no error. file_mode is for regular files. ERR_CANCELLED once *cancelled. */
int host_own(struct host *h, const char *root, const struct host_own *want, host_own_fn *before,
	void *arg, const atomic_bool *cancelled, struct error *err);
/* Appends and fsyncs (O_APPEND | O_CREAT, mode on creation): for the journal. All or nothing: after a
 * failure (a full disk) the file has its old length. */
int host_append(struct host *h, const char *path, const void *data, size_t n, int mode, struct error *err);
/* Takes an exclusive lock that ends with this process (flock); text says who and why, for others to
 * read. ERR_LOCKED with *holder (may be NULL; caller frees) when somebody has it. */
int host_lock(struct host *h, const char *path, const char *text, int *ret, char **holder, struct error *err);
void host_unlock(struct host *h, int lock);
/*
 * Lends bytes to programs on the host: whoever runs as us (or as root) can read them under ret->path, as
 * often as wanted, until host_loan_done(). They are in memory only, never in a directory, and are gone
 * with this process, however it ends. ERR_FAILED where a host has no such thing.
 */
int host_lend(struct host *h, const void *data, size_t n, struct host_loan *ret, struct error *err);
/* Takes them back; nothing when nothing is lent. */
void host_loan_done(struct host_loan *loan);
DEFINE_AUTO(host_loan)
int host_space(struct host *h, const char *path, struct host_space *ret, struct error *err);
/* What the host is and who we are there, as it was when it was opened: never a round trip. */
int host_facts(struct host *h, struct host_facts *ret, struct error *err);
/* Every port somebody listens on (TCP and UDP, IPv4 and IPv6), with the process that holds it as far as
 * that may be known; one entry for each port and process. */
int host_listeners(struct host *h, struct host_listeners *ret, struct error *err);
/* Appends the variables of the user's session there: never a round trip. */
int host_environ(struct host *h, struct strv *ret, struct error *err);
/* One of them; caller frees; NULL: not set. */
char *host_env(struct host *h, const char *name);

/* Runs a program on the host, with pipes or on a terminal of its own; see child.h, whose struct child is
 * what an implementation elsewhere embeds. spec->cwd is a path on the host; spec->env NULL: that of the
 * session there. */
int host_exec(struct host *h, const struct child_spec *spec, op_done_fn *done, void *arg,
	struct child **ret, struct error *err);
/* Opens a stream. When done came with 0, host_dial_take() hands out the connected socket (non-blocking)
 * once; -1 before and after. ERR_NOT_FOUND: no such unix socket or host name; ERR_DENIED; ERR_TIMEOUT;
 * ERR_UNREACHABLE for everything else. The detail is the reason alone ("Connection refused"). */
int host_dial(struct host *h, const struct host_dial_spec *spec, op_done_fn *done, void *arg,
	struct op **ret, struct error *err);
int host_dial_take(struct op *dial);

/* This machine. */
struct host *host_local_new(struct loop *loop);

/* "dir/name" with exactly one slash; name alone when it is absolute or dir is empty; caller frees. */
char *host_path(const char *dir, const char *name);

#endif
