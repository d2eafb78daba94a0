/* SPDX-License-Identifier: MIT */
/*
 * libcurl before 8.0.0 (Debian 12 has 7.88.1) connects a socket although CURLOPT_SOCKOPTFUNCTION
 * said CURL_SOCKOPT_ALREADY_CONNECTED, and fails. It takes EAGAIN for "under way", though, then
 * finds the socket writable and without an error, and goes on. A connected unix stream socket
 * answers EAGAIN when the address is that of a listener whose queue is full: struct http_deaf is
 * such a listener, and nobody ever accepts from it.
 */
#ifndef SLIPWAY_LOOP_HTTP_DEAF_H
#define SLIPWAY_LOOP_HTTP_DEAF_H

#include <stdbool.h>
#include <sys/socket.h>
#include <sys/un.h>

struct http_deaf {
	int listener, caller; /* -1: not open */
	struct sockaddr_un address;
	socklen_t len;
};

#define HTTP_DEAF_INIT         \
	{                      \
		-1, -1, {0}, 0 \
	}

/* Whether the libcurl that is loaded needs it. */
bool http_deaf_needed(void);
/* Opens it (once). false when that cannot be done. */
bool http_deaf_open(struct http_deaf *d);
void http_deaf_done(struct http_deaf *d);

#endif
