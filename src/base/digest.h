/* SPDX-License-Identifier: MIT */
/* SHA-256 (FIPS 180-4) by OpenSSL, as lower-case hex. */
#ifndef SLIPWAY_BASE_DIGEST_H
#define SLIPWAY_BASE_DIGEST_H

#include <stddef.h>

enum { DIGEST_HEX = 65 }; /* 64 digits and a NUL */

void digest_sha256(const void *data, size_t n, char ret[DIGEST_HEX]);

#endif
