/* SPDX-License-Identifier: MIT */
#include "cli/stack_draft.h"

#include "base/i18n.h"
#include "base/str.h"
#include "base/yaml.h"

#include <ctype.h>

static void text(struct yaml_out *out, const char *key, const char *value)
{
	if (str_empty(value))
		return;
	yaml_out_key(out, key);
	yaml_out_str(out, value);
}

static void number(struct yaml_out *out, const char *key, int64_t value)
{
	autofree char *digits = xasprintf("%lld", (long long)value);

	yaml_out_key(out, key);
	yaml_out_plain(out, NULL, digits);
}

static void truth(struct yaml_out *out, const char *key, bool value)
{
	if (!value)
		return;
	yaml_out_key(out, key);
	yaml_out_plain(out, NULL, "true");
}

static void list(struct yaml_out *out, const char *key, const struct strv *items)
{
	if (!items->n)
		return;
	yaml_out_key(out, key);
	yaml_out_seq(out, NULL);
	for (size_t i = 0; i < items->n; i++)
		yaml_out_str(out, items->items[i]);
	yaml_out_end(out);
}

static void generation(struct yaml_out *out, const struct setting *s)
{
	yaml_out_key(out, "generate");
	yaml_out_map(out, NULL);
	text(out, "format", secret_format_name(s->rule.format));
	if (secret_format_info(s->rule.format)->unit == SECRET_UNIT_BYTES)
		number(out, "bytes", s->rule.bytes);
	else if (secret_format_info(s->rule.format)->unit == SECRET_UNIT_LENGTH)
		number(out, "length", s->rule.length);
	yaml_out_end(out);
	if (!s->lives_in)
		return;
	yaml_out_key(out, "lives_in");
	yaml_out_map(out, NULL);
	text(out, "volume", s->lives_in);
	if (secret_rotate_says(&s->rotate)) {
		yaml_out_key(out, "rotate");
		yaml_out_map(out, NULL);
		text(out, "postgres_role", s->rotate.postgres_role);
		text(out, "redis_user", s->rotate.redis_user);
		text(out, "redis_admin", s->rotate.redis_admin);
		truth(out, "restart", s->rotate.restart);
		list(out, "command", &s->rotate.command);
		list(out, "check", &s->rotate.check);
		text(out, "service", s->rotate.service);
		yaml_out_end(out);
	}
	yaml_out_end(out);
}

static void setting(struct yaml_out *out, const struct setting *s)
{
	yaml_out_map(out, NULL);
	text(out, "name", s->name);
	text(out, "type", setting_type_info(s->type)->name);
	text(out, "title", s->title);
	if (!setting_is_secret(s))
		text(out, "default", s->default_value);
	if (s->required && !str_empty(s->required_why))
		text(out, "required", s->required_why);
	else
		truth(out, "required", s->required);
	list(out, "choices", &s->choices);
	list(out, "reject", &s->reject);
	truth(out, "advanced", s->advanced);
	if (s->shown)
		yaml_out_key(out, "masked"), yaml_out_plain(out, NULL, "false");
	if (setting_is_credential(s) && setting_can_generate(s))
		generation(out, s);
	list(out, "used_by", &s->used_by);
	text(out, "help", s->help);
	yaml_out_end(out);
}

static void page(struct yaml_out *out, const struct settings *all, size_t index)
{
	yaml_out_map(out, NULL);
	text(out, "title", all->pages[index].title);
	text(out, "about", all->pages[index].about);
	yaml_out_key(out, "settings");
	yaml_out_seq(out, NULL);
	for (size_t i = 0; i < all->n; i++)
		if (all->items[i].page == index)
			setting(out, &all->items[i]);
	yaml_out_end(out);
	yaml_out_end(out);
}

int stack_draft(const struct project *p, char **ret, struct error *err)
{
	AUTO_PTR(yaml_out) struct yaml_out *out = yaml_out_new();
	autofree char *title = xstrdup(p->compose->name);

	title[0] = (char)toupper((unsigned char)title[0]);
	yaml_out_map(out, NULL);
	number(out, "slipway", 1);
	text(out, "stack", p->compose->name);
	text(out, "title", title);
	if (p->settings.n_pages) {
		yaml_out_key(out, "pages");
		yaml_out_seq(out, NULL);
		for (size_t i = 0; i < p->settings.n_pages; i++)
			page(out, &p->settings, i);
		yaml_out_end(out);
	}
	yaml_out_end(out);
	return yaml_out_finish(out, ret, err);
}
