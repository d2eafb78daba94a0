/* SPDX-License-Identifier: MIT */
/*
 * A program on a pseudo terminal, seen through a terminal emulator (libvterm): keys in, cells out.
 * Nothing here sleeps: every wait is for a condition on the cells (or the bytes, or the end of the
 * program) with a deadline, and a condition that does not come true fails the test with a picture
 * of the screen. Conditions are looked at between frames (synchronised updates), never at half a
 * picture. Include after unit.h.
 *
 * The environment is pinned: nothing comes from outside but PATH and the sanitizers' options. The
 * language is that of C.UTF-8, or German (tty_german()); SLIPWAY_LOCALEDIR names the catalogues
 * just built.
 */
#ifndef SLIPWAY_TESTS_SCREEN_H
#define SLIPWAY_TESTS_SCREEN_H

#include "base/str.h"

#include <stdbool.h>
#include <sys/types.h>
#include <termios.h>

struct tty;

struct tty_spec {
	int rows, cols;          /* 0: 24 x 80 */
	const char *const *argv; /* NULL-terminated */
	bool at_home;            /* starts in its home directory; argv[0] must then be absolute */
	const char *const *env;  /* NAME=value, NULL-terminated, over the pinned ones; NULL: none */
};

struct tty *tty_start(const struct tty_spec *spec);
/* Kills the program when it is still there. NULL is accepted. */
void tty_free(struct tty *t);

/* A temporary directory, the program's HOME; tty_free() removes it. */
const char *tty_home(const struct tty *t);
/* A file below the home directory; the text is the caller's to free. */
void tty_put_file(const struct tty *t, const char *name, const char *text);
char *tty_get_file(const struct tty *t, const char *name);
pid_t tty_pid(const struct tty *t);
void tty_send(struct tty *t, const char *bytes);
void tty_resize(struct tty *t, int rows, int cols);
void tty_signal(struct tty *t, int signum);
/* Takes the terminal away, as a closed window does. */
void tty_hang_up(struct tty *t);
/* Modes of the terminal as the program left them. */
void tty_modes(struct tty *t, struct termios *ret);

/* Text of a row, blanks at the end cut; good until the next call. */
const char *tty_row(struct tty *t, int row);
/* The row that holds text, -1: none; *ret_col (may be NULL) the cell where it begins. */
int tty_find(struct tty *t, const char *text, int *ret_col);

struct tty_cell {
	char text[32]; /* UTF-8; "" for a blank never written, or the right half of a wide character
			*/
	int width;
	bool bold, underline, reverse, coloured;
};
struct tty_cell tty_cell(struct tty *t, int row, int col);
bool tty_altscreen(const struct tty *t);
bool tty_cursor_visible(const struct tty *t);
void tty_cursor(const struct tty *t, int *row, int *col);
/* Everything the program wrote. */
const struct str *tty_output(const struct tty *t);
/* Forgets what was written so far. */
void tty_forget(struct tty *t);

/* Waits; each fails the test at the deadline. */
typedef bool tty_condition(struct tty *t, const void *arg);
void tty_wait(struct tty *t, tty_condition *is, const void *arg, const char *what, const char *file,
	int line);
void tty_wait_text(struct tty *t, const char *text, const char *file, int line);
void tty_wait_no_text(struct tty *t, const char *text, const char *file, int line);
void tty_wait_at(struct tty *t, int row, int col, const char *text, const char *file, int line);
/* text stands on the screen in a row that also holds `beside`. */
void tty_wait_beside(
	struct tty *t, const char *text, const char *beside, const char *file, int line);
/* The end of the program: wait status as waitpid() gives it. */
int tty_wait_end(struct tty *t, const char *file, int line);
#define expect_text(t, text) tty_wait_text(t, text, __FILE__, __LINE__)
#define expect_no_text(t, text) tty_wait_no_text(t, text, __FILE__, __LINE__)
#define expect_at(t, row, col, text) tty_wait_at(t, row, col, text, __FILE__, __LINE__)
#define expect_beside(t, text, beside) tty_wait_beside(t, text, beside, __FILE__, __LINE__)
#define expect_end(t) tty_wait_end(t, __FILE__, __LINE__)
#define expect_that(t, is, arg, what) tty_wait(t, is, arg, what, __FILE__, __LINE__)

/* The screen on standard error. */
void tty_dump(struct tty *t);

#define CTRL_KEY(c) ((char[]){(char)((c)&0x1f), 0})
#define KEY_SEQ_UP "\033OA"
#define KEY_SEQ_DOWN "\033OB"
#define KEY_SEQ_RIGHT "\033OC"
#define KEY_SEQ_LEFT "\033OD"
#define KEY_SEQ_BACKTAB "\033[Z"

/* Path of a program as built ("slipway"), whatever directory it is started in; caller frees. Tests
 * run where it was built. */
char *tty_program(const char *name);
/* A shell in its home, with the program as $SLIPWAY and the prompt "shell>"; host: DOCKER_HOST,
 * NULL for that of the tests' own environment. rows and cols 0: as in struct tty_spec. */
struct tty *tty_shell(const char *host, int rows, int cols);
/* A port that nobody has, and that the kernel gives to nobody by itself: for a service that is to
 * listen on it later. Another one at each call. */
int tty_free_port(void);
/* Removes a directory and what is below it; links are not followed. */
void tty_remove_tree(const char *path);

/* An environment that speaks German, for tty_spec. In C.UTF-8 newer C libraries do not look at
 * LANGUAGE, so the locale de_DE.UTF-8 must be there: without it the test is skipped, with the
 * reason. */
const char *const *tty_german(void);

#endif
