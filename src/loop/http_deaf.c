/* SPDX-License-Identifier: MIT */
#include "loop/http_deaf.h"

#include "base/mem.h"

#include <curl/curl.h>
#include <stddef.h>

bool http_deaf_needed(void)
{
	return curl_version_info(CURLVERSION_NOW)->version_num < 0x080000;
}

bool http_deaf_open(struct http_deaf *d)
{
	struct sockaddr_un any = {.sun_family = AF_UNIX};

	if (d->caller >= 0)
		return true;
	d->len = sizeof(d->address);
	d->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	d->caller = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	/* An address without a path lets the kernel choose an abstract one (unix(7), "Autobind"); a
	 * queue of none holds one, the caller. */
	if (d->listener >= 0 && d->caller >= 0 &&
		bind(d->listener, (struct sockaddr *)&any,
			offsetof(struct sockaddr_un, sun_path)) == 0 &&
		listen(d->listener, 0) == 0 &&
		getsockname(d->listener, (struct sockaddr *)&d->address, &d->len) == 0 &&
		connect(d->caller, (struct sockaddr *)&d->address, d->len) == 0)
		return true;
	http_deaf_done(d);
	return false;
}

void http_deaf_done(struct http_deaf *d)
{
	mem_close_cleanup(&d->listener);
	mem_close_cleanup(&d->caller);
	d->listener = d->caller = -1;
}
