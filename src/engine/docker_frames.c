/* SPDX-License-Identifier: MIT */
#include "engine/docker_log.h"

#include <string.h>

enum { RAW_STREAM = 1, LAST_STREAM = 3 };

void docker_frames_init(struct docker_frames *f, bool raw, docker_frame_fn *fn, void *arg)
{
	*f = (struct docker_frames){.fn = fn, .arg = arg, .raw = raw};
}

/* Takes what is missing of a head; false when it is none. */
static bool read_head(struct docker_frames *f, const char **data, size_t *n)
{
	size_t want = sizeof(f->head) - f->have;
	size_t got = *n < want ? *n : want;

	memcpy(f->head + f->have, *data, got);
	f->have += (unsigned)got;
	*data += got;
	*n -= got;
	if (f->have < sizeof(f->head))
		return true;
	f->have = 0;
	f->stream = f->head[0];
	f->left = (uint32_t)f->head[4] << 24 | (uint32_t)f->head[5] << 16 |
		  (uint32_t)f->head[6] << 8 | f->head[7];
	f->started = false;
	return f->stream <= LAST_STREAM && !f->head[1] && !f->head[2] && !f->head[3];
}

bool docker_frames_feed(struct docker_frames *f, const char *data, size_t n)
{
	if (f->raw) {
		f->fn(f->arg, RAW_STREAM, data, n, !f->started, false);
		f->started = true;
		return true;
	}
	while (n) {
		size_t got;
		bool start;

		if (!f->left) {
			if (!read_head(f, &data, &n))
				return false;
			continue;
		}
		got = n < f->left ? n : f->left;
		start = !f->started;
		f->started = true;
		f->left -= (uint32_t)got;
		f->fn(f->arg, f->stream, data, got, start, !f->left);
		data += got;
		n -= got;
	}
	return true;
}
