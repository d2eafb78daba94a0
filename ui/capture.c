/* SPDX-License-Identifier: MIT */
#include "ui/capture.h"

#include "base/text.h"
#include "ui/term_rescue.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

void capture_begin(struct capture *c, int fd)
{
	c->file = memfd_create("captured", MFD_CLOEXEC);
	c->real = fcntl(fd, F_DUPFD_CLOEXEC, 3);
	if (c->file >= 0 && c->real >= 0)
		dup2(c->file, fd);
}

void capture_end(struct capture *c, int fd)
{
	AUTO(str) struct str raw = STR_INIT(STR_LINE), safe = STR_INIT(4 * (size_t)STR_LINE);
	char chunk[4096];
	ssize_t n;

	if (c->file >= 0 && c->real >= 0) {
		dup2(c->real, fd);
		lseek(c->file, 0, SEEK_SET);
		while (!str_full(&raw) && (n = read(c->file, chunk, sizeof(chunk))) > 0)
			str_addn(&raw, chunk, (size_t)n);
	}
	if (c->file >= 0)
		close(c->file);
	if (c->real >= 0)
		close(c->real);
	c->file = c->real = -1;
	text_safe(&safe, str_text(&raw), raw.len, true);
	term_rescue_write(fd, str_text(&safe), safe.len);
}
