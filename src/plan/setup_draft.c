/* SPDX-License-Identifier: MIT */
/* The draft: a mapping of setting to value, in .slipway/draft.yaml (0600). Secrets stay out of it,
 * and so do addresses that carry a password. */
#include "plan/setup_state.h"

#include "base/i18n.h"
#include "base/str.h"
#include "base/yaml.h"

#include <string.h>

enum { DRAFT_MAX = 1024 * 1024 };

void setup_load_draft(struct setup *s)
{
	AUTO(str) struct str text = STR_INIT(DRAFT_MAX);
	AUTO_PTR(yaml_doc) struct yaml_doc *doc = NULL;
	autofree char *path = workspace_path(s->workspace, "draft.yaml");
	const struct yaml_node *root;

	/* A draft that cannot be read is no draft. */
	if (host_read(s->workspace->host, path, DRAFT_MAX, &text, NULL) ||
		yaml_parse(path, str_text(&text), text.len, &doc, NULL))
		return;
	root = yaml_root(doc);
	for (size_t i = 0; root->kind == YAML_MAP && i < root->n; i++) {
		struct setting *setting =
			settings_find(setup_settings(s), yaml_text(root->pairs[i].key, ""));

		if (setting && setting->type != SETTING_SECRET &&
			root->pairs[i].value->kind == YAML_SCALAR)
			(void)setting_answer(setting, root->pairs[i].value->text, NULL);
	}
}

/* "scheme://user:password@host". */
static bool carries_password(const char *value)
{
	const char *start = strstr(value, "://");
	const char *at = start ? strchr(start + 3, '@') : NULL;
	const char *colon = start ? strchr(start + 3, ':') : NULL;

	return at && colon && colon < at;
}

static bool belongs_in_draft(const struct setting *setting)
{
	return setting->answer == ANSWER_VALUE && setting->type != SETTING_SECRET &&
	       !carries_password(setting->value);
}

int setup_save_draft(struct setup *s, struct error *err)
{
	AUTO_PTR(yaml_out) struct yaml_out *out = yaml_out_new();
	const struct settings *all = setup_settings(s);
	autofree char *dir = workspace_path(s->workspace, "");
	autofree char *path = workspace_path(s->workspace, "draft.yaml");
	autofree char *text = NULL;
	size_t n = 0;
	int r;

	yaml_out_map(out, NULL);
	for (size_t i = 0; i < all->n; i++) {
		if (!belongs_in_draft(&all->items[i]))
			continue;
		yaml_out_key(out, all->items[i].name);
		yaml_out_str(out, all->items[i].value);
		n++;
	}
	yaml_out_end(out);
	if (!n)
		return setup_drop_draft(s, err);
	r = yaml_out_finish(out, &text, err);
	if (!r)
		r = host_mkdirs(s->workspace->host, dir, 0700, err);
	if (!r)
		r = host_write(s->workspace->host, path, text, strlen(text), 0600, err);
	return r < 0 ? error_prefix(err, "%s", _("the draft of the answers was not kept")) : 0;
}

int setup_drop_draft(struct setup *s, struct error *err)
{
	autofree char *path = workspace_path(s->workspace, "draft.yaml");

	if (!host_exists(s->workspace->host, path))
		return 0;
	return host_remove(s->workspace->host, path, err);
}
