/* SPDX-License-Identifier: MIT */
/* struct capture: what is written to a descriptor while the screen is up waits until it is down. */
#ifndef SLIPWAY_UI_CAPTURE_H
#define SLIPWAY_UI_CAPTURE_H

struct capture {
	int file, real; /* -1: not captured */
};

void capture_begin(struct capture *c, int fd);
/* The descriptor is as before; what came, up to 64 KiB, is written to it, made safe. */
void capture_end(struct capture *c, int fd);

#endif
