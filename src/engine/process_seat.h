/* SPDX-License-Identifier: MIT */
/*
 * struct seat: the place of a project's one supervisor: a lock (flock) that says who has it and a
 * listening socket, both in .slipway/ of the project's directory, which is held open: renaming it
 * changes nothing. Linux.
 */
#ifndef SLIPWAY_ENGINE_PROCESS_SEAT_H
#define SLIPWAY_ENGINE_PROCESS_SEAT_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct seat {
	int dir, lock;
	int fd;            /* listens, non-blocking */
	uint64_t dev, ino; /* of the socket's name */
	uint64_t dir_dev, dir_ino;
};

/* 0: taken. 1: somebody has it, and accepts connections. Waits, blocking, while whoever has it does
 * not listen: it has just come or is about to go; ERR_LOCKED after a minute. The lock goes with
 * this process and those it forks. */
int seat_take(const char *dir, struct seat *ret, struct error *err);
/* For the process that forked: the seat is the child's. */
void seat_close(struct seat *s);
/* Next connection, non-blocking and close-on-exec; others than the owner are turned away. -1 with
 * errno: none. */
int seat_accept(const struct seat *s);

enum seat_state {
	SEAT_KEPT,
	SEAT_MOVED, /* somebody removed it; it was made again: fd is another one */
	SEAT_LOST,  /* the directory is gone, or another supervisor has the project */
};
enum seat_state seat_look(struct seat *s);
/* How many processes run that a killed supervisor of the project in dir has left behind; asked where
 * none answers. Blocks for the time a look into /proc takes, and that only where one has not ended
 * in order. */
size_t seat_left_behind(const char *dir);
/* Removes socket and lock, then gives the lock up. */
void seat_leave(struct seat *s);

#endif
