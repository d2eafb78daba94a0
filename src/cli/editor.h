/* SPDX-License-Identifier: MIT */
/*
 * struct editor: a text in somebody's editor. It lies in a private directory of the machine that this
 * program runs on, wherever the project is: in memory where there is such a place ($XDG_RUNTIME_DIR,
 * /dev/shm), else in $TMPDIR or /tmp.
 */
#ifndef SLIPWAY_CLI_EDITOR_H
#define SLIPWAY_CLI_EDITOR_H

#include "cli/command.h"

struct editor {
	struct cli *cli; /* borrowed */
	struct host *here;
	char *dir, *path; /* NULL: there is none yet */
	bool keep;        /* the text stays when the editor is done with */
};
void editor_init(struct editor *e, struct cli *cli);
/* Removes the text. */
void editor_done(struct editor *e);
DEFINE_AUTO(editor)
/* Puts a text under this name (a bare one). */
int editor_put(struct editor *e, const char *name, const char *text, size_t n, struct error *err);
/* Runs the user's editor on it, on the terminal: $VISUAL, $EDITOR, or the first that is installed of
 * those that every system may have. ERR_NOT_FOUND: there is none; ERR_FAILED: it did not end well. */
int editor_run(struct editor *e, struct error *err);
/* What it holds now; appended; ERR_LIMIT beyond the ceiling of the buffer. */
int editor_text(struct editor *e, struct str *out, struct error *err);

#endif
