/* SPDX-License-Identifier: MIT */
#include "base/log.h"

#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <time.h>

enum { LINE = 4096, CLOSED = -1 };

static pthread_once_t once = PTHREAD_ONCE_INIT;
static int log_fd = CLOSED;

static void log_open(void)
{
	const char *path = getenv("SLIPWAY_LOG");

	if (!str_empty(path))
		log_fd = open(path,
			O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, 0600);
}

bool log_on(void)
{
	pthread_once(&once, log_open);
	return log_fd >= 0;
}

void log_debug(const char *fmt, ...)
{
	AUTO(str) struct str raw = STR_INIT(LINE);
	AUTO(str) struct str line = STR_INIT(STR_LINE);
	int saved = errno;
	struct timespec now;
	struct tm tm;
	char clock[16];
	va_list ap;

	if (!log_on())
		return;
	clock_gettime(CLOCK_REALTIME, &now);
	gmtime_r(&now.tv_sec, &tm);
	strftime(clock, sizeof(clock), "%H:%M:%S", &tm);
	va_start(ap, fmt);
	str_addvf(&raw, fmt, ap);
	va_end(ap);
	str_addf(&line, "%s.%03ld %d ", clock, now.tv_nsec / 1000000, (int)getpid());
	if (str_full(&raw))
		str_add(&line, "(a line that is too long)");
	else
		text_safe(&line, str_text(&raw), raw.len, false);
	str_addc(&line, '\n');
	/* One write is one line, whoever else appends; a log that cannot be written is not worth
	 * more. */
	if (write(log_fd, str_text(&line), line.len) < 0)
		line.len = 0;
	errno = saved;
}
