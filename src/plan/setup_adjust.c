/* SPDX-License-Identifier: MIT */
/* What the override adjusts becomes settings of the session (config/override_settings.h). */
#include "plan/setup_state.h"

#include "base/str.h"
#include "config/override_settings.h"

void setup_adjust(struct setup *s)
{
	struct workspace *w = s->workspace;
	struct project *p = w->project;
	autofree char *path = host_path(p->dir, OVERRIDE_FILE);
	AUTO(str) struct str text = STR_INIT(STR_FILE);
	AUTO(override) struct override present = {NULL, 0};
	bool edited;

	/* Files named on the command line are all there is: nothing would read ours. */
	if (p->files.n || !p->compose->n_services)
		return;
	if (host_read(w->host, path, STR_FILE, &text, NULL)) {
		override_settings_add(&p->settings, p->compose, &present);
		return;
	}
	override_read(&present, str_text(&text), text.len, &edited);
	/* What cannot be read without the file is adjusted as it is with it. */
	if (project_base(p, true, &s->base, NULL))
		s->base = NULL;
	override_settings_add(&p->settings, s->base ? s->base : p->compose, &present);
}

void setup_adjust_done(struct setup *s)
{
	override_settings_remove(setup_settings(s));
	compose_free(s->base);
}
