/* SPDX-License-Identifier: MIT */
/* A shell in a service: the terminal is lent to it, and the panel comes back when it ends. */
#include "ui/panel.h"

#include "base/i18n.h"
#include "ui/overlay.h"
#include "ui/term.h"

static void shell_done(void *arg, int code, const struct error *err)
{
	struct panel *p = arg;

	if (code == ERR_CANCELLED)
		return;
	op_free(take(p->shell_op));
	term_return(screen_term(p->view.screen));
	if (code)
		overlay_error(p->view.screen, err);
	else
		screen_note(p->view.screen, ROLE_DIM, _("the shell in %s has ended"),
			p->action_service);
	screen_dirty(p->view.screen);
}

void panel_shell(struct panel *p, const char *service)
{
	autofree char *text = NULL;
	int fds[3];

	if (p->shell_op)
		return;
	free(p->action_service);
	p->action_service = xstrdup(service);
	text = xasprintf(_("A shell in %s. Ctrl-D or \"exit\" comes back to the panel."), service);
	term_lend(screen_term(p->view.screen), text, fds);
	p->shell_op = workspace_shell(p->workspace, service, fds, shell_done, p);
}
