/* SPDX-License-Identifier: MIT */
#include "plan/secret_record.h"

#include "config/env_file.h"
#include "config/secret_age.h"
#include "loop/loop.h"

#include <string.h>

static struct env_file *parse(const struct dotenv_text *t)
{
	struct env_file *f = NULL;

	env_file_parse_for_edit(".env", t->text ? t->text : "", t->len, &f, NULL);
	return f;
}

void secret_record_changes(const struct strv *names, const struct dotenv_text *old,
	const struct dotenv_text *new, struct strv *ret)
{
	AUTO_PTR(env_file) struct env_file *before = parse(old);
	AUTO_PTR(env_file) struct env_file *after = parse(new);

	for (size_t i = 0; before && after && i < names->n; i++) {
		autosecret char *was = env_file_literal(before, names->items[i]);
		autosecret char *is = env_file_literal(after, names->items[i]);

		if (!str_empty(is) && !str_eq(was, is)) {
			strv_push(ret, names->items[i]);
			strv_push(ret, is);
		}
	}
}

int secret_record(struct ledger *l, const char *step, const struct strv *pairs, struct error *err)
{
	AUTO(secret_ages) struct secret_ages ages = {0};
	autofree char *path = host_path(l->slipway, SECRET_AGE_FILE), *text = NULL;
	int64_t now = loop_wall() / 1000;
	int code;

	if (!pairs->n)
		return 0;
	if ((code = secret_ages_load(&ages, l->host, l->slipway, err)) < 0)
		return code;
	for (size_t i = 0; i + 1 < pairs->n; i += 2)
		secret_ages_put(&ages, pairs->items[i], pairs->items[i + 1], now);
	text = secret_ages_text(&ages);
	return ledger_write(l, step, path, text, strlen(text), 0600, LEDGER_INTERNAL, err);
}
