/* SPDX-License-Identifier: MIT */
#include "probe/probe_talk.h"

#include "base/i18n.h"
#include "base/str.h"
#include "base/text.h"
#include "probe/resp.h"

#include <string.h>

enum { PORT = 6379, SHOWN_MAX = 1024 };

struct redis_probe {
	struct probe_talk talk;
	int awaited; /* replies, the last of which is PING's */
};

static char *describe(const struct probe_spec *spec)
{
	autofree char *address = probe_address(spec, PORT);

	return xasprintf("redis %s PING", address);
}

/* "WRONGPASS ...", "NOAUTH ..."; before Redis 6 "ERR invalid password". */
static bool is_refusal(const char *text)
{
	return str_starts(text, "WRONGPASS") || str_starts(text, "NOAUTH") ||
	       str_starts(text, "ERR invalid password");
}

/* Returns false once the probe has its answer. */
static bool take_reply(struct probe *p, const struct resp_reply *reply)
{
	struct redis_probe *r = p->state;
	AUTO(str) struct str line = STR_INIT(STR_LINE);

	if (reply->text)
		probe_add_line(&line, reply->text, reply->len, SHOWN_MAX);
	r->awaited--;
	p->refused = reply->kind == RESP_ERROR && is_refusal(str_text(&line));
	if (reply->kind == RESP_TEXT && r->awaited > 0)
		return true;
	if (reply->kind == RESP_TEXT && str_eq(str_text(&line), "PONG"))
		probe_answer(p, true, "PONG");
	else if (reply->kind == RESP_ERROR)
		probe_answer(p, false, "%s", str_text(&line));
	else
		probe_answer(p, false, _("not the answer of a Redis server"));
	return false;
}

static void take_replies(struct probe *p)
{
	struct redis_probe *r = p->state;
	struct str *heard = &r->talk.heard;
	struct resp_reply reply;
	long n;

	while ((n = resp_parse(str_text(heard), heard->len, &reply)) > 0) {
		if (!take_reply(p, &reply))
			return;
		str_shift(heard, (size_t)n);
	}
	if (n < 0 || str_full(heard))
		probe_answer(p, false, _("not the answer of a Redis server"));
}

static void add_command(struct redis_probe *r, const char *a, const char *b, const char *c)
{
	AUTO(strv) struct strv words = STRV_INIT;

	strv_push(&words, a);
	if (b)
		strv_push(&words, b);
	if (c)
		strv_push(&words, c);
	resp_command(&r->talk.say, &words);
	r->awaited++;
	for (size_t i = 0; i < words.n; i++)
		mem_wipe(words.items[i], strlen(words.items[i]));
}

static int start(struct probe *p, struct error *err)
{
	struct redis_probe *r = probe_talk_new(p, sizeof(*r), STR_LINE, take_replies);

	if (!str_empty(p->spec.password) && !str_empty(p->spec.user))
		add_command(r, "AUTH", p->spec.user, p->spec.password);
	else if (!str_empty(p->spec.password))
		add_command(r, "AUTH", p->spec.password, NULL);
	add_command(r, "PING", NULL, NULL);
	return probe_talk_start(p, err);
}

const struct probe_kind_ops probe_redis = {.name = "redis",
	.port = PORT,
	.describe = describe,
	.start = start,
	.stop = probe_talk_stop};
