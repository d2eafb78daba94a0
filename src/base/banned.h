/* SPDX-License-Identifier: MIT */
/*
 * Functions nobody here may call. The build includes this file before every source file, so using
 * one is a compile error. What to use instead: child.h for processes, str.h and snprintf for text,
 * text_to_int() for numbers.
 */
#ifndef SLIPWAY_BASE_BANNED_H
#define SLIPWAY_BASE_BANNED_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#pragma GCC poison system popen strcpy strcat sprintf vsprintf strtok gets atoi atol atoll mktemp tmpnam

#endif
