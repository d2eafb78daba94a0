/* SPDX-License-Identifier: MIT */
/* Answers that are taken, and that somebody else than Compose will read in another way. */
#include "plan/setup_state.h"

#include "base/i18n.h"
#include "base/str.h"
#include "config/env_file.h"

#include <string.h>

/* After what is noted already, once. */
static void add_note(struct setting *s, const char *text)
{
	autofree char *before = s->note;

	if (before && strstr(before, text)) {
		(void)take(before);
		return;
	}
	s->note = before ? xasprintf("%s; %s", before, text) : xstrdup(text);
}

static void warn_of_address(struct setup *setup, struct setting *s)
{
	const struct address_use *use;
	const char *bad;

	if (!setup->addresses_read)
		address_uses_read(&setup->addresses, setup->workspace->project->compose);
	setup->addresses_read = true;
	use = address_uses_find(&setup->addresses, s->name);
	bad = use ? address_use_breaks(use, s->value) : NULL;
	if (bad) {
		autofree char *remedy = address_use_remedy(use, bad);
		autofree char *text = xasprintf(
			_("%s:%d puts it into an address, where \"%c\" means something else: %s"),
			use->file, use->line, *bad, remedy);

		add_note(s, text);
	}
}

void setup_warn(struct setup *setup, struct setting *s)
{
	if (s->answer != ANSWER_VALUE || str_empty(s->value) || s->service || s->choice)
		return;
	if (s->type == SETTING_SECRET)
		warn_of_address(setup, s);
	if (env_quote_differs_in_shell(s->value))
		add_note(s, _("a shell that sources .env reads another value, and runs what stands "
			      "between back-ticks"));
}
