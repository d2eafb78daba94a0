/* SPDX-License-Identifier: MIT */
/*
 * own make DIR FILES: a tree of that many files, 100 in a directory, 10 directories in each of the
 * level above; own give DIR UID: gives it to UID as a step of a plan does.
 */
#include "host/host.h"
#include "loop/loop.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

enum { PER_DIRECTORY = 100, FAN_OUT = 10 };

static int make_file(const char *dir, long i)
{
	autofree char *path = xasprintf("%s/file-%06ld", dir, i);
	autoclose int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);

	return fd < 0 ? -1 : 0;
}

static int make_tree(const char *root, long files)
{
	long directory = 0;

	if (mkdir(root, 0755) < 0)
		return -1;
	for (long at = 0; at < files; directory++) {
		autofree char *upper = xasprintf("%s/%ld", root, directory / FAN_OUT);
		autofree char *dir = xasprintf("%s/%ld", upper, directory);

		if ((mkdir(upper, 0755) < 0 && errno != EEXIST) || mkdir(dir, 0755) < 0)
			return -1;
		for (long i = 0; i < PER_DIRECTORY && at < files; i++, at++) {
			if (make_file(dir, i) < 0)
				return -1;
		}
	}
	return 0;
}

static int give(const char *root, long uid)
{
	struct host_own want = {
		.uid = uid, .gid = -1, .dir_mode = -1, .file_mode = -1, .recursive = true};
	struct loop *loop = loop_new();
	struct host *host = host_local_new(loop);
	AUTO(error) struct error err = ERROR_INIT;
	int code = host_own(host, root, &want, NULL, NULL, NULL, &err);

	if (code < 0)
		fprintf(stderr, "own: %s\n", err.message);
	host_free(host);
	loop_free(loop);
	return code;
}

int main(int argc, char **argv)
{
	long number = argc == 4 ? strtol(argv[3], NULL, 10) : -1;

	if (number >= 0 && strcmp(argv[1], "make") == 0)
		return make_tree(argv[2], number) < 0 ? (perror(argv[2]), 1) : 0;
	if (number >= 0 && strcmp(argv[1], "give") == 0)
		return give(argv[2], number) < 0;
	fputs("usage: own make DIR FILES | own give DIR UID\n", stderr);
	return 3;
}
